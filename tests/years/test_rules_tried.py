"""A new version of the rules: mistakes by line, tried on everybody, adopted by a second person, closed years restated."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.compliance import service as compliance
from app.compliance.models import Standing
from app.hours.queries import book_of
from app.jobs.models import Job
from app.kernel.errors import Forbidden
from app.kernel.work import Actor, College, Grant, working
from app.ledger import service as ledger
from app.people.rules import AnyOf, Everyone, SomePost, Under
from app.people.service.passwords import hashed
from app.years import queries, rules, service, words
from app.years.queries import tried
from app.years.rules import Stand, Turn
from tests import make
from tests.years import build
from tests.years.build import SYSTEM, Small

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "rules" / "demo@1.yaml"
FROM = date(2026, 12, 1)


@pytest.fixture
def made(college: College) -> Small:
    return build.city(college)


def file(hours: int = 60, version: int = 2) -> bytes:
    """The shipped rules with another number of network hours."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert "need: {all_of: [{hours: 50}]}" in text
    return text.replace("need: {all_of: [{hours: 50}]}", f"need: {{all_of: [{{hours: {hours}}}]}}").replace(
        "version: 1\n", f"version: {version}\n", 1
    ).encode()  # fmt: skip


def proposed(college: College, made: Small, hours: int = 60) -> Any:
    with working(college, made.first) as work:
        return service.propose_rules(work, "demo@2.yaml", file(hours), FROM, "提高网络自学要求")


def test_a_mistake_is_told_by_line_and_the_old_version_stays(college: College, made: Small) -> None:
    raw = file().replace(b"period: year\n", b"period: decade\n", 1)
    line = raw[: raw.index(b"period: decade")].count(b"\n") + 1
    with pytest.raises(service.RuleFileRefused) as refused, working(college, made.first) as work:
        service.propose_rules(work, "demo@2.yaml", raw, FROM, "改")
    assert [(one["line"], one["path"]) for one in refused.value.facts["findings"]] == [(line, "requirements[1].period")]
    for name, content in (("demo@1.yaml", SHIPPED.read_bytes()), ("demo@3.yaml", file(version=2)), ("demo@2.yaml", b"\xff\xfe")):
        with pytest.raises((service.RuleFileRefused, service.NotTheNextVersion)), working(college, made.first) as work:
            service.propose_rules(work, name, content, FROM, "改")
    with working(college, SYSTEM, write=False) as work:
        assert book_of(work, 2026).pin == "demo@1"
        assert tried.rule_changes(work) == []


def test_who_loses_is_listed_by_requirement_and_unit_before_it_counts(college: College, made: Small) -> None:
    change = proposed(college, made)
    with working(college, SYSTEM, write=False) as work:
        before = {(row.person_id, row.requirement): row.state for row in work.session.scalars(select(Standing))}
    summary = service.try_out(college, change.uid)
    turns = {name: summary[name] for name in ("gains", "loses", "unmet", "larger", "met", "smaller", "same")}
    assert turns == {"gains": 0, "loses": 6, "unmet": 1, "larger": 5, "met": 0, "smaller": 0, "same": 0}, "who has done nothing lacks more"
    with working(college, made.first, write=False) as work:
        assert {(row.person_id, row.requirement): row.state for row in work.session.scalars(select(Standing))} == before
        rows = [row for turn in rules.LISTED for row in tried.effects(work, change.id, turn, None).items]
        told = {row.name: (row.effect.turn, row.effect.figures_before, row.effect.figures_after) for row in rows}
        assert told["何达标"] == ("unmet", [["", "hours", "50", "50", "0"]], [["", "hours", "60", "50", "10"]])
        assert told["许未达"] == ("larger", [["", "hours", "50", "8", "42"]], [["", "hours", "60", "8", "52"]])
        assert told["经办甲"] == ("larger", [["", "hours", "50", "0", "50"]], [["", "hours", "60", "0", "60"]])
        assert {one.name for one in tried.by_requirement(work, change.id)} == {"N3_network"}
        assert len({row.name for row in rows}) == 6, "whoever is counted is on the list"
        assert sum(one.loses for one in tried.by_unit(work, change.id)) == 6
        assert book_of(work, 2026).pin == "demo@1"
    assert service.try_out(college, change.uid) == summary


def test_a_version_that_splits_the_year_is_tried_for_its_months_alone(college: College, made: Small) -> None:
    """In force on the 15th of December only: 11 months of 50 hours and one of 62 are 51."""
    raw = file(62).replace(b"attribution: completion\n", b"attribution: completion\nsplit_year: true\n", 1)
    with working(college, made.first) as work:
        change = service.propose_rules(work, "demo@2.yaml", raw, FROM, "年中提高要求，分段计算")
    service.try_out(college, change.uid)
    with working(college, made.first, write=False) as work:
        rows = tried.effects(work, change.id, Turn.UNMET, None).items
        lacking = {row.name: row.effect.missing_after for row in rows if row.effect.requirement == "N3_network"}
        assert lacking["何达标"] == 20, "1 of 51 hours, in thousandths; of a whole year by the new version it were 12 of 62"


