"""One question in two examinations: what is released of one tells no key that the other still asks for (INV-I18, ATK-A56)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from app.bank.rules.answers import Kind
from app.exams import service
from app.exams.models import Exam, ExamState
from app.exams.queries import secrets
from app.exams.rules.blueprint import Row
from app.exams.rules.timing import GRACE, ReleasePolicy
from app.exams.service.results import HELD, QuestionResult, withheld
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor
from app.people.models import Person
from tests.exams import build, papers, sat
from tests.exams.build import WorkAs
from tests.exams.test_secrecy import leaks, reader


def two(work_as: WorkAs, *, days: int = 3) -> tuple[Exam, Exam]:
    """An examination that gives everything out at once, and one of the same four questions that is open for some days."""
    released = sat.examination(work_as, 4)
    asking = papers.opened(work_as, papers.rows(4), release_policy=ReleasePolicy.AFTER_WINDOW, closes_at=papers.in_days(work_as, days))
    return released, asking


def shown(work_as: WorkAs, actor: Actor, attempt: UUID) -> service.ResultShown:
    with work_as(actor, write=False) as work:
        return build.result(work, attempt)


def test_what_another_examination_still_asks_is_neither_explained_nor_called_right(work_as: WorkAs, clock: StoppedClock) -> None:
    exam, _asking = two(work_as)
    actor = papers.candidate(work_as)
    attempt = sat.sit(work_as, exam, actor, wrong=1)
    result = shown(work_as, actor, attempt)
    assert result.questions and all(one.held and one.key is None and one.explanation is None for one in result.questions)
    assert {(one.outcome, one.earned) for one in result.questions} == {(HELD, None)}
    assert (result.score, result.topics[0].right) == (75, 3), "the sums stay"
    clock.at += timedelta(days=3) + GRACE * 2
    freed = shown(work_as, actor, attempt).questions
    assert freed and [one.outcome for one in freed] == ["right", "right", "right", "wrong"]
    assert all(one.key and papers.WHY in (one.explanation or "") and not one.held for one in freed)


def test_questions_of_its_own_are_explained_while_the_examination_is_open(work_as: WorkAs) -> None:
    exam = sat.examination(work_as, 4)
    papers.stocked(work_as, 4, topic="应急")
    papers.opened(work_as, papers.rows(4, topic="应急"))
    actor = papers.candidate(work_as)
    questions = shown(work_as, actor, sat.sit(work_as, exam, actor)).questions
    assert questions and all(one.key and not one.held for one in questions)


def test_the_same_words_in_another_question_are_held_back_too(work_as: WorkAs) -> None:
    papers.stocked(work_as, 1, says="同一道题")
    exam = papers.opened(work_as, papers.rows(1))
    papers.stocked(work_as, 1, topic="应急", says="同一道题")
    papers.opened(work_as, papers.rows(1, topic="应急"))
    actor = papers.candidate(work_as)
    questions = shown(work_as, actor, sat.sit(work_as, exam, actor)).questions
    assert questions and questions[0].held and questions[0].key is None


@pytest.mark.parametrize(
    ("policy", "closes", "state", "asks"),
    [("full_at_once", 3, "open", True), ("full_at_once", 3, "checked", True), ("full_at_once", 3, "closed", False),
     ("after_window", 3, "closed", True), ("full_at_once", -1, "open", False), ("after_window", -1, "open", False),
     ("full_at_once", None, "open", True)],
)  # fmt: skip
def test_when_an_examination_still_asks(
    work_as: WorkAs, clock: StoppedClock, policy: str, closes: int | None, state: str, *, asks: bool
) -> None:
    papers.stocked(work_as, 2)
    window = {} if closes is None else {"closes_at": papers.in_days(work_as, abs(closes))}
    exam = papers.opened(work_as, papers.rows(2), release_policy=ReleasePolicy(policy), **window)
    clock.at += timedelta(days=2 if closes and closes < 0 else 0)
    with work_as() as work:
        work.session.get_one(Exam, exam.id).state = ExamState(state)
    with work_as(write=False) as work:
        assert set().union(*secrets.reserving(work, [1, 2]).values()) == ({exam.id} if asks else set())


def test_what_was_closed_before_its_time_still_asks_whoever_is_writing(work_as: WorkAs) -> None:
    papers.stocked(work_as, 2)
    exam = papers.opened(work_as, papers.rows(2), release_policy=ReleasePolicy.FULL_AT_ONCE, closes_at=papers.in_days(work_as, 3))
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    with work_as() as work:
        work.session.get_one(Exam, exam.id).state = ExamState.CLOSED
    with work_as(write=False) as work:
        assert secrets.reserving(work, [1]) == {1: {exam.id}}
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(write=False) as work:
        assert secrets.reserving(work, [1]) == {1: set()}


def result_of(kind: Kind, outcome: str, *parts: QuestionResult) -> QuestionResult:
    return QuestionResult("q", kind.value, "题", "", 2, 2, outcome, [], None, None, ["答案"], "解析", list(parts), remarks=["评语"])


def test_what_a_person_marked_is_still_said_and_a_case_with_a_choice_is_not() -> None:
    short, choice = result_of(Kind.SHORT, "right"), result_of(Kind.SINGLE, "right")
    said = {
        "short": withheld(short), "choice": withheld(choice), "blank": withheld(result_of(Kind.BLANK, "wrong")),
        "unanswered": withheld(result_of(Kind.SINGLE, "unanswered")), "mixed": withheld(result_of(Kind.CASE, "partly", short, choice)),
        "written": withheld(result_of(Kind.CASE, "partly", short, short)),
    }  # fmt: skip
    assert {name: one.outcome for name, one in said.items()} == {
        "short": "right", "choice": HELD, "blank": HELD, "unanswered": "unanswered", "mixed": HELD, "written": "partly",
    }  # fmt: skip
    assert [part.outcome for part in said["mixed"].parts] == ["right", HELD]
    for one in said.values():
        assert all(each.key is None and each.explanation is None and not each.remarks for each in (one, *one.parts))


@pytest.mark.sqlite_only
def test_no_address_tells_a_key_that_another_examination_asks(app: Flask, work_as: WorkAs, clock: StoppedClock) -> None:
    """The canary of every explanation, on the result, in the book and wherever else; with the control that it is there afterwards."""
    exam, asking = two(work_as)
    actor = papers.candidate(work_as)
    attempt = sat.sit(work_as, exam, actor, wrong=2)
    with work_as() as work:
        person = work.session.get_one(Person, actor.person_id)
    client, uids = reader(app, work_as, person), [str(exam.uid), str(asking.uid), str(attempt)]
    assert leaks(client, app, uids) == {}
    page = client.get(f"/exams/attempts/{attempt}/result").text
    assert "其他考试" in page and "答对" not in page.split('id="questions"')[1].split("<aside")[0]
    clock.at += timedelta(days=3) + GRACE * 2
    build.sign_in(client, work_as, person, "later")
    assert f"/exams/attempts/{attempt}/result" in leaks(client, app, uids)
    assert "其他考试" not in client.get(f"/exams/attempts/{attempt}/result").text


def test_a_written_answer_keeps_its_points_and_loses_its_sample(work_as: WorkAs) -> None:
    """By way of a whole sitting: the short question of one is in the stock of another."""
    papers.stocked(work_as, 2, kind=Kind.SHORT)
    row = [Row("党章", Kind.SHORT, 2, Decimal(10))]
    exam = papers.opened(work_as, row)
    papers.opened(work_as, row, release_policy=ReleasePolicy.AFTER_WINDOW, closes_at=papers.in_days(work_as, 3))
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    for one in attempt.questions:
        with work_as(actor) as work:
            service.save(work, attempt.attempt, one.question, 1, "说明")
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    build.mark_all(work_as, Decimal(7), "分析到位")
    questions = shown(work_as, actor, attempt.attempt).questions
    assert questions and {(one.outcome, one.earned, one.key, tuple(one.remarks)) for one in questions} == {("partly", 7, None, ())}
