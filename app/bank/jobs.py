"""Forgetting the files of imports that nobody came back for."""

from __future__ import annotations

from datetime import timedelta

from app.bank.service import forget_old_files
from app.jobs.service import every, job
from app.kernel.work import Work


@job("bank.tidy", tries=1)
def tidy(work: Work) -> None:
    """Daily: delete the files of imports after a week."""
    forget_old_files(work.settings, work.now.date())


every("bank.tidy", timedelta(days=1))
