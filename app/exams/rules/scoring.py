"""How answers turn into marks and marks into a verdict. Pure; every figure explains itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from app.exams.rules.answers import ACCEPTED, Kind, Value

CENT = Decimal("0.01")
ZERO = Decimal(0)


class PartialCredit(StrEnum):
    """What an incomplete answer to a multiple-choice question earns. Secret until release (decisions 25)."""

    NONE = "none"
    """Exactly the right options, or nothing."""
    HALF = "half"
    """No wrong option but not all right ones: half the points."""
    SHARE = "share"
    """No wrong option: the share of the right ones that was chosen. Any wrong option: nothing."""
    NET = "net"
    """Right ones less wrong ones, over all right ones, never below zero."""


class Outcome(StrEnum):
    """How one question ended."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Key:
    """The right options of one question and what an incomplete answer is worth."""

    kind: Kind
    right: frozenset[str]
    partial: PartialCredit = PartialCredit.NONE


@dataclass(frozen=True)
class Mark:
    """Points of one answer, to the cent and never rounded up, and how it ended."""

    points: Decimal
    outcome: Outcome


def score(key: Key, maximum: Decimal, value: Value | None) -> Mark:
    """Mark one canonical answer; unanswered questions earn nothing and are told apart from wrong ones."""
    if key.kind not in ACCEPTED:
        raise ValueError(f"questions of kind {key.kind} cannot be marked yet")
    if not value:
        return Mark(ZERO, Outcome.UNANSWERED)
    chosen = frozenset([value] if isinstance(value, str) else value)
    if chosen == key.right:
        return Mark(maximum, Outcome.RIGHT)
    share = _share(key, chosen) if key.kind is Kind.MULTIPLE else ZERO
    if share <= 0:
        return Mark(ZERO, Outcome.WRONG)
    return Mark((maximum * share).quantize(CENT, ROUND_DOWN), Outcome.PARTLY)


def _share(key: Key, chosen: frozenset[str]) -> Decimal:
    """The part of the points that an incomplete choice earns, 0 ≤ share < 1."""
    hits, slips = len(chosen & key.right), len(chosen - key.right)
    if key.partial is PartialCredit.NONE:
        return ZERO
    if key.partial is PartialCredit.NET:
        return max(Decimal(hits - slips) / len(key.right), ZERO)
    if slips:
        return ZERO
    return Decimal("0.5") if key.partial is PartialCredit.HALF else Decimal(hits) / len(key.right)


@dataclass(frozen=True)
class Marked:
    """One question of a paper with its mark."""

    question: str
    topic: str
    maximum: Decimal
    mark: Mark


@dataclass(frozen=True)
class TopicFigure:
    """How one topic went: questions, of them wholly right, points of maximum."""

    topic: str
    questions: int
    right: int
    points: Decimal
    maximum: Decimal


@dataclass(frozen=True)
class Verdict:
    """A whole paper judged. `score` is of 100, cut (not rounded) to two decimals, so that 59.999 never shows as 60."""

    points: Decimal
    maximum: Decimal
    score: Decimal
    passed: bool
    questions: tuple[Marked, ...]
    topics: tuple[TopicFigure, ...]


def judge(questions: Sequence[Marked], pass_mark: int) -> Verdict:
    """The verdict on a paper; passed when points ≥ `pass_mark` per cent of the maximum, compared exactly (EX-E34)."""
    points = sum((one.mark.points for one in questions), ZERO)
    maximum = sum((one.maximum for one in questions), ZERO)
    if maximum <= 0:
        raise ValueError("a paper without points cannot be judged")
    percent = (points * 100 / maximum).quantize(CENT, ROUND_DOWN)
    return Verdict(points, maximum, percent, points * 100 >= pass_mark * maximum, tuple(questions), _by_topic(questions))


def _by_topic(questions: Sequence[Marked]) -> tuple[TopicFigure, ...]:
    """Figures per topic in the order in which topics first occur on the paper."""
    groups: dict[str, list[Marked]] = {}
    for one in questions:
        groups.setdefault(one.topic, []).append(one)
    return tuple(
        TopicFigure(
            topic,
            len(group),
            sum(one.mark.outcome is Outcome.RIGHT for one in group),
            sum((one.mark.points for one in group), ZERO),
            sum((one.maximum for one in group), ZERO),
        )
        for topic, group in groups.items()
    )
