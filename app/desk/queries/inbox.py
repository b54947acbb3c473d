"""The lists of the desk: within the actor's scope, never his own, by keyset, counted as far as a person counts.

The scope is `people.visible`, the one predicate of every list. A unit's own few people are the quick way in; the whole
city is read along the index of the inbox, so that a page costs the same with a hundred claims open or a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.claims import service as claims
from app.claims.actions import Action
from app.claims.models import Appeal, Claim, Escalation
from app.claims.rules import STAGES, AppealState, ClaimState, Stage
from app.desk.models import HeldClaim
from app.desk.rules import SOON_DAYS, Chip, Step, Tab
from app.kernel.clock import civil, is_backwards, midnight
from app.kernel.i18n import locale_code
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Appointment, Person, Unit

SIZE = 50
FEW = 1000
"""Up to so many people of a scope are the quick way in."""
ACTIONS = {Step.CHECK: Action.CHECK, Step.CERTIFY: Action.CERTIFY, Step.HEAR: Action.HEAR}
WAITING = {Step.CHECK: ClaimState.SUBMITTED, Step.CERTIFY: ClaimState.UNIT_CHECKED, Step.HEAR: ClaimState.UNIT_CHECKED}
ME, THE_FEW = bindparam("me", type_=BigInteger()), bindparam("few", type_=BigInteger(), expanding=True)
TODAY, SOON = bindparam("today", type_=Date()), bindparam("soon", type_=Date())
"""What the kept statements leave open: building one costs more than the database takes to answer it."""
DONE = (ClaimState.CERTIFIED, ClaimState.REJECTED, ClaimState.REVOKED)


@dataclass(frozen=True)
class Wanted:
    """What a reader of the desk asks for."""

    step: Step
    tab: Tab = Tab.WAITING
    chip: Chip = Chip.ALL
    unit: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    few: Any = None
    """The people of the scope as a subquery, where they are few (`few_of`)."""

    @property
    def is_filtered(self) -> bool:
        """Whether unit, kind or time narrow the list."""
        return bool(self.unit or self.kind or self.since or self.until)

    @property
    def is_backwards(self) -> bool:
        """Whether the last day lies before the first, so that nothing can be found."""
        return is_backwards(self.since, self.until)

    @property
    def is_short(self) -> bool:
        """Whether the list is found by few people or few marks and then sorted, not read along the index of the inbox."""
        return self.few is not None or self.step is Step.HEAR


@dataclass(frozen=True)
class Row:
    """A claim as its line of the list shows it: of `claim` the columns of LISTED only, unless it was asked for by itself."""

    claim: Any
    name: str
    unit: str


@dataclass(frozen=True)
class Inbox:
    """One page of a list."""

    page: Page[Row]


LISTED = (
    Claim.uid, Claim.id, Claim.person_id, Claim.state, Claim.kind, Claim.title, Claim.hours_claimed, Claim.hours_certified, Claim.risk,
    Claim.findings, Claim.submitted_at, Claim.decided_at,
)  # fmt: skip


def steps_of(work: Work) -> tuple[Step, ...]:
    """The steps this actor may take, the authority's first."""
    return tuple(step for step in (Step.CERTIFY, Step.HEAR, Step.CHECK) if work.may(ACTIONS[step]))


def inbox(work: Work, wanted: Wanted, cursor: str | None = None) -> Inbox:
    """A page of a list, in its order: what is due first, what is odd first, or what was decided last."""
    order, start = _order(wanted, cursor)
    statement = _listed(work, wanted).order_by(*order).limit(SIZE + 1)
    if start is not None:
        statement = statement.where(start)
    rows = [Row(found, found.name or "", found.unit or "") for found in work.session.execute(statement)]
    return Inbox(keyset(rows, lambda row: _key(wanted, row.claim), SIZE))


