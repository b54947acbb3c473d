"""Sealing in the background, and walking through all of it once a day."""

from __future__ import annotations

from datetime import timedelta

from app.jobs.service import every, long_job
from app.kernel.work import Actor, College, working
from app.ledger import service
from app.ledger.service import checking

SEAL_EVERY = timedelta(minutes=5)
CHECK_EVERY = timedelta(days=1)


@long_job("ledger.seal", tries=3)
def seal_all(college: College) -> None:
    """Seal whatever waits, a batch in each unit of work; safe to run twice, for a batch is sealed once."""
    while True:
        with working(college, Actor.system("sealer")) as work:
            if service.seal(work) is None:
                return


@long_job("ledger.check", tries=1, heavy=True)
def check_all(college: College) -> None:
    """Walk every chain and keep what came of it; a wrong line fails no job, the page of the auditor says it."""
    checking.check(college, Actor.system("ledger check"))


every("ledger.seal", SEAL_EVERY)
every("ledger.check", CHECK_EVERY)
