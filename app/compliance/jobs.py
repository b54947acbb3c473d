"""Once an hour, what the calendar changes by itself; once a day, the figures to compare the next month with."""

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


@long_job("compliance.snapshot", tries=3)
def snapshot(college: College) -> None:
    """Keep today's figures in the place of those of earlier this month. Safe to run twice."""
    service.take(college)


every("compliance.snapshot", timedelta(days=1))