def one(work: Work, wanted: Wanted, uid: UUID) -> Row | None:
    """A claim of any state within the scope of the step, as a line."""
    statement = _one(wanted.step, people.scope_of(work, ACTIONS[wanted.step]), locale_code())
    found = work.session.execute(statement, {"uid": uid, "me": work.actor.person_id or -1}).first()
    return None if found is None else Row(found[0], found.name or "", found.unit or "")


def listed(work: Work, wanted: Wanted, most: int) -> list[Row]:
    """The first so many of a list with everything that a file says of them."""
    order, _start = _order(wanted, None)
    more = (Claim.occurred_from, Claim.occurred_to, Claim.days_claimed, Claim.hours_suggested, Claim.rule_set_version, Claim.reason)
    statement = _listed(work, wanted).add_columns(*more).order_by(*order).limit(most)
    return [Row(found, found.name or "", found.unit or "") for found in work.session.execute(statement)]


@lru_cache(maxsize=256)
def _one(step: Step, scope: people.Scope, _locale: str) -> Select[Any]:
    seen = Claim.state.not_in([ClaimState.DRAFT, ClaimState.WITHDRAWN])
    above = [_put_above()] if step is Step.HEAR else []
    return _named(select(Claim), Claim).where(Claim.uid == bindparam("uid", type_=Claim.uid.type), mine(scope), seen, *above)


def chosen_uids(work: Work, wanted: Wanted) -> list[UUID]:
    """All of a list, for a bulk act; TooManyAtOnce with their count where they are more than one act takes."""
    order, _start = _order(wanted, None)
    claims.refuse_too_many(work.session.scalar(select(func.count()).select_from(_listed(work, wanted).subquery())) or 0)
    return [row.uid for row in work.session.execute(_listed(work, wanted).order_by(*order))]


def told(work: Work, uids: Iterable[UUID]) -> dict[UUID, Row]:
    """Of these claims those that the actor may decide on in some step, and his own: as lines, by uid. No other is named."""
    wanted = list(dict.fromkeys(uids))
    if not wanted:
        return {}
    within = (people.condition_along(people.scope_of(work, ACTIONS[step]), Claim.person_id, Claim.kind) for step in steps_of(work))
    columns: tuple[Any, ...] = (Claim.uid, Claim.title, Claim.hours_claimed)
    statement = _named(select(*columns), Claim).where(Claim.uid.in_(wanted), or_(Claim.person_id == (work.person_id or -1), *within))
    return {found.uid: Row(found, found.name or "", found.unit or "") for found in work.session.execute(statement)}


def few_of(work: Work, step: Step) -> Any:
    """The people of the step's scope as a subquery if it is a few units; None if it is large or of another kind."""
    return people.people_under(work, ACTIONS[step], FEW)


def _listed(work: Work, wanted: Wanted) -> Select[Any]:
    """The lines of a list, without where they begin: the statement is kept, the day, the reader and his few people are given."""
    made = _built(wanted.step, wanted.tab, wanted.chip, people.scope_of(work, ACTIONS[wanted.step]), wanted.few is not None, locale_code())
    return made.where(*_filters(wanted)).params(_given(work, wanted))


@lru_cache(maxsize=512)
def _built(step: Step, tab: Tab, chip: Chip, scope: people.Scope, is_few: bool, _locale: str) -> Select[Any]:
    stage, due_on = (Stage.APPEAL, Appeal.due_on) if tab is Tab.APPEALS else (STAGES[WAITING[step]], Claim.due_on)
    marks = due_on.label("due_on"), (due_on < TODAY).label("is_late"), claims.is_marked(due_on, stage).label("is_escalated")
    return _within(step, tab, chip, scope, is_few, _named(select(*LISTED, *marks), Claim))


def _given(work: Work, wanted: Wanted) -> dict[str, Any]:
    """What the kept statements leave open."""
    given = {"me": work.actor.person_id or -1, **days(work)}
    return given if wanted.few is None else {**given, "few": wanted.few}


