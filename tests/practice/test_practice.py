"""Practice without a record: what may be asked, what is shown when, the book; and never a question of an examination."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.bank.models import ForPractice, Question
from app.bank.rules.answers import Kind
from app.exams import service as exams
from app.exams.models import Attempt
from app.exams.rules.timing import ReleasePolicy
from app.kernel import ids
from app.kernel.clock import StoppedClock
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, College, Work
from app.ledger.models import LedgerEntry
from app.practice import queries, service
from app.practice.models import PracticeSet
from app.practice.rules import KINDS
from tests import make
from tests.exams import build, papers, sat

WorkAs = Callable[..., AbstractContextManager[Work]]


@pytest.fixture(autouse=True)
def _eligible(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("college")
    with build.everybody_may_sit():
        yield


def reviewer(work_as: WorkAs) -> Actor:
    with work_as() as work:
        return make.actor(make.person(work, "审题"), "bank.review", sign_in_id=50)


def opened(work_as: WorkAs, count: int = 8, **more: Any) -> list[UUID]:
    """So many questions open for practice."""
    uids = papers.stocked(work_as, count, **more)
    with work_as(reviewer(work_as)) as work:
        for uid in uids:
            service.open_question(work, uid)
    return uids


def asked(work_as: WorkAs, actor: Actor, uid: UUID) -> list[queries.Asked]:
    with work_as(actor, write=False) as work:
        return queries.asked(work, queries.own_set(work, uid))


def answer(work_as: WorkAs, actor: Actor, uid: UUID, *, right: bool) -> None:
    """Answer every question that is open; the right option of these is the one that says «选项 0»."""
    for one in asked(work_as, actor, uid):
        option = next(name for name, text in one.options.items() if text.endswith("选项 0") == right)
        with work_as(actor) as work:
            service.answer(work, uid, one.line.question, option)


# ── exercises ───────────────────────────────────────────────────────────────


def test_todays_exercise_is_the_same_all_day_and_another_tomorrow(work_as: WorkAs, clock: StoppedClock) -> None:
    opened(work_as, 20)
    one, other = papers.candidate(work_as, "甲"), papers.candidate(work_as, "乙", 2)
    drawn = []
    for actor, hours in ((one, 0), (one, 3), (other, 3), (one, 30)):
        clock.at += timedelta(hours=hours) - timedelta(hours=0)
        with work_as(actor) as work:
            made = service.daily(work)
        drawn.append((made.uid, sorted(line.version_id for line in queries.lines(made))))
    assert drawn[0] == drawn[1] and len(drawn[0][1]) == 5
    assert len({tuple(versions) for _uid, versions in drawn}) == 3


def test_a_self_test_keeps_to_topics_kinds_and_number(work_as: WorkAs) -> None:
    opened(work_as, 6, topic="党章")
    opened(work_as, 6, topic="应急")
    opened(work_as, 6, topic="应急", kind=Kind.JUDGE)
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        made = service.self_test(work, ["应急"], [Kind.JUDGE], 4)
    found = asked(work_as, actor, made.uid)
    assert [(one.topic, one.line.kind) for one in found] == [("应急", Kind.JUDGE)] * 4
    with pytest.raises(service.NothingToPractise), work_as(actor) as work:
        service.self_test(work, ["没有"], [], 4)


def test_a_key_comes_with_the_answer_and_the_first_answer_stands(work_as: WorkAs) -> None:
    opened(work_as, 5)
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        made = service.daily(work)
    assert all(one.right == () and one.explanation == "" for one in asked(work_as, actor, made.uid))
    first = asked(work_as, actor, made.uid)[0]
    wrong, right = (next(n for n, text in first.options.items() if text.endswith("选项 0") == is_right) for is_right in (False, True))
    for value in (wrong, right):
        with work_as(actor) as work:
            assert service.answer(work, made.uid, first.line.question, value).outcome == "wrong"
    found = asked(work_as, actor, made.uid)
    assert found[0].right == (right,) and papers.WHY in found[0].explanation
    assert all(one.right == () for one in found[1:])


def test_two_exercises_of_one_moment_have_numbers_of_their_own(work_as: WorkAs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance gives the second the bits of the first, and others when it is asked again."""
    opened(work_as)
    bits = iter([7, 7, 7, 7, 8, 8])
    monkeypatch.setattr(service, "person_uid", partial(ids.person_uid, draw=lambda _bits: next(bits)))
    with work_as(papers.candidate(work_as)) as work:
        first, second = (service.self_test(work, [], [], 3) for _ in range(2))
        assert second.id == first.id + 1


