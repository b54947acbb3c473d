"""Sets of media time as sorted, disjoint, half-open intervals of whole milliseconds (INV-I3).

A span set is canonical: touching intervals are joined, so equal sets are equal tuples.
"""

from collections.abc import Iterable
from struct import pack, unpack

Span = tuple[int, int]
Spans = tuple[Span, ...]

EMPTY: Spans = ()


def span(start: int, end: int) -> Spans:
    """The set of one interval `[start, end)`; empty when it holds nothing."""
    return ((start, end),) if start < end else EMPTY


def measure(spans: Spans) -> int:
    """Milliseconds in the set."""
    return sum(end - start for start, end in spans)


def union(*sets: Iterable[Span]) -> Spans:
    """Every millisecond that is in any of the sets, once."""
    joined: list[Span] = []
    for start, end in sorted(piece for spans in sets for piece in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def intersect(left: Spans, right: Spans) -> Spans:
    """Milliseconds in both sets."""
    both: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            both.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(both)


def subtract(left: Spans, right: Spans) -> Spans:
    """Milliseconds of the left set that the right one does not hold."""
    rest: list[Span] = []
    j = 0
    for start, end in left:
        while j < len(right) and right[j][1] <= start:
            j += 1
        k = j
        while k < len(right) and right[k][0] < end:
            if start < right[k][0]:
                rest.append((start, right[k][0]))
            start = max(start, right[k][1])
            k += 1
        if start < end:
            rest.append((start, end))
    return tuple(rest)


def head(spans: Spans, limit_ms: int) -> Spans:
    """The earliest `limit_ms` milliseconds of the set."""
    taken: list[Span] = []
    for start, end in spans:
        if limit_ms <= 0:
            break
        end = min(end, start + limit_ms)
        taken.append((start, end))
        limit_ms -= end - start
    return tuple(taken)


def first_gap(spans: Spans, duration_ms: int) -> int | None:
    """Where the first millisecond stands that the set lacks; None when it holds the whole `[0, duration_ms)`."""
    missing = subtract(span(0, duration_ms), spans)
    return missing[0][0] if missing else None


def to_bytes(spans: Spans) -> bytes:
    """Eight bytes an interval: two unsigned 32-bit little-endian numbers."""
    flat = [edge for piece in spans for edge in piece]
    return pack(f"<{len(flat)}I", *flat)


def from_bytes(blob: bytes) -> Spans:
    """The set that `to_bytes` wrote."""
    flat = unpack(f"<{len(blob) // 4}I", blob)
    return tuple(zip(flat[::2], flat[1::2], strict=True))
