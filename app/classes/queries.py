"""Reads of training classes: which somebody sees and keeps, who is in them, in which classes somebody is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, extract, false, func, or_, select, true

from app.classes.actions import Action
from app.classes.models import ClassMember, ClassTrail, TrainingClass
from app.classes.rules import CITY, CITY_KINDS, ClassState, Reach, state_on
from app.kernel.clock import civil, midnight
from app.kernel.db import among, dialect, numbers
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Account, Appointment, Person, Unit
from app.people.rules import Nobody, SomePost, Under
from app.people.service import today

CHUNK = 500
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


@dataclass(frozen=True)
class MemberRow:
    """Somebody who is or was in a class. Of whom one's scope does not reach, user name and reason are not told (domain.md §9)."""

    uid: UUID
    name: str
    user_name: str
    unit_name: str
    enrolled_on: date
    withdrawn_on: date | None
    reason: str
    may_withdraw: bool


def members(work: Work, row: TrainingClass, action: str, *, is_own: bool, page: str | None = None) -> Page[MemberRow]:
    """Who is and was in a class, in the order of enrolment: people of one's scope, in a class of one's own unit everybody."""
    key = decode_cursor(page, int)
    post = and_(Appointment.person_id == Person.id, Appointment.is_primary, people.counting(Appointment, today(work)))
    mine = people.visible(work, action, Person.id)
    statement = (
        select(ClassMember, Person.uid, Person.id.label("person_id"), Person.name, Account.user_name,
               people.name_in(Unit.__table__).label("unit"), mine.label("is_mine"))
        .join(Person, Person.id == ClassMember.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Appointment, post)
        .outerjoin(Unit, Unit.id == Appointment.unit_id)
        .where(ClassMember.class_id == row.id)
        .order_by(ClassMember.id)
        .limit(SIZE + 1)
    )  # fmt: skip
    if not is_own:
        statement = statement.where(mine)
    if key:
        statement = statement.where(ClassMember.id > key[0])
    found = keyset(list(work.session.execute(statement)), lambda one: (one.ClassMember.id,))
    return found.map(lambda one: MemberRow(
        one.uid, one.name, (one.user_name or "") if one.is_mine else "", one.unit or "", one.ClassMember.enrolled_on,
        one.ClassMember.withdrawn_on, one.ClassMember.reason if one.is_mine else "",
        bool(one.is_mine) and one.ClassMember.withdrawn_on is None and one.person_id != work.actor.person_id))  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """How many are in a class, how many are withdrawn, and how many of both the actor does not see."""

    standing: int
    withdrawn: int
    unseen: int


def counts(work: Work, row: TrainingClass, action: str, *, is_own: bool) -> Counts:
    """The figures of a class."""
    stands = ClassMember.withdrawn_on.is_(None)
    unseen = false() if is_own else ~people.visible(work, action, ClassMember.person_id)
    figures = select(func.count().filter(stands), func.count().filter(~stands), func.count().filter(unseen))
    return Counts(*work.session.execute(figures.where(ClassMember.class_id == row.id)).one())


@dataclass(frozen=True)
class TrailRow:
    """What was done to a class; of how many people, and why, where that is said."""

    what: str
    who: str
    at: datetime
    count: int | None
    reason: str | None


def trail(work: Work, row: TrainingClass) -> list[TrailRow]:
    """What was done to a class, newest first."""
    said: Any = ClassTrail.details
    lines = select(ClassTrail.what, Person.name, ClassTrail.at, said["count"].as_integer().label("many"), said["reason"].as_string())
    lines = lines.outerjoin(Person, Person.id == ClassTrail.who_id).where(ClassTrail.class_id == row.id)
    return [
        TrailRow(one[0], one[1] or "", one[2], one[3], one[4])
        for one in work.session.execute(lines.order_by(ClassTrail.id.desc()).limit(50))
    ]


def unit_codes(work: Work, kept: Reach) -> list[tuple[str, str]]:
    """Code and name of units whose classes the actor keeps, the highest first; as many as a form offers."""
    statement = select(Unit.code, people.name_in(Unit.__table__)).where(_seen(work, kept, with_city=False), Unit.valid_to.is_(None))
    return [(code, name) for code, name in work.session.execute(statement.order_by(func.length(Unit.path), Unit.path).limit(OFFERED))]


def has_people(work: Work, action: str) -> bool:
    """Whether anybody at all can be within the scope of the action; of a role without jurisdiction nobody is."""
    return any(not isinstance(one, Nobody) for one in people.scope_of(work, action).predicates)


