"""Many at once: one attempt comes of many starts, and every acknowledged answer is graded (INV-I15, I19, ATK-A52)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.exams import service
from app.exams.models import Answer, Attempt, AttemptNote
from app.exams.service import admission, refusals
from app.exams.service.marking import AttemptGraded, digest_of
from app.exams.service.papers import AttemptShown, answers, row_id
from app.kernel.clock import StoppedClock
from app.kernel.errors import Refusal, Unavailable
from app.kernel.work import Actor, College, working
from tests.exams import build, papers
from tests.exams.build import Quiz, WorkAs

Found = TypeVar("Found")


def at_once(acts: Sequence[Callable[[], Found]]) -> list[Found | Refusal]:
    """Do all acts at the same moment; a refusal is an answer too. Whom the college was too busy for comes again, as a browser does."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Found]) -> Found | Refusal:
        gate.wait(30)
        for _try in range(10):
            try:
                return act()
            except Unavailable as refusal:
                busy = refusal
            except Refusal as refusal:
                return refusal
        return busy

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def start(college: College, actor: Actor, exam: UUID) -> tuple[AttemptShown, bool]:
    with working(college, actor) as work:
        return service.start(work, exam)


def save(college: College, actor: Actor, attempt: UUID, question: str, rev: int, value: object) -> int:
    with working(college, actor) as work:
        service.save(work, attempt, question, rev, value)
    return rev


def submit(college: College, actor: Actor, attempt: UUID) -> service.Receipt:
    with working(college, actor) as work:
        return service.submit(work, attempt)


