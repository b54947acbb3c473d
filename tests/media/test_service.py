"""The door of media: files taken over at once, captions, posters, names, and who may do what."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import monotonic

import pytest

from app.kernel.errors import Invalid, NotFound
from app.kernel.work import Actor
from app.media import places, queries, service
from app.media.models import Asset
from app.media.rules import State
from tests import make
from tests.conftest import WorkAs
from tests.media import corpus
from tests.media.conftest import Clips

SRT = "1\n00:00:01,000 --> 00:00:03,000\n各位学员，大家好。\n"


@pytest.fixture
def ready(work_as: WorkAs, teacher: Actor, clips: Clips) -> Asset:
    """A film of the teacher's that was taken over at once."""
    with work_as() as work:
        assert teacher.person_id is not None
        return service.ingest_ready(work, clips.film, owner_id=teacher.person_id, captions=SRT, chapters=[{"at_ms": 0, "title": "开场"}])


def test_a_conforming_file_is_published_at_once_with_captions_and_chapters(ready: Asset, work_as: WorkAs) -> None:
    with work_as(write=False) as work:
        row = service.asset(work, ready.id)
        folder = service.folder(work, row)
    assert (row.state, row.duration_ms, row.file_name, service.is_playable(row)) == (State.READY, 6_000, "film.mp4", True)
    assert row.captions_vtt is not None
    assert row.captions_vtt.startswith("WEBVTT")
    assert row.chapters == [{"at_ms": 0, "title": "开场"}]
    assert {"master.m3u8", "copy", "poster.jpg", "sprite.jpg", "sprite.vtt"} == {path.name for path in folder.iterdir()}
    assert (folder / "master.m3u8").read_text() == service.master(row)


@pytest.mark.sqlite_only
def test_taking_over_a_minute_of_lecture_costs_about_a_second(work_as: WorkAs, teacher: Actor, tmp_path: Path) -> None:
    path = corpus.film(tmp_path / "minute.mp4", 60)
    poster = tmp_path / "cover.jpg"
    poster.write_bytes(b"\xff\xd8\xff\xe0cover")
    with work_as() as work:
        begun = monotonic()
        row = service.ingest_ready(work, path, owner_id=teacher.person_id or 0, captions=SRT, poster=poster)
        assert monotonic() - begun < 5
        assert (service.folder(work, row) / "poster.jpg").read_bytes() == poster.read_bytes()


@pytest.mark.sqlite_only
def test_a_file_that_needs_encoding_is_not_taken_over_at_once(work_as: WorkAs, teacher: Actor, clips: Clips) -> None:
    with work_as() as work, pytest.raises(service.NotReady) as refused:
        service.ingest_ready(work, clips.hevc, owner_id=teacher.person_id or 0)
    assert refused.value.facts["reason"] == "unsupported_codec"