def within_scope(work: Work, action: str, user_names: Sequence[str]) -> dict[str, int]:
    """Those of these user names whose people lie within the scope of the action and are in service."""
    found: dict[str, int] = {}
    mine = people.visible(work, action, Account.person_id)
    for start in range(0, len(user_names), CHUNK):
        some = select(Account.user_name, Account.person_id).join(Person, Person.id == Account.person_id)
        some = some.where(Account.user_name.in_(user_names[start : start + CHUNK]), Person.status == "active", mine)
        found |= {row.user_name: row.person_id for row in work.session.execute(some)}
    return found


def standing(work: Work, class_id: int) -> set[int]:
    """Who is in a class."""
    mine = (ClassMember.class_id == class_id, ClassMember.withdrawn_on.is_(None))
    return set(work.session.scalars(select(ClassMember.person_id).where(*mine)))


def member_named(work: Work, class_id: int, uid: UUID) -> int | None:
    """The number of a person who stands in a class, by his outside name."""
    mine = (ClassMember.class_id == class_id, ClassMember.withdrawn_on.is_(None), Person.uid == uid)
    return work.session.scalar(select(Person.id).join(ClassMember, ClassMember.person_id == Person.id).where(*mine))


def elsewhere(work: Work, row: TrainingClass, ids: Sequence[int]) -> set[int]:
    """Those of these people who on a day of an off-post class are in another one."""
    if not row.off_post or not ids:
        return set()
    engine = dialect(work.session)
    other = select(ClassMember.person_id).join(TrainingClass, TrainingClass.id == ClassMember.class_id)
    other = other.where(
        ClassMember.withdrawn_on.is_(None), among(engine, ClassMember.person_id, "ids"), TrainingClass.id != row.id,
        TrainingClass.cancelled_at.is_(None), TrainingClass.off_post, TrainingClass.starts_on <= row.ends_on,
        TrainingClass.ends_on >= row.starts_on,
    )  # fmt: skip
    return set(work.session.scalars(other, {"ids": numbers(engine, ids)}))


def held(work: Work, ids: Iterable[int]) -> None:
    """Let nobody else enrol these people until this work ends: two at once could put one of them into two classes."""
    engine = dialect(work.session)
    rows = select(Person.id).where(among(engine, Person.id, "ids")).order_by(Person.id).with_for_update(key_share=True)
    work.session.execute(rows, {"ids": numbers(engine, sorted(ids))}).all()


def of_person(work: Work, person_id: int, class_ids: Collection[int]) -> dict[int, bool]:
    """Those of these classes that somebody is in, and whether each was cancelled: a cancelled class admits nobody."""
    mine = select(ClassMember.class_id, TrainingClass.cancelled_at).join(TrainingClass, TrainingClass.id == ClassMember.class_id)
    mine = mine.where(ClassMember.person_id == person_id, ClassMember.withdrawn_on.is_(None), ClassMember.class_id.in_(class_ids))
    return {class_id: cancelled_at is not None for class_id, cancelled_at in work.session.execute(mine)}


@dataclass(frozen=True)
class Attended:
    """An off-post class that somebody is in."""

    class_id: int
    title: str
    from_on: date
    to_on: date

    @property
    def activity_key(self) -> str:
        """What its line of the ledger is known by (domain.md §6.1-4)."""
        return f"class:{self.class_id}"


def attended(work: Work, ids: Iterable[int], first: date, last: date) -> dict[int, list[Attended]]:
    """The off-post classes of these people with a day between the two; one statement. Who is withdrawn is in none, nor is anybody in a
    class that was cancelled."""
    engine = dialect(work.session)
    found: dict[int, list[Attended]] = defaultdict(list)
    rows = work.session.execute(_ATTENDED[engine], {"ids": numbers(engine, sorted(set(ids))), "first": first, "last": last})
    for person_id, *one in rows:
        found[person_id].append(Attended(*one))
    return found


def _attended(engine: str) -> Any:
    row = TrainingClass
    statement = select(ClassMember.person_id, row.id, row.title, row.starts_on, row.ends_on).join(row, row.id == ClassMember.class_id)
    return statement.where(
        among(engine, ClassMember.person_id, "ids"), ClassMember.withdrawn_on.is_(None), row.cancelled_at.is_(None), row.off_post,
        row.starts_on <= bindparam("last"), row.ends_on >= bindparam("first"),
    ).order_by(ClassMember.person_id, row.starts_on, row.id)  # fmt: skip


_ATTENDED = {engine: _attended(engine) for engine in ("sqlite", "postgresql")}


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
