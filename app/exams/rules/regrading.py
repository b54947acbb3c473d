"""How a final result changes when a question is withdrawn, its key is corrected or a written answer is marked anew. Pure.

Only the one question moves: its mark, its topic, the sums. What was answered, and the frozen paper, stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from app.bank.rules.scoring import CENT, ZERO, Mark, Outcome


class How(StrEnum):
    """What is done with a question after the fact."""

    FULL = "full"
    """Withdrawn, and everybody who had it gets its points: what most examination boards do, since nobody loses by it."""
    OUT = "out"
    """Withdrawn, and taken out of the total: the score is that of the rest of the paper."""
    KEY = "key"
    """Its key is corrected, and every answer to it marked by the new one."""


WITHDRAWN = frozenset({How.FULL, How.OUT})
"""Ways to put a question right after which no answer to it is the right one."""


@dataclass(frozen=True)
class Place:
    """A question of a paper: its opaque id there, its points, its topic."""

    question: str
    maximum: Decimal
    topic: str


@dataclass(frozen=True)
class Result:
    """Score of 100 cut to two decimals, and verdict."""

    score: Decimal
    passed: bool


@dataclass(frozen=True)
class Judged(Result):
    """A result as it is stored, with what it rests on."""

    verdict: dict[str, Any]


class NothingLeft(ValueError):
    """Without the question the paper has no points."""


def replaced(verdict: Mapping[str, Any], place: Place, mark: Mark, pass_mark: int, how: How | None = None) -> Judged:
    """The stored verdict with another mark for one question; `how` says why, and whether the question still counts.

    `how` None is a mark given anew by a person; what was done to the question before stays as it is.
    """
    amended = dict(verdict.get("amended", {}))
    at = next(at for at, row in enumerate(verdict["questions"]) if row[0] == place.question)
    old = verdict["questions"][at]
    how = how or (How(amended[place.question]) if place.question in amended else None)
    was = _weight(Decimal(old[1]), old[2], place, amended.get(place.question))
    now = _weight(mark.points, mark.outcome.value, place, how)
    points = Decimal(verdict["points"]) + now.points - was.points
    maximum = Decimal(verdict["maximum"]) + now.maximum - was.maximum
    if maximum <= 0:
        raise NothingLeft(place.question)
    questions = list(verdict["questions"])
    questions[at] = [place.question, *_stored(_shown(mark, place, how))]
    if how is not None:
        amended[place.question] = how.value
    changed = {
        **verdict, "points": str(points), "maximum": str(maximum), "questions": questions,
        "topics": _topics(verdict["topics"], place.topic, was, now), **({"amended": amended} if amended else {}),
    }  # fmt: skip
    return Judged((points * 100 / maximum).quantize(CENT, ROUND_DOWN), points * 100 >= pass_mark * maximum, changed)


@dataclass(frozen=True)
class _Weight:
    """What a question adds to the sums."""

    count: int
    right: int
    points: Decimal
    maximum: Decimal


def _weight(points: Decimal, outcome: str, place: Place, how: str | None) -> _Weight:
    if how == How.OUT:
        return _Weight(0, 0, ZERO, ZERO)
    if how == How.FULL:
        return _Weight(1, 1, place.maximum, place.maximum)
    return _Weight(1, int(outcome == Outcome.RIGHT), points, place.maximum)


def _shown(mark: Mark, place: Place, how: How | None) -> Mark:
    """The mark as the result shows it: full points for all, none where the question is out of the total."""
    if how is How.FULL:
        return Mark(place.maximum, Outcome.RIGHT, mark.parts)
    if how is How.OUT:
        return Mark(ZERO, mark.outcome, mark.parts)
    return mark


def _topics(topics: list[Any], topic: str, was: _Weight, now: _Weight) -> list[Any]:
    """The figures per topic with the difference in the one that is meant; a topic without questions left stays, with none."""
    return [
        [name, count + now.count - was.count, right + now.right - was.right, str(Decimal(points) + now.points - was.points),
         str(Decimal(most) + now.maximum - was.maximum)] if name == topic else [name, count, right, points, most]
        for name, count, right, points, most in topics
    ]  # fmt: skip


def _stored(mark: Mark) -> list[Any]:
    stored: list[Any] = [str(mark.points), mark.outcome.value]
    return [*stored, {name: _stored(part) for name, part in mark.parts.items()}] if mark.parts else stored