def test_names_stay_within_the_jurisdiction_and_totals_are_of_everybody(college: College, made: Small) -> None:
    with working(college, SYSTEM) as work:
        root = make.unit(work, "鹏城市", code="pc")
        there = [make.unit(work, f"{name}区", parent=root, code=code, level="district") for name, code in (("东", "d1"), ("西", "d2"))]
        east, west = (
            [make.person(work, f"{unit.name_zh}{n}", at=unit) for n in range(count)] for unit, count in zip(there, (3, 6), strict=True)
        )
        for person in (*east, *west):
            ledger.append(work, build.network(person.id, 1))
        for staff in (made.first, made.second, made.unit_admin, made.authority):
            assert staff.person_id is not None
            ledger.append(work, replace(build.network(staff.person_id, 1), hours=Decimal(60)))
    compliance.rebuild(college, 2026)
    change = proposed(college, made)
    service.try_out(college, change.uid)
    actions = ("rulebook.propose", "reports.unit")
    district = Actor(person_id=east[0].id, name="区", actions=frozenset(actions),
                     grants=tuple(Grant(one, SomePost(Under(there[0].path))) for one in actions))  # fmt: skip
    none = replace(district, grants=(Grant("rulebook.propose", Everyone()),), actions=frozenset({"rulebook.propose"}))
    both = replace(district, grants=tuple(Grant(one, AnyOf(tuple(SomePost(Under(unit.path)) for unit in there))) for one in actions))
    for reader, names, units in (
        (both, {one.name for one in (*east, *west)}, {"东区": (3, 1), "西区": (6, 1)}),  # two are left, who are told nowhere
        (district, {one.name for one in east}, {"东区": (3, 1), "": (8, 2)}),  # the two of the organ stand with the six, not beside them
        (none, set(), {"西区": (6, 1), "": (5, 2)}),  # three of a district and two of an organ are told together
    ):
        with working(college, reader, write=False) as work:
            assert {row.name for row in tried.effects(work, change.id, Turn.LARGER, None).items} == names
            assert {one.name: (one.loses, one.joined) for one in tried.by_unit(work, change.id)} == units
            assert [one.loses for one in tried.by_requirement(work, change.id)] == [11]


def test_nothing_is_adopted_unread_or_by_one_person(college: College, clock: Any, made: Small) -> None:
    change = proposed(college, made)
    with pytest.raises(service.NotTried), working(college, made.second) as work:
        service.adopt_rules(work, change.uid)
    service.try_out(college, change.uid)
    with pytest.raises(Forbidden), working(college, made.first) as work:
        service.adopt_rules(work, change.uid)
    both = Actor(person_id=made.first.person_id, name="经办甲", actions=made.second.actions)
    with pytest.raises(service.SecondPersonNeeded), working(college, both) as work:
        service.adopt_rules(work, change.uid)
    with working(college, made.second) as work:
        service.adopt_rules(work, change.uid)
    with working(college, SYSTEM, write=False) as work:
        assert (book_of(work, 2026).pin, book_of(work, 2025).pin) == ("demo@2", "demo@1")
        job = work.session.scalars(select(Job).where(Job.name == "years.rejudge")).one()
        assert job.run_at > work.now + timedelta(seconds=5)
        assert [one.act for one in queries.trail(work, f"rules:{change.uid}")] == ["approved", "tried", "proposed"]
    service.rejudge(college, 2026)
    with working(college, SYSTEM, write=False) as work:
        assert str(work.session.get_one(Standing, (made.met.id, 2026, "N3_network")).state) == "short"
    with pytest.raises(service.DecidedAlready), working(college, made.second) as work:
        service.adopt_rules(work, change.uid)


def test_a_closed_year_is_restated_by_new_rules_and_its_first_issue_reproduces(college: College, clock: Any, made: Small) -> None:
    build.close(college, clock, made)
    first_day = clock.at.date()
    with working(college, SYSTEM, write=False) as work:
        first = queries.report(work, 2026, 1)
    clock.at += timedelta(days=10)
    change = proposed(college, made)
    service.try_out(college, change.uid)
    with working(college, made.second) as work:
        service.adopt_rules(work, change.uid)
    with working(college, SYSTEM, write=False) as work:
        assert str(queries.years(work)[0].state) == "restated"
    second = service.reissue(college, 2026)
    assert (first.rule_set_version, second.rule_set_version) == ("demo@1", "demo@2")
    assert first.figures["requirements"]["N3_network"]["met"] == 1
    assert second.figures["requirements"]["N3_network"].get("met", 0) == 0
    assert service.figures(college, 2026, first_day) == first.figures


