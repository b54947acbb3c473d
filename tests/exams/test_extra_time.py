"""Extra time that is given to somebody who is writing reaches him at once, and never takes time away (INV-I17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import Attempt, AttemptState, Exam, HandedInBy
from app.exams.rules.timing import GRACE
from app.exams.service import refusals
from app.exams.service.papers import AttemptShown
from app.jobs.models import Job
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College, working
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import post


@pytest.fixture
def sitting(work_as: WorkAs) -> tuple[Exam, Actor, AttemptShown, Actor]:
    """An examination of an hour in a window of two days, somebody who has begun it, and who may give him time."""
    papers.stocked(work_as, 4)
    exam = papers.opened(work_as, papers.rows(2), limit_minutes=60, closes_at=papers.in_days(work_as, 2))
    candidate, officer = papers.candidate(work_as), papers.assembler(work_as, "设考二", 31)
    with work_as() as work:
        make.account(work, work.session.get_one(Person, candidate.person_id), "lixue")
    with work_as(candidate) as work:
        return exam, candidate, service.start(work, exam.uid)[0], officer


def give(work_as: WorkAs, officer: Actor, exam: Exam, minutes: int) -> datetime | None:
    with work_as(officer) as work:
        return service.seat(work, exam.uid, "lixue", minutes).deadline


def state_of(college: College, uid: UUID) -> str:
    with working(college, write=False) as work:
        return work.session.scalars(select(Attempt.state).where(Attempt.uid == uid)).one()


def test_time_given_while_somebody_writes_is_his_at_once(work_as: WorkAs, college: College, clock: StoppedClock, sitting: Any) -> None:
    exam, candidate, paper, officer = sitting
    clock.at += timedelta(minutes=50)
    assert give(work_as, officer, exam, 30) == paper.deadline + timedelta(minutes=30)
    question = paper.questions[0]
    with work_as(candidate) as work:
        assert service.save(work, paper.attempt, question.question, 1, question.options[0].option).deadline == paper.deadline + timedelta(
            minutes=30
        )
    clock.at = paper.deadline + timedelta(minutes=1)
    with work_as(candidate, write=False) as work:
        service.settle_overdue(college, work)
    with work_as() as work:
        service.hand_in_late(work, candidate.person_id, work.session.scalars(select(Attempt.id)).one())
    assert state_of(college, paper.attempt) == AttemptState.RUNNING, "the first alarm finds that there is time"
    with work_as(write=False) as work:
        alarms = sorted(work.session.scalars(select(Job.run_at).where(Job.name == "exams.hand_in")))
    assert alarms == [paper.deadline + GRACE, paper.deadline + timedelta(minutes=30) + GRACE]
    clock.at = alarms[-1] + timedelta(seconds=1)
    with work_as() as work:
        service.hand_in_late(work, candidate.person_id, work.session.scalars(select(Attempt.id)).one())
    assert state_of(college, paper.attempt) == AttemptState.GRADED


def test_a_page_whose_time_is_over_is_told_that_there_is_more(work_as: WorkAs, clock: StoppedClock, sitting: Any) -> None:
    exam, candidate, paper, officer = sitting
    give(work_as, officer, exam, 15)
    clock.at = paper.deadline
    with pytest.raises(refusals.StillTime) as told, work_as(candidate) as work:
        service.submit(work, paper.attempt, is_due=True)
    assert told.value.facts["deadline"] == paper.deadline + timedelta(minutes=15)
    clock.at += timedelta(minutes=15, seconds=-1)
    with work_as(candidate) as work:
        assert service.submit(work, paper.attempt, is_due=True).receipt, "the clock of a page may be a second ahead"
    with work_as(write=False) as work:
        assert work.session.scalars(select(Attempt.handed_in_by)).one() == HandedInBy.DEADLINE, "the time did it, not the person"


def test_a_candidate_hands_in_before_the_end_as_he_likes(work_as: WorkAs, sitting: Any) -> None:
    exam, candidate, paper, officer = sitting
    give(work_as, officer, exam, 15)
    with work_as(candidate) as work:
        assert service.submit(work, paper.attempt).receipt


@pytest.mark.parametrize("before", [30, 0])
def test_fewer_minutes_shorten_no_paper_that_is_written(work_as: WorkAs, sitting: Any, before: int) -> None:
    exam, candidate, paper, officer = sitting
    give(work_as, officer, exam, before)
    assert give(work_as, officer, exam, 0) is None
    with work_as(candidate, write=False) as work:
        assert service.read(work, paper.attempt).deadline == paper.deadline + timedelta(minutes=before)


def test_what_is_over_stays_over_and_the_window_is_no_end_of_extra_time(work_as: WorkAs, clock: StoppedClock, sitting: Any) -> None:
    exam, _candidate, paper, officer = sitting
    assert exam.closes_at is not None
    clock.at = paper.deadline + GRACE + timedelta(seconds=1)
    assert give(work_as, officer, exam, 30) is None
    other = papers.candidate(work_as, "王学", sign_in_id=5)
    with work_as() as work:
        make.account(work, work.session.get_one(Person, other.person_id), "wangxue")
    clock.at = exam.closes_at - timedelta(minutes=70)
    with work_as(other) as work:
        service.start(work, exam.uid)
    with work_as(officer) as work:
        assert service.seat(work, exam.uid, "wangxue", 60).deadline == exam.closes_at + timedelta(minutes=50)


def test_the_officer_is_told_until_when(client: FlaskClient, work_as: WorkAs, sitting: Any) -> None:
    exam, _candidate, _paper, officer = sitting
    with work_as() as work:
        person = work.session.get_one(Person, officer.person_id)
        make.grant(work, person, "personnel", "city")
    build.sign_in(client, work_as, person)
    saved = post(client, f"/manage/exams/{exam.uid}/roster", user_name="lixue", extra_minutes="20")
    assert saved.status_code == 303
    assert "正在作答的试卷现在截至" in client.get(f"/manage/exams/{exam.uid}/roster").text
