"""A worker that makes a classical mistake, to show that the loop of test_kill notices it.

What it hands in is committed before it is noted that the job is done, and it hands in whatever it finds, also what is in
already: killed in between, the next worker does it a second time.
"""

from __future__ import annotations

import time

from sqlalchemy import update

from app.exams import service
from app.exams.models import Attempt, AttemptState
from app.exams.service import marking
from app.kernel.work import Work
from tests.exams.honest import app

__all__ = ["app"]

careful = marking.hand_in_late
BETWEEN = 0.2
"""Seconds between what is done and what is noted."""


def hand_in_late(work: Work, person_id: int, attempt_id: int) -> None:
    """Hand in, whatever was there before, and take some time to say so."""
    mine = update(Attempt).where(Attempt.person_id == person_id, Attempt.id == attempt_id)
    work.session.execute(mine.values(state=AttemptState.RUNNING))
    careful(work, person_id, attempt_id)
    work.session.commit()
    time.sleep(BETWEEN)


service.hand_in_late = hand_in_late
