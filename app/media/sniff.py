"""Tells what a file is from its first bytes, so that the demuxer can be forced (integrity.md §4.3).

The name and the announced type are never asked. What is only text (playlists, ffconcat, DASH, HTML) has no demuxer
here, so nothing that names other files is ever opened as media (THR-T16).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.media.rules import Reason

HEAD_BYTES = 4_096
_ATOMS = frozenset((b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))
_TS_PACKETS = ((0, 188), (4, 192))
"""Where the sync byte of a transport stream stands, and how far apart: plain, and with time codes (M2TS)."""
_SIGNATURES = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"#!AMR", "amr"),
)
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"<?xml", b"<mpd", b"[playlist]", b"<asx", b"#extinf")


@dataclass(frozen=True)
class Sniffed:
    """The demuxer to force, or the reason why there is none."""

    demuxer: str | None
    reason: Reason | None = None


def sniff(path: Path) -> Sniffed:
    """Look at the first 4 KiB of `path`. Missing or unreadable raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return sniff_bytes(head)


def sniff_bytes(head: bytes) -> Sniffed:
    """The same for bytes already read."""
    if not head:
        return Sniffed(None, Reason.EMPTY)
    demuxer = _by_signature(head) or _by_container(head) or _by_frames(head)
    if demuxer:
        return Sniffed(demuxer)
    words = head.lstrip(b"\xef\xbb\xbf\x00 \t\r\n").lower()
    return Sniffed(None, Reason.PLAYLIST if words.startswith(_PLAYLISTS) else Reason.NOT_MEDIA)


def _by_signature(head: bytes) -> str | None:
    """Formats that begin with bytes of their own."""
    return next((demuxer for signature, demuxer in _SIGNATURES if head.startswith(signature)), None)


def _by_container(head: bytes) -> str | None:
    """Formats whose first box or chunk names itself."""
    if head[4:8] in _ATOMS:
        return "mov"
    if head[:4] in (b"RIFF", b"RF64"):
        return {b"AVI ": "avi", b"WAVE": "wav"}.get(head[8:12])
    return None


def _by_frames(head: bytes) -> str | None:
    """Streams without a header: transport stream, MP3, ADTS."""
    for start, step in _TS_PACKETS:
        marks = head[start : start + 4 * step + 1 : step]
        if len(marks) == 5 and set(marks) == {0x47}:
            return "mpegts"
    if head[:3] == b"ID3":
        return "mp3"
    if len(head) > 2 and head[0] == 0xFF:
        if head[1] & 0xF6 == 0xF0:
            return "aac"
        if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 and head[2] & 0xF0 != 0xF0:
            return "mp3"
    return None
