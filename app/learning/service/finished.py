"""Which courses a person has finished, for examinations that depend on it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from app.kernel.work import Work
from app.learning.models import CourseProgress


def finished(work: Work, person_id: int, course_ids: Collection[int]) -> Collection[int]:
    """Those of these courses that the person has finished, in any version."""
    mine = CourseProgress.person_id == person_id, CourseProgress.course_id.in_(list(course_ids))
    return frozenset(work.session.scalars(select(CourseProgress.course_id).where(*mine, CourseProgress.completed_at.is_not(None))))
