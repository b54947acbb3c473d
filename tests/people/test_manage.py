"""Staff pages: people within one's scope, units at a date, the import by hand."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College, working
from app.people import service
from app.people.models import Appointment, Person, Roll, Unit
from app.people.rules.roll import headings
from tests.people import build
from tests.people.build import as_csv, row

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def loaded(app: Flask) -> College:
    college: College = app.extensions["college"]
    build.load(college)
    return college


def names(client: Any, path: str) -> list[str]:
    """The names on a list and on the pages after it."""
    found: list[str] = []
    while path:
        html = client.get(path).get_data(as_text=True)
        found += re.findall(r'class="who" href="/manage/people/[^"]+">([^<]+)<', html)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following[1].replace("&amp;", "&") if following else ""
    return found


def uid_of(college: College, name: str) -> str:
    with working(college, write=False) as work:
        return str(work.session.scalars(select(Person.uid).where(Person.name == name)).one())


def test_a_list_holds_exactly_those_within_the_scope_page_after_page(client: Any, loaded: College) -> None:
    client.sign_in("personnel")
    with working(loaded, Actor.system("test"), write=False) as work:
        person_id = work.session.scalars(select(Person.id).where(Person.name == "施景行")).one()
    with working(loaded, build.actor(loaded, person_id), write=False) as work:
        expected = list(work.session.scalars(select(Person.name).where(service.visible(work, "people.see", Person.id)).order_by(Person.id)))
    assert len(expected) > 60
    assert names(client, "/manage/people") == expected


def test_people_are_found_by_name_and_by_unit(client: Any, loaded: College) -> None:
    client.sign_in("city")
    assert names(client, "/manage/people?q=若溪") == ["何若溪"]
    assert {"何若溪", "江雨桐"} <= set(names(client, "/manage/people?q=宣传部"))
    assert names(client, "/manage/people?q=%25") == []
    assert "没有符合条件的人员" in client.get("/manage/people?q=无此人").get_data(as_text=True)
    with working(loaded, write=False) as work:
        unit = work.session.scalars(select(Unit.uid).where(Unit.name_zh == "市委宣传部")).one()
    assert set(names(client, f"/manage/people?unit={unit}")) == set(names(client, "/manage/people?q=市委宣传部"))


def test_whoever_lies_outside_the_scope_is_not_there(client: Any, loaded: College) -> None:
    client.sign_in("unit-admin")
    assert client.get(f"/manage/people/{uid_of(loaded, '何若溪')}").status_code == 200
    assert client.get(f"/manage/people/{uid_of(loaded, '柳亦安')}").status_code == 404
    assert names(client, "/manage/people?q=柳亦安") == []


GATES = [
    ("finance", "/manage/people", 403),
    ("finance", "/manage/units", 200),
    ("section", "/manage/people", 403),
    ("section", "/manage/units", 403),
    ("sysadmin", "/manage/people", 403),
    ("auditor", "/manage/people/import", 403),
    ("unit-admin", "/manage/people/import", 200),
]


@pytest.mark.parametrize(("who", "path", "status"), GATES)
def test_gates(client: Any, loaded: College, who: str, path: str, status: int) -> None:
    client.sign_in(who)
    assert client.get(path).status_code == status


def test_a_card_shows_posts_teams_tags_and_changes_and_no_whole_id_number(client: Any, loaded: College) -> None:
    client.sign_in("city")
    html = client.get(f"/manage/people/{uid_of(loaded, '陆知行')}").get_data(as_text=True)
    assert all(word in html for word in ("副处长", "科员", "处级", "晋升", "2026-07-01", "市管后备干部", "449000********0031"))
    engineer = client.get(f"/manage/people/{uid_of(loaded, '秦致远')}").get_data(as_text=True)
    assert all(word in engineer for word in ("主队伍", "兼属队伍", "专业技术人员", "企业经营管理人员"))


@pytest.mark.parametrize("path", ["/manage/people?page=nonsense", "/manage/people?unit=nonsense", "/manage/units?on=gestern"])
def test_addresses_nobody_gave_out_are_refused(client: Any, loaded: College, path: str) -> None:
    client.sign_in("city")
    assert client.get(path).status_code == 422


def test_the_tree_shows_units_as_they_were_called_on_a_day(client: Any, loaded: College) -> None:
    client.sign_in("city")
    now = client.get("/manage/units").get_data(as_text=True)
    assert "市贸工局" in now
    then = client.get("/manage/units?on=2025-12-31").get_data(as_text=True)
    assert "市经济贸易局" in then
    assert "市贸工局" not in then
    with working(loaded, write=False) as work:
        unit = work.session.scalars(select(Unit.uid).where(Unit.name_zh == "市委宣传部")).one()
    for address in ("/manage/units?on=1900-01-01", f"/manage/units/{unit}?on=1900-01-01"):
        early = client.get(address)
        assert early.status_code == 422 and re.search(r"没有 \d{4}-\d\d-\d\d 以前的记录", early.get_data(as_text=True)), address
    assert client.get(f"/manage/units/{uid_of(loaded, '何若溪')}?on=1900-01-01").status_code == 404, "there is no such unit at all"


def test_a_moved_unit_keeps_its_past(client: Any, loaded: College) -> None:
    with working(loaded, Actor.system("test")) as work:
        by_name = {unit.name_zh: unit for unit in work.session.scalars(select(Unit))}
        moved, to = by_name["梧桐街道"], by_name["市城管局"]
        below = [unit.id for unit in by_name.values() if unit.path.startswith(f"{moved.path}/")]
        service.move_unit(work, moved, to, date(2026, 6, 1))
        assert moved.path == f"{to.path}/s01"
        assert all(unit.path.startswith(f"{moved.path}/") for unit in by_name.values() if unit.id in below)
        district, bureau = by_name["鹏东区"].uid, to.uid
    client.sign_in("city")
    assert "梧桐街道" not in client.get(f"/manage/units/{district}").get_data(as_text=True)
    assert "梧桐街道" in client.get(f"/manage/units/{bureau}").get_data(as_text=True)
    assert "梧桐街道" in client.get(f"/manage/units/{district}?on=2026-05-31").get_data(as_text=True)


def test_people_in_a_tree_add_up(client: Any, loaded: College) -> None:
    with working(loaded, Actor.system("test"), write=False) as work:
        from app.people import queries

        root = queries.unit_page(work, None)
        serving = work.session.scalar(select(func.count()).select_from(Appointment).where(queries.in_force(Appointment, date(2026, 11, 22)),
                                                                                          Appointment.is_primary))  # fmt: skip
        assert root.unit.people == serving
        assert sum(unit.people for unit in root.below) == serving
        assert root.unit.children == len(root.below)


def test_lists_cost_the_same_statements_for_few_and_for_many(client: Any, loaded: College) -> None:
    client.sign_in("city")
    found: list[str] = []
    event.listen(loaded.engine, "before_cursor_execute", lambda *rest: found.append(rest[2]))
    used = {}
    for path in ("/manage/people?q=何若溪", "/manage/people", "/manage/units", f"/manage/people/{uid_of(loaded, '何若溪')}"):
        found.clear()
        assert client.get(path).status_code == 200
        used[path] = len([one for one in found if one != "BEGIN"])
    assert used["/manage/people?q=何若溪"] == used["/manage/people"]
    assert max(used.values()) <= 11


def upload(client: Any, file: io.BytesIO, name: str = "roll.csv") -> Any:
    token = client.csrf("/manage/people/import")
    return client.post("/manage/people/import", data={"file": (file, name), "csrf_token": token})


def press(client: Any, path: str, **fields: str) -> Any:
    return client.post(path, data={**fields, "csrf_token": client.csrf(path)})


def test_a_roll_is_checked_shown_and_brought_in_by_hand(client: Any, loaded: College) -> None:
    client.sign_in("city")
    answer = upload(client, as_csv([row(1), row(2, 姓名="李华"), row(3, 任职日期=43891)]), "../../秋季<b>.csv")
    shown = answer.headers["Location"]
    html = client.get(shown).get_data(as_text=True)
    assert "秋季&lt;b&gt;.csv" in html
    assert "日期请写成 2020-03-01。" in html
    assert "仅导入无误的 2 行" in html
    refused = press(client, shown)
    assert refused.status_code == 422
    done = press(client, shown, only_good="1")
    assert (done.status_code, done.headers["Location"]) == (303, shown)
    told = client.get(shown).get_data(as_text=True)
    assert "已导入 2 人。" in told and "更新 0 人" not in told and "已更新" not in told, "what is nobody is not said"
    assert press(client, shown, only_good="1").status_code == 409
    assert set(names(client, "/manage/people?q=李华")) == {"李华"}
    assert not list((loaded.settings.data_dir / "rolls").iterdir())


def test_another_persons_roll_is_not_there(app: Flask, client: Any, loaded: College) -> None:
    client.sign_in("city")
    shown = upload(client, as_csv([row(1)])).headers["Location"]
    other = type(client)(app, app.response_class)
    other.sign_in("personnel")
    assert other.get(shown).status_code == 404
    assert other.post(shown, data={"csrf_token": other.csrf("/manage/people/import")}).status_code == 404


def test_files_that_wait_a_week_are_forgotten(client: Any, loaded: College, clock: StoppedClock) -> None:
    client.sign_in("city")
    upload(client, as_csv([row(1)]))
    clock.at += timedelta(days=8)
    client.sign_in("city")
    upload(client, as_csv([row(2)]))
    with working(loaded, write=False) as work:
        kept = list(work.session.scalars(select(Roll.uid)))
    assert len(kept) == 1
    assert [path.name for path in (loaded.settings.data_dir / "rolls").iterdir()] == [str(kept[0])]


def test_what_is_no_table_is_told_on_the_form(client: Any, loaded: College) -> None:
    client.sign_in("city")
    answer = upload(client, io.BytesIO(b"\0\1\2\3"), "x.xlsx")
    assert answer.status_code == 422
    assert "既不是 XLSX 表格" in answer.get_data(as_text=True)
    empty = client.post("/manage/people/import", data={"csrf_token": client.csrf("/manage/people/import")})
    assert "请先选择文件。" in empty.get_data(as_text=True)


def test_the_template_is_a_workbook_that_the_import_reads(client: Any, loaded: College) -> None:
    client.sign_in("city")
    answer = client.get("/manage/people/import/template.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    places, findings = headings([cell.value for cell in book.worksheets[0][1]])
    assert findings == []
    assert len(places) == 14
    assert book.worksheets[1]["A1"].value == "列"
    assert upload(client, io.BytesIO(answer.data), "t.xlsx").status_code == 303


def test_an_officer_transfers_a_cadre_by_hand_and_the_page_says_who_did(client: Any, loaded: College) -> None:
    client.sign_in("city")
    person = f"/manage/people/{uid_of(loaded, '何若溪')}"
    assert "尚无人工变更" in client.get(person).get_data(as_text=True)
    form = client.get(f"{person}/changes/transfer").get_data(as_text=True)
    assert "<datalist" in form
    values = {
        "unit": "市委统战部",
        "post": "处长<b>",
        "rank": "division",
        "position_class": "general",
        "since": "2026-09-01",
        "basis": "鹏组干18号",
    }
    answer = press(client, f"{person}/changes/transfer", **values)
    assert (answer.status_code, answer.headers["Location"]) == (303, person)
    html = client.get(person).get_data(as_text=True)
    assert all(word in html for word in ("市委统战部", "处长&lt;b&gt;", "鹏组干18号", "变更记录", "2026-09-01"))
    assert html.count("市委宣传部") >= 2, "the post before, and what the trail says of it"
    again = press(client, f"{person}/changes/transfer", **values)
    assert (again.status_code, "已有自 2026-09-01 起的任职记录" in again.get_data(as_text=True)) == (422, True)
    assert 'id="since-err"' in again.get_data(as_text=True), "a conflict that names its field is told there"


def test_who_is_in_charge_lets_a_person_go_to_another_organ_which_has_him_then(client: Any, loaded: College) -> None:
    client.sign_in("city")
    person = f"/manage/people/{uid_of(loaded, '何若溪')}"
    values = {
        "unit": "市文化局",
        "post": "科员",
        "rank": "section_below",
        "position_class": "general",
        "since": "2026-11-01",
        "basis": "调令7号",
    }
    asked = client.get(f"{person}/changes/transfer").get_data(as_text=True)
    assert 'name="hand_over"' not in asked, "asked only where it matters"
    refused = press(client, f"{person}/changes/transfer", **values)
    html = refused.get_data(as_text=True)
    assert (refused.status_code, "由市人事局管理。请勾选“移交”" in html, 'name="hand_over"' in html) == (422, True, True)
    done = press(client, f"{person}/changes/transfer", **values, hand_over="y")
    assert (done.status_code, done.headers["Location"]) == (303, "/manage/people")
    assert "该人员现由其他机关管理" in client.get("/manage/people").get_data(as_text=True)
    assert client.get(person).status_code == 404
    client.sign_in("personnel")
    page = client.get(person).get_data(as_text=True)
    assert all(word in page for word in ("市文化局", "调令7号", "移交给", "市人事局"))
    english = client.get(f"{person}?lang=en").get_data(as_text=True).partition('id="changes"')[2].partition("</section>")[0]
    assert all(word in english for word in ("Pengcheng Publicity Department", "Pengcheng Culture Bureau", "Pengcheng Personnel Bureau")), (
        english
    )
    assert "市文化局" not in english
    back = re.search(r'href="([^"]+/withdraw-post\?of=(\d+))"', page)
    assert back
    refused = press(client, back[1], basis="误录", of=back[2])
    assert (refused.status_code, "由市委组织部管理" in refused.get_data(as_text=True)) == (422, True)
    assert press(client, back[1], basis="误录", of=back[2], hand_over="y").status_code == 303
    client.sign_in("city")
    assert client.get(person).status_code == 200, "back where he was"


def test_a_list_of_the_city_hands_its_reserve_over_to_the_city_and_back(client: Any, loaded: College) -> None:
    client.sign_in("district")
    person = next(
        one for one in re.findall(r'class="who" href="([^"]+)"', client.get("/manage/people").get_data(as_text=True))
        if one != f"/manage/people/{uid_of(loaded, '段承泽')}"
    )  # fmt: skip
    listed = {"tag": "city_reserve", "since": "2026-11-10", "basis": "鹏组干20号"}
    refused = press(client, f"{person}/changes/tag", **listed)
    assert (refused.status_code, "由市委组织部管理。请勾选“移交”" in refused.get_data(as_text=True)) == (422, True)
    assert press(client, f"{person}/changes/tag", **listed, hand_over="y").status_code == 303
    assert client.get(person).status_code == 404
    client.sign_in("city")
    page = client.get(person).get_data(as_text=True)
    ended = re.search(r'href="([^"]+/end-tag\?of=(\d+))" aria-label="[^"]*市管后备', page)
    assert ended, "it is the city's now"
    off = {"since": "2026-11-15", "basis": "鹏组干21号", "of": ended[2]}
    assert press(client, ended[1], **off).status_code == 422
    assert press(client, ended[1], **off, hand_over="y").status_code == 303
    client.sign_in("district")
    assert client.get(person).status_code == 200


def test_who_enters_a_retirement_is_led_to_a_page_that_is_there(client: Any, loaded: College) -> None:
    client.sign_in("city")
    person = f"/manage/people/{uid_of(loaded, '何若溪')}"
    press(client, f"{person}/changes/transfer", unit="市委统战部", post="处长", rank="section_below", position_class="general",
          since="2026-09-01", basis="鹏组干18号")  # fmt: skip
    early = press(client, f"{person}/changes/retire", why="left", since="2026-08-15", basis="鹏组干19号").get_data(as_text=True)
    assert "最后在职日之后已登记：市委统战部 处长 2026-09-01。请先撤回" in early and 'id="since-err"' in early
    assert 'value="2026-08-15"' in early and "鹏组干19号" in early
    answer = press(client, f"{person}/changes/retire", why="retired", since="2026-09-01", basis="鹏组干19号")
    assert (answer.status_code, answer.headers["Location"]) == (303, person)
    html = client.get(person).get_data(as_text=True)
    assert ("已登记" in html, "已退休" in html) == (True, True)
    assert f"{person}/changes/withdraw-retire" in html
    assert not [deed for deed in ("appoint", "promote", "transfer", "team", "tag", "recruit", "retire") if f'/{deed}"' in html]
    listed = client.get("/manage/people?q=何若溪").get_data(as_text=True)
    assert ("何若溪" in listed, "已退休" in listed) == (True, True), "still his officer's, and marked"
    empty = press(client, f"{person}/changes/withdraw-retire", basis="")
    assert (empty.status_code, 'id="basis-err"' in empty.get_data(as_text=True)) == (422, True)
    assert press(client, f"{person}/changes/withdraw-retire", basis="误录").status_code == 303
    html = client.get(person).get_data(as_text=True)
    assert ("已退休" in html.partition("</h1>")[0], "退休或离职已撤销" in html, f"{person}/changes/retire" in html) == (False, True, True)
    again = press(client, f"{person}/changes/withdraw-retire", basis="误录")
    assert (again.status_code, "没有可撤销的退休或离职记录" in again.get_data(as_text=True)) == (422, True)


CHANGES = [
    ("city", "changes/transfer", 200),
    ("city", "changes/nonsense", 404),
    ("unit-admin", "changes/transfer", 403),
    ("unit-admin", "leave/enter", 200),
    ("district", "changes/transfer", 404),
    ("section", "leave/enter", 403),
]


@pytest.mark.parametrize(("who", "path", "status"), CHANGES)
def test_who_may_change_whom(client: Any, loaded: College, who: str, path: str, status: int) -> None:
    client.sign_in(who)
    assert client.get(f"/manage/people/{uid_of(loaded, '何若溪')}/{path}").status_code == status


def test_leave_is_entered_by_the_unit_and_ended_early(client: Any, loaded: College) -> None:
    client.sign_in("unit-admin")
    person = f"/manage/people/{uid_of(loaded, '何若溪')}"
    entered = press(client, f"{person}/leave/enter", kind="sick", since="2026-11-01", until="2026-12-31", basis="病假证明")
    assert entered.status_code == 303
    html = client.get(person).get_data(as_text=True)
    early = re.search(r'href="([^"]+/leave/end\?of=(\d+))"', html)
    assert early
    assert press(client, early[1], since="2026-11-20", basis="提前返岗", of=early[2]).status_code == 303
    assert "2026-11-20" in client.get(person).get_data(as_text=True)


def test_a_unit_is_renamed_by_hand_and_what_cannot_be_is_told_on_the_form(client: Any, loaded: College) -> None:
    with working(loaded, write=False) as work:
        unit = work.session.scalars(select(Unit.uid).where(Unit.name_zh == "市委宣传部")).one()
    client.sign_in("city")
    place = f"/manage/units/{unit}"
    assert f"{place}/changes/rename" in client.get(place).get_data(as_text=True)
    refused = press(client, f"{place}/changes/close", since="2026-11-20", basis="机构改革")
    assert (refused.status_code, "请先调出" in refused.get_data(as_text=True)) == (422, True)
    done = press(client, f"{place}/changes/rename", name_zh="市委宣传与文化部", name_en="", since="2026-11-20", basis="机构改革")
    assert done.status_code == 303
    changed = client.get(place).get_data(as_text=True).partition('id="changes"')[2]
    assert "单位名称" in changed and "姓名" not in changed.partition("</section>")[0]
    html = client.get(place).get_data(as_text=True)
    assert all(word in html for word in ("市委宣传与文化部", "机构改革", "更名"))
    client.sign_in("district")
    assert client.get(f"{place}/changes/rename").status_code == 404
