"""How one answer turns into a mark. Pure; every figure explains itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from app.bank.rules.answers import CaseValue, Kind, Value, is_answered
from app.bank.rules.blanks import ONE, Blank

CENT = Decimal("0.01")
ZERO = Decimal(0)


class PartialCredit(StrEnum):
    """What an incomplete answer to a multiple-choice question, or to several blanks, earns. Secret until release (decisions 25)."""

    NONE = "none"
    """Exactly the right options, or nothing. Of blanks: all of them, or nothing."""
    HALF = "half"
    """No wrong option but not all right ones: half the points."""
    SHARE = "share"
    """No wrong option: the share of the right ones that was chosen. Any wrong option: nothing. Of blanks: each its part."""
    NET = "net"
    """Right ones less wrong ones, over all right ones, never below zero."""


class Outcome(StrEnum):
    """How one question ended."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNANSWERED = "unanswered"
    TO_MARK = "to_mark"
    """Needs a person: the points are what the college could mark by itself."""


@dataclass(frozen=True)
class Key:
    """What is right in one question and what an incomplete answer is worth. `parts` are those of a case, each with its points."""

    kind: Kind
    right: frozenset[str] = frozenset()
    partial: PartialCredit = PartialCredit.NONE
    blanks: tuple[Blank, ...] = ()
    parts: Mapping[str, tuple[Key, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """Points of one answer, to the cent and never rounded up, and how it ended; of a case also how each part did."""

    points: Decimal
    outcome: Outcome
    parts: Mapping[str, Mark] = field(default_factory=dict)


def score(key: Key, maximum: Decimal, value: Value | CaseValue | None) -> Mark:
    """Mark one canonical answer; unanswered questions earn nothing and are told apart from wrong ones."""
    if value is None or not is_answered(value):
        return Mark(ZERO, Outcome.UNANSWERED)
    if key.kind is Kind.CASE:
        return _case(key, maximum, value if isinstance(value, dict) else {})
    assert not isinstance(value, dict)
    if key.kind is Kind.SHORT:
        return Mark(ZERO, Outcome.TO_MARK)
    share = _of_blanks(key, value) if key.kind is Kind.BLANK else _of_options(key, value)
    if share >= 1:
        return Mark(maximum, Outcome.RIGHT)
    if share <= 0:
        return Mark(ZERO, Outcome.WRONG)
    return Mark((maximum * share).quantize(CENT, ROUND_DOWN), Outcome.PARTLY)


def _of_options(key: Key, value: Value) -> Decimal:
    chosen = frozenset([value] if isinstance(value, str) else value)
    if chosen == key.right:
        return ONE
    return _share(key, chosen) if key.kind is Kind.MULTIPLE else ZERO


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


def _of_blanks(key: Key, value: Value) -> Decimal:
    """The part of the points that these texts earn; every blank weighs the same."""
    earned = [blank.share(text) for blank, text in zip(key.blanks, value, strict=True)]
    if all(one == 1 for one in earned):
        return ONE
    return sum(earned, ZERO) / len(earned) if key.partial is PartialCredit.SHARE else ZERO


def _case(key: Key, maximum: Decimal, value: CaseValue) -> Mark:
    """A case earns what its parts earn; where its maximum is not the sum of theirs, in proportion."""
    marks = {part: score(inner, points, value.get(part)) for part, (inner, points) in key.parts.items()}
    return of_parts(maximum, sum((points for _, points in key.parts.values()), ZERO), marks)


def of_parts(maximum: Decimal, total: Decimal, marks: Mapping[str, Mark]) -> Mark:
    """The mark of a case from those of its parts, which come to `total` at most."""
    earned = sum((mark.points for mark in marks.values()), ZERO)
    points = maximum if earned == total else (earned * maximum / total).quantize(CENT, ROUND_DOWN)
    outcomes = {mark.outcome for mark in marks.values()}
    if Outcome.TO_MARK in outcomes:
        return Mark(points, Outcome.TO_MARK, marks)
    if outcomes == {Outcome.RIGHT}:
        return Mark(points, Outcome.RIGHT, marks)
    return Mark(points, Outcome.PARTLY if points > 0 else Outcome.WRONG, marks)
