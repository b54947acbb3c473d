"""Uploads by tus 1.0.0 and the state of media: interfaces.md §4.4."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.jobs.models import Job
from app.kernel.clock import StoppedClock
from app.kernel.work import College
from app.media import intake, places
from app.media.models import Asset, Upload
from tests.conftest import WorkAs
from tests.media.conftest import Doors

CONTENT = bytes(range(256)) * 40


def opened(doors: Doors, length: int = len(CONTENT), who: str = "teacher") -> str:
    """The address of a fresh upload."""
    return str(doors.tus(who, "POST", headers={"Upload-Length": length}).headers["Location"])


def count(work_as: WorkAs, model: type[Asset] | type[Upload] | type[Job]) -> int:
    """How many rows there are."""
    with work_as(write=False) as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


def test_options_tell_what_the_server_can_do(doors: Doors) -> None:
    answer = doors.open("", "OPTIONS", "/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "creation-with-upload", "expiration", "checksum", "termination"}
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert int(answer.headers["Tus-Max-Size"]) == 4 * 1024**3


def test_an_upload_arrives_in_parts_and_becomes_an_asset(doors: Doors, college: College, work_as: WorkAs) -> None:
    metadata = f"filename {base64.b64encode('沟通技巧 第一讲.mp4'.encode()).decode()},filetype dmlkZW8vbXA0"
    created = doors.tus("teacher", "POST", headers={"Upload-Length": len(CONTENT), "Upload-Metadata": metadata})
    path = created.headers["Location"]
    assert (created.status_code, created.headers["Upload-Offset"], created.headers["Tus-Resumable"]) == (201, "0", "1.0.0")
    assert created.headers["Upload-Expires"].endswith("GMT")
    first = doors.send("teacher", path, 0, CONTENT[:1_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    head = doors.tus("teacher", "HEAD", path)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"], head.headers["Cache-Control"]) == (
        "1000",
        str(len(CONTENT)),
        "no-store",
    )
    last = doors.send("teacher", path, 1_000, CONTENT[1_000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(CONTENT)))
    with work_as(write=False) as work:
        asset = work.session.scalars(select(Asset)).one()
        job = work.session.scalars(select(Job).where(Job.name == "media.process")).one()
    assert last.headers["Upload-Media"] == str(asset.uid) == created.headers["Upload-Media"]
    assert (asset.state, asset.file_name, asset.size) == ("received", "沟通技巧 第一讲.mp4", len(CONTENT))
    assert job.arguments == {"asset_id": asset.id}
    assert places.upload_file(college.settings.media_dir, asset.uid).read_bytes() == CONTENT


def test_the_first_bytes_may_come_with_the_creation(doors: Doors, work_as: WorkAs) -> None:
    headers = {"Upload-Length": len(CONTENT), "Content-Type": "application/offset+octet-stream"}
    answer = doors.tus("teacher", "POST", headers=headers, data=CONTENT)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(CONTENT)))
    assert count(work_as, Job) == 1


def test_an_empty_file_is_an_asset_at_once(doors: Doors, work_as: WorkAs) -> None:
    assert doors.tus("teacher", "POST", headers={"Upload-Length": 0}).status_code == 201
    with work_as(write=False) as work:
        assert work.session.scalars(select(Asset)).one().state == "received"


def test_the_last_part_sent_twice_finishes_once(doors: Doors, work_as: WorkAs) -> None:
    path = opened(doors)
    doors.send("teacher", path, 0, CONTENT)
    again = doors.send("teacher", path, len(CONTENT), b"")
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, str(len(CONTENT)))
    assert doors.send("teacher", path, 0, CONTENT).status_code == 409
    assert count(work_as, Job) == 1


@pytest.mark.parametrize("offset", [1, 500, len(CONTENT)])
def test_another_offset_than_the_servers_is_a_conflict(offset: int, doors: Doors) -> None:
    answer = doors.send("teacher", opened(doors), offset, b"x")
    assert (answer.status_code, answer.json["code"], answer.json["offset"]) == (409, "wrong_offset", 0)
    assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_is_held_against_the_body(algorithm: str, doors: Doors) -> None:
    path = opened(doors)
    right = base64.b64encode(hashlib.new(algorithm, CONTENT[:100]).digest()).decode()
    refused = doors.send("teacher", path, 0, CONTENT[1:101], **{"Upload-Checksum": f"{algorithm} {right}"})
    assert (refused.status_code, refused.json["code"]) == (460, "checksum_mismatch")
    assert doors.tus("teacher", "HEAD", path).headers["Upload-Offset"] == "0"
    assert doors.send("teacher", path, 0, CONTENT[:100], **{"Upload-Checksum": f"{algorithm} {right}"}).status_code == 204


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Length": "-1"}, 400, "bad_upload"),
        ({"Upload-Length": "9e9"}, 400, "bad_upload"),
        ({"Upload-Length": "9" * 40}, 400, "bad_upload"),
        ({}, 400, "bad_upload"),
        ({"Upload-Defer-Length": "1"}, 400, "bad_upload"),
        ({"Upload-Length": str(4 * 1024**3 + 1)}, 413, "upload_too_large"),
        ({"Upload-Length": "10", "Upload-Metadata": "filename ***"}, 400, "bad_upload"),
        ({"Upload-Length": "10", "Tus-Resumable": "0.2.2"}, 412, "tus_version"),
        ({"Upload-Length": "10", "Content-Type": "application/offset+octet-stream", "Upload-Checksum": "md5 AAAA"}, 400, "bad_upload"),
    ],
)
def test_a_request_that_is_no_tus_is_refused_by_name(
    headers: dict[str, str], status: int, code: str, doors: Doors, work_as: WorkAs
) -> None:
    answer = doors.tus("teacher", "POST", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert count(work_as, Asset) == 0


@pytest.mark.sqlite_only
def test_a_body_of_another_type_or_too_long_is_refused(doors: Doors) -> None:
    path = opened(doors, 10)
    assert doors.tus("teacher", "PATCH", path, {"Upload-Offset": "0"}, data=b"x").status_code == 415
    assert doors.send("teacher", path, 0, b"x" * 11).status_code == 413
    assert doors.tus("teacher", "HEAD", path).headers["Upload-Offset"] == "0"


def test_uploads_and_media_of_others_are_not_there(doors: Doors) -> None:
    path = opened(doors)
    media = f"/api/v1/media/{doors.send('teacher', path, 0, CONTENT).headers['Upload-Media']}"
    for method, address in (("HEAD", path), ("DELETE", path), ("GET", media), ("POST", f"{media}/retry")):
        assert doors.tus("colleague", method, address).status_code == 404
    assert doors.send("colleague", path, len(CONTENT), b"").status_code == 404
    assert doors.tus("cadre", "POST", headers={"Upload-Length": 1}).status_code == 403
    assert doors.tus("nobody", "POST", headers={"Upload-Length": 1}).status_code == 401


def test_a_given_up_upload_leaves_nothing(doors: Doors, college: College, work_as: WorkAs) -> None:
    path = opened(doors)
    doors.send("teacher", path, 0, CONTENT[:100])
    assert doors.tus("teacher", "DELETE", path).status_code == 204
    assert doors.tus("teacher", "HEAD", path).status_code == 404
    assert (count(work_as, Asset), count(work_as, Upload)) == (0, 0)
    assert list((college.settings.media_dir / "uploads").iterdir()) == []


def test_an_upload_expires_after_a_day_of_rest(doors: Doors, clock: StoppedClock) -> None:
    path = opened(doors)
    clock.at += timedelta(hours=23)
    doors.send("teacher", path, 0, CONTENT[:10])
    clock.at += timedelta(hours=23)
    assert doors.tus("teacher", "HEAD", path).status_code == 200
    clock.at += timedelta(hours=2)
    assert doors.tus("teacher", "HEAD", path).status_code == 404


@pytest.mark.sqlite_only
def test_a_server_that_dies_loses_at_most_what_was_not_yet_counted(doors: Doors, college: College, work_as: WorkAs) -> None:
    path = opened(doors)
    doors.send("teacher", path, 0, CONTENT[:1_000])
    with work_as(write=False) as work:
        asset = work.session.scalars(select(Asset)).one()
    file = places.upload_file(college.settings.media_dir, asset.uid)
    file.write_bytes(file.read_bytes() + b"half-written tail of a killed server")
    assert doors.tus("teacher", "HEAD", path).headers["Upload-Offset"] == "1000"
    doors.send("teacher", path, 1_000, CONTENT[1_000:])
    assert file.read_bytes() == CONTENT


@pytest.mark.sqlite_only
def test_long_bodies_are_made_safe_on_the_way(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "SAFE_EVERY", 2_000)
    monkeypatch.setattr(intake, "PIECE", 1_000)
    path = opened(doors)

    class Breaks:
        """A connection that is lost after 5,500 bytes."""

        def __init__(self) -> None:
            self.left = 5_500

        def read(self, size: int = -1) -> bytes:
            if self.left <= 0:
                raise ConnectionResetError
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

        def readline(self, size: int = -1) -> bytes:
            return b""

    headers = {"Upload-Offset": 0, "Content-Type": "application/offset+octet-stream"}
    doors.tus("teacher", "PATCH", path, headers, environ_overrides={"wsgi.input": Breaks(), "CONTENT_LENGTH": str(len(CONTENT))})
    assert int(doors.tus("teacher", "HEAD", path).headers["Upload-Offset"]) >= 5_000


@pytest.mark.sqlite_only
def test_two_connections_do_not_write_the_same_upload(doors: Doors, college: College, work_as: WorkAs) -> None:
    path = opened(doors)
    with work_as(write=False) as work:
        asset = work.session.scalars(select(Asset)).one()
    with intake.locked(places.upload_file(college.settings.media_dir, asset.uid)):
        answer = doors.send("teacher", path, 0, CONTENT)
    assert (answer.status_code, answer.json["code"]) == (423, "upload_busy")
    assert doors.send("teacher", path, 0, CONTENT).status_code == 204


@pytest.mark.sqlite_only
def test_a_full_disk_refuses_before_and_during_and_goes_on_when_there_is_space(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    free = {"bytes": 1 << 30}
    monkeypatch.setattr(places, "free_bytes", lambda _root: free["bytes"])
    path = opened(doors)
    free["bytes"] -= 1
    refused = doors.tus("teacher", "POST", headers={"Upload-Length": 10})
    assert (refused.status_code, refused.json["code"]) == (507, "no_space")
    free["bytes"] = places.RESERVE
    stopped = doors.send("teacher", path, 0, CONTENT)
    assert (stopped.status_code, stopped.json["code"], stopped.json["offset"]) == (507, "no_space", 0)
    free["bytes"] = 1 << 40
    assert doors.send("teacher", path, 0, CONTENT).status_code == 204


@pytest.mark.sqlite_only
def test_open_uploads_are_counted_against_the_space_and_the_person(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "free_bytes", lambda _root: (1 << 30) + 999)
    opened(doors, 1_000)
    assert doors.tus("teacher", "POST", headers={"Upload-Length": 1}).status_code == 507
    monkeypatch.setattr(places, "free_bytes", lambda _root: 1 << 40)
    for _number in range(19):
        opened(doors, 10)
    answer = doors.tus("teacher", "POST", headers={"Upload-Length": 1})
    assert (answer.status_code, answer.json["code"]) == (409, "too_many_uploads")


def test_the_state_tells_four_steps_and_renditions(doors: Doors) -> None:
    path = opened(doors)
    half = doors.send("teacher", path, 0, CONTENT[:5_120])
    told = doors.open("teacher", "GET", f"/api/v1/media/{half.headers['Upload-Media']}").json
    assert (told["state"], told["playable"], told["renditions"], told["reason"]) == ("uploading", False, {}, None)
    assert [(step["step"], step["state"], step["percent"]) for step in told["steps"]] == [
        ("upload", "now", 50), ("check", "todo", None), ("encode", "todo", None), ("publish", "todo", None),
    ]  # fmt: skip


def test_what_has_not_failed_is_not_tried_again(doors: Doors) -> None:
    uid = doors.upload("teacher", CONTENT).headers["Upload-Media"]
    answer = doors.open("teacher", "POST", f"/api/v1/media/{uid}/retry")
    assert (answer.status_code, answer.json["code"]) == (409, "not_retryable")
