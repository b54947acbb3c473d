"""The hours of examinations whose results come out when everybody is done."""

from __future__ import annotations

from app.hours import queries, service
from app.jobs.service import long_job
from app.kernel.work import Actor, College, working

AT_ONCE = 500
"""People whose lines are written in one transaction."""


@long_job(service.POST, tries=10)
def post_exam(college: College, exam_id: int) -> None:
    """Post what passes are worth; safe to run twice, and before the time (the window may have become longer meanwhile)."""
    with working(college, Actor.system("hours"), write=False) as work:
        people = queries.who_passed(work, exam_id)
    for start in range(0, len(people), AT_ONCE):
        with working(college, Actor.system("hours")) as work:
            service.settle_exam(work, exam_id, people[start : start + AT_ONCE])
