"""Cues of a transcript as passages: pieces large enough to hold a thought, each knowing when its lines are said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 300
"""Letters after which a passage ends with its line."""


@dataclass(frozen=True)
class Passage:
    """What is said from `at_ms` on. `marks`: where each line begins in the text, and at which millisecond it is said."""

    at_ms: int
    text: str
    marks: tuple[tuple[int, int], ...]


def passages(cues: Iterable[tuple[int, str]]) -> Iterator[Passage]:
    """Consecutive cues (begin in ms, words) until a passage is long enough. The last line of one begins the next.

    So what is said across the seam is found too, if it is no longer than two lines.
    """
    lines: list[tuple[int, str]] = []
    fresh = 0
    for at_ms, text in cues:
        lines.append((at_ms, " ".join(text.split())))
        fresh += 1
        if sum(len(words) for _at, words in lines) >= LONGEST:
            yield _joined(lines)
            lines, fresh = lines[-1:], 0
    if fresh:
        yield _joined(lines)


def _joined(lines: list[tuple[int, str]]) -> Passage:
    text, marks = "", []
    for at_ms, words in lines:
        text += _seam(text, words)
        marks.append((len(text), at_ms))
        text += words
    return Passage(lines[0][0], text, tuple(marks))


def _seam(before: str, after: str) -> str:
    """A space between words of Latin script; Chinese goes on as it is spoken."""
    return " " if before and after and before[-1].isascii() and after[0].isascii() else ""


def moment(marks: Iterable[tuple[int, int]], offset: int, otherwise: int) -> int:
    """When the letter at `offset` is said: the begin of its line, in milliseconds."""
    return max((at_ms for begin, at_ms in marks if begin <= offset), default=otherwise)
