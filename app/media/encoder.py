"""What is made of a file: HLS by copying or encoding, poster, sprite, loudness. Every step writes only its job folder."""

from __future__ import annotations

import math
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from app.media import rules
from app.media.ffmpeg import INPUT, Bench, Node, source
from app.media.playlists import COPY as COPY
from app.media.playlists import Rendition, read_rendition, sprite_track
from app.media.probe import Unfit
from app.media.rules import SECOND, SEGMENT_MS, Probed, Reason, Rung, falls_short, ladder

_BARE = {"map_metadata": "-1", "map_chapters": "-1", "fflags": "+bitexact"}
"""Nothing of the upload's own words goes out: no titles, places, attachments, subtitles (THR-T16, ASVS 14.2.8)."""


def lay_out(job: Path, original: Path, *folders: str) -> None:
    """Put the input into an empty job folder under its fixed name, by link where the disk allows and others may read it."""
    shutil.rmtree(job, ignore_errors=True)
    job.mkdir(parents=True)
    for name in folders:
        (job / name).mkdir()
    try:
        if not original.stat().st_mode & 0o004:
            raise PermissionError(original)
        os.link(original, job / INPUT)
    except OSError:
        shutil.copyfile(original, job / INPUT)


def _hls(name: str) -> dict[str, Any]:
    """Options of every HLS output: fMP4, 4 s, whole list, playable from every segment.

    With negative composition offsets the first picture stands at 0: browsers ignore the empty edit that ffmpeg writes
    instead, and would show pictures some 60 ms after their sound.
    """
    return {
        "f": "hls",
        "hls_time": SEGMENT_MS // SECOND,
        "hls_segment_type": "fmp4",
        "hls_playlist_type": "vod",
        "hls_list_size": 0,
        "hls_flags": "independent_segments",
        "hls_segment_filename": f"{name}/%05d.m4s",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_options": "movflags=+negative_cts_offsets",
        "flags:v": "+bitexact",
        "flags:a": "+bitexact",
    }


def remux(bench: Bench, probed: Probed, on_progress: Callable[[int], None] | None = None) -> Rendition:
    """Wrap the tracks as they are into HLS: no decoding, hundreds of times real time. Needs `conforms(probed)`."""
    node = source(probed.demuxer)
    tracks = [node[str(track.index)] for track in (probed.picture, probed.sound) if track is not None]
    options = {**_hls(COPY), **_BARE, "c": "copy"} | ({"bsf:a": "aac_adtstoasc"} if probed.sound else {})
    bench.call(ffmpeg.output(*tracks, f"{COPY}/index.m3u8", **options), on_progress)
    made = read_rendition(bench.job, COPY, probed, None)
    _demand_whole(probed, made)
    return made


