"""The sittings of the demo look like those of people: each question has taken some time."""

from __future__ import annotations

from sqlalchemy import select

from app.exams import demo
from app.exams.models import Attempt
from tests.exams import build, papers, sat
from tests.exams.build import WorkAs


def test_every_question_of_a_demo_sitting_has_taken_half_a_minute_or_more(work_as: WorkAs) -> None:
    exam, actor = sat.examination(work_as), papers.candidate(work_as)
    with work_as(actor) as work:
        demo._sit(work, exam, 3, lambda _version, luck: luck < 50)
    with work_as(actor, write=False) as work:
        attempt = work.session.scalars(select(Attempt)).one()
        assert attempt.submitted_at is not None and attempt.started_at < attempt.submitted_at <= attempt.ends_at
        assert all(30 <= (one.seconds or 0) < 90 for one in build.result(work, attempt.uid).questions or ())
