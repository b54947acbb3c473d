"""Hostile and unfit files: refused with a reason within ten seconds, nothing read elsewhere, nobody called (integrity.md §4.3)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from app.media import encoder
from app.media.commands import isolation
from app.media.ffmpeg import Bench, find_binary
from app.media.probe import Unfit, probe
from app.media.rules import Picture, Probed, Reason, Verdict, judge
from app.media.runner import Limits
from app.media.sniff import sniff
from app.media.steps import check
from tests.media import corpus
from tests.media.conftest import Canary, Clips

Made = Callable[[Clips, Path], Path]


def looked_at(path: Path) -> Verdict | Reason:
    """What the check says of a file."""
    try:
        verdict = judge(check(path))
    except Unfit as unfit:
        return unfit.reason
    return verdict.reason or verdict


def written(path: Path, content: str | bytes) -> Path:
    """A file of just these bytes."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


CASES: list[tuple[str, Made, Reason]] = [
    ("text.mp4", lambda _c, p: written(p, "这是一份讲稿。" * 100), Reason.NOT_MEDIA),
    ("empty.mp4", lambda _c, p: written(p, b""), Reason.EMPTY),
    ("page.mp4", lambda _c, p: written(p, "<!doctype html><script>alert(1)</script>"), Reason.NOT_MEDIA),
    ("slides.mp4", lambda _c, p: written(p, b"PK\x03\x04" + bytes(500)), Reason.NOT_MEDIA),
    ("picture.mp4", lambda _c, p: written(p, b"\x89PNG\r\n\x1a\n" + bytes(500)), Reason.NOT_MEDIA),
    ("concat.mp4", lambda c, p: corpus.ffconcat(p, str(c.film)), Reason.PLAYLIST),
    ("dash.mp4", lambda c, p: corpus.dash(p, f"file://{c.film}"), Reason.PLAYLIST),
    ("half.mp4", lambda c, p: corpus.broken_off(p, c.film), Reason.TRUNCATED),
    ("half.mkv", lambda c, p: corpus.broken_off(p, corpus.film(p.with_name("whole.mkv"))), Reason.TRUNCATED),
    ("noise.mp4", lambda c, p: corpus.damaged(p, c.film), Reason.DAMAGED),
    ("head.mp4", lambda _c, p: written(p, b"\x00\x00\x00\x18ftypmp42" + bytes(200)), Reason.TRUNCATED),
    ("zero.mkv", lambda _c, p: written(p, b"\x1aE\xdf\xa3" + bytes(5_000)), Reason.UNREADABLE),
    ("huge.mp4", lambda _c, p: corpus.huge(p), Reason.TOO_LARGE_PICTURE),
    ("short.mp4", lambda _c, p: corpus.make(p, "-f", "lavfi", "-i", "testsrc2=size=64x64", "-t", "0.4", *corpus.H264), Reason.TOO_SHORT),
]


@pytest.mark.parametrize(("name", "made", "reason"), CASES, ids=[case[0] for case in CASES])
def test_an_unfit_file_is_refused_with_its_reason_within_ten_seconds(
    name: str, made: Made, reason: Reason, clips: Clips, tmp_path: Path
) -> None:
    path = made(clips, tmp_path / name)
    begun = monotonic()
    assert looked_at(path) is reason
    assert monotonic() - begun < 10


@pytest.mark.parametrize("where", ["local", "canary"])
def test_a_playlist_named_mp4_reaches_neither_a_local_file_nor_the_network(
    where: str, clips: Clips, canary: Canary, tmp_path: Path
) -> None:
    victim = corpus.make(tmp_path / "victim.ts", "-i", str(clips.film), "-c", "copy")
    target = f"file://{victim}" if where == "local" else f"{canary.address}/a.ts"
    path = corpus.playlist(tmp_path / "lecture.mp4", target)
    assert looked_at(path) is Reason.PLAYLIST


