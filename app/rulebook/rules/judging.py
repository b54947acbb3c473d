"""From totals to a verdict: required, counted, short, and whether the time is over. Pure.

The one judge of both paths (decision 20): a person's own page and the compliance of a whole city.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.quantity import ceil_to, floor_to

from .facts import Person, matches
from .model import ZERO, Measure, Need, Requirement, RuleSet, Who
from .notes import Note
from .totals import Totals, buckets_of

HALF = Decimal("0.5")
CENT = Decimal("0.01")


class Status(StrEnum):
    """Where a requirement stands (domain.md §6.1-5b)."""

    MET = "met"
    UNMET = "unmet"
    NOT_YET_DUE = "not_yet_due"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Term:
    """The civil days of one period, both included, and its months."""

    from_on: date
    to_on: date

    def census_days(self) -> list[date]:
        """Day 15 of every month of the period (REQ census rule)."""
        months = range(self.from_on.year * 12 + self.from_on.month - 1, self.to_on.year * 12 + self.to_on.month)
        return [date(month // 12, month % 12 + 1, 15) for month in months]


@dataclass(frozen=True)
class InForce:
    """For how many months of a period a requirement held, and whether it ever touched the person at all.

    `split` has the months for each stretch of a year whose rules changed, and is empty where that is nothing to the requirement.
    """

    months: int
    of: int
    touched: bool
    split: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One need in its own measure; each alternative is figured by itself (decision 17)."""

    measure: Measure
    required: Decimal
    gross: Decimal
    counted: Decimal
    excess: Decimal
    shortfall: Decimal
    bucket: str | None
    is_total: bool

    @property
    def is_reached(self) -> bool:
        """Whether this need alone is reached."""
        return self.shortfall == 0


@dataclass(frozen=True)
class Verdict:
    """One requirement of one person in one period."""

    requirement: Requirement
    term: Term
    status: Status
    in_force: InForce
    figures: tuple[Figure, ...]
    due_on: date
    explanation: tuple[Note, ...]

    @property
    def id(self) -> str:
        """The id of the requirement in the rule set."""
        return self.requirement.id


def in_force(rule_set: RuleSet, requirement: Requirement, person: Person, term: Term) -> InForce:
    """Months in which the person was one of `who`, in service and not on leave, on day 15 (domain.md §6.1-6)."""
    days = term.census_days()
    held = [_is_meant(rule_set, requirement, person, day) for day in days]
    counted = [day for day, is_held in zip(days, held, strict=True) if is_held and not person.is_away(day)]
    turns = [day for day in person.turning_days() if term.from_on <= day <= term.to_on]
    edges = (term.from_on, term.to_on, *turns)
    touched = any(held) or any(_is_meant(rule_set, requirement, person, day) for day in edges)
    if rule_set.proration == "status_at_year_end":
        last = person.last_day_served(term.to_on)
        is_held = last is not None and last >= term.from_on and _is_meant(rule_set, requirement, person, last)
    else:
        is_held = bool(counted)
    if rule_set.proration != "census15":
        counted = [day for day in days if who_on(rule_set, requirement, day) is not None] if is_held else []
    split = tuple(sum(map(one.covers, counted)) for one in rule_set.stretches) if requirement.whos else ()
    return InForce(len(counted), len(days), touched, split)


def who_on(rule_set: RuleSet, requirement: Requirement, day: date) -> Who | None:
    """Who is meant on a day: in a year that is split, as the version of that day says, which may not know the requirement."""
    if not requirement.whos:
        return requirement.who
    return next((who for who, one in zip(requirement.whos, rule_set.stretches, strict=True) if one.covers(day)), None)


def _is_meant(rule_set: RuleSet, requirement: Requirement, person: Person, day: date) -> bool:
    """One of those meant on the day, and in service."""
    who = who_on(rule_set, requirement, day)
    return who is not None and matches(who, person, day) and person.serves(day)


def required_amount(rule_set: RuleSet, need: Need, held: InForce) -> Decimal:
    """The need for the months in force, ceiled to 0.5; months are ceiled as calendar days of classes (decision 17).

    In a year that is split, each version's amount for its own months; their sum is ceiled once.
    """
    shares = zip(need.amounts, held.split, strict=True) if held.split else [(need.amount, held.months)]
    amount = sum((each * months for each, months in shares), ZERO)
    if need.measure is Measure.MONTHS:
        amount *= rule_set.units.days_per_month
    return ceil_to(amount / held.of, HALF)


