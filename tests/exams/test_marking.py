"""Handing in, the deadline, the mark: exactly once (INV-I15, INV-I17, ATK-A51, ATK-A54)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.exams import service
from app.exams.service import refusals
from app.exams.service.marking import AttemptGraded, digest_of
from app.exams.service.papers import AttemptShown, row_id
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.kernel import events
from app.kernel.clock import StoppedClock
from app.kernel.errors import Conflict
from app.kernel.work import College
from tests.exams import build
from tests.exams.build import Quiz, WorkAs

# ── handing in ──────────────────────────────────────────────────────────────


def test_handing_in_marks_announces_and_gives_a_receipt(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, graded: list[AttemptGraded], clock: StoppedClock
) -> None:
    build.answer_all(work_as, quiz.actor, attempt)
    with work_as(quiz.actor) as work:
        receipt = service.submit(work, attempt.attempt)
    assert receipt.submitted_at == clock.at and len(receipt.receipt) == 19
    assert graded == [AttemptGraded(quiz.cadre.id, quiz.exam.id, quiz.version.id, row_id(attempt.attempt), Decimal("100.00"), passed=True)]


def test_the_digest_can_be_computed_from_what_the_candidate_sees(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    build.answer_all(work_as, quiz.actor, attempt)
    with work_as(quiz.actor) as work:
        receipt = service.submit(work, attempt.attempt)
    with work_as(quiz.actor, write=False) as work:
        seen = service.read(work, attempt.attempt)
    assert digest_of(attempt.attempt, receipt.submitted_at, seen.answers) == receipt.digest


def test_handing_in_twice_gives_the_same_receipt_and_is_marked_once(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, graded: list[AttemptGraded], clock: StoppedClock
) -> None:
    """ATK-A54."""
    receipts = []
    for _ in range(3):
        with work_as(quiz.actor) as work:
            receipts.append(service.submit(work, attempt.attempt))
        clock.at += timedelta(minutes=1)
    with work_as(quiz.on(5)) as work:
        receipts.append(service.submit(work, attempt.attempt))
    assert len(set(receipts)) == 1 and len(graded) == 1


def test_after_handing_in_nothing_can_be_saved(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    question, options = build.first(attempt)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with pytest.raises(refusals.AttemptOver) as refused, work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])
    assert refused.value.status == 410


def test_partial_answers_are_marked_by_the_rule_of_the_question(work_as: WorkAs, graded: list[AttemptGraded]) -> None:
    quiz = build.quiz(work_as, [replace(build.multiple(), partial="half"), build.single()])
    attempt = build.start(work_as, quiz.actor, quiz.exam.uid)
    with work_as() as work:
        right = build.right_answers(work, attempt)
    question, value = next((question, value) for question, value in right.items() if isinstance(value, list))
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, value[:1])
        service.submit(work, attempt.attempt)
    assert graded[0].score == Decimal("33.33") and not graded[0].passed


def test_a_listener_that_refuses_leaves_the_attempt_open(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, graded: list[AttemptGraded]
) -> None:
    def refuse(_work: object, _event: object) -> None:
        raise Conflict()

    events._listeners[AttemptGraded] = [refuse]
    with pytest.raises(Conflict), work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(quiz.actor, write=False) as work:
        assert service.read(work, attempt.attempt).state == "running"


# ── the deadline ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("late", "counts"), [(timedelta(0), True), (timedelta(seconds=10), True), (timedelta(seconds=10, milliseconds=1), False)]
)
def test_answers_count_until_ten_seconds_after_the_deadline(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock, late: timedelta, *, counts: bool
) -> None:
    """ATK-A51: the server's clock decides; a client sends no time at all."""
    question, options = build.first(attempt)
    clock.at = attempt.deadline + late
    if counts:
        with work_as(quiz.actor) as work:
            service.save(work, attempt.attempt, question, 1, options[0])
        return
    with pytest.raises(refusals.PastDeadline) as refused, work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])
    assert refused.value.status == 410


def test_the_worker_hands_in_at_the_deadline_with_what_was_saved(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, graded: list[AttemptGraded], clock: StoppedClock, college: College
) -> None:
    """EX-E34."""
    build.answer_all(work_as, quiz.actor, attempt, wrong=3)
    run_due_jobs(work_as, college)
    assert graded == []
    clock.at = attempt.deadline + timedelta(seconds=11)
    run_due_jobs(work_as, college)
    assert [event.passed for event in graded] == [False]
    with work_as(quiz.actor, write=False) as work:
        result = build.result(work, attempt.attempt)
    assert (result.handed_in_by, result.submitted_at) == ("deadline", attempt.deadline)
    with work_as(write=False) as work:
        assert work.session.scalars(select(Job.state).where(Job.name == "exams.hand_in")).all() == [JobState.DONE]


def run_due_jobs(work_as: WorkAs, college: College) -> None:
    with work_as() as work:
        waiting = jobs.due(work)
    for job_id in waiting:
        jobs.run(college, job_id)


def test_the_alarm_does_nothing_before_the_time_and_nothing_twice(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, graded: list[AttemptGraded], clock: StoppedClock
) -> None:
    for moment in (attempt.deadline, attempt.deadline + timedelta(seconds=11), attempt.deadline + timedelta(days=1)):
        clock.at = moment
        with work_as() as work:
            service.hand_in_late(work, quiz.cadre.id, row_id(attempt.attempt))
    assert len(graded) == 1


def test_the_next_read_hands_in_what_the_worker_missed(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, graded: list[AttemptGraded], clock: StoppedClock, college: College
) -> None:
    clock.at = attempt.deadline + timedelta(hours=1)
    with work_as(quiz.actor, write=False) as work:
        service.settle_overdue(college, work)
        assert build.result(work, attempt.attempt).handed_in_by == "deadline"
    assert len(graded) == 1


def test_starting_after_the_deadline_begins_the_next_attempt(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock
) -> None:
    clock.at = attempt.deadline + timedelta(minutes=1)
    assert build.start(work_as, quiz.actor, quiz.exam.uid).number == 2


def test_submitting_too_late_gives_the_receipt_of_the_deadline(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock
) -> None:
    clock.at = attempt.deadline + timedelta(minutes=1)
    with work_as(quiz.on(9)) as work:
        assert service.submit(work, attempt.attempt).submitted_at == attempt.deadline


def test_moving_the_clock_back_never_reopens_an_attempt(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock) -> None:
    clock.at = attempt.deadline + timedelta(minutes=1)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    clock.at -= timedelta(hours=3)
    question, options = build.first(attempt)
    with pytest.raises(refusals.AttemptOver), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])
