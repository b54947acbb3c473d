"""The bank for programs: written, moved, brought in, exported; what is malformed is refused by name."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.bank.bodies import as_draft, shown_draft
from app.bank.models import BankImport, BankPicture
from app.bank.rules.drafts import Picture
from app.bank.rules.formats import examples, moodle
from app.kernel.work import College
from tests import make
from tests.bank import build
from tests.bank.build import WorkAs
from tests.bank.test_pictures import chart
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


def _everything(college: College, work_as: WorkAs) -> tuple[int, int, list[str]]:
    """Imports and pictures that are entered, and the files of pictures that lie in the store."""
    with work_as(write=False) as work:
        counted = [work.session.scalar(select(func.count()).select_from(model)) or 0 for model in (BankImport, BankPicture)]
    return counted[0], counted[1], sorted(one.name for one in (college.settings.data_dir / "pictures").rglob("*") if one.is_file())


def test_a_dry_run_tells_every_row_counts_the_pictures_of_the_file_as_there_and_keeps_nothing(
    client: FlaskClient, college: College, work_as: WorkAs
) -> None:
    mine, sent = _headers(work_as), chart(colour="olive")
    files = {hashlib.sha256(one).hexdigest(): one for one in (sent, b"\x89PNG\r\n\x1a\n torn")}
    content = moodle.write([replace(build.single(at), picture=Picture(name, "图")) for at, name in enumerate(files)], files).content
    before = _everything(college, work_as)
    told = client.post("/api/v1/imports/questions?dry_run=1", data={"file": (io.BytesIO(content), "题.xml")}, headers=mine)
    assert told.status_code == 200, told.get_data(as_text=True)
    assert (told.json["dry_run"], told.json["done"], told.json["import"]) == (True, False, None)
    examined = client.post("/api/v1/bank/imports", data={"file": (io.BytesIO(content), "题.xml")}, headers=mine)
    assert (told.json["good"], told.json["bad"]) == (examined.json["good"], examined.json["bad"]) == (1, 1)
    assert told.json["findings"] == examined.json["findings"] != []
    assert _everything(college, work_as) != before, "what examining keeps a dry run did not"


def test_a_dry_run_leaves_no_trace(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    mine, sent = _headers(work_as), chart(colour="navy")
    name = hashlib.sha256(sent).hexdigest()
    content = moodle.write([replace(build.single(1), picture=Picture(name, "图"))], {name: sent}).content
    before = _everything(college, work_as)
    told = client.post("/api/v1/imports/questions?dry_run=1", data={"file": (io.BytesIO(content), "题.xml")}, headers=mine)
    assert (told.json["good"], told.json["bad"]) == (1, 0) and _everything(college, work_as) == before


def test_a_file_is_brought_in_by_one_request_or_refused_with_what_was_found(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    mine, text = _headers(work_as), "1、地球是圆的。（√）\n2、没有答案\nA、一\nB、二\n"

    def sent(query: str, words: str = text) -> TestResponse:
        data = {"file": (io.BytesIO(words.encode()), "题.txt"), "format": "text"}
        return client.post(f"/api/v1/imports/questions{query}", data=data, headers=mine)

    before = _everything(college, work_as)
    refused = sent("")
    assert (refused.status_code, refused.json["code"], refused.json["bad"]) == (422, "questions_have_errors", 1)
    assert [one["code"] for one in refused.json["findings"]] == ["answer_missing"]
    assert sent("?only_good=1", "2、没有答案\nA、一\nB、二\n").json["code"] == "question_import_empty"
    assert _everything(college, work_as) == before
    done = sent("?only_good=1").json
    assert (done["done"], done["dry_run"], done["good"], done["bad"]) == (True, False, 1, 1)
    assert [one["stem"] for one in client.get(f"/api/v1/bank/questions?import={done['import']}", headers=mine).json["items"]]
    assert client.delete(f"/api/v1/bank/imports/{done['import']}", headers=mine).json == {"questions": 1}
    assert client.post("/api/v1/imports/questions", headers=mine).json["field"] == "file"
