"""A new college is planted from its own table of units; what is wrong with a row is told, and then nothing grows."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.kernel.errors import Forbidden
from app.kernel.work import College, working
from app.people import service
from app.people.models import Unit
from app.people.rules.unit_roll import COLUMNS, Standing, UnitEntry, plant, read_unit
from app.people.service import unit_importing
from app.people.service.sheets import NotASheet
from tests import make
from tests.conftest import WorkAs
from tests.people import build
from tests.people.test_service_doors import guess

HEADS = tuple(names[0] for names in COLUMNS.values())
TODAY = date(2026, 11, 24)


def unit(code: str, parent: str = "", **cells: Any) -> list[Any]:
    """One good row; cells by heading replace its values."""
    good = {"单位编码": code, "单位名称": f"{code}局", "英文名称": f"Bureau {code}", "单位类型": "市直机关", "单位层级": "市级",
            "上级单位编码": parent, "所属口": "政府", "所属条线": "general", "设立日期": "2001-01-01"}  # fmt: skip
    return [{**good, **cells}[head] for head in HEADS]


def entry(code: str, parent: str, row: int = 2, name: str = "") -> UnitEntry:
    return UnitEntry(row, code, name or f"{code}局", "", "city_organ", "city", parent, "other", "", date(2001, 1, 1))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"单位编码": ""}, "单位编码", "missing"),
        ({"单位编码": "a/b"}, "单位编码", "not_a_code"),
        ({"单位编码": "=A1"}, "单位编码", "formula"),
        ({"单位编码": "x" * 41}, "单位编码", "too_long"),
        ({"上级单位编码": "市局"}, "上级单位编码", "not_a_code"),
        ({"单位名称": None}, "单位名称", "missing"),
        ({"单位名称": "长" * 121}, "单位名称", "too_long"),
        ({"单位类型": "衙门"}, "单位类型", "unknown_word"),
        ({"单位层级": "省级"}, "单位层级", "unknown_word"),
        ({"所属口": "军队"}, "所属口", "unknown_word"),
        ({"设立日期": "2030-01-01"}, "设立日期", "day_out_of_range"),
        ({"设立日期": 45000}, "设立日期", "date_as_number"),
    ],
)
def test_a_faulty_cell_is_told_by_its_column(cells: dict[str, Any], column: str, code: str) -> None:
    values = unit("a", "pc", **cells)
    found, findings = read_unit(3, dict(zip(COLUMNS, values, strict=True)), TODAY)
    assert found is None
    assert [(one.row, one.column, one.code) for one in findings] == [(3, column, code)]


@pytest.mark.parametrize(
    ("entries", "codes"),
    [
        ([entry("a", "pc", 2), entry("a", "pc", 3)], [(3, "code_twice")]),
        ([entry("a", "nowhere", 2)], [(2, "parent_unknown")]),
        ([entry("a", "b", 2), entry("b", "a", 3)], [(2, "parent_faulty"), (3, "parent_faulty")]),
        ([entry("a", "a", 2)], [(2, "parent_faulty")]),
        ([entry("top", "", 2)], [(2, "root_twice")]),
        ([entry("top", "", 2), entry("below", "top", 3)], [(2, "root_twice"), (3, "parent_faulty")]),
        ([entry("a", "pc", 2, "同名"), entry("b", "pc", 3, "同名")], [(3, "unit_name_twice")]),
        ([entry("pc", "", 2, "别的城市")], [(2, "unit_stands_otherwise")]),
        ([entry(f"{n:040}", f"{n - 1:040}" if n else "pc", n + 2) for n in range(9)], [(9, "too_deep"), (10, "parent_faulty")]),
    ],
)
def test_rows_are_held_against_each_other_and_the_tree(entries: list[UnitEntry], codes: list[tuple[int, str]]) -> None:
    planted = plant(entries, {"pc": Standing("pc", "鹏城市", "", "/pc")})
    assert [(finding.row, finding.code) for finding in planted.findings] == codes


@given(st.permutations(range(12)))
def test_parents_come_before_their_units_in_whatever_order_the_rows_stand(order: list[int]) -> None:
    rows = [entry(f"u{n}", f"u{(n - 1) // 3}" if n else "", n + 2) for n in range(12)]
    planted = plant([rows[n] for n in order], {})
    seen = {""}
    for one in planted.new:
        assert one.parent in seen
        seen.add(one.code)
    assert len(planted.new) == 12 and planted.findings == []


def test_a_table_is_planted_once_whole_or_not_at_all(work_as: WorkAs) -> None:
    rows = [unit("pc", 单位类型="市", 单位名称="鹏城市"), unit("b", "a"), unit("a", "pc")]
    with work_as() as work:
        faulty = unit_importing.bring_in(work, build.as_csv([*rows, unit("c", "nowhere")], heads=HEADS))
        assert (faulty.done, faulty.bad, work.session.scalar(select(func.count()).select_from(Unit))) == (False, 1, 0)
        looked = unit_importing.bring_in(work, build.as_xlsx(rows, heads=HEADS), dry_run=True)
        assert (looked.done, looked.created, work.session.scalar(select(func.count()).select_from(Unit))) == (False, 3, 0)
        done = unit_importing.bring_in(work, build.as_xlsx(rows, heads=HEADS))
        assert (done.done, done.created, done.unchanged) == (True, 3, 0)
    with work_as() as work:
        again = unit_importing.bring_in(work, build.as_xlsx([*rows, unit("d", "b")], heads=HEADS))
        assert (again.created, again.unchanged) == (1, 3)
        found = {one.code: one.path for one in work.session.scalars(select(Unit))}
    assert found == {"pc": "/pc", "a": "/pc/a", "b": "/pc/a/b", "d": "/pc/a/b/d"}


def test_only_who_may_edit_units_brings_them_in_and_only_out_of_a_table(work_as: WorkAs) -> None:
    with work_as() as work, pytest.raises(NotASheet):
        unit_importing.bring_in(work, io.BytesIO(b"\x00\x01\x02\xff" * 50))
    with work_as() as work:
        cadre = make.actor(make.person(work, "李清"))
    with work_as(cadre) as work, pytest.raises(Forbidden):
        unit_importing.bring_in(work, build.as_csv([unit("pc")], heads=HEADS))


@pytest.mark.sqlite_only
def test_an_empty_college_is_founded_by_its_operator(app: Flask, tmp_path: Path) -> None:
    """Units, people, a first password, the first officer: everything after that happens in the pages."""
    college: College = app.extensions["college"]
    runner = app.test_cli_runner()

    def run(*words: str) -> str:
        result = runner.invoke(args=["people", *words])
        assert result.exit_code == 0, result.output
        return str(result.output)

    units, people = tmp_path / "units.csv", tmp_path / "people.csv"
    units.write_bytes(
        build.as_csv([unit("pc", 单位类型="市", 单位名称="鹏城市"), unit("o1", "pc", 单位名称="市委宣传部")], heads=HEADS).getvalue()
    )
    people.write_bytes(build.as_csv([build.row(1, 用户名="an.quan"), build.row(2, 姓名="李大明")]).getvalue())
    assert "new 2" in run("units", str(units)) and "new 2" in run("import", str(people))
    run("grant", "an.quan", "security_admin", "city")
    fresh = run("password", "an.quan").strip()
    assert guess(college, "an.quan", password=fresh) == "in"
    with working(college, write=False) as work:
        officer = service.account_named(work, "an.quan").person_id
    assert build.actor(college, officer).may("people.accounts")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody", "security_admin", "city"), "没有使用此用户名的账号"),
        (("section", "king", "city"), "角色"),
        (("section", "security_admin", "moon"), "角色"),
        (("section", "unit_admin", "unit_subtree", "--unit", "nowhere"), "没有编码为 nowhere 的单位"),
    ],
)
def test_a_grant_that_cannot_be_is_told_in_a_sentence(app: Flask, words: tuple[str, ...], sentence: str) -> None:
    build.load(app.extensions["college"])
    result = app.test_cli_runner().invoke(args=["people", "grant", *words])
    assert result.exit_code == 1 and sentence in result.output
