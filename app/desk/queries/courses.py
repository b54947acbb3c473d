"""Courses at the desk: those that wait for a person, and those that posted by themselves and were drawn to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, literal, select, tuple_

from app.catalogue.models import CourseVersion
from app.claims.actions import Action
from app.desk.models import HeldCourse, Sample
from app.desk.rules import SampleState
from app.hours.models import CourseCredit, CreditState
from app.kernel.errors import NotFound
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Person

SIZE = 50
CHUNK = 400


@dataclass(frozen=True)
class CourseRow:
    """A course of a person, with the uids by which the outside names both."""

    credit: CourseCredit
    name: str
    person: UUID
    version: UUID
    drawn_at: datetime | None = None

    @property
    def key(self) -> str:
        """What a form says for it."""
        return f"{self.person}.{self.version}"


def pending_courses(work: Work, cursor: str | None = None) -> Page[CourseRow]:
    """Courses that wait for certification within the scope, by person."""
    key = decode_cursor(cursor, int, int)
    statement = _mine(work, _listed()).where(CourseCredit.state == CreditState.PENDING, ~_is_held(CourseCredit))
    if key:
        after = (CourseCredit.person_id > key[0]) | ((CourseCredit.person_id == key[0]) & (CourseCredit.version_id > key[1]))
        statement = statement.where(after)
    statement = statement.order_by(CourseCredit.person_id, CourseCredit.version_id).limit(SIZE + 1)
    rows = [CourseRow(*row) for row in work.session.execute(statement)]
    return keyset(rows, lambda row: (row.credit.person_id, row.credit.version_id), SIZE)


def samples(work: Work, cursor: str | None = None) -> Page[CourseRow]:
    """Courses drawn for audit that nobody has looked at, the first drawn first."""
    key = decode_cursor(cursor, datetime, int, int)
    statement = _mine(work, _listed().add_columns(Sample.drawn_at).join(
        Sample, (Sample.person_id == CourseCredit.person_id) & (Sample.version_id == CourseCredit.version_id)
    )).where(Sample.state == SampleState.OPEN, ~_is_held(Sample))  # fmt: skip
    if key:
        same = (Sample.drawn_at == key[0]) & ((Sample.person_id > key[1]) | ((Sample.person_id == key[1]) & (Sample.version_id > key[2])))
        statement = statement.where((Sample.drawn_at > key[0]) | same)
    statement = statement.order_by(Sample.drawn_at, Sample.person_id, Sample.version_id).limit(SIZE + 1)
    rows = [CourseRow(*row) for row in work.session.execute(statement)]
    return keyset(rows, lambda row: ((row.drawn_at or work.now).isoformat(), row.credit.person_id, row.credit.version_id), SIZE)


def course_parts() -> list[Any]:
    """Courses that wait and courses drawn, of everybody, as (name, person, version): parts of the one statement of figures."""
    waits = select(literal("courses"), CourseCredit.person_id, CourseCredit.version_id)
    drawn = select(literal("samples"), Sample.person_id, Sample.version_id)
    return [
        waits.where(CourseCredit.state == CreditState.PENDING, ~_is_held(CourseCredit)),
        drawn.where(Sample.state == SampleState.OPEN, ~_is_held(Sample)),
    ]


def keys_of(work: Work, wanted: list[tuple[UUID, UUID]]) -> list[tuple[int, int]]:
    """The numbers of persons and versions behind their uids; what is not there is left out."""
    whose, which = {person for person, _ in wanted}, {version for _, version in wanted}
    known = select(Person.uid, Person.id).where(Person.uid.in_(whose))
    people_ids = {row.uid: row.id for row in work.session.execute(known)}
    offered = select(CourseVersion.uid, CourseVersion.id).where(CourseVersion.uid.in_(which))
    versions = {row.uid: row.id for row in work.session.execute(offered)}
    return [(people_ids[person], versions[version]) for person, version in wanted if person in people_ids and version in versions]


def key_of(work: Work, person: UUID, version: UUID) -> tuple[int, int]:
    """One of them. NotFound."""
    found = keys_of(work, [(person, version)])
    if not found:
        raise NotFound()
    return found[0]


def named(work: Work, names: Iterable[str]) -> dict[str, str]:
    """Person and course behind what a decision kept of its courses ("person.version"), for those within the scope."""
    keys = [(int(person), int(version)) for person, _dot, version in (name.partition(".") for name in names)]
    found: dict[str, str] = {}
    for start in range(0, len(keys), CHUNK):
        some = tuple_(CourseCredit.person_id, CourseCredit.version_id).in_(keys[start : start + CHUNK])
        for row in work.session.execute(_mine(work, _listed()).where(some)):
            found[f"{row[0].person_id}.{row[0].version_id}"] = f"{row.name} · {row[0].title}"
    return found


def _is_held(table: Any) -> Any:
    """Whether somebody has decided this course a moment ago."""
    return exists(
        select(1).select_from(HeldCourse)
        .where(HeldCourse.person_id == table.person_id, HeldCourse.version_id == table.version_id, HeldCourse.is_open)
        .correlate_except(HeldCourse)
    )  # fmt: skip


def _listed() -> Any:
    return (
        select(CourseCredit, Person.name, Person.uid.label("person"), CourseVersion.uid.label("version"))
        .join(Person, Person.id == CourseCredit.person_id)
        .join(CourseVersion, CourseVersion.id == CourseCredit.version_id)
    )


def _mine(work: Work, statement: Any) -> Any:
    return statement.where(
        people.visible(work, Action.CERTIFY, CourseCredit.person_id), CourseCredit.person_id != (work.actor.person_id or -1)
    )


def credits(work: Work, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], CourseCredit]:
    """What these courses (person, version) came to, as it stands in the database now."""
    found = ((key, work.session.get(CourseCredit, key, populate_existing=True)) for key in keys)
    return {key: credit for key, credit in found if credit is not None}
