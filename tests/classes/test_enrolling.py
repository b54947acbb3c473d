"""People come into a class by their names, too; a list says whom it would bring; who left is withdrawn by programs as on the page."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.classes import queries, service
from app.classes.models import ClassMember
from app.kernel.work import Actor, College
from app.people import service as people
from app.people.models import Person
from tests import make
from tests.classes import build
from tests.classes.build import City, WorkAs
from tests.exams import build as doors

LAST_YEAR: Any = {"starts_on": build.FIRST.replace(year=2025), "ends_on": build.LAST.replace(year=2025)}


@pytest.fixture
def city(college: College) -> City:
    return City(college)


@pytest.fixture
def east(city: City) -> Actor:
    """The organisation department of the eastern district."""
    return city.officer("east-officer", "east", "organization_dept", "J9")


def post(client: Any, address: str, **data: Any) -> Any:
    return client.post(address, data={**data, "csrf_token": client.csrf("/manage/classes")})


def inside(work_as: WorkAs) -> set[int]:
    with work_as(write=False) as work:
        return set(work.session.scalars(select(ClassMember.person_id).where(ClassMember.withdrawn_on.is_(None))))


def test_people_are_found_by_name_or_unit_and_enrolled_by_a_mark(city: City, east: Actor, client: Any, work_as: WorkAs) -> None:
    row = build.entered(work_as)
    other = build.entered(work_as, code="B")
    client.sign_in("east-officer")
    home = f"/manage/classes/{row.uid}/people"
    assert f'href="{home}"' in client.get(f"/manage/classes/{row.uid}").text
    assert "按姓名或单位查找人员" in client.get(home).text
    found = client.get(f"{home}?q=cadre").text
    person = city.people["east"]
    assert f'value="{person.uid}"' in found and "west-cadre" not in found and "东区区委组织部" in found
    assert "本人不能为自己登记" in client.get(f"{home}?q=东区区委").text, "the officer himself is found, and told why he is not enrolled"
    assert "没有找到“无此人”" in client.get(f"{home}?q=无此人").text
    nobody = post(client, f"{home}?q=cadre")
    assert nobody.status_code == 422 and "请先勾选人员" in nobody.text and "east-cadre" in nobody.text
    done = post(client, f"{home}?q=cadre", who=[str(person.uid), str(city.people["west"].uid)])
    assert (done.status_code, done.location) == (303, f"{home}?q=cadre")
    assert inside(work_as) == {person.id}, "whoever is outside the scope is left out whatever a form says"
    shown = client.get(f"{home}?q=cadre").text
    assert "已登记 1 人。1 人未登记。" in shown and "已在班" in shown and f'value="{person.uid}"' not in shown
    assert "同期已在另一脱产培训班" in client.get(f"/manage/classes/{other.uid}/people?q=cadre").text


def test_what_is_no_name_of_a_person_is_not_there(city: City, east: Actor, client: Any, work_as: WorkAs) -> None:
    client.sign_in("east-officer")
    assert post(client, f"/manage/classes/{build.entered(work_as).uid}/people", who="none").status_code == 404


def test_a_school_and_a_cadre_find_nobody(city: City, client: Any, work_as: WorkAs) -> None:
    row = build.entered(work_as, city.officer("school", "school", "school", "none"))
    home = f"/manage/classes/{row.uid}/people"
    client.sign_in("school")
    assert client.get(f"{home}?q=cadre").status_code == 403 and post(client, home, who=str(city.people["school"].uid)).status_code == 403
    assert inside(work_as) == set()
    client.sign_in("party-cadre")
    assert client.get(f"{home}?q=cadre").status_code == 403


def test_a_list_says_by_name_and_unit_who_would_come_in_and_leaves_out_what_is_nobody(
    city: City, east: Actor, client: Any, work_as: WorkAs
) -> None:
    row = build.entered(work_as)
    client.sign_in("east-officer")
    home = f"/manage/classes/{row.uid}"
    tried = post(client, f"{home}/members", list="east-cadre").text
    assert "将登记入班的人员" in tried and "东区区委组织部" in tried.split('id="who-h"')[1]
    assert "登记这 1 人" in tried and "不列入" not in tried and "已在班" not in tried
    post(client, f"{home}/members/bring", list="east-cadre")
    told = client.get(home).text
    assert "已登记 1 人。" in told and "未登记" not in told and "原已在班" not in told
    again = post(client, f"{home}/members", list="east-cadre\nnobody").text
    assert "已在班" in again and "不列入" in again and "将登记入班的人员" not in again


def test_of_a_long_list_everybody_is_named(city: City, client: Any, work_as: WorkAs) -> None:
    """Two hundred in a table, with their units; the others by their names, and all of them come in."""
    row, many = build.entered(work_as, city.city()), 205
    with work_as() as work:
        unit = work.session.merge(city.units["party"])
        for number in range(many):
            make.account(work, make.person(work, f"学员{number:03}", at=unit), f"x{number:03}")
    client.sign_in("city")
    tried = post(client, f"/manage/classes/{row.uid}/members", list="\n".join(f"x{number:03}" for number in range(many))).text
    named = tried.split('id="who-h"')[1]
    assert f"登记这 {many} 人" in tried and named.count("学员") == many and named.count('class="who"') == 200
    assert "学员200、学员201、学员202、学员203、学员204" in named


def test_everything_that_is_missing_or_wrong_is_told_at_once_at_its_place(city: City, client: Any, work_as: WorkAs) -> None:
    city.city()
    client.sign_in("city")
    wrong = {
        "code": "有 空格",
        "title": "",
        "category": "main_class",
        "unit": "none",
        "starts_on": "",
        "ends_on": "2199-01-01",
        "hours": "多",
    }
    told = post(client, "/manage/classes/new", **wrong)
    assert told.status_code == 422
    names = ("code", "title", "unit", "starts_on", "ends_on", "hours")
    fields = {name: told.text.split(f'name="{name}"')[1].split("</div>")[0] for name in names}
    for name, said in {"code": "不含空格", "title": "请填写此项", "unit": "没有这个编码的单位", "starts_on": "请填写日期",
                       "ends_on": "2000 年至 2100 年之间"}.items():  # fmt: skip
        assert said in fields[name], name
    assert 'class="err"' in fields["hours"]
    row = build.entered(work_as, code="T")
    taken = post(client, "/manage/classes/new", **{**wrong, "code": "T"}).text
    assert "已有其他培训班使用该编号" in taken and "请填写此项" in taken
    mine = post(client, f"/manage/classes/{row.uid}/edit", **{**wrong, "code": "T"}).text
    assert "已有其他培训班使用该编号" not in mine and "没有这个编码的单位" in mine, "its own code is not another's"


def test_programs_read_who_is_in_a_class_and_withdraw_them(city: City, east: Actor, client: Any, work_as: WorkAs) -> None:
    row = build.entered(work_as)
    build.enrolled(work_as, row, "east-cadre", "west-cadre")
    with work_as(write=False) as work:
        head = doors.token(work_as, work.session.get_one(Person, east.person_id))
    address = f"/api/v1/classes/{row.uid}/members"
    listed = client.get(address, headers=head).json
    (shown,) = listed["items"]
    assert (shown["name"], shown["user_name"], shown["withdrawn_on"]) == ("east-cadre", "east-cadre", None)
    assert (listed["unseen"], listed["next"]) == (1, None)
    leave = f"{address}/{shown['person']}/withdraw"
    refused = client.post(leave, json={"reason": " "}, headers=head)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "bad_class", "reason")
    assert client.post(f"{address}/{city.people['west'].uid}/withdraw", json={"reason": "不来"}, headers=head).status_code == 404
    done = client.post(leave, json={"reason": " 工作需要 "}, headers=head)
    assert (done.status_code, done.json) == (200, {"person": shown["person"], "withdrawn_on": "2026-11-22", "reason": "工作需要"})
    assert client.post(leave, json={"reason": "再次"}, headers=head).status_code == 404
    (gone,) = client.get(address, headers=head).json["items"]
    assert (gone["withdrawn_on"], gone["reason"]) == ("2026-11-22", "工作需要")
    plain = doors.token(work_as, city.people["party"])
    assert client.get(address, headers=plain).status_code == 403
    assert client.post(leave, json={"reason": "x"}, headers=plain).status_code == 403


# ── the classes of a cadre as he sees them ──────────────────────────────────


def test_a_cadre_sees_his_classes_when_where_and_how_each_stands(city: City, client: Any, work_as: WorkAs) -> None:
    client.sign_in("party-cadre")
    assert "您目前未参加培训班" in client.get("/classes").text
    rows = {
        "next": build.entered(work_as, place="1 号楼 201"), "other": build.entered(work_as, code="O", title="别人的班", off_post=False),
        "left": build.entered(work_as, code="L", title="退出的班", off_post=False),
        "past": build.entered(work_as, code="P", title="去年的班", **LAST_YEAR),
    }  # fmt: skip
    for name in ("next", "left", "past"):
        build.enrolled(work_as, rows[name], "party-cadre")
    build.enrolled(work_as, rows["other"], "gov-cadre")
    with work_as() as work:
        service.withdraw(work, rows["left"].uid, city.people["party"].uid, "工作需要")
    shown = client.get("/classes").text
    ahead, past = shown.split('id="past"')
    assert "处级干部进修班" in ahead and "培训地点：1 号楼 201" in ahead and "2026-12-01" in ahead and "计划中" in ahead
    assert "去年的班" in past and "已结束" in past and "退出的班" in past and "工作需要" in past
    assert "别人的班" not in shown and "退出的班" not in ahead
    with work_as() as work:
        service.cancel(work, rows["next"].uid, "场地未落实")
    assert "场地未落实" in client.get("/classes").text
    told = client.get("/api/v1/me/classes", headers=doors.token(work_as, city.people["party"])).json
    assert [(one["code"], one["state"], one["place"]) for one in told["ahead"]] == [("CJ-2026-01", "cancelled", "1 号楼 201")]
    assert {one["code"]: one["withdrawn_on"] for one in told["past"]} == {"L": "2026-11-22", "P": None} and told["next"] is None


def test_who_was_withdrawn_and_came_again_has_the_class_once_and_the_past_goes_on_where_a_page_ends(city: City, work_as: WorkAs) -> None:
    row, person = build.entered(work_as), city.people["party"]
    for _again in range(2):
        build.enrolled(work_as, row, "party-cadre")
        with work_as() as work:
            service.withdraw(work, row.uid, person.uid, "换班")
    build.enrolled(work_as, row, "party-cadre")
    me = _as(work_as, person)
    with work_as(me, write=False) as work:
        assert [(one.row.code, one.withdrawn_on) for one in queries.ahead(work)] == [("CJ-2026-01", None)]
        assert queries.past(work).items == ()
    for number in range(30):
        build.enrolled(work_as, build.entered(work_as, code=f"P{number:02}", **LAST_YEAR, off_post=False), "party-cadre")  # fmt: skip
    with work_as(me, write=False) as work:
        first = queries.past(work)
        rest = queries.past(work, first.next)
    assert [one.row.code for one in (*first.items, *rest.items)] == [f"P{number:02}" for number in reversed(range(30))]
    assert (len(first.items), rest.next) == (24, None)


def _as(work_as: WorkAs, person: Person) -> Actor:
    with work_as(write=False) as work:
        return people.actor_for(work, person.id)
