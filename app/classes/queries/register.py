"""Reads of the register of training classes: which somebody sees and keeps, how each stands on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, extract, false, func, or_, select, true

from app.classes.actions import Action
from app.classes.models import ClassMember, TrainingClass
from app.classes.rules import CITY, CITY_KINDS, ClassState, Reach, state_on
from app.kernel.clock import civil, midnight
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Appointment, Unit
from app.people.rules import SomePost, Under
from app.people.service import today

OFFERED = 200
"""Units or classes that a form offers to choose from."""


def reach(work: Work, action: str = Action.PLAN) -> Reach:
    """The units whose classes the actor keeps: where he serves, where his grant starts, and where he oversees."""
    if work.actor.is_system:
        return Reach(is_all=True)
    held = [(grant.action, grant.predicate) for grant in work.actor.grants if grant.action in (action, Action.OVERSEE)]
    starts = {one.part.path for _action, one in held if isinstance(one, SomePost) and isinstance(one.part, Under) and one.part.path}
    overseen = {path for done, one in held if done == Action.OVERSEE and one is not None and (path := people.path_of(one))}
    serves = select(Unit.path).join(Appointment, Appointment.unit_id == Unit.id)
    serves = serves.where(Appointment.person_id == work.actor.person_id, people.in_force(Appointment, today(work)))
    is_all = work.may(Action.OVERSEE) and people.unit_within(work, Action.OVERSEE, "")
    return Reach(tuple(sorted(starts | set(work.session.scalars(serves)))), tuple(sorted(overseen)), is_all)


def _seen(work: Work, kept: Reach, *, with_city: bool) -> Any:
    """The units whose classes are seen: those that are kept, and the city's organs and schools, which take people of all units."""
    if kept.is_all:
        return true()
    below = [people.under(Unit.path, top) for top in kept.tops]
    city = and_(Unit.level == CITY, Unit.kind.in_(CITY_KINDS)) if with_city else false()
    return or_(city, *below)


def seen(work: Work, kept: Reach) -> Any:
    """The units whose classes whoever plans or dispatches sees."""
    return _seen(work, kept, with_city=work.may(Action.DISPATCH))


def _is(state: str, day: date) -> Any:
    """Classes that stand so on a day; the twin of rules.state_on."""
    row = TrainingClass
    if state == ClassState.CANCELLED:
        return row.cancelled_at.is_not(None)
    dated = {ClassState.PLANNED: row.starts_on > day, ClassState.ENDED: row.ends_on < day}
    running = and_(row.starts_on <= day, row.ends_on >= day)
    return and_(row.cancelled_at.is_(None), dated.get(ClassState(state), running))


@dataclass(frozen=True)
class ClassRow:
    """One class in a list."""

    row: TrainingClass
    unit_name: str
    unit_code: str
    members: int
    state: ClassState


def classes(work: Work, state: str = "", year: int | None = None, page: str | None = None) -> Page[ClassRow]:
    """Classes the actor sees, those that begin last first; `year` keeps those with a day in it."""
    day = today(work)
    key = decode_cursor(page, datetime, int)
    members = select(func.count()).where(ClassMember.class_id == TrainingClass.id, ClassMember.withdrawn_on.is_(None)).scalar_subquery()
    statement = (
        select(TrainingClass, people.name_in(Unit.__table__).label("unit"), Unit.code, members.label("members"))
        .join(Unit, Unit.id == TrainingClass.unit_id)
        .where(seen(work, reach(work)))
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
        .limit(SIZE + 1)
    )
    if state in set(ClassState):
        statement = statement.where(_is(state, day))
    if year is not None:
        statement = statement.where(TrainingClass.starts_on <= date(year, 12, 31), TrainingClass.ends_on >= date(year, 1, 1))
    if key:
        since = civil(key[0]).date()
        later = and_(TrainingClass.starts_on == since, TrainingClass.id < key[1])
        statement = statement.where(TrainingClass.starts_on <= since, or_(TrainingClass.starts_on < since, later))
    rows = keyset(list(work.session.execute(statement)), lambda row: (midnight(row.TrainingClass.starts_on), row.TrainingClass.id))
    return rows.map(lambda row: ClassRow(row.TrainingClass, row.unit, row.code, row.members, state_of(row.TrainingClass, day)))


