"""One person, one year, one moment: every requirement and obligation, with reasons. Pure.

The verdict depends on the facts, the rule set and `as_of` alone; the order of the lines never matters (INV domain 12).
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.kernel.quantity import floor_to

from .carrying import excess_of, handed_on, with_carry
from .facts import CARRIES, Facts
from .judging import Status, Term, Verdict, in_force, judge, required_amount, year_term
from .lines import CENT, Worth, known, live, worth
from .model import ZERO, Measure, Need, Requirement, RuleSet, Supplement, holds
from .notes import Note
from .obligations import Duty, duties
from .totals import Totals, Window, add_up, buckets_of, chosen, overflowed

Claims = Sequence[tuple[Supplement, Decimal]]


class NotInForce(ValueError):
    """The rule set does not govern the year that was asked about."""


@dataclass(frozen=True)
class Evaluation:
    """The whole verdict. Names the rule set, its version and hash, and the moment it is true of.

    `pending` holds, for each requirement and each of its needs, what waits for certification.
    """

    rule_set: RuleSet
    year: int
    as_of: date
    verdicts: tuple[Verdict, ...]
    duties: tuple[Duty, ...]
    pending: tuple[tuple[Totals, ...], ...]
    assessed_unit: str | None
    activity: tuple[tuple[str, Decimal], ...]
    lines: tuple[Worth, ...]
    notes: tuple[Note, ...]
    carried: Decimal
    """Hours above the total that the year hands on to the next, besides those that stand as carried out already."""

    def verdict(self, requirement_id: str) -> Verdict:
        """The verdict on one requirement, by its id in the rule set; KeyError if it has none of that name."""
        return {verdict.id: verdict for verdict in self.verdicts}[requirement_id]

    def waiting(self, requirement_id: str) -> tuple[Decimal, ...]:
        """What waits for certification beside each figure of a requirement, in its own measure; apart from what counts."""
        place = [verdict.id for verdict in self.verdicts].index(requirement_id)
        needs, totals = self.verdicts[place].requirement.needs, self.pending[place]
        return tuple(_in_measure(self.rule_set, need.measure, total) for need, total in zip(needs, totals, strict=True))

    @property
    def applicable(self) -> tuple[Verdict, ...]:
        """Requirements that touch the person at all."""
        return tuple(verdict for verdict in self.verdicts if verdict.status is not Status.NOT_APPLICABLE)


def governs(rule_set: RuleSet, year: int) -> bool:
    """Requirements of a year use the version in force on 31 December of it (domain.md §6.4)."""
    return rule_set.effective.covers(date(year, 12, 31))


def evaluate(rule_set: RuleSet, facts: Facts) -> Evaluation:
    """Judge every requirement of the rule set for one person. Raises NotInForce for a year it does not govern."""
    if not governs(rule_set, facts.year):
        span = f"{rule_set.effective.from_on} to {rule_set.effective.to_on or 'further notice'}"
        raise NotInForce(f"{rule_set.pin} is in force from {span}, not at the end of {facts.year}")
    given = known(facts.lines, facts.as_of)
    standing, dropped = live(given)
    fallen = {str(note.get("line")) for note in dropped}
    gone = tuple(part for line in given if line.id in fallen for part in worth(rule_set, line))
    items = tuple(part for line in standing for part in worth(rule_set, line))
    waiting = tuple(part for line in known(facts.pending, facts.as_of) for part in worth(rule_set, line))
    judged, pending = [], []
    for requirement in rule_set.requirements:
        verdict, totals, apart = _judged(rule_set, requirement, facts, items, waiting)
        judged.append((_with_dropped(rule_set, requirement, verdict, dropped, gone), excess_of(verdict, totals)))
        pending.append(apart)
    carried = handed_on(rule_set, [excess for _verdict, excess in judged])
    verdicts = [with_carry(rule_set, verdict, excess, carried) for verdict, excess in judged]
    last = facts.person.last_day_served(min(date(facts.year, 12, 31), max(facts.as_of, date(facts.year, 1, 1))))
    posts = facts.person.posts(last) if last is not None else ()
    return Evaluation(
        rule_set, facts.year, facts.as_of, tuple(verdicts), duties(rule_set, facts, standing), tuple(pending),
        posts[0].unit if posts else None, _activity(items, facts.year), items, dropped, carried,
    )  # fmt: skip


def _judged(
    rule_set: RuleSet, requirement: Requirement, facts: Facts, items: Sequence[Worth], waiting: Sequence[Worth]
) -> tuple[Verdict, Sequence[Totals], tuple[Totals, ...]]:
    """The verdict on one requirement with the sums it rests on, and what waits for certification beside each of its needs."""
    term = term_of(rule_set, requirement, facts.year)
    window = Window(term.from_on.year, term.to_on.year)
    held = in_force(rule_set, requirement, facts.person, term)
    required = [required_amount(rule_set, need, held) for need in requirement.needs]
    totals, apart = [], []
    notes: list[Note] = []
    counted: set[int] = set()
    for need, amount in zip(requirement.needs, required, strict=True):
        picked = chosen(rule_set, need, items, window)
        total, capped = add_up(rule_set, picked)
        total, helped = supplemented(requirement, need, amount, total, _claims(rule_set, need, items, picked, window))
        totals.append(total)
        apart.append(add_up(rule_set, chosen(rule_set, need, waiting, window))[0])
        counted |= {id(item) for item in picked}
        notes += [note for note in (*capped, *helped) if note not in notes]
    moved, flowed = overflowed(rule_set, requirement.needs, required, totals)
    reasons = [*_line_notes(rule_set, requirement, items, window, counted), *notes, *flowed]
    verdict = judge(rule_set, requirement, held, term, facts.as_of, moved, reasons, required)
    return verdict, totals, tuple(apart)


def _in_measure(rule_set: RuleSet, measure: Measure, total: Totals) -> Decimal:
    """The sum as a figure shows it: months as calendar days divided by the month's length."""
    counted = total.counted(measure)
    return floor_to(counted / rule_set.units.days_per_month, CENT) if measure is Measure.MONTHS else counted


