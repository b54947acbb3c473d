"""What examinations do when courses move."""

from __future__ import annotations

from app.catalogue.service import CoursePublished
from app.exams import service
from app.kernel.events import on
from app.kernel.work import Work


@on(CoursePublished)
def a_course_is_not_published_with_a_quiz_that_cannot_be_sat(work: Work, event: CoursePublished) -> None:
    """A quiz with too few questions stops the publication."""
    service.check_quiz(work, event.version_id)