def test_an_exercise_of_somebody_else_does_not_exist(work_as: WorkAs) -> None:
    opened(work_as, 5)
    with work_as(papers.candidate(work_as)) as work:
        made = service.daily(work)
    with pytest.raises(NotFound), work_as(papers.candidate(work_as, "乙", 2)) as work:
        queries.own_set(work, made.uid)


def test_nothing_is_on_record(work_as: WorkAs, college: College) -> None:
    opened(work_as, 5)
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        made = service.daily(work)
    answer(work_as, actor, made.uid, right=True)
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(LedgerEntry)) == 0
        assert work.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_what_an_examination_has_taken_up_since_is_not_marked_until_that_is_over(work_as: WorkAs, clock: StoppedClock) -> None:
    """INV-I18: with as many exercises begun beforehand as there are options, right or wrong would tell the key."""
    (uid,) = opened(work_as, 1)
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        sets = [service.self_test(work, [], [], 1).uid for _ in range(4)]
    with work_as(reviewer(work_as)) as work:
        service.close_question(work, uid)
    closes = papers.in_days(work_as, 1)
    papers.opened(work_as, papers.rows(1), closes_at=closes)
    for at, one in enumerate(sets):
        (found,) = asked(work_as, actor, one)
        value = next(name for name, text in found.options.items() if text.endswith(f"选项 {at}"))
        with work_as(actor) as work:
            assert service.answer(work, one, found.line.question, value).outcome == "held"
        (found,) = asked(work_as, actor, one)
        assert (found.outcome, found.right, found.explanation) == ("held", (), "")
    with work_as(actor, write=False) as work:
        assert queries.book(work) == []
    clock.at = closes + timedelta(minutes=1)
    assert [asked(work_as, actor, one)[0].outcome for one in sets] == ["right", "wrong", "wrong", "wrong"]


def test_the_page_says_that_it_is_told_later(client: FlaskClient, work_as: WorkAs) -> None:
    (uid,) = opened(work_as, 1)
    with work_as() as work:
        person = make.person(work, "学员")
    actor = make.actor(person, "exams.sit")
    with work_as(actor) as work:
        made = service.self_test(work, [], [], 1).uid
    with work_as(reviewer(work_as)) as work:
        service.close_question(work, uid)
    papers.opened(work_as, papers.rows(1))
    answer(work_as, actor, made, right=True)
    build.sign_in(client, work_as, person)
    page = client.get(f"/practice/sets/{made}?q=1").get_data(as_text=True)
    assert "届时公布" in page and "这道题还在其他考试中使用" in page


# ── the book ────────────────────────────────────────────────────────────────


def test_what_is_missed_stays_in_the_book_until_it_was_right_three_times(work_as: WorkAs, clock: StoppedClock) -> None:
    opened(work_as, 5)
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        made = service.daily(work)
    answer(work_as, actor, made.uid, right=False)
    for wanted in (3, 2, 1):
        clock.at += timedelta(hours=1)
        with work_as(actor) as work:
            assert [one.left for one in queries.book(work)] == [wanted] * 5
            made = service.again(work)
        answer(work_as, actor, made.uid, right=True)
    with work_as(actor, write=False) as work:
        assert queries.book(work) == []


