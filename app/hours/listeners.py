"""Answers to announcements from lower floors, in their transactions."""

from __future__ import annotations

from app.hours import service
from app.kernel.events import on
from app.kernel.work import Work
from app.learning.service import CourseCompleted


@on(CourseCompleted)
def a_finished_course_becomes_hours(work: Work, event: CourseCompleted) -> None:
    """Credit the course."""
    service.credit_course(work, event.person_id, event.course_version_id, event.score)
