"""The pipeline from the file to the lecture: every step, every failure, a second worker, a full disk."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.jobs import service as jobs
from app.jobs.models import Job, JobState
from app.kernel import events
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College
from app.media import jobs as media_jobs
from app.media import places, service, steps
from app.media.models import Asset
from app.media.probe import Unfit
from app.media.rules import Reason
from app.media.runner import Stop
from tests.conftest import WorkAs
from tests.media import corpus
from tests.media.conftest import Clips, Doors

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the pipeline announces."""
    told: list[object] = []

    def listen(_work: object, event: object) -> None:
        told.append(event)

    for kind in (service.MediaPlayable, service.MediaReady, service.MediaFailed):
        monkeypatch.setitem(events._listeners, kind, [listen])
    return told


@pytest.fixture
def through(college: College, work_as: WorkAs, teacher: Actor) -> Callable[[Path], Asset]:
    """Receive a file and run its job to the end."""

    def run(path: Path) -> Asset:
        with work_as() as work:
            assert teacher.person_id is not None
            asset = service.receive(work, path, path.name, teacher.person_id)
        run_due(college, work_as)
        return reloaded(work_as, asset.id)

    return run


def run_due(college: College, work_as: WorkAs) -> list[str]:
    """Run every job that is due, and what those enqueue; their names."""
    ran: list[str] = []
    while True:
        with work_as(write=False) as work:
            waiting = [work.session.get_one(Job, job_id) for job_id in jobs.due(work)]
        if not waiting:
            return ran
        ran += [job.name for job in waiting if jobs.run(college, job.id)]


def reloaded(work_as: WorkAs, asset_id: int) -> Asset:
    """The row as it stands now."""
    with work_as(write=False) as work:
        return work.session.get_one(Asset, asset_id)


def test_a_conforming_film_goes_all_the_way(
    through: Callable[[Path], Asset], clips: Clips, college: College, announced: list[object]
) -> None:
    asset = through(clips.film)
    root = college.settings.media_dir
    folder = places.served(root, asset.uid)
    assert (asset.state, asset.kind, asset.duration_ms, asset.reason) == ("ready", "video", 6_000, None)
    assert set(asset.renditions) == set(asset.segments) == {"copy", "360p"}
    assert asset.segments["360p"] == [["360p/00000.m4s", 0, 4_000], ["360p/00001.m4s", 4_000, 6_000]]
    assert all((folder / file).is_file() for spans in asset.segments.values() for file, _from, _to in spans)
    assert [line for line in (folder / "master.m3u8").read_text().splitlines() if not line.startswith("#")] == ["360p/index.m3u8"]
    assert {"poster.jpg", "sprite.jpg", "sprite.vtt"} <= {path.name for path in folder.iterdir()}
    assert places.blob(root, asset.sha256 or "").read_bytes() == clips.film.read_bytes()
    assert list((root / "work").iterdir()) == list((root / "uploads").iterdir()) == []
    assert announced == [service.MediaPlayable(asset.id), service.MediaReady(asset.id)]
    assert asset.progress["360p"] == 1_000


def test_a_film_that_must_be_encoded_is_playable_only_then(through: Callable[[Path], Asset], clips: Clips, announced: list[object]) -> None:
    asset = through(clips.hevc)
    assert (asset.state, set(asset.renditions)) == ("ready", {"360p"})
    assert announced == [service.MediaPlayable(asset.id), service.MediaReady(asset.id)]


def test_a_recording_becomes_an_audio_lecture(through: Callable[[Path], Asset], clips: Clips) -> None:
    heard = through(clips.m4a)
    assert (heard.state, heard.kind, set(heard.renditions), heard.poster) == ("ready", "audio", {"copy", "audio"}, None)
    assert set(through(clips.mp3).renditions) == {"audio"}


def test_a_film_without_sound_says_so(through: Callable[[Path], Asset], clips: Clips) -> None:
    asset = through(clips.get("silent.mp4", "silent_film"))
    assert (asset.state, asset.notes) == ("ready", ["no_sound"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp4", b"", "empty"),
        ("words.mp4", "讲稿".encode() * 99, "not_media"),
        ("list.mp4", b"#EXTM3U\nhttp://127.0.0.1/a.ts\n", "playlist"),
    ],
)
def test_a_refused_file_fails_with_its_reason_and_is_not_tried_again(
    name: str,
    content: bytes,
    reason: str,
    through: Callable[[Path], Asset],
    work_as: WorkAs,
    teacher: Actor,
    tmp_path: Path,
    announced: list[object],
) -> None:
    (tmp_path / name).write_bytes(content)
    asset = through(tmp_path / name)
    assert (asset.state, asset.reason, asset.segments) == ("failed", reason, {})
    assert announced == [service.MediaFailed(asset.id, reason)]
    with work_as(teacher) as work, pytest.raises(service.NotRetryable):
        service.retry(work, asset.uid)


