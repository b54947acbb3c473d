"""What is known of a finished course: its version, when it was begun, what each lecture rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.learning.models import CourseProgress, Coverage


@dataclass(frozen=True)
class Finished:
    """A course version and how the person went through it."""

    course: Course
    version: CourseVersion
    started_at: datetime | None
    lectures: tuple[dict[str, Any], ...]

    @property
    def seconds(self) -> list[int]:
        """Lengths of the mandatory lectures, in order; a started second counts as whole only when it is over."""
        return [lecture["duration_ms"] // 1000 for lecture in self.lectures if lecture["mandatory"]]


def finished(work: Work, person_id: int, version_id: int) -> Finished:
    """The course behind a completion. Raises NotFound for a version that is none."""
    found = work.session.execute(
        select(Course, CourseVersion, CourseProgress.started_at)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(CourseProgress, (CourseProgress.version_id == CourseVersion.id) & (CourseProgress.person_id == person_id))
        .where(CourseVersion.id == version_id)
    ).first()
    if found is None:
        raise NotFound()
    rows = work.session.execute(
        select(Lecture.uid, Lecture.duration_ms, Lecture.is_mandatory, Coverage.covered_ms)
        .outerjoin(Coverage, (Coverage.lecture_id == Lecture.id) & (Coverage.person_id == person_id))
        .where(Lecture.version_id == version_id)
        .order_by(Lecture.position)
    )
    lectures = tuple(
        {"lecture": str(row.uid), "duration_ms": row.duration_ms, "mandatory": row.is_mandatory, "covered_ms": row.covered_ms or 0}
        for row in rows
    )
    return Finished(found[0], found[1], found[2], lectures)
