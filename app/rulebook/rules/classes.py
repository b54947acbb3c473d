"""Rules about classes, shares and consequences that stand beside the amounts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.kernel.quantity import floor_to

from .model import ZERO, ClassRule, RuleSet

MERIT = {"unmet_personal": "ineligible", "unmet_organizational": "eligible_with_makeup", "pending": "blocked"}
"""What holds where a rule set is silent."""
DAY_STEP = Decimal("0.25")
"""Training days are floored to quarters of a day where they are reckoned from hours."""


@dataclass(frozen=True)
class ClassOutcome:
    """How a person leaves a class: completed with so many hours, or withdrawn with none."""

    is_completed: bool
    hours: Decimal


def class_outcome(rule: ClassRule, class_hours: Decimal, leave_hours: Decimal) -> ClassOutcome:
    """Leave *over* the limit of the class hours means withdrawal; exactly the limit does not (EX-E22)."""
    if leave_hours * rule.leave_limit.denominator > class_hours * rule.leave_limit.numerator:
        return ClassOutcome(False, ZERO)
    attended = class_hours - leave_hours if rule.hours_on_completion == "attended" else class_hours
    return ClassOutcome(True, attended)


def days_left(days: Decimal, counted: Decimal, hours: Decimal) -> Decimal:
    """Training days shrink as the hours that count of `hours` do, floored to a step; they never grow."""
    return floor_to(days * counted / hours, DAY_STEP) if counted < hours else days


def net_down(class_hours: Decimal, credited_inside: Iterable[Decimal]) -> Decimal:
    """What a class posts when courses inside it are credited already: the rest, never below zero (EX-E09, decision 14)."""
    return max(class_hours - sum(credited_inside, ZERO), ZERO)


def is_share_reached(part: int, whole: int, at_least: Decimal) -> bool:
    """Whether a coverage reaches its share, the share itself included; nobody to cover is covered (EX-E30)."""
    return Decimal(part) >= at_least * whole


def merit(rule_set: RuleSet, is_met: bool, reason: str) -> str:
    """What a year means for merit awards: unmet by a reason people decided on, never by the system (I05, EX-E38).

    `reason` is personal, organizational, exempt or pending; KeyError for any other.
    """
    if is_met or reason == "exempt":
        return "eligible"
    key = "pending" if reason == "pending" else f"unmet_{reason}"
    return {**MERIT, **rule_set.merit}[key]


AUTHORITIES = ("unit", "district", "city_organ", "city_organization", "province", "central")
"""Who dispatches people to classes, the lowest first: the notice of the higher one prevails (REQ-A21, domain.md §8)."""


@dataclass(frozen=True)
class Dispatch:
    """An order that sends one person to a class from one civil day to another, both inclusive."""

    authority: str
    first: date
    last: date


class Clash(StrEnum):
    """What becomes of a dispatch beside another: nothing, it holds, it gives way, or both wait for people."""

    NONE = "none"
    HOLDS = "holds"
    SUPERSEDED = "superseded"
    UNDECIDED = "undecided"


def clash(mine: Dispatch, other: Dispatch) -> Clash:
    """What becomes of `mine` beside `other` when both call the same person (EX-E31).

    Days that touch on one date overlap. Of two authorities of the same rank neither gives way: both are held until the managing
    authority decides. A superseded dispatch releases its seat and is no absence. ValueError for an authority that is none.
    """
    if mine.last < other.first or other.last < mine.first:
        return Clash.NONE
    rank, against = AUTHORITIES.index(mine.authority), AUTHORITIES.index(other.authority)
    if rank == against:
        return Clash.UNDECIDED
    return Clash.HOLDS if rank > against else Clash.SUPERSEDED
