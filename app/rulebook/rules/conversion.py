"""How lectures shown become hours. Pure: no web, no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.quantity import floor_to

from .model import ZERO, Method, RuleSet
from .notes import Note


class UnknownKind(ValueError):
    """The rule set does not say how this kind of activity becomes hours."""

    def __init__(self, rule_set: RuleSet, kind: str) -> None:
        known = ", ".join(sorted(rule_set.conversion.methods))
        super().__init__(f"{rule_set.pin} converts {known}; it has no rule for {kind!r}")


@dataclass(frozen=True)
class Conversion:
    """Hours granted, whether the activity is complete, and why."""

    hours: Decimal
    complete: bool
    explanation: tuple[Note, ...]


def is_covered(rule_set: RuleSet, seconds: int, covered: int) -> bool:
    """A lecture is complete at the required share of its own length, the share itself included (EX-E03)."""
    return Decimal(covered) >= rule_set.coverage_required * seconds


def convert(
    rule_set: RuleSet,
    kind: str,
    lecture_seconds: Sequence[int],
    test_passed: bool = False,
    covered_seconds: Sequence[int] | None = None,
) -> Conversion:
    """Full nominal hours once every lecture is covered, else none; never covered seconds (decisions 5, 10).

    `lecture_seconds` are the mandatory lectures in order; without `covered_seconds` all of them count as shown.
    Raises UnknownKind, and ValueError for lengths that are negative or do not match.
    """
    method = rule_set.conversion.methods.get(kind)
    if method is None:
        raise UnknownKind(rule_set, kind)
    covered = lecture_seconds if covered_seconds is None else covered_seconds
    if len(covered) != len(lecture_seconds) or any(value < 0 for value in (*covered, *lecture_seconds)):
        raise ValueError("each lecture needs its length and its covered seconds, neither below zero")
    missing = tuple(
        Note.of("lecture_incomplete", lecture=number, seconds=length, covered=shown, share=rule_set.coverage_required)
        for number, (length, shown) in enumerate(zip(lecture_seconds, covered, strict=True), start=1)
        if not is_covered(rule_set, length, shown)
    )
    if missing or not lecture_seconds:
        return Conversion(ZERO, False, missing or (Note.of("no_lectures"),))
    hours, notes = _nominal(rule_set, method, lecture_seconds)
    bonus = rule_set.conversion.bonus_hours
    if test_passed and bonus:
        return Conversion(hours + bonus, True, (*notes, Note.of("exam_bonus", hours=bonus)))
    return Conversion(hours, True, notes)


def exam_hours(rule_set: RuleSet, set_hours: Decimal) -> Conversion:
    """What a passed examination is worth: what it is set to, down to the step of the rule set, or one figure the rule set fixes.

    An examination that is set to nothing is worth nothing under any rule set.
    """
    if set_hours <= 0:
        return Conversion(ZERO, True, (Note.of("exam_set", set=set_hours, hours=ZERO),))
    method = rule_set.conversion.methods.get("exam")
    if method is not None:
        return Conversion(method.hours, True, (Note.of("fixed", hours=method.hours),))
    hours = floor_to(set_hours, rule_set.units.hour_quantum)
    return Conversion(hours, True, (Note.of("exam_set", set=set_hours, quantum=rule_set.units.hour_quantum, hours=hours),))


def _nominal(rule_set: RuleSet, method: Method, lengths: Sequence[int]) -> tuple[Decimal, tuple[Note, ...]]:
    """Linear sums seconds and floors once; tiered converts each lecture, then sums; fixed is one figure (decision 10)."""
    if method.name == "fixed":
        return method.hours, (Note.of("fixed", hours=method.hours),)
    if method.name == "tiered":
        parts = [_tier_hours(method, seconds) for seconds in lengths]
        notes = tuple(
            Note.of("tier", lecture=number, seconds=seconds, hours=hours)
            for number, (seconds, hours) in enumerate(zip(lengths, parts, strict=True), start=1)
        )
        return sum(parts, ZERO), notes
    total = sum(lengths)
    exact = Decimal(total) / (rule_set.units.minutes_per_hour * 60)
    hours = floor_to(exact, rule_set.units.hour_quantum)
    note = Note.of(
        "linear",
        seconds=total,
        minutes_per_hour=rule_set.units.minutes_per_hour,
        quantum=rule_set.units.hour_quantum,
        hours=hours,
    )
    return hours, (note,)


def _tier_hours(method: Method, seconds: int) -> Decimal:
    """The first tier that takes the lecture; a lecture without length earns nothing."""
    if seconds == 0:
        return ZERO
    return next((tier.hours for tier in method.tiers if tier.takes(seconds)), ZERO)
