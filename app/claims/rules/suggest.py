"""How many days and hours a claim is worth by the rule set in force, with the reason. Pure.

Figures of a kind say what is counted; the rule set says what it comes to: minutes of an hour, hours of a day, the quantum
hours are floored to (domain.md §6.1-3), how much leave a class bears (EX-E22). A suggestion binds nobody: a person certifies.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.claims.rules.fields import Entered
from app.claims.rules.kinds import By, Kind
from app.kernel.quantity import floor_to
from app.rulebook.rules import DAY_STEP, Note, RuleSet, class_outcome, days_left
from app.rulebook.rules.model import Units

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Suggestion:
    """Training days and hours, and why; None where something is not entered yet."""

    hours: Decimal
    days: Decimal
    notes: tuple[Note, ...]


def suggest(kind: Kind, entered: Entered, book: RuleSet) -> Suggestion | None:
    """What the claim comes to. The cap of the kind is applied to the hours, and days follow where they are reckoned from hours.

    Of a class, hours and days are those that its leave lets count, by the rule of classes in force.
    """
    rule, units = kind.suggest, book.units
    if rule.by is By.DAY:
        if not entered.dates:
            return None
        days = floor_to(entered.dates * rule.share, Decimal("0.01"))
        raw = days * units.hours_per_day
        notes = [Note.of("by_day", dates=entered.dates, share=rule.share, days=days, hours_per_day=units.hours_per_day)]
    else:
        value = entered.values.get(rule.field)
        if value is None:
            return None
        days = ZERO
        raw, note = _by_value(kind, value, units)
        notes = [note]
    hours = floor_to(raw, units.hour_quantum)
    if rule.at_most is not None and hours > rule.at_most:
        hours = rule.at_most
        notes.append(Note.of("at_most", hours=rule.at_most))
    if rule.gives_days:
        days = min(floor_to(hours / units.hours_per_day, DAY_STEP), Decimal(entered.dates or 1))
        notes.append(Note.of("as_days", days=days, hours_per_day=units.hours_per_day))
    if kind.attendance is not None:
        hours, days, told = _attended(kind, entered, book, (hours, days))
        notes += told
    return Suggestion(hours.quantize(ZERO), days.quantize(ZERO), tuple(notes))


def _attended(kind: Kind, entered: Entered, book: RuleSet, whole: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal, list[Note]]:
    """What of a class counts after its leave, of the hours that its organiser says it has, else of those of its dates.

    Never more than its dates give; days shrink as the hours do. Where the rules have no word on leave nothing is taken off.
    """
    assert kind.attendance is not None
    hours, days = whole
    said, leave = (None if name not in entered.values else Decimal(str(entered.values[name])) for name in kind.attendance)
    if said is None and leave is None:
        return hours, days, []
    if book.class_rule is None:
        return hours, days, [Note.of("leave_no_rule")] if leave else []
    total, away = (hours if said is None else said), leave or ZERO
    found = class_outcome(book.class_rule, total, away)
    if not found.is_completed:
        return ZERO, ZERO, [Note.of("class_withdrawn", leave=away, whole=total, limit=str(book.class_rule.leave_limit))]
    counted = floor_to(min(found.hours, hours), book.units.hour_quantum)
    notes = [Note.of("class_attended" if found.hours < total else "class_whole", whole=total, leave=away, hours=found.hours)]
    if counted < found.hours:
        notes.append(Note.of("class_dates", hours=counted))
    return counted, days_left(days, found.hours, total), notes


def _by_value(kind: Kind, value: object, units: Units) -> tuple[Decimal, Note]:
    """Hours of a counted field before they are floored."""
    rule = kind.suggest
    if rule.by is By.CHOICE:
        hours = rule.each[str(value)]
        return hours, Note.of("by_choice", choice=str(value), hours=hours)
    count = Decimal(str(value))
    if rule.by is By.MINUTES:
        return count / units.minutes_per_hour, Note.of("by_minutes", minutes=count, minutes_per_hour=units.minutes_per_hour)
    if rule.by is By.UNIT:
        return count * rule.hours / rule.per, Note.of("by_unit", field=rule.field, count=count, per=rule.per, hours=rule.hours)
    return count, Note.of("by_hours", hours=count)
