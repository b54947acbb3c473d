"""What an auditor asks for, and the conditions it becomes: whom, of which unit, by whose hand, when, which deeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from app.admin.actions import Action
from app.kernel.clock import is_backwards, midnight
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Account, Appointment, Person, Unit

MOST_NAMED = 50
"""People or units of one name that are looked at."""
LARGEST = (1 << 63) - 1


class View(StrEnum):
    """The four trails."""

    CLAIMS = "claims"
    COURSES = "courses"
    YEARS = "years"
    SAMPLES = "samples"


@dataclass(frozen=True)
class Wanted:
    """What of a trail is asked for; empty words ask for all of it."""

    view: View = View.CLAIMS
    person: str = ""
    unit: str = ""
    officer: str = ""
    since: date | None = None
    until: date | None = None
    kind: str = ""

    @property
    def is_backwards(self) -> bool:
        """Whether the last day lies before the first, so that nothing can be found."""
        return is_backwards(self.since, self.until)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything narrows the trail."""
        return bool(self.person or self.unit or self.officer or self.since or self.until or self.kind)


def conditions(work: Work, wanted: Wanted, person_id: Any, by_id: Any, at: Any) -> list[Any]:
    """What rows of a trail must be, by the columns that say whom, by whom and when. Two statements at most."""
    parts: list[Any] = []
    if wanted.person:
        parts.append(person_id.in_(people_called(work, wanted.person)))
    if wanted.officer:
        parts.append(by_id.in_(people_called(work, wanted.officer)))
    if wanted.unit:
        parts.append(person_id.in_(_who_served(wanted.unit)))
    if wanted.since is not None:
        parts.append(at >= midnight(wanted.since))
    if wanted.until is not None:
        parts.append(at < midnight(wanted.until + timedelta(days=1)))
    return parts


def people_called(work: Work, words: str) -> list[int]:
    """By the number in the ledger (the first half of a line's name), the user name, or the name in full."""
    number = words.partition("-")[0]
    if number.isascii() and number.isdigit():
        return [min(int(number), LARGEST)]
    of_account = select(Account.person_id).where(Account.user_name == words.casefold())
    called = or_(Person.name == words, Person.id.in_(of_account))
    return list(work.session.scalars(select(Person.id).where(called).limit(MOST_NAMED)))


def _who_served(words: str) -> Any:
    """Everybody with a post, now or before, in a unit of this name or code or below it."""
    unit, below, post = aliased(Unit), aliased(Unit), aliased(Appointment)
    under = or_(unit.id == below.id, func.substr(below.path, 1, func.length(unit.path) + 1) == unit.path + "/")
    named = or_(unit.code == words, unit.name_zh == words, func.lower(unit.name_en) == words.lower())
    return select(post.person_id).join(below, below.id == post.unit_id).join(unit, under).where(post.superseded_at.is_(None), named)


def in_scope(work: Work, person_id: Any) -> Any:
    """The people whom this auditor's role reaches, asked one by one as they come along an index."""
    return people.condition_along(people.scope_of(work, Action.AUDIT), person_id)


def units_of(work: Work, rows: Iterable[Any]) -> Callable[[Any], str]:
    """The unit of today of the person of one of these rows (`person_id`), by name; empty for a row about nobody. A statement or two."""
    known = people.named(work, Action.AUDIT, {row.person_id for row in rows if row.person_id is not None})
    return lambda row: known[row.person_id].unit_name if row.person_id in known else ""


def of_nobody_or_in_scope(work: Work, person_id: Any) -> Any:
    """The same, and what is about no person at all: the years and the rules of the whole college."""
    return or_(person_id.is_(None), in_scope(work, person_id))


def page_of(work: Work, statement: Select[*tuple[Any, ...]], cursor: str | None, size: int, *columns: Any) -> Page[Any]:
    """A page of a trail, the latest first by these columns: a moment, and two numbers that tell rows of one moment apart."""
    latest = statement.order_by(*(column.desc() for column in columns)).limit(size + 1)
    start = _before(decode_cursor(cursor, datetime, int, int), *columns)
    rows: Any = work.session.execute(latest if start is None else latest.where(start)).all()
    at, *others = (column.key for column in columns)
    return keyset(rows, lambda row: (getattr(row, at).isoformat(), *(getattr(row, name) for name in others)), size)


def _before(key: list[Any] | None, *columns: Any) -> Any:
    """What follows a row in descending order of these columns; everything without a key."""
    if key is None:
        return None
    later: Any = false()
    for column, value in zip(reversed(columns), reversed(key), strict=True):
        later = or_(column < value, and_(column == value, later))
    return and_(columns[0] <= key[0], later)
