"""The media pages of the studio."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import update

from app.jobs.models import Job
from app.kernel.work import Actor
from app.media import service
from app.media.models import Asset
from tests.conftest import WorkAs
from tests.media.conftest import Clips, Doors

pytestmark = pytest.mark.sqlite_only
SRT = "1\n00:00:01,000 --> 00:00:03,000\n各位学员，大家好。\n"


@pytest.fixture
def ready(work_as: WorkAs, teacher: Actor, clips: Clips) -> Asset:
    """A film of the teacher's that was taken over at once."""
    with work_as() as work:
        return service.ingest_ready(work, clips.film, file_name="沟通技巧.mp4", owner_id=teacher.person_id or 0)


def text(doors: Doors, path: str, who: str = "teacher") -> str:
    """A page as text."""
    answer = doors.open(who, "GET", path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_list_offers_a_place_to_drop_files_and_shows_what_is_there(doors: Doors, ready: Asset) -> None:
    html = text(doors, "/studio/media")
    assert "<tus-upload" in html
    assert "沟通技巧.mp4" in html
    assert f"/studio/media/{ready.uid}" in html
    assert "沟通技巧.mp4" not in text(doors, "/studio/media", "colleague")


def test_an_empty_list_says_so(doors: Doors) -> None:
    assert "empty" in text(doors, "/studio/media")


def test_an_asset_shows_four_steps_preview_poster_and_captions(doors: Doors, ready: Asset) -> None:
    html = text(doors, f"/studio/media/{ready.uid}")
    assert html.count('<li class="done"') == 4
    assert "/master.m3u8" in html
    assert 'name="captions"' in html
    assert "style=" not in html


def test_another_persons_asset_is_not_there(doors: Doors, ready: Asset) -> None:
    assert doors.open("colleague", "GET", f"/studio/media/{ready.uid}").status_code == 404
    assert doors.open("cadre", "GET", "/studio/media").status_code == 403
    for act in ("captions", "captions/remove", "poster", "name", "retry", "discard"):
        assert doors.open("colleague", "POST", f"/studio/media/{ready.uid}/{act}", data={"at": "cover", "name": "x"}).status_code == 404
    assert "沟通技巧.mp4" in text(doors, f"/studio/media/{ready.uid}")


def test_captions_are_saved_from_a_file_and_from_the_text(doors: Doors, ready: Asset) -> None:
    address = f"/studio/media/{ready.uid}/captions"
    sent = doors.open("teacher", "POST", address, data={"file": (BytesIO(SRT.encode("gb18030")), "a.srt"), "captions": ""})
    assert sent.status_code == 303
    assert "各位学员，大家好。" in text(doors, f"{address}.vtt")
    doors.open("teacher", "POST", address, data={"captions": SRT.replace("大家好", "早上好")})
    assert "早上好" in text(doors, f"/studio/media/{ready.uid}")
    assert doors.open("teacher", "POST", f"{address}/remove").status_code == 303
    assert doors.open("teacher", "GET", f"{address}.vtt").status_code == 404


def test_faulty_captions_come_back_with_their_lines(doors: Doors, ready: Asset) -> None:
    bad = "1\n00:00:05,000 --> 00:00:04,000\n<script>alert(1)</script>\n"
    answer = doors.open("teacher", "POST", f"/studio/media/{ready.uid}/captions", data={"captions": bad})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "00:00:05,000 --&gt; 00:00:04,000" in html
    assert "<script>alert(1)" not in html


def test_a_failure_is_told_in_a_sentence_and_may_be_tried_again(doors: Doors, ready: Asset, work_as: WorkAs) -> None:
    failed = {"state": "failed", "reason": "no_space", "log": "No space left on device", "progress": {"upload": 1_000, "check": 1_000}}
    with work_as() as work:
        work.session.execute(update(Asset).values(**failed, segments={}, renditions={}))
    html = text(doors, f"/studio/media/{ready.uid}?lang=en")
    assert "disk is full" in html
    assert "Transcode again" in html
    assert "No space left on device" in html
    assert html.count('<li class="failed"') == 1
    assert doors.open("teacher", "POST", f"/studio/media/{ready.uid}/retry").status_code == 303
    with work_as(write=False) as work:
        assert work.session.query(Job).filter(Job.name == "media.process").count() == 1


@pytest.mark.parametrize(("at", "status"), [("0:03", 303), ("cover", 303), ("9:99:99", 422), ("1:00", 422), ("", 422)])
def test_a_poster_is_chosen_by_its_time(at: str, status: int, doors: Doors, ready: Asset) -> None:
    assert doors.open("teacher", "POST", f"/studio/media/{ready.uid}/poster", data={"at": at}).status_code == status


def test_a_preview_file_is_private_and_has_ranges(doors: Doors, ready: Asset) -> None:
    html = text(doors, f"/studio/media/{ready.uid}")
    address = "/media/preview/" + html.partition('data-hls="/media/preview/')[2].partition("master.m3u8")[0]
    whole = doors.open("teacher", "GET", f"{address}copy/00000.m4s")
    part = doors.open("teacher", "GET", f"{address}copy/00000.m4s", {"Range": "bytes=10-19"})
    assert (whole.status_code, whole.headers["Cache-Control"]) == (200, "private, no-store")
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    assert doors.open("teacher", "GET", f"{address}master.m3u8").mimetype == "application/vnd.apple.mpegurl"
    for path in ("../../blobs", "..%2f..%2fblobs", "input.bin", "copy", "copy/../../x"):
        assert doors.open("teacher", "GET", address + path).status_code == 404
    assert doors.open("colleague", "GET", f"{address}master.m3u8").status_code == 404


def test_behind_nginx_a_preview_is_handed_over(doors: Doors, ready: Asset, college: object) -> None:
    html = text(doors, f"/studio/media/{ready.uid}")
    address = "/media/preview/" + html.partition('data-hls="/media/preview/')[2].partition("master.m3u8")[0]
    object.__setattr__(college.settings, "media_accel", "x-accel")  # type: ignore[attr-defined]
    answer = doors.open("teacher", "GET", f"{address}copy/00000.m4s")
    assert (answer.headers["X-Accel-Redirect"], answer.data) == (f"/internal-media/hls/{ready.uid}/copy/00000.m4s", b"")


def test_names_change_and_recordings_are_thrown_away(doors: Doors, ready: Asset, work_as: WorkAs) -> None:
    doors.open("teacher", "POST", f"/studio/media/{ready.uid}/name", data={"name": "第二版"})
    assert "第二版" in text(doors, "/studio/media")
    assert doors.open("teacher", "POST", f"/studio/media/{ready.uid}/discard").status_code == 303
    with work_as(write=False) as work:
        assert work.session.get(Asset, ready.id) is None


def test_an_upload_under_way_is_on_the_list(doors: Doors) -> None:
    opened = doors.tus("teacher", "POST", headers={"Upload-Length": 1_000, "Upload-Metadata": "filename YS5tcDQ="})
    doors.send("teacher", opened.headers["Location"], 0, bytes(500))
    assert "50%" in text(doors, "/studio/media")
    assert UUID(opened.headers["Upload-Media"])
