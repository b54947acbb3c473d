"""Reads for the studio and the publishing desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import Course, CourseVersion, Lecture, VersionState
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.media.models import Asset
from app.people.models import Person


@dataclass(frozen=True)
class VersionRow:
    """One line of a list of versions."""

    id: int
    uid: UUID
    course_uid: UUID
    code: str
    framework: str
    title: str
    state: str
    number: int
    lecture_count: int
    nominal_ms: int
    nominal_hours: Decimal | None
    author: str
    author_id: int
    submitted_at: datetime | None
    published_at: datetime | None
    created_at: datetime


_ROW = (
    CourseVersion.id, CourseVersion.uid, Course.uid, Course.code, Course.framework, CourseVersion.title, CourseVersion.state,
    CourseVersion.number, CourseVersion.lecture_count, CourseVersion.nominal_ms, CourseVersion.nominal_hours, Person.name,
    CourseVersion.author_id, CourseVersion.submitted_at, CourseVersion.published_at, CourseVersion.created_at,
)  # fmt: skip


def my_versions(work: Work, page: str | None = None) -> Page[VersionRow]:
    """The actor's own versions, newest first."""
    key = decode_cursor(page, int)
    statement = (
        select(*_ROW).join(Course, Course.id == CourseVersion.course_id).join(Person, Person.id == CourseVersion.author_id)
        .where(CourseVersion.author_id == work.person_id).order_by(CourseVersion.id.desc()).limit(SIZE + 1)
    )  # fmt: skip
    if key is not None:
        statement = statement.where(CourseVersion.id < key[0])
    rows = [VersionRow(*tuple(row)) for row in work.session.execute(statement)]
    return keyset(rows, lambda row: (row.id,))


def versions_in(work: Work, state: VersionState, page: str | None = None) -> Page[VersionRow]:
    """Versions of one state for the publishing desk, newest first."""
    key = decode_cursor(page, int)
    statement = (
        select(*_ROW).join(Course, Course.id == CourseVersion.course_id).join(Person, Person.id == CourseVersion.author_id)
        .where(CourseVersion.state == state).order_by(CourseVersion.id.desc()).limit(SIZE + 1)
    )  # fmt: skip
    if key is not None:
        statement = statement.where(CourseVersion.id < key[0])
    rows = [VersionRow(*tuple(row)) for row in work.session.execute(statement)]
    return keyset(rows, lambda row: (row.id,))


def course_of(work: Work, version: CourseVersion) -> Course:
    """The course a version belongs to."""
    return work.session.get_one(Course, version.course_id)


def lectures(work: Work, version_id: int) -> list[tuple[Lecture, Asset | None]]:
    """The lectures of a version in order, each with its medium."""
    statement = (
        select(Lecture, Asset)
        .outerjoin(Asset, Asset.id == Lecture.asset_id)
        .where(Lecture.version_id == version_id)
        .order_by(Lecture.position)
    )
    return [(row[0], row[1]) for row in work.session.execute(statement)]


def asset_uid(work: Work, lecture: Lecture) -> str:
    """The outside name of a lecture's medium, or nothing."""
    found = work.session.scalar(select(Asset.uid).where(Asset.id == lecture.asset_id))
    return str(found) if found else ""


@dataclass(frozen=True)
class LecturePlace:
    """A lecture by the code of its course and its number in it, as files name it."""

    lecture_id: int
    code: str
    course: str
    position: int
    title: str
    duration_ms: int


_PLACE = (Lecture.id, Course.code, CourseVersion.title, Lecture.position, Lecture.title, Lecture.duration_ms)


def published_lectures(work: Work, codes: Collection[str]) -> list[LecturePlace]:
    """The lectures of the versions in force of these courses."""
    statement = (
        select(*_PLACE)
        .join(CourseVersion, CourseVersion.id == Lecture.version_id)
        .join(Course, Course.current_version_id == CourseVersion.id)
        .where(Course.code.in_(codes))
    )
    return [LecturePlace(*row) for row in work.session.execute(statement)] if codes else []


def lecture_places(work: Work, lecture_ids: Collection[int]) -> dict[int, LecturePlace]:
    """Where these lectures stand, of whatever version they are."""
    statement = (
        select(*_PLACE)
        .join(CourseVersion, CourseVersion.id == Lecture.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Lecture.id.in_(lecture_ids))
    )
    return {row.id: LecturePlace(*row) for row in work.session.execute(statement)} if lecture_ids else {}


def published_titles(work: Work, most: int) -> list[tuple[str, str]]:
    """Code and title of published courses, the newest first."""
    rows = select(Course.code, CourseVersion.title).join(CourseVersion, CourseVersion.id == Course.current_version_id)
    return [(code, title) for code, title in work.session.execute(rows.order_by(CourseVersion.published_at.desc()).limit(most))]
