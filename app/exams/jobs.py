"""The alarm of an attempt: hand it in when its deadline and grace are over. And statistics, kept up to date."""

from __future__ import annotations

from datetime import timedelta

from app.exams import service
from app.jobs.service import every, job, long_job
from app.kernel.work import Actor, College, Work, working


@job("exams.hand_in", tries=10)
def hand_in(work: Work, person_id: int, attempt_id: int) -> None:
    """Hand in what was saved, unless the person was quicker; safe to run twice."""
    service.hand_in_late(work, person_id, attempt_id)


@long_job("exams.figures", tries=2)
def make_figures(college: College) -> None:
    """Statistics of every examination in which something has come out since the last time, one unit of work each."""
    with working(college, Actor.system("figures"), write=False) as work:
        waiting = service.outdated_figures(work)
    for exam_id in waiting:
        make_figures_of(college, exam_id)


@long_job("exams.figures_of")
def make_figures_of(college: College, exam_id: int) -> None:
    """Statistics of one examination: read and worked out first, written in a moment."""
    with working(college, Actor.system("figures"), write=False) as work:
        found = service.work_out_figures(work, exam_id)
    if found is not None:
        with working(college, Actor.system("figures")) as work:
            service.keep_figures(work, found)


every("exams.figures", timedelta(minutes=5))
