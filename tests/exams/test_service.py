"""Attempts, answers and marks on a real database (integrity.md §2.3, INV-I15…I19, ATK-A51…A59)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from app.exams import service
from app.exams.models import Answer, Attempt, AttemptNote, Exam, QuestionVersion
from app.exams.service import refusals
from app.exams.service.marking import AttemptGraded, digest_of
from app.exams.service.papers import AttemptShown, answers, row_id
from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.kernel import events
from app.kernel.clock import StoppedClock
from app.kernel.errors import Conflict, NotFound, TooMany
from app.kernel.work import Actor, College
from tests import make
from tests.exams import build
from tests.exams.build import Quiz, WorkAs


@pytest.fixture
def attempt(work_as: WorkAs, quiz: Quiz) -> AttemptShown:
    return start(work_as, quiz.actor, quiz.exam.uid)


def start(work_as: WorkAs, actor: Actor, exam: UUID) -> AttemptShown:
    with work_as(actor) as work:
        return service.start(work, exam)[0]


def count(work_as: WorkAs, table: type) -> int:
    with work_as(write=False) as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0


# ── starting ────────────────────────────────────────────────────────────────


def test_a_start_gives_the_whole_paper_with_a_deadline(work_as: WorkAs, quiz: Quiz, clock: StoppedClock) -> None:
    with work_as(quiz.actor) as work:
        found, is_new = service.start(work, quiz.exam.uid)
    assert is_new and found.deadline == clock.at + timedelta(minutes=30) and found.server_now == clock.at
    assert sorted(one.kind for one in found.questions) == ["judge", "multiple", "single"]
    assert [len(one.options) for one in sorted(found.questions, key=lambda one: one.kind)] == [2, 4, 4]
    assert found.answers == {}


def test_starting_again_resumes_the_same_paper(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.actor) as work:
        again, is_new = service.start(work, quiz.exam.uid)
    assert not is_new and replace_now(again) == replace_now(attempt)
    assert count(work_as, Attempt) == 1


def replace_now(shown: AttemptShown) -> tuple[object, ...]:
    return shown.attempt, shown.deadline, shown.questions, shown.answers


def test_nobody_may_sit_unless_the_port_says_so(work_as: WorkAs, quiz: Quiz) -> None:
    from app.exams.service import port

    port._asked.clear()
    with pytest.raises(service.NotEligible), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)
    assert count(work_as, Attempt) == 0


def test_eligibility_is_asked_for_a_new_attempt_only(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    service.set_eligibility(lambda _work, _exam, _person_id: refusals.NotEligible())
    assert start(work_as, quiz.actor, quiz.exam.uid).attempt == attempt.attempt


def test_an_unknown_exam_and_a_draft_do_not_exist(work_as: WorkAs, quiz: Quiz) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(state="draft"))
    for uid in (uuid4(), quiz.exam.uid):
        with pytest.raises(NotFound), work_as(quiz.actor) as work:
            service.start(work, uid)


def test_attempts_are_limited(work_as: WorkAs) -> None:
    quiz = build.quiz(work_as, max_attempts=2)
    for _ in range(2):
        found = start(work_as, quiz.actor, quiz.exam.uid)
        with work_as(quiz.actor) as work:
            service.submit(work, found.attempt)
    with pytest.raises(refusals.AttemptsUsedUp), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)


def test_a_second_attempt_has_another_paper_with_other_ids(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    second = start(work_as, quiz.actor, quiz.exam.uid)
    assert second.number == 2
    assert not {one.question for one in second.questions} & {one.question for one in attempt.questions}


def test_a_passed_exam_is_not_sat_again(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    build.answer_all(work_as, quiz.actor, attempt)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with pytest.raises(refusals.AlreadyPassed), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"state": "closed"}, refusals.ExamClosed),
        ({"opens_at": timedelta(hours=1)}, refusals.ExamNotOpenYet),
        ({"closes_at": timedelta(0)}, refusals.ExamOver),
    ],
)
def test_state_and_window_are_kept(
    work_as: WorkAs, quiz: Quiz, clock: StoppedClock, changes: dict[str, object], refusal: type[Conflict]
) -> None:
    values = {name: clock.at + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    with work_as() as work:
        work.session.execute(update(Exam).values(**values))
    with pytest.raises(refusal), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)


def test_the_window_cuts_the_time_of_a_late_start(work_as: WorkAs, quiz: Quiz, clock: StoppedClock) -> None:
    end = clock.at + timedelta(minutes=7)
    with work_as() as work:
        work.session.execute(update(Exam).values(closes_at=end))
    assert start(work_as, quiz.actor, quiz.exam.uid).deadline == end


def test_cooling_off_says_from_when(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock) -> None:
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as() as work:
        work.session.execute(update(Exam).values(cooling_minutes=60))
    with pytest.raises(refusals.CoolingOff) as refused, work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)
    assert refused.value.facts["since"] == clock.at + timedelta(hours=1)


def test_a_quiz_without_enough_questions_is_not_sat(work_as: WorkAs, quiz: Quiz) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(draw=9))
    with pytest.raises(refusals.ExamNotReady), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)


def test_a_paper_may_be_drawn_from_a_larger_pool(work_as: WorkAs) -> None:
    quiz = build.quiz(work_as, [build.single(n) for n in range(10)], draw=4)
    assert len(start(work_as, quiz.actor, quiz.exam.uid).questions) == 4


# ── saving ──────────────────────────────────────────────────────────────────


def first(attempt: AttemptShown, kind: str = "single") -> tuple[str, list[str]]:
    asked = next(one for one in attempt.questions if one.kind == kind)
    return asked.question, [one.option for one in asked.options]


def test_a_saved_answer_is_there_on_the_next_read(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock) -> None:
    question, options = first(attempt)
    with work_as(quiz.actor) as work:
        assert service.save(work, attempt.attempt, question, 1, options[2]) == clock.at
    with work_as(quiz.actor, write=False) as work:
        kept = service.read(work, attempt.attempt).answers[question]
    assert (kept.rev, kept.value, kept.saved_at) == (1, options[2], clock.at)


def test_the_same_revision_with_the_same_value_is_acknowledged_with_its_first_moment(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock
) -> None:
    question, options = first(attempt, "multiple")
    began = clock.at
    for value in (options[:2], options[:2][::-1]):
        with work_as(quiz.actor) as work:
            assert service.save(work, attempt.attempt, question, 3, value) == began
        clock.at += timedelta(seconds=5)


@pytest.mark.parametrize("rev", [3, 2, 1])
def test_what_is_not_newer_is_refused_with_what_is_kept(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, rev: int) -> None:
    question, options = first(attempt)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 3, options[0])
    with pytest.raises(refusals.StaleRev) as refused, work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, rev, options[1])
    assert refused.value.facts == {"current": 3, "value": options[0]}


def test_a_newer_revision_takes_the_place_of_the_older(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    question, options = first(attempt)
    for rev, option in ((1, options[0]), (7, options[1]), (2**53, options[2])):
        with work_as(quiz.actor) as work:
            service.save(work, attempt.attempt, question, rev, option)
    with work_as(quiz.actor, write=False) as work:
        assert answers(work, quiz.cadre.id, row_id(attempt.attempt))[question].value == options[2]
    assert count(work_as, Answer) == 1


MALFORMED: list[object] = ["", "a", "A", "0", ["x"], [], 0, None, True, {"option": "a"}, [["a"]]]


@pytest.mark.parametrize("kind", ["single", "multiple", "judge"])
@pytest.mark.parametrize("value", MALFORMED, ids=str)
def test_a_malformed_answer_is_refused_and_nothing_is_lost(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, kind: str, value: object
) -> None:
    if kind == "multiple" and value == []:
        return  # an empty list takes the answer back
    question, options = first(attempt, kind)
    good = options[:2] if kind == "multiple" else options[0]
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, good)
    with pytest.raises(refusals.BadAnswer), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 2, value)
    with work_as(quiz.actor, write=False) as work:
        kept = answers(work, quiz.cadre.id, row_id(attempt.attempt))[question]
    assert (kept.rev, kept.value) == (1, sorted(good) if isinstance(good, list) else good)


def test_options_of_another_question_or_attempt_mean_nothing(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    question, _ = first(attempt, "single")
    _, others = first(attempt, "judge")
    with pytest.raises(refusals.BadAnswer), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, others[0])
    with pytest.raises(NotFound), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, "qaaaaaaaaaaaaaaaa", 1, others[0])


def test_another_candidate_finds_no_attempt_by_its_id(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    """ATK-A59."""
    with work_as() as work:
        other = make.actor(make.person(work, "旁人"))
    question, options = first(attempt)
    for act in (
        lambda work: service.read(work, attempt.attempt),
        lambda work: service.save(work, attempt.attempt, question, 1, options[0]),
        lambda work: service.submit(work, attempt.attempt),
        lambda work: service.result(work, attempt.attempt),
        lambda work: service.note(work, attempt.attempt, []),
    ):
        with pytest.raises(NotFound), work_as(other) as work:
            act(work)


def test_an_id_that_only_looks_like_ones_own_finds_nothing(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    near = UUID(int=attempt.attempt.int ^ 1)
    with pytest.raises(NotFound), work_as(quiz.actor) as work:
        service.read(work, near)
    with pytest.raises(NotFound), work_as(quiz.actor) as work:
        service.submit(work, near)


def test_changing_one_answer_endlessly_is_slowed(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock) -> None:
    """ATK-A55."""
    question, options = first(attempt)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])
        work.session.execute(update(Answer).values(changes=2000))
    with pytest.raises(TooMany), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 2, options[1])
    clock.at += timedelta(seconds=1)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 2, options[1])


# ── taking over ─────────────────────────────────────────────────────────────


def test_another_device_takes_over_and_the_first_is_told_which(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    """ATK-A57."""
    question, options = first(attempt)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])
    phone = quiz.on(2)
    with work_as(phone) as work:
        there, is_new = service.start(work, quiz.exam.uid)
    assert not is_new and there.answers[question].value == options[0]
    for act in (
        lambda work: service.save(work, attempt.attempt, question, 2, options[1]),
        lambda work: service.submit(work, attempt.attempt),
        lambda work: service.note(work, attempt.attempt, []),
    ):
        with pytest.raises(refusals.Superseded) as refused, work_as(quiz.actor) as work:
            act(work)
        assert refused.value.facts["device"] == "device 2" and refused.value.status == 423
    with work_as(phone) as work:
        service.save(work, attempt.attempt, question, 2, options[1])


def test_an_api_token_is_a_door_of_its_own(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    token = replace(quiz.actor, sign_in_id=None, token_id=1)
    question, options = first(attempt)
    with pytest.raises(refusals.Superseded), work_as(token) as work:
        service.save(work, attempt.attempt, question, 1, options[0])


def test_reading_on_another_device_takes_nothing_over(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.on(2), write=False) as work:
        assert service.read(work, attempt.attempt).attempt == attempt.attempt
    question, options = first(attempt)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])


def test_a_take_over_is_noted_for_a_reviewer(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    start(work_as, quiz.on(2), quiz.exam.uid)
    with work_as(write=False) as work:
        note = work.session.scalars(select(AttemptNote)).one()
    assert note.events[0]["kind"] == "taken_over" and note.events[0]["device"] == "device 2"


def test_notes_are_kept_and_change_nothing(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.actor) as work:
        assert service.note(work, attempt.attempt, [{"kind": "hidden", "at": "2026-11-22T02:00:00Z"}] * 3) == 3
    assert count(work_as, AttemptNote) == 1
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with pytest.raises(refusals.AttemptOver), work_as(quiz.actor) as work:
        service.note(work, attempt.attempt, [])


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
    question, options = first(attempt)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with pytest.raises(refusals.AttemptOver) as refused, work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])
    assert refused.value.status == 410


def test_partial_answers_are_marked_by_the_rule_of_the_question(work_as: WorkAs, graded: list[AttemptGraded]) -> None:
    quiz = build.quiz(work_as, [replace(build.multiple(), partial="half"), build.single()])
    attempt = start(work_as, quiz.actor, quiz.exam.uid)
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
    question, options = first(attempt)
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
        result = service.result(work, attempt.attempt)
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
        assert service.result(work, attempt.attempt).handed_in_by == "deadline"
    assert len(graded) == 1


def test_starting_after_the_deadline_begins_the_next_attempt(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock
) -> None:
    clock.at = attempt.deadline + timedelta(minutes=1)
    assert start(work_as, quiz.actor, quiz.exam.uid).number == 2


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
    question, options = first(attempt)
    with pytest.raises(refusals.AttemptOver), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])


# ── results ─────────────────────────────────────────────────────────────────


def finish(work_as: WorkAs, quiz: Quiz, *, wrong: int = 0) -> service.ResultShown:
    attempt = start(work_as, quiz.actor, quiz.exam.uid)
    build.answer_all(work_as, quiz.actor, attempt, wrong=wrong)
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(quiz.actor, write=False) as work:
        return service.result(work, attempt.attempt)


def test_there_is_no_result_before_handing_in(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with pytest.raises(refusals.AttemptRunning), work_as(quiz.actor, write=False) as work:
        service.result(work, attempt.attempt)


def test_a_failed_quiz_says_what_was_missed_and_where_it_is_taught_but_not_what_is_right(work_as: WorkAs, quiz: Quiz) -> None:
    result = finish(work_as, quiz, wrong=3)
    assert (result.score, result.passed, result.attempts_left) == (0, False, 2)
    assert result.questions is not None
    assert all(one.key is None and one.explanation is None and one.outcome == "wrong" for one in result.questions)
    places = {(one.kind, one.taught.lecture, one.taught.second) for one in result.questions if one.taught}
    assert places == {("single", quiz.lectures[0].uid, 12), ("multiple", quiz.lectures[1].uid, 34)}


def test_a_passed_quiz_shows_keys_and_explanations(work_as: WorkAs, quiz: Quiz) -> None:
    result = finish(work_as, quiz)
    assert result.passed and result.score == 100 and result.points == 8
    assert {(one.topic, one.questions, one.right) for one in result.topics} == {("沟通", 2, 2), ("协调", 1, 1)}
    assert result.questions is not None
    for one in result.questions:
        assert one.key and one.explanation and one.explanation.startswith(build.WHY)
        assert one.answer == (sorted(one.key) if one.kind == "multiple" else one.key[0])


def test_when_attempts_are_used_up_the_keys_are_shown(work_as: WorkAs) -> None:
    quiz = build.quiz(work_as, max_attempts=1)
    result = finish(work_as, quiz, wrong=3)
    assert result.questions is not None and all(one.key for one in result.questions)


def test_figures_only_where_the_policy_says_so(work_as: WorkAs, quiz: Quiz) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(release_policy="score_only"))
    result = finish(work_as, quiz)
    assert result.questions is None and result.score == 100


def test_a_held_result_is_refused_and_the_paper_is_closed(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(release_policy="after_window"))
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(quiz.actor, write=False) as work:
        with pytest.raises(refusals.NotReleased):
            service.result(work, attempt.attempt)
        with pytest.raises(refusals.AttemptOver):
            service.read(work, attempt.attempt)


def test_editing_the_bank_changes_no_running_paper_and_no_score(work_as: WorkAs) -> None:
    """INV-I16."""
    quiz = build.quiz(work_as, state="draft")
    attempt = start(work_as, quiz.actor, quiz.exam.uid)
    build.answer_all(work_as, quiz.actor, attempt)
    author = make.actor(quiz.author, "exams.author")
    with work_as(write=False) as work:
        uids = [row.uid for row in queries_pool(work, quiz)]
    with work_as(author) as work:
        service.revise_question(work, quiz.exam.uid, uids[0], build.single(1, right=3))
        service.remove_question(work, quiz.exam.uid, uids[1])
        service.move_question(work, quiz.exam.uid, uids[2], up=True)
    with work_as(quiz.actor) as work:
        assert service.read(work, attempt.attempt).questions == attempt.questions
        service.submit(work, attempt.attempt)
        assert service.result(work, attempt.attempt).score == 100
    assert count(work_as, QuestionVersion) == 4


def queries_pool(work: object, quiz: Quiz) -> list[object]:
    from app.exams import queries

    return queries.pool_rows(work, quiz.exam)  # type: ignore[arg-type,return-value]
