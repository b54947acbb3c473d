"""The pages of a paper: whatever is refused or looked for, nothing that was ticked or typed is lost."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from app.bank.models import Card, Question
from app.exams import service
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import officer, post


@pytest.fixture
def paper(client: FlaskClient, work_as: WorkAs) -> str:
    """The address of the paper of a draft, for somebody who is signed in and sets it up."""
    person = officer(work_as)
    with work_as(make.actor(person, "exams.assemble")) as work:
        uid = service.plan_exam(work, papers.terms()).uid
    build.sign_in(client, work_as, person)
    return f"/manage/exams/{uid}/paper"


def ticked(page: str) -> list[tuple[str, str]]:
    """The ticked questions of a page in their order, each with the points that stand beside it."""
    uids = re.findall(r'name="question" value="([^"]+)" checked', page)
    return [(one, (re.search(rf'name="points-{one}" value="([^"]*)"', page) or [""] * 2)[1]) for one in uids]


def sent(uids: list[UUID], *points: str) -> dict[str, object]:
    """These questions as the form sends them, the last one first."""
    return {"question": [str(one) for one in uids], **{f"order-{one}": str(9 - at) for at, one in enumerate(uids)},
            **{f"points-{one}": text for one, text in zip(uids, points, strict=True)}}  # fmt: skip


def test_a_refused_paper_keeps_ticks_order_and_points_and_names_the_question(client: FlaskClient, work_as: WorkAs, paper: str) -> None:
    one, two = papers.stocked(work_as, 2)
    answer = post(client, f"{paper}/fixed", shuffled="1", **sent([one, two], "abc", "3"))
    assert answer.status_code == 422
    assert ticked(answer.text) == [(str(two), "3"), (str(one), "abc")]
    assert "第 2 题：分值须大于 0" in answer.text and 'name="shuffled" value="1" checked' in answer.text
    assert answer.text.count(str(one)) == answer.text.count(str(two)), "what is ticked stands in the bank below no more"


def test_looking_for_questions_forgets_no_tick_and_keeps_nothing(client: FlaskClient, work_as: WorkAs, paper: str) -> None:
    one, two = papers.stocked(work_as, 2)
    (other,) = papers.stocked(work_as, 1, topic="公文")
    answer = post(client, f"{paper}/fixed", then="find", q="第", topic="公文", **sent([one, two], "5", ""))
    assert answer.status_code == 200 and "勾选的内容尚未保存" in answer.text
    assert ticked(answer.text) == [(str(two), ""), (str(one), "5")]
    assert re.search(rf'name="question" value="{other}">', answer.text)
    assert ticked(client.get(f"{paper}?form=fixed").text) == []


ROW = {"topic": ["", "", ""], "kind": ["single"] * 3, "lowest": ["1"] * 3, "highest": ["5"] * 3, "points": ["2", "2", "drei"]}


def test_a_blueprint_that_cannot_be_read_keeps_what_was_typed(client: FlaskClient, paper: str) -> None:
    answer = post(client, paper, **ROW | {"count": ["4", "", "zwei"], "forms": "0"})
    assert answer.status_code == 422
    assert re.findall(r'name="count" value="([^"]+)"', answer.text) == ["4", "zwei"]
    assert 'name="points" value="drei"' in answer.text and 'role="alert"' in answer.text


def test_the_check_names_rows_by_the_numbers_they_have_in_the_page(client: FlaskClient, work_as: WorkAs, paper: str) -> None:
    """The second row is empty and left out; the third is still the third."""
    papers.stocked(work_as, 2)
    fields = ROW | {"points": ["2"] * 3}
    found = post(client, f"{paper}/check", **fields | {"count": ["1", "", "9"]}).text
    assert "第 1、3 行" in found or "第 1，3 行" in found, found
    assert re.findall(r"<span>第 (\d) 行</span>", found) == ["1", "3"]
    assert "第 3 行：" in post(client, f"{paper}/check", **fields | {"count": ["1", "", "zwei"]}).text


def test_a_question_that_was_withdrawn_since_is_told_with_the_paper(client: FlaskClient, work_as: WorkAs, paper: str) -> None:
    one, two = papers.stocked(work_as, 2)
    assert post(client, f"{paper}/fixed", **sent([one, two], "", "")).status_code == 303
    assert "已不能再用" not in client.get(f"{paper}?form=fixed").text
    with work_as() as work:
        work.session.execute(update(Card).where(Card.question_id == Question.id, Question.uid == one).values(state="retired"))
    page = client.get(f"{paper}?form=fixed").text
    assert "试卷中有 1 道题已不能再用" in page and [uid for uid, _points in ticked(page)] == [str(two)]
