"""`flask people …` as an operator uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel.work import College, working
from app.people.models import Person
from app.people.service import doors
from app.people.service.doors import WrongCredentials
from tests.people import build
from tests.people.build import as_csv, as_xlsx, row
from tests.people.test_service_doors import BROWSER

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def loaded(app: Flask) -> College:
    college: College = app.extensions["college"]
    build.load(college)
    return college


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Exit status and everything printed."""
    result = app.test_cli_runner().invoke(args=["people", *words])
    return result.exit_code, result.output


def persons(college: College) -> int:
    with working(college, write=False) as work:
        return work.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_dry_run_prints_findings_in_chinese_and_fails(app: Flask, loaded: College, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(as_csv([row(1), row(2, 任职日期="2020-02-30")], "gb18030").getvalue())
    status, printed = run(app, "import", str(file), "--dry-run")
    assert status == 1
    assert "3\t任职日期\tno_such_day\t该日期不存在。 [2020-02-30] 日期请写成 2020-03-01。" in printed
    assert "rows 2, good 1, bad 1: new 1, changed 0, unchanged 0 (nothing changed)" in printed
    assert persons(loaded) == 188


def test_an_import_brings_in_and_a_second_is_a_no_op(app: Flask, loaded: College, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(as_xlsx([row(n) for n in range(1, 6)]).getvalue())
    assert run(app, "import", str(file)) == (0, "rows 5, good 5, bad 0: new 5, changed 0, unchanged 0 (done)\n")
    assert run(app, "import", str(file)) == (0, "rows 5, good 5, bad 0: new 0, changed 0, unchanged 5 (done)\n")
    assert persons(loaded) == 193


def test_only_the_good_rows_on_request(app: Flask, loaded: College, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(as_csv([row(1), row(2, 姓名="")]).getvalue())
    assert run(app, "import", str(file))[0] == 1
    assert persons(loaded) == 188
    status, printed = run(app, "import", str(file), "--only-good", "--lang", "en")
    assert (status, persons(loaded)) == (1, 189)
    assert "The cell is empty. Fill it in." in printed


def test_a_file_that_is_no_table_ends_with_status_two(app: Flask, loaded: College, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"\0\1\2")
    status, printed = run(app, "import", str(file))
    assert status == 2
    assert "既不是 XLSX 表格" in printed


def test_a_first_password_is_printed_once_and_replaces_the_old_one(app: Flask, loaded: College) -> None:
    status, printed = run(app, "password", "Division")
    assert status == 0
    assert doors.sign_in(loaded, BROWSER, "division", printed.strip()).must_change_password
    with pytest.raises(WrongCredentials):
        doors.sign_in(loaded, BROWSER, "division", "Study-2026-demo")


@pytest.mark.parametrize("words", [("password", "nobody"), ("grant", "nobody", "auditor", "own_unit")])
def test_a_user_name_that_nobody_has_is_said_in_a_sentence(app: Flask, loaded: College, words: tuple[str, ...]) -> None:
    assert run(app, *words) == (1, "没有使用此用户名的账号。\n")


@pytest.mark.parametrize("words", [("--help",), ("import", "--help"), ("password", "--help")])
def test_every_command_explains_itself(app: Flask, words: tuple[str, ...]) -> None:
    status, printed = run(app, *words)
    assert status == 0
    assert "Usage" in printed
