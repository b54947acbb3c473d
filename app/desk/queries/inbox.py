"""The lists of the desk: within the actor's scope, never his own, by keyset, counted as far as a person counts.

The scope is `people.visible`, the one predicate of every list. A unit's own few people are the quick way in; the whole
city is read along the index of the inbox, so that a page costs the same with a hundred claims open or a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.claims import service as claims
from app.claims.actions import Action
from app.claims.models import Appeal, Claim
from app.claims.rules import AppealState, ClaimState
from app.desk.models import HeldClaim
from app.desk.queries.courses import course_parts
from app.desk.rules import MOST, SOON_DAYS, Chip, Step, Tab
from app.kernel.clock import civil
from app.kernel.i18n import locale_code
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Appointment, Person, Unit

SIZE = 50
COUNTED = 1000
"""Up to here things are counted; above it stands «1000+»."""
FEW = 300
SCANNED = 1200
"""So many claims are looked at for one count, whoever they belong to; a count that stops there is a lower bound."""
ACTIONS = {Step.CHECK: Action.CHECK, Step.CERTIFY: Action.CERTIFY}
WAITING = {Step.CHECK: ClaimState.SUBMITTED, Step.CERTIFY: ClaimState.UNIT_CHECKED}
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


@dataclass(frozen=True)
class Count:
    """How many, and whether there may be more."""

    number: int = 0
    is_least: bool = False

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_least else str(self.number)


@dataclass(frozen=True)
class Counts:
    """What waits, by chip; what was returned; appeals."""

    by_name: dict[str, Count] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Count:
        return self.by_name.get(name, Count())


LISTED = (
    Claim.uid, Claim.id, Claim.person_id, Claim.state, Claim.kind, Claim.title, Claim.hours_claimed, Claim.hours_certified, Claim.risk,
    Claim.findings, Claim.submitted_at, Claim.due_on, Claim.decided_at,
)  # fmt: skip


def steps_of(work: Work) -> tuple[Step, ...]:
    """The steps this actor may take, the authority's first."""
    return tuple(step for step in (Step.CERTIFY, Step.CHECK) if work.may(ACTIONS[step]))


def inbox(work: Work, wanted: Wanted, cursor: str | None = None) -> Inbox:
    """A page of a list, in its order: what is due first, what is odd first, or what was decided last."""
    order, start = _order(work, wanted, cursor)
    statement = _listed(work, wanted).order_by(*order).limit(SIZE + 1)
    if start is not None:
        statement = statement.where(start)
    rows = [Row(found, found.name or "", found.unit or "") for found in work.session.execute(statement)]
    return Inbox(keyset(rows, lambda row: _key(wanted, row.claim), SIZE))


def one(work: Work, wanted: Wanted, uid: UUID) -> Row | None:
    """A claim of any state within the scope of the step, as a line."""
    statement = _named(select(Claim), Claim).where(Claim.uid == uid, _mine(work, wanted.step), Claim.state.not_in(["draft", "withdrawn"]))
    found = work.session.execute(statement).first()
    return None if found is None else Row(found[0], found.name or "", found.unit or "")


def chosen_uids(work: Work, wanted: Wanted) -> list[UUID]:
    """The first thousand of a list, for a bulk act on all of it."""
    order, _start = _order(work, wanted, None)
    return list(work.session.scalars(_within(work, wanted, select(Claim.uid)).order_by(*order).limit(MOST)))


def few_of(work: Work, step: Step) -> Any:
    """The people of the step's scope as a subquery if it is a few units; None if it is large or of another kind."""
    return people.people_under(work, ACTIONS[step], FEW)


def counts(work: Work, step: Step, few: Any = None) -> Counts:
    """Every figure of the page in one statement that asks for the scope once, over so many rows of each kind as are looked at."""
    named: list[tuple[Any, Any]] = [
        *((chip, _chip(work, step, chip)) for chip in (Chip.CLEAN, Chip.ODD, Chip.SOON)), ("returned", Claim.state == ClaimState.RETURNED),
    ]  # fmt: skip
    if step is Step.CERTIFY:
        named.append((Chip.ESCALATED, _chip(work, step, Chip.ESCALATED)))
    columns = Claim.person_id.label("person_id"), Claim.id.label("id")
    parts = [select(literal(str(name)).label("name"), *columns).where(part, *_driven(few)).limit(SCANNED) for name, part in named]
    if step is Step.CERTIFY:
        open_ = select(literal("appeals"), Appeal.person_id, Appeal.claim_id).where(Appeal.state == AppealState.OPEN)
        parts += [open_.limit(SCANNED), *(part.limit(SCANNED) for part in course_parts())]
    looked = union_all(*(select(part.subquery()) for part in parts)).subquery()
    whose = looked.c.person_id
    mine = and_(people.visible(work, ACTIONS[step], whose), whose != (work.actor.person_id or -1), ~_held(whose, looked.c.id))
    rows = work.session.execute(
        select(looked.c.name, func.count(), func.sum(case((mine, 1), else_=0))).select_from(looked).group_by(looked.c.name)
    )
    found = {name: Count(min(number, COUNTED), number > COUNTED or seen >= SCANNED) for name, seen, number in rows}
    both = [found.get(chip, Count()) for chip in (Chip.CLEAN, Chip.ODD)]
    total = sum(one.number for one in both)
    found[Chip.ALL] = Count(min(total, COUNTED), total > COUNTED or any(one.is_least for one in both))
    return Counts(found)


