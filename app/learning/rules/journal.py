"""The journal of a play session: each accepted beat in some twenty bytes, the last 64 kept for repetition (INV-I4).

One entry holds what was claimed and what came of it, so it serves two purposes: it answers a repeated beat with the
same body, and it is the evidence of the hours. The layout is permanent; a new layout takes a new version byte in the
evidence row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from struct import Struct

from app.learning.rules.spans import Span, Spans, measure


class Moment(StrEnum):
    """What the player did after the range ended (decisions 2)."""

    PLAYING = "playing"
    PAUSED = "paused"
    ENDED = "ended"


class Excluded(StrEnum):
    """Why milliseconds of a claimed range were not credited. Published; the order is permanent."""

    HIDDEN = "hidden"  # the page was not visible throughout the range
    NOT_DELIVERED = "not_delivered"  # the server has not sent these seconds to this session
    ALREADY_CREDITED = "already_credited"  # watched before
    FASTER_THAN_CLOCK = "faster_than_clock"  # more media than real time allows
    DAILY_CAP = "daily_cap"  # the day's limit is used up
    FRAGMENTED = "fragmented"  # more separate pieces than a person can have watched
    PREVIEW = "preview"  # an author looks at an unpublished lecture


MOMENTS = tuple(Moment)
REASONS = tuple(Excluded)

Exclusion = tuple[Excluded, int]

_HEAD = Struct("<HIIIHBBBB")  # size, at, from, to, rate, flags, next beat in s, grants, exclusions
_PIECE = Struct("<II")
_EXCLUDED = Struct("<BI")
_VISIBLE, _WHOLE = 4, 8
_LATEST_MS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted beat. `at_ms` counts from the opening of the session; the range is kept as it was claimed."""

    at_ms: int
    from_ms: int
    to_ms: int
    rate_permille: int
    moment: Moment
    visible: bool
    next_beat_ms: int
    granted: Spans
    excluded: tuple[Exclusion, ...]

    @property
    def granted_ms(self) -> int:
        """Milliseconds this beat added to the coverage."""
        return measure(self.granted)

    def to_bytes(self) -> bytes:
        """The entry with its own size in front."""
        whole = self.granted == ((self.from_ms, self.to_ms),)
        granted = () if whole else self.granted
        flags = MOMENTS.index(self.moment) | _VISIBLE * self.visible | _WHOLE * whole
        tail = b"".join(
            [
                *(_PIECE.pack(*piece) for piece in granted),
                *(_EXCLUDED.pack(REASONS.index(reason), ms) for reason, ms in self.excluded),
            ]
        )
        at_ms, seconds = min(self.at_ms, _LATEST_MS), self.next_beat_ms // 1000
        return _HEAD.pack(
            _HEAD.size + len(tail), at_ms, self.from_ms, self.to_ms, self.rate_permille, flags, seconds,
            len(granted), len(self.excluded),
        ) + tail  # fmt: skip


def entries(blob: bytes) -> Iterator[Entry]:
    """The entries of a journal or of an evidence row, oldest first."""
    offset = 0
    while offset < len(blob):
        size, at_ms, start, end, rate, flags, seconds, grants, exclusions = _HEAD.unpack_from(blob, offset)
        place = offset + _HEAD.size
        pieces: list[Span] = []
        for _ in range(grants):
            pieces.append(_PIECE.unpack_from(blob, place))
            place += _PIECE.size
        excluded: list[Exclusion] = []
        for _ in range(exclusions):
            number, ms = _EXCLUDED.unpack_from(blob, place)
            excluded.append((REASONS[number], ms))
            place += _EXCLUDED.size
        granted = ((start, end),) if flags & _WHOLE else tuple(pieces)
        moment, visible = MOMENTS[flags & 3], bool(flags & _VISIBLE)
        yield Entry(at_ms, start, end, rate, moment, visible, seconds * 1000, granted, tuple(excluded))
        offset += size


def split(blob: bytes, count: int) -> tuple[bytes, bytes]:
    """The first `count` entries, and the rest."""
    offset = 0
    for _ in range(count):
        offset += int.from_bytes(blob[offset : offset + 2], "little")
    return blob[:offset], blob[offset:]
