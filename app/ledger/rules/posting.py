"""What may be posted, how a line is taken back, and what lines come to. Pure.

Posting is gross: caps, alternatives and carry-over are judged when a year is evaluated, never here (domain.md §6.1-2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

ZERO = Decimal("0.00")
FULL_DAY = Decimal("1.00")
LIMIT = Decimal("100000")
"""No single line carries as many hours, days or calendar days as this: a figure above it is a slip of the keyboard."""
AXES = frozenset({"class_type", "mandatory", "result", "institution_kind", "level", "list_year"})
"""Further axes that a rule set may ask for (decisions 19); only those present are hashed."""


class EntryKind(StrEnum):
    """What a line does to the record."""

    CREDIT = "credit"
    REVERSAL = "reversal"
    ADJUSTMENT = "adjustment"
    CARRY_IN = "carry_in"
    CARRY_OUT = "carry_out"


CARRY = "carry_over"
"""The source of both halves of what a year hands on, and of their reversals."""


class Category(StrEnum):
    """The closed list of what study can be (decisions 12)."""

    DISPATCH = "dispatch"
    CENTRAL_GROUP = "central_group"
    MAIN_CLASS = "main_class"
    OVERSEAS = "overseas"
    SPECIAL_CLASS = "special_class"
    ELECTIVE = "elective"
    ONLINE_COURSE = "online_course"
    SELF_STUDY_CLAIM = "self_study_claim"
    OWN_UNIT_CLASS = "own_unit_class"
    TEACHING = "teaching"
    PAPER = "paper"
    DEGREE = "degree"
    EXAM = "exam"
    EXTERNAL = "external"


CLOSED: Mapping[str, frozenset[str]] = {
    "category": frozenset(Category),
    "framework": frozenset({"loyalty", "competence", "restraint"}),
    "subject_kind": frozenset({"public", "professional", "elective"}),
    "selection": frozenset({"assigned", "elective"}),
}
"""Axes whose values are closed; empty is allowed for all but the category."""


@dataclass(frozen=True)
class Wrong:
    """A value that cannot be posted: which field, and a stable word for why."""

    field: str
    why: str


class Figures(Protocol):
    """The figures of a line, signed."""

    @property
    def hours(self) -> Decimal: ...
    @property
    def days(self) -> Decimal: ...
    @property
    def span_days(self) -> int: ...


class Posted(Figures, Protocol):
    """What totals need to know of a posted line."""

    @property
    def category(self) -> str: ...


@dataclass(frozen=True)
class Sum:
    """What lines come to: signed sums, so that a line and its reversal cancel."""

    hours: Decimal = ZERO
    days: Decimal = ZERO
    span_days: int = 0
    lines: int = 0

    def plus(self, line: Figures) -> Sum:
        """The sum with one line more."""
        return Sum(self.hours + line.hours, self.days + line.days, self.span_days + line.span_days, self.lines + 1)


@dataclass(frozen=True)
class Totals:
    """The sum of lines, whole and by category."""

    whole: Sum = Sum()
    by_category: Mapping[str, Sum] = field(default_factory=dict)


def totals(lines: Iterable[Posted]) -> Totals:
    """Add up lines. Reversals count with their own sign; nothing is capped or left out."""
    whole, parts = Sum(), defaultdict[str, Sum](Sum)
    for line in lines:
        whole = whole.plus(line)
        parts[line.category] = parts[line.category].plus(line)
    return Totals(whole, dict(parts))


def figures_wrong(kind: str, hours: Decimal, days: Decimal, span_days: int) -> Wrong | None:
    """Credits are never negative (domain.md §7-5); an adjustment has a sign and is not empty."""
    for name, value in (("hours", hours), ("days", days), ("span_days", Decimal(span_days))):
        if not value.is_finite() or abs(value) >= LIMIT:
            return Wrong(name, "out_of_range")
        if value != value.quantize(Decimal("0.01")):
            return Wrong(name, "more_than_two_decimals")
        if kind in (EntryKind.CREDIT, EntryKind.CARRY_IN) and value < 0:
            return Wrong(name, "negative")
        if kind == EntryKind.CARRY_OUT and value > 0:
            return Wrong(name, "positive")
    if kind == EntryKind.ADJUSTMENT and not (hours or days or span_days):
        return Wrong("hours", "empty")
    return None


def axes_wrong(values: Mapping[str, str | None], axes: Mapping[str, str | int | bool]) -> Wrong | None:
    """Every closed axis holds a value of its list; further axes are known by name."""
    for name, allowed in CLOSED.items():
        value = values.get(name)
        if value not in allowed and not (value is None and name != "category"):
            return Wrong(name, "unknown_value")
    for name, extra in axes.items():
        if name not in AXES or not isinstance(extra, str | int | bool):
            return Wrong("axes", "unknown_axis")
    return None


def list_fits(list_year: int, subject_kind: str | None, last: date) -> bool:
    """Whether training finished on a day can be on the list of a year: of public subjects, that year's or the one before (EX-E29)."""
    return subject_kind == "public" and list_year in (last.year - 1, last.year)


def list_of(list_years: Iterable[int], last: date) -> int | None:
    """The list for which a course counts that was finished on a day: the newest not after it, so that the own year comes first (EX-E29)."""
    return max((year for year in list_years if year <= last.year), default=None)


def dates_wrong(occurred_from: date, occurred_to: date, days: Decimal) -> Wrong | None:
    """Inclusive dates in order, and never more days than dates (one training day a calendar date at most)."""
    if occurred_to < occurred_from:
        return Wrong("occurred_to", "before_beginning")
    if abs(days) > (occurred_to - occurred_from).days + 1:
        return Wrong("days", "more_than_dates")
    return None


def spread(days: Decimal, occurred_from: date, occurred_to: date, taken: Mapping[date, Decimal]) -> dict[date, Decimal] | None:
    """Lay `days` on the dates of an activity, at most 1.00 a date with what is `taken` (domain.md §7-4).

    Working days come first, then Saturdays and Sundays, each in order. None when the dates have no room left.
    """
    span = [occurred_from + timedelta(days=i) for i in range((occurred_to - occurred_from).days + 1)]
    laid: dict[date, Decimal] = {}
    left = days
    for day in sorted(span, key=lambda on: (on.weekday() >= 5, on)):
        part = min(FULL_DAY - taken.get(day, ZERO), left)
        if part > 0:
            laid[day] = part
            left -= part
    return laid if left == 0 else None


def reversible(kind: str) -> bool:
    """A reversal is final: what was taken back wrongly is credited anew (decisions 15)."""
    return kind != EntryKind.REVERSAL


def cancels(target: Figures, reversal: Figures) -> bool:
    """Whether the reversal is exactly the negative of its target (domain.md §7-3)."""
    return (reversal.hours, reversal.days, reversal.span_days) == (-target.hours, -target.days, -target.span_days)
