"""A file of past training brought in or taken back while nobody waits for an answer."""

from __future__ import annotations

from uuid import UUID

from app.history.service import background
from app.jobs.service import long_job
from app.kernel.work import College


@long_job(background.BRING_IN, tries=3)
def bring_in(college: College, uid: str, person_id: int, only_good: bool) -> None:
    """Bring a file in. Safe to run twice."""
    background.run_in(college, UUID(uid), person_id, only_good=only_good)


@long_job(background.TAKE_BACK, tries=3)
def take_back(college: College, uid: str, person_id: int, reason: str) -> None:
    """Take an import back. Safe to run twice."""
    background.run_back(college, UUID(uid), person_id, reason)
