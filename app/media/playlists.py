"""Playlists: read what ffmpeg wrote for one rendition, and write the master playlist that names them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.media.captions import timestamp
from app.media.probe import Unfit
from app.media.rules import Probed, Reason, Rung, Sprite, contiguous

AAC_LC = "mp4a.40.2"
_AAC = {"HE-AAC": "mp4a.40.5", "HE-AACv2": "mp4a.40.29"}


@dataclass(frozen=True)
class Rendition:
    """One rendition as it lies in its folder. Bits per second; `segments` are [file, from_ms, to_ms) from 0 without gap."""

    name: str
    init: str
    codecs: str
    peak_bits: int
    mean_bits: int
    duration_ms: int
    segments: tuple[tuple[str, int, int], ...]
    width: int = 0
    height: int = 0
    fps: float = 0.0

    @property
    def playlist(self) -> str:
        """Its media playlist, relative to the asset's folder."""
        return f"{self.name}/index.m3u8"

    def facts(self) -> dict[str, Any]:
        """What an asset keeps about it beside the segments."""
        kept = {key: value for key, value in asdict(self).items() if key not in ("segments", "duration_ms")}
        return kept | {"playlist": self.playlist}

    def spans(self) -> list[list[str | int]]:
        """The segments as JSON keeps them."""
        return [list(span) for span in self.segments]


COPY = "copy"
"""Name of the rendition that is the upload itself in another wrapping."""


def from_facts(name: str, facts: dict[str, Any]) -> Rendition:
    """A rendition again from what its asset keeps; without segments, as the master playlist needs it."""
    kept = {key: value for key, value in facts.items() if key not in ("name", "playlist")}
    return Rendition(name=name, duration_ms=0, segments=(), **kept)


def read_rendition(folder: Path, name: str, probed: Probed, rung: Rung | None, duration_ms: int | None = None) -> Rendition:
    """Read `folder/name/index.m3u8`. Without `duration_ms` the sum of its segments is the duration.

    Raises Unfit(damaged) for a playlist without end or with a file missing: then the encoding did not finish.
    """
    text = _read(folder / name / "index.m3u8")
    seconds = re.findall(r"^#EXTINF:([0-9.]+)", text, re.MULTILINE)
    files = [f"{name}/{line}" for line in text.splitlines() if line and not line.startswith("#")]
    init = re.search(r'#EXT-X-MAP:URI="([^"]+)"', text)
    if init is None or "#EXT-X-ENDLIST" not in text or not files or len(files) != len(seconds):
        raise Unfit(Reason.DAMAGED, f"incomplete playlist of {name}")
    total = sum(int(float(s) * 1_000_000 + 0.5) for s in seconds) // 1_000
    whole = total if duration_ms is None else duration_ms
    segments = contiguous(files, seconds, whole)
    sizes = [_whole_size(folder / file) for file in (*files, f"{name}/{init[1]}")][:-1]
    peak = max(int(size * 8 / max(float(s), 0.5)) for size, s in zip(sizes, seconds, strict=True))
    made = Rendition(
        name=name,
        init=f"{name}/{init[1]}",
        codecs=_codecs(folder / name / init[1], probed, rung),
        peak_bits=peak,
        mean_bits=sum(sizes) * 8_000 // max(1, total),
        duration_ms=whole,
        segments=tuple(segments),
    )
    picture = probed.picture
    if picture is None:
        return made
    if rung is None:
        return replace(made, width=picture.width, height=picture.height, fps=picture.fps)
    return replace(made, width=rung.width, height=rung.height, fps=rung.fps)


def _whole_size(path: Path) -> int:
    """The size of a file that is a row of complete boxes; on a full disk ffmpeg leaves broken ones and calls it success."""
    size = path.stat().st_size if path.is_file() else 0
    if not size or _end_of_boxes(path) != size:
        raise Unfit(Reason.DAMAGED, f"{path.name} is not whole")
    return size


def _end_of_boxes(path: Path) -> int:
    """Where the last box that begins in the file says it ends."""
    at = 0
    with path.open("rb") as file:
        while len(head := file.read(16)) >= 8:
            length = int.from_bytes(head[:4], "big")
            at += int.from_bytes(head[8:16], "big") if length == 1 else max(length, 8)
            file.seek(at)
    return at


def _read(path: Path) -> str:
    """A playlist's text; none there means that ffmpeg wrote nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Unfit(Reason.DAMAGED, f"no playlist {path.name}") from error


def _codecs(init: Path, probed: Probed, rung: Rung | None) -> str:
    """The CODECS words of RFC 6381: from the AVC box of the init segment, and the kind of AAC."""
    words: list[str] = []
    head = init.read_bytes()
    if (at := head.find(b"avcC")) > 0:
        words.append(f"avc1.{head[at + 5 : at + 8].hex()}")
    if probed.sound is not None:
        words.append(AAC_LC if rung is not None else _AAC.get(probed.sound.profile, AAC_LC))
    return ",".join(words)


def master(renditions: Sequence[Rendition]) -> str:
    """The master playlist, lowest rendition first, so that a player without an estimate starts there."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in sorted(renditions, key=lambda each: (each.height, each.peak_bits)):
        words = [f"BANDWIDTH={one.peak_bits}", f"AVERAGE-BANDWIDTH={one.mean_bits}", f'CODECS="{one.codecs}"']
        if one.height:
            words += [f"RESOLUTION={one.width}x{one.height}", f"FRAME-RATE={one.fps:.3f}"]
        lines += [f"#EXT-X-STREAM-INF:{','.join(words)}", one.playlist]
    return "\n".join(lines) + "\n"


def sprite_track(sprite: Sprite, duration_ms: int) -> str:
    """WebVTT that names the tile of the sprite for each stretch of time."""
    lines = ["WEBVTT", ""]
    for number in range(sprite.count):
        start = number * sprite.interval_ms
        x, y = sprite.corner(number)
        lines += [f"{timestamp(start)} --> {timestamp(min(start + sprite.interval_ms, duration_ms))}"]
        lines += [f"sprite.jpg#xywh={x},{y},{sprite.width},{sprite.height}", ""]
    return "\n".join(lines)
