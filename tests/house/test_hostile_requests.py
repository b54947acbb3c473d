"""Nothing that arrives over HTTP makes an error of ours: hostile addresses, cursors, forms and bodies, on both engines."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.catalogue.forms import CourseForm
from app.kernel.inputs import FORM_LIMIT, MOST_FIELDS
from app.kernel.paging import encode_cursor
from tests import make
from tests.house.test_permission_matrix import STAND_INS, address

NUL = ("\0", "a\0b")
HUGE = ("9" * 25, str(2**63), str(2**64), "9999999999", "-1")
ODD = ("\u202e", "x" * 3000, "%", "\\", "' OR 1=1--", "1e308", "NaN", "²", "000002026123")
CURSORS = tuple(
    encode_cursor(parts)
    for parts in ([2**63], ["x"], [True], ["\0"], [1, "x"], ["2026-01-01", 1], ["x", 1], ["2026-01-01T00:00:00+00:00", 2**70])
)
PARAMETERS = ("q", "unit", "topic", "year", "state", "on", "size", "next", "kind")


@pytest.fixture
def http(app: Flask, work_as: Any) -> FlaskClient:
    """Somebody who may do everything; programs need no CSRF token."""
    with work_as() as work:
        person = make.person(work)
        account = make.account(work, person)
        actions = {endpoint.allow for endpoint in app.extensions["endpoints"].values()}
        actor = make.actor(person, *actions, account_id=account.id, sign_in_id=1)
    app.extensions["identify"] = lambda work, credentials: actor
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer stand-in"
    return client


def readable(app: Flask) -> list[str]:
    """Rules that are read; `/readyz` says no to a database without a history of migrations, as those of tests are."""
    return [one.rule for one in app.extensions["endpoints"].values() if "GET" in one.methods and one.rule != "/readyz"]


def failures(http: FlaskClient, addresses: list[str]) -> list[str]:
    """Those that are answered by an error of ours, or without the headers every answer carries."""
    found = []
    for one in addresses:
        answer = http.get(one)
        if answer.status_code >= 500 or "Content-Security-Policy" not in answer.headers:
            found.append(f"{answer.status_code} {one[:120]}")
    return found


def test_forged_cursors_are_refused(app: Flask, http: FlaskClient) -> None:
    lists = [rule for rule in readable(app) if "<" not in rule]
    assert not failures(http, [f"{rule}?page={cursor}" for rule in lists for cursor in CURSORS])


def test_hostile_parameters_are_refused_or_ignored(app: Flask, http: FlaskClient) -> None:
    lists = [rule for rule in readable(app) if "<" not in rule]
    words = ["&".join(f"{name}={quote(word)}" for name in PARAMETERS) for word in (*ODD, HUGE[0])]
    assert not failures(http, [f"{rule}?{together}" for rule in lists for together in words])


def test_hostile_path_parts_are_refused(app: Flask, http: FlaskClient) -> None:
    with_words = [rule for rule in readable(app) if re.search(r"<(?:int:|path:)?\w+>", rule)]
    filled = [
        re.sub(r"<(?:int:|path:)?\w+>", quote(word, safe=""), re.sub(r"<uuid:\w+>", STAND_INS["uuid"], rule))
        for rule in with_words
        for word in (*NUL, *HUGE, *ODD, "..", "../../etc/passwd")
    ]
    assert len(filled) > 100
    assert not failures(http, filled)


def test_a_nul_is_refused_by_code_in_address_form_and_body(http: FlaskClient) -> None:
    lists = http.get("/courses?q=%00", headers={"Accept": "application/json"})
    made = http.post("/studio/courses/new", data={"title": "a\0"}, headers={"Accept": "application/json"})
    opened = http.post("/api/v1/tokens", data=b'{"username": "a\\u0000", "password": "x"}', content_type="application/json")
    assert [answer.get_json()["code"] for answer in (lists, made, opened)] == ["nul_character", "nul_character", "bad_body"]
    fine = http.post("/api/v1/tokens", data=b'{"username": "a\\\\u0000", "password": "x"}', content_type="application/json")
    assert fine.get_json()["code"] == "wrong_credentials"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("length", "fits"), [(60, True), (61, False)])
def test_a_topic_longer_than_its_column_is_refused(app: Flask, length: int, fits: bool) -> None:
    """PostgreSQL refuses what SQLite would keep, so the form has to."""
    fields = {"title": "t", "framework": "loyalty", "topics": f"短 {'长' * length}", "lecturer": "l", "summary": "s", "subject_kind": ""}
    with app.test_request_context(method="POST", data=fields):
        form = CourseForm(meta={"csrf": False})
        assert form.validate() is fits
        assert bool(form.topics.errors) is not fits


@pytest.mark.sqlite_only
def test_a_form_that_costs_more_than_it_is_worth_is_refused_unparsed(app: Flask) -> None:
    """Anonymous: 20 MB of `a=1&` kept a worker busy for half a minute."""
    for body in (b"a=" + b"x" * FORM_LIMIT, b"a=1&" * MOST_FIELDS):
        answer = app.test_client().post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413
    assert app.test_client().post("/sign-in", data=b"a=1").status_code == 403


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("application/x-www-form-urlencoded", b'{"username": "a", "password": "x"}', "not_json"),
        ("multipart/form-data; boundary=x", b'{"username": "a", "password": "x"}', "not_json"),
        ("text/html", b'{"username": "a", "password": "x"}', "not_json"),
        ("application/json", b'{"username": "a", "password": "x", "username": "b"}', "bad_body"),
        ("application/json; charset=utf-8", b'{"username": "a", "password": "x"}', "wrong_credentials"),
        ("", b'{"username": "a", "password": "x"}', "wrong_credentials"),
    ],
)
def test_bodies_say_what_they_are_and_name_each_member_once(app: Flask, kind: str, body: bytes, code: str) -> None:
    assert app.test_client().post("/api/v1/tokens", data=body, content_type=kind or None).get_json()["code"] == code


@pytest.mark.sqlite_only
@pytest.mark.parametrize("origin", ["http://[", "null", "http://localhost.evil.example", "//localhost", ""])
def test_an_origin_that_is_not_ours_is_refused(http: FlaskClient, origin: str) -> None:
    beat = {"seq": 1, "token": "x", "from_ms": 0, "to_ms": 1, "rate": 1, "state": "playing", "visible": True}
    path = address("/api/v1/play-sessions/<uuid:session>/beats")
    assert http.post(path, json=beat, headers={"Origin": origin}).get_json()["code"] == "wrong_origin"
    assert http.post(path, json=beat, headers={"Origin": "http://localhost"}).get_json()["code"] == "not_found"
