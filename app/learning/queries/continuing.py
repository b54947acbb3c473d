"""What a person is in the middle of, for the home page and for other domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, or_, select

from app.catalogue.models import Course, CourseVersion, Lecture, VersionState
from app.catalogue.service import RUN_OUT
from app.kernel.db import UtcDateTime
from app.kernel.work import Work
from app.learning.models import CourseProgress, Coverage, PlayState
from app.learning.rules.progress import NEAR_THE_END_MS, Choice, next_lecture


@dataclass(frozen=True)
class Continuing:
    """A course to go on with, at the lecture opened last. `lecture_complete`: go on to the next one."""

    course_uid: UUID
    course_title: str
    course_title_en: str
    framework: str
    is_compulsory: bool
    hours: Decimal | None
    lecturer: str
    lectures: int
    lectures_done: int
    quiz_open: bool
    lecture_uid: UUID
    lecture_title: str
    lecture_no: int
    resume_ms: int
    duration_ms: int
    covered_ms: int
    lecture_complete: bool
    last_at: datetime

    @property
    def left_ms(self) -> int:
        """Media time of the lecture that is not credited yet."""
        return max(self.duration_ms - self.covered_ms, 0)

    @property
    def covered_percent(self) -> int:
        """How much of the lecture is credited, in whole percent."""
        return self.covered_ms * 100 // self.duration_ms if self.duration_ms else 0


@dataclass(frozen=True)
class Stand:
    """A lecture as the person stands to it."""

    lecture: Lecture
    covered_ms: int
    position_ms: int
    complete: bool


def studying(work: Work, person_id: int, limit: int = 4) -> list[Continuing]:
    """Courses begun and not completed, latest first, each at the lecture with which it goes on; two statements."""
    given = {"person": person_id, "limit": limit, "since": work.now - RUN_OUT}
    begun = [(row[0], row[1], row[2]) for row in work.session.execute(_begun(), given)]
    stands = _lectures(work, person_id, [progress.version_id for progress, _course, _version in begun]) if begun else {}
    return [_card(*row, _next(row[0], stands[row[2].id])) for row in begun if stands.get(row[2].id)]


@cache
def _begun() -> Any:
    """Courses in which the person `person` is: published, or retired not before `since`; built once."""
    is_open = or_(
        CourseVersion.state == VersionState.PUBLISHED,
        (CourseVersion.state == VersionState.RETIRED) & (CourseVersion.retired_at >= bindparam("since", type_=UtcDateTime())),
    )
    return (
        select(CourseProgress, Course, CourseVersion)
        .join(CourseVersion, CourseVersion.id == CourseProgress.version_id)
        .join(Course, Course.id == CourseProgress.course_id)
        .where(CourseProgress.person_id == bindparam("person"), CourseProgress.completed_at.is_(None), is_open)
        .order_by(CourseProgress.last_at.desc(), CourseProgress.version_id.desc())
        .limit(bindparam("limit", type_=Integer))
    )


@cache
def lectures_as_studied() -> Any:
    """Lectures of the `versions` with what of each is credited to the person `person`, where he was, when it was complete."""
    person: Any = bindparam("person")
    return (
        select(Lecture, Coverage.covered_ms, func.coalesce(PlayState.position_ms, Coverage.position_ms, 0), Coverage.completed_at)
        .outerjoin(Coverage, (Coverage.lecture_id == Lecture.id) & (Coverage.person_id == person))
        .outerjoin(PlayState, (PlayState.lecture_id == Lecture.id) & (PlayState.person_id == person))
        .where(Lecture.version_id.in_(bindparam("versions", expanding=True)))
        .order_by(Lecture.version_id, Lecture.position)
    )


def _lectures(work: Work, person_id: int, versions: Sequence[int]) -> dict[int, list[Stand]]:
    """The lectures of these versions in order, as the person stands to them."""
    rows = work.session.execute(lectures_as_studied(), {"person": person_id, "versions": versions})
    found: dict[int, list[Stand]] = {}
    for lecture, covered_ms, position_ms, completed_at in rows:
        found.setdefault(lecture.version_id, []).append(Stand(lecture, covered_ms or 0, position_ms, completed_at is not None))
    return found


def _next(begun: CourseProgress, stands: list[Stand]) -> tuple[int, Stand]:
    """The lecture to go on with and its number; the one left last when all are complete."""
    choices = [
        Choice(at, stand.lecture.is_mandatory, stand.complete, stand.lecture.id == begun.last_lecture_id)
        for at, stand in enumerate(stands, start=1)
    ]
    left = next((choice.at for choice in choices if choice.is_last), 1)
    chosen = next_lecture(choices)
    at = chosen.at if chosen else left
    return at, stands[at - 1]


def _card(begun: CourseProgress, course: Course, version: CourseVersion, here: tuple[int, Stand]) -> Continuing:
    at, stand = here
    lecture = stand.lecture
    return Continuing(
        course.uid, version.title, version.title_en, course.framework, version.is_compulsory, version.nominal_hours, version.lecturer,
        version.lecture_count, begun.lectures_done, begun.lectures_completed_at is not None, lecture.uid, lecture.title, at,
        0 if stand.position_ms >= lecture.duration_ms - NEAR_THE_END_MS else stand.position_ms, lecture.duration_ms,
        stand.covered_ms, stand.complete, begun.last_at,
    )  # fmt: skip
