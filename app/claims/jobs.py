"""Once an hour, and when an appeal is filed: what was let pass is put before the organ above."""

from __future__ import annotations

from datetime import timedelta

from app.claims.service import escalating
from app.claims.service.above import JOB
from app.jobs.service import every, long_job
from app.kernel.work import Actor, College, working


@long_job(JOB, tries=3)
def escalate(college: College) -> None:
    """Put before the organ above whatever is due to be, some hundreds in each transaction. Safe to run twice.

    Who reaches whom is read before the turn to write.
    """
    while True:
        with working(college, Actor.system("claims"), write=False) as work:
            seats = escalating.Seats(work)
        if not seats.let:
            return
        with working(college, Actor.system("claims")) as work:
            if not escalating.escalate(work, seats):
                return


every(JOB, timedelta(hours=1))