def state_of(row: TrainingClass, day: date) -> ClassState:
    """How a class stands on a day."""
    return state_on(day, row.starts_on, row.ends_on, is_cancelled=row.cancelled_at is not None)


def tally(work: Work, year: int | None = None) -> tuple[dict[str, int], list[int]]:
    """How many classes the actor sees stand in each state, of a year or of all; and the years in which any begins, the last first."""
    day, first = today(work), extract("year", TrainingClass.starts_on)
    there = true() if year is None else and_(TrainingClass.starts_on <= date(year, 12, 31), TrainingClass.ends_on >= date(year, 1, 1))
    counts = [func.count().filter(there, _is(state, day)).label(state) for state in ClassState]
    statement = select(first.label("year"), *counts).select_from(TrainingClass).join(Unit, Unit.id == TrainingClass.unit_id)
    rows = work.session.execute(statement.where(seen(work, reach(work))).group_by(first)).all()
    return {state: sum(getattr(row, state) for row in rows) for state in ClassState}, sorted({int(row.year) for row in rows}, reverse=True)


def one(work: Work, uid: UUID, kept: Reach) -> tuple[TrainingClass, Unit] | None:
    """A class the actor sees, with the unit that organises it; held for a work that writes."""
    found = select(TrainingClass, Unit).join(Unit, Unit.id == TrainingClass.unit_id).where(TrainingClass.uid == uid, seen(work, kept))
    found = found.execution_options(populate_existing=True)
    row = work.session.execute(found.with_for_update(of=TrainingClass) if work.writes else found).one_or_none()
    return None if row is None else (row[0], row[1])


def unit_of(work: Work, code: str) -> Unit | None:
    """The unit of a code, unless it was closed."""
    return work.session.scalar(select(Unit).where(Unit.code == code, Unit.valid_to.is_(None)))


def is_taken(work: Work, code: str, of: UUID | None) -> bool:
    """Whether another class has a code; `of` is the class that may have it."""
    taken = select(TrainingClass.id).where(TrainingClass.code == code)
    return work.session.scalar(taken if of is None else taken.where(TrainingClass.uid != of)) is not None


def unit_codes(work: Work, kept: Reach) -> list[tuple[str, str]]:
    """Code and name of units whose classes the actor keeps, the highest first; as many as a form offers. The city itself has none."""
    kept_here = (_seen(work, kept, with_city=False), Unit.valid_to.is_(None), Unit.kind != CITY)
    statement = select(Unit.code, people.name_in(Unit.__table__)).where(*kept_here)
    return [(code, name) for code, name in work.session.execute(statement.order_by(func.length(Unit.path), Unit.path).limit(OFFERED))]


def named(work: Work, action: str, words: Collection[str]) -> dict[str, int]:
    """The classes of these codes or titles that whoever does `action` sees; of several of one title that which begins last.

    None that was cancelled: it admits nobody.
    """
    wanted = sorted(set(words))
    statement = _offered(work, action).where(or_(TrainingClass.code.in_(wanted), TrainingClass.title.in_(wanted)))
    rows = work.session.execute(statement.order_by(TrainingClass.starts_on, TrainingClass.id)).all()
    return {row.title: row.id for row in rows if row.title in wanted} | {row.code: row.id for row in rows if row.code in wanted}


def offered(work: Work, action: str) -> list[tuple[str, str]]:
    """Code and title of the classes that whoever does `action` may name, those that begin last first."""
    rows = work.session.execute(_offered(work, action).order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc()).limit(OFFERED))
    return [(row.code, row.title) for row in rows]


def _offered(work: Work, action: str) -> Any:
    columns = select(TrainingClass.id, TrainingClass.code, TrainingClass.title).join(Unit, Unit.id == TrainingClass.unit_id)
    return columns.where(TrainingClass.cancelled_at.is_(None), _seen(work, reach(work, action), with_city=True))


@dataclass(frozen=True)
class Named:
    """A class as others speak of it."""

    code: str
    title: str
    is_cancelled: bool


def names(work: Work, ids: Collection[int]) -> dict[int, Named]:
    """What these classes are called."""
    columns = select(TrainingClass.id, TrainingClass.code, TrainingClass.title, TrainingClass.cancelled_at)
    rows = work.session.execute(columns.where(TrainingClass.id.in_(ids)))
    return {row.id: Named(row.code, row.title, row.cancelled_at is not None) for row in rows}
