"""What may become a lecture, and what is made of it. Pure: facts of a probed file in, a verdict with reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SECOND = 1_000
MAX_DURATION_MS = 6 * 3_600 * SECOND
MIN_DURATION_MS = 1 * SECOND
MAX_PIXELS = 4_096 * 2_304
MAX_SIDE = 8_192
MAX_STREAMS = 8
MAX_KEYFRAME_GAP_MS = 10 * SECOND
"""A remuxed segment may not be longer than this, or jumping would cost a long download (decisions 6)."""
SEGMENT_MS = 4 * SECOND
SPRITE_SIDE = 160
SPRITE_COLUMNS = 10
MAX_SPRITES = 100
LOUDNESS_TARGET = -16.0
"""LUFS; what is within one of it is left alone."""
GIB = 1 << 30

REMUX_PROFILES = frozenset({"Baseline", "Constrained Baseline", "Main", "High"})
VIDEO_CODECS = frozenset((
    "av1", "cinepak", "dnxhd", "flv1", "h263", "h264", "hevc", "mjpeg", "mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v2",
    "msmpeg4v3", "prores", "svq3", "theora", "vc1", "vp8", "vp9", "wmv1", "wmv2", "wmv3",
))  # fmt: skip
AUDIO_CODECS = frozenset((
    "aac", "ac3", "adpcm_ima_wav", "adpcm_ms", "alac", "amr_nb", "amr_wb", "eac3", "flac", "mp2", "mp3", "opus", "pcm_alaw",
    "pcm_f32le", "pcm_mulaw", "pcm_s16be", "pcm_s16le", "pcm_s24be", "pcm_s24le", "pcm_s32le", "pcm_u8", "vorbis", "wmapro",
    "wmav1", "wmav2",
))  # fmt: skip


class State(StrEnum):
    """Where an asset stands. `remuxed` plays already, while the ladder is still to come."""

    UPLOADING = "uploading"
    RECEIVED = "received"
    CHECKING = "checking"
    REMUXED = "remuxed"
    TRANSCODING = "transcoding"
    READY = "ready"
    FAILED = "failed"


NEXT: dict[State, frozenset[State]] = {
    State.UPLOADING: frozenset({State.RECEIVED, State.FAILED}),
    State.RECEIVED: frozenset({State.CHECKING, State.FAILED}),
    State.CHECKING: frozenset({State.REMUXED, State.TRANSCODING, State.READY, State.FAILED}),
    State.REMUXED: frozenset({State.TRANSCODING, State.READY, State.FAILED}),
    State.TRANSCODING: frozenset({State.READY, State.FAILED}),
    State.READY: frozenset(),
    State.FAILED: frozenset({State.RECEIVED}),
}
WORKING = frozenset({State.RECEIVED, State.CHECKING, State.REMUXED, State.TRANSCODING})


class Kind(StrEnum):
    """What a learner gets: a film, or a recording to listen to."""

    VIDEO = "video"
    AUDIO = "audio"


class Reason(StrEnum):
    """Why a file was refused or a step failed. Stable; app/media/words.py has the sentence of each."""

    EMPTY = "empty"
    NOT_MEDIA = "not_media"
    PLAYLIST = "playlist"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    NO_STREAM = "no_stream"
    UNSUPPORTED_CODEC = "unsupported_codec"
    TOO_LARGE_PICTURE = "too_large_picture"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_MANY_STREAMS = "too_many_streams"
    DAMAGED = "damaged"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    NO_SPACE = "no_space"
    NO_ENCODER = "no_encoder"
    MISSING_FILE = "missing_file"
    INTERNAL = "internal"


MAY_PASS = frozenset({Reason.NO_SPACE, Reason.NO_ENCODER, Reason.TIME_LIMIT, Reason.MEMORY_LIMIT, Reason.INTERNAL, Reason.DAMAGED})
"""Failures that another try may cure; the others are properties of the file."""


@dataclass(frozen=True)
class Picture:
    """The film track of a file, as probed. `rotation` in degrees, `gap_ms` the longest way between keyframes."""

    codec: str
    profile: str
    pix_fmt: str
    width: int
    height: int
    fps: float
    gap_ms: int
    rotation: int = 0
    aspect: tuple[int, int] = (1, 1)
    interlaced: bool = False
    index: int = 0


@dataclass(frozen=True)
class Sound:
    """The sound track of a file, as probed."""

    codec: str
    profile: str
    channels: int
    rate: int
    index: int = 0


@dataclass(frozen=True)
class Probed:
    """What the probe found. `held_ms` is how much of the announced duration the bytes really hold."""

    demuxer: str
    duration_ms: int
    held_ms: int
    streams: int
    picture: Picture | None = None
    sound: Sound | None = None


@dataclass(frozen=True)
class Rung:
    """One rendition of the ladder. Sizes are even; bits per second; `name` is its folder."""

    name: str
    width: int
    height: int
    video_bits: int
    audio_bits: int
    fps: float


@dataclass(frozen=True)
class Verdict:
    """What is to be done with a file: refuse it for a reason, or make these renditions of it."""

    reason: Reason | None = None
    facts: dict[str, int | str] = field(default_factory=dict)
    kind: Kind = Kind.VIDEO
    may_remux: bool = False
    rungs: tuple[Rung, ...] = ()
    notes: tuple[str, ...] = ()


def judge(probed: Probed) -> Verdict:
    """Refuse with the first reason that applies; else say whether it plays as it is and which rungs to encode."""
    if refused := _refusal(probed):
        return refused
    if probed.picture is None:
        assert probed.sound is not None
        rung = Rung("audio", 0, 0, 0, 64_000 if probed.sound.channels == 1 else 96_000, 0.0)
        return Verdict(kind=Kind.AUDIO, may_remux=probed.sound.codec == "aac", rungs=(rung,))
    notes = () if probed.sound else ("no_sound",)
    return Verdict(may_remux=conforms(probed), rungs=ladder(probed.picture, probed.sound), notes=notes)


def _refusal(probed: Probed) -> Verdict | None:
    """The reason against a file, or None."""
    picture, sound = probed.picture, probed.sound
    checks: tuple[tuple[bool, Reason, dict[str, int | str]], ...] = (
        (probed.streams > MAX_STREAMS, Reason.TOO_MANY_STREAMS, {"streams": probed.streams, "limit": MAX_STREAMS}),
        (picture is None and sound is None, Reason.NO_STREAM, {}),
        (picture is not None and picture.codec not in VIDEO_CODECS, Reason.UNSUPPORTED_CODEC, {"codec": picture.codec if picture else ""}),
        (sound is not None and sound.codec not in AUDIO_CODECS, Reason.UNSUPPORTED_CODEC, {"codec": sound.codec if sound else ""}),
        (
            picture is not None and too_large(picture.width, picture.height),
            Reason.TOO_LARGE_PICTURE,
            {"width": picture.width, "height": picture.height} if picture else {},
        ),
        (probed.duration_ms > MAX_DURATION_MS, Reason.TOO_LONG, {"ms": probed.duration_ms, "limit_ms": MAX_DURATION_MS}),
        (probed.duration_ms < MIN_DURATION_MS, Reason.TOO_SHORT, {"ms": probed.duration_ms, "limit_ms": MIN_DURATION_MS}),
        (falls_short(probed), Reason.TRUNCATED, {"held_ms": probed.held_ms, "ms": probed.duration_ms}),
    )
    for applies, reason, facts in checks:
        if applies:
            return Verdict(reason=reason, facts=facts)
    return None


def too_large(width: int, height: int) -> bool:
    """Above 4096 × 2304 pixels, with a side above 8192, or without any pixel."""
    return width < 2 or height < 2 or width * height > MAX_PIXELS or max(width, height) > MAX_SIDE


def falls_short(probed: Probed) -> bool:
    """Whether more than 2 s and more than 2 % of the announced duration are not in the file."""
    missing = probed.duration_ms - probed.held_ms
    return missing > 2 * SECOND and missing * 50 > probed.duration_ms


def conforms(probed: Probed) -> bool:
    """Whether every browser plays it as it is: H.264 yuv420p up to High, AAC or silence, a keyframe every 10 s."""
    picture, sound = probed.picture, probed.sound
    return (
        picture is not None
        and picture.codec == "h264"
        and picture.pix_fmt in ("yuv420p", "yuvj420p")
        and picture.profile in REMUX_PROFILES
        and picture.gap_ms <= MAX_KEYFRAME_GAP_MS
        and picture.rotation == 0
        and not picture.interlaced
        and picture.aspect == (1, 1)
        and (sound is None or sound.codec == "aac")
    )


_RUNGS = (("360p", 640, 360, 600_000), ("720p", 1280, 720, 1_800_000))


def ladder(picture: Picture, sound: Sound | None) -> tuple[Rung, ...]:
    """360p and 720p inside the shape of the source, never larger than it (decisions 6); at most 30 frames a second."""
    width, height = _shown_size(picture)
    fps = min(picture.fps, 30.0) if picture.fps > 0 else 25.0
    audio = 0 if sound is None else 64_000 if sound.channels == 1 else 96_000
    rungs: list[Rung] = []
    for name, wide, high, bits in _RUNGS:
        box = (wide, high) if width >= height else (high, wide)
        scale = min(box[0] / width, box[1] / height, 1.0)
        w, h = max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
        if rungs and (w, h) == (rungs[-1].width, rungs[-1].height):
            break
        rungs.append(Rung(name, w, h, bits, audio, fps))
    return tuple(rungs)


@dataclass(frozen=True)
class Sprite:
    """Small pictures of a film in one large one: size of each in pixels, time between two, rows of ten."""

    width: int
    height: int
    interval_ms: int
    count: int

    @property
    def rows(self) -> int:
        """Rows of SPRITE_COLUMNS pictures."""
        return -(-self.count // SPRITE_COLUMNS)

    def corner(self, number: int) -> tuple[int, int]:
        """Where picture `number` has its upper left corner."""
        return number % SPRITE_COLUMNS * self.width, number // SPRITE_COLUMNS * self.height


def sprite(picture: Picture, duration_ms: int) -> Sprite:
    """Pictures 160 on the longer side, one every 5 s, at most a hundred of them."""
    rung = ladder(picture, None)[0]
    scale = SPRITE_SIDE / max(rung.width, rung.height)
    interval = max(5 * SECOND, -(-duration_ms // (MAX_SPRITES * SECOND)) * SECOND)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (rung.width, rung.height))
    return Sprite(width, height, interval, max(1, -(-duration_ms // interval)))


def _shown_size(picture: Picture) -> tuple[int, int]:
    """Width and height as seen: pixels made square, turned upright."""
    across, down = picture.aspect if min(picture.aspect) > 0 else (1, 1)
    width, height = max(2, picture.width * across // down), picture.height
    return (height, width) if picture.rotation % 180 else (width, height)


def gain_for(loudness: float | None) -> float:
    """Decibels that bring a recording to −16 LUFS; 0 for near enough, silence or unknown; never more than 20."""
    if loudness is None or loudness < -60.0 or abs(LOUDNESS_TARGET - loudness) <= 1.0:
        return 0.0
    return round(max(-20.0, min(20.0, LOUDNESS_TARGET - loudness)), 1)


def contiguous(files: Sequence[str], seconds: Sequence[str], duration_ms: int) -> list[tuple[str, int, int]]:
    """Segments as [file, from, to) in integer milliseconds, without gap from 0 to `duration_ms` (INV-I10 counts them).

    Sums are made in microseconds from the playlist's decimal words and rounded once per edge, so nothing drifts.
    """
    edges, total = [0], 0
    for text in seconds:
        whole, _dot, part = text.partition(".")
        total += int(whole) * 1_000_000 + int((part + "000000")[:6])
        edges.append((total + 500) // 1_000)
    spans = [(name, start, end) for name, start, end in zip(files, edges, edges[1:], strict=False) if start < duration_ms]
    if not spans:
        return []
    cut = [(name, start, min(end, duration_ms)) for name, start, end in spans]
    name, start, _end = cut[-1]
    return [*cut[:-1], (name, start, duration_ms)]


def space_needed(file_bytes: int) -> int:
    """Free bytes that must be there before a file is taken: the greater of 1 GiB and twice the file (decisions 36)."""
    return max(GIB, 2 * file_bytes)


def seconds_allowed(duration_ms: int) -> int:
    """Wall seconds an encoding may take: ten minutes and twelve times the film."""
    return 600 + 12 * duration_ms // SECOND


def permille(done_ms: int, duration_ms: int) -> int:
    """Progress in thousandths, 999 at most before the end is confirmed."""
    return 0 if duration_ms <= 0 else max(0, min(999, done_ms * 1_000 // duration_ms))
