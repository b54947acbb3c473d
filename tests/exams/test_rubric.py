"""The lines of a rubric are worth what the question is worth in the paper, not what it is worth in the bank."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Criterion, QuestionDraft
from app.exams import service
from app.exams.models import Attempt, Sheet
from app.exams.queries import marking as queries
from app.exams.rules.blueprint import Row
from app.exams.rules.hands import rubric_of
from app.exams.service import refusals
from app.exams.service.papers import AttemptShown
from app.kernel.work import Actor
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs

D = Decimal
SHORT = QuestionDraft(
    Kind.SHORT,
    "什么是依法行政？",
    points=D(10),
    topic="法治",
    sample="职权法定",
    rubric=(Criterion("职权法定", D(6)), Criterion("程序正当", D(4))),
)
points = st.integers(1, 10_000).map(lambda cents: D(cents) / 100)


@given(st.lists(points, min_size=1, max_size=12), points)
def test_the_lines_add_up_to_what_the_question_is_worth(lines: list[Decimal], maximum: Decimal) -> None:
    found = rubric_of([(str(at), str(one)) for at, one in enumerate(lines)], maximum)
    assert sum(share for _text, share in found) == maximum and all(share >= 0 for _text, share in found)
    if maximum == sum(lines):
        assert [share for _text, share in found] == lines


def handed_in(work_as: WorkAs, points: Decimal, answer: str, **terms: Any) -> tuple[Actor, AttemptShown]:
    """An examination of the one question, worth so many points, and a paper with this answer."""
    with work_as() as work:
        papers.passed(work, SHORT)
    exam = papers.opened(work_as, [Row("法治", Kind.SHORT, 1, points)], **terms)
    candidate = papers.candidate(work_as)
    attempt = build.start(work_as, candidate, exam.uid)
    with work_as(candidate) as work:
        service.save(work, attempt.attempt, attempt.questions[0].question, 1, answer)
        service.submit(work, attempt.attempt)
    return candidate, attempt


def test_a_question_that_is_worth_three_times_as_much_can_earn_all_of_it(
    client: FlaskClient, work_as: WorkAs, real_listeners: None
) -> None:
    candidate, attempt = handed_in(work_as, D(30), "职权法定，程序正当。", release_policy="closing_quiz")
    with work_as() as work:
        person = make.person(work, "阅卷")
        make.grant(work, person, "instructor")
        uid = work.session.scalars(select(Sheet.uid)).one()
    with work_as(make.actor(person, "exams.mark"), write=False) as work:
        assert [one.points for one in queries.sheet(work, uid).rubric] == [18, 12]
    build.sign_in(client, work_as, person)
    page = client.get(f"/manage/marking/sheets/{uid}").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token and "0 至 18" in page
    form = {"csrf_token": token[1], "criterion0": "18", "criterion1": "12.5", "remark": ""}
    assert client.post(f"/manage/marking/sheets/{uid}", data=form).status_code == 422, "twelve at most"
    for figure in ("1e0", "1.005", "-1", "NaN", "１ｅ０"):
        assert client.post(f"/manage/marking/sheets/{uid}", data=form | {"criterion1": figure}).status_code == 422, figure
    refused = client.post(f"/manage/marking/sheets/{uid}", data=form | {"criterion1": "99"}).text
    assert [name for name in ("criterion0", "criterion1") if re.search(rf'name="{name}"[^>]*aria-invalid="true"', refused)] == [
        "criterion1"
    ]
    both = client.post(f"/manage/marking/sheets/{uid}", data=form | {"criterion0": "19", "criterion1": "abc"}).text
    assert re.findall(r'id="(criterion\d)-err"', both) == ["criterion0", "criterion1"] and 'value="abc"' in both
    assert client.post(f"/manage/marking/sheets/{uid}", data=form | {"criterion1": "9"}).status_code == 303
    with work_as(candidate, write=False) as work:
        assert work.session.scalars(select(Attempt.score)).one() == 90
        shown = build.result(work, attempt.attempt).questions
    assert shown and [(one.text, one.points, one.earned) for one in shown[0].criteria] == [("职权法定", 18, 18), ("程序正当", 12, 9)]


def test_no_more_than_the_question_is_worth_is_taken(work_as: WorkAs, real_listeners: None) -> None:
    handed_in(work_as, D(5), "职权法定。")
    with work_as() as work:
        marker = make.actor(make.person(work, "阅卷"), "exams.mark")
        uid = work.session.scalars(select(Sheet.uid)).one()
    with work_as(marker) as work, pytest.raises(refusals.BadPoints):
        service.give_mark(work, uid, D(6), [D(6), D(0)], "")