def test_the_same_content_is_kept_once(
    through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs, teacher: Actor
) -> None:
    first, second = through(clips.mp3), through(clips.mp3)
    assert first.sha256 == second.sha256
    assert len([path for path in (college.settings.media_dir / "blobs").rglob("*") if path.is_file()]) == 1
    for asset, left in ((first, 1), (second, 0)):
        with work_as(teacher) as work:
            service.discard(work, asset.uid)
        assert len([path for path in (college.settings.media_dir / "blobs").rglob("*") if path.is_file()]) == left
        assert not places.served(college.settings.media_dir, asset.uid).exists()


@pytest.mark.parametrize("step", ["take_in", "check", "remux", "pictures", "ladder"])
def test_a_worker_that_dies_in_any_step_is_followed_by_one_that_finishes_once(
    step: str, through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs, monkeypatch: pytest.MonkeyPatch,
    announced: list[object]
) -> None:  # fmt: skip
    real, died = getattr(steps, step), []

    def dies_after(*arguments: Any) -> Any:
        made = real(*arguments)
        if not died:
            died.append(step)
            raise KeyboardInterrupt  # nothing of the job's own clean-up by `except Exception` runs
        return made

    monkeypatch.setattr(steps, step, dies_after)
    with pytest.raises(KeyboardInterrupt):
        through(clips.film)
    with work_as() as work:
        died_in = work.session.scalars(select(Job).where(Job.state == JobState.RUNNING)).one()
        work.session.execute(update(Job).where(Job.id == died_in.id).values(state=JobState.WAITING))
    again = run_due(college, work_as)
    assert again == (["media.encode"] if step == "ladder" else ["media.process", "media.encode"])
    with work_as(write=False) as work:
        asset = work.session.scalars(select(Asset)).one()
    assert (asset.state, set(asset.renditions), asset.duration_ms) == ("ready", {"copy", "360p"}, 6_000)
    assert announced.count(service.MediaReady(asset.id)) == announced.count(service.MediaPlayable(asset.id)) == 1
    assert list((college.settings.media_dir / "work").iterdir()) == []


