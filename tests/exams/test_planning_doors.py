"""Examinations set up by pages and by program: bad input beside its field, the same refusals, no key in sight."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict

from app.bank.service import Faulty
from app.exams import planning_forms, service
from app.exams.models import Exam
from app.exams.rules import blueprint
from app.exams.rules.sessions import Band
from app.exams.service.admission import TRIES
from app.people.models import Account, Person
from tests import make
from tests.exams import build, papers
from tests.exams.papers import WorkAs


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    """Send a form as its page does, with the token of the list of examinations."""
    g.pop("csrf_token", None)  # the application context of the fixtures outlives a request
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/exams").text)
    assert token
    answer = client.post(path, data={"csrf_token": token[1], **fields})
    g.pop("csrf_token", None)
    return answer


GOOD = {"title": "依法行政知识考试", "limit_minutes": 60, "release_policy": "full_at_once"}


@pytest.fixture
def head(work_as: WorkAs) -> dict[str, str]:
    """The headers of a program of somebody who sets up examinations."""
    return build.token(work_as, officer(work_as))


def officer(work_as: WorkAs, name: str = "设考") -> Person:
    """Somebody of the organisation department, for the whole city."""
    with work_as() as work:
        person = make.person(work, name)
        make.grant(work, person, "organization_dept", "city")
        return person


BAD: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "title"),
    ({"limit_minutes": 0}, "limit_minutes"),
    ({"pass_mark": 101}, "pass_mark"),
    ({"max_attempts": 0}, "max_attempts"),
    ({"cooling_minutes": -5}, "cooling_minutes"),
    ({"closes_at": "2026-12-01T09:00:00"}, "closes_at"),
    ({"release_policy": "after_window"}, "closes_at"),
    ({"bands": [{"least": 101, "name": "优"}]}, "bands"),
    ({"hours": "41"}, "hours"),
    ({"password": "123"}, "password"),
    ({"eligible": {"unit": "nowhere"}}, "eligible.unit"),
    ({"eligible": {"courses": ["NONE-1"]}}, "eligible.courses.0"),
    ({"title": "长" * 121}, "title"),
]


@pytest.mark.parametrize(("change", "field"), BAD, ids=[field + str(at) for at, (_change, field) in enumerate(BAD)])
def test_a_program_hears_which_field_is_wrong(client: FlaskClient, head: dict[str, str], change: dict[str, Any], field: str) -> None:
    answer = client.post("/api/v1/exams", json={**GOOD, **change}, headers=head)
    assert answer.status_code == 422
    assert answer.json["field"] == field


def test_a_check_that_the_bank_cannot_meet_shows_every_row_on_the_page_of_the_paper(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 5, topic="依法行政")
    setter = officer(work_as)
    uid = client.post("/api/v1/exams", json=GOOD, headers=build.token(work_as, setter)).json["uid"]
    row = {"kind": "single", "topic": "依法行政", "count": 9, "points": "2"}
    client.put(f"/api/v1/exams/{uid}/blueprint", json={"rows": [row]}, headers=build.token(work_as, setter, "again"))
    build.sign_in(client, work_as, setter)
    refused = post(client, f"/manage/exams/{uid}/state", to="checked")
    assert refused.status_code == 409
    assert "第 1 行需要 9 道不同的题，题库只有 5 道，缺 4 道" in refused.text and "题库不足以按此蓝图组卷" in refused.text
    assert 'value="9"' in refused.text and f"/manage/exams/{uid}/paper" in refused.text, "the rows stand there to be changed"


def test_a_program_sets_up_checks_and_another_opens(client: FlaskClient, work_as: WorkAs, head: dict[str, str]) -> None:
    papers.stocked(work_as, 5, topic="依法行政")
    uid = client.post("/api/v1/exams", json=GOOD, headers=head).json["uid"]
    row = {"kind": "single", "topic": "依法行政", "count": 9, "points": "2"}
    lacking = client.put(f"/api/v1/exams/{uid}/blueprint", json={"rows": [row]}, headers=head)
    assert (lacking.status_code, lacking.json["possible"], lacking.json["fitting"]) == (200, False, [5])
    assert lacking.json["missing"] == [{"rows": [0], "wanted": 9, "there": 5}]
    refused = client.post(f"/api/v1/exams/{uid}/state", json={"to": "checked"}, headers=head)
    assert (refused.status_code, refused.json["code"], refused.json["lacking"]) == (409, "bank_cannot_fill", 4)
    wrong = client.put(f"/api/v1/exams/{uid}/blueprint", json={"rows": [{**row, "highest": 9}]}, headers=head)
    assert (wrong.status_code, wrong.json["field"]) == (422, "rows.0.highest")
    client.put(f"/api/v1/exams/{uid}/blueprint", json={"rows": [{**row, "count": 4}]}, headers=head)
    assert client.post(f"/api/v1/exams/{uid}/state", json={"to": "checked"}, headers=head).status_code == 200
    own = client.post(f"/api/v1/exams/{uid}/state", json={"to": "open"}, headers=head)
    assert (own.status_code, own.json["code"]) == (409, "exam_opened_by_author")
    other = build.token(work_as, officer(work_as, "开考"), "other")
    assert client.post(f"/api/v1/exams/{uid}/state", json={"to": "open"}, headers=other).json["state"] == "open"


@pytest.mark.parametrize("forms", [-1, 1, 7, 9])
def test_a_number_of_forms_that_cannot_be_kept_is_refused_where_it_is_only_tried_too(
    client: FlaskClient, head: dict[str, str], forms: int
) -> None:
    row = {"kind": "single", "count": 1, "points": "2"}
    refused = client.post("/api/v1/exams/blueprints", json={"rows": [row], "forms": forms}, headers=head)
    assert (refused.status_code, refused.json["field"]) == (422, "forms")
    assert client.post("/api/v1/exams/blueprints", json={"rows": [row], "forms": 2}, headers=head).status_code == 200


def test_a_candidate_gives_the_password_in_the_body(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), password="开考口令第一")
    with work_as() as work:
        person = make.person(work, "李学")
    head = build.token(work_as, person)
    at = f"/api/v1/exams/{exam.uid}/attempts"
    assert client.post(at, headers=head).json["code"] == "exam_password_needed"
    wrong = client.post(at, json={"password": "错的口令"}, headers=head)
    assert (wrong.status_code, wrong.json["field"]) == (422, "password")
    right = client.post(at, json={"password": "开考口令第一"}, headers=head)
    assert right.status_code == 201
    assert papers.WHY not in right.text


def test_pages_say_what_is_wrong_and_keep_what_was_entered(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    person = officer(work_as)
    build.sign_in(client, work_as, person)
    form = {"title": "月度测试", "limit_minutes": "60", "pass_mark": "60", "max_attempts": "1", "cooling_minutes": "0",
            "release_policy": "full_at_once", "hours": "0", "bands": "九十 优秀", "unit": "nowhere"}  # fmt: skip
    unit = post(client, "/manage/exams/new", **form)
    assert unit.status_code == 422
    assert 'id="unit-err"' in unit.text and 'id="bands-err"' in unit.text, "all that is wrong is said at once"
    bands = post(client, "/manage/exams/new", **{**form, "unit": ""})
    assert bands.status_code == 422
    assert 'id="bands-err"' in bands.text
    made = post(client, "/manage/exams/new", **{**form, "unit": "", "bands": "90 优秀；60 合格"})
    assert made.status_code == 303
    paper = made.headers["Location"]
    rows = {"topic": ["党章", ""], "kind": ["single", "single"], "lowest": ["1", "1"], "highest": ["5", "5"], "points": ["2", "2"]}
    assert post(client, paper, **{**rows, "count": ["x", ""]}).status_code == 422
    lacking = post(client, paper, **{**rows, "count": ["9", ""], "then": "check"})
    assert lacking.status_code == 200
    assert "缺 6" in lacking.text
    assert post(client, paper, **{**rows, "count": ["2", ""]}).status_code == 303
    preview = client.get(paper.replace("/paper", "/preview"))
    assert preview.text.count("data-question") == 2
    assert papers.WHY not in preview.text
    nobody = post(client, paper.replace("/paper", "/roster"), user_name="nobody", extra_minutes="10")
    assert nobody.status_code == 422
    assert 'id="user_name-err"' in nobody.text and 'value="nobody"' in nobody.text and 'value="10"' in nobody.text
    with work_as(write=False) as work:
        own = work.session.scalars(select(Account.user_name).where(Account.person_id == person.id)).one()
    himself = post(client, paper.replace("/paper", "/roster"), user_name=own, extra_minutes="10")
    assert himself.status_code == 422
    assert 'id="extra_minutes-err"' in himself.text and "不能给自己加时" in himself.text


def test_a_wrong_password_is_said_on_the_start_page(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), password="开考口令第一")
    with work_as() as work:
        person = make.person(work, "李学")
    build.sign_in(client, work_as, person)
    assert 'id="password"' in client.get(f"/exams/{exam.uid}").text
    wrong = post(client, f"/exams/{exam.uid}/start", password="错的口令")
    assert wrong.status_code == 422
    assert 'id="password-err"' in wrong.text
    assert post(client, f"/exams/{exam.uid}/start", password="开考口令第一").status_code == 303


def test_the_pause_after_many_wrong_passwords_is_said_beside_the_field(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), password="开考口令第一")
    with work_as() as work:
        person = make.person(work, "李学")
    build.sign_in(client, work_as, person)
    answers = [post(client, f"/exams/{exam.uid}/start", password="错的口令") for _ in range(TRIES + 1)]
    assert [one.status_code for one in answers] == [422] * TRIES + [429]
    assert all('id="password-err"' in one.text for one in answers) and "请一分钟后再试" in answers[-1].text


def test_nobody_without_the_action_sees_any_of_it(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2))
    with work_as() as work:
        person = make.person(work, "李学")
        work.session.execute(update(Exam).where(Exam.id == exam.id).values(state="checked"))
    build.sign_in(client, work_as, person)
    for rest in ("", "/new", f"/{exam.uid}", f"/{exam.uid}/paper", f"/{exam.uid}/preview", f"/{exam.uid}/roster"):
        assert client.get(f"/manage/exams{rest}").status_code == 403
    assert client.get(f"/exams/{exam.uid}").status_code == 404, "what is not open yet does not exist for candidates"


@pytest.mark.parametrize("name", ["opens_at", "closes_at"])
@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_window_lies_in_years_that_can_be_reckoned_with(work_as: WorkAs, name: str, year: int) -> None:
    """One moment at the end of the calendar would take the list of examinations from everybody."""
    with pytest.raises(Faulty) as refused, work_as(papers.assembler(work_as, "设考", 21)) as work:
        service.plan_exam(work, papers.terms(**{name: datetime(year, 12, 31, 23, 59, tzinfo=UTC)}))
    assert [(one.field, one.code) for one in refused.value.found] == [(name, "moment_outside")]


@pytest.mark.parametrize("text", ["90 优秀；60 合格", "90 优秀，60 合格", "90分优秀、60分合格", "90: 优秀, 60: 合格", "90 优秀\n60 合格"])
def test_grades_are_read_however_they_are_divided(text: str) -> None:
    assert planning_forms.bands_of(text) == (Band(90, "优秀"), Band(60, "合格"))


@pytest.mark.parametrize("text", ["90 优秀，95", "95", "90.5 优秀"])
def test_a_number_without_a_name_is_no_grade(text: str) -> None:
    assert planning_forms.bands_of(text)[-1].least == -1, "the rule refuses it"


def test_every_row_of_a_blueprint_that_cannot_be_read_is_told_at_once() -> None:
    columns = {"topic": ["", "", ""], "kind": ["single"] * 3, "count": ["400", "abc", "2"], "points": ["2", "两分", "0"],
               "lowest": ["1", "5", "x"], "highest": ["5", "1", "3"]}  # fmt: skip
    rows = planning_forms.rows_of(MultiDict(columns))
    found = {one.field for one in blueprint.faults(rows)}
    assert found == {"rows.0.count", "rows.1.count", "rows.1.points", "rows.1.highest", "rows.2.points", "rows.2.lowest"}


def test_a_comma_within_the_name_of_a_grade_stays() -> None:
    assert planning_forms.bands_of("90 优秀，可推荐") == (Band(90, "优秀，可推荐"),)
