"""A person's lines as pages, the API and the rule engine read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from app.kernel.db import plain_rows
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.ledger.models import LedgerEntry, LedgerParticulars
from app.ledger.rules.posting import CARRY


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


FIRST_YEAR, LAST_YEAR = 0, 9999
"""Accounting years when none is asked for: all."""

_ENTRY, _PARTICULARS = LedgerEntry.__table__.c, LedgerParticulars.__table__.c
_BESIDE = ("title", "unit_name", "post", "certified_by", "reason", "erased_at")
_BYTES = frozenset({"evidence", "personal", "prev_hash", "hash"})
_OWN = tuple(name for name in PostedLine.__slots__ if name not in _BESIDE)
_HEX = tuple(place for place, name in enumerate(_OWN) if name in _BYTES)
_NETS = _OWN.index("nets")


@cache
def _statement() -> Any:
    """Lines of the person `person` with what is kept beside them; built once, for a page asks every time."""
    columns = [_ENTRY[name] for name in _OWN] + [_PARTICULARS[name] for name in _BESIDE]
    beside = (_PARTICULARS.person_id == _ENTRY.person_id) & (_PARTICULARS.seq == _ENTRY.seq)
    joined = select(*columns).join_from(LedgerEntry.__table__, LedgerParticulars.__table__, beside)
    return joined.where(_ENTRY.person_id == bindparam("person"))


@cache
def _of_years() -> Any:
    """Lines of the accounting years `first` to `last`, oldest first."""
    year = _ENTRY.accounting_year
    return _statement().where(year >= bindparam("first"), year <= bindparam("last")).order_by(_ENTRY.seq)


@cache
def _one() -> Any:
    """The line `seq`."""
    return _statement().where(_ENTRY.seq == bindparam("seq"))


def _posted(row: Any) -> PostedLine:
    values = list(row)
    for place in _HEX:
        values[place] = values[place].hex()
    values[_NETS] = tuple(values[_NETS])
    return PostedLine(*values)


def lines(
    work: Work, person_id: int, year: int | None = None, *, since_year: int | None = None, until_year: int | None = None
) -> list[PostedLine]:
    """The lines of one accounting year, of a span of years, or all: oldest first. One statement."""
    first, last = (year, year) if year is not None else (since_year, until_year)
    given = {"person": person_id, "first": FIRST_YEAR if first is None else first, "last": LAST_YEAR if last is None else last}
    return [_posted(row) for row in plain_rows(work.session, _of_years(), given)]


@cache
def _of_span() -> Any:
    """Lines of the accounting years `since` to `until` of people from `first` to `last`, person by person, oldest first."""
    columns = [_ENTRY[name] for name in _OWN] + [_PARTICULARS[name] for name in _BESIDE]
    beside = (_PARTICULARS.person_id == _ENTRY.person_id) & (_PARTICULARS.seq == _ENTRY.seq)
    joined = select(*columns).join_from(LedgerEntry.__table__, LedgerParticulars.__table__, beside)
    whose = _ENTRY.person_id.between(bindparam("first"), bindparam("last"))
    when = _ENTRY.accounting_year.between(bindparam("since"), bindparam("until"))
    return joined.where(whose, when).order_by(_ENTRY.person_id, _ENTRY.seq)


def lines_between(work: Work, first: int, last: int, since_year: int, until_year: int) -> dict[int, list[PostedLine]]:
    """The lines of a span of years of everybody from one number to another, both included, in one statement."""
    found: dict[int, list[PostedLine]] = defaultdict(list)
    given = {"first": first, "last": last, "since": since_year, "until": until_year}
    for row in plain_rows(work.session, _of_span(), given):
        found[row.person_id].append(_posted(row))
    return dict(found)


def has_carried(work: Work, year: int) -> bool:
    """Whether anything was ever carried out of a year."""
    mine = select(LedgerEntry.seq).where(LedgerEntry.accounting_year == year, LedgerEntry.source_type == CARRY)
    return work.session.execute(mine.limit(1)).first() is not None


def line(work: Work, person_id: int, seq: int) -> PostedLine:
    """One line; NotFound when the chain has no such place."""
    row = plain_rows(work.session, _one(), {"person": person_id, "seq": seq}).one_or_none()
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
