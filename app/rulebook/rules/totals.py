"""Adding up lines: what falls into a bucket, capped by the year, in every measure at once. Pure.

A `Totals` is all that judging needs. It may be added up here from lines, or come from one SQL statement for a whole
city (decision 20); the judge cannot tell the difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from .facts import CARRIES, Line, Person, matches
from .lines import Worth, year_in
from .model import ZERO, Bucket, Measure, Need, Requirement, RuleSet, holds
from .notes import Note


class Summand(Protocol):
    """What can be added up: one line, or many lines of one kind that a statement of SQL has added up already."""

    @property
    def year(self) -> int: ...
    @property
    def gross_days(self) -> Decimal: ...
    @property
    def gross_hours(self) -> Decimal: ...
    @property
    def days(self) -> Decimal: ...
    @property
    def hours(self) -> Decimal: ...
    @property
    def credits(self) -> Decimal: ...
    @property
    def span_days(self) -> int: ...
    @property
    def factor(self) -> Decimal: ...
    @property
    def cap(self) -> int | None: ...
    @property
    def carried_in(self) -> Decimal: ...


Part = TypeVar("Part", bound=Summand)


@dataclass(frozen=True)
class Totals:
    """Sums of one need: certified as they stand on the lines, and as they count."""

    gross_days: Decimal = ZERO
    gross_hours: Decimal = ZERO
    days: Decimal = ZERO
    hours: Decimal = ZERO
    credits: Decimal = ZERO
    span_days: Decimal = ZERO
    carried_in: Decimal = ZERO

    def gross(self, measure: Measure) -> Decimal:
        """The certified sum in a measure; months in calendar days of classes."""
        if measure is Measure.DAYS:
            return self.gross_days
        return self.span_days if measure is Measure.MONTHS else self.gross_hours

    def counted(self, measure: Measure) -> Decimal:
        """The sum that counts in a measure; months in calendar days of classes."""
        if measure is Measure.DAYS:
            return self.days
        if measure is Measure.MONTHS:
            return self.span_days
        return self.credits if measure is Measure.CREDITS else self.hours


@dataclass(frozen=True)
class Window:
    """The accounting years that belong to a period: one for a year, several for a cycle."""

    first: int
    last: int

    def holds(self, year: int | None) -> bool:
        """Whether an accounting year belongs to it."""
        return year is not None and self.first <= year <= self.last


def buckets_of(rule_set: RuleSet, need: Need) -> Sequence[Bucket]:
    """The buckets a need adds up; a total that names none is over all of the set."""
    return [rule_set.buckets[name] for name in need.buckets] if need.buckets else list(rule_set.buckets.values())


def falls_into(rule_set: RuleSet, bucket: Bucket, line: Line) -> bool:
    """Whether a line stands in a bucket: what was carried in only in that to which it was carried, what went out in none."""
    if line.entry_kind in CARRIES:
        return line.entry_kind == "carry_in" and any(rule.into == bucket.id for rule in rule_set.carry_over)
    return bucket.accepts(line)


def takers(rule_set: RuleSet, person: Person, line: Line, day: date) -> tuple[Requirement, ...]:
    """The requirements about the person on that day that such a line counts into, by a bucket or up to a share (recognition)."""
    return tuple(one for one in rule_set.requirements if matches(one.who, person, day) and _takes(rule_set, one, line))


def _takes(rule_set: RuleSet, requirement: Requirement, line: Line) -> bool:
    if any(falls_into(rule_set, bucket, line) for need in requirement.needs for bucket in buckets_of(rule_set, need)):
        return True
    return any(requirement.id in rule.into and holds(rule.clause, line) for rule in rule_set.supplements)


def chosen(rule_set: RuleSet, need: Need, items: Iterable[Worth], window: Window) -> list[Worth]:
    """Lines of a need in a period. What was carried in serves only the bucket it was carried to, and totals."""
    buckets = buckets_of(rule_set, need)
    picked: list[Worth] = []
    for item in items:
        if item.line.entry_kind in CARRIES:
            takes = need.is_total or any(falls_into(rule_set, bucket, item.line) for bucket in buckets)
            if takes and window.holds(item.year):
                picked.append(item)
        elif any(bucket.accepts(item.line) and window.holds(year_in(bucket, item)) for bucket in buckets):
            picked.append(item)
    return picked


def add_up(rule_set: RuleSet, items: Iterable[Worth]) -> tuple[Totals, tuple[Note, ...]]:
    """Totals of the lines of one need, and which of them the caps of the year cut short."""
    items = list(items)
    notes: list[Note] = []
    for (number, year), group in sorted(_capped(items).items()):
        limit = rule_set.caps[number].hours
        claimed = sum((item.hours for item in group), ZERO)
        if claimed > limit:
            lines = tuple(sorted(item.line.id for item in group))
            notes.append(Note.of("year_cap", lines=lines, year=year, claimed=claimed, hours=limit))
    return total(rule_set, items), tuple(notes)


def total(rule_set: RuleSet, parts: Sequence[Summand]) -> Totals:
    """Totals of one need, with the caps of the year applied to their sums, whatever their order."""
    gross_days = gross_hours = days = hours = credits = carried_in = ZERO
    span_days = 0
    for part in parts:
        gross_days += part.gross_days
        gross_hours += part.gross_hours
        days += part.days
        span_days += part.span_days
        carried_in += part.carried_in
        if part.cap is None:
            hours += part.hours
            credits += part.credits
    for (number, _year), group in _capped(parts).items():
        counted, earned = _within(rule_set.caps[number].hours, group)
        hours, credits = hours + counted, credits + earned
    return Totals(gross_days, gross_hours, days, hours, credits, Decimal(span_days), carried_in)


def _capped(parts: Iterable[Part]) -> dict[tuple[int, int], list[Part]]:
    """What shares a cap of a year."""
    groups: dict[tuple[int, int], list[Part]] = {}
    for part in parts:
        if part.cap is not None:
            groups.setdefault((part.cap, part.year), []).append(part)
    return groups


def _within(limit: Decimal, group: Sequence[Summand]) -> tuple[Decimal, Decimal]:
    """Hours and credits of one capped group; the lines that are worth more credits fill the cap first."""
    left, hours, credits = limit, ZERO, ZERO
    for item in sorted(group, key=lambda item: (item.hours >= 0, -item.factor)):
        part = min(item.hours, left)
        left, hours, credits = left - part, hours + part, credits + part * item.factor
    return hours, credits


def overflowed(
    rule_set: RuleSet, needs: Sequence[Need], required: Sequence[Decimal], totals: Sequence[Totals]
) -> tuple[tuple[Totals, ...], tuple[Note, ...]]:
    """Hours above the need of one bucket moved to another of the same requirement (EX-E28)."""
    moved = list(totals)
    places: Mapping[str, int] = {need.buckets[0]: n for n, need in enumerate(needs) if len(need.buckets) == 1}
    notes: list[Note] = []
    for rule in rule_set.overflow:
        source, target = places.get(rule.source), places.get(rule.target)
        if source is None or target is None or needs[source].measure is not Measure.HOURS:
            continue
        surplus = moved[source].hours - required[source]
        if surplus > 0:
            moved[source] = replace(moved[source], hours=required[source])
            moved[target] = replace(moved[target], hours=moved[target].hours + surplus)
            notes.append(Note.of("overflow", source=rule.source, target=rule.target, hours=surplus))
    return tuple(moved), tuple(notes)
