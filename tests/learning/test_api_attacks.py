"""The open attack corpus of integrity.md §2.5 through HTTP (ATK-A01…A29) on both engines: nothing beyond real time is earned."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from app.learning.models import PlaySession, PlayState
from tests.conftest import START
from tests.learning.build import Desk, Device, code_of


def test_a01_the_end_claimed_three_seconds_after_opening_earns_three_seconds(desk: Desk) -> None:
    device = desk.open()
    desk.wait(3)
    answer = device.beat(0, 600_000)
    assert (answer.status_code, answer.json["granted_ms"], answer.json["lecture_complete"]) == (200, 4_500, False)


def test_a02_the_160_fold_script_earns_real_time(desk: Desk) -> None:
    device = desk.open()
    for number in range(20):
        desk.wait(3)
        device.beat(number * 480_000 % 600_000, min(number * 480_000 % 600_000 + 480_000, 600_000))
    assert desk.credited() <= 60_000 * 1.5


@pytest.mark.parametrize("extra", ["completion_status", "progress", "duration", "credited_ms", "hours", "granted_ms"])
def test_a03_a_member_the_beat_does_not_have_is_refused(desk: Desk, extra: str) -> None:
    device = desk.open()
    desk.wait(15)
    assert code_of(device.post(device.body(0, 15_000, **{extra: 1}))) == (422, "bad_body")
    assert device.beat(0, 15_000).status_code == 200


def test_a04_a_claimed_speed_buys_nothing(desk: Desk) -> None:
    device = desk.open()
    desk.wait(10)
    answer = device.client.post(
        f"/api/v1/play-sessions/{device.session}/beats?beisu=16", json=device.body(0, 160_000, rate=16), headers=device.headers
    )
    assert (answer.status_code, answer.json["granted_ms"]) == (200, 15_000)


BAD = ["-1", "NaN", "Infinity", "-Infinity", "1e308", '"1e3"', "true", "[]", "9223372036854775808", "{}", "null", '{"a":{"b":[1]}}', "0.5"]


@pytest.mark.parametrize("member", ["from_ms", "to_ms", "seq"])
def test_a05_senseless_numbers_are_refused_and_change_nothing(desk: Desk, member: str) -> None:
    device = desk.open()
    desk.wait(15)
    plain = json.dumps(device.body(0, 15_000, **{member: "@"}))
    for bad in BAD:
        path = f"/api/v1/play-sessions/{device.session}/beats"
        answer = device.client.post(path, data=plain.replace('"@"', bad), headers=device.headers, content_type="application/json")
        assert answer.status_code == 422, bad
    assert device.beat(0, 15_000).json["granted_ms"] == 15_000


def test_a05_bodies_that_are_no_body_are_refused(desk: Desk) -> None:
    device = desk.open()
    path = f"/api/v1/play-sessions/{device.session}/beats"
    for raw, status in ((b"", 422), (b"{", 422), (b"\xff\xfe", 422), (b"[" * 60_000, 422), (b"[" * 100_000, 413), (b"null", 422)):
        assert device.client.post(path, data=raw, headers=device.headers).status_code == status
    for uid in ("1", "../x", "0" * 32):
        assert device.client.post("/api/v1/play-sessions", json={"lecture": uid}, headers=device.headers).status_code in (404, 422)


def test_a06_ranges_backwards_or_beyond_the_end(desk: Desk) -> None:
    device = desk.open(2)
    desk.wait(90)
    for start, end in ((10, 5), (0, 62_001), (62_001, 63_000)):
        assert code_of(device.beat(start, end)) == (422, "bad_range")
    assert device.beat(30_000, 30_000).json["granted_ms"] == 0
    assert device.beat(59_000, 62_000).json["granted_ms"] == 1_000


def test_a07_the_full_range_in_every_beat_earns_real_time(desk: Desk) -> None:
    device = desk.open()
    for _ in range(20):
        desk.wait(15)
        device.beat(0, 600_000)
    assert desk.credited() == 20 * 15_000 * 1.5


def test_a08_a_flood_of_crumbs_is_slowed_down(desk: Desk) -> None:
    device = desk.open()
    desk.wait(60)
    answers = [device.beat(number * 3, number * 3 + 1) for number in range(30)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 10
    assert code_of(answers[-1]) == (429, "too_fast")
    assert answers[-1].headers["Retry-After"] == "2"


def test_a09_the_same_minute_again_and_again_counts_once(desk: Desk) -> None:
    device = desk.open(2)
    for _ in range(3):
        for start in range(0, 45_000, 15_000):
            desk.wait(15)
            device.beat(start, start + 15_000)
    assert desk.credited() == 45_000


def test_a10_closing_alone_earns_nothing(desk: Desk) -> None:
    device = desk.open(2)
    desk.wait(60)
    answer = device.client.post(f"/api/v1/play-sessions/{device.session}/close", headers=device.headers)
    assert answer.json == {"session": device.session, "state": "closed"}
    assert desk.credited() == 0
    assert code_of(device.beat(0, 1_000)) == (410, "closed")


def test_a11_a_session_credits_its_own_lecture_only(desk: Desk) -> None:
    first = desk.open(0)
    body = first.body(0, 15_000)
    desk.open(1, first)
    desk.wait(15)
    assert first.post(body, session=first.session).status_code == 409
    assert desk.credited() == 0


def test_a13_a_beat_repeated_a_thousand_times_gives_the_same_bytes(desk: Desk) -> None:
    device = desk.open()
    for start in range(0, 70 * 2_000, 2_000):
        desk.wait(2)
        device.beat(start, start + 2_000)
    before = desk.credited()
    for back in (1, 2, 33, 64):
        body, bytes_then = device.sent[-back]
        for _ in range(100 if back == 1 else 3):
            assert device.post(body).get_data() == bytes_then
    assert code_of(device.post(device.sent[-65][0])) == (409, "stale_token")
    assert desk.credited() == before


def test_a14_the_same_beat_in_parallel_counts_once(desk: Desk) -> None:
    device = desk.open()
    desk.wait(15)
    body = device.body(0, 15_000)
    clients = [desk.app.test_client() for _ in range(8)]

    def send(client: Any) -> bytes:
        path = f"/api/v1/play-sessions/{device.session}/beats"
        return bytes(client.post(path, json=body, headers=device.headers).get_data())

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, clients * 5))
    assert len(answers) == 1
    assert desk.credited() == 15_000


def test_a15_a_beat_out_of_turn_is_refused_and_the_right_one_accepted(desk: Desk) -> None:
    device = desk.open()
    desk.wait(15)
    refused = device.post(device.body(0, 15_000, seq=3))
    assert code_of(refused) == (409, "bad_seq")
    assert refused.json["expected"] == 1
    assert device.beat(0, 15_000).json["granted_ms"] == 15_000


def test_a16_yesterdays_beats_are_worth_nothing_today(desk: Desk) -> None:
    device = desk.open()
    desk.wait(15)
    device.beat(0, 15_000)
    late = device.body(15_000, 30_000)
    desk.wait(24 * 3600)
    device.headers = Device(desk.app).headers
    assert code_of(device.post(device.sent[0][0])) == (410, "closed")
    assert code_of(device.post(late)) == (410, "closed")
    old, old_session = device.sent[0][0], device.session
    desk.open(0, device)
    assert code_of(device.post(old, session=old_session)) == (409, "superseded")
    assert desk.credited() == 15_000


def test_a17_an_old_token_is_worth_nothing_in_a_new_session(desk: Desk) -> None:
    device = desk.open()
    old = device.body(0, 15_000)
    desk.open(0, device)
    desk.wait(15)
    assert code_of(device.post(old)) == (409, "stale_token")


def test_a18_another_range_under_a_used_number_is_refused(desk: Desk) -> None:
    device = desk.open()
    desk.wait(15)
    device.beat(0, 15_000)
    body, bytes_then = device.sent[0]
    for change in ({"to_ms": 14_999}, {"rate": 1.25}, {"state": "paused"}, {"visible": False}, {"token": "x"}):
        assert code_of(device.post(body | change)) == (409, "idempotency_mismatch")
    assert device.post(body).get_data() == bytes_then


def test_a19_the_session_of_another_person_does_not_exist(desk: Desk) -> None:
    mine = desk.open()
    other = desk.open(user_name="zhou")
    desk.wait(15)
    stolen = other.post(mine.body(0, 15_000), session=mine.session)
    assert code_of(stolen) == (404, "not_found")
    assert mine.beat(0, 15_000).json["granted_ms"] == 15_000


def test_a20_a_token_of_another_purpose_is_no_token(desk: Desk) -> None:
    device = desk.open()
    desk.wait(15)
    for token in ("", "null", device.session, device.headers["Authorization"][7:40], device.token[:-1] + "A" + "A"):
        assert device.post(device.body(0, 15_000, token=token)).status_code == 409
    refused = device.post(device.body(0, 15_000), headers={"Authorization": f"Bearer {device.token}"})
    assert refused.status_code == 401


def test_a21_two_hours_offline_earn_one_gap(desk: Desk) -> None:
    device = desk.open()
    desk.wait(7_200)
    for start in range(0, 300_000, 15_000):
        device.beat(start, start + 15_000)
    assert desk.credited() == 90_000 * 1.5


def test_a22_sessions_opened_and_abandoned_farm_nothing(desk: Desk) -> None:
    device = Device(desk.app)
    elapsed = 0
    for _ in range(12):
        desk.open(0, device)
        device.beat(0, 600_000)
        desk.wait(90)
        elapsed += 90_000
        device.beat(0, 600_000)
        desk.wait(90)
    assert desk.credited() <= elapsed * 1.5


def test_a23_the_daily_cap_is_kept_across_midnight_in_shanghai(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.learning.service import plays

    real = plays.terms
    monkeypatch.setattr(plays, "terms", lambda work: type(real(work))("demo@1", real(work).coverage_required, real(work).max_rate, 10_000))
    desk.clock.at = START.replace(hour=15, minute=59, second=40)
    device = desk.open()
    desk.wait(18)
    assert device.beat(0, 18_000).json["granted_ms"] == 10_000
    desk.wait(7)
    after = device.beat(0, 25_000).json
    assert after["granted_ms"] == 10_000
    assert after["excluded"] == [{"reason": "already_credited", "ms": 10_000}, {"reason": "daily_cap", "ms": 5_000}]


@pytest.mark.parametrize("other", [0, 1])
def test_a24_a25_a26_the_second_device_supersedes_the_first(desk: Desk, other: int) -> None:
    first = desk.open(0)
    second = Device(desk.app, agent="Mozilla/5.0 (iPhone) Safari/605")
    desk.open(other, second)
    desk.wait(15)
    refused = first.beat(0, 15_000)
    assert code_of(refused) == (409, "superseded")
    assert refused.json["device"] == "Safari · iPhone"
    assert refused.json["since"].endswith("Z")
    assert second.beat(0, 15_000).json["granted_ms"] == 15_000
    assert desk.credited() == 15_000


def test_a27_of_twenty_sessions_opened_at_once_one_lives(desk: Desk) -> None:
    device = Device(desk.app)
    lecture = str(desk.lectures[0].uid)

    def open_one(client: Any) -> Any:
        return client.post("/api/v1/play-sessions", json={"lecture": lecture}, headers=device.headers)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(open_one, [desk.app.test_client() for _ in range(20)]))
    assert [answer.status_code for answer in answers] == [201] * 20
    with desk.work_as(write=False) as work:
        alive = work.session.scalars(select(PlaySession.uid).where(PlaySession.ended_as.is_(None))).all()
        assert alive == [work.session.scalar(select(PlayState.session))]
    desk.wait(15)
    accepted = 0
    for answer in answers:
        device.session, device.token, device.seq = answer.json["session"], answer.json["token"], 0
        accepted += device.beat(0, 15_000).status_code == 200
    assert accepted == 1


def test_a28_a_beat_of_the_old_session_against_the_opening_of_a_new_one(desk: Desk) -> None:
    """INV-I6: whichever comes first, no second is credited to both. (Ten thousand rounds run in the pure machine.)"""
    rounds = 12
    for number in range(rounds):
        old, new = desk.open(), Device(desk.app)
        desk.wait(15)
        with ThreadPoolExecutor(2) as pool:
            beaten = pool.submit(old.beat, number * 15_000, number * 15_000 + 15_000)
            pool.submit(new.open, desk.lectures[1].uid).result()
            assert beaten.result().status_code in (200, 409)
        assert old.beat(0, 1_000).status_code == 409
    assert desk.credited() <= rounds * 15_000


def test_a29_one_number_beaten_twice_at_once_with_other_ranges_counts_once(desk: Desk) -> None:
    device = desk.open()
    desk.wait(60)
    bodies = [device.body(start, start + 15_000) for start in range(0, 150_000, 15_000)]

    def send(body: dict[str, Any]) -> int:
        path = f"/api/v1/play-sessions/{device.session}/beats"
        return int(desk.app.test_client().post(path, json=body, headers=device.headers).status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, bodies))
    assert statuses == [200] + [409] * 9
    assert desk.credited() == 15_000
