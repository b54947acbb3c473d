"""Who may be considered for merit awards of a year, and by whose decision who may not (I05, EX-E38).

One row for each person of the reader's jurisdiction whose year was judged; what it means is the rules' to say, why somebody did
not complete it people's. Nobody is counted or listed whom the reader may neither explain nor decide about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, exists, func, or_, select

from app.compliance.models import WHOLE, Standing, State
from app.exams.queries import excelling
from app.exams.queries.excelling import Excellence
from app.hours.queries import book_of, today
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.models import Person, PersonEvent
from app.people.queries import UnitThen, day_of_year, name_in, under, unit_then, units_on, visible
from app.rulebook.rules import RuleSet, merit
from app.years.actions import Action
from app.years.models import IncompletionDecision
from app.years.rules import RUNNING, Reason, later_from

SIZE = 50
EXCELLENT, MET = "excellent", "met"
RECOMMENDED = "recommended"
"""The view of those who are recommended first: eligible, and excellent in an examination of the year (REQ-I02)."""
ELIGIBLE = frozenset({"eligible", "priority"})
"""Meanings under which somebody may be recommended."""
CASES = (MET, EXCELLENT, *(str(reason) for reason in Reason), RUNNING)
"""How a year ended: completed, completed by whom was appraised as excellent, not completed for a reason, or its grace still runs."""


@dataclass(frozen=True)
class Candidate:
    """One person's year: how it ended, what that means, and what was said and decided if it was not completed."""

    person_id: int
    uid: UUID
    name: str
    unit: str
    unit_code: str
    ended: str
    word: str
    decision: IncompletionDecision | None
    excellence: Excellence | None = None
    """His best excellent result of the year, where he is eligible: he is recommended first."""


def meaning(book: RuleSet, ended: str) -> str:
    """What a year that ended so means for merit awards, by its rules."""
    if ended == RUNNING:
        return RUNNING
    if ended == EXCELLENT:
        return str(book.merit.get("excellent", merit(book, True, "exempt")))
    return merit(book, True, "exempt") if ended == MET else merit(book, False, ended)


def unit_of(work: Work, code: str, year: int) -> UnitThen | None:
    """The unit of a code as it stood in a year; None without one. NotFound."""
    if not code:
        return None
    return unit_then(work, day_of_year(work, year), code=code)


def candidates(work: Work, year: int, word: str, unit: UnitThen | None, cursor: str | None = None, size: int = SIZE) -> Page[Candidate]:
    """People of the year by number, all or those with one meaning, of everybody or of a unit with those below it."""
    book, then, ended = book_of(work, year), units_on(day_of_year(work, year)), _ended(work, year)
    called = (func.coalesce(name_in(then), ""), func.coalesce(then.c.code, ""))
    columns = (Person.id, Person.uid, Person.name, *called, ended, IncompletionDecision)
    statement = _of(work, select(*columns), year, unit).order_by(Standing.person_id).limit(size + 1)
    known = excelling.with_excellence(work)
    if word == RECOMMENDED:
        statement = statement.where(*_recommended(book, year, ended, known))
    elif word:
        statement = statement.where(ended.in_([one for one in CASES if meaning(book, one) == word]))
    if key := decode_cursor(cursor, int):
        statement = statement.where(Standing.person_id > key[0])
    page = keyset(work.session.execute(statement).all(), lambda row: (row[0],), size)
    able = [row[0] for row in page.items if meaning(book, row[5]) in ELIGIBLE]
    best = excelling.excellence(work, known, able, year, year)
    return page.map(
        lambda row: Candidate(row[0], row[1], row[2], row[3], row[4], row[5], meaning(book, row[5]), row[6], best.get((row[0], year)))
    )


def own_excellence(work: Work, years: Collection[int]) -> Mapping[int, Excellence]:
    """The signed-in person's best excellent result of each of these years."""
    if not years:
        return {}
    found = excelling.excellence(work, excelling.with_excellence(work), [work.person_id], min(years), max(years))
    return {year: one for (_me, year), one in found.items() if year in years}


def recommended(work: Work, year: int, unit: UnitThen | None) -> int:
    """How many of the reader's people are recommended first."""
    book, ended, known = book_of(work, year), _ended(work, year), excelling.with_excellence(work)
    inner = _of(work, select(Standing.person_id), year, unit).where(*_recommended(book, year, ended, known)).subquery()
    return work.session.scalar(select(func.count()).select_from(inner)) or 0


def _recommended(book: RuleSet, year: int, ended: Any, known: tuple[excelling.Graded, ...]) -> tuple[Any, Any]:
    """Eligible by how the year ended, and excellent in one of the examinations."""
    able = [one for one in CASES if meaning(book, one) in ELIGIBLE]
    return ended.in_(able), Standing.person_id.in_(excelling.excelling(known, year))


def tally(work: Work, year: int, unit: UnitThen | None) -> Mapping[str, int]:
    """How many people each meaning is true of, within the reader's jurisdiction."""
    book, ended = book_of(work, year), _ended(work, year).label("ended")
    found: Counter[str] = Counter()
    inner = _of(work, select(ended), year, unit).subquery()
    for how, count in work.session.execute(select(inner.c.ended, func.count()).group_by(inner.c.ended)):
        found[meaning(book, how)] += count
    return found


def _of(work: Work, statement: Any, year: int, unit: UnitThen | None) -> Any:
    """The standings of the year as a whole that the reader may see, with unit and decision beside them."""
    theirs = and_(IncompletionDecision.person_id == Standing.person_id, IncompletionDecision.year == Standing.year)
    scope = or_(*(visible(work, one, Standing.person_id) for one in (Action.EXPLAIN, Action.DECIDE)))
    then = units_on(day_of_year(work, year))
    found = (
        statement.select_from(Standing)
        .join(Person, Person.id == Standing.person_id)
        .outerjoin(then, then.c.id == Standing.unit_id)
        .outerjoin(IncompletionDecision, theirs)
        .where(Standing.year == year, Standing.requirement == WHOLE, scope)
    )
    return found if unit is None else found.where(under(then.c.path, unit.path))


def _ended(work: Work, year: int) -> Any:
    """One of CASES, as merit_of says it of one person."""
    of_year = or_(Standing.due_on.is_(None), Standing.due_on < later_from(year))
    short, decided = and_(Standing.state == State.SHORT, of_year), IncompletionDecision.decided_at.is_not(None)
    excellent = exists().where(
        PersonEvent.person_id == Standing.person_id, PersonEvent.kind == "appraisal_excellent", PersonEvent.superseded_at.is_(None),
        PersonEvent.happened_on.between(date(year, 1, 1), date(year, 12, 31)),
    )  # fmt: skip
    return case(
        (and_(short, or_(Standing.due_on.is_(None), Standing.due_on > today(work))), RUNNING),
        (and_(short, decided), IncompletionDecision.reason),
        (short, str(Reason.PENDING)),
        (excellent, EXCELLENT),
        else_=MET,
    )