@pytest.mark.sqlite_only
def test_the_file_it_was_made_from_may_change_afterwards(work_as: WorkAs, teacher: Actor, clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "mine.m4a"
    shutil.copyfile(clips.m4a, path)
    with work_as() as work:
        row = service.ingest_ready(work, path, owner_id=teacher.person_id or 0)
        blob = places.blob(work.settings.media_dir, row.sha256 or "")
    path.write_bytes(b"changed")
    assert blob.read_bytes() == clips.m4a.read_bytes()


def test_only_the_owner_and_the_system_find_an_asset(ready: Asset, work_as: WorkAs, teacher: Actor, colleague: Actor) -> None:
    with work_as(teacher, write=False) as work:
        assert service.own_asset(work, ready.uid).id == ready.id
        assert [row.id for row in queries.my_assets(work)] == [ready.id]
    with work_as(write=False) as work:
        assert service.own_asset(work, ready.uid).id == ready.id
    with work_as(colleague, write=False) as work:
        assert queries.my_assets(work) == []
        with pytest.raises(NotFound):
            service.own_asset(work, ready.uid)
        with pytest.raises(NotFound):
            service.status(work, ready.uid)


@pytest.mark.parametrize("act", ["set_captions", "remove_captions", "choose_poster", "rename", "retry", "discard"])
def test_no_act_reaches_another_persons_asset(act: str, ready: Asset, work_as: WorkAs, colleague: Actor) -> None:
    more = {"set_captions": (b"",), "choose_poster": (0,), "rename": ("x",)}.get(act, ())
    with work_as(colleague) as work, pytest.raises(NotFound):
        getattr(service, act)(work, ready.uid, *more)


def test_captions_are_replaced_whole_or_not_at_all(ready: Asset, work_as: WorkAs, teacher: Actor) -> None:
    with work_as(teacher) as work:
        service.set_captions(work, ready.uid, "1\n00:00:01,000 --> 00:00:02,000\n第二版。\n".encode("gb18030"))
    with work_as(teacher) as work, pytest.raises(service.BadCaptionFile) as refused:
        service.set_captions(work, ready.uid, b"1\n00:00:09,000 --> 00:00:08,000\nx\n")
    assert [(fault["line"], fault["code"]) for fault in refused.value.facts["faults"]] == [(2, "caption_ends_first")]
    with work_as(write=False) as work:
        assert "第二版。" in (service.asset(work, ready.id).captions_vtt or "")
    with work_as(teacher) as work:
        service.remove_captions(work, ready.uid)
    with work_as(write=False) as work:
        assert service.asset(work, ready.id).captions_vtt is None


@pytest.mark.sqlite_only
@pytest.mark.parametrize("at_ms", [-1, 6_001])
def test_a_poster_must_lie_in_the_film(at_ms: int, ready: Asset, work_as: WorkAs, teacher: Actor) -> None:
    with work_as(teacher) as work, pytest.raises(Invalid):
        service.choose_poster(work, ready.uid, at_ms)


def test_an_asset_in_a_lecture_is_not_thrown_away(work_as: WorkAs) -> None:
    with work_as() as work:
        owner = make.person(work, "王讲")
        _course, _version, lectures = make.course(work, owner)
        uid = service.asset(work, lectures[0].asset_id or 0).uid
    with work_as(make.actor(owner, "media.upload")) as work, pytest.raises(service.MediaInUse):
        service.discard(work, uid)
    with work_as(write=False) as work:
        assert service.is_playable(service.asset(work, lectures[0].asset_id or 0))


def test_states_move_only_where_they_may(ready: Asset, work_as: WorkAs) -> None:
    with work_as() as work:
        assert not service.move(work, ready.id, State.RECEIVED)
        assert not service.move(work, ready.id, State.TRANSCODING)
        assert service.asset(work, ready.id).state == "ready"


def test_the_list_of_ones_media_is_paged_newest_first(work_as: WorkAs, teacher: Actor) -> None:
    from sqlalchemy import select

    from app.people.models import Person

    with work_as() as work:
        owner = work.session.scalars(select(Person).where(Person.id == teacher.person_id)).one()
        for number in range(30):
            make.asset(work, owner, file_name=f"第 {number} 讲.mp4")
    with work_as(teacher, write=False) as work:
        first = queries.my_page(work, None)
        second = queries.my_page(work, first.next)
    names = [line.asset.file_name for line in (*first.items, *second.items)]
    assert names == [f"第 {number} 讲.mp4" for number in reversed(range(30))]
    assert second.next is None


@pytest.mark.sqlite_only
def test_a_preview_address_serves_its_person_until_its_time(ready: Asset, work_as: WorkAs, teacher: Actor, colleague: Actor) -> None:
    with work_as(teacher, write=False) as work:
        _empty, _media, _preview, uid, until, sign, path = queries.preview_url(work, ready, "master.m3u8").split("/")
        assert (uid, path) == (str(ready.uid), "master.m3u8")
        assert queries.is_signed(work, ready.uid, int(until), sign)
        assert not queries.is_signed(work, ready.uid, int(until) + 1, sign)
        work.now = work.now.replace(year=2027)
        assert not queries.is_signed(work, ready.uid, int(until), sign)
    with work_as(colleague, write=False) as work:
        assert not queries.is_signed(work, ready.uid, int(until), sign)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "kept"), [("C:\\讲座\\一.mp4", "一.mp4"), ("../../etc/passwd", "passwd"), ("a\x00\r\nb.mp4", "ab.mp4"), ("", "media")]
)
def test_a_file_name_is_only_a_name(name: str, kept: str) -> None:
    from app.media.service.uploads import clean_name

    assert clean_name(name) == kept
