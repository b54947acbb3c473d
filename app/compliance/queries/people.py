"""The people behind the figures: lists by what is lacking, one person's year, reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select

from app.compliance.actions import Action
from app.compliance.models import WHOLE, Reminder, Standing, State
from app.compliance.queries import filters as f
from app.compliance.queries.filters import Filters, Reach
from app.compliance.rules import REMIND_AGAIN
from app.hours import queries as hours
from app.hours.queries import MyYear
from app.kernel.errors import Forbidden, NotFound
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Person

SIZE = 50
PIECE = 5_000
"""People read at once where all of a list are handed out."""


@dataclass(frozen=True)
class PersonRow:
    """One person in one requirement, or in all of them."""

    person_id: int
    uid: UUID
    name: str
    unit: str
    rank: str
    status: str
    missing: int
    due_on: date | None
    measure: str | None
    required: Decimal | None
    counted: Decimal | None
    shortfall: Decimal | None
    figures: Sequence[Sequence[str]]
    parts: tuple[PersonRow, ...] = ()
    requirement: str = WHOLE
    reminded_at: datetime | None = None
    is_serving: bool = True
    """Whether he still served on the last day that is looked at; who does not is not reminded."""


def listed(work: Work, reach: Reach, filters: Filters, cursor: str | None = None, size: int = SIZE) -> Page[PersonRow]:
    """People in one status, those who lack most first. Forbidden to whoever may see figures only.

    One statement for each state until the page is full, four at most: within a state the index has them in their order.
    """
    if not reach.persons:
        raise Forbidden()
    key, states, rows = decode_cursor(cursor, int, int, int), f.states(filters), list[Any]()
    for place in range(max(key[0], 0) if key else 0, len(states)):
        statement = _statement(work, reach, filters).where(Standing.state == states[place]).limit(size + 1 - len(rows))
        if key and place == key[0]:
            less = and_(Standing.missing == key[1], Standing.person_id < key[2])
            statement = statement.where(or_(Standing.missing < key[1], less))
        rows += work.session.execute(statement).all()
        if len(rows) > size:
            break
    page = keyset(rows, lambda row: (states.index(row[0].state), row[0].missing, row[0].person_id), size)
    ids = [row[0].person_id for row in page.items]
    parts = _parts(work, ids, filters) if filters.requirement == WHOLE else {}
    reminded = _reminded(work, ids)
    return page.map(lambda row: _row(row, filters.today, tuple(parts.get(row[0].person_id, ())), reminded.get(row[0].person_id)))


def everybody(work: Work, reach: Reach, filters: Filters) -> Iterator[PersonRow]:
    """All of a list in its order, however long it is; no more than a piece of it is in memory."""
    cursor = None
    while True:
        page = listed(work, reach, filters, cursor, PIECE)
        yield from page.items
        if (cursor := page.next) is None:
            return


def count(work: Work, reach: Reach, filters: Filters) -> int:
    """How many people a list holds."""
    statement = select(func.count()).select_from(Standing).where(*f.conditions(work, reach, filters), *f.with_status(filters))
    return work.session.scalar(statement) or 0


def _statement(work: Work, reach: Reach, filters: Filters) -> Any:
    unit = people.units_on(filters.day)
    return (
        select(Standing, Person.uid, Person.name, people.name_in(unit))
        .join(Person, Person.id == Standing.person_id)
        .outerjoin(unit, unit.c.id == Standing.unit_id)
        .where(*f.conditions(work, reach, filters), *f.with_status(filters))
        .order_by(Standing.missing.desc(), Standing.person_id.desc())
    )


def _row(row: Any, today: date, parts: tuple[PersonRow, ...], reminded_at: datetime | None = None) -> PersonRow:
    one, uid, name, unit = row
    status = one.state if one.state != State.SHORT else "unmet" if one.due_on <= today else "not_yet_due"
    return PersonRow(
        one.person_id, uid, name, unit or "", one.rank_level, status, one.missing, one.due_on, one.measure, one.required, one.counted,
        one.shortfall, tuple(one.figures or ()), parts, one.requirement, reminded_at, one.is_serving,
    )  # fmt: skip


def _parts(work: Work, ids: Sequence[int], filters: Filters) -> dict[int, list[PersonRow]]:
    """What the people of a page lack, requirement by requirement."""
    statement = select(Standing).where(
        Standing.person_id.in_(ids), Standing.year == filters.year, Standing.requirement != WHOLE, Standing.state == State.SHORT
    )
    found: dict[int, list[PersonRow]] = {}
    for one in work.session.scalars(statement.order_by(Standing.person_id, Standing.requirement)):
        found.setdefault(one.person_id, []).append(_row((one, None, "", ""), filters.today, ()))
    return found


def unmet(work: Work, person_id: int, year: int, before: date) -> list[PersonRow]:
    """The requirements of a year that one person has not reached and whose day is over and lies before another one, in order of their name.

    Whether the reader may know is for the caller to say.
    """
    now = hours.today(work)
    statement = select(Standing).where(
        Standing.person_id == person_id, Standing.year == year, Standing.requirement != WHOLE, Standing.state == State.SHORT,
        Standing.due_on <= now, Standing.due_on < before,
    )  # fmt: skip
    return [_row((one, None, "", ""), now, ()) for one in work.session.scalars(statement.order_by(Standing.requirement))]


def _reminded(work: Work, ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these people was last reminded."""
    statement = select(Reminder.person_id, func.max(Reminder.sent_at)).where(Reminder.person_id.in_(ids)).group_by(Reminder.person_id)
    return {row[0]: row[1] for row in work.session.execute(statement)}


