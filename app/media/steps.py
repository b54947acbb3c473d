"""The pipeline's steps, one at a time: each leaves its result whole and named by the row, or leaves nothing.

A worker that is killed between any two lines loses at most the step it was in: files are in place before the row names
them, and a step whose result the row names is not done again (REL-G6, decisions 34). Every database change is a short
unit of work of its own; none is open while ffmpeg runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from app.media import encoder, ffmpeg, places
from app.media.ffmpeg import Bench
from app.media.models import Asset
from app.media.playlists import Rendition
from app.media.probe import Unfit, probe
from app.media.rules import Picture, Probed, Reason, Rung, Sound, Verdict, gain_for, permille, seconds_allowed
from app.media.runner import Limits, Stop
from app.media.sniff import sniff
from config import Settings

REPORT_SECONDS = 2.0
"""Progress is written at most this often, whatever ffmpeg says."""


def bench(settings: Settings, asset_uid: UUID, duration_ms: int) -> Bench:
    """A workplace for one step: the program, a fresh folder, limits that follow the length of the film."""
    seconds = seconds_allowed(duration_ms)
    program = ffmpeg.find_binary(settings.ffmpeg_binary)
    return Bench(program, places.job_folder(settings.media_dir, asset_uid), Limits(seconds=seconds, cpu=4 * seconds))


def to_json(probed: Probed) -> dict[str, Any]:
    """What the probe found, as the row keeps it."""
    return asdict(probed)


def from_json(kept: dict[str, Any]) -> Probed:
    """The same back again."""
    picture, sound = kept["picture"], kept["sound"]
    return replace(
        Probed(kept["demuxer"], kept["duration_ms"], kept["held_ms"], kept["streams"]),
        picture=Picture(**{**picture, "aspect": tuple(picture["aspect"])}) if picture else None,
        sound=Sound(**sound) if sound else None,
    )


def take_in(settings: Settings, row: Asset) -> tuple[str, int]:
    """Put the uploaded file under its digest; digest and size. The upload's own name goes once the row has it."""
    path = places.upload_file(settings.media_dir, row.uid)
    if not path.exists():
        raise Unfit(Reason.MISSING_FILE)
    sha256 = places.digest(path)
    places.keep(settings.media_dir, path, sha256)
    return sha256, path.stat().st_size


def original(settings: Settings, row: Asset) -> Path:
    """The file as it came; without it nothing can be made."""
    path = places.blob(settings.media_dir, row.sha256 or "none")
    if not path.exists():
        raise Unfit(Reason.MISSING_FILE)
    return path


def check(path: Path) -> Probed:
    """Sniff, then probe with the demuxer forced; raises Unfit with the reason."""
    sniffed = sniff(path)
    if sniffed.demuxer is None:
        raise Unfit(sniffed.reason or Reason.NOT_MEDIA)
    return probe(path, sniffed.demuxer)


class Meter:
    """Takes ffmpeg's word on how far it is, tells `report` at a bounded rate, and stops it when the disk runs full."""

    def __init__(self, settings: Settings, names: list[str], duration_ms: int, report: Callable[[dict[str, int]], bool]) -> None:
        self._root = settings.media_dir
        self._names = names
        self._duration = duration_ms
        self._report = report
        self._next = 0.0

    def __call__(self, done_ms: int) -> None:
        """Called for each progress line. `report` answers False when the asset is no longer ours to work on."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + REPORT_SECONDS
        if places.free_bytes(self._root) < places.RESERVE:
            raise Stop(Reason.NO_SPACE)
        if not self._report(dict.fromkeys(self._names, permille(done_ms, self._duration))):
            raise Stop(Reason.INTERNAL)


@contextmanager
def _in(place: Bench, original: Path, *folders: str) -> Iterator[Bench]:
    """A job folder with the input in it. A step that went wrong while the disk takes nothing failed for want of space."""
    try:
        encoder.lay_out(place.job, original, *folders)
        yield place
    except Unfit as unfit:
        if unfit.reason is Reason.DAMAGED and not takes_a_mebibyte(place.job):
            raise Unfit(Reason.NO_SPACE, unfit.words) from unfit
        raise


def takes_a_mebibyte(folder: Path) -> bool:
    """Whether the disk under a folder really takes a MiB now; asked after a failure, for ffmpeg does not always tell."""
    path = folder / "ballast"
    try:
        with path.open("wb") as file:
            file.write(bytes(1 << 20))
            os.fsync(file.fileno())
    except OSError as error:
        return not disk_is_full(error)
    finally:
        with suppress(OSError):
            path.unlink()
    return True


def remux(settings: Settings, row: Asset, probed: Probed) -> Rendition:
    """Wrap the upload as it is; the result lies in the served folder."""
    place = bench(settings, row.uid, probed.duration_ms)
    with _in(place, original(settings, row), encoder.COPY):
        made = encoder.remux(place, probed)
    places.publish(settings.media_dir, row.uid, place.job, [encoder.COPY])
    return made


def pictures(settings: Settings, row: Asset, probed: Probed, duration_ms: int) -> None:
    """Poster and sprite with its map; the results lie in the served folder."""
    place = bench(settings, row.uid, probed.duration_ms)
    with _in(place, original(settings, row)):
        encoder.poster(place, probed, row.poster_at_ms)
        _name, track = encoder.sprite(place, probed, duration_ms)
    (place.job / "sprite.vtt").write_text(track, encoding="utf-8")
    places.publish(settings.media_dir, row.uid, place.job, ["poster.jpg", "sprite.jpg", "sprite.vtt"])


def poster(settings: Settings, row: Asset, at_ms: int) -> str:
    """The frame at `at_ms` as a poster under a name of its own, so that no cache shows the old one."""
    probed = from_json(row.probed)
    place = bench(settings, row.uid, 0)
    with _in(place, original(settings, row)):
        encoder.poster(place, probed, at_ms)
    name = f"poster-{at_ms}.jpg"
    (place.job / "poster.jpg").replace(place.job / name)
    places.publish(settings.media_dir, row.uid, place.job, [name])
    return name


def ladder(settings: Settings, row: Asset, probed: Probed, verdict: Verdict, report: Callable[[dict[str, int]], bool]) -> list[Rendition]:
    """Measure the loudness, encode every rung in one pass, publish them together."""
    rungs: tuple[Rung, ...] = verdict.rungs
    place = bench(settings, row.uid, probed.duration_ms)
    meter = Meter(settings, [rung.name for rung in rungs], probed.duration_ms, report)
    with _in(place, original(settings, row), *(rung.name for rung in rungs)):
        gain = gain_for(encoder.loudness(place, probed))
        made = encoder.encode(place, probed, rungs, gain, duration_ms=row.duration_ms or None, on_progress=meter)
    places.publish(settings.media_dir, row.uid, place.job, [rung.name for rung in rungs])
    return made


def disk_is_full(error: OSError) -> bool:
    """Whether the system said that there is no space, or no quota, left."""
    return error.errno in (28, 122) or "No space left" in (os.strerror(error.errno) if error.errno else "")