def test_page_workbook_and_interface_tell_the_same_people_with_the_figures(college: College, client: Any, made: Small) -> None:
    with working(college, SYSTEM) as work:
        unit = make.unit(work, "市委组织部", code="zzb")
        reader = make.person(work, "柳甲", at=unit)
        make.account(work, reader, "first", hashed("Study-2026-demo"))
        make.grant(work, reader, "organization_dept", "city")
        for number in range(tried.SIZE):
            make.person(work, f"新{number:02}", at=unit)
    change = proposed(college, made)
    service.try_out(college, change.uid)
    client.sign_in("first")
    shown = client.get(f"/manage/rules/{change.uid}").text
    assert "50 / 50 学时" in shown and "50 / 60 学时" in shown and "10 学时" in shown
    larger = client.get(f"/manage/rules/{change.uid}?turn=larger").text
    assert "8 / 60 学时" in larger and "42 学时 → 52 学时" in larger and "何达标" not in larger and "page=" in larger
    base = f"/api/v1/rules/changes/{change.uid}"
    one = client.get(base).get_json()
    assert one["by_requirement"] == [{"name": "N3_network", "unmet": 1, "larger": 56, "met": 0, "smaller": 0, "joined": 1}]
    assert (one["summary"]["unmet"], one["summary"]["larger"], one["summary"]["same"]) == (1, 56, 0)
    assert [row["change"] for row in client.get("/api/v1/rules/changes").get_json()["items"]] == [str(change.uid)]
    names, page = [], ""
    while page is not None:
        answer = client.get(f"{base}/effects?turn=larger{page and '&page=' + page}").get_json()
        names += [row["name"] for row in answer["items"]]
        page = answer["next"]
    assert len(names) == len(set(names)) == 56
    (lost,) = client.get(f"{base}/effects").get_json()["items"]
    assert (lost["name"], lost["turn"], lost["before"]["state"], lost["after"]["state"]) == ("何达标", "unmet", "met", "short")
    assert lost["after"]["figures"] == [{"bucket": "", "measure": "hours", "required": "60", "counted": "50", "shortfall": "10"}]
    wrong = client.get(f"{base}/effects?turn=gains")
    assert wrong.status_code == 422 and wrong.get_json()["field"] == "turn"
    book = load_workbook(io.BytesIO(client.get(f"/manage/rules/{change.uid}.xlsx?turn=larger").data)).active
    rows = {row[0]: row[1:] for row in book.iter_rows(values_only=True)}
    assert rows["许未达"][2:] == ("未达标", "8 / 50 学时", "42 学时", "未达标", "8 / 60 学时", "52 学时")
    assert {name for name in rows if name in names} == set(names)


def test_a_refused_version_leaves_what_is_in_force(college: College, made: Small) -> None:
    change = proposed(college, made)
    with working(college, made.second) as work:
        service.refuse_rules(work, change.uid, "要求过高")
        assert book_of(work, 2026).pin == "demo@1"


def test_the_proposer_takes_a_version_back_and_nobody_else_does(college: College, made: Small) -> None:
    change = proposed(college, made)
    with pytest.raises(service.NotTheProposer), working(college, made.second) as work:
        service.withdraw_rules(work, change.uid)
    with working(college, made.first) as work:
        assert service.withdraw_rules(work, change.uid).state == "withdrawn"
    service.try_out(college, change.uid)
    with pytest.raises(service.DecidedAlready), working(college, made.second) as work:
        service.adopt_rules(work, change.uid)
    with working(college, SYSTEM, write=False) as work:
        assert [(one.act, words.who(one.by_name)) for one in queries.trail(work, f"rules:{change.uid}")] == [
            ("tried", "系统"), ("withdrawn", "经办甲"), ("proposed", "经办甲"),
        ]  # fmt: skip
        assert book_of(work, 2026).pin == "demo@1"
    assert proposed(college, made).pin == "demo@2"