def test_steps_that_are_done_are_not_done_again(
    through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs, teacher: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = steps.ladder

    def no_space(*_: Any) -> Any:
        raise Unfit(Reason.NO_SPACE, "No space left on device")

    monkeypatch.setattr(steps, "ladder", no_space)
    asset = through(clips.film)
    assert (asset.state, asset.reason, service.is_playable(asset)) == ("failed", "no_space", True)
    monkeypatch.setattr(steps, "ladder", real)
    for step in ("take_in", "check", "remux", "pictures"):
        monkeypatch.setattr(steps, step, lambda *_: pytest.fail("done already"))
    with work_as(teacher) as work:
        service.retry(work, asset.uid)
    run_due(college, work_as)
    assert reloaded(work_as, asset.id).state == "ready"


def test_a_file_that_kills_three_workers_is_given_up(through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def dies(*_: Any) -> Any:
        raise RuntimeError("poison")

    monkeypatch.setattr(steps, "check", dies)
    asset = through(clips.film)
    for _attempt in range(4):
        with work_as() as work:
            work.session.execute(update(Job).values(run_at=work.now))
        run_due(college, work_as)
    found = reloaded(work_as, asset.id)
    assert (found.state, found.reason) == ("failed", "internal")
    with work_as(write=False) as work:
        assert {str(job.state) for job in work.session.scalars(select(Job))} <= {"done", "failed"}


def test_a_disk_that_fills_during_the_encoding_publishes_nothing_and_goes_on_later(
    through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {"bytes": places.RESERVE - 1}
    monkeypatch.setattr(places, "free_bytes", lambda _root: free["bytes"])
    asset = through(clips.hevc)
    assert (asset.state, asset.reason, asset.segments) == ("failed", "no_space", {})
    assert not (places.served(college.settings.media_dir, asset.uid) / "master.m3u8").exists()
    with work_as() as work:
        media_jobs.tidy(work)
    assert reloaded(work_as, asset.id).state == "failed"
    free["bytes"] = 1 << 40
    with work_as() as work:
        media_jobs.tidy(work)
    run_due(college, work_as)
    assert reloaded(work_as, asset.id).state == "ready"


def test_a_system_error_for_want_of_space_is_the_same_failure(
    through: Callable[[Path], Asset], clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(places, "publish", full)
    asset = through(clips.film)
    assert (asset.state, asset.reason) == ("failed", "no_space")


def test_progress_is_told_at_a_bounded_rate(college: College, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, int]] = []
    at = {"now": 100.0}
    monkeypatch.setattr(steps, "monotonic", lambda: at["now"])
    meter = steps.Meter(college.settings, ["360p", "720p"], 10_000, lambda progress: not told.append(progress))
    for done in range(0, 10_000, 100):
        at["now"] += 0.1
        meter(done)
    assert len(told) <= 6
    assert told[-1]["360p"] == told[-1]["720p"] > told[0]["360p"]


def test_an_asset_thrown_away_stops_its_encoder(college: College) -> None:
    with pytest.raises(Stop):
        steps.Meter(college.settings, ["360p"], 10_000, lambda _progress: False)(5_000)


def test_a_second_run_of_a_finished_job_changes_nothing(
    through: Callable[[Path], Asset], clips: Clips, college: College, announced: list[object]
) -> None:
    asset = through(clips.mp3)
    told = list(announced)
    media_jobs.process(college, asset.id)
    media_jobs.process(college, 999_999)
    assert announced == told


def test_tidying_forgets_old_uploads_and_finds_assets_without_a_job(
    doors: Doors, college: College, work_as: WorkAs, clips: Clips, clock: StoppedClock
) -> None:
    doors.tus("teacher", "POST", headers={"Upload-Length": 10})
    uid = UUID(doors.upload("teacher", clips.mp3.read_bytes()).headers["Upload-Media"])
    with work_as() as work:
        work.session.execute(update(Job).values(state=JobState.FAILED, key=None))
    clock.at += timedelta(hours=25)
    with work_as() as work:
        media_jobs.tidy(work)
    run_due(college, work_as)
    with work_as(write=False) as work:
        assert [(asset.uid, str(asset.state)) for asset in work.session.scalars(select(Asset))] == [(uid, "ready")]


def test_a_chosen_frame_becomes_the_poster(
    through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs, teacher: Actor
) -> None:
    asset = through(clips.film)
    with work_as(teacher) as work:
        service.choose_poster(work, asset.uid, 3_000)
    run_due(college, work_as)
    assert reloaded(work_as, asset.id).poster == "poster-3000.jpg"
    assert (places.served(college.settings.media_dir, asset.uid) / "poster-3000.jpg").is_file()
    with work_as(teacher) as work:
        service.choose_poster(work, asset.uid, None)
    assert reloaded(work_as, asset.id).poster is None


def test_a_file_whose_packets_do_not_fit_is_left_to_the_encoder(
    through: Callable[[Path], Asset], clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: Any) -> Any:
        raise Unfit(Reason.DAMAGED)

    monkeypatch.setattr(steps, "remux", refuses)
    asset = through(clips.film)
    assert (asset.state, set(asset.renditions)) == ("ready", {"360p"})


def test_a_lost_original_is_a_reason_of_its_own(
    through: Callable[[Path], Asset], clips: Clips, college: College, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = steps.take_in

    def loses(*arguments: Any) -> Any:
        found = real(*arguments)
        shutil.rmtree(college.settings.media_dir / "blobs")
        return found

    monkeypatch.setattr(steps, "take_in", loses)
    assert through(clips.film).reason == "missing_file"


def test_large_films_get_both_rungs(through: Callable[[Path], Asset], tmp_path: Path) -> None:
    asset = through(corpus.film(tmp_path / "wide.mp4", 5, "1280x720"))
    assert set(asset.renditions) == {"copy", "360p", "720p"}
    assert asset.segments["360p"][-1][2] == asset.segments["720p"][-1][2] == asset.duration_ms


def test_nobodys_check_waits_for_an_encoder_but_every_checked_film_gets_one(
    clips: Clips, college: College, work_as: WorkAs, teacher: Actor
) -> None:
    with work_as() as work:
        asset = service.receive(work, clips.film, "film.mp4", teacher.person_id or 0)
        (job_id,) = jobs.due(work)
    jobs.run(college, job_id)
    row = reloaded(work_as, asset.id)
    assert (row.state, service.is_playable(row), row.poster) == ("remuxed", True, "poster.jpg")
    assert run_due(college, work_as) == ["media.encode"]


def test_the_copy_goes_a_day_after_the_ladder_took_over(
    through: Callable[[Path], Asset], clips: Clips, college: College, work_as: WorkAs, clock: StoppedClock
) -> None:
    asset = through(clips.film)
    copy = places.served(college.settings.media_dir, asset.uid) / "copy"
    for hours, left in ((23, {"copy", "360p"}), (2, {"360p"})):
        clock.at += timedelta(hours=hours)
        with work_as() as work:
            media_jobs.tidy(work)
        row = reloaded(work_as, asset.id)
        assert set(row.renditions) == set(row.segments) == left
        assert copy.exists() == ("copy" in left)
    assert (row.state, row.duration_ms) == ("ready", 6_000)


def test_a_copy_that_is_all_there_is_stays(work_as: WorkAs, teacher: Actor, clips: Clips, clock: StoppedClock) -> None:
    with work_as() as work:
        asset = service.ingest_ready(work, clips.film, owner_id=teacher.person_id or 0)
    clock.at += timedelta(days=9)
    with work_as() as work:
        media_jobs.tidy(work)
    assert set(reloaded(work_as, asset.id).renditions) == {"copy"}