def figure(rule_set: RuleSet, need: Need, required: Decimal, totals: Totals) -> Figure:
    """What is required, counted, over and short; months are shown as calendar days divided by the month's length."""
    counted, gross = totals.counted(need.measure), totals.gross(need.measure)
    if need.measure is Measure.MONTHS:
        month = Decimal(rule_set.units.days_per_month)
        short = required > counted
        required, counted, gross = (floor_to(value / month, CENT) for value in (required, counted, gross))
        lacking = max(required - counted, CENT) if short else ZERO
    else:
        lacking = max(required - counted, ZERO)
    bucket = need.buckets[0] if len(need.buckets) == 1 and not need.is_total else None
    excess = ZERO if lacking else max(counted - required, ZERO)
    return Figure(need.measure, required, gross, counted, excess, lacking, bucket, need.is_total)


def due_day(rule_set: RuleSet, need: Need, term: Term) -> date:
    """The last day on which the need can still be reached: the end of the period, or of the grace of its buckets."""
    graces = [bucket.grace for bucket in buckets_of(rule_set, need) if bucket.grace is not None]
    return max([term.to_on, *(date(term.to_on.year + 1, month, day) for month, day in graces)])


def judge(
    rule_set: RuleSet, requirement: Requirement, held: InForce, term: Term, as_of: date, totals: Sequence[Totals],
    notes: Sequence[Note] = (), required: Sequence[Decimal] | None = None,
) -> Verdict:  # fmt: skip
    """The verdict with its reasons: `settle` decides, the notes say why."""
    verdict = settle(rule_set, requirement, held, term, as_of, totals, required)
    explained = [*notes]
    if 0 < held.months < held.of:
        explained.insert(0, Note.of("prorated", months=held.months, of=held.of))
    if not held.months:
        explained.insert(0, Note.of("exempt" if held.touched else "not_applicable", of=held.of))
        return replace(verdict, explanation=tuple(explained))
    explained[:0] = _split_notes(rule_set, requirement, held)
    explained += [
        Note.of("reached" if row.is_reached else "short", unit=row.measure.value, bucket=row.bucket, counted=row.counted,
                required=row.required, short=row.shortfall or None)
        for row in verdict.figures
    ]  # fmt: skip
    return replace(verdict, explanation=tuple(explained))


def _split_notes(rule_set: RuleSet, requirement: Requirement, held: InForce) -> list[Note]:
    """What each version asks of the person for its months, where the year is split."""
    return [
        Note.of("split_year", version=one.pin, since=one.from_on, until=one.to_on, months=months, of=held.of, amount=need.amounts[place],
                unit=need.measure.value, bucket=need.buckets[0] if len(need.buckets) == 1 and not need.is_total else None)
        for place, (one, months) in enumerate(zip(rule_set.stretches, held.split, strict=False))
        for need in requirement.needs
        if months
    ]  # fmt: skip


def settle(
    rule_set: RuleSet, requirement: Requirement, held: InForce, term: Term, as_of: date, totals: Sequence[Totals],
    required: Sequence[Decimal] | None = None,
) -> Verdict:  # fmt: skip
    """The verdict on totals, one for each need in rule order. `unmet` only after the time is over (decision 16)."""
    amounts = required if required is not None else [required_amount(rule_set, need, held) for need in requirement.needs]
    rows = zip(requirement.needs, amounts, totals, strict=True)
    figures = tuple(figure(rule_set, need, amount, total) for need, amount, total in rows)
    if not held.months:
        status = Status.EXEMPT if held.touched else Status.NOT_APPLICABLE
        return Verdict(requirement, term, status, held, figures, term.to_on, ())
    due = [due_day(rule_set, need, term) for need in requirement.needs]
    reached = [row.is_reached for row in figures]
    if any(reached) if requirement.is_any else all(reached):
        return Verdict(requirement, term, Status.MET, held, figures, max(due), ())
    lacking = [day for day, is_reached in zip(due, reached, strict=True) if not is_reached]
    last = max(lacking) if requirement.is_any else min(lacking)
    status = Status.UNMET if as_of >= last else Status.NOT_YET_DUE
    return Verdict(requirement, term, status, held, figures, last, ())


def year_term(year: int) -> Term:
    """A calendar year."""
    return Term(date(year, 1, 1), date(year, 12, 31))