def to_remind(work: Work, reach: Reach, filters: Filters, most: int) -> tuple[list[int], int]:
    """The numbers of those who are short, still serve and were not reminded for a week, who lack most first; and how many there are in all.

    Whoever was reminded is left out here, not afterwards: else the worst of a long list would keep everybody else from being reached.
    """
    if not reach.persons:
        raise Forbidden()
    since = work.now - REMIND_AGAIN
    lately = select(Reminder.person_id).where(Reminder.person_id == Standing.person_id, Reminder.sent_at > since).exists()
    wanted = [*f.conditions(work, reach, filters), *f.with_status(filters), Standing.state == State.SHORT, Standing.is_serving, ~lately]
    statement = select(Standing.person_id).where(*wanted).order_by(Standing.missing.desc(), Standing.person_id.desc())
    chosen = list(work.session.scalars(statement.limit(most)))
    if len(chosen) < most:
        return chosen, len(chosen)
    return chosen, work.session.scalar(select(func.count()).select_from(Standing).where(*wanted)) or 0


def ids_of(work: Work, uids: Sequence[UUID]) -> list[int]:
    """The numbers of people; who is not there, or not within the actor's jurisdiction, is left out."""
    statement = select(Person.id).where(Person.uid.in_(uids), people.visible(work, Action.UNIT, Person.id))
    return list(work.session.scalars(statement))


@dataclass(frozen=True)
class Subject:
    """Whose year it is, and the unit in which it is assessed; whether he may be reminded of it, and when anybody last reminded him."""

    person_id: int
    uid: UUID
    name: str
    unit: str
    is_short: bool
    reminded_at: datetime | None
    is_fresh: bool
    """Whether he was reminded so lately that it is not done again yet."""


def person_year(work: Work, uid: UUID, year: int) -> tuple[Subject, MyYear]:
    """One person's year with every line behind it; outside the reader's jurisdiction there is nothing at that address."""
    unit = people.units_on(people.day_of_year(work, year))
    last = select(func.max(Reminder.sent_at)).where(Reminder.person_id == Person.id).correlate(Person)
    here = (Standing.person_id == Person.id) & (Standing.year == year) & (Standing.requirement == WHOLE)
    found = work.session.execute(
        select(Person.id, Person.uid, Person.name, func.coalesce(people.name_in(unit), ""),
               and_(Standing.state == State.SHORT, Standing.is_serving), last.scalar_subquery())
        .outerjoin(Standing, here)
        .outerjoin(unit, unit.c.id == Standing.unit_id)
        .where(Person.uid == uid, people.visible(work, Action.UNIT, Person.id))
    ).first()  # fmt: skip
    if found is None:
        raise NotFound()
    person_id, _uid, name, unit_name, is_short, at = found
    is_fresh = at is not None and at > work.now - REMIND_AGAIN
    subject = Subject(person_id, uid, name, unit_name, bool(is_short), at, is_fresh)
    return subject, hours.my_year(work, person_id, year)


def pending_reminders(work: Work) -> list[Reminder]:
    """What the signed-in person was reminded of and has not read, the newest first; nothing once he has retired or left."""
    serves = exists().where(Person.id == Reminder.person_id, Person.status == "active")
    mine = select(Reminder).where(Reminder.person_id == work.person_id, Reminder.read_at.is_(None), serves)
    return list(work.session.scalars(mine.order_by(Reminder.id.desc()).limit(3)))
