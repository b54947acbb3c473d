"""What many people's ledgers say about some dates, in few statements: for whoever decides about several at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.orm import aliased

from app.kernel.work import Work
from app.ledger.models import LedgerDay, LedgerEntry, LedgerParticulars, LedgerSlot

Item = TypeVar("Item")
CHUNK = 400
"""Persons or pairs per statement; below the bound-variable limits of both engines."""


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A credit that no reversal took back."""

    person_id: int
    seq: int
    accounting_year: int
    occurred_from: date
    occurred_to: date
    category: str
    delivery: str | None
    subject_kind: str | None
    off_post: bool
    overseas: bool
    days: Decimal
    hours: Decimal
    source_type: str
    activity_key: str | None
    title: str


def standing(work: Work, person_ids: Iterable[int], first: date, last: date) -> dict[int, list[StandingLine]]:
    """Credits of these people that stand and touch a date between the two, oldest first."""
    back = aliased(LedgerEntry)
    undone = exists().where(back.person_id == LedgerEntry.person_id, back.reverses == LedgerEntry.seq)
    beside = (LedgerParticulars.person_id == LedgerEntry.person_id) & (LedgerParticulars.seq == LedgerEntry.seq)
    names = [name for name in StandingLine.__slots__ if name != "title"]
    statement = (
        select(*(getattr(LedgerEntry, name) for name in names), LedgerParticulars.title)
        .join(LedgerParticulars, beside)
        .where(LedgerEntry.entry_kind == "credit", LedgerEntry.occurred_to >= first, LedgerEntry.occurred_from <= last, ~undone)
        .order_by(LedgerEntry.person_id, LedgerEntry.seq)
    )
    found: dict[int, list[StandingLine]] = defaultdict(list)
    for chunk in _chunks(sorted(set(person_ids))):
        for row in work.session.execute(statement.where(LedgerEntry.person_id.in_(chunk))):
            found[row.person_id].append(StandingLine(*tuple(row)))
    return found


def days_taken(work: Work, person_ids: Iterable[int], first: date, last: date) -> dict[int, dict[date, Decimal]]:
    """How much of each date is used by training days of lines that stand (domain.md §7-4)."""
    statement = (
        select(LedgerDay.person_id, LedgerDay.on_date, func.sum(LedgerDay.fraction))
        .where(LedgerDay.on_date.between(first, last))
        .group_by(LedgerDay.person_id, LedgerDay.on_date)
    )
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for chunk in _chunks(sorted(set(person_ids))):
        for person_id, day, used in work.session.execute(statement.where(LedgerDay.person_id.in_(chunk))):
            found[person_id][day] = Decimal(used)
    return found


def credited(work: Work, activities: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The line that holds each of these (person, activity key), where there is one (INV-I13)."""
    found: dict[tuple[int, str], int] = {}
    key = tuple_(LedgerSlot.person_id, LedgerSlot.activity_key)
    for chunk in _chunks(sorted(set(activities))):
        rows = work.session.execute(select(LedgerSlot.person_id, LedgerSlot.activity_key, LedgerSlot.seq).where(key.in_(chunk)))
        found |= {(person_id, activity): seq for person_id, activity, seq in rows}
    return found


def written(work: Work, source_type: str, sources: Iterable[tuple[int, str]]) -> dict[tuple[int, str, datetime], int]:
    """The last line that each of these sources (person, id) wrote at a moment, by person, id and moment."""
    found: dict[tuple[int, str, datetime], int] = {}
    it = LedgerEntry
    for chunk in _chunks(sorted(set(sources))):
        mine = it.person_id.in_({one[0] for one in chunk}), it.source_type == source_type, it.source_id.in_({one[1] for one in chunk})
        rows = work.session.execute(select(it.person_id, it.source_id, it.posted_at, it.seq).where(*mine).order_by(it.person_id, it.seq))
        found |= {(person_id, source_id, at): seq for person_id, source_id, at, seq in rows}
    return found


def _chunks(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
