"""What may be sent to a play session, and what counts as sent (decisions 6; ATK-A39…A45)."""

from dataclasses import dataclass

from app.learning.rules.spans import Spans, span, union

AHEAD_MS = 120_000  # media a session may be sent beyond twice the time since it opened
PACE = 2
ENOUGH_PERCENT = 90  # of a segment's bytes must have left before it counts


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of one rendition and the media time it shows, `[from_ms, to_ms)`."""

    name: str
    from_ms: int
    to_ms: int

    @property
    def ms(self) -> int:
        """Media milliseconds in the file."""
        return self.to_ms - self.from_ms


def cost_ms(segment: Segment, sent_bytes: int, size: int) -> int:
    """Media milliseconds of a part of a segment, rounded up; a whole segment costs its length."""
    return -(-segment.ms * sent_bytes // size) if size else 0


def budget_ms(open_for_ms: int) -> int:
    """Media milliseconds that a session may have been sent so long after it opened."""
    return PACE * max(open_for_ms, 0) + AHEAD_MS


def retry_ms(served_ms: int, more_ms: int, open_for_ms: int) -> int:
    """How long to wait until `more_ms` fit into the budget; 0 = they fit now."""
    lacking = served_ms + more_ms - budget_ms(open_for_ms)
    return -(-lacking // PACE) if lacking > 0 else 0


def counts_as_sent(sent_bytes: int, size: int) -> bool:
    """Whether enough of a segment's bytes left the server in one answer (ATK-A44)."""
    return size > 0 and sent_bytes * 100 >= size * ENOUGH_PERCENT


def enough_bytes(size: int) -> int:
    """The least number of bytes of a segment that counts as sent."""
    return -(-size * ENOUGH_PERCENT // 100)


def with_segment(delivered: Spans, segment: Segment) -> Spans:
    """The delivered ranges with one more segment."""
    return union(delivered, span(segment.from_ms, segment.to_ms))
