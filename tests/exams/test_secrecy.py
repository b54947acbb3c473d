"""No address of the college tells a candidate a key, a sample, a rubric or an explanation before release (INV-I18, ATK-A56).

Every page and every GET of the interface is asked, with every identifier the examination has anything to do with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.bank.models import Question, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, QuestionDraft
from app.bank.service import writing
from app.exams import service
from app.exams.models import Exam, ExamQuestion, Sheet
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import KEY, WHY, Quiz, WorkAs

CANARY = re.compile(f"{KEY}|{WHY}|canary-rubric")
DRAFTS = (
    build.single(1),
    build.multiple(2),
    build.true_false(3),
    QuestionDraft(Kind.BLANK, "设立于____年。", points=Decimal(4), explanation=WHY, blanks=(Blank((Accepted(f"{KEY} 1980"),)),)),
    QuestionDraft(Kind.SHORT, "什么是依法行政？", points=Decimal(10), explanation=WHY, sample=f"{KEY} 职权法定",
                  rubric=(Criterion("canary-rubric 职权法定", Decimal(10)),)),
    QuestionDraft(Kind.CASE, "某局推行政务公开。", points=Decimal(10), explanation=WHY, parts=(
        QuestionDraft(Kind.SINGLE, "依据是？", tuple(OptionDraft(f"选项 {n}", n == 1) for n in range(3)), Decimal(4), WHY),
        QuestionDraft(Kind.SHORT, "难点何在？", points=Decimal(6), sample=f"{KEY} 难点"),
    )),
)  # fmt: skip
"""A question of every kind, with a canary in whatever is secret of it."""
WORDS = {"int": "1", "path": "x", "float": "1"}


@pytest.fixture
def kinds(work_as: WorkAs) -> Quiz:
    """A closing quiz that asks every kind."""
    quiz = build.quiz(work_as, DRAFTS[:3])
    with work_as() as work:
        for at, draft in enumerate(DRAFTS[3:], 10):
            work.session.add(ExamQuestion(exam_id=quiz.exam.id, question_id=writing.create(work, draft).id, position=at))
    return quiz


def identifiers(work_as: WorkAs, quiz: Quiz, attempt: UUID) -> list[str]:
    """The outside names of everything that has to do with the quiz."""
    with work_as(write=False) as work:
        found = [quiz.exam.uid, attempt, quiz.version.uid, *work.session.scalars(select(Sheet.uid))]
        for column in (Question.uid, QuestionVersion.uid):
            found += work.session.scalars(select(column).limit(4))
    return [str(one) for one in found]


def addresses(app: Flask, uids: list[str]) -> Iterator[str]:
    """Every address that can be read, with each of these names in each of its places (of two places: each pair)."""
    for one in app.extensions["endpoints"].values():
        if "GET" not in one.methods:
            continue
        parts = re.split(r"<(?:(\w+):)?\w+>", one.rule)
        texts, converters = parts[::2], parts[1::2]
        for names in islice(product(*[uids if kind == "uuid" else [WORDS.get(kind or "", uids[0])] for kind in converters]), 60):
            yield "".join(text + name for text, name in zip(texts, [*names, ""], strict=True))


def told(answer: TestResponse) -> str:
    return answer.data.decode("utf-8", "replace") + "\n".join(f"{name}: {value}" for name, value in answer.headers)


def leaks(client: FlaskClient, app: Flask, uids: list[str], head: dict[str, str] | None = None) -> dict[str, str]:
    """The addresses that tell a secret, each with the first canary found."""
    found = {}
    for address in addresses(app, uids):
        if address in ("/sign-out",):
            continue
        canary = CANARY.search(told(client.get(address, headers=head)))
        if canary:
            found[address] = canary[0]
    return found


def sit(work_as: WorkAs, quiz: Quiz) -> Any:
    """An attempt in which every question of text has an answer."""
    attempt = build.start(work_as, quiz.actor, quiz.exam.uid)
    for one in attempt.questions:
        values = {"short": "职权法定", "blank": ["1980"]}
        if one.kind == "case":
            values["case"] = {one.parts[1].question: "缺少标准"}  # type: ignore[assignment]
        if one.kind in values:
            with work_as(quiz.actor) as work:
                service.save(work, attempt.attempt, one.question, 1, values[one.kind])
    return attempt


def reader(app: Flask, work_as: WorkAs, person: Person) -> FlaskClient:
    client = app.test_client()
    build.sign_in(client, work_as, person)
    return client


@pytest.mark.parametrize("stage", ["writing", "being_marked"])
def test_no_address_tells_a_candidate_anything_of_a_key(app: Flask, work_as: WorkAs, kinds: Quiz, stage: str) -> None:
    attempt = sit(work_as, kinds)
    if stage == "being_marked":
        with work_as(kinds.actor) as work:
            service.submit(work, attempt.attempt)
    uids, head = identifiers(work_as, kinds, attempt.attempt), build.token(work_as, kinds.cadre)
    assert len(uids) > 8 and (stage == "writing" or len(uids) > 10)
    assert leaks(reader(app, work_as, kinds.cadre), app, uids) == {}
    assert leaks(app.test_client(), app, uids, head) == {}


@pytest.mark.sqlite_only
def test_the_walk_finds_a_key_where_one_may_be_read(app: Flask, work_as: WorkAs, kinds: Quiz) -> None:
    """The negative control: a marker is shown the sample, and an author the explanations, by the same addresses."""
    attempt = sit(work_as, kinds)
    with work_as(kinds.actor) as work:
        service.submit(work, attempt.attempt)
    with work_as() as work:
        marker = make.person(work, "赵阅")
        make.grant(work, marker, "instructor", "self")
    found = leaks(reader(app, work_as, marker), app, identifiers(work_as, kinds, attempt.attempt))
    assert any("/manage/marking/sheets/" in address for address in found), found


@pytest.mark.parametrize("kind", [build.single, build.multiple])
def test_a_paper_has_the_same_size_and_headers_whichever_option_is_right(app: Flask, work_as: WorkAs, kind: Any) -> None:
    """Sizes, ids and ETags carry nothing: two papers that differ in their key alone cannot be told apart by their length."""
    seen = []
    for right in (0, 3):
        quiz = build.quiz(work_as, [kind(7, right=right if kind is build.single else (right, 1))])
        answer = app.test_client().post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=build.token(work_as, quiz.cadre))
        names = {name.lower() for name, _value in answer.headers}
        assert answer.status_code == 201 and "etag" not in names and "last-modified" not in names
        seen.append((len(answer.data), sorted(names), [len(one["option"]) for one in answer.get_json()["questions"][0]["options"]]))
    assert seen[0] == seen[1]


@pytest.mark.sqlite_only
def test_a_result_before_release_tells_nothing(app: Flask, work_as: WorkAs) -> None:
    """After the window only: handed in and marked, the candidate learns neither key nor mark by any address."""
    papers.stocked(work_as)
    exam = papers.opened(work_as, papers.rows(3), release_policy="after_window", closes_at=papers.in_days(work_as, 2))
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    build.answer_all(work_as, actor, attempt, wrong=1)
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    with work_as() as work:
        assert work.session.get_one(Exam, exam.id).release_policy == "after_window"
        person = work.session.get_one(Person, actor.person_id)
    client = reader(app, work_as, person)
    uids = [str(exam.uid), str(attempt.attempt)]
    assert leaks(client, app, uids) == {}
    assert client.get(f"/api/v1/attempts/{attempt.attempt}/result").get_json()["code"] == "not_released"