def waiting(work: Work) -> Count:
    """How much waits for this actor, for the navigation."""
    steps = steps_of(work)
    return counts(work, steps[0], few_of(work, steps[0]))[Chip.ALL] if steps else Count()


def _listed(work: Work, wanted: Wanted) -> Select[Any]:
    return _within(work, wanted, _named(select(*LISTED), Claim))


def _within(work: Work, wanted: Wanted, statement: Select[Any]) -> Select[Any]:
    """A list's rows: its state, its scope, its filters; what somebody has just decided is not in it."""
    if wanted.tab is Tab.APPEALS:
        statement = statement.join(Appeal, and_(Appeal.person_id == Claim.person_id, Appeal.claim_id == Claim.id)).where(
            Appeal.state == AppealState.OPEN
        )
    else:
        statement = statement.where(_state(work, wanted))
    statement = statement.where(_mine(work, wanted.step), *_driven(wanted.few))
    if wanted.tab is Tab.WAITING:
        statement = statement.where(~_held(Claim.person_id, Claim.id))
    return statement.where(*_filters(wanted))


def _state(work: Work, wanted: Wanted) -> Any:
    if wanted.tab is Tab.RETURNED:
        return Claim.state == ClaimState.RETURNED
    if wanted.tab is Tab.DONE:
        return and_(Claim.decided_at.is_not(None), Claim.state.in_(DONE))
    return _chip(work, wanted.step, wanted.chip)


def _chip(work: Work, step: Step, chip: Chip) -> Any:
    """What a chip shows of the waiting ones."""
    today = civil(work.now).date()
    if chip is Chip.ESCALATED:
        return and_(Claim.state == ClaimState.SUBMITTED, Claim.due_on < today)
    here = Claim.state == WAITING[step]
    match chip:
        case Chip.CLEAN:
            return and_(here, Claim.risk == 0)
        case Chip.ODD:
            return and_(here, Claim.risk > 0)
        case Chip.SOON:
            return and_(here, Claim.due_on <= claims.kinds(work).calendar.after(today, SOON_DAYS))
        case _:
            return here


def _mine(work: Work, step: Step) -> Any:
    """The claims of people over whom the actor may take this step, without his own."""
    return and_(people.visible(work, ACTIONS[step], Claim.person_id), Claim.person_id != (work.actor.person_id or -1))


def _driven(few: Any) -> list[Any]:
    """Where the scope is a few units, their people are the quick way in; the scope itself is asked all the same."""
    return [] if few is None else [Claim.person_id.in_(few)]


def _held(person_id: Any, claim_id: Any) -> Any:
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
        parts.append(Claim.submitted_at >= _midnight(wanted.since))
    if wanted.until is not None:
        parts.append(Claim.submitted_at < _midnight(wanted.until + timedelta(days=1)))
    return parts


def _midnight(day: date) -> datetime:
    """The first moment of a civil day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


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


def _order(work: Work, wanted: Wanted, cursor: str | None) -> tuple[Sequence[Any], Any]:
    """The order of a list and, after the first page, where to go on."""
    if wanted.tab is Tab.DONE:
        key = decode_cursor(cursor, datetime, int)
        start = None if key is None else or_(Claim.decided_at < key[0], and_(Claim.decided_at == key[0], Claim.id < key[1]))
        return (Claim.decided_at.desc(), Claim.id.desc()), start
    if wanted.tab is Tab.RETURNED:
        key = decode_cursor(cursor, int)
        return (Claim.id.desc(),), None if key is None else Claim.id < key[0]
    due = Claim.due_on if wanted.few is None else func.coalesce(Claim.due_on, date.max)  # few are sorted; the index is for the many
    if wanted.chip is Chip.ODD and wanted.tab is Tab.WAITING:
        key = decode_cursor(cursor, int, int, int)
        order = (Claim.risk.desc(), due, Claim.id)
        if key is None:
            return order, None
        return order, and_(Claim.risk <= key[0], or_(Claim.risk < key[0], _later(key[1], key[2])))
    key = decode_cursor(cursor, int, int)
    return (due, Claim.id), None if key is None else and_(Claim.due_on >= _day(key[0]), _later(key[0], key[1]))


def _later(due: int, claim_id: int) -> Any:
    return or_(Claim.due_on > _day(due), and_(Claim.due_on == _day(due), Claim.id > claim_id))


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
