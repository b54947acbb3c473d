"""What a certifier may decide, and until when things are due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.claims.rules.findings import HOURS_OF_A_DATE, Finding, asks

MOST_AT_ONCE = 1000
"""Claims that one act takes; more are refused as a whole, never cut off."""


@dataclass(frozen=True)
class Verdict:
    """Hours and days that somebody wants to certify, with his reason; the subject, where it is another than was claimed."""

    hours: Decimal
    days: Decimal
    reason: str = ""
    subject: str | None = None


def verdict_wrong(verdict: Verdict, *, claimed_hours: Decimal, claimed_days: Decimal, dates: int, found: Sequence[Finding]) -> str | None:
    """Why it cannot be certified so, as a stable word; None if it can.

    Never more than was claimed, never more than 24 hours or one training day a date. A reason is needed where the figures
    or the subject differ from the claim and where a finding is overridden (EX-E32).
    """
    if verdict.hours <= 0 or verdict.days < 0:
        return "not_positive"
    if verdict.hours > claimed_hours or verdict.days > claimed_days:
        return "more_than_claimed"
    if verdict.hours > HOURS_OF_A_DATE * dates or verdict.days > dates:
        return "more_than_dates"
    differs = (verdict.hours, verdict.days) != (claimed_hours, claimed_days) or verdict.subject is not None
    if not verdict.reason and (differs or asks(found)):
        return "reason_needed"
    return None


def deadline_on(occurred_to: date, claim_deadline: tuple[int, int]) -> date:
    """The last day on which study of a year may be claimed into that year: by rule 15 January of the next."""
    return date(occurred_to.year + 1, *claim_deadline)


def is_escalated(due_on: date | None, today: date) -> bool:
    """Whether whoever has to act has let the day pass; the day itself is still in time."""
    return due_on is not None and today > due_on
