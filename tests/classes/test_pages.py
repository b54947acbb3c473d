"""The staff pages of classes and the same for programs: what is entered wrongly is told beside its field, with nothing lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from app.classes.models import ClassMember, TrainingClass
from app.kernel.work import College
from app.people.models import Person
from tests.classes import build
from tests.classes.build import City, WorkAs
from tests.exams import build as doors

GOOD = {"code": "CJ-2026-01", "title": "处级干部进修班", "category": "main_class", "unit": "dx", "starts_on": "2026-12-01",
        "ends_on": "2026-12-05", "hours": "30", "days": "5", "off_post": "y"}  # fmt: skip


@pytest.fixture
def city(college: College) -> City:
    return City(college)


@pytest.fixture
def desk(city: City, client: Any) -> City:
    """The organisation department of the city, signed in."""
    city.city()
    client.sign_in("city")
    return city


def post(client: Any, address: str, **data: Any) -> Any:
    return client.post(address, data={**data, "csrf_token": client.csrf("/manage/classes")})


def the_class(work_as: WorkAs) -> TrainingClass:
    with work_as(write=False) as work:
        return work.session.scalars(select(TrainingClass)).one()


def test_a_class_is_entered_filled_changed_and_cancelled_by_hand(desk: City, client: Any, work_as: WorkAs) -> None:
    assert "尚未登记培训班" in client.get("/manage/classes").text
    wrong = post(client, "/manage/classes/new", **{**GOOD, "unit": "none", "ends_on": "2026-11-01"})
    assert wrong.status_code == 422
    for said in ("主办单位：没有这个编码的单位", "结束日期早于开始日期", 'value="处级干部进修班"', 'value="none"'):
        assert said in wrong.text
    made = post(client, "/manage/classes/new", **GOOD)
    row = the_class(work_as)
    home = f"/manage/classes/{row.uid}"
    assert (made.status_code, made.location) == (303, home)
    assert "处级干部进修班" in client.get("/manage/classes?state=planned&year=2026").text
    assert "没有符合条件的培训班" in client.get("/manage/classes?state=ended&year=2026").text
    assert 'value="CJ-2026-01"' in client.get(f"{home}/edit").text
    assert post(client, f"{home}/edit", **{**GOOD, "title": "处级干部任职班"}).status_code == 303
    no_reason = post(client, f"{home}/cancel", reason="")
    assert no_reason.status_code == 422 and "请填写理由" in no_reason.text
    assert post(client, f"{home}/cancel", reason="场地未落实").status_code == 303
    shown = client.get(home).text
    assert "场地未落实" in shown and "处级干部任职班" in shown and "核对名单" not in shown
    assert client.get(f"{home}/edit").status_code == 409


def test_a_school_is_told_who_enrols_instead_of_being_asked_for_a_list(city: City, client: Any, work_as: WorkAs) -> None:
    row = build.entered(work_as, city.officer("school", "school", "school", "none"))
    client.sign_in("school")
    shown = client.get(f"/manage/classes/{row.uid}").text
    assert "学员由其主管部门登记" in shown and 'name="list"' not in shown


def test_the_only_unit_that_can_organise_it_stands_in_the_form(city: City, client: Any) -> None:
    city.city()
    city.officer("office", "school", "school", "none")
    client.sign_in("office")
    assert 'value="dx"' in client.get("/manage/classes/new").text.split('name="unit"')[1].split(">")[0]
    client.sign_in("city")
    assert 'value=""' in client.get("/manage/classes/new").text.split('name="unit"')[1].split(">")[0]


def test_a_list_is_checked_row_by_row_before_anybody_is_enrolled(desk: City, client: Any, work_as: WorkAs) -> None:
    post(client, "/manage/classes/new", **GOOD)
    home = f"/manage/classes/{the_class(work_as).uid}"
    tried = post(client, f"{home}/members", list="用户名\nparty-cadre\nwest-cadre\nparty-cadre")
    assert tried.status_code == 200
    for said in ("您的管理范围内没有这个用户名", "以第一次出现的为准", "party-cadre</textarea>"):
        assert said in tried.text
    with work_as(write=False) as work:
        assert list(work.session.scalars(select(ClassMember))) == []
    assert post(client, f"{home}/members/bring", list="party-cadre\nwest-cadre").status_code == 303
    shown = client.get(home).text
    assert "party-cadre" in shown and "1 人未登记" in shown and "west-cadre" not in shown
    person = desk.people["party"]
    leave = f"{home}/members/{person.uid}/withdraw"
    assert "party-cadre" in client.get(leave).text
    assert post(client, leave, reason="").status_code == 422
    assert post(client, leave, reason="工作需要").status_code == 303
    assert "工作需要" in client.get(home).text
    assert client.get(leave).status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_is_read_by_its_content(desk: City, client: Any, work_as: WorkAs, kind: str) -> None:
    post(client, "/manage/classes/new", **GOOD)
    home = f"/manage/classes/{the_class(work_as).uid}"
    rows = [("工号",), ("party-cadre",), ("nobody",)]
    content = "\n".join(row[0] for row in rows).encode("gb18030")
    if kind == "xlsx":
        content = workbook(rows)
    tried = post(client, f"{home}/members", file=(io.BytesIO(content), f"名单.{kind}"))
    assert tried.status_code == 200 and "nobody" in tried.text and "party-cadre</textarea>" in tried.text


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    from openpyxl import Workbook

    book, kept = Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(("given", "said"), [({"list": " "}, "名单中没有人员"), ({"file": b"\0\1"}, "既不是 XLSX 表格，也不是 CSV 文件")])
def test_what_cannot_be_read_is_told_beside_its_field(desk: City, client: Any, work_as: WorkAs, given: Any, said: str) -> None:
    post(client, "/manage/classes/new", **GOOD)
    sent = {name: (io.BytesIO(what), "x.xlsx") if isinstance(what, bytes) else what for name, what in given.items()}
    refused = post(client, f"/manage/classes/{the_class(work_as).uid}/members", **sent)
    assert refused.status_code == 422 and said in refused.text


def test_a_class_of_another_district_is_not_there(city: City, client: Any, work_as: WorkAs) -> None:
    west = build.entered(work_as, code="W", title="西区的班", unit="d2-zzb")
    school = build.entered(work_as)
    city.officer("east-officer", "east", "organization_dept", "J9")
    client.sign_in("east-officer")
    assert "西区的班" not in client.get("/manage/classes").text
    assert client.get(f"/manage/classes/{west.uid}").status_code == 404
    shown = client.get(f"/manage/classes/{school.uid}").text
    assert "核对名单" in shown and "修改培训班" not in shown, "people are sent there; the class is not changed"
    assert client.get(f"/manage/classes/{school.uid}/edit").status_code == 403
    foreign = post(client, "/manage/classes/new", **GOOD | {"code": "X"})
    assert foreign.status_code == 422 and "该单位的培训班不归您管理" in foreign.text


def test_a_cadre_is_not_let_in(city: City, client: Any) -> None:
    client.sign_in("party-cadre")
    assert client.get("/manage/classes").status_code == 403


# ── programs ────────────────────────────────────────────────────────────────


def test_programs_enter_list_and_enrol(city: City, client: Any, work_as: WorkAs) -> None:
    officer = city.officer("east-officer", "east", "organization_dept", "J9")
    with work_as(write=False) as work:
        head = doors.token(work_as, work.session.get_one(Person, officer.person_id))
    body = {**GOOD, "unit": "d1-zzb", "off_post": True}
    refused = client.post("/api/v1/classes", json={**body, "code": " ", "hours": "-1"}, headers=head)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "bad_class", "code")
    assert [one["code"] for one in refused.json["faults"]] == ["code_outside", "hours_outside"]
    made = client.post("/api/v1/classes", json=body, headers=head)
    assert made.status_code == 201, made.json
    assert {name: made.json[name] for name in ("code", "unit", "hours", "state", "members")} == {
        "code": "CJ-2026-01", "unit": "d1-zzb", "hours": "30.00", "state": "planned", "members": 0,
    }  # fmt: skip
    address = f"/api/v1/classes/{made.json['uid']}/members"
    wanted = {"people": ["east-cadre", "west-cadre"]}
    for dry_run, left in ((True, 0), (False, 1)):
        found = client.post(address, json={**wanted, "dry_run": dry_run}, headers=head)
        assert (found.status_code, found.json["fresh"], [(one["row"], one["code"]) for one in found.json["faults"]]) == (
            200, 1, [(2, "person_unknown")]
        )  # fmt: skip
        listed = client.get("/api/v1/classes?state=planned&year=2026", headers=head).json
        assert ([(one["code"], one["members"]) for one in listed["items"]], listed["next"]) == ([("CJ-2026-01", left)], None)
    assert client.get("/api/v1/classes?state=none", headers=head).json["field"] == "state"
    assert client.get("/api/v1/classes?year=1900", headers=head).json["field"] == "year"


def test_programs_without_the_action_are_refused(city: City, client: Any, work_as: WorkAs) -> None:
    head = doors.token(work_as, city.people["party"])
    assert client.get("/api/v1/classes", headers=head).status_code == 403
    assert client.post("/api/v1/classes", json={**GOOD, "off_post": True}, headers=head).status_code == 403