def days(work: Work) -> dict[str, date]:
    """Today, and the last day that is due soon."""
    today = civil(work.now).date()
    return {"today": today, "soon": claims.kinds(work).calendar.after(today, SOON_DAYS)}


def _within(step: Step, tab: Tab, chip: Chip, scope: people.Scope, is_few: bool, statement: Select[Any]) -> Select[Any]:
    """A list's rows: its state, its scope; what somebody has just decided is not in it."""
    if tab is Tab.APPEALS:
        statement = statement.join(Appeal, and_(Appeal.person_id == Claim.person_id, Appeal.claim_id == Claim.id)).where(
            Appeal.state == AppealState.OPEN
        )
    else:
        statement = statement.where(_state(step, tab, chip, is_few))
    if step is Step.HEAR:
        statement = statement.where(_above(tab))
    statement = statement.where(mine(scope), *driven(is_few))
    return statement.where(~is_held(Claim.person_id, Claim.id)) if tab in (Tab.WAITING, Tab.APPEALS) else statement


def _put_above(stage: Any = None) -> Any:
    """Whether a claim was put before the organ above the authority, at this stage or at any."""
    which = Escalation.stage != Stage.CHECK if stage is None else Escalation.stage == stage
    mine = (Escalation.person_id == Claim.person_id, Escalation.claim_id == Claim.id)
    return exists(select(1).select_from(Escalation).where(*mine, which).correlate_except(Escalation))


def _above(tab: Tab) -> Any:
    """What of a list the organ above sees: what waits before it, and of the rest what once did. The few marks lead."""
    if tab is Tab.APPEALS:
        return _put_above(Stage.APPEAL)
    marked = select(Escalation.person_id).where(Escalation.stage != Stage.CHECK)
    waits = claims.is_marked(Claim.due_on, Stage.CERTIFY) if tab is Tab.WAITING else _put_above()
    return and_(Claim.person_id.in_(marked), waits)


def _state(step: Step, tab: Tab, chip: Chip, is_few: bool) -> Any:
    if tab is Tab.RETURNED:
        return Claim.state == ClaimState.RETURNED
    if tab is Tab.DONE:
        return and_(Claim.decided_at.is_not(None), Claim.state.in_(DONE))
    if chip is Chip.ESCALATED:
        return and_(Claim.state == ClaimState.SUBMITTED, Claim.due_on < TODAY)
    here = Claim.state == WAITING[step]
    match chip:
        case Chip.CLEAN:
            return and_(here, Claim.risk == 0)
        case Chip.ODD:
            return and_(here, risk(is_few) > 0)
        case Chip.SOON:
            return and_(here, Claim.due_on <= SOON)
        case Chip.LATE:
            return and_(here, Claim.due_on < TODAY)
        case _:
            return here


def mine(scope: people.Scope) -> Any:
    """The claims of people over whom the actor may take this step, of the kinds he may decide, without his own."""
    return and_(people.condition_along(scope, Claim.person_id, Claim.kind), Claim.person_id != ME)


def driven(is_few: bool) -> list[Any]:
    """Where the scope is a few units, their people are the quick way in; the scope itself is asked all the same."""
    return [Claim.person_id.in_(THE_FEW)] if is_few else []


def is_held(person_id: Any, claim_id: Any) -> Any:
    """Whether somebody has decided this claim a moment ago."""
    return exists(
        select(1).select_from(HeldClaim)
        .where(HeldClaim.person_id == person_id, HeldClaim.claim_id == claim_id, HeldClaim.is_open).correlate_except(HeldClaim)
    )  # fmt: skip


