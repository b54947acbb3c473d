"""The staff pages, the programming interface and the command of past training."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete, func, select, update

from app.history import rules
from app.history.models import HistoryImport
from app.history.service import background
from app.jobs import service as jobs
from app.kernel.work import Actor, College, working
from app.ledger.models import LedgerEntry
from app.people.models import Account, Person, RoleGrant
from app.people.service.passwords import hashed
from tests import make
from tests.history import build
from tests.history.build import csv, row

pytestmark = pytest.mark.sqlite_only
SYSTEM = Actor.system("test")


@pytest.fixture
def loaded(app: Flask) -> College:
    college: College = app.extensions["college"]
    with working(college, SYSTEM) as work:
        build.cadres(work)
        unit = make.unit(work, "市人事局")
        for name, user_name, role in (("施景行", "personnel", "personnel"), ("李学", "lixue", "cadre"), ("段承泽", "other", "personnel")):
            one = make.person(work, name, at=unit)
            make.account(work, one, user_name, hashed("Study-2026-demo"))
            if role != "cadre":
                make.grant(work, one, role, "city")
    return college


def count(college: College) -> int:
    with working(college, SYSTEM, write=False) as work:
        return work.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def settle(college: College) -> None:
    """Let the worker do what waits."""
    with working(college, SYSTEM) as work:
        waiting = jobs.due(work)
    for job_id in waiting:
        jobs.run(college, job_id)


def upload(client: Any, file: io.BytesIO) -> Any:
    token = client.csrf("/manage/history")
    return client.post("/manage/history", data={"file": (file, "past.csv"), "csrf_token": token})


def test_by_hand_a_file_is_checked_credited_and_taken_back(client: Any, loaded: College) -> None:
    client.sign_in("personnel")
    answer = upload(client, csv([row(1), row(2, 学时="四十")]))
    assert answer.status_code == 303
    address = answer.headers["Location"]
    html = client.get(address).get_data(as_text=True)
    assert "这不是数字" in html and "四十" in html and count(loaded) == 0
    token = client.csrf(address)
    assert client.post(address, data={"csrf_token": token}).status_code == 422
    assert count(loaded) == 0
    assert client.post(address, data={"csrf_token": token, "only_good": "1"}).status_code == 303
    waits = client.get(address).get_data(as_text=True)
    assert "正在导入：0 / 2 行" in waits and "only_good" not in waits, "what goes on is told, and not begun again"
    assert "正在导入" in client.get(f"{address}?part=1").get_data(as_text=True)
    again = client.post(address, data={"csrf_token": token, "only_good": "1"})
    assert (again.status_code, "该文件正在办理" in again.get_data(as_text=True), count(loaded)) == (409, True, 0)
    settle(loaded)
    assert count(loaded) == 1 and client.get(f"{address}?part=1").get_data(as_text=True) == ""
    assert client.post(f"{address}/undo", data={"csrf_token": token, "reason": ""}).status_code == 422
    assert client.post(f"{address}/undo", data={"csrf_token": token, "reason": "文件有误"}).status_code == 303
    assert "正在冲销：0 / 1 条" in client.get(address).get_data(as_text=True)
    settle(loaded)
    assert count(loaded) == 2
    assert "文件有误" in client.get(address).get_data(as_text=True)


def test_only_who_may_enters_and_nobody_sees_anothers_file(client: Any, loaded: College) -> None:
    client.sign_in("lixue")
    assert client.get("/manage/history").status_code == 403
    client.sign_in("personnel")
    address = upload(client, csv([row(1)])).headers["Location"]
    client.sign_in("other")
    assert client.get(address).status_code == 404
    assert client.post(address, data={"csrf_token": client.csrf("/manage/history")}).status_code == 404
    assert count(loaded) == 0


def test_another_with_the_same_scope_takes_back_what_came_in(client: Any, loaded: College) -> None:
    """Found in his list with who brought it in; the cells of rows that failed stay its owner's."""
    client.sign_in("personnel")
    address = upload(client, csv([row(1), row(2, 学时="四十")])).headers["Location"]
    client.post(address, data={"csrf_token": client.csrf(address), "only_good": "1"})
    settle(loaded)
    client.sign_in("other")
    listed = client.get("/manage/history").get_data(as_text=True)
    assert address in listed and "施景行" in listed
    html = client.get(address).get_data(as_text=True)
    assert "施景行" in html and "四十" not in html
    assert client.post(f"{address}/undo", data={"csrf_token": client.csrf(address), "reason": "文件有误"}).status_code == 303
    settle(loaded)
    assert count(loaded) == 2 and "段承泽" in client.get(address).get_data(as_text=True)


def test_what_comes_in_between_is_told_on_the_page_and_the_file_waits_to_be_tried_again(client: Any, loaded: College) -> None:
    client.sign_in("personnel")
    address = upload(client, csv([row(1)])).headers["Location"]
    assert client.post(address, data={"csrf_token": client.csrf(address)}).status_code == 303
    (loaded.settings.data_dir / "history" / address.rsplit("/", 1)[1]).unlink()
    settle(loaded)
    html = client.get(address).get_data(as_text=True)
    assert "文件已过保存期" in html and "正在导入" not in html and count(loaded) == 0
    assert "没有错误" not in html, "it did come to nothing"


