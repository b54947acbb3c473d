"""The bank for programs: written, moved, brought in, exported; what is malformed is refused by name."""

from __future__ import annotations

import io

import msgspec
import pytest
from flask.testing import FlaskClient

from app.bank.bodies import as_draft, shown_draft
from app.bank.rules.formats import examples
from tests import make
from tests.bank import build
from tests.bank.build import WorkAs
from tests.exams.build import token


def _headers(work_as: WorkAs, role: str | None = "instructor", name: str = "王讲") -> dict[str, str]:
    with work_as() as work:
        person = make.person(work, name)
        if role:
            make.grant(work, person, role)
    return token(work_as, person)


@pytest.mark.parametrize("number", range(len(examples.DRAFTS)))
def test_a_body_is_the_draft_and_back(number: int) -> None:
    assert as_draft(shown_draft(examples.DRAFTS[number])) == examples.DRAFTS[number]


def test_a_question_is_written_changed_handed_in_and_passed(client: FlaskClient, work_as: WorkAs) -> None:
    mine, other = _headers(work_as), _headers(work_as, "reviewer", "赵审")
    for draft in examples.DRAFTS:
        body = msgspec.json.encode(shown_draft(draft))
        made = client.post("/api/v1/bank/questions", data=body, content_type="application/json", headers=mine)
        assert made.status_code == 201, made.get_data(as_text=True)
    here = f"/api/v1/bank/questions/{made.json['question']}"
    assert client.get(here, headers=other).status_code == 404
    changed = client.put(
        here, json={"kind": "judge", "stem": "改了", "options": [{"text": "正确", "right": True}, {"text": "错误"}]}, headers=mine
    )
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    assert client.post(f"{here}/moves", json={"to": "approved"}, headers=mine).json["code"] == "question_move_not_allowed"
    assert client.post(f"{here}/moves", json={"to": "in_review"}, headers=mine).json["state"] == "in_review"
    assert client.post(f"{here}/moves", json={"to": "draft"}, headers=other).json["code"] == "question_reason_needed"
    assert client.post(f"{here}/moves", json={"to": "approved", "version": 1}, headers=other).json["code"] == "question_moved"
    assert client.post(f"{here}/moves", json={"to": "approved", "version": 2}, headers=other).json["state"] == "approved"
    listed = client.get("/api/v1/bank/questions?state=approved", headers=mine).json
    assert [one["stem"] for one in listed["items"]] == ["改了"] and "right" not in repr(listed)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"kind": "riddle", "stem": "x"}', None),
        ('{"kind": "single", "stem": 7}', None),
        ('{"kind": "single", "stem": "x", "secret": true}', None),
        ('{"kind": "single", "stem": "x"}', "faulty_draft"),
        ('{"kind": "case", "stem": "x", "parts": [{"kind": "case", "stem": "y"}]}', "faulty_draft"),
        ('{"kind": "blank", "stem": "x", "blanks": [{"accepted": [{"text": "a", "share": "0"}]}]}', "faulty_draft"),
        ('{"kind": "blank", "stem": "x", "blanks": [{"accepted": [{"text": "a", "tolerance": "NaN"}]}]}', "faulty_draft"),
        ('{"kind": "single", "stem": "x", "points": "1e999"}', "faulty_draft"),
        ('{"kind": "case", "stem": "x", "parts": [' + '{"kind": "case", "stem": "y", "parts": [' * 400, None),
    ],
)
def test_a_malformed_question_is_refused(client: FlaskClient, work_as: WorkAs, body: str, code: str | None) -> None:
    answer = client.post("/api/v1/bank/questions", data=body, content_type="application/json", headers=_headers(work_as))
    assert answer.status_code in (400, 422)
    assert code is None or answer.json["code"] == code


def test_a_file_is_looked_over_brought_in_exported_and_taken_back(client: FlaskClient, work_as: WorkAs) -> None:
    mine = _headers(work_as)
    text = "1、地球是圆的。（√）\n2、没有答案\nA、一\nB、二\n"
    made = client.post("/api/v1/bank/imports", data={"file": (io.BytesIO(text.encode()), "题.txt")}, headers=mine)
    assert (made.status_code, made.json["good"], made.json["bad"]) == (201, 1, 1)
    assert [(one["row"], one["code"]) for one in made.json["findings"]] == [(2, "answer_missing")]
    here = f"/api/v1/bank/imports/{made.json['import']}"
    assert client.post(f"{here}/carry-out", headers=mine).json == {"questions": 1}
    assert client.get("/api/v1/bank/export?format=gift", headers=mine).get_data(as_text=True).count("{T}") == 1
    assert client.get("/api/v1/bank/export?format=pdf", headers=mine).json["code"] == "question_format_unknown"
    assert client.delete(here, headers=mine).json == {"questions": 1}
    assert client.delete(here, headers=mine).json["code"] == "question_import_not_open"


def test_a_bomb_is_refused_with_a_sentence(client: FlaskClient, work_as: WorkAs) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><quiz>&b;</quiz>'
    answer = client.post("/api/v1/bank/imports", data={"file": (io.BytesIO(bomb), "a.xml")}, headers=_headers(work_as))
    assert (answer.status_code, answer.json["code"], answer.json["reason"]) == (422, "question_file_unreadable", "xml_entities")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_whoever_only_sits_reaches_nothing(client: FlaskClient, work_as: WorkAs, method: str) -> None:
    uid = build.handed_in(work_as, build.author(work_as, "李出"))
    answer = getattr(client, method)(
        f"/api/v1/bank/questions/{uid}", headers=_headers(work_as, None, "张学"), **({"json": {}} if method in ("put", "post") else {})
    )
    assert answer.status_code in (403, 404, 405, 422) and build.WHY not in answer.get_data(as_text=True)
