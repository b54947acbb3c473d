"""How one answer turns into a mark. Pure; every figure explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from app.bank.rules.answers import ACCEPTED, Kind, Value

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
