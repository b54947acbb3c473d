"""Reads behind the verbs of study: where a lecture stands, what a person has begun, which medium a session plays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, exists, select

from app.catalogue.models import Course, CourseVersion, Lecture, VersionState
from app.exams.models import Exam, ExamState
from app.kernel.work import Work
from app.learning.models import CourseProgress, Coverage, PlaySession, PlayState
from app.learning.rules.progress import Step
from app.media.models import Asset

AnyRow = Row[*tuple[Any, ...]]
PUBLISHED, RETIRED, SUBMITTED = VersionState.PUBLISHED, VersionState.RETIRED, VersionState.SUBMITTED


@dataclass(frozen=True)
class Standing:
    """The state of a version, as far as it decides who may see it."""

    version_id: int
    state: str
    author_id: int
    retired_at: datetime | None


@dataclass(frozen=True)
class Place:
    """A lecture in its course."""

    lecture_id: int
    lecture_uid: UUID
    duration_ms: int
    asset_id: int | None
    course_id: int
    course_uid: UUID
    standing: Standing


def place(work: Work, lecture_uid: UUID) -> Place | None:
    """Where a lecture stands, or None."""
    statement = (
        select(Lecture.id, Lecture.duration_ms, Lecture.asset_id, Course.id, Course.uid,
               CourseVersion.id, CourseVersion.state, CourseVersion.author_id, CourseVersion.retired_at)
        .join(CourseVersion, CourseVersion.id == Lecture.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Lecture.uid == lecture_uid)
    )  # fmt: skip
    row = work.session.execute(statement).first()
    if row is None:
        return None
    lecture_id, duration_ms, asset_id, course_id, course_uid, version_id, state, author_id, retired_at = row
    standing = Standing(version_id, state, author_id, retired_at)
    return Place(lecture_id, lecture_uid, duration_ms, asset_id, course_id, course_uid, standing)


def has_begun(work: Work, person_id: int, version_id: int) -> bool:
    """Whether the person has studied in this version."""
    return work.session.get(CourseProgress, (person_id, version_id)) is not None


def has_quiz(work: Work, version_id: int) -> bool:
    """Whether a closing quiz stands at the end of this version."""
    quiz = exists().where(Exam.course_version_id == version_id, Exam.state != ExamState.DRAFT)
    return bool(work.session.scalar(select(quiz)))


def steps(work: Work, person_id: int, version_id: int) -> list[Step]:
    """Each lecture of the version as the person stands to it."""
    statement = (
        select(Lecture.is_mandatory, Coverage.completed_at)
        .outerjoin(Coverage, (Coverage.lecture_id == Lecture.id) & (Coverage.person_id == person_id))
        .where(Lecture.version_id == version_id)
    )
    return [Step(mandatory, completed_at is not None) for mandatory, completed_at in work.session.execute(statement)]


_AT, _STATE, _ASSET = (cast(Table, model.__table__) for model in (PlaySession, PlayState, Asset))


def live_medium(work: Work, person_id: int, session: UUID) -> AnyRow | None:
    """asset_id, changed_at (of the medium) and last_ms of the person's live session, or None when it is not the live one."""
    statement = (
        select(_AT.c.asset_id, _ASSET.c.changed_at, _STATE.c.last_ms)
        .select_from(_STATE.join(_AT, (_STATE.c.person_id == _AT.c.person_id) & (_STATE.c.session == _AT.c.uid)))
        .join(_ASSET, _ASSET.c.id == _AT.c.asset_id)
        .where(_STATE.c.person_id == person_id, _STATE.c.session == session, _STATE.c.closed.is_(False))
    )
    return work.session.connection().execute(statement).first()
