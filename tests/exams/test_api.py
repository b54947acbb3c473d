"""Examinations for programs: the protocol of interfaces.md §4.2, and what it never tells (INV-I18, ATK-A51…A61)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.bank.models import QuestionKey
from app.bank.rules.scoring import PartialCredit
from app.exams import service
from app.exams.models import Answer, Attempt, Exam, ExamState
from app.exams.rules.drafts import ExamTerms
from app.exams.service import refusals
from app.kernel.clock import StoppedClock
from app.kernel.idempotency import StoredAnswer
from tests import make
from tests.exams import build
from tests.exams.build import Quiz, WorkAs

Headers = dict[str, str]


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def key(work_as: WorkAs, quiz: Quiz) -> Headers:
    return build.token(work_as, quiz.cadre)


def begin(http: FlaskClient, key: Headers, quiz: Quiz) -> dict[str, Any]:
    answer = http.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=key)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()  # type: ignore[no-any-return]


def pick(attempt: dict[str, Any], kind: str = "single") -> tuple[str, list[str]]:
    asked = next(one for one in attempt["questions"] if one["kind"] == kind)
    return asked["question"], [one["option"] for one in asked["options"]]


def put(http: FlaskClient, key: Headers, attempt: dict[str, Any], question: str, body: object) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body)
    path = f"/api/v1/attempts/{attempt['attempt']}/answers/{question}"
    return http.put(path, data=data, headers=key, content_type="application/json")


def is_problem(answer: TestResponse, status: int, code: str) -> bool:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    found = answer.get_json()
    return bool(found["code"] == code and found["detail"] and found["status"] == status)


# ── the protocol ────────────────────────────────────────────────────────────


def test_a_sitting_from_start_to_result(http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs, clock: StoppedClock) -> None:
    attempt = begin(http, key, quiz)
    assert {"attempt", "deadline", "server_now", "questions", "answers"} <= attempt.keys()
    assert datetime.fromisoformat(attempt["deadline"]) == clock.at + timedelta(minutes=30)
    assert all(one.keys() == {"question", "kind", "stem", "points", "options"} for one in attempt["questions"])
    assert all(option.keys() == {"option", "text"} for one in attempt["questions"] for option in one["options"])
    with work_as(quiz.actor, write=False) as work:
        right = build.right_answers(work, service.read(work, UUID(attempt["attempt"])))
    for question, value in right.items():
        saved = put(http, key, attempt, question, {"rev": 1, "value": value})
        assert saved.status_code == 200 and saved.get_json()["rev"] == 1 and saved.get_json()["saved_at"]
    again = http.get(f"/api/v1/attempts/{attempt['attempt']}", headers=key).get_json()
    assert {question: one["value"] for question, one in again["answers"].items()} == right
    receipt = http.post(f"/api/v1/attempts/{attempt['attempt']}/submit", headers=key)
    assert receipt.status_code == 200 and receipt.get_json().keys() == {"receipt", "submitted_at", "digest"}
    result = http.get(f"/api/v1/attempts/{attempt['attempt']}/result", headers=key).get_json()
    assert (result["score"], result["passed"], result["points"], result["maximum"]) == (100, True, 8, 8)
    assert {one["taught"]["second"] for one in result["questions"] if one["taught"]} == {12, 34}


def test_a_second_post_resumes_with_200(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    attempt = begin(http, key, quiz)
    again = http.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=key, json={})
    assert again.status_code == 200 and again.get_json()["attempt"] == attempt["attempt"]


def test_the_same_idempotency_key_gives_the_same_answer(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    keyed = {**key, "Idempotency-Key": "begin-1"}
    path = f"/api/v1/exams/{quiz.exam.uid}/attempts"
    first, second = http.post(path, headers=keyed), http.post(path, headers=keyed)
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, first.data)


def test_a_key_that_is_sent_again_has_its_first_attempt_though_a_start_would_be_refused_now(
    http: FlaskClient, key: Headers, quiz: Quiz
) -> None:
    path, keyed = f"/api/v1/exams/{quiz.exam.uid}/attempts", {**key, "Idempotency-Key": "begin-once"}
    first = http.post(path, headers=keyed)
    service.set_eligibility(lambda _work, _exam, _person: service.NotEligible())
    assert http.post(f"/api/v1/attempts/{first.get_json()['attempt']}/submit", headers=key).status_code == 200
    assert http.post(path, headers=key).status_code == 403
    again = http.post(path, headers=keyed)
    assert again.status_code == 201
    assert again.get_json() == {**first.get_json(), "state": "submitted"}, "as it stands now"


def test_a_key_that_is_sent_again_gives_no_paper_that_may_not_be_read_any_more(
    http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs
) -> None:
    """Neither by the answer nor in the store is the paper kept beyond the sitting (INV-I18)."""
    with work_as() as work:
        work.session.execute(update(Exam).values(release_policy="score_only"))
    path, keyed = f"/api/v1/exams/{quiz.exam.uid}/attempts", {**key, "Idempotency-Key": "begin-twice"}
    first = http.post(path, headers=keyed)
    stem = first.get_json()["questions"][0]["stem"]
    assert http.post(path, headers=keyed).get_json()["questions"][0]["stem"] == stem
    with work_as(write=False) as work:
        assert json.loads(work.session.scalars(select(StoredAnswer.body)).one()) == {"attempt": first.get_json()["attempt"]}
    assert http.post(f"/api/v1/attempts/{first.get_json()['attempt']}/submit", headers=key).status_code == 200
    again = http.post(path, headers=keyed)
    assert is_problem(again, 410, "attempt_over") and stem not in again.text
    with work_as(write=False) as work:
        assert len(work.session.scalars(select(Attempt.id)).all()) == 1, "nor is another begun"


def test_the_list_says_what_is_open(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    service.set_eligibility(lambda _w, _e, _p: None, lambda _w, _p: {quiz.version.id: None})
    found = http.get("/api/v1/exams", headers=key).get_json()
    assert found["next"] is None
    (one,) = found["items"]
    assert (one["uid"], one["open"], one["attempts_left"], one["limit_minutes"], one["window"]) == (str(quiz.exam.uid), True, 3, 30, None)
    attempt = begin(http, key, quiz)
    (one,) = http.get("/api/v1/exams", headers=key).get_json()["items"]
    assert (one["running"], one["attempts_left"], one["open"]) == (attempt["attempt"], 2, True)


def test_the_list_says_why_an_exam_is_not_open(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    service.set_eligibility(lambda _w, _e, _p: None, lambda _w, _p: {quiz.version.id: refusals.NotEligible()})
    (one,) = http.get("/api/v1/exams", headers=key).get_json()["items"]
    assert one["open"] is False and one["reason"]


def test_the_list_is_paged_and_a_foreign_cursor_is_refused(http: FlaskClient, work_as: WorkAs, quiz: Quiz, key: Headers) -> None:
    with work_as() as work:
        for number in range(55):
            service.create_exam(work, ExamTerms(f"考试 {number}", 60, 1, 30), state=ExamState.OPEN)
    seen: list[str] = []
    path = "/api/v1/exams"
    while path:
        found = http.get(path, headers=key).get_json()
        seen += [one["uid"] for one in found["items"]]
        path = f"/api/v1/exams?page={found['next']}" if found["next"] else ""
    assert len(seen) == len(set(seen)) == 55
    assert http.get("/api/v1/exams?page=zzz", headers=key).status_code == 422


# ── refusals by name ────────────────────────────────────────────────────────


def test_each_refusal_of_a_save_has_its_status_and_code(
    http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs, clock: StoppedClock
) -> None:
    attempt = begin(http, key, quiz)
    question, options = pick(attempt)
    put(http, key, attempt, question, {"rev": 2, "value": options[0]})
    stale = put(http, key, attempt, question, {"rev": 2, "value": options[1]})
    assert is_problem(stale, 409, "stale_rev") and stale.get_json()["current"] == 2 and stale.get_json()["value"] == options[0]
    assert is_problem(put(http, key, attempt, question, {"rev": 3, "value": "a"}), 422, "bad_answer")
    assert is_problem(put(http, key, attempt, "q" + "a" * 16, {"rev": 3, "value": options[0]}), 404, "not_found")
    phone = build.token(work_as, quiz.cadre, "phone")
    assert http.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=phone).status_code == 200
    gone = put(http, key, attempt, question, {"rev": 3, "value": options[1]})
    assert is_problem(gone, 423, "superseded") and "phone" in gone.get_json()["device"]
    clock.at += timedelta(minutes=31)
    assert is_problem(put(http, phone, attempt, question, {"rev": 3, "value": options[1]}), 410, "past_deadline")
    receipt = http.post(f"/api/v1/attempts/{attempt['attempt']}/submit", headers=phone)
    assert receipt.status_code == 200
    assert is_problem(put(http, phone, attempt, question, {"rev": 3, "value": options[1]}), 410, "attempt_over")
    assert http.post(f"/api/v1/attempts/{attempt['attempt']}/submit", headers=key).data == receipt.data


def test_a_forged_time_changes_nothing(http: FlaskClient, key: Headers, quiz: Quiz, clock: StoppedClock) -> None:
    """ATK-A51, ATK-A58."""
    attempt = begin(http, key, quiz)
    question, options = pick(attempt)
    clock.at += timedelta(minutes=31)
    early = {**key, "Date": "Sun, 22 Nov 2026 02:00:00 GMT", "X-Now": "2026-11-22T02:00:00Z"}
    assert put(http, early, attempt, question, {"rev": 1, "value": options[0]}).status_code == 410
    forged = put(http, early, attempt, question, {"rev": 1, "value": options[0], "saved_at": "2026-11-22T02:00:00Z"})
    assert is_problem(forged, 422, "bad_body")


def test_reading_past_the_deadline_hands_in(http: FlaskClient, key: Headers, quiz: Quiz, clock: StoppedClock) -> None:
    attempt = begin(http, key, quiz)
    clock.at += timedelta(minutes=31)
    assert http.get(f"/api/v1/attempts/{attempt['attempt']}", headers=key).get_json()["state"] == "submitted"
    result = http.get(f"/api/v1/attempts/{attempt['attempt']}/result", headers=key).get_json()
    assert (result["handed_in_by"], result["score"]) == ("deadline", 0)


def test_another_person_finds_nothing(http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs) -> None:
    """ATK-A59."""
    attempt = begin(http, key, quiz)
    question, options = pick(attempt)
    with work_as() as work:
        other = make.person(work, "旁人")
    theirs = build.token(work_as, other, "other")
    path = f"/api/v1/attempts/{attempt['attempt']}"
    calls: list[Callable[[], TestResponse]] = [
        lambda: http.get(path, headers=theirs),
        lambda: http.get(f"{path}/result", headers=theirs),
        lambda: http.post(f"{path}/submit", headers=theirs),
        lambda: http.post(f"{path}/events", headers=theirs, json={"events": []}),
        lambda: put(http, theirs, attempt, question, {"rev": 1, "value": options[0]}),
        lambda: http.get(f"/api/v1/attempts/{uuid4()}", headers=key),
    ]
    for call in calls:
        assert is_problem(call(), 404, "not_found")


def test_without_a_sign_in_there_is_nothing(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    attempt = begin(http, key, quiz)
    assert http.get("/api/v1/exams").status_code == 401
    assert http.get(f"/api/v1/attempts/{attempt['attempt']}").status_code == 401


def test_a_page_of_another_origin_cannot_hand_in(http: FlaskClient, quiz: Quiz, work_as: WorkAs) -> None:
    """ATK-A61: a cookie without our token is refused."""
    build.sign_in(http, work_as, quiz.cadre)
    answer = http.post(f"/api/v1/exams/{quiz.exam.uid}/attempts")
    assert is_problem(answer, 403, "csrf")


def test_a_method_is_not_overridden_by_a_header(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    """ATK-A60."""
    attempt = begin(http, key, quiz)
    path = f"/api/v1/attempts/{attempt['attempt']}/submit"
    assert http.get(path, headers={**key, "X-HTTP-Method-Override": "POST"}).status_code == 405
    assert http.get(f"/api/v1/attempts/{attempt['attempt']}", headers=key).get_json()["state"] == "running"


# ── bad input ───────────────────────────────────────────────────────────────

NUMBERS = (b"0", b"-1", b"1.5", b'"1"', b"true", b"NaN", b"Infinity", b"1e308", b"9223372036854775808", b"null")
VALUES = (b"null", b"1", b'{"a":1}', b"[1]", b'[["x"]]', b"true", b'"x"', b'"' + b"x" * 30_000 + b'"')
BAD_BODIES: list[bytes] = [
    *(b"", b"null", b"[]", b"{}", b"1", b'"x"', b"{", b"\xff\xfe", b'{"rev":1}', b'{"value":"x"}', b"[" * 30_000),
    *(b'{"rev":%s,"value":"x"}' % rev for rev in NUMBERS),
    *(b'{"rev":2,"value":%s}' % value for value in VALUES),
    b'{"rev":2,"value":"x","score":100}',
]  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: body[:40].decode("latin-1"))
def test_a_bad_body_is_refused_and_nothing_is_lost(http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs, body: bytes) -> None:
    attempt = begin(http, key, quiz)
    question, options = pick(attempt)
    put(http, key, attempt, question, {"rev": 1, "value": options[1]})
    answer = put(http, key, attempt, question, body)
    assert answer.status_code == 422 and answer.get_json()["code"] in ("bad_body", "bad_answer")
    kept = http.get(f"/api/v1/attempts/{attempt['attempt']}", headers=key).get_json()["answers"]
    assert kept[question]["value"] == options[1] and kept[question]["rev"] == 1


@pytest.mark.sqlite_only
def test_a_body_that_is_too_large_is_refused(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    attempt = begin(http, key, quiz)
    question, _ = pick(attempt)
    assert put(http, key, attempt, question, b"[" * 1_000_000).status_code == 413


NOTE = {"kind": "paste", "at": "2026-11-22T02:00:00Z"}
BAD_NOTES: list[object] = [
    {"events": [{**NOTE, "kind": "X"}]}, {"events": [{"kind": "paste"}]}, {"events": [{**NOTE, "at": "now"}]},
    {"events": [{**NOTE, "score": 1}]}, {"events": [NOTE] * 101}, {}, {"events": {}}, {"events": [], "passed": True},
]  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.parametrize("body", BAD_NOTES, ids=lambda body: str(body)[:40])
def test_bad_notes_are_refused(http: FlaskClient, key: Headers, quiz: Quiz, body: object) -> None:
    attempt = begin(http, key, quiz)
    assert http.post(f"/api/v1/attempts/{attempt['attempt']}/events", headers=key, json=body).status_code == 422


def test_notes_are_counted_and_change_no_mark(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    attempt = begin(http, key, quiz)
    body = {"events": [{"kind": "paste", "at": "2026-11-22T02:00:00Z"}, {"kind": "hidden", "at": "2036-11-22T02:00:00Z"}]}
    assert http.post(f"/api/v1/attempts/{attempt['attempt']}/events", headers=key, json=body).get_json() == {"noted": 2}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("body", [b'{"score":100}', b"[]", b"1", b"{"])
def test_starting_and_handing_in_take_no_members(http: FlaskClient, key: Headers, quiz: Quiz, body: bytes) -> None:
    attempt = begin(http, key, quiz)
    for path in (f"/api/v1/attempts/{attempt['attempt']}/submit", f"/api/v1/exams/{quiz.exam.uid}/attempts"):
        assert http.post(path, data=body, headers=key, content_type="application/json").status_code == 422


# ── secrecy ─────────────────────────────────────────────────────────────────

CANARY = "CANARY7c1e"


def plant(work_as: WorkAs) -> None:
    """A canary in every explanation, and a partial-credit rule that must not be told either."""
    with work_as() as work:
        for one in work.session.scalars(select(QuestionKey)):
            one.explanation = f"{CANARY} {one.explanation}"
            one.partial = PartialCredit.SHARE


def everything_told(answer: TestResponse) -> str:
    return answer.get_data(as_text=True) + "\n".join(f"{name}: {value}" for name, value in answer.headers)


def test_no_key_weight_or_explanation_is_told_before_release(
    http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs, app: Flask
) -> None:
    """INV-I18, ATK-A55, ATK-A56: every route of a candidate, while writing and after a first failure."""
    plant(work_as)
    with work_as() as work:
        work.session.execute(update(Exam).values(pass_mark=100))
    service.set_eligibility(lambda _w, _e, _p: None, lambda _w, _p: {quiz.version.id: None})
    browser = app.test_client()
    build.sign_in(browser, work_as, quiz.cadre)
    attempt = begin(http, key, quiz)
    path = f"/api/v1/attempts/{attempt['attempt']}"
    told = [everything_told(http.get(path, headers=key))]
    for one in attempt["questions"]:
        for rev, option in enumerate(one["options"], 1):
            value = [option["option"]] if one["kind"] == "multiple" else option["option"]
            told.append(everything_told(put(http, key, attempt, one["question"], {"rev": rev, "value": value})))
            told.append(everything_told(put(http, key, attempt, one["question"], {"rev": rev, "value": "?"})))
    told.append(everything_told(http.get(f"{path}/result", headers=key)))
    told += [everything_told(browser.get(page)) for page in ("/exams", f"/exams/{quiz.exam.uid}", f"/exams/attempts/{attempt['attempt']}")]
    told.append(everything_told(http.post(f"{path}/submit", headers=key)))
    result = http.get(f"{path}/result", headers=key)
    assert result.get_json()["passed"] is False
    told.append(everything_told(result))
    told.append(everything_told(browser.get(f"/exams/attempts/{attempt['attempt']}/result")))
    told.append(everything_told(http.get("/api/v1/exams", headers=key)))
    told.append(everything_told(http.post(f"/api/v1/exams/{quiz.exam.uid}/attempts", headers=key)))
    whole = "\n".join(told)
    for secret in (CANARY, build.WHY, 'partial":', "share", "is_right", '"right":[', "weight"):
        assert secret not in whole, secret
    assert all(one["key"] is None and one["explanation"] is None for one in result.get_json()["questions"])


def test_a_right_and_a_wrong_answer_are_acknowledged_alike(http: FlaskClient, key: Headers, quiz: Quiz) -> None:
    """ATK-A55: same status, same headers, same length, whichever option is chosen."""
    attempt = begin(http, key, quiz)
    question, options = pick(attempt)
    seen = set()
    for rev, option in enumerate(options, 1):
        answer = put(http, key, attempt, question, {"rev": rev, "value": option})
        headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Date")}
        seen.add((answer.status_code, len(answer.data), json.dumps(headers, sort_keys=True)))
    assert len(seen) == 1


def test_after_release_the_canaries_may_sing(http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs) -> None:
    """The control: the same search finds the secret where it is given out."""
    plant(work_as)
    with work_as() as work:
        work.session.execute(update(Exam).values(max_attempts=1))
    attempt = begin(http, key, quiz)
    http.post(f"/api/v1/attempts/{attempt['attempt']}/submit", headers=key)
    assert CANARY in everything_told(http.get(f"/api/v1/attempts/{attempt['attempt']}/result", headers=key))


def test_one_attempt_is_one_row(http: FlaskClient, key: Headers, quiz: Quiz, work_as: WorkAs) -> None:
    """PERF §1: the paper is frozen in one row; answers come as they are given."""
    begin(http, key, quiz)
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Attempt)) == 1
        assert work.session.scalar(select(func.count()).select_from(Answer)) == 0
