"""What of a text is shown of a hit: a stretch around the first term, cut into pieces of which some are marked. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.search.rules.words import Term, is_latin

BEFORE, LONGEST = 24, 110
"""Letters before the first term, and letters in all."""


@dataclass(frozen=True)
class Piece:
    """A part of a text; `is_hit` when it is what was asked for."""

    text: str
    is_hit: bool = False


def hits(text: str, asked: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the terms stand, as [begin, end) of the text, in order and without overlap."""
    flat, places = _flat(text)
    found = []
    for term in asked:
        at = flat.find(term.text)
        while at >= 0:
            if not (at and is_latin(flat[at]) and is_latin(flat[at - 1])):  # "ai" is not found in "said"
                found.append((places[at], places[at + len(term.text) - 1] + 1))
            at = flat.find(term.text, at + len(term.text))
    return _merged(sorted(found))


def _flat(text: str) -> tuple[str, list[int]]:
    """The text in its plain form, and for each of its letters the letter of the text from which it came."""
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        made = unicodedata.normalize("NFKC", letter).casefold()
        letters.append(made)
        places += [at] * len(made)
    return "".join(letters), places


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def pieces(text: str, asked: Sequence[Term]) -> tuple[Piece, ...]:
    """The whole text with the terms marked (for titles)."""
    return _cut(text, hits(text, asked), 0, len(text))


def stretch(texts: Sequence[str], asked: Sequence[Term]) -> tuple[Piece, ...]:
    """The text in which most terms stand, from a little before the first of them; the beginning of the first if none does."""
    found = [(text, hits(text, asked)) for text in texts if text]
    if not found:
        return ()
    text, spans = max(found, key=lambda one: len({text_of(one[0], span) for span in one[1]}))
    begin = max(0, spans[0][0] - BEFORE) if spans else 0
    end = min(len(text), begin + LONGEST)
    shown = _cut(text, spans, begin, end)
    return (*((Piece("…"),) if begin else ()), *shown, *((Piece("…"),) if end < len(text) else ()))


def text_of(text: str, span: tuple[int, int]) -> str:
    """What stands in a span, in its plain form."""
    return unicodedata.normalize("NFKC", text[span[0] : span[1]]).casefold()


def _cut(text: str, spans: Sequence[tuple[int, int]], begin: int, end: int) -> tuple[Piece, ...]:
    """The text from `begin` to `end` as pieces."""
    found, at = [], begin
    for start, stop in spans:
        if stop <= begin or start >= end:
            continue
        start, stop = max(start, begin), min(stop, end)
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:stop], True))
        at = stop
    if at < end:
        found.append(Piece(text[at:end]))
    return tuple(found)
