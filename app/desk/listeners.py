"""Answers to announcements from lower floors, in their transactions."""

from __future__ import annotations

from app.desk.service import sampling
from app.hours.models import CreditState
from app.hours.service import CourseCredited
from app.kernel.events import on
from app.kernel.work import Work


@on(CourseCredited)
def some_courses_are_looked_at_by_a_person(work: Work, event: CourseCredited) -> None:
    """Draw from what posted by itself."""
    if event.state == CreditState.POSTED:
        sampling.draw(work, event.person_id, event.version_id)
