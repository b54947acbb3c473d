"""A marker corrects his own mark until the result is final; the earlier one stays on record, and two marks stay two."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import AttemptState, ExamTrail, HandMark, SheetState
from app.exams.queries import marking as queries
from app.exams.service import refusals
from app.exams.service.papers import AttemptShown
from app.kernel.errors import NotFound
from app.kernel.work import Actor
from tests import make
from tests.exams import build
from tests.exams.build import Quiz, WorkAs
from tests.exams.test_kinds import _paper, give, marker, sheets, sit, state

D = Decimal


def correct(work_as: WorkAs, actor: Actor, sheet: Any, points: str, remark: str = "") -> None:
    with work_as(actor) as work:
        service.correct_mark(work, sheet.uid, D(points), [], remark)


def trail(work_as: WorkAs) -> list[tuple[int | None, str, str]]:
    with work_as(write=False) as work:
        rows = work.session.scalars(select(ExamTrail).where(ExamTrail.what == "mark_corrected").order_by(ExamTrail.id))
        return [(row.who_id, row.details["before"]["points"], row.details["after"]["points"]) for row in rows]


@pytest.fixture
def paper(work_as: WorkAs, quiz: Quiz) -> AttemptShown:
    """A paper with two written answers, handed in; one marker each."""
    attempt = _paper(work_as, quiz)
    sit(work_as, quiz, attempt)
    return attempt


def test_until_the_last_answer_is_marked_a_mark_is_corrected_and_counts_as_corrected(
    work_as: WorkAs, quiz: Quiz, paper: AttemptShown
) -> None:
    by, (first, second) = marker(work_as, "阅卷"), sheets(work_as)
    give(work_as, by, first, "1")
    correct(work_as, by, first, "7.5", "看错了一行")
    assert trail(work_as) == [(by.person_id, "1.00", "7.50")] and build.count(work_as, HandMark) == 1
    assert (sheets(work_as)[0].state, sheets(work_as)[0].points) == (SheetState.MARKED, D("7.5"))
    give(work_as, by, second, "3")
    assert state(work_as, quiz, paper) == (AttemptState.GRADED, D("82.81"), True)
    with pytest.raises(refusals.MarkStands):
        correct(work_as, by, first, "8")
    assert state(work_as, quiz, paper)[1] == D("82.81") and len(trail(work_as)) == 1


def test_only_ones_own_mark_and_within_what_there_is(work_as: WorkAs, quiz: Quiz, paper: AttemptShown) -> None:
    by, other, sheet = marker(work_as, "阅卷"), marker(work_as, "旁人"), sheets(work_as)[0]
    with pytest.raises(NotFound):
        correct(work_as, by, sheet, "5")
    give(work_as, by, sheet, "5")
    with pytest.raises(NotFound):
        correct(work_as, other, sheet, "9")
    for points in ("-1", "10.01", "NaN", "1.005"):
        with pytest.raises(refusals.BadPoints):
            correct(work_as, by, sheet, points)
    with pytest.raises(refusals.RemarkTooLong):
        correct(work_as, by, sheet, "5", "字" * 501)
    correct(work_as, by, sheet, "5.00")
    assert trail(work_as) == [], "the same again changes nothing"


def test_two_marks_are_weighed_anew(work_as: WorkAs, quiz: Quiz) -> None:
    sit(work_as, quiz, _paper(work_as, quiz, markers=2))
    one, two, sheet = marker(work_as, "甲"), marker(work_as, "乙"), sheets(work_as)[0]
    give(work_as, one, sheet, "6")
    correct(work_as, one, sheet, "5")
    assert sheets(work_as)[0].state == SheetState.WAITING, "one mark is still one"
    give(work_as, two, sheet, "7")
    assert sheets(work_as)[0].points == D("6.00")
    correct(work_as, two, sheet, "6")
    assert (sheets(work_as)[0].state, sheets(work_as)[0].points) == (SheetState.MARKED, D("5.50"))
    correct(work_as, two, sheet, "9")
    assert (sheets(work_as)[0].state, sheets(work_as)[0].points) == (SheetState.DISPUTED, None)
    for actor in (one, two):
        with pytest.raises(refusals.MarkStands):
            correct(work_as, actor, sheet, "5")
        with work_as(actor, write=False) as work:
            assert queries.sheet(work, sheet.uid).others == (), "neither reads the other's mark"
            assert [given.uid for given in queries.given(work)] == []


def test_after_a_ruling_only_the_ruling_moves(work_as: WorkAs, quiz: Quiz) -> None:
    sit(work_as, quiz, _paper(work_as, quiz, markers=2))
    one, two, third = (marker(work_as, name) for name in "甲乙丙")
    sheet = sheets(work_as)[0]
    give(work_as, one, sheet, "2")
    give(work_as, two, sheet, "9")
    give(work_as, third, sheet, "5")
    for actor in (one, two):
        with pytest.raises(refusals.MarkStands):
            correct(work_as, actor, sheet, "6")
    correct(work_as, third, sheet, "4")
    assert (sheets(work_as)[0].state, sheets(work_as)[0].points) == (SheetState.MARKED, D(4))
    with work_as(third, write=False) as work:
        assert [(given.uid, given.points) for given in queries.given(work)] == [(sheet.uid, D(4))]


def test_the_page_lists_what_may_be_corrected_and_keeps_it(client: FlaskClient, work_as: WorkAs, quiz: Quiz, paper: AttemptShown) -> None:
    with work_as() as work:
        person = make.person(work, "讲师")
        make.grant(work, person, "instructor")
    build.sign_in(client, work_as, person)
    assert "成绩尚未确定" not in client.get("/manage/marking").text
    sheet = sheets(work_as)[1]
    here = f"/manage/marking/sheets/{sheet.uid}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(here).text)
    assert token
    form = {"csrf_token": token[1], "points": "2", "remark": "要点不全"}
    assert client.post(here, data=form).status_code == 303
    assert f'href="{here}"' in client.get("/manage/marking").text
    shown = client.get(here).text
    assert "更正评分" in shown and 'value="2"' in shown and "要点不全" in shown
    assert client.post(here, data=form | {"points": "70"}).status_code == 422
    assert client.post(here, data=form | {"points": "4"}).status_code == 303
    assert trail(work_as) == [(person.id, "2.00", "4.00")] and sheets(work_as)[1].points == D(4)