@pytest.mark.parametrize("demuxer", ["hls", "concat", "dash"])
def test_even_a_demuxer_that_opens_other_files_finds_none(demuxer: str, clips: Clips, canary: Canary, tmp_path: Path) -> None:
    """The second wall: were the sniff wrong, the child still reads nothing but its own folder and has no network."""
    victim = corpus.make(tmp_path / "victim.ts", "-i", str(clips.film), "-c", "copy")
    target = str(victim)
    body = {
        "hls": corpus.playlist(tmp_path / "a.mp4", f"{canary.address}/a.ts\n#EXTINF:4.0,\nfile://{target}"),
        "concat": corpus.ffconcat(tmp_path / "b.mp4", target),
        "dash": corpus.dash(tmp_path / "c.mp4", canary.address),
    }
    with pytest.raises(Unfit):
        probe(body[demuxer], demuxer)
    bench = Bench(find_binary(), tmp_path / "job", Limits(seconds=10, cpu=10))
    encoder.lay_out(bench.job, body[demuxer], encoder.COPY)
    fit = Picture("h264", "Main", "yuv420p", 320, 180, 10.0, 2_000)
    with contextlib.suppress(Unfit):
        encoder.remux(bench, Probed(demuxer, 4_000, 4_000, 1, fit))
    if "files" in isolation():  # kernels without Landlock have the first wall only, and `media doctor` says so
        assert list((bench.job / encoder.COPY).glob("*.m4s")) == []


def test_a_polyglot_is_rewrapped_and_its_other_half_is_gone(clips: Clips, tmp_path: Path) -> None:
    path = corpus.polyglot(tmp_path / "poly.mp4", clips.film)
    bench = Bench(find_binary(), tmp_path / "job", Limits(seconds=30, cpu=30))
    encoder.lay_out(bench.job, path, encoder.COPY)
    encoder.remux(bench, check(path))
    made = b"".join(one.read_bytes() for one in (bench.job / encoder.COPY).iterdir())
    assert b"<script>" not in made
    assert b"PK\x05\x06" not in made


def test_words_of_the_upload_do_not_go_out(tmp_path: Path) -> None:
    path = corpus.film(tmp_path / "told.mp4", 3, "320x180", "-metadata", "title=CANARY-440301", "-metadata", "comment=CANARY-440301")
    assert b"CANARY-440301" in path.read_bytes()
    bench = Bench(find_binary(), tmp_path / "job", Limits(seconds=60, cpu=60))
    probed = check(path)
    encoder.lay_out(bench.job, path, encoder.COPY, "360p")
    encoder.remux(bench, probed)
    encoder.encode(bench, probed, judge(probed).rungs, 0.0)
    encoder.poster(bench, probed)
    made = [one for one in bench.job.rglob("*") if one.is_file() and one.name != "input.bin"]
    assert not any(b"CANARY-440301" in one.read_bytes() for one in made)


@pytest.mark.parametrize("name", ["film.mkv", "film.mov", "film.ts", "film.avi", "film.flv", "film.webm"])
def test_each_common_container_is_recognised_by_its_bytes(name: str, tmp_path: Path) -> None:
    codecs = ("-c:v", "libvpx", "-c:a", "libvorbis") if name.endswith("webm") else (*corpus.H264, "-c:a", "aac")
    path = corpus.make(tmp_path / name, *(p.format(size="64x64") for p in corpus.FILM), "-t", "2", "-ar", "44100", *codecs)
    disguised = path.rename(tmp_path / "any.bin")
    verdict = looked_at(disguised)
    assert isinstance(verdict, Verdict), verdict


@pytest.mark.parametrize(
    ("name", "codec", "demuxer"),
    [
        ("a.mp3", "libmp3lame", "mp3"),
        ("a.m4a", "aac", "mov"),
        ("a.aac", "aac", "aac"),
        ("a.wav", "pcm_s16le", "wav"),
        ("a.flac", "flac", "flac"),
        ("a.ogg", "libvorbis", "ogg"),
        ("a.opus", "libopus", "ogg"),
    ],
)
def test_each_common_recording_is_taken_as_audio(name: str, codec: str, demuxer: str, tmp_path: Path) -> None:
    path = corpus.sound(tmp_path / name, "-ar", "48000", "-c:a", codec)
    assert sniff(path).demuxer == demuxer
    verdict = looked_at(path)
    assert isinstance(verdict, Verdict)
    assert verdict.kind == "audio"
