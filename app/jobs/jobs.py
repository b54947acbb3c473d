"""Forgetting what is kept for a while only."""

from __future__ import annotations

from datetime import timedelta

from app.jobs import service
from app.kernel import idempotency
from app.kernel.work import Work


@service.job("jobs.tidy", tries=1)
def tidy(work: Work) -> None:
    """Daily: forget answers kept under an Idempotency-Key (decisions 27) and jobs that are long done."""
    idempotency.prune(work)
    service.prune(work)


service.every("jobs.tidy", timedelta(days=1))
