"""The process that opens an untrusted file: it locks itself up first, tells in JSON what it found, and ends.

Started by app/media/probe.py with the specification as its argument and the file as standard input; nothing else
imports it. A crash, a loop or a memory bomb in the demuxer ends this process only.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
from av.stream import Disposition

from app.media.confine import confine

ANNOUNCES = frozenset(("mov", "matroska", "avi", "asf", "wav", "flac", "flv"))
"""Containers that write their duration down; in the others it is a guess and what is held counts."""
MAX_DECODE_PACKETS = 600


def no_other_file(url: str, flags: int, options: dict[str, str]) -> Any:
    """A container that asks for a second file does not get one."""
    raise PermissionError(url)


def look(file: Any, size: int, demuxer: str) -> dict[str, Any]:
    """Everything the rules want to know about the file. Media errors of PyAV pass through."""
    options = {"protocol_whitelist": "file", "max_streams": "32"}
    with av.open(file, format=demuxer, container_options=options, io_open=no_other_file) as container:
        found: dict[str, Any] = {"demuxer": demuxer, "streams": len(container.streams), "picture": None, "sound": None}
        picture = next((s for s in container.streams.video if not s.disposition & Disposition.attached_pic), None)
        sound = next(iter(container.streams.audio), None)
        tracks = [track for track in (picture, sound) if track is not None]
        if not tracks:
            return {**found, "duration_ms": 0, "held_ms": 0}
        if picture is not None:
            found["picture"] = picture_facts(picture)
        if sound is not None:
            found["sound"] = sound_facts(sound)
        if all(len(track.index_entries) > 1 and len(track.index_entries) == track.frames for track in tracks):
            keys, held, whole = by_index(tracks, size)
        else:
            keys, held = by_packets(container, tracks)
            whole = max(held, (container.duration or 0) // 1_000) if demuxer in ANNOUNCES else held
        found |= {"duration_ms": whole, "held_ms": held}
        if found["picture"]:
            found["picture"] |= {"gap_ms": widest(keys, held)} | first_frame(container, picture)
        return found


def picture_facts(track: Any) -> dict[str, Any]:
    """The film track from its headers alone."""
    context = track.codec_context
    aspect = track.sample_aspect_ratio or context.sample_aspect_ratio or Fraction(1)
    rate = track.average_rate or track.guessed_rate or Fraction(0)
    return {
        "index": track.index,
        "codec": context.codec.canonical_name,
        "profile": context.profile or "",
        "pix_fmt": context.pix_fmt or "",
        "width": context.width,
        "height": context.height,
        "fps": round(float(rate), 3),
        "aspect": [max(1, aspect.numerator), max(1, aspect.denominator)],
    }


def sound_facts(track: Any) -> dict[str, Any]:
    """The sound track from its headers alone."""
    context = track.codec_context
    return {
        "index": track.index,
        "codec": context.codec.canonical_name,
        "profile": context.profile or "",
        "channels": context.channels,
        "rate": context.sample_rate,
    }


def milliseconds(ticks: int, base: Fraction) -> int:
    """Ticks of a track's time base in whole milliseconds."""
    return int(ticks * base * 1_000)


def by_index(tracks: list[Any], size: int) -> tuple[list[int], int, int]:
    """From the sample tables, without reading the samples: keyframes, what the bytes hold, what was announced."""
    keys: list[int] = []
    held = whole = 0
    for track in tracks:
        entries = track.index_entries
        first, last = entries[0].timestamp, entries[len(entries) - 1]
        step = (last.timestamp - first) // (len(entries) - 1)
        end = milliseconds(last.timestamp - first + step, track.time_base)
        whole = max(whole, end)
        if last.pos + last.size > size:
            reached = next(entry.timestamp for entry in entries if entry.pos + entry.size > size)
            end = milliseconds(reached - first, track.time_base)
        held = max(held, end)
        if track.type == "video":
            keys = [milliseconds(entry.timestamp - first, track.time_base) for entry in entries if entry.is_keyframe]
    return keys, held, whole


def by_packets(container: Any, tracks: list[Any]) -> tuple[list[int], int]:
    """By reading every packet, undecoded: keyframes and the end of the last packet, from the first one on."""
    keys: list[int] = []
    first: int | None = None
    end = 0
    for packet in packets(container, tracks):
        if packet.pts is None or packet.time_base is None:
            continue
        at = milliseconds(packet.pts, packet.time_base)
        first = at if first is None else first
        end = max(end, at - first + milliseconds(packet.duration or 0, packet.time_base))
        if packet.stream.type == "video" and packet.is_keyframe:
            keys.append(max(0, at - first))
    return keys, end


def packets(container: Any, tracks: list[Any]) -> Iterator[Any]:
    """Packets until the file ends or breaks off; a break is the end of what it holds."""
    try:
        yield from container.demux(tracks)
    except av.error.FFmpegError:
        return


def widest(keys: list[int], end: int) -> int:
    """The longest way in milliseconds between two keyframes, the end of the file included."""
    edges = [*sorted(keys), end]
    return max((later - earlier for earlier, later in pairwise(edges)), default=end)


def first_frame(container: Any, track: Any) -> dict[str, Any]:
    """Decode one frame: it proves that there is a picture, and shows how it is turned and whether it is interlaced."""
    context = track.codec_context
    if context.width * context.height > 4_096 * 2_304 or context.width < 2 or context.height < 2:
        return {}
    context.thread_count = 1
    try:
        container.seek(0)
    except av.error.FFmpegError:
        return {"decodes": False}
    try:
        for count, packet in enumerate(container.demux(track)):
            for frame in packet.decode():
                return {"rotation": frame.rotation % 360, "interlaced": bool(frame.interlaced_frame), "decodes": True}
            if count > MAX_DECODE_PACKETS:
                break
    except av.error.FFmpegError:
        return {"decodes": False}
    return {"decodes": False}


def load_library() -> None:
    """Load every part of PyAV, which loads late, while its folder can still be read."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name != "av.__main__":
            importlib.import_module(module.name)


def main() -> None:
    """Lock up, look, and write one line of JSON: the facts, or `{"error": …}`."""
    spec = json.loads(sys.argv[1])
    av.logging.set_level(av.logging.PANIC)
    load_library()
    confine(spec["limits"], spec["job"], [])
    try:
        with open(0, "rb", closefd=False) as file:
            answer = look(file, os.fstat(0).st_size, spec["demuxer"])
    except av.error.FFmpegError as error:
        answer = {"error": "unreadable", "words": str(error)[:300]}
    except MemoryError:
        answer = {"error": "memory_limit"}
    sys.stdout.write(json.dumps(answer))
