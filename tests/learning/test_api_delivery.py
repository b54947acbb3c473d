"""Media of a play session over HTTP: whose address, how much when, what counts as sent (ATK-A39…A45, decisions 6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.catalogue.models import Lecture
from app.learning.models import PlayState
from app.learning.rules import spans
from app.media.models import Asset
from tests.learning.build import SEGMENT_BYTES, Device, cadre, taught


@pytest.fixture
def lectures(work_as: Any) -> list[Lecture]:
    """A lecture of ten minutes in segments of four seconds, and one of a minute."""
    with work_as() as work:
        cadre(work)
        cadre(work, "zhou", "周外")
        return taught(work, (600_000, 60_000))[2]


@pytest.fixture
def device(app: Any, college: Any, lectures: list[Lecture]) -> Device:
    """A player with an open session."""
    device = Device(app)
    device.open(lectures[0].uid)
    return device


def delivered(work_as: Any) -> spans.Spans:
    with work_as(write=False) as work:
        return spans.from_bytes(work.session.scalar(select(PlayState.delivered)))


def test_playlists_and_segments_come_with_their_types_and_are_not_kept(device: Device) -> None:
    master = device.get("master.m3u8")
    assert (master.status_code, master.mimetype) == (200, "application/vnd.apple.mpegurl")
    assert device.get("360p/index.m3u8").status_code == 200
    assert device.get("360p/init.mp4").mimetype == "video/mp4"
    segment = device.get("360p/0.m4s")
    assert (segment.status_code, segment.mimetype, len(segment.data)) == (200, "video/iso.segment", SEGMENT_BYTES)
    assert segment.headers["Cache-Control"] == "private, no-store"
    assert segment.headers["Accept-Ranges"] == "bytes"


def test_a39_beats_without_a_fetched_segment_earn_nothing(device: Device, clock: Any) -> None:
    clock.at += timedelta(seconds=15)
    answer = device.beat(0, 15_000).json
    assert (answer["granted_ms"], answer["excluded"]) == (0, [{"reason": "not_delivered", "ms": 15_000}])


def test_what_was_fetched_is_credited_and_what_was_not_is_not(device: Device, clock: Any) -> None:
    for number in (0, 1, 3):
        device.get(f"360p/{number}.m4s")
    clock.at += timedelta(seconds=16)
    answer = device.beat(0, 16_000).json
    assert answer["covered"] == [[0, 8_000], [12_000, 16_000]]
    assert answer["excluded"] == [{"reason": "not_delivered", "ms": 4_000}]


def test_a40_a_download_tool_gets_two_minutes_and_then_twice_real_time(device: Device, clock: Any, work_as: Any) -> None:
    statuses = [device.get(f"360p/{number}.m4s").status_code for number in range(40)]
    assert statuses == [200] * 30 + [429] * 10
    refused = device.get("360p/30.m4s")
    assert refused.headers["Retry-After"] == "2"
    clock.at += timedelta(seconds=10)
    statuses = [device.get(f"360p/{number}.m4s").status_code for number in range(100, 110)]
    assert statuses == [200] * 5 + [429] * 5
    assert spans.measure(delivered(work_as)) == 140_000


def test_a40_many_connections_at_once_get_no_more(app: Any, device: Device) -> None:
    def fetch(number: int) -> int:
        path = device.manifest.replace("master.m3u8", f"360p/{number}.m4s")
        answer = app.test_client().get(path, headers=device.headers)
        answer.get_data()
        answer.close()
        return int(answer.status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(fetch, range(60)))
    assert statuses == [200] * 30 + [429] * 30


def test_a41_segments_of_another_session_count_for_nothing(device: Device, lectures: list[Lecture], clock: Any) -> None:
    device.get("360p/0.m4s")
    old = device.manifest
    device.open(lectures[0].uid)
    clock.at += timedelta(seconds=4)
    assert device.beat(0, 4_000).json["granted_ms"] == 0
    new, device.manifest = device.manifest, old
    assert device.get("360p/1.m4s").status_code == 403
    device.manifest = new
    assert device.get("360p/1.m4s").status_code == 200


def test_a42_an_address_given_away_is_refused(app: Any, device: Device, clock: Any) -> None:
    other = Device(app, "zhou")
    other.manifest = device.manifest
    assert other.get("360p/0.m4s").status_code == 403
    other.headers = {}
    assert other.get("360p/0.m4s").status_code in (303, 401)
    device.client.post(f"/api/v1/play-sessions/{device.session}/close", headers=device.headers)
    assert device.get("360p/0.m4s").status_code == 403


def test_a42_an_address_dies_with_its_session_after_twelve_hours(app: Any, device: Device, clock: Any) -> None:
    clock.at += timedelta(hours=13)
    device.headers = Device(app).headers
    assert device.get("360p/0.m4s").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "../secret", "..%2fsecret", "%2e%2e/secret", "%252e%252e%252fsecret", "360p/../../secret", "360p/..%5c..%5csecret",
        "360p/0.m4s%00", "/etc/passwd", "//etc/passwd", "360p", "", ".", "360p/", "nothing.m3u8", "360p/999.m4s", "720p/0.m4s",
    ],
)  # fmt: skip
def test_a43_no_path_leads_out_of_the_lecture(device: Device, path: str, work_as: Any, lectures: list[Lecture]) -> None:
    with work_as(write=False) as work:
        from app.media import service as media

        folder = media.folder(work, work.session.get(Asset, lectures[0].asset_id))
        (folder.parent / "secret").write_text("forty-two")
    answer = device.get(path)
    assert answer.status_code in (403, 404, 308, 422)
    assert b"forty-two" not in answer.data


def test_a43_a_changed_session_or_signature_is_not_found(device: Device, app: Any, lectures: list[Lecture]) -> None:
    other = Device(app, "zhou")
    other.open(lectures[0].uid)
    _, _, _, session, signature, _ = device.manifest.split("/")
    for changed in (
        device.manifest.replace(session, other.session), device.manifest.replace(signature, signature[:-1] + "x"),
        device.manifest.replace(signature, "none"), device.manifest.replace(signature, other.manifest.split("/")[4]),
    ):  # fmt: skip
        device.manifest = changed
        assert device.get("360p/0.m4s").status_code in (403, 404)


def test_a44_a_segment_counts_only_when_nine_tenths_of_it_left(device: Device, work_as: Any) -> None:
    assert device.get("360p/0.m4s", method="HEAD").status_code == 200
    one = device.get("360p/0.m4s", Range="bytes=0-0")
    assert (one.status_code, one.data, one.headers["Content-Range"]) == (206, b"s", f"bytes 0-0/{SEGMENT_BYTES}")
    device.get("360p/0.m4s", Range="bytes=0-898")
    assert delivered(work_as) == ()
    device.get("360p/0.m4s", Range="bytes=100-")
    assert delivered(work_as) == ((0, 4_000),)
    assert device.get("360p/1.m4s", Range="bytes=-5").headers["Content-Length"] == "5"
    assert device.get("360p/1.m4s", Range="bytes=5000-").status_code == 416
    assert device.get("360p/1.m4s", Range="lines=1-2").status_code == 200


def test_a44_a_connection_that_breaks_off_delivers_nothing(app: Any, device: Device, work_as: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.learning.api import delivery

    monkeypatch.setattr(delivery, "CHUNK", 100)
    path = device.manifest.replace("master.m3u8", "360p/0.m4s")
    answer = app.test_client().get(path, headers=device.headers, buffered=False)
    taken = iter(answer.response)
    for _ in range(5):
        next(taken)
    answer.close()
    assert delivered(work_as) == ()


def test_head_costs_nothing(device: Device, work_as: Any) -> None:
    for number in range(60):
        assert device.get(f"360p/{number}.m4s", method="HEAD").status_code == 200
    with work_as(write=False) as work:
        assert work.session.scalar(select(PlayState.served_ms)) == 0


def test_a45_the_media_of_a_lecture_nobody_may_open_stay_closed(app: Any, work_as: Any, device: Device) -> None:
    with work_as() as work:
        hidden = taught(work, (60_000,), state="draft")[2][0]
    assert device.open(hidden.uid, status=404)["code"] == "not_found"


def test_under_x_accel_nginx_sends_and_the_authorised_part_counts(college: Any, device: Device, work_as: Any) -> None:
    """Decisions 6."""
    object.__setattr__(college, "settings", replace(college.settings, media_accel="x-accel"))
    answer = device.get("360p/0.m4s")
    assert answer.headers["X-Accel-Redirect"].startswith("/internal-media/hls/")
    assert answer.headers["X-Accel-Redirect"].endswith("/360p/0.m4s")
    assert answer.data == b""
    device.get("360p/1.m4s", Range="bytes=0-9")
    assert delivered(work_as) == ((0, 4_000),)
    device.get("360p/1.m4s", method="HEAD")
    assert delivered(work_as) == ((0, 4_000),)
