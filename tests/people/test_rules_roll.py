"""Rows of a roll: what is read, what is refused, and by which code."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.people.demo.persons import demo_id_no
from app.people.rules.roll import COLUMNS, check_digit, headings, id_fault, is_blank, read_row
from app.people.rules.unit_roll import COLUMNS as UNIT_COLUMNS
from app.people.words import FINDINGS

TODAY = date(2026, 11, 22)
HEAD = "11010119900307123"
GOOD_ID = HEAD + check_digit(HEAD)
GOOD: dict[str, Any] = {"name": "王小明", "id_no": GOOD_ID, "unit": "市委宣传部", "post": "科员", "rank": "科级以下", "team": "党政干部",
                        "since": datetime(2020, 3, 1), "user_name": "Wang.XM"}  # fmt: skip


def codes(**cells: Any) -> list[tuple[str, str]]:
    _, findings = read_row(9, {**GOOD, **cells}, TODAY)
    return [(finding.column, finding.code) for finding in findings]


def test_a_good_row_becomes_an_entry() -> None:
    entry, findings = read_row(2, GOOD, TODAY)
    assert findings == []
    assert entry is not None
    assert (entry.sex, entry.birth_on, entry.rank, entry.team, entry.since) == (
        "M", date(1990, 3, 7), "section_below", "party_gov", date(2020, 3, 1),
    )  # fmt: skip
    assert entry.user_name == "wang.xm"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"name": ""}, ("姓名", "missing")),
        ({"name": "王"}, ("姓名", "not_a_name")),
        ({"name": "王小明1"}, ("姓名", "not_a_name")),
        ({"name": "=HYPERLINK(1)"}, ("姓名", "formula")),
        ({"name": "王\u200b小明"}, ("姓名", "odd_sign")),
        ({"name": "#REF!"}, ("姓名", "cell_error")),
        ({"name": "王" * 61}, ("姓名", "too_long")),
        ({"id_no": 1.10101199003071e17}, ("身份证号", "id_as_number")),
        ({"id_no": 110101199003071234}, ("身份证号", "id_as_number")),
        ({"id_no": "110101900307123"}, ("身份证号", "id_old")),
        ({"id_no": "11010119900307"}, ("身份证号", "id_shape")),
        ({"id_no": "110101199013071239"}, ("身份证号", "id_birth")),
        ({"id_no": HEAD + ("0" if GOOD_ID[-1] != "0" else "1")}, ("身份证号", "id_check")),
        ({"since": 43891}, ("任职日期", "date_as_number")),
        ({"since": "202003"}, ("任职日期", "not_a_date")),
        ({"since": "2020-02-30"}, ("任职日期", "no_such_day")),
        ({"since": "20200230"}, ("任职日期", "no_such_day")),
        ({"since": "2027-01-01"}, ("任职日期", "day_out_of_range")),
        ({"since": None}, ("任职日期", "missing")),
        ({"team": "党政军"}, ("队伍", "unknown_word")),
        ({"rank": ""}, ("职务层次", "rank_needed")),
        ({"tier": "高级"}, ("层次", "tier_of_other_team")),
        ({"team": "专业技术人员", "tier": "中层"}, ("层次", "tier_of_other_team")),
        ({"team": "专业技术人员"}, ("层次", "tier_needed")),
        ({"sex": "女"}, ("性别", "sex_differs")),
        ({"birth_on": "1990-03-08"}, ("出生日期", "birth_differs")),
        ({"tags": "后备、少年"}, ("标签", "unknown_word")),
        ({"user_name": "two words"}, ("用户名", "not_a_user_name")),
        ({"post": "@SUM(A1)" + "x" * 80}, ("职务", "too_long")),
    ],
)
def test_what_is_wrong_is_told_by_column_and_code(cells: dict[str, Any], found: tuple[str, str]) -> None:
    assert found in codes(**cells)


@pytest.mark.parametrize(
    "written", ["2020-03-01", "2020/3/1", "2020.3.1", "2020年3月1日", "20200301", " 2020-03-01 ", "２０２０－０３－０１", date(2020, 3, 1)]
)
def test_dates_are_read_as_people_write_them(written: Any) -> None:
    entry, _ = read_row(2, {**GOOD, "since": written}, TODAY)
    assert entry is not None
    assert entry.since == date(2020, 3, 1)


@pytest.mark.parametrize("written", [GOOD_ID.lower(), f" {GOOD_ID} ", f"'{GOOD_ID}", "".join(chr(ord(c) + 0xFEE0) for c in GOOD_ID)])
def test_an_id_number_is_read_through_its_dress(written: str) -> None:
    entry, _ = read_row(2, {**GOOD, "id_no": written}, TODAY)
    assert entry is not None
    assert entry.id_no == GOOD_ID


def test_a_report_never_shows_a_whole_id_number() -> None:
    wrong = HEAD + ("0" if GOOD_ID[-1] != "0" else "1")
    _, findings = read_row(2, {**GOOD, "id_no": wrong}, TODAY)
    assert findings[0].found == wrong[:6] + "********" + wrong[-4:]


def test_headings_are_found_under_their_names_and_told_when_missing() -> None:
    places, findings = headings(["序号", "姓名*", "ID number", "单位名称", "队伍", "任职日期", "爱好"])
    assert places == {"name": 1, "id_no": 2, "unit": 3, "team": 4, "since": 5}
    assert [(finding.column, finding.code, finding.is_error) for finding in findings] == [("爱好", "unknown_column", False)]
    _, findings = headings(["姓名", "姓名", "单位"])
    assert {(finding.column, finding.code) for finding in findings} == {
        ("姓名", "column_twice"), ("身份证号", "missing_column"), ("队伍", "missing_column"), ("任职日期", "missing_column"),
    }  # fmt: skip


def test_a_row_of_spaces_is_blank() -> None:
    assert is_blank([None, "", "  "])
    assert not is_blank([None, 0])


def test_no_demo_id_number_could_be_anybodys() -> None:
    for number in range(0, 188_000, 997):
        assert id_fault(demo_id_no(number, "F", date(1980, 1, 2)), TODAY) == "id_check"


cells = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates(), st.times())


FIELDS = (
    "name",
    "sex",
    "id_no",
    "birth_on",
    "unit",
    "rank",
    "team",
    "tier",
    "since",
    "tags",
    "user_name",
    "post",
    "political",
    "position_class",
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # how fast rows are drawn is not what is tested
@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, cells)))
def test_any_row_whatsoever_is_an_entry_or_has_findings(row: dict[str, Any]) -> None:
    entry, findings = read_row(2, row, TODAY)
    assert (entry is None) == any(finding.is_error for finding in findings)


def test_every_finding_has_its_sentence_and_every_sentence_its_finding() -> None:
    given = set()
    sources = ("rules/roll.py", "rules/unit_roll.py", "service/placing.py")
    for name in sources:
        source = (Path("app/people") / name).read_text(encoding="utf-8")
        given |= set(re.findall(r'(?:blame|_finding)\([^()]*?"([a-z_]+)"(?:\s*if[^,)]*else "([a-z_]+)")?[,)]', source))
    codes = {code for pair in given for code in pair if code}
    assert codes <= set(FINDINGS) | set(COLUMNS) | set(UNIT_COLUMNS)
    missing = {code for code in FINDINGS if not any(f'"{code}"' in (Path("app/people") / name).read_text(encoding="utf-8")
                                                    for name in sources)}  # fmt: skip
    assert missing == set()
