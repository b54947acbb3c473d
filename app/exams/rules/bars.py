"""Where the bars of a histogram stand in their drawing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 720, 120, 12


@dataclass(frozen=True)
class Bar:
    """One band of scores: from, to, how many; its place in the drawing."""

    low: int
    high: int
    count: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Bars:
    """All bands, and where the pass mark stands."""

    bars: tuple[Bar, ...]
    mark_x: int


def columns(counts: Sequence[int], pass_mark: int) -> Bars:
    """The bands side by side; the highest fills the drawing, and what is not empty can be seen."""
    step, most = WIDTH // len(counts), max(max(counts), 1)
    bars = []
    for at, count in enumerate(counts):
        height = max(count * HEIGHT // most, 3 if count else 1)
        bars.append(
            Bar(at * 100 // len(counts), (at + 1) * 100 // len(counts), count, at * step + GAP // 2, HEIGHT - height, step - GAP, height)
        )
    return Bars(tuple(bars), pass_mark * WIDTH // 100)
