"""What examinations do when courses move, and what they tell the bank."""

from __future__ import annotations

from app.bank import service as bank
from app.catalogue.service import CoursePublished, VersionBegun
from app.exams import service
from app.exams.queries.secrets import fixed_now
from app.exams.queries.statistics import uses
from app.kernel.events import on
from app.kernel.work import Work

bank.set_uses(uses)
bank.set_asked(fixed_now)
bank.set_read(service.read_keys)


@on(CoursePublished)
def a_course_is_not_published_with_a_quiz_that_cannot_be_sat(work: Work, event: CoursePublished) -> None:
    """A quiz with too few questions stops the publication."""
    service.check_quiz(work, event.version_id)


@on(VersionBegun)
def a_new_version_takes_its_quiz_along(work: Work, event: VersionBegun) -> None:
    """The draft begins with the questions of the version it copies."""
    service.copy_closing_quiz(work, event.old_id, event.new_id)
