"""Sealing in the background."""

from __future__ import annotations

from datetime import timedelta

from app.jobs.service import every, long_job
from app.kernel.work import Actor, College, working
from app.ledger import service

SEAL_EVERY = timedelta(minutes=5)


@long_job("ledger.seal", tries=3)
def seal_all(college: College) -> None:
    """Seal whatever waits, a batch in each unit of work; safe to run twice, for a batch is sealed once."""
    while True:
        with working(college, Actor.system("sealer")) as work:
            if service.seal(work) is None:
                return


every("ledger.seal", SEAL_EVERY)
