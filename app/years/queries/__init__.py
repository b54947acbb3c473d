"""Reads of years: their states and reports, proposals, the undecided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.compliance.models import WHOLE, Standing, State
from app.hours.queries import today
from app.kernel.errors import NotFound
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.models import Person, PersonEvent
from app.people.queries import day_of_year, name_in, units_on, visible
from app.years.actions import Action
from app.years.models import CITY, AccountingYear, IncompletionDecision, YearChange, YearReport, YearTrail
from app.years.rules import ProposalState, Reason, later_from

SIZE = 50


@dataclass(frozen=True)
class Stood:
    """Where a person stands in all requirements of a year."""

    state: str
    is_unmet: bool


def standing(work: Work, person_id: int, year: int) -> Stood | None:
    """The kept standing of a person in a year that is over; None while it or its grace runs, or when the year is not kept."""
    row = work.session.get(Standing, (person_id, year, WHOLE))
    if row is None or today(work).year <= year:
        return None
    is_short = row.state == State.SHORT and (row.due_on is None or row.due_on < later_from(year))
    if is_short and (row.due_on is None or row.due_on > today(work)):
        return None
    return Stood(str(row.state), is_short)


def is_excellent(work: Work, person_id: int, year: int) -> bool:
    """Appraised as excellent in that year."""
    found = select(PersonEvent.id).where(
        PersonEvent.person_id == person_id, PersonEvent.kind == "appraisal_excellent", PersonEvent.superseded_at.is_(None),
        PersonEvent.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
    )  # fmt: skip
    return work.session.execute(found.limit(1)).first() is not None


def last_person(work: Work) -> int:
    """The highest number a person has; 0 while there is nobody."""
    return work.session.scalar(select(func.max(Person.id))) or 0


def years(work: Work) -> list[AccountingYear]:
    """Every kept year, the newest first."""
    return list(work.session.scalars(select(AccountingYear).where(AccountingYear.scope == CITY).order_by(AccountingYear.year.desc())))


def last_report(work: Work, year: int) -> YearReport | None:
    """The newest issue of a year."""
    return work.session.scalar(select(YearReport).where(YearReport.year == year).order_by(YearReport.issue.desc()).limit(1))


def report(work: Work, year: int, issue: int) -> YearReport:
    """One issue; older ones stay readable."""
    found = work.session.get(YearReport, (year, issue))
    if found is None:
        raise NotFound()
    return found


def reports(work: Work, year: int) -> list[YearReport]:
    """All issues of a year, the newest first."""
    return list(work.session.scalars(select(YearReport).where(YearReport.year == year).order_by(YearReport.issue.desc())))


def trail(work: Work, subject: str, limit: int = 30) -> list[YearTrail]:
    """What was done about it, the newest first."""
    mine = select(YearTrail).where(YearTrail.subject == subject).order_by(YearTrail.id.desc()).limit(limit)
    return list(work.session.scalars(mine))


@dataclass(frozen=True)
class ChangeRow:
    """A proposal with the person it is about, who proposed it and who decided it."""

    change: YearChange
    person: UUID
    name: str
    proposer: str
    decider: str


WAITS = case((YearChange.state == ProposalState.PROPOSED, 1), else_=0)


def changes(work: Work, year: int, cursor: str | None) -> Page[ChangeRow]:
    """Proposals of a year about people within the actor's scope: those that wait first, then the newest."""
    statement = _proposals(work).where(YearChange.year == year).order_by(WAITS.desc(), YearChange.id.desc()).limit(SIZE + 1)
    if key := decode_cursor(cursor, int, int):
        statement = statement.where(or_(key[0] > WAITS, and_(key[0] == WAITS, YearChange.id < key[1])))
    page = keyset(work.session.execute(statement).all(), lambda row: (row[-1], row[0].id), SIZE)
    return page.map(lambda row: ChangeRow(*row[:-1]))


def to_be_taken_back(work: Work, person_id: int, year: int) -> set[int]:
    """Lines of a year of which somebody has proposed the reversal, and nobody has decided."""
    waits = (YearChange.person_id == person_id, YearChange.year == year, YearChange.state == ProposalState.PROPOSED)
    return {seq for seq in work.session.scalars(select(YearChange.seq).where(*waits)) if seq is not None}


