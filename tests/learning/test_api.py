"""Play sessions, receipts and courses for programs: the contract of interfaces.md §4.0 and §4.1."""

from __future__ import annotations

import json
from typing import Any

from app.learning.rules import credit
from tests.learning.build import Desk, Device, code_of, deliver_all


def test_the_contract_of_opening_and_of_a_beat(desk: Desk) -> None:
    """interfaces.md §4.1, member by member."""
    device = Device(desk.app)
    opened = device.open(desk.lectures[0].uid)
    assert set(opened) >= {
        "session", "token", "seq", "media_version", "duration_ms", "beat_ms", "max_gap_ms", "max_rate", "covered", "resume_ms",
        "manifest_url", "superseded",
    }  # fmt: skip
    assert (opened["seq"], opened["beat_ms"], opened["max_gap_ms"], opened["max_rate"]) == (0, 15_000, 90_000, "1.5")
    with desk.work_as() as work:
        deliver_all(work, device.session)
    desk.wait(15)
    answer = device.beat(0, 15_000).json
    assert answer | {"token": ""} == {
        "seq": 1, "token": "", "granted_ms": 15_000, "covered_ms": 15_000, "covered": [[0, 15_000]], "next_beat_ms": 15_000,
        "excluded": [], "presence": None, "lecture_complete": False,
    }  # fmt: skip


def test_a_beacon_with_any_content_type_is_taken_from_our_own_pages_only(desk: Desk) -> None:
    """Decisions 8: no CSRF header; the token in the body is the proof, and Origin is checked."""
    device = desk.open()
    desk.wait(15)
    path = f"/api/v1/play-sessions/{device.session}/beats"
    raw = json.dumps(device.body(0, 15_000))
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        refused = device.client.post(path, data=raw, content_type="text/plain", headers={**device.headers, "Origin": origin})
        assert code_of(refused) == (403, "wrong_origin")
    taken = device.client.post(
        path, data=raw, content_type="text/plain;charset=UTF-8", headers={**device.headers, "Origin": "http://localhost"}
    )
    assert taken.status_code == 200


def test_a_cookie_session_beats_without_a_header_but_opens_only_with_one(desk: Desk, client: Any) -> None:
    client.sign_in("lixue")
    lecture = {"lecture": str(desk.lectures[0].uid)}
    assert client.post("/api/v1/play-sessions", json=lecture).status_code == 403
    opened = client.post("/api/v1/play-sessions", json=lecture, headers={"X-CSRFToken": client.csrf("/courses")})
    assert opened.status_code == 201
    desk.wait(1)
    body = {"seq": 1, "token": opened.json["token"], "from_ms": 0, "to_ms": 1_000, "rate": 1, "state": "playing", "visible": True}
    assert client.post(f"/api/v1/play-sessions/{opened.json['session']}/beats", json=body).status_code == 200


def test_nobody_studies_without_signing_in(app: Any, desk: Desk) -> None:
    plain = app.test_client()
    for method, path in (
        ("POST", "/api/v1/play-sessions"), ("POST", f"/api/v1/play-sessions/{desk.lectures[0].uid}/beats"), ("GET", "/api/v1/courses"),
        ("GET", f"/api/v1/lectures/{desk.lectures[0].uid}/evidence"),
    ):  # fmt: skip
        assert plain.open(path, method=method, json={}).status_code == 401


def test_the_same_idempotency_key_opens_one_session(desk: Desk) -> None:
    device = Device(desk.app)
    headers = {**device.headers, "Idempotency-Key": "k1"}
    answers = [
        device.client.post("/api/v1/play-sessions", json={"lecture": str(desk.lectures[0].uid)}, headers=headers).get_data()
        for _ in range(3)
    ]
    assert len(set(answers)) == 1


def test_the_receipt_over_http_carries_reasons_and_rule(desk: Desk) -> None:
    device = desk.open()
    desk.wait(15)
    device.beat(0, 15_000)
    desk.wait(5)
    device.beat(15_000, 20_000, visible=False)
    receipt = device.client.get(f"/api/v1/lectures/{desk.lectures[0].uid}/evidence", headers=device.headers).json
    assert receipt["covered"] == [[0, 15_000]]
    assert receipt["excluded"] == [{"reason": "hidden", "ms": 5_000}]
    assert receipt["rule_set"].startswith("demo@")
    assert [beat["granted"] for beat in receipt["sessions"][0]["beats"]] == [[[0, 15_000]], []]


def test_the_catalogue_over_http(desk: Desk) -> None:
    """interfaces.md §4.0."""
    device = Device(desk.app)
    [item] = device.client.get("/api/v1/courses?framework=competence", headers=device.headers).json["items"]
    assert (item["title"], item["framework"], item["lectures"], item["state"]) == ("领导沟通技巧", "competence", 3, "new")
    shown = device.client.get(f"/api/v1/courses/{item['uid']}", headers=device.headers).json
    assert [lecture["duration_ms"] for lecture in shown["lectures"]] == [600_000, 600_000, 60_000]
    assert shown["lectures"][0] | {"uid": ""} == {
        "uid": "", "title": "第 1 讲", "kind": "video", "duration_ms": 600_000, "mandatory": True, "covered_ms": 0, "completed": False,
    }  # fmt: skip
    assert shown["exam"] is None
    assert device.client.get("/api/v1/courses?framework=magic", headers=device.headers).status_code == 422
    assert device.client.get(f"/api/v1/courses/{desk.lectures[0].uid}", headers=device.headers).status_code == 404


def test_the_credit_engine_has_one_way_in() -> None:
    """Only the beat accepts ranges; nothing else in the package calls the engine's judge (second entry points, §2.2)."""
    from pathlib import Path

    callers = [path.name for path in Path("app").rglob("*.py") if "credit.judge(" in path.read_text(encoding="utf-8")]
    assert callers == ["plays.py"]
    assert credit.RING == 64
