"""Starting, saving, taking over: attempts on a real database (integrity.md §2.3, INV-I19, ATK-A55…A59)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.exams import service
from app.exams.models import Answer, Attempt, AttemptNote, Exam
from app.exams.service import refusals
from app.exams.service.papers import AttemptShown, answers
from app.kernel.clock import StoppedClock
from app.kernel.errors import Conflict, NotFound, TooMany
from app.kernel.ids import row_id
from tests import make
from tests.exams import build
from tests.exams.build import Quiz, WorkAs

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
    assert build.count(work_as, Attempt) == 1


def replace_now(shown: AttemptShown) -> tuple[object, ...]:
    return shown.attempt, shown.deadline, shown.questions, shown.answers


def test_nobody_may_sit_unless_the_port_says_so(work_as: WorkAs, quiz: Quiz) -> None:
    from app.exams.service import port

    port._asked.clear()
    with pytest.raises(service.NotEligible), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)
    assert build.count(work_as, Attempt) == 0


def test_eligibility_is_asked_for_a_new_attempt_only(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    service.set_eligibility(lambda _work, _exam, _person_id: refusals.NotEligible())
    assert build.start(work_as, quiz.actor, quiz.exam.uid).attempt == attempt.attempt


def test_an_unknown_exam_and_a_draft_do_not_exist(work_as: WorkAs, quiz: Quiz) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(state="draft"))
    for uid in (uuid4(), quiz.exam.uid):
        with pytest.raises(NotFound), work_as(quiz.actor) as work:
            service.start(work, uid)


def test_attempts_are_limited(work_as: WorkAs) -> None:
    quiz = build.quiz(work_as, max_attempts=2)
    for _ in range(2):
        found = build.start(work_as, quiz.actor, quiz.exam.uid)
        with work_as(quiz.actor) as work:
            service.submit(work, found.attempt)
    with pytest.raises(refusals.AttemptsUsedUp), work_as(quiz.actor) as work:
        service.start(work, quiz.exam.uid)


def test_a_second_attempt_has_another_paper_with_other_ids(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    second = build.start(work_as, quiz.actor, quiz.exam.uid)
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
    assert build.start(work_as, quiz.actor, quiz.exam.uid).deadline == end


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
    assert len(build.start(work_as, quiz.actor, quiz.exam.uid).questions) == 4


# ── saving ──────────────────────────────────────────────────────────────────


def test_a_saved_answer_is_there_on_the_next_read(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock) -> None:
    question, options = build.first(attempt)
    with work_as(quiz.actor) as work:
        assert service.save(work, attempt.attempt, question, 1, options[2]).saved_at == clock.at
    with work_as(quiz.actor, write=False) as work:
        kept = service.read(work, attempt.attempt).answers[question]
    assert (kept.rev, kept.value, kept.saved_at) == (1, options[2], clock.at)


def test_the_same_revision_with_the_same_value_is_acknowledged_with_its_first_moment(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock
) -> None:
    question, options = build.first(attempt, "multiple")
    began = clock.at
    for value in (options[:2], options[:2][::-1]):
        with work_as(quiz.actor) as work:
            assert service.save(work, attempt.attempt, question, 3, value).saved_at == began
        clock.at += timedelta(seconds=5)


@pytest.mark.parametrize("rev", [3, 2, 1])
def test_what_is_not_newer_is_refused_with_what_is_kept(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, rev: int) -> None:
    question, options = build.first(attempt)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 3, options[0])
    with pytest.raises(refusals.StaleRev) as refused, work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, rev, options[1])
    assert refused.value.facts == {"current": 3, "value": options[0]}


def test_a_newer_revision_takes_the_place_of_the_older(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    question, options = build.first(attempt)
    for rev, option in ((1, options[0]), (7, options[1]), (2**53, options[2])):
        with work_as(quiz.actor) as work:
            service.save(work, attempt.attempt, question, rev, option)
    with work_as(quiz.actor, write=False) as work:
        assert answers(work, quiz.cadre.id, row_id(attempt.attempt))[question].value == options[2]
    assert build.count(work_as, Answer) == 1


MALFORMED: list[object] = ["", "a", "A", "0", ["x"], [], 0, None, True, {"option": "a"}, [["a"]]]


@pytest.mark.parametrize("kind", ["single", "multiple", "judge"])
@pytest.mark.parametrize("value", MALFORMED, ids=str)
def test_a_malformed_answer_is_refused_and_nothing_is_lost(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, kind: str, value: object
) -> None:
    if kind == "multiple" and value == []:
        return  # an empty list takes the answer back
    question, options = build.first(attempt, kind)
    good = options[:2] if kind == "multiple" else options[0]
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, good)
    with pytest.raises(refusals.BadAnswer), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 2, value)
    with work_as(quiz.actor, write=False) as work:
        kept = answers(work, quiz.cadre.id, row_id(attempt.attempt))[question]
    assert (kept.rev, kept.value) == (1, sorted(good) if isinstance(good, list) else good)


def test_options_of_another_question_or_attempt_mean_nothing(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    question, _ = build.first(attempt, "single")
    _, others = build.first(attempt, "judge")
    with pytest.raises(refusals.BadAnswer), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, others[0])
    with pytest.raises(NotFound), work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, "qaaaaaaaaaaaaaaaa", 1, others[0])


def test_another_candidate_finds_no_attempt_by_its_id(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    """ATK-A59."""
    with work_as() as work:
        other = make.actor(make.person(work, "旁人"))
    question, options = build.first(attempt)
    for act in (
        lambda work: service.read(work, attempt.attempt),
        lambda work: service.save(work, attempt.attempt, question, 1, options[0]),
        lambda work: service.submit(work, attempt.attempt),
        lambda work: build.result(work, attempt.attempt),
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


def test_a_clock_that_is_put_back_locks_nobody_out_of_saving(
    work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock
) -> None:
    question, options = build.first(attempt)
    for rev, back in enumerate((timedelta(0), timedelta(minutes=50), timedelta(days=400)), 1):
        clock.at -= back
        with work_as(quiz.actor) as work:
            assert service.save(work, attempt.attempt, question, rev, options[rev]).saved_at == clock.at
    with work_as(quiz.actor) as work:
        assert answers(work, quiz.cadre.id, row_id(attempt.attempt))[question].value == options[3]


def test_changing_one_answer_endlessly_is_slowed(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown, clock: StoppedClock) -> None:
    """ATK-A55."""
    question, options = build.first(attempt)
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
    question, options = build.first(attempt)
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
    question, options = build.first(attempt)
    with pytest.raises(refusals.Superseded), work_as(token) as work:
        service.save(work, attempt.attempt, question, 1, options[0])


def test_reading_on_another_device_takes_nothing_over(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.on(2), write=False) as work:
        assert service.read(work, attempt.attempt).attempt == attempt.attempt
    question, options = build.first(attempt)
    with work_as(quiz.actor) as work:
        service.save(work, attempt.attempt, question, 1, options[0])


def test_a_take_over_is_noted_for_a_reviewer(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    build.start(work_as, quiz.on(2), quiz.exam.uid)
    with work_as(write=False) as work:
        note = work.session.scalars(select(AttemptNote)).one()
    assert note.events[0]["kind"] == "taken_over" and note.events[0]["device"] == "device 2"


def test_notes_are_kept_and_change_nothing(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    with work_as(quiz.actor) as work:
        assert service.note(work, attempt.attempt, [{"kind": "hidden", "at": "2026-11-22T02:00:00Z"}] * 3) == 3
    assert build.count(work_as, AttemptNote) == 1
    with work_as(quiz.actor) as work:
        service.submit(work, attempt.attempt)
    with pytest.raises(refusals.AttemptOver), work_as(quiz.actor) as work:
        service.note(work, attempt.attempt, [])
