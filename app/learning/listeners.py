"""What study hears from below: a graded attempt may complete a course; exams ask who may sit."""

from __future__ import annotations

from app.exams import service as exams
from app.kernel.events import on
from app.kernel.work import Work
from app.learning import service

exams.set_eligibility(service.eligibility, service.begun)


@on(exams.AttemptGraded)
def passed_quiz_may_complete_the_course(work: Work, event: exams.AttemptGraded) -> None:
    """A passed closing quiz is the last step of its course."""
    if event.passed and event.course_version_id is not None:
        service.quiz_passed(work, event.person_id, event.course_version_id, event.score)
