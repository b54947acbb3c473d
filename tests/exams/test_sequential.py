"""Examinations whose questions come one after another: no way to skip, none back, on any route (ATK-A53)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.exams import service
from app.exams.models import Attempt, Exam
from app.exams.service import refusals
from app.exams.service.papers import AttemptShown, answers
from app.kernel.clock import StoppedClock
from app.kernel.errors import Refusal
from app.kernel.ids import row_id
from app.kernel.work import Actor, College, working
from tests.exams import build, papers
from tests.exams.build import Quiz, WorkAs


@pytest.fixture
def one_way(work_as: WorkAs, quiz: Quiz) -> Quiz:
    """The quiz of three questions, one after another."""
    with work_as() as work:
        work.session.get_one(Exam, quiz.exam.id).sequential = True
    return quiz


@pytest.fixture
def sat(work_as: WorkAs, one_way: Quiz) -> AttemptShown:
    """An attempt at it that stands at the first question."""
    return build.start(work_as, one_way.actor, one_way.exam.uid)


def read(work_as: WorkAs, actor: Actor, attempt: AttemptShown) -> AttemptShown:
    with work_as(actor, write=False) as work:
        return service.read(work, attempt.attempt)


def forward(work_as: WorkAs, actor: Actor, attempt: AttemptShown, to: int) -> None:
    with work_as(actor) as work:
        service.forward(work, attempt.attempt, to)


def value_of(shown: AttemptShown) -> Any:
    """Some answer to the question that is due."""
    first = shown.questions[0].options[0].option
    return [first] if shown.questions[0].kind == "multiple" else first


def save(work_as: WorkAs, actor: Actor, shown: AttemptShown, rev: int = 1) -> None:
    with work_as(actor) as work:
        service.save(work, shown.attempt, shown.questions[0].question, rev, value_of(shown))


def refused(work_as: WorkAs, actor: Actor, act: Callable[..., Any], *given: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal, work_as(actor) as work:
        act(work, *given)
    return refusal.value


def test_one_question_is_shown_at_a_time_and_the_next_comes_once(work_as: WorkAs, one_way: Quiz, sat: AttemptShown) -> None:
    seen = []
    for place in range(3):
        shown = read(work_as, one_way.actor, sat)
        assert (shown.place, shown.count, len(shown.questions)) == (place, 3, 1)
        seen.append(shown.questions[0].question)
        if place < 2:
            forward(work_as, one_way.actor, sat, place + 1)
            forward(work_as, one_way.actor, sat, place + 1)  # sent twice: the same step
    assert len(set(seen)) == 3


def test_neither_the_question_before_nor_one_to_come_takes_an_answer(work_as: WorkAs, one_way: Quiz, sat: AttemptShown) -> None:
    save(work_as, one_way.actor, sat)
    first = sat.questions[0].question
    with work_as(write=False) as work:
        rows = work.session.get_one(Attempt, (one_way.cadre.id, row_id(sat.attempt))).paper["lines"]
    last, options = rows[2][0], [shown for shown, _ in rows[2][4]]
    guess = options[:1] if rows[2][2] == "multiple" else options[0]
    found = refused(work_as, one_way.actor, service.save, sat.attempt, last, 1, guess)
    assert (found.status, found.code, found.facts["place"]) == (409, "question_not_reached", 0)
    forward(work_as, one_way.actor, sat, 1)
    found = refused(work_as, one_way.actor, service.save, sat.attempt, first, 2, value_of(sat))
    assert (found.status, found.code, found.facts["place"]) == (409, "question_passed", 1)
    with work_as(one_way.actor) as work:  # what was acknowledged before is acknowledged again, and nothing moves
        again = service.save(work, sat.attempt, first, 1, value_of(sat)).saved_at
    kept = read(work_as, one_way.actor, sat).answers
    assert kept[first].saved_at == again and kept[first].rev == 1 and last not in kept


@pytest.mark.parametrize(("at", "to", "code"), [(0, 2, "question_not_reached"), (0, 9, "question_not_reached"), (1, 0, "question_passed"),
                                               (2, 3, "question_not_reached")])  # fmt: skip
def test_no_step_but_the_next_one_is_taken(work_as: WorkAs, one_way: Quiz, sat: AttemptShown, at: int, to: int, code: str) -> None:
    for step in range(1, at + 1):
        forward(work_as, one_way.actor, sat, step)
    assert refused(work_as, one_way.actor, service.forward, sat.attempt, to).code == code
    assert read(work_as, one_way.actor, sat).place == at


def test_where_the_order_is_free_there_is_no_going_on(work_as: WorkAs, quiz: Quiz, attempt: AttemptShown) -> None:
    assert (attempt.place, attempt.count, len(attempt.questions)) == (None, 3, 3)
    assert refused(work_as, quiz.actor, service.forward, attempt.attempt, 1).code == refusals.OrderIsFree.code


def test_another_device_stands_at_the_same_question_and_the_first_goes_no_further(
    work_as: WorkAs, one_way: Quiz, sat: AttemptShown
) -> None:
    forward(work_as, one_way.actor, sat, 1)
    taken = build.start(work_as, one_way.on(2), one_way.exam.uid)
    assert taken.place == 1 and taken.questions == read(work_as, one_way.actor, sat).questions
    assert refused(work_as, one_way.actor, service.forward, sat.attempt, 2).code == "superseded"
    forward(work_as, one_way.on(2), sat, 2)


def test_the_deadline_hands_in_what_was_passed_and_what_was_reached(
    work_as: WorkAs, one_way: Quiz, sat: AttemptShown, clock: StoppedClock, graded: list[Any]
) -> None:
    save(work_as, one_way.actor, sat)
    forward(work_as, one_way.actor, sat, 1)
    save(work_as, one_way.actor, read(work_as, one_way.actor, sat))
    clock.at = sat.deadline + timedelta(seconds=11)
    assert refused(work_as, one_way.actor, service.forward, sat.attempt, 2).code == "past_deadline"
    with work_as() as work:
        service.hand_in_late(work, one_way.cadre.id, row_id(sat.attempt))
    assert len(graded) == 1
    with work_as(write=False) as work:
        assert len(answers(work, one_way.cadre.id, row_id(sat.attempt))) == 2
    with work_as(one_way.actor, write=False) as work:
        assert len(service.read(work, sat.attempt).questions) == 3  # over: the whole paper is his to read


def test_going_on_and_answering_at_once_leave_nothing_between_two_questions(
    college: College, work_as: WorkAs, one_way: Quiz, sat: AttemptShown
) -> None:
    """Ten saves of the first question against the step: what is acknowledged came before it, what came after is refused."""
    question, value = sat.questions[0].question, value_of(sat)

    def act(rev: int) -> int | str:
        try:
            with working(college, one_way.actor) as work:
                if rev == 5:
                    service.forward(work, sat.attempt, 1)
                    return 0
                service.save(work, sat.attempt, question, rev, value)
                return rev
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(act, range(1, 11)))
    assert {one for one in found if isinstance(one, str)} <= {"stale_rev", "question_passed"}
    with work_as(write=False) as work:
        kept = answers(work, one_way.cadre.id, row_id(sat.attempt))
    assert max(one for one in found if isinstance(one, int)) == (kept[question].rev if kept else 0)
    assert read(work_as, one_way.actor, sat).place == 1


def test_an_examination_is_set_up_to_go_one_way(work_as: WorkAs) -> None:
    papers.stocked(work_as)
    exam = papers.opened(work_as, papers.rows(4), sequential=True)
    candidate = papers.candidate(work_as)
    shown = build.start(work_as, candidate, exam.uid)
    assert (shown.place, shown.count, len(shown.questions)) == (0, 4, 1)


def test_programs_go_one_way_too(app: Flask, work_as: WorkAs, one_way: Quiz) -> None:
    client, head = app.test_client(), build.token(work_as, one_way.cadre)
    begun = client.post(f"/api/v1/exams/{one_way.exam.uid}/attempts", headers=head).get_json()
    path = f"/api/v1/attempts/{begun['attempt']}"
    assert client.post(f"{path}/forward", headers=head, json={"to": 2}).get_json()["code"] == "question_not_reached"
    second = client.post(f"{path}/forward", headers=head, json={"to": 1})
    assert second.status_code == 200 and second.get_json()["place"] == 1
    first = begun["questions"][0]
    guess = first["options"][0]["option"]
    put = {"rev": 1, "value": [guess] if first["kind"] == "multiple" else guess}
    answer = client.put(f"{path}/answers/{first['question']}", headers=head, json=put)
    assert (answer.status_code, answer.get_json()["code"], answer.get_json()["place"]) == (409, "question_passed", 1)
    assert client.post(f"{path}/forward", headers=head, json={"to": 0}).get_json()["code"] == "question_passed"
    assert client.post(f"{path}/forward", headers=head, json={"to": "2"}).status_code == 422
    assert begun["questions"][0]["stem"] not in client.get(path, headers=head).get_data(as_text=True)


def test_the_page_without_a_script_goes_one_way_too(app: Flask, work_as: WorkAs, one_way: Quiz) -> None:
    client = app.test_client()
    build.sign_in(client, work_as, one_way.cadre)
    page = client.post(f"/exams/{one_way.exam.uid}/start", data=_token(client, f"/exams/{one_way.exam.uid}"), follow_redirects=True)
    text = page.get_data(as_text=True)
    assert text.count("data-question=") == 1 and "离开后不能返回" in text
    assert 'data-act="all"' not in text, "what goes one way is not laid out on one page"
    address = page.request.path
    name, option = text.split('data-question="')[1].split('"')[0], text.split('name="q')[1].split('value="')[1].split('"')[0]
    form = {**_token(client, address), name: option, "to": "1"}
    following = client.post(f"{address}/forward", data=form, follow_redirects=True).get_data(as_text=True)
    assert f'data-question="{name}"' not in following and following.count("data-question=") == 1
    back = client.post(f"{address}/forward", data={**_token(client, address), name: option, "to": "0"}, follow_redirects=True)
    assert "这道题已经结束" in back.get_data(as_text=True) and f'data-question="{name}"' not in back.get_data(as_text=True)


def _token(client: Any, path: str) -> dict[str, str]:
    text = client.get(path).get_data(as_text=True)
    return {"csrf_token": text.split('name="csrf_token" value="')[1].split('"')[0]}
