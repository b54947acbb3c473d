"""What of a year's excess serves the next one: once, and never what was itself carried in (domain.md §6.4, EX-E27). Pure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .judging import Status, Verdict
from .model import ZERO, Measure, RuleSet
from .notes import Note
from .totals import Totals


def excess_of(verdict: Verdict, totals: Sequence[Totals]) -> Decimal | None:
    """Hours of a year above its total that are of the year itself; nothing of a year not completed, None where no total is asked."""
    if verdict.status in {Status.NOT_APPLICABLE, Status.EXEMPT} or verdict.requirement.period != "year":
        return None
    lefts = [
        row.counted - total.carried_in - row.required
        for row, total in zip(verdict.figures, totals, strict=True)
        if row.is_total and row.measure is Measure.HOURS
    ]
    if not lefts:
        return None
    return max(min(lefts), ZERO) if verdict.status is Status.MET else ZERO


def handed_on(rule_set: RuleSet, excesses: Sequence[Decimal | None]) -> Decimal:
    """What the year hands on: so much that every total of it stays reached, to one bucket of the next year."""
    asked = [excess for excess in excesses if excess is not None]
    return min(asked) if rule_set.carry_over and asked else ZERO


def with_carry(rule_set: RuleSet, verdict: Verdict, excess: Decimal | None, hours: Decimal) -> Verdict:
    """The verdict with the reason why its excess goes on."""
    if excess is None or hours <= 0:
        return verdict
    rule = rule_set.carry_over[0]
    note = Note.of("carry_over", hours=hours, into=rule.into, year=verdict.term.to_on.year + 1, years=rule.years)
    return replace(verdict, explanation=(*verdict.explanation, note))