def test_a_quiz_fills_the_book_only_when_its_keys_are_out(work_as: WorkAs, college: College) -> None:
    quiz = build.quiz(work_as, max_attempts=2)
    first = build.start(work_as, quiz.actor, quiz.exam.uid)
    build.answer_all(work_as, quiz.actor, first, wrong=2)
    with work_as(quiz.actor) as work:
        exams.submit(work, first.attempt)
        assert queries.book(work) == []
    second = build.start(work_as, quiz.actor, quiz.exam.uid)
    build.answer_all(work_as, quiz.actor, second)
    with work_as(quiz.actor) as work:
        exams.submit(work, second.attempt)
        found = queries.book(work)
    assert len(found) == 2 and {one.source for one in found} == {"随堂测验"}
    assert any(one.taught and one.taught.second in (12, 34) for one in found) or all(one.topic == "协调" for one in found[:1])
    with work_as(quiz.actor) as work:
        made = service.again(work, source="exam")
    assert len(asked(work_as, quiz.actor, made.uid)) == 2
    with work_as(papers.candidate(work_as, "乙", 3), write=False) as work:
        assert queries.book(work) == []


def test_an_examination_fills_the_book_when_it_is_over(work_as: WorkAs, clock: StoppedClock) -> None:
    closes = papers.in_days(work_as, 1)
    exam = sat.examination(work_as, release_policy=ReleasePolicy.AFTER_WINDOW, closes_at=closes)
    actor = papers.candidate(work_as)
    sat.sit(work_as, exam, actor, wrong=3)
    with work_as(actor, write=False) as work:
        assert queries.book(work) == []
    clock.at = closes + timedelta(minutes=1)
    with work_as(actor, write=False) as work:
        assert len(queries.book(work)) == 3, "its window stands still, and nobody can be asked anything of it any more"


def test_the_book_is_narrowed(work_as: WorkAs) -> None:
    opened(work_as, 3, topic="党章")
    opened(work_as, 2, topic="应急")
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        made = service.daily(work)
    answer(work_as, actor, made.uid, right=False)
    with work_as(actor, write=False) as work:
        entries = queries.book(work)
    assert [len(queries.narrowed(entries, **one)) for one in ({"topic": "应急"}, {"kind": "single"}, {"source": "exam"}, {})] == [
        2,
        5,
        0,
        5,
    ]


# ── secrecy (INV-I18) ───────────────────────────────────────────────────────


def test_a_question_that_an_examination_may_ask_cannot_be_opened(work_as: WorkAs) -> None:
    uids = papers.stocked(work_as, 6)
    papers.opened(work_as, papers.rows(2))
    for uid in uids:
        with pytest.raises(service.StillAsked), work_as(reviewer(work_as)) as work:
            service.open_question(work, uid)


def test_a_question_that_says_the_same_cannot_be_opened(work_as: WorkAs) -> None:
    papers.stocked(work_as, 2, says="同一道题")
    papers.opened(work_as, papers.rows(1))
    twin = papers.stocked(work_as, 1, says="同一道题")[0]
    with pytest.raises(service.StillAsked), work_as(reviewer(work_as)) as work:
        service.open_question(work, twin)


def test_what_is_practised_is_drawn_for_no_examination(work_as: WorkAs) -> None:
    """Nor is a question that says the same as one that is open: here the same five stand in the bank twice."""
    opened(work_as, 5)
    papers.stocked(work_as, 5)
    papers.stocked(work_as, 3, topic="应急")
    with work_as(papers.assembler(work_as, "设考", 11)) as work:
        assert exams.try_rows(work, papers.rows(1)).shortages[0].there == 0
        assert exams.try_rows(work, papers.rows(3, topic="应急")).is_possible


