"""For programs: tokens and imports."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.kernel.work import College, working
from app.people.demo.cast import PASSWORD
from app.people.models import ApiToken, Person
from tests.people import build
from tests.people.build import as_csv, as_xlsx, id_no, row

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def loaded(app: Flask) -> College:
    college: College = app.extensions["college"]
    build.load(college)
    return college


def bearer(client: Any, name: str = "city") -> dict[str, str]:
    answer = client.post("/api/v1/tokens", json={"username": name, "password": PASSWORD})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.json['token']}"}


def test_a_token_is_opened_by_name_and_password_and_opens_the_api(client: Any, loaded: College) -> None:
    answer = client.post("/api/v1/tokens", json={"username": "Division", "password": PASSWORD})
    assert (answer.status_code, set(answer.json)) == (201, {"token", "expires_at"})
    assert answer.json["expires_at"] == "2026-11-22T14:00:00Z"
    head = {"Authorization": f"Bearer {answer.json['token']}"}
    listed = client.get("/api/v1/tokens", headers=head).json
    assert [(item["current"], set(item)) for item in listed["items"]] == [(True, {"uid", "device", "created_at", "expires_at", "current"})]
    with working(loaded, write=False) as work:
        assert answer.json["token"] not in repr(vars(work.session.scalars(select(ApiToken)).one()))
    assert client.delete(f"/api/v1/tokens/{listed['items'][0]['uid']}", headers=head).status_code == 204
    assert client.get("/api/v1/tokens", headers=head).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"username": "division", "password": "nicht-Dieses-1"}, 401, "wrong_credentials"),
        ({"username": "nobody", "password": PASSWORD}, 401, "wrong_credentials"),
        ({"username": "division"}, 422, "bad_body"),
        ({"username": "division", "password": PASSWORD, "otp": "1"}, 422, "bad_body"),
        ({"username": 7, "password": PASSWORD}, 422, "bad_body"),
        ({"username": "", "password": ""}, 422, "bad_body"),
        ({"username": "x" * 61, "password": PASSWORD}, 422, "bad_body"),
        ({"username": "division", "password": "x" * 1025}, 422, "bad_body"),
        ([], 422, "bad_body"),
    ],
)
def test_what_opens_no_token_is_told_by_code(client: Any, loaded: College, body: Any, status: int, code: str) -> None:
    answer = client.post("/api/v1/tokens", json=body)
    assert (answer.status_code, answer.json["code"], answer.mimetype) == (status, code, "application/problem+json")
    assert answer.json["detail"]


@pytest.mark.parametrize("header", ["Bearer nonsense", "bearer " + "x" * 5000])
def test_a_token_nobody_gave_out_opens_nothing(client: Any, loaded: College, header: str) -> None:
    assert client.get("/api/v1/tokens", headers={"Authorization": header}).status_code == 401


def send(client: Any, file: io.BytesIO, head: dict[str, str], query: str = "", name: str = "people.xlsx") -> Any:
    return client.post(f"/api/v1/imports/people{query}", data={"file": (file, name)}, headers=head)


def test_a_dry_run_reports_row_by_row_in_chinese_and_changes_nothing(client: Any, loaded: College) -> None:
    rows = [row(1), row(2, 姓名="=A1"), row(3, 身份证号=44030119900307123), row(4, 单位="市人事局")]
    answer = send(client, as_xlsx(rows), bearer(client), "?dry_run=1")
    assert answer.status_code == 200
    told = answer.json
    assert (told["dry_run"], told["done"], told["rows"], told["good"], told["bad"]) == (True, False, 4, 1, 3)
    assert [(one["row"], one["column"], one["code"]) for one in told["findings"]] == [
        (3, "姓名", "formula"), (4, "身份证号", "id_as_number"), (5, "单位", "outside_scope"),
    ]  # fmt: skip
    assert told["findings"][1]["text"] == "身份证号为数值格式，末几位已丢失。"
    assert told["findings"][1]["fix"] == "请将该列设为文本格式后重新填写号码。"
    with working(loaded, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Person)) == 188


def test_rows_with_errors_stop_an_import_with_422_and_the_report(client: Any, loaded: College) -> None:
    head = bearer(client)
    refused = send(client, as_csv([row(1), row(2, 姓名="")]), head, name="x.csv")
    assert (refused.status_code, refused.json["code"], refused.json["bad"]) == (422, "roll_has_errors", 1)
    assert refused.json["findings"][0]["code"] == "missing"
    done = send(client, as_csv([row(1), row(2, 姓名="")]), head, "?only_good=1")
    assert (done.status_code, done.json["created"], done.json["done"]) == (200, 1, True)
    again = send(client, as_csv([row(1)]), head)
    assert (again.json["created"], again.json["unchanged"]) == (0, 1)


@pytest.mark.parametrize(
    ("file", "code"), [(b"", "not_a_sheet"), (b"\0\0\0\0", "not_a_sheet"), (b"PK\x03\x04rubbish", "not_a_sheet")]
)  # fmt: skip
def test_what_is_no_table_is_refused(client: Any, loaded: College, file: bytes, code: str) -> None:
    answer = send(client, io.BytesIO(file), bearer(client))
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_without_a_file_or_the_action_nothing_is_read(client: Any, loaded: College) -> None:
    assert client.post("/api/v1/imports/people", headers=bearer(client)).json["code"] == "invalid"
    assert send(client, as_csv([row(1)]), bearer(client, "division")).status_code == 403
    assert send(client, as_csv([row(1)]), {}).status_code == 401


def test_no_answer_holds_a_whole_id_number(client: Any, loaded: College) -> None:
    answer = send(client, as_csv([row(1, 姓名=""), row(2, 身份证号=id_no(2)[:-1] + "A")]), bearer(client), "?dry_run=1")
    assert id_no(1) not in answer.get_data(as_text=True)
    assert id_no(2)[:-1] not in answer.get_data(as_text=True)