def test_a_day_before_all_rules_is_refused_beside_its_field_and_the_page_says_who_decides(
    college: College, client: Any, made: Small
) -> None:
    with working(college, SYSTEM) as work:
        unit = make.unit(work, "市委组织部", code="zzb")
        for user_name, name in (("first", "柳甲"), ("second", "季乙")):
            person = make.person(work, name, at=unit)
            make.account(work, person, user_name, hashed("Study-2026-demo"))
            make.grant(work, person, "city_policy", "city")

    def hand_in(from_on: str, raw: bytes = b"") -> Any:
        content = io.BytesIO(raw or file())
        form = {"csrf_token": client.csrf(), "from_on": from_on, "reason": "提高要求", "file": (content, "demo@2.yaml")}
        return client.post("/manage/rules", data=form, content_type="multipart/form-data")

    client.sign_in("first")
    early = hand_in("2020-01-01")
    assert early.status_code == 422 and "2020 年年末没有现行规则" in early.text and "提高要求</textarea>" in early.text
    assert 'id="from_on-err"' in early.text
    late = hand_in("2028-01-01")
    assert late.status_code == 422 and 'id="from_on-err"' in late.text and "2027-12-31" in late.text
    huge = hand_in("2026-12-01", file() + b"# \n" * 70_000)
    assert huge.status_code == 422 and "规则文件有 1 处错误" in huge.text and "文件过大，不像规则文件" in huge.text
    address = hand_in("2026-12-01").headers["Location"]
    shown = client.get(address).text
    again = re.search(r'data-again="([^"]+)"', shown)
    assert again and "正在对全体人员试算" in client.get(again[1]).text
    service.try_out(college, UUID(address.rsplit("/", 1)[1]))
    assert client.get(again[1]).text.strip() == "", "then the page is read anew"
    shown = client.get(address).text
    assert "data-again" not in shown and f"{address}.xlsx" in shown
    assert "须由 柳甲 以外具有以下角色的人员决定采用或不采用：全市政策与统计" in shown and f"{address}/withdraw" in shown
    client.sign_in("second")
    assert f"{address}/withdraw" not in client.get(address).text
    assert client.post(f"{address}/withdraw", data={"csrf_token": client.csrf()}).status_code == 403
    client.sign_in("first")
    assert client.post(f"{address}/withdraw", data={"csrf_token": client.csrf()}).status_code == 303
    shown = client.get(address).text
    assert "已撤回" in shown and f"{address}/withdraw" not in shown


def short(*lacking: str, missing: int = 1000, is_any: bool = False, measure: str = "hours") -> Stand:
    """Short of a requirement with these figures."""
    figures = [[f"B{place}", measure, "90", "0", one] for place, one in enumerate(lacking)]
    return Stand("short", missing, None, figures, is_any)


MET = Stand("met", 0, None, [["B0", "hours", "50", "50", "0"]])


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        (MET, short("10"), Turn.UNMET),
        (short("10"), MET, Turn.MET),
        (short("10"), Stand("exempt", 0), Turn.MET),
        (short("10"), rules.UNTOUCHED, Turn.MET),
        (rules.UNTOUCHED, MET, Turn.SAME),
        (MET, Stand("exempt", 0), Turn.SAME),
        (rules.UNTOUCHED, short("0.25"), Turn.UNMET),
        (short("50"), short("60"), Turn.LARGER),  # who has done nothing lacks all of either: ten hours more
        (short("50"), short("49.5"), Turn.SMALLER),
        (short("50"), short("50"), Turn.SAME),
        (short("20", "5"), short("20", "6"), Turn.LARGER),  # the part that lacks less has grown
        (short("20"), short("20", "5"), Turn.LARGER),  # another part of the same
        (short("20", "5"), short("20"), Turn.SMALLER),
        (short("20", "5", missing=500), short("18", "9", missing=450), Turn.SMALLER),  # one more, one less: by the share
        (short("20", "5", missing=500), short("18", "9", missing=600), Turn.LARGER),
        (short("20", "5"), short("18", "9"), Turn.LARGER),
        (short("12", "90", is_any=True), short("12", "100", is_any=True), Turn.LARGER),
        (short("12", missing=600, is_any=True), short("12", "10", missing=200, is_any=True), Turn.SMALLER),  # another, shorter way
        (short("6", missing=500, is_any=True), short("45", missing=500, measure="days", is_any=True), Turn.SAME),
    ],
)  # fmt: skip
def test_who_gains_and_loses_is_told_by_state_and_by_how_much_is_lacking(before: Stand, after: Stand, turn: Turn) -> None:
    assert rules.turn(before, after) is turn
    assert [one.turn for one in rules.differences({(1, "N3"): before}, {(1, "N3"): after})] == ([turn] if turn is not Turn.SAME else [])


def test_what_a_file_says_differently_is_told_value_by_value() -> None:
    need = {"id": "A", "need": {"all_of": [{"hours": 50}]}}
    old = {"version": 1, "requirements": [need, {"id": "B", "period": "year"}], "list": ["x", "y"]}
    need = {"id": "A", "need": {"all_of": [{"hours": 60}]}}
    new = {"version": 2, "requirements": [{"id": "B", "period": "cycle"}, need], "list": ["x"], "grace": True}
    assert [(one.path, one.before, one.after) for one in rules.edits(old, new)] == [
        ("version", "1", "2"), ("requirements.A.need.all_of[0].hours", "50", "60"), ("requirements.B.period", "year", "cycle"),
        ("list[1]", "y", "–"), ("grace", "–", "true"),
    ]  # fmt: skip
    assert rules.edits(old, old) == []
