"""A person's lines as pages, the API and the rule engine read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.ledger.models import LedgerEntry, LedgerParticulars


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One line with what is kept beside it. `hash` and `prev_hash` are lower-case hexadecimal."""

    person_id: int
    seq: int
    accounting_year: int
    occurred_from: date
    occurred_to: date
    posted_at: datetime
    entry_kind: str
    reverses: int | None
    source_type: str
    source_id: str
    activity_key: str | None
    category: str
    framework: str | None
    subject_kind: str | None
    selection: str | None
    delivery: str | None
    off_post: bool
    overseas: bool
    days: Decimal
    hours: Decimal
    span_days: int
    nets: tuple[int, ...]
    axes: Mapping[str, Any]
    unit_id: int | None
    rank_level: str
    rule_set_version: str
    evidence: str
    personal: str
    prev_hash: str
    hash: str
    title: str
    unit_name: str
    post: str
    certified_by: str
    reason: str
    erased_at: datetime | None

    @property
    def entry(self) -> str:
        """The line's name outside: person and place in the chain (decisions 21)."""
        return f"{self.person_id}-{self.seq}"


_BESIDE = ("title", "unit_name", "post", "certified_by", "reason", "erased_at")
_BYTES = frozenset({"evidence", "personal", "prev_hash", "hash"})
_OWN = tuple(name for name in PostedLine.__slots__ if name not in _BESIDE)


def _statement(person_id: int) -> Select[Any]:
    columns = [getattr(LedgerEntry, name) for name in _OWN] + [getattr(LedgerParticulars, name) for name in _BESIDE]
    beside = (LedgerParticulars.person_id == LedgerEntry.person_id) & (LedgerParticulars.seq == LedgerEntry.seq)
    return select(*columns).join(LedgerParticulars, beside).where(LedgerEntry.person_id == person_id)


def _posted(row: Any) -> PostedLine:
    values = [value.hex() if name in _BYTES else value for name, value in zip((*_OWN, *_BESIDE), row, strict=True)]
    values[_OWN.index("nets")] = tuple(values[_OWN.index("nets")])
    return PostedLine(*values)


def lines(
    work: Work, person_id: int, year: int | None = None, *, since_year: int | None = None, until_year: int | None = None
) -> list[PostedLine]:
    """The lines of one accounting year, of a span of years, or all: oldest first. One statement."""
    statement = _statement(person_id).order_by(LedgerEntry.seq)
    first, last = (year, year) if year is not None else (since_year, until_year)
    if first is not None:
        statement = statement.where(LedgerEntry.accounting_year >= first)
    if last is not None:
        statement = statement.where(LedgerEntry.accounting_year <= last)
    return [_posted(row) for row in work.session.execute(statement)]


def line(work: Work, person_id: int, seq: int) -> PostedLine:
    """One line; NotFound when the chain has no such place."""
    row = work.session.execute(_statement(person_id).where(LedgerEntry.seq == seq)).one_or_none()
    if row is None:
        raise NotFound()
    return _posted(row)


def reversed_by(work: Work, person_id: int, seq: int) -> int | None:
    """The line that took this one back, if any."""
    statement = select(LedgerEntry.seq).where(LedgerEntry.person_id == person_id, LedgerEntry.reverses == seq)
    return work.session.scalar(statement)


def years(work: Work, person_id: int) -> list[int]:
    """The accounting years in which the person has lines, newest first."""
    statement = select(LedgerEntry.accounting_year).where(LedgerEntry.person_id == person_id).distinct()
    return sorted(work.session.scalars(statement), reverse=True)