def test_even_if_a_question_stands_in_both_it_is_neither_asked_nor_explained(work_as: WorkAs) -> None:
    """The last gate: the row that no verb would write is written by hand; exercise, answered question and book are silent."""
    uids = papers.stocked(work_as, 6)
    actor = papers.candidate(work_as)
    with work_as() as work:
        for question_id in work.session.scalars(select(Question.id).where(Question.uid.in_(uids))):
            work.session.add(ForPractice(question_id=question_id, opened_at=work.now))
    with work_as(actor) as work:
        made = service.daily(work)
    answer(work_as, actor, made.uid, right=False)
    assert any(papers.WHY in one.explanation for one in asked(work_as, actor, made.uid)), "the control: open questions are explained"
    with work_as() as work:
        work.session.execute(ForPractice.__table__.delete())
    papers.opened(work_as, papers.rows(2))
    with work_as() as work:
        for question_id in work.session.scalars(select(Question.id).where(Question.uid.in_(uids))):
            work.session.add(ForPractice(question_id=question_id, opened_at=work.now))
    found = asked(work_as, actor, made.uid)
    assert all(one.right == () and one.explanation == "" for one in found)
    with work_as(actor) as work:
        assert queries.book(work) == []
        assert queries.candidates(work, queries.pool(work, (), KINDS)) == []
    with pytest.raises(service.NothingToPractise), work_as(actor) as work:
        service.self_test(work, (), (), 5)


def test_only_those_who_pass_questions_open_them(work_as: WorkAs) -> None:
    uid = papers.stocked(work_as, 1)[0]
    with pytest.raises(Forbidden), work_as(papers.candidate(work_as)) as work:
        service.open_question(work, uid)


# ── pages and programs ──────────────────────────────────────────────────────


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    g.pop("csrf_token", None)
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/practice").text)
    assert token
    answer_ = client.post(path, data={"csrf_token": token[1], **fields})
    g.pop("csrf_token", None)
    return answer_


def test_a_day_of_practice_on_pages(client: FlaskClient, work_as: WorkAs) -> None:
    opened(work_as, 5)
    with work_as() as work:
        person = make.person(work, "练习")
    build.sign_in(client, work_as, person)
    assert "开始今天的练习" in client.get("/practice").text
    there = post(client, "/practice/daily").location
    for number in range(5):
        page = client.get(there).text
        assert papers.WHY not in page
        action = re.search(r'action="(/practice/sets/[^"]+)"[^>]* data-practice', page)
        option = re.search(r'name="value" value="([^"]+)" data-k="A"', page)
        assert action and option, number
        path = action[1].replace("&amp;", "&")
        assert post(client, path).status_code == 422
        answered = post(client, path, value=option[1])
        assert answered.status_code == 303 and papers.WHY in client.get(answered.location).text
    assert "答对" in client.get(there).text and "今天已完成" in client.get("/practice").text
    assert client.get("/practice/book").status_code == 200


def test_the_interface_gives_no_key_before_the_answer(client: FlaskClient, work_as: WorkAs) -> None:
    opened(work_as, 5)
    with work_as() as work:
        person = make.person(work, "练习")
    head = build.token(work_as, person)
    body = client.post("/api/v1/practice/daily", json={}, headers=head)
    assert body.status_code == 200 and papers.WHY not in body.text and len(body.json["questions"]) == 5
    one = body.json["questions"][0]
    path = f"/api/v1/practice/sets/{body.json['uid']}/answers/{one['question']}"
    done = client.put(path, json={"value": one["options"][0]["option"]}, headers=head).json
    assert papers.WHY in done["explanation"] and len(done["right"]) == 1
    for bad in ({"value": "zzz"}, {"value": []}, {"value": 5}, {}):
        other = f"/api/v1/practice/sets/{body.json['uid']}/answers/{body.json['questions'][1]['question']}"
        assert client.put(other, json=bad, headers=head).status_code == 422
    assert client.get("/api/v1/practice/book", headers=head).status_code == 200
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(PracticeSet)) == 1
