"""A start is read and drawn first and written in its turn (docs/adr/0024): what lies between the two changes nothing it should not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.bank.models import Card, CardState, ForPractice, Question
from app.bank.service import writing
from app.exams import service
from app.exams.models import Attempt
from app.exams.rules.admission import Rule
from app.exams.rules.timing import Start
from app.exams.service import refusals
from app.jobs.models import Job
from app.kernel.clock import StoppedClock
from app.kernel.work import College
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.house.test_statements import counted as counting


def counted(work_as: WorkAs, what: type[Any]) -> int:
    with work_as(write=False) as work:
        return work.session.scalar(select(func.count()).select_from(what)) or 0


@pytest.fixture
def exam(work_as: WorkAs) -> Any:
    papers.stocked(work_as, 12)
    return papers.opened(work_as, papers.rows(5), closes_at=papers.in_days(work_as, 1), max_attempts=2)


def test_what_is_prepared_is_drawn_but_nothing_is_written(work_as: WorkAs, exam: Any) -> None:
    actor, jobs = papers.candidate(work_as), counted(work_as, Job)
    with work_as(actor, write=False) as work:
        ready = service.prepare(work, exam.uid)
    assert ready.drawn is not None and len(ready.drawn.asked) == 5
    assert (counted(work_as, Attempt), counted(work_as, Job)) == (0, jobs)
    with work_as(actor) as work:
        attempt, is_new = service.begin(work, ready)
    assert is_new and attempt.questions == ready.drawn.asked
    assert (counted(work_as, Attempt), counted(work_as, Job)) == (1, jobs + 1)
    with work_as(actor, write=False) as work:
        assert service.read(work, attempt.attempt) == attempt


def test_of_two_that_were_prepared_at_once_one_attempt_comes(work_as: WorkAs, exam: Any) -> None:
    actor = papers.candidate(work_as)
    other = replace(actor, sign_in_id=9, device="phone")
    with work_as(actor, write=False) as work, work_as(other, write=False) as second:
        one, two = service.prepare(work, exam.uid), service.prepare(second, exam.uid)
    with work_as(actor) as work:
        first, is_first_new = service.begin(work, one)
    with work_as(other) as work:
        again, is_again_new = service.begin(work, two)
    assert (is_first_new, is_again_new) == (True, False)
    assert (again.attempt, again.questions) == (first.attempt, first.questions)
    with work_as(actor, write=False) as work:
        assert service.held_elsewhere(work, first.attempt) == "phone", "the second is bound to where it was asked last"


def test_who_waited_for_his_turn_past_the_window_is_refused(work_as: WorkAs, exam: Any, clock: StoppedClock) -> None:
    actor = papers.candidate(work_as)
    clock.at += timedelta(days=1, seconds=-1)
    with work_as(actor, write=False) as work:
        ready = service.prepare(work, exam.uid)
    clock.at += timedelta(seconds=2)
    with pytest.raises(refusals.BARRED[Start.WINDOW_OVER]), work_as(actor) as work:
        service.begin(work, ready)
    assert counted(work_as, Attempt) == 0


def test_the_time_of_a_paper_counts_from_when_it_is_written_down(work_as: WorkAs, exam: Any, clock: StoppedClock) -> None:
    actor = papers.candidate(work_as)
    with work_as(actor, write=False) as work:
        ready = service.prepare(work, exam.uid)
    clock.at += timedelta(seconds=4)
    with work_as(actor) as work:
        assert service.begin(work, ready)[0].deadline == clock.at + timedelta(minutes=90)


def test_an_attempt_that_ran_out_is_handed_in_before_the_next_begins(work_as: WorkAs, exam: Any, clock: StoppedClock) -> None:
    actor = papers.candidate(work_as)
    first = build.start(work_as, actor, exam.uid)
    clock.at += timedelta(minutes=91)
    with work_as(actor, write=False) as work:
        ready = service.prepare(work, exam.uid)
    with work_as(actor) as work:
        second, is_new = service.begin(work, ready)
    assert is_new and second.number == 2 and second.attempt != first.attempt
    with work_as(actor, write=False) as work:
        assert work.session.scalars(select(Attempt.state).order_by(Attempt.number)).all() == ["graded", "running"]


@pytest.mark.parametrize("change", ["retired", "opened for practice", "written anew"])
def test_a_process_that_remembers_a_hall_still_asks_what_stands_approved_now(work_as: WorkAs, change: str) -> None:
    papers.stocked(work_as, 6)
    gone = papers.stocked(work_as, 1, says="另一题")[0]
    exam = papers.opened(work_as, papers.rows(6))
    for number in range(20, 25):  # whoever comes first has every question remembered
        assert len(build.start(work_as, papers.candidate(work_as, f"考{number}", number), exam.uid).questions) == 6
    with work_as() as work:
        question = work.session.scalars(select(Question).where(Question.uid == gone)).one()
        if change == "retired":
            work.session.get_one(Card, question.id).state = CardState.RETIRED
        elif change == "opened for practice":
            work.session.add(ForPractice(question_id=question.id, opened_at=work.now))
        else:
            writing.revise(work, question.id, build.single())
    for number in range(2, 12):
        stems = [one.stem for one in build.start(work_as, papers.candidate(work_as, f"考{number}", number), exam.uid).questions]
        assert len(stems) == 6 and "另一题" not in stems


@pytest.mark.parametrize(("count", "rule", "most"), [(1, Rule(), 4), (8, Rule(), 4), (8, Rule(ranks=("section_below",)), 5)])
def test_a_start_asks_four_statements_however_long_the_paper(work_as: WorkAs, college: College, count: int, rule: Rule, most: int) -> None:
    """And one more, whatever of his post the rule asks for."""
    papers.stocked(work_as, count)
    exam = papers.opened(work_as, papers.rows(count), rule=rule)
    build.start(work_as, papers.candidate(work_as), exam.uid)  # whoever comes first has the words read for all
    with work_as(papers.candidate(work_as, "王学", 2)) as work, counting(college) as asked:
        attempt, is_new = service.start(work, exam.uid)
    assert is_new and len(attempt.questions) == count
    assert len(asked) == most, asked
