"""The alarm of an attempt: hand it in when its deadline and grace are over."""

from __future__ import annotations

from app.exams import service
from app.jobs.service import job
from app.kernel.work import Work


@job("exams.hand_in", tries=10)
def hand_in(work: Work, person_id: int, attempt_id: int) -> None:
    """Hand in what was saved, unless the person was quicker; safe to run twice."""
    service.hand_in_late(work, person_id, attempt_id)