def test_guesses_at_the_password_sent_at_once_are_counted_one_by_one(college: College, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam, actor = papers.opened(work_as, papers.rows(1), password="开考口令第一"), papers.candidate(work_as)

    def guess(password: str) -> None:
        with working(college, actor) as work:
            service.start(work, exam.uid, password)

    told = Counter(type(one) for one in at_once([lambda: guess("错的口令")] * (admission.TRIES + 7)))
    assert told == {refusals.WrongExamPassword: admission.TRIES, refusals.PasswordPause: 7}
    assert at_once([lambda: guess("开考口令第一")])[0].__class__ is refusals.PasswordPause


@pytest.mark.parametrize("devices", [1, 20])
def test_twenty_starts_at_once_make_one_attempt(college: College, work_as: WorkAs, devices: int) -> None:
    quiz = build.quiz(work_as, max_attempts=1)
    found = at_once([lambda n=n: start(college, quiz.on(n % devices + 1), quiz.exam.uid) for n in range(20)])
    assert not [one for one in found if isinstance(one, Refusal)]
    assert len({one[0].attempt for one in found}) == 1
    assert sum(one[1] for one in found) == 1
    assert all(one[0].questions == found[0][0].questions for one in found)
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_many_persons_start_at_once_and_each_has_a_paper(college: College, work_as: WorkAs, quiz: Quiz) -> None:
    from tests import make

    with work_as() as work:
        actors = [make.actor(make.person(work, f"考生 {n}")) for n in range(16)]
    found = at_once([lambda actor=actor: start(college, actor, quiz.exam.uid) for actor in actors])
    assert len({one[0].attempt for one in found if not isinstance(one, Refusal)}) == 16


def test_of_fifty_saves_of_one_question_the_highest_revision_stays(college: College, work_as: WorkAs, quiz: Quiz) -> None:
    attempt, _ = start(college, quiz.actor, quiz.exam.uid)
    asked = next(one for one in attempt.questions if one.kind == "single")
    options = [one.option for one in asked.options]
    found = at_once(
        [lambda rev=rev: save(college, quiz.actor, attempt.attempt, asked.question, rev, options[rev % 4]) for rev in range(1, 51)]
    )
    taken = [one for one in found if isinstance(one, int)]
    assert {one.code for one in found if isinstance(one, Refusal)} <= {"stale_rev"}
    with work_as(write=False) as work:
        kept = answers(work, quiz.cadre.id, row_id(attempt.attempt))[asked.question]
        assert work.session.scalar(select(Answer.changes)) == len(taken)
    assert max(taken) == kept.rev == 50 and kept.value == options[50 % 4]


def test_of_fifty_saves_under_one_revision_one_value_is_acknowledged(college: College, work_as: WorkAs, quiz: Quiz) -> None:
    attempt, _ = start(college, quiz.actor, quiz.exam.uid)
    asked = next(one for one in attempt.questions if one.kind == "single")
    options = [one.option for one in asked.options]

    def send(n: int) -> str:
        save(college, quiz.actor, attempt.attempt, asked.question, 1, options[n % 4])
        return options[n % 4]

    found = at_once([lambda n=n: send(n) for n in range(50)])
    acknowledged = Counter(one for one in found if isinstance(one, str))
    with work_as(write=False) as work:
        kept = answers(work, quiz.cadre.id, row_id(attempt.attempt))[asked.question]
    assert set(acknowledged) == {kept.value} and {one.code for one in found if isinstance(one, Refusal)} == {"stale_rev"}


def test_what_is_acknowledged_while_the_paper_is_handed_in_is_graded(
    college: College, work_as: WorkAs, quiz: Quiz, graded: list[AttemptGraded]
) -> None:
    """Six rounds: twelve saves and two submits at once; the digest is that of exactly the acknowledged answers."""
    for _round in range(3):
        attempt, _ = start(college, quiz.actor, quiz.exam.uid)
        asked = next(one for one in attempt.questions if one.kind == "single")
        options = [one.option for one in asked.options]
        acts: list[Callable[[], object]] = [
            lambda rev=rev, a=attempt, q=asked, o=options: save(college, quiz.actor, a.attempt, q.question, rev, o[rev % 4])
            for rev in range(1, 13)
        ]
        acts[6:6] = [lambda a=attempt: submit(college, quiz.actor, a.attempt)] * 2
        found = at_once(acts)
        receipts = {one for one in found if isinstance(one, service.Receipt)}
        taken = [one for one in found if isinstance(one, int)]
        assert len(receipts) == 1 and {one.code for one in found if isinstance(one, Refusal)} <= {"stale_rev", "attempt_over"}
        with work_as(write=False) as work:
            kept = answers(work, quiz.cadre.id, row_id(attempt.attempt))
        assert max(taken, default=0) == (kept[asked.question].rev if kept else 0)
        receipt = receipts.pop()
        assert receipt.digest == digest_of(attempt.attempt, receipt.submitted_at, kept)
    assert len(graded) == 3


def test_submit_against_the_deadline_marks_once(
    college: College, work_as: WorkAs, quiz: Quiz, graded: list[AttemptGraded], clock: StoppedClock
) -> None:
    attempt, _ = start(college, quiz.actor, quiz.exam.uid)
    clock.at = attempt.deadline + timedelta(seconds=11)

    def worker() -> None:
        with working(college, Actor.system("worker")) as work:
            service.hand_in_late(work, quiz.cadre.id, row_id(attempt.attempt))

    found = at_once([worker, lambda: submit(college, quiz.actor, attempt.attempt)] * 5)
    assert not [one for one in found if isinstance(one, Refusal)]
    assert len({one for one in found if one is not None}) == 1 and len(graded) == 1


def test_a_new_start_against_a_submit_never_exceeds_the_attempts(college: College, work_as: WorkAs, graded: list[AttemptGraded]) -> None:
    quiz = build.quiz(work_as, max_attempts=2)
    attempt, _ = start(college, quiz.actor, quiz.exam.uid)
    acts: list[Callable[[], object]] = [lambda: submit(college, quiz.actor, attempt.attempt)]
    at_once(acts + [lambda: start(college, quiz.actor, quiz.exam.uid)] * 9)
    with work_as(write=False) as work:
        numbers = work.session.scalars(select(Attempt.number).order_by(Attempt.number)).all()
    assert numbers in ([1], [1, 2]) and len(graded) == 1


def test_notes_and_answers_at_once_do_not_stop_each_other(college: College, work_as: WorkAs, quiz: Quiz) -> None:
    attempt, _ = start(college, quiz.actor, quiz.exam.uid)
    asked = next(one for one in attempt.questions if one.kind == "single")

    def jot() -> None:
        with working(college, quiz.actor) as work:
            service.note(work, attempt.attempt, [{"kind": "hidden", "at": "2026-11-22T02:00:00+00:00"}])

    value = asked.options[0].option
    found = at_once(
        [jot] * 10 + [lambda rev=rev: save(college, quiz.actor, attempt.attempt, asked.question, rev, value) for rev in range(1, 11)]
    )
    assert {one.code for one in found if isinstance(one, Refusal)} <= {"stale_rev"}
    with work_as(write=False) as work:
        assert sorted(work.session.scalars(select(AttemptNote.number))) == list(range(1, 11))