def term_of(rule_set: RuleSet, requirement: Requirement, year: int) -> Term:
    """The year, or the cycle it lies in; a set without a cycle that holds the year judges the year."""
    cycle = rule_set.cycle
    if requirement.period == "cycle" and cycle is not None and cycle.to_on is not None and year in cycle.years():
        return Term(cycle.from_on, cycle.to_on)
    return year_term(year)


def _claims(rule_set: RuleSet, need: Need, items: Sequence[Worth], picked: Sequence[Worth], window: Window) -> Claims:
    """What lines outside the bucket come to, for each rule that may let them in."""
    claims: list[tuple[Supplement, Decimal]] = []
    for rule in rule_set.supplements:
        extra = [item for item in items if item not in picked and window.holds(item.year) and holds(rule.clause, item.line)]
        claims.append((rule, sum((item.days if need.measure is Measure.DAYS else item.hours for item in extra), ZERO)))
    return claims


def supplemented(requirement: Requirement, need: Need, required: Decimal, total: Totals, claims: Claims) -> tuple[Totals, tuple[Note, ...]]:
    """Lines outside the bucket that may fill a share of the need: recognition of self-study, substitution."""
    notes: list[Note] = []
    for rule, outside in claims:
        if requirement.id not in rule.into or need.measure not in {Measure.HOURS, Measure.DAYS}:
            continue
        claimed = rule.factor * outside
        granted = min(claimed, _share(rule, required))
        if granted <= 0:
            continue
        name = need.measure.value
        total = replace(total, **{name: getattr(total, name) + granted})
        notes.append(Note.of(rule.code, claimed=claimed, counted=granted, share=str(rule.cap_share), unit=name))
    return total, tuple(notes)


def _share(rule: Supplement, required: Decimal) -> Decimal:
    """The most a supplement may fill, floored to the stored step."""
    return floor_to(required * rule.cap_share.numerator / rule.cap_share.denominator, CENT)


def _line_notes(rule_set: RuleSet, requirement: Requirement, items: Sequence[Worth], window: Window, counted: Set[int]) -> list[Note]:
    """Line by line: counted and how, outside what this requirement asks for, or finished after the grace."""
    buckets = {bucket.id: bucket for need in requirement.needs for bucket in buckets_of(rule_set, need)}
    notes: list[Note] = []
    for item in items:
        line = item.line
        if id(item) in counted:
            notes.append(Note.of("counted", line=line.id, hours=item.hours, days=item.days, span_days=item.span_days or None))
            notes += item.notes
        elif line.list_year is not None and window.holds(line.list_year) and any(b.accepts(line) for b in buckets.values()):
            notes.append(Note.of("after_grace", line=line.id, list_year=line.list_year, finished=line.occurred_to))
        elif window.holds(item.year) and line.entry_kind not in CARRIES:
            notes.append(Note.of("outside", line=line.id, hours=item.gross_hours, days=item.gross_days))
    return notes


def _with_dropped(rule_set: RuleSet, requirement: Requirement, verdict: Verdict, dropped: Sequence[Note], gone: Sequence[Worth]) -> Verdict:
    """Lines that no longer stand, or never did, belong to the reasons of what they would have counted to."""
    window = Window(verdict.term.from_on.year, verdict.term.to_on.year)
    lines = {item.line.id for need in requirement.needs for item in chosen(rule_set, need, gone, window)}
    mine = tuple(note for note in dropped if note.get("line") in lines)
    return replace(verdict, explanation=(*mine, *verdict.explanation)) if mine else verdict


def _activity(items: Iterable[Worth], year: int) -> tuple[tuple[str, Decimal], ...]:
    """Certified hours of the year by the unit at the time: what the unit's statistics get (domain.md §6.1-7, EX-E23)."""
    units: dict[str, Decimal] = {}
    for item in items:
        if item.year == year and item.line.unit is not None and item.line.entry_kind not in CARRIES:
            units[item.line.unit] = units.get(item.line.unit, ZERO) + item.gross_hours
    return tuple(sorted(units.items()))