def encode(
    bench: Bench,
    probed: Probed,
    rungs: Sequence[Rung],
    gain: float,
    *,
    duration_ms: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[Rendition]:
    """All rungs in one pass over the source, with keyframes at the same moments in each. `gain` in decibels.

    `duration_ms` is the duration learners already know (after a remux); without it the first rung sets it.
    """
    node = source(probed.demuxer)
    pictures = _pictures(node, probed, rungs) if probed.picture else []
    sounds = _sounds(node, probed, len(rungs), gain) if probed.sound else []
    tracks = [track for pair in zip(pictures, sounds, strict=True) for track in pair] if pictures and sounds else pictures or sounds
    options = {**_hls("%v"), **_BARE, **_rates(rungs, has_sound=bool(sounds))}
    options["var_stream_map"] = " ".join(_variant(number, rung, pictures, sounds) for number, rung in enumerate(rungs))
    bench.call(ffmpeg.output(*tracks, "%v/index.m3u8", **options), on_progress)
    made: list[Rendition] = []
    for rung in rungs:
        made.append(read_rendition(bench.job, rung.name, probed, rung, duration_ms))
        duration_ms = made[0].duration_ms
    _demand_whole(probed, made[0])
    return made


def _demand_whole(probed: Probed, made: Rendition) -> None:
    """What came out must be as long as what went in, or the source broke off on the way."""
    last = made.segments[-1]
    out = Probed(probed.demuxer, probed.held_ms, max(made.duration_ms, last[2]), 0)
    if falls_short(out):
        raise Unfit(Reason.DAMAGED, "the result is shorter than the source", held_ms=out.held_ms, ms=probed.held_ms)


def _pictures(node: Node, probed: Probed, rungs: Sequence[Rung]) -> list[Node]:
    """The film track, brought to an even rate and to each rung's size with square pixels."""
    assert probed.picture is not None
    track = node[str(probed.picture.index)]
    if probed.picture.interlaced:
        track = track.filter("yadif", deint="interlaced")
    track = track.filter("fps", fps=f"{rungs[0].fps:.3f}").filter("format", "yuv420p")
    parts = track.split() if len(rungs) > 1 else None
    return [
        (parts[number] if parts is not None else track).filter("scale", rung.width, rung.height, flags="bicubic").filter("setsar", "1")
        for number, rung in enumerate(rungs)
    ]


def _sounds(node: Node, probed: Probed, count: int, gain: float) -> list[Node]:
    """The sound track, levelled, from the first picture on without gaps, once for each rung."""
    assert probed.sound is not None
    track = node[str(probed.sound.index)].filter("aresample", 48_000, **{"async": 1, "first_pts": 0})
    if gain:
        track = track.filter("volume", f"{gain:.1f}dB").filter("alimiter", limit=0.84, level="false")
    if count == 1:
        return [track]
    parts = track.filter_multi_output("asplit")
    return [parts[number] for number in range(count)]


def _rates(rungs: Sequence[Rung], *, has_sound: bool) -> dict[str, Any]:
    """Codec options: constant quality under each rung's ceiling, 4-s groups of pictures, AAC."""
    options: dict[str, Any] = {"threads": min(4, os.cpu_count() or 2)}
    if rungs[0].height:
        group = math.ceil(rungs[0].fps * SEGMENT_MS / SECOND)
        options |= {
            "c:v": "libx264", "preset": "veryfast", "crf": 23, "profile:v": "main", "pix_fmt": "yuv420p",
            "g": group, "sc_threshold": 0, "force_key_frames": f"expr:gte(t,n_forced*{SEGMENT_MS // SECOND})",
        }  # fmt: skip
        for number, rung in enumerate(rungs):
            options[f"maxrate:v:{number}"] = rung.video_bits
            options[f"bufsize:v:{number}"] = 2 * rung.video_bits
    if has_sound:
        options |= {"c:a": "aac", "ac": 1 if rungs[0].audio_bits == 64_000 else 2, "b:a": rungs[0].audio_bits}
    return options


def _variant(number: int, rung: Rung, pictures: Sequence[Node], sounds: Sequence[Node]) -> str:
    """One word group of ffmpeg's variant map: the tracks of a rung and its folder."""
    tracks = ([f"v:{number}"] if pictures else []) + ([f"a:{number}"] if sounds else [])
    return ",".join([*tracks, f"name:{rung.name}"])


def loudness(bench: Bench, probed: Probed) -> float | None:
    """Integrated loudness in LUFS (EBU R 128), or None without sound or when it is all silence."""
    if probed.sound is None:
        return None
    track = source(probed.demuxer, vn=None)[str(probed.sound.index)].filter("ebur128", framelog="verbose")
    finished = bench.call(ffmpeg.output(track, "-", f="null"), talks=True)
    found = re.findall(r"\bI:\s+(-?[0-9.]+) LUFS", finished.errors)
    return float(found[-1]) if found and float(found[-1]) > -69.9 else None


def poster(bench: Bench, probed: Probed, at_ms: int | None = None) -> str:
    """Write `poster.jpg`: the frame at `at_ms`, or the most telling of twelve keyframes, after the opening of a long film."""
    assert probed.picture is not None
    if at_ms is None:
        start = probed.duration_ms // 20
        options: dict[str, Any] = {"skip_frame": "nokey"} | ({"ss": start / SECOND} if 4 * probed.picture.gap_ms < start else {})
    else:
        options = {"ss": max(0, min(at_ms, probed.duration_ms - 500)) / SECOND}
    node = source(probed.demuxer, **options)[str(probed.picture.index)]
    if at_ms is None:
        node = node.filter("thumbnail", 12)
    rung = ladder(probed.picture, None)[-1]
    return _picture_file(bench, node.filter("scale", rung.width, rung.height), "poster.jpg", 4)


def sprite(bench: Bench, probed: Probed, duration_ms: int) -> tuple[str, str]:
    """Write `sprite.jpg`, small pictures from keyframes only, and return its name and the WebVTT that maps it."""
    assert probed.picture is not None
    shape = rules.sprite(probed.picture, duration_ms)
    node = (
        source(probed.demuxer, skip_frame="nokey")[str(probed.picture.index)]
        .filter("fps", fps=f"1/{shape.interval_ms // SECOND}", start_time=0, eof_action="pass")
        .filter("tpad", stop=shape.rows * rules.SPRITE_COLUMNS, stop_mode="clone")
        .filter("scale", shape.width, shape.height)
        .filter("setsar", "1")
        .filter("tile", f"{rules.SPRITE_COLUMNS}x{shape.rows}")
    )
    return _picture_file(bench, node, "sprite.jpg", 6), sprite_track(shape, duration_ms)


def _picture_file(bench: Bench, node: Node, name: str, quality: int) -> str:
    """Write one JPEG of what the graph yields first; none at all is damage."""
    node = node.filter("scale", out_range="full").filter("format", "yuvj420p").filter("setsar", "1")
    options = {**_BARE, "frames:v": 1, "c:v": "mjpeg", "q:v": quality, "f": "image2", "update": 1}
    bench.call(ffmpeg.output(node, name, **options))
    path = bench.job / name
    if not path.is_file() or not path.read_bytes().endswith(b"\xff\xd9"):
        raise Unfit(Reason.DAMAGED, f"no picture for {name}")
    return name
