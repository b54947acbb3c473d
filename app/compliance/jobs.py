"""Once an hour, what the calendar changes by itself."""

from __future__ import annotations

from datetime import timedelta

from app.compliance import service
from app.jobs.service import every, long_job
from app.kernel.work import College


@long_job("compliance.catch_up", tries=3)
def catch_up(college: College) -> None:
    """Open the year that has begun; judge anew who turned to another unit, rank or team. Safe to run twice."""
    service.catch_up(college)


every("compliance.catch_up", timedelta(hours=1))