def change(work: Work, uid: UUID) -> ChangeRow:
    """One proposal about a person within the actor's scope. NotFound outside it."""
    row = work.session.execute(_proposals(work).where(YearChange.uid == uid)).first()
    if row is None:
        raise NotFound()
    return ChangeRow(*row[:-1])


def _proposals(work: Work) -> Any:
    proposer, decider = aliased(Person), aliased(Person)
    return (
        select(YearChange, Person.uid, Person.name, func.coalesce(proposer.name, ""), func.coalesce(decider.name, ""), WAITS)
        .join(Person, Person.id == YearChange.person_id)
        .outerjoin(proposer, proposer.id == YearChange.proposed_by)
        .outerjoin(decider, decider.id == YearChange.decided_by)
        .where(or_(*(visible(work, one, YearChange.person_id) for one in (Action.PROPOSE, Action.APPROVE))))
    )


@dataclass(frozen=True)
class Undecided:
    """Somebody who did not complete a year, and what has been said of it."""

    person_id: int
    uid: UUID
    name: str
    unit: str
    missing: int
    decision: IncompletionDecision | None


def incomplete(work: Work, year: int, view: str, cursor: str | None) -> Page[Undecided]:
    """People within scope for whom a year is unmet, by number: the undecided, or those decided with `view` `decided`."""
    unit = units_on(day_of_year(work, year))
    theirs = (IncompletionDecision.person_id == Standing.person_id) & (IncompletionDecision.year == Standing.year)
    is_open = or_(IncompletionDecision.person_id.is_(None), IncompletionDecision.reason == Reason.PENDING)
    statement = (
        select(Standing.person_id, Person.uid, Person.name, func.coalesce(name_in(unit), ""), Standing.missing, IncompletionDecision)
        .join(Person, Person.id == Standing.person_id)
        .outerjoin(unit, unit.c.id == Standing.unit_id)
        .outerjoin(IncompletionDecision, theirs)
        .where(*_unmet(work, year), _in_scope(work), ~is_open if view == "decided" else is_open)
        .order_by(Standing.person_id)
        .limit(SIZE + 1)
    )
    if key := decode_cursor(cursor, int):
        statement = statement.where(Standing.person_id > key[0])
    page = keyset(work.session.execute(statement).all(), lambda row: (row[0],), SIZE)
    return page.map(lambda row: Undecided(*row))


def incomplete_one(work: Work, uid: UUID, year: int) -> Undecided:
    """One of them, within scope."""
    unit = units_on(day_of_year(work, year))
    theirs = (IncompletionDecision.person_id == Standing.person_id) & (IncompletionDecision.year == Standing.year)
    row = work.session.execute(
        select(Standing.person_id, Person.uid, Person.name, func.coalesce(name_in(unit), ""), Standing.missing, IncompletionDecision)
        .join(Person, Person.id == Standing.person_id)
        .outerjoin(unit, unit.c.id == Standing.unit_id)
        .outerjoin(IncompletionDecision, theirs)
        .where(*_unmet(work, year), _in_scope(work), Person.uid == uid)
    ).first()
    if row is None:
        raise NotFound()
    return Undecided(*row)


def _unmet(work: Work, year: int) -> list[Any]:
    due = Standing.due_on
    return [Standing.year == year, Standing.requirement == WHOLE, Standing.state == State.SHORT, due <= today(work), due < later_from(year)]


def _in_scope(work: Work) -> Any:
    return or_(*(visible(work, one, Standing.person_id) for one in (Action.EXPLAIN, Action.DECIDE)))


def person_in_scope(work: Work, uid: UUID) -> tuple[int, str]:
    """A person over whom the actor may propose or approve changes."""
    may = or_(*(visible(work, one, Person.id) for one in (Action.PROPOSE, Action.APPROVE)))
    row = work.session.execute(select(Person.id, Person.name).where(Person.uid == uid, may)).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def own_decisions(work: Work) -> list[int]:
    """Kept years of the signed-in person that are over, the newest first."""
    mine = select(Standing.year).where(
        Standing.person_id == work.person_id, Standing.requirement == WHOLE, Standing.year < today(work).year
    )
    return list(work.session.scalars(mine.order_by(Standing.year.desc())))
