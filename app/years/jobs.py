"""What takes minutes for a whole city: a report anew, what a year hands on, rules tried on everybody, everybody judged anew."""

from __future__ import annotations

from uuid import UUID

from app.jobs.service import long_job
from app.kernel.work import College
from app.years import service


@long_job("years.reissue", tries=3)
def reissue(college: College, year: int) -> None:
    """Issue the report of a restated year anew, what it hands on put right before. Safe to run twice."""
    service.carry_over(college, year)
    service.reissue(college, year)


@long_job("years.carry", tries=3)
def carry(college: College, year: int) -> None:
    """Post what a closed year hands on to the next. Safe to run twice."""
    service.carry_over(college, year)


@long_job("years.try_rules", tries=3)
def try_rules(college: College, uid: str) -> None:
    """Judge everybody by both versions. Safe to run twice."""
    service.try_out(college, UUID(uid))


@long_job("years.rejudge", tries=3)
def rejudge(college: College, since: int) -> None:
    """Judge everybody anew by the rules in force. Safe to run twice."""
    service.rejudge(college, since)
