"""Carrying out what was held for ten seconds."""

from __future__ import annotations

from app.desk import service
from app.desk.service.keeping import JOB
from app.jobs.service import job
from app.kernel.work import Work


@job(JOB, tries=10)
def carry_out(work: Work, held_id: int) -> None:
    """Carry out a held decision, unless it was undone; safe to run twice."""
    service.carry_out(work, held_id)
