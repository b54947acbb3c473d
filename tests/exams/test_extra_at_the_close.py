"""Extra time in a window as long as the limit: written past the close, and nothing is out before the last paper (INV-I17, INV-I18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from app.bank.models import Question
from app.exams import service
from app.exams.models import Attempt, AttemptState, Exam, ExamSeat
from app.exams.queries import lists, secrets
from app.exams.queries.own import own
from app.exams.rules.timing import GRACE, ReleasePolicy
from app.exams.service import refusals
from app.exams.service.figures import are_out
from app.exams.service.papers import AttemptShown
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Hall(NamedTuple):
    """An examination of an hour in a window of an hour, one who is done in time, one with extra time, and who gives it."""

    exam: Exam
    quick: Actor
    slow: Actor
    officer: Actor
    handed_in: AttemptShown
    writing: AttemptShown
    closes: datetime


@pytest.fixture
def hall(work_as: WorkAs) -> Hall:
    papers.stocked(work_as, 4)
    quick, slow = papers.candidate(work_as), papers.candidate(work_as, "王学", sign_in_id=2)
    officer = papers.assembler(work_as, "设考二", 31)
    with work_as() as work:
        closes = work.now + HOUR
        for actor, name in ((quick, "lixue"), (slow, "wangxue")):
            make.account(work, work.session.get_one(Person, actor.person_id), name)
    exam = papers.opened(work_as, papers.rows(2), limit_minutes=60, closes_at=closes, release_policy=ReleasePolicy.AFTER_WINDOW)
    give(work_as, officer, exam, "wangxue", 30)
    first, second = build.start(work_as, quick, exam.uid), build.start(work_as, slow, exam.uid)
    build.answer_all(work_as, quick, first)
    with work_as(quick) as work:
        service.submit(work, first.attempt)
    return Hall(exam, quick, slow, officer, first, second, closes)


def give(work_as: WorkAs, officer: Actor, exam: Exam, name: str, minutes: int) -> None:
    with work_as(officer) as work:
        service.seat(work, exam.uid, name, minutes)


def is_out(work_as: WorkAs, hall: Hall) -> dict[str, bool]:
    """By which ways anything of result or key is out."""
    with work_as(hall.quick, write=False) as work:
        exam = work.session.get_one(Exam, hall.exam.id)
        shown = service.result(work, own(work, hall.handed_in.attempt)) if are_out(exam, work.now) else None
        questions = list(work.session.scalars(select(Question.id)))
        return {
            "figures": are_out(exam, work.now),
            "list": not lists.start_page(work, hall.exam.uid).is_held,
            "result": shown is not None and shown.questions != [],
            "keys": not secrets.reserved(work, questions),
        }


NOTHING, ALL = dict.fromkeys(("figures", "list", "result", "keys"), False), dict.fromkeys(("figures", "list", "result", "keys"), True)


def test_extra_time_is_written_past_the_close_and_nothing_is_out_before(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    assert (hall.handed_in.deadline, hall.writing.deadline) == (hall.closes, hall.closes + 30 * MINUTE)
    for moment in (hall.closes + GRACE + MINUTE, hall.closes + 30 * MINUTE, hall.closes + 30 * MINUTE + GRACE):
        clock.at = moment
        assert is_out(work_as, hall) == NOTHING
        question = hall.writing.questions[0]
        with work_as(hall.slow) as work:
            service.save(work, hall.writing.attempt, question.question, int(moment.timestamp()), question.options[0].option)
    clock.at = hall.closes + 30 * MINUTE + GRACE + timedelta(seconds=1)
    assert is_out(work_as, hall) == ALL
    with pytest.raises(refusals.PastDeadline), work_as(hall.slow) as work:
        service.save(work, hall.writing.attempt, question.question, 2**40, question.options[0].option)


def test_without_extra_time_everything_is_out_after_the_close(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    """The control: an examination whose roster gives nobody minutes waits for nobody."""
    with work_as() as work:
        work.session.execute(Attempt.__table__.update().values(ends_at=hall.closes))
        work.session.execute(ExamSeat.__table__.update().values(extra_minutes=0))
        work.session.get_one(Exam, hall.exam.id).prolonged_until = None
    clock.at = hall.closes + GRACE + timedelta(seconds=1)
    assert is_out(work_as, hall) == ALL


def test_the_paper_is_handed_in_by_itself_at_its_own_end(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    clock.at = hall.closes + 30 * MINUTE + GRACE + timedelta(seconds=1)
    with work_as() as work:
        for person_id, attempt_id in work.session.execute(select(Attempt.person_id, Attempt.id)).all():
            service.hand_in_late(work, person_id, attempt_id)
    with work_as(write=False) as work:
        mine = select(Attempt.state, Attempt.submitted_at).where(Attempt.person_id == hall.slow.person_id)
        assert work.session.execute(mine).one() == (AttemptState.GRADED, hall.closes + 30 * MINUTE)


def test_nobody_begins_after_the_close_whatever_time_he_has(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    late = papers.candidate(work_as, "孙学", sign_in_id=3)
    with work_as() as work:
        make.account(work, work.session.get_one(Person, late.person_id), "sunxue")
    give(work_as, hall.officer, hall.exam, "sunxue", 120)
    clock.at = hall.closes
    with pytest.raises(refusals.ExamOver), work_as(late) as work:
        service.start(work, hall.exam.uid)


def done_at(work_as: WorkAs, hall: Hall) -> Any:
    with work_as(write=False) as work:
        return work.session.get_one(Exam, hall.exam.id).done_at


def test_minutes_taken_back_bring_nothing_out_sooner(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    """A paper may have begun with them."""
    give(work_as, hall.officer, hall.exam, "wangxue", 0)
    with work_as(hall.officer) as work:
        service.unseat(work, hall.exam.uid, hall.slow.person_id)
    assert done_at(work_as, hall) == hall.closes + 30 * MINUTE
    clock.at = hall.closes + GRACE + MINUTE
    assert is_out(work_as, hall) == NOTHING


def test_what_is_out_stays_out(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    clock.at = hall.closes + 30 * MINUTE + GRACE + timedelta(seconds=1)
    assert is_out(work_as, hall) == ALL
    give(work_as, hall.officer, hall.exam, "lixue", 240)
    assert is_out(work_as, hall) == ALL


def test_time_given_after_the_close_to_somebody_who_writes_delays_what_comes_out(work_as: WorkAs, hall: Hall, clock: StoppedClock) -> None:
    clock.at = hall.closes + 10 * MINUTE
    give(work_as, hall.officer, hall.exam, "wangxue", 60)
    assert done_at(work_as, hall) == hall.closes + HOUR
    clock.at = hall.closes + 30 * MINUTE + GRACE + MINUTE
    assert is_out(work_as, hall) == NOTHING


def test_a_draft_whose_window_is_moved_moves_the_end_with_it(work_as: WorkAs) -> None:
    author, late = papers.assembler(work_as, "设考", 11), papers.in_days(work_as, 3)
    other = papers.candidate(work_as)
    with work_as() as work:
        make.account(work, work.session.get_one(Person, other.person_id), "lixue")
    with work_as(author) as work:
        exam = service.plan_exam(work, papers.terms(closes_at=papers.in_days(work_as, 1)))
        service.seat(work, exam.uid, "lixue", 20)
        assert service.change_plan(work, exam.uid, papers.terms(closes_at=late)).done_at == late + 20 * MINUTE
        service.seat(work, exam.uid, "lixue", 0)
        assert exam.done_at == late
        assert service.change_plan(work, exam.uid, papers.terms()).done_at is None
