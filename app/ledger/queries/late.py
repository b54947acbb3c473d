"""What an accounting year holds as of a moment, for reports of whole years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.kernel.clock import midnight
from app.kernel.work import Work
from app.ledger.models import LedgerEntry, LedgerParticulars
from app.ledger.rules.posting import CARRY, EntryKind

MOST = 1_000


@dataclass(frozen=True)
class Posted:
    """One line that was posted into a year late."""

    person_id: int
    seq: int
    entry_kind: str
    reverses: int | None
    title: str
    hours: Decimal
    days: Decimal
    posted_at: datetime
    reason: str


def end_of(day: date) -> datetime:
    """The moment after the last of a civil day: as-of a day means its end (decision 16)."""
    return midnight(day + timedelta(days=1))


def sums_of_year(work: Work, year: int, as_of: date) -> dict[str, tuple[int, Decimal, Decimal]]:
    """Lines, hours and days of a year by category, of what was posted by the end of a day. Reversals count with their sign.

    What was carried from year to year is no training and is left out, so that the report of a year does not depend on when
    it was carried (EX-E40).
    """
    statement: Any = (
        select(LedgerEntry.category, func.count(), func.sum(LedgerEntry.hours), func.sum(LedgerEntry.days))
        .where(LedgerEntry.accounting_year == year, LedgerEntry.posted_at < end_of(as_of), LedgerEntry.source_type != CARRY)
        .group_by(LedgerEntry.category)
        .order_by(LedgerEntry.category)
    )
    return {category: (count, Decimal(hours), Decimal(days)) for category, count, hours, days in work.session.execute(statement)}


def posted_between(work: Work, year: int, after: datetime, until: datetime) -> Sequence[Posted]:
    """Lines of a year posted after one moment and up to another, oldest first; a thousand at most.

    What the closing itself carried is none of them; that it was taken back is.
    """
    beside = (LedgerParticulars.person_id == LedgerEntry.person_id) & (LedgerParticulars.seq == LedgerEntry.seq)
    statement = (
        select(LedgerEntry.person_id, LedgerEntry.seq, LedgerEntry.entry_kind, LedgerEntry.reverses, LedgerParticulars.title,
               LedgerEntry.hours, LedgerEntry.days, LedgerEntry.posted_at, LedgerParticulars.reason)
        .join(LedgerParticulars, beside)
        .where(LedgerEntry.accounting_year == year, LedgerEntry.posted_at > after, LedgerEntry.posted_at <= until)
        .where(LedgerEntry.entry_kind.not_in([EntryKind.CARRY_IN, EntryKind.CARRY_OUT]))
        .order_by(LedgerEntry.posted_at, LedgerEntry.person_id, LedgerEntry.seq)
        .limit(MOST)
    )  # fmt: skip
    return [Posted(*row) for row in work.session.execute(statement)]
