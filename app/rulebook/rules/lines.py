"""Which lines live, what each is worth under a rule set, and to which year it belongs. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.kernel.quantity import floor_to

from .facts import CARRIES, CITY, Line
from .model import ZERO, Bucket, RuleSet
from .notes import Note

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Worth:
    """One live line, or its share of one year, with its figures as the rule set counts them."""

    line: Line
    year: int
    gross_days: Decimal
    gross_hours: Decimal
    days: Decimal
    hours: Decimal
    span_days: int
    factor: Decimal
    cap: int | None
    notes: tuple[Note, ...]

    @property
    def credits(self) -> Decimal:
        """Hours times the factor of required or elective study."""
        return self.hours * self.factor

    @property
    def carried_in(self) -> Decimal:
        """Hours that an earlier year handed on."""
        return self.hours if self.line.entry_kind == "carry_in" else ZERO


def known(lines: Iterable[Line], as_of: date) -> tuple[Line, ...]:
    """Lines posted by the end of that civil day, in order of posting (decision 16)."""
    seen = (line for line in lines if line.posted_at.astimezone(CITY).date() <= as_of)
    return tuple(sorted(seen, key=lambda line: line.order))


def live(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Note, ...]]:
    """Lines that still stand: a reversal and its target cancel out, and one activity counts once (INV-I13, EX-E08, EX-E24).

    `lines` are in order of posting. A reversal whose target is not among them stands for itself with its negative figures.
    """
    present = {line.id for line in lines}
    undone = {line.reverses: line.id for line in lines if line.entry_kind == "reversal" and line.reverses in present}
    notes: list[Note] = []
    standing: list[Line] = []
    first: dict[str, str] = {}
    for line in lines:
        if line.id in undone:
            notes.append(Note.of("reversed", line=line.id, by=undone[line.id], hours=line.hours, days=line.days))
        elif line.entry_kind == "reversal" and line.reverses in present:
            continue
        elif line.entry_kind == "credit" and line.activity_key is not None and line.activity_key in first:
            notes.append(Note.of("duplicate", line=line.id, of=first[line.activity_key], hours=line.hours, days=line.days))
        else:
            if line.entry_kind == "credit" and line.activity_key is not None:
                first[line.activity_key] = line.id
            standing.append(line)
    return tuple(standing), tuple(notes)


def worth(rule_set: RuleSet, line: Line) -> tuple[Worth, ...]:
    """What a line counts: missing figures converted, then flat, multiplier and the cap of a single class.

    One value for the year it is attributed to; one for each year it touches where classes are split by day.
    """
    notes: list[Note] = []
    days, hours = figures(rule_set, line, notes)
    counted = _adjusted(rule_set, line, days, hours, notes)
    if line.nets:
        notes.append(Note.of("netted", line=line.id, nets=line.nets))
    caps = () if line.entry_kind in CARRIES else rule_set.caps
    cap = next((n for n, cap in enumerate(caps) if cap.per_year and cap.lines.picks(line, days)), None)
    factor = rule_set.credit_mandatory if line.mandatory else rule_set.credit_elective
    factor *= rule_set.units.credit_per_hour
    whole = Worth(line, year_of(line), days, hours, days, counted, line.calendar_days, factor, cap, tuple(notes))
    if rule_set.attribution != "split_by_day" or line.accounting_year is not None:
        return (whole,)
    return _split(whole)


def figures(rule_set: RuleSet, line: Line, notes: list[Note] | None = None) -> tuple[Decimal, Decimal]:
    """Training days and hours; a figure that is missing is converted from the other, floored (decision 16)."""
    notes = [] if notes is None else notes
    days, hours = line.days, line.hours
    if hours is None and days is not None:
        hours = _toward_zero(days * rule_set.units.hours_per_day, rule_set.units.hour_quantum)
        notes.append(Note.of("days_to_hours", line=line.id, days=days, hours=hours, hours_per_day=rule_set.units.hours_per_day))
    elif days is None and hours is not None:
        days = _toward_zero(hours / rule_set.units.hours_per_day, CENT)
    return days or ZERO, hours or ZERO


def _adjusted(rule_set: RuleSet, line: Line, days: Decimal, hours: Decimal, notes: list[Note]) -> Decimal:
    """Hours after flat, multiplier and class cap. Flats and caps are for credits, multipliers for signed lines too.

    What is carried from year to year was counted before and is not counted several times again.
    """
    if line.entry_kind in CARRIES:
        return hours
    is_credit = line.entry_kind == "credit"
    flat = next((flat for flat in rule_set.flats if is_credit and flat.lines.picks(line, days)), None)
    if flat is not None:
        if flat.hours != hours:
            notes.append(Note.of("flat", line=line.id, claimed=hours, hours=flat.hours))
        return flat.hours
    times = next((rule for rule in rule_set.multipliers if rule.lines.picks(line, days)), None)
    if times is not None:
        notes.append(Note.of("multiplied", line=line.id, claimed=hours, factor=times.factor, hours=hours * times.factor))
        hours *= times.factor
    caps = [cap.hours for cap in rule_set.caps if is_credit and not cap.per_year and cap.lines.picks(line, days)]
    if caps and hours > min(caps):
        notes.append(Note.of("class_cap", line=line.id, claimed=hours, hours=min(caps)))
        return min(caps)
    return hours


def year_of(line: Line) -> int:
    """The accounting year written on the line, else the year in which the activity was completed (assumption A8)."""
    return line.occurred_to.year if line.accounting_year is None else line.accounting_year


def year_in(bucket: Bucket, item: Worth) -> int | None:
    """The year in which a line counts in this bucket; none once a graced list was finished too late (EX-E29)."""
    if bucket.grace is None or item.line.list_year is None:
        return item.year
    month, day = bucket.grace
    limit = date(item.line.list_year + 1, month, day)
    return item.line.list_year if item.line.occurred_to <= limit else None


def _split(whole: Worth) -> tuple[Worth, ...]:
    """A class over the turn of the year, by calendar days; the last year takes what flooring leaves."""
    line = whole.line
    if line.occurred_from.year == line.occurred_to.year:
        return (whole,)
    total = (line.occurred_to - line.occurred_from).days + 1
    parts: list[Worth] = []
    left, notes = whole, whole.notes
    for year in range(line.occurred_from.year, line.occurred_to.year + 1):
        first = max(line.occurred_from, date(year, 1, 1))
        last = min(line.occurred_to, date(year, 12, 31))
        part = left if year == line.occurred_to.year else _share(whole, (last - first).days + 1, total)
        note = Note.of("split_by_day", line=line.id, year=year, hours=part.hours, days=part.days)
        parts.append(replace(part, year=year, notes=(*notes, note)))
        left, notes = _minus(left, part), ()
    return tuple(parts)


def _share(whole: Worth, days: int, total: int) -> Worth:
    """So many of the calendar days of a class, floored to the stored step."""

    def part(value: Decimal) -> Decimal:
        return _toward_zero(value * days / total, CENT)

    return replace(
        whole,
        gross_days=part(whole.gross_days),
        gross_hours=part(whole.gross_hours),
        days=part(whole.days),
        hours=part(whole.hours),
        span_days=whole.span_days * days // total,
    )


def _minus(left: Worth, part: Worth) -> Worth:
    """What remains of a class after a part of it."""
    return replace(
        left,
        gross_days=left.gross_days - part.gross_days,
        gross_hours=left.gross_hours - part.gross_hours,
        days=left.days - part.days,
        hours=left.hours - part.hours,
        span_days=left.span_days - part.span_days,
    )


def _toward_zero(value: Decimal, quantum: Decimal) -> Decimal:
    """Floor of the size, keeping the sign, so that a reversal is the exact negative of its target."""
    return floor_to(value, quantum) if value >= 0 else -floor_to(-value, quantum)
