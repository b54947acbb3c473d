"""Equivalent forms A, B, … of one blueprint: drawn once, disjoint where the bank allows, compared by their statistics. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.exams.rules.blueprint import Choice, Row, Stock, draw, shortages
from app.exams.rules.lots import Lots

COUNTS = (0, 2, 3, 4, 5, 6)
"""How many forms there may be; 0: each candidate has a draw of his own."""

Form = list[list[int]]
"""The questions of a form, row by row."""


def letter(at: int) -> str:
    """What a form is called: A, B, …"""
    return chr(ord("A") + at)


def forms(key: bytes, rows: Sequence[Row], of: Stock, count: int) -> list[Form]:
    """So many forms. Where the bank can fill them all at once, they are drawn at once and dealt out: no two share a question.

    Else one is drawn after the other; each goes without the questions of those before it but for as many as its rows lack.
    What says the same counts as the same question. `of` fills the blueprint once (shortages are none).
    """
    if not count:
        return []
    all_of_them = [replace(row, count=row.count * count) for row in rows]
    if not shortages(all_of_them, of):
        dealt = draw(key, all_of_them, of)
        return [[some[at * row.count : (at + 1) * row.count] for row, some in zip(rows, dealt, strict=True)] for at in range(count)]
    return _one_by_one(key, rows, of, count)


def _one_by_one(key: bytes, rows: Sequence[Row], of: Stock, count: int) -> list[Form]:
    found: list[Form] = []
    spent: dict[int, int] = {}
    home = {one: (_first(choice), bits) for bits, choices in of.groups.items() for choice in choices for one in _all(choice)}
    members: dict[int, list[int]] = {}
    for question, (first, _bits) in home.items():
        members.setdefault(first, []).append(question)
    for at in range(count):
        seed = b"%d|" % at + key[:60]
        kept = _spared(Lots(seed, "again"), rows, of, spent)
        form = draw(seed, rows, of, {one for first in kept for one in members[first]})
        spent |= dict(home[one] for row in form for one in row)
        found.append(form)
    return found


def _spared(lots: Lots, rows: Sequence[Row], of: Stock, spent: Mapping[int, int]) -> set[int]:
    """The choices of earlier forms that this one can do without."""
    kept = dict(spent)
    while lacking := shortages(rows, Stock({bits: [one for one in some if _first(one) not in kept] for bits, some in of.groups.items()})):
        for one in lacking:
            mask = sum(1 << row for row in one.rows)
            for again in lots.order([first for first, bits in sorted(kept.items()) if bits & mask])[: one.lacking]:
                del kept[again]
    return set(kept)


def _all(choice: Choice) -> list[int]:
    return [choice] if isinstance(choice, int) else [one[0] for one in choice]


def _first(choice: Choice) -> int:
    return _all(choice)[0]


@dataclass(frozen=True)
class Known:
    """What the bank and earlier sittings say of a question: topic, difficulty from 1 to 5, share of its points earned, if sat."""

    topic: str
    difficulty: int
    ease: Decimal | None = None


@dataclass(frozen=True)
class Look:
    """The statistics of one form, to be laid beside those of the others."""

    letter: str
    questions: int
    points: Decimal
    difficulty: Decimal
    """Mean difficulty from 1 to 5, weighed by points."""
    expected: Decimal | None
    """Expected share of the points, from 0 to 1, of the questions that were sat before; None where none was."""
    sat: int
    """How many questions were sat before."""
    topics: Mapping[str, int]
    shared: int
    """How many of its questions stand in another form, too."""


def looks(rows: Sequence[Row], drawn: Sequence[Form], known: Mapping[int, Known]) -> list[Look]:
    """The forms side by side."""
    asked = Counter(one for form in drawn for one in {one for row in form for one in row})
    return [_look(letter(at), rows, form, known, asked) for at, form in enumerate(drawn)]


def _look(name: str, rows: Sequence[Row], form: Form, known: Mapping[int, Known], asked: Mapping[int, int]) -> Look:
    worth = [(known[one], row.points) for row, some in zip(rows, form, strict=True) for one in some if one in known]
    total = sum((points for _one, points in worth), Decimal(0))
    told = [(one.ease, points) for one, points in worth if one.ease is not None]
    difficulty = _mean([(Decimal(one.difficulty), points) for one, points in worth]) or Decimal(0)
    questions = [one for some in form for one in some]
    topics = Counter(one.topic for one, _points in worth)
    return Look(name, len(questions), total, difficulty, _mean(told), len(told), dict(sorted(topics.items())),
                sum(asked[one] > 1 for one in questions))  # fmt: skip


def _mean(weighed: Sequence[tuple[Any, Decimal]]) -> Decimal | None:
    total = sum((weight for _value, weight in weighed), Decimal(0))
    if not total:
        return None
    return (sum((value * weight for value, weight in weighed), Decimal(0)) / total).quantize(Decimal("0.01"))