@pytest.mark.parametrize("lost", [delete(RoleGrant), update(Account).values(is_enabled=False), update(Person).values(status="left")])
def test_who_lost_the_right_meanwhile_brings_nothing_in(client: Any, loaded: College, lost: Any) -> None:
    client.sign_in("personnel")
    address = upload(client, csv([row(1)])).headers["Location"]
    assert client.post(address, data={"csrf_token": client.csrf(address)}).status_code == 303
    with working(loaded, SYSTEM) as work:
        work.session.execute(lost)
    settle(loaded)
    assert count(loaded) == 0
    with working(loaded, SYSTEM, write=False) as work:
        kept = work.session.scalars(select(HistoryImport)).one()
        assert (kept.state, kept.trouble) == ("examined", {"code": "forbidden", "facts": {}})


def test_a_job_that_died_after_its_work_was_done_finds_it_done(client: Any, loaded: College) -> None:
    client.sign_in("personnel")
    address = upload(client, csv([row(1), row(2)])).headers["Location"]
    client.post(address, data={"csrf_token": client.csrf(address)})
    settle(loaded)
    uid = UUID(address.rsplit("/", 1)[1])
    with working(loaded, SYSTEM, write=False) as work:
        kept = work.session.scalars(select(HistoryImport)).one()
    assert kept.owner_id is not None and kept.progress == 2
    background.run_in(loaded, uid, kept.owner_id, only_good=False)
    assert count(loaded) == 2
    for _again in range(2):
        background.run_back(loaded, uid, kept.owner_id, "文件有误")
    assert count(loaded) == 4
    with working(loaded, SYSTEM, write=False) as work:
        kept = work.session.scalars(select(HistoryImport)).one()
        assert (kept.state, kept.trouble, kept.undo_reason) == ("undone", None, "文件有误")


def test_script_in_a_cell_is_shown_as_text(client: Any, loaded: College) -> None:
    client.sign_in("personnel")
    address = upload(client, csv([row(1, 培训类别="<script>alert(1)</script>")])).headers["Location"]
    html = client.get(address).get_data(as_text=True)
    assert "&lt;script&gt;" in html and "<script>alert" not in html


def test_the_template_has_the_heads_and_drop_downs(client: Any, loaded: College) -> None:
    client.sign_in("personnel")
    book = load_workbook(io.BytesIO(client.get("/manage/history/template.xlsx").data))
    sheet: Any = book.worksheets[0]
    places, findings = rules.headings(1, [cell.value for cell in sheet[1]])
    assert set(places) == set(rules.COLUMNS) and findings == []
    lists = [str(one.formula1) for one in sheet.data_validations.dataValidation]
    assert len(lists) == len(rules.WORDS)
    for text in lists:
        assert any(all(word in table for word in text.strip('"').split(",")) for table in rules.WORDS.values())
        assert len(text) <= 257


def test_programs_dry_run_then_bring_in(client: Any, loaded: College) -> None:
    token = client.post("/api/v1/tokens", json={"username": "personnel", "password": "Study-2026-demo"}).json["token"]
    head = {"Authorization": f"Bearer {token}"}
    said = client.post("/api/v1/imports/history?dry_run=1", data={"file": (csv([row(1), row(9)]), "a.csv")}, headers=head)
    assert said.status_code == 200 and said.json["dry_run"] and not said.json["done"]
    assert [(one["row"], one["code"], one["column"]) for one in said.json["findings"]] == [(3, "person_unknown", "身份证号")]
    assert all(one["text"] and one["fix"] for one in said.json["findings"])
    refused = client.post("/api/v1/imports/history", data={"file": (csv([row(1), row(9)]), "a.csv")}, headers=head)
    assert (refused.status_code, refused.json["code"], count(loaded)) == (422, "history_has_errors", 0)
    done = client.post("/api/v1/imports/history?only_good=1", data={"file": (csv([row(1), row(9)]), "a.csv")}, headers=head)
    assert done.json["done"] and done.json["uid"] and (done.json["good"], count(loaded)) == (1, 1)


def test_the_command_brings_in_and_takes_back(app: Flask, loaded: College, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_bytes(csv([row(1), row(2)], "gb18030").getvalue())
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["history", "import", str(file), "--dry-run"])
    assert (dry.exit_code, count(loaded)) == (0, 0), dry.output
    done = runner.invoke(args=["history", "import", str(file)])
    assert (done.exit_code, count(loaded)) == (0, 2), done.output
    uid = re.search(r"import (\S+):", done.output)
    assert uid is not None
    undone = runner.invoke(args=["history", "undo", uid[1], "--reason", "文件有误"])
    assert (undone.exit_code, count(loaded)) == (0, 4), undone.output
    again = runner.invoke(args=["history", "undo", uid[1], "--reason", "再来"])
    assert (again.exit_code, count(loaded)) == (2, 4)
