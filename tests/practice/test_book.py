"""The book of missed questions: what an entry says, what it keeps back, and how a question leaves that is never asked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.bank.models import BankPicture, Card, CardState
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import OptionDraft, Picture, QuestionDraft
from app.bank.service import writing
from app.exams import service as exams
from app.exams.models import ExamQuestion
from app.exams.rules.timing import GRACE, ReleasePolicy
from app.kernel.clock import StoppedClock
from app.kernel.errors import NotFound
from app.kernel.work import Actor, Work
from app.people.models import Person
from app.practice import queries, service
from tests.exams import build, papers, sat
from tests.exams.build import KEY, WHY, Quiz
from tests.practice.test_practice import answer, opened, post

WorkAs = Callable[..., AbstractContextManager[Work]]
OTHERS = (
    QuestionDraft(Kind.SHORT, "什么是依法行政？", points=Decimal(10), explanation=WHY, sample=f"{KEY} 职权法定"),
    QuestionDraft(Kind.CASE, "某局推行政务公开。", points=Decimal(10), explanation=WHY, parts=(
        QuestionDraft(Kind.SINGLE, "依据是？", tuple(OptionDraft(f"选项 {n}", n == 1) for n in range(3)), Decimal(4), WHY),
        QuestionDraft(Kind.SHORT, "难点何在？", points=Decimal(6), sample=f"{KEY} 难点"),
    )),
    QuestionDraft(Kind.BLANK, "图中第____季度最多。", points=Decimal(2), explanation=WHY, blanks=(Blank((Accepted("3"),)),),
                  picture=Picture("a" * 64, "柱形图")),
)  # fmt: skip
"""A written answer and a case with one, which are never asked again; and a question with a picture, which is."""


@pytest.fixture(autouse=True)
def _eligible(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("college")
    with build.everybody_may_sit():
        yield


def book(work_as: WorkAs, actor: Actor) -> queries.Book:
    with work_as(actor, write=False) as work:
        return queries.whole_book(work)


def missed_all(work_as: WorkAs) -> Quiz:
    """A quiz of one attempt in which everything was wrong: three kinds of choice and the OTHERS."""
    quiz = build.quiz(work_as, max_attempts=1)
    with work_as() as work:
        work.session.add(BankPicture(sha256="a" * 64, width=8, height=8, size=64, created_at=work.now))
        work.session.flush()
        for at, draft in enumerate(OTHERS, 10):
            work.session.add(ExamQuestion(exam_id=quiz.exam.id, question_id=writing.create(work, draft).id, position=at))
    attempt = build.start(work_as, quiz.actor, quiz.exam.uid)
    values: dict[str, Any] = {"short": "不知道", "blank": ["2"]}
    for one in attempt.questions:
        value = {one.parts[1].question: "没有"} if one.kind == "case" else values.get(one.kind)
        if value is not None:
            with work_as(quiz.actor) as work:
                exams.save(work, attempt.attempt, one.question, 1, value)
    with work_as(quiz.actor) as work:
        exams.submit(work, attempt.attempt)
    build.mark_all(work_as, Decimal(1))
    return quiz


# ── what an entry says ──────────────────────────────────────────────────────


def test_what_was_missed_stands_in_the_book_at_once_with_both_answers(work_as: WorkAs) -> None:
    """The examination is open and asks these questions still; its own results give the keys out, so the book does."""
    exam = sat.examination(work_as, 4)
    actor = papers.candidate(work_as)
    sat.sit(work_as, exam, actor, wrong=2)
    entries = book(work_as, actor).entries
    assert len(entries) == 2
    for one in entries:
        assert one.went and one.went.key and one.went.answer and one.went.answer not in one.went.key
        assert papers.WHY in (one.went.explanation or "") and not one.is_practised
    with pytest.raises(service.NothingToPractise), work_as(actor) as work:
        service.again(work)


def test_nothing_of_a_self_test_that_is_not_graded_is_in_the_book(work_as: WorkAs) -> None:
    exam = sat.examination(work_as, 4, ungraded=True)
    actor = papers.candidate(work_as)
    sat.sit(work_as, exam, actor, wrong=2)
    assert book(work_as, actor) == queries.Book([], 0)


def test_what_another_examination_asks_is_counted_and_comes_in_later(work_as: WorkAs, clock: StoppedClock) -> None:
    exam = sat.examination(work_as, 4)
    papers.opened(work_as, papers.rows(4), release_policy=ReleasePolicy.AFTER_WINDOW, closes_at=papers.in_days(work_as, 3))
    actor = papers.candidate(work_as)
    sat.sit(work_as, exam, actor, wrong=2)
    found = book(work_as, actor)
    assert (found.entries, found.waiting) == ([], 2)
    clock.at += timedelta(days=3) + GRACE * 2
    found = book(work_as, actor)
    assert (len(found.entries), found.waiting) == (2, 0)


def test_a_written_answer_that_is_still_asked_stands_without_its_sample(work_as: WorkAs) -> None:
    quiz = missed_all(work_as)
    said = next(one for one in book(work_as, quiz.actor).entries if one.kind == "short")
    assert said.went and said.went.key == [f"{KEY} 职权法定"]
    with work_as() as work:
        work.session.add(Card(
            question_id=said.question_id, state=CardState.APPROVED, kind=Kind.SHORT, topic="依法", difficulty=3, points=Decimal(10),
            author_id=None, fingerprint="一份", words="一份", moved_at=work.now,
        ))  # fmt: skip
    row = replace(papers.rows(1, topic="依法", points=10)[0], kind=Kind.SHORT)
    papers.opened(work_as, [row])
    held = next(one for one in book(work_as, quiz.actor).entries if one.kind == "short")
    assert held.went and (held.went.answer, held.went.key, held.went.explanation, held.went.held) == ("不知道", None, None, True)


def test_what_was_missed_in_practice_says_both_answers_too(work_as: WorkAs) -> None:
    opened(work_as, 5)
    actor = papers.candidate(work_as)
    with work_as(actor) as work:
        made = service.daily(work)
    answer(work_as, actor, made.uid, right=False)
    entries = book(work_as, actor).entries
    assert len(entries) == 5 and all(one.is_practised and not one.is_by_hand for one in entries)
    for one in entries:
        assert one.went and one.went.key and one.went.answer and one.went.answer not in one.went.key and one.went.explanation


# ── what is never asked again leaves by hand ────────────────────────────────


@pytest.mark.parametrize("kind", ["short", "case"])
def test_what_is_never_asked_again_is_ticked_off_and_comes_back_with_the_next_miss(work_as: WorkAs, clock: StoppedClock, kind: str) -> None:
    quiz = missed_all(work_as)
    entries = book(work_as, quiz.actor).entries
    assert {one.kind for one in entries if one.is_by_hand} == {"short", "case"} and len(entries) == 6
    one = next(each for each in entries if each.kind == kind)
    clock.at += timedelta(minutes=1)
    with work_as(quiz.actor) as work:
        service.learnt(work, one.question)
    left = book(work_as, quiz.actor).entries
    assert len(left) == 5 and one.question not in {each.question for each in left}


def test_what_is_asked_again_leaves_by_right_answers_alone(work_as: WorkAs) -> None:
    quiz = missed_all(work_as)
    single = next(one for one in book(work_as, quiz.actor).entries if one.kind == "single")
    short = next(one for one in book(work_as, quiz.actor).entries if one.kind == "short")
    with pytest.raises(NotFound), work_as(quiz.actor) as work:
        service.learnt(work, single.question)
    with pytest.raises(NotFound), work_as(papers.candidate(work_as, "乙", 3)) as work:
        service.learnt(work, short.question)
    assert len(book(work_as, quiz.actor).entries) == 6


def test_the_page_shows_answers_offers_every_kind_and_ticks_off(client: FlaskClient, work_as: WorkAs, clock: StoppedClock) -> None:
    quiz = missed_all(work_as)
    with work_as() as work:
        person = work.session.get_one(Person, quiz.actor.person_id)
    build.sign_in(client, work_as, person)
    page = client.get("/practice/book").text
    assert all(f'<option value="{kind}"' in page for kind in ("single", "short", "case")) and WHY in page and "不知道" in page
    there: list[str] = re.findall(r'action="(/practice/book/[^"]+/learnt)"', page)
    assert len(there) == 2
    clock.at += timedelta(minutes=1)
    assert post(client, there[0]).status_code == 303
    assert client.get("/practice/book").text.count("/learnt") == 1
    head = build.token(work_as, person)
    listed = client.get("/api/v1/practice/book", headers=head).get_json()
    uid = next(UUID(one["question"]) for one in listed["items"] if one["by_hand"])
    after = client.post(f"/api/v1/practice/book/{uid}/learnt", json={}, headers=head).get_json()
    assert (len(listed["items"]), len(after["items"]), after["waiting"]) == (5, 4, 0)
