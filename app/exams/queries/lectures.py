"""What examinations read of courses: where an answer is taught, and what an author may point at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.bank.models import Question, QuestionVersion
from app.catalogue.models import Course, CourseVersion, Lecture, VersionState
from app.kernel.errors import NotFound
from app.kernel.work import Work


class Taught(msgspec.Struct, frozen=True):
    """Where a question is taught: the lecture and the second in it."""

    course: UUID
    lecture: UUID
    title: str
    position: int
    second: int


@dataclass(frozen=True)
class Words:
    """The public words of a question version, its topic and where it is taught."""

    stem: str
    options: dict[str, str]
    topic: str
    taught: Taught | None
    shown: Mapping[str, Any] = field(default_factory=dict)
    """The rest of what a candidate sees of it (app/bank/rules/packed.py)."""
    question_id: int = 0
    question: UUID | None = None
    kind: str = ""


@dataclass(frozen=True)
class CourseFacts:
    """What the editor says of the course: its version and course by their outside names, and whether it is a draft."""

    version: UUID
    course: UUID
    title: str
    is_draft: bool


@dataclass(frozen=True)
class Choice:
    """A lecture an author may point at."""

    id: int
    uid: UUID
    title: str
    position: int
    seconds: int


def version_uid(work: Work, version_id: int) -> UUID:
    """The outside name of a course version."""
    found = work.session.scalar(select(CourseVersion.uid).where(CourseVersion.id == version_id))
    if found is None:
        raise NotFound()
    return found


def version_id(work: Work, uid: UUID) -> int:
    """The number of a course version."""
    found = work.session.scalar(select(CourseVersion.id).where(CourseVersion.uid == uid))
    if found is None:
        raise NotFound()
    return found


def course(work: Work, version_id: int) -> CourseFacts:
    """The course version a quiz belongs to."""
    row = work.session.execute(
        select(CourseVersion.uid, Course.uid, CourseVersion.title, CourseVersion.state)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.id == version_id)
    ).one()
    return CourseFacts(row[0], row[1], row[2], row[3] == VersionState.DRAFT)


def choices(work: Work, version_id: int | None) -> list[Choice]:
    """The lectures of a course version in their order."""
    columns = select(Lecture.id, Lecture.uid, Lecture.title, Lecture.position, Lecture.duration_ms)
    rows = work.session.execute(columns.where(Lecture.version_id == version_id).order_by(Lecture.position))
    return [Choice(row.id, row.uid, row.title, row.position, row.duration_ms // 1000) for row in rows]


def lengths(work: Work, version_id: int | None) -> dict[int, int]:
    """Seconds of each lecture of a course version."""
    return {one.id: one.seconds for one in choices(work, version_id)}


def same_places(work: Work, from_version_id: int, to_version_id: int) -> dict[int | None, int]:
    """For each lecture of one version, the one in the same place of the other if it has the same title."""
    new = {(one.position, one.title): one.id for one in choices(work, to_version_id)}
    old = choices(work, from_version_id)
    return {one.id: new[one.position, one.title] for one in old if (one.position, one.title) in new}


def words(work: Work, version_ids: Collection[int]) -> dict[int, Words]:
    """The public words of question versions with the lecture second that teaches each, in one statement."""
    version = QuestionVersion
    rows = work.session.execute(
        select(
            version.id,
            version.stem,
            version.options,
            version.topic,
            version.at_second,
            version.shown,
            version.question_id,
            Question.uid,
            version.kind,
            Course.uid,
            Lecture.uid,
            Lecture.title,
            Lecture.position,
        )
        .join(Question, Question.id == version.question_id)
        .outerjoin(Lecture, Lecture.id == version.lecture_id)
        .outerjoin(CourseVersion, CourseVersion.id == Lecture.version_id)
        .outerjoin(Course, Course.id == CourseVersion.course_id)
        .where(version.id.in_(list(version_ids)))
    )
    return {
        number: Words(
            stem, dict(options), topic, Taught(course, lecture, title, position, second or 0) if lecture else None, shown, owner, uid, kind
        )
        for number, stem, options, topic, second, shown, owner, uid, kind, course, lecture, title, position in rows
    }
