"""Reads of the members of training classes: who is and was in one, whom an officer can enrol, in which classes somebody is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, false, func, select

from app.classes.models import ClassMember, ClassTrail, TrainingClass
from app.kernel.db import among, dialect, numbers
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Account, Appointment, Person, Unit
from app.people.rules import Nobody
from app.people.service import today

CHUNK = 500


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


def has_people(work: Work, action: str) -> bool:
    """Whether anybody at all can be within the scope of the action; of a role without jurisdiction nobody is."""
    return any(not isinstance(one, Nobody) for one in people.scope_of(work, action).predicates)


class Candidate(NamedTuple):
    """Somebody whom the actor may enrol."""

    id: int
    name: str


def within_scope(work: Work, action: str, user_names: Sequence[str]) -> dict[str, Candidate]:
    """Those of these user names whose people lie within the scope of the action and are in service."""
    found: dict[str, Candidate] = {}
    mine = people.visible(work, action, Account.person_id)
    for start in range(0, len(user_names), CHUNK):
        some = select(Account.user_name, Person.id, Person.name).join(Person, Person.id == Account.person_id)
        some = some.where(Account.user_name.in_(user_names[start : start + CHUNK]), Person.status == "active", mine)
        found |= {word: Candidate(person_id, name) for word, person_id, name in work.session.execute(some)}
    return found


def found_within(work: Work, action: str, uids: Sequence[UUID]) -> dict[UUID, Candidate]:
    """Those of these people, by their outside names, who lie within the scope of the action and are in service; of a page or so."""
    some = select(Person.uid, Person.id, Person.name).where(Person.uid.in_(uids[:CHUNK]), Person.status == "active")
    rows = work.session.execute(some.where(people.visible(work, action, Person.id)))
    return {uid: Candidate(person_id, name) for uid, person_id, name in rows}


@dataclass(frozen=True)
class FoundRow:
    """Somebody whom a search found: his card, and what keeps him out of the class, as a code; empty where nothing does."""

    card: people.PersonCard
    bar: str


def found(work: Work, row: TrainingClass, action: str, words: str, page: str | None = None) -> Page[FoundRow]:
    """People within the scope of the action, by name or unit; nobody unless one is looked for."""
    if not words:
        return Page(())
    cards = people.people(work, words, cursor=page, action=action)
    ids = [one.person_id for one in cards.items]
    inside, busy = standing(work, row.id), elsewhere(work, row, ids)

    def bar(card: people.PersonCard) -> str:
        if card.person_id in inside:
            return "inside"
        if card.status != "active":
            return "no_longer_serving"
        return "oneself" if card.person_id == work.actor.person_id else "in_another_class" if card.person_id in busy else ""

    return cards.map(lambda card: FoundRow(card, bar(card)))


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