def _filters(wanted: Wanted) -> list[Any]:
    parts: list[Any] = []
    if wanted.unit:
        unit, below, post = aliased(Unit), aliased(Unit), aliased(Appointment)
        there = (
            select(post.person_id)
            .join(below, below.id == post.unit_id)
            .join(unit, or_(unit.id == below.id, func.substr(below.path, 1, func.length(unit.path) + 1) == unit.path + "/"))
            .where(post.superseded_at.is_(None), or_(unit.name_zh.contains(wanted.unit, autoescape=True), unit.code == wanted.unit))
        )
        parts.append(Claim.person_id.in_(there))
    if wanted.kind:
        parts.append(Claim.kind == wanted.kind)
    if wanted.since is not None:
        parts.append(Claim.submitted_at >= midnight(wanted.since))
    if wanted.until is not None:
        parts.append(Claim.submitted_at < midnight(wanted.until + timedelta(days=1)))
    return parts


def _named(statement: Select[Any], claim: Any) -> Select[Any]:
    """With the name of the person and of the unit he serves in now."""
    post, unit = aliased(Appointment), aliased(Unit)
    title = unit.name_en if locale_code() == "en" else unit.name_zh
    serving = (
        select(title).select_from(post).join(unit, unit.id == post.unit_id)
        .where(post.person_id == claim.person_id, post.is_primary, post.superseded_at.is_(None), post.to_on.is_(None))
        .order_by(post.from_on.desc()).limit(1).correlate(claim).scalar_subquery()
    )  # fmt: skip
    name = select(Person.name).where(Person.id == claim.person_id).correlate(claim).scalar_subquery()
    return statement.add_columns(name.label("name"), serving.label("unit"))


def _order(wanted: Wanted, cursor: str | None) -> tuple[Sequence[Any], Any]:
    """The order of a list and, after the first page, where to go on."""
    if wanted.tab is Tab.DONE:
        key = decode_cursor(cursor, datetime, int)
        start = None if key is None else or_(Claim.decided_at < key[0], and_(Claim.decided_at == key[0], Claim.id < key[1]))
        return (Claim.decided_at.desc(), Claim.id.desc()), start
    if wanted.tab is Tab.RETURNED:
        key = decode_cursor(cursor, int)
        return (Claim.id.desc(),), None if key is None else Claim.id < key[0]
    if wanted.tab is Tab.APPEALS:
        key = decode_cursor(cursor, int, int)
        return (Appeal.due_on, Claim.id), None if key is None else _later(Appeal.due_on, *key)
    by_due = due(wanted.is_short)
    if wanted.chip is Chip.ODD and wanted.tab is Tab.WAITING:
        key = decode_cursor(cursor, int, int, int)
        order = (risk(wanted.is_short).desc(), by_due, Claim.id)
        if key is None:
            return order, None
        return order, and_(Claim.risk <= key[0], or_(Claim.risk < key[0], _later(Claim.due_on, key[1], key[2])))
    key = decode_cursor(cursor, int, int)
    return (by_due, Claim.id), None if key is None else and_(Claim.due_on >= _day(key[0]), _later(Claim.due_on, key[0], key[1]))


def due(is_few: bool) -> Any:
    """The day by which lists are ordered: along the index for the many, sorted for a few."""
    return func.coalesce(Claim.due_on, date.max) if is_few else Claim.due_on


def risk(is_few: bool) -> Any:
    """The rank by which lists are ordered, in the same way."""
    return func.coalesce(Claim.risk, 0) if is_few else Claim.risk


def _later(due_on: Any, due: int, claim_id: int) -> Any:
    return or_(due_on > _day(due), and_(due_on == _day(due), Claim.id > claim_id))


def _day(number: int) -> date:
    """A civil day by its number; a number that is none is the last there can be."""
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))


def _key(wanted: Wanted, claim: Any) -> tuple[Any, ...]:
    due = claim.due_on.toordinal() if claim.due_on else 1
    if wanted.tab is Tab.DONE:
        return (claim.decided_at.isoformat() if claim.decided_at else "", claim.id)
    if wanted.tab is Tab.RETURNED:
        return (claim.id,)
    return (claim.risk, due, claim.id) if wanted.chip is Chip.ODD and wanted.tab is Tab.WAITING else (due, claim.id)
