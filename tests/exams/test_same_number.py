"""Two people may start in one millisecond and get attempts of one number: a number means something together with its person only."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from app.exams import service
from app.exams.rules.regrading import How
from app.exams.service import starting
from app.kernel import ids
from app.kernel.clock import StoppedClock
from app.kernel.work import College
from tests.exams import build, papers, sat
from tests.exams.test_regrading import Held

WorkAs = sat.WorkAs


@pytest.fixture
def same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance gives everybody the same bits; at one moment all attempts then have one number."""
    monkeypatch.setattr(starting, "person_uid", partial(ids.person_uid, draw=lambda _bits: 7))


def test_a_regrade_takes_each_sitting_by_its_person(same_number: None, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    seen = held.look(How.FULL)
    assert len({one.attempt_id for one in seen.sittings}) == 1 and len({one.person_id for one in seen.sittings}) == 3
    assert [(one.before, one.judged.score) for one in seen.changes] == [(50, 100), (0, 50)]
    held.commit(How.FULL)
    assert held.scores() == [(100, True), (100, True), (50, False)]


def test_seconds_of_a_question_are_those_of_its_own_sitting(
    same_number: None, work_as: WorkAs, college: College, clock: StoppedClock
) -> None:
    """Five sit at one moment, the n-th takes 10 n seconds for each of his questions: the middle one took 30."""
    exam = sat.examination(work_as, 2)
    actors = [papers.candidate(work_as, f"考生{number}", 300 + number) for number in range(5)]
    begun, attempts = clock.at, [build.start(work_as, actor, exam.uid) for actor in actors]
    for at, (actor, attempt) in enumerate(zip(actors, attempts, strict=True), 1):
        with work_as() as work:
            right = build.right_answers(work, attempt)
        clock.at = begun
        for question, value in sorted(right.items()):
            clock.at += timedelta(seconds=10 * at)
            with work_as(actor) as work:
                service.save(work, attempt.attempt, question, 1, value)
        with work_as(actor) as work:
            service.submit(work, attempt.attempt)
    assert [one.seconds[1] for one in sat.made(work_as, exam).items if one.seconds] == pytest.approx([30.0, 30.0])


def test_a_second_paper_of_one_person_at_one_moment_gets_a_number_of_its_own(work_as: WorkAs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance gives the second examination the bits of the first, and others when it is asked again."""
    bits = iter([7, 7, 7, 7, 8, 8])
    monkeypatch.setattr(starting, "person_uid", partial(ids.person_uid, draw=lambda _bits: next(bits)))
    actor = papers.candidate(work_as)
    first, second = (build.start(work_as, actor, sat.examination(work_as, 2).uid) for _ in range(2))
    assert ids.row_id(second.attempt) == ids.row_id(first.attempt) + 1
