"""The transcript of a year or a cycle: everything that stands in the ledger, what it counts for, and what proves it.

One reading of the ledger is the source of the page, the PDF and the workbook, and of the figures of the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.claims.queries import Pending
from app.hours.queries.year import MyYear, book_of, my_year, record, today
from app.kernel.errors import NotFound
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.ledger import queries as ledger
from app.ledger import service as accounts
from app.people.models import Person, Unit
from app.rulebook.rules import Bucket, RuleSet, Totals, Verdict, Worth, add_up, falls_into


@dataclass(frozen=True)
class Row:
    """One line, and the line that took it back, if any."""

    line: ledger.PostedLine
    taken_back_by: int | None

    @property
    def state(self) -> str:
        """Credited, taken back, or what else the line does to the record; a stable word."""
        return "taken_back" if self.taken_back_by is not None else str(self.line.entry_kind)


@dataclass(frozen=True)
class Holder:
    """Whose record it is, as he stands today."""

    name: str
    unit_name: str
    post: str
    rank_level: str | None


@dataclass(frozen=True)
class Transcript:
    """What is printed. `head` is the end of the person's chain, `seal` the newest signed head of the whole ledger."""

    person: Holder
    years: tuple[int, ...]
    is_cycle: bool
    as_of: datetime
    judged: tuple[MyYear, ...]
    rows: tuple[Row, ...]
    pending: tuple[Pending, ...]
    sums: ledger.Totals
    buckets: tuple[tuple[Bucket, Totals], ...]
    head: ledger.ChainEnd | None
    seal: Any
    shut: tuple[accounts.Shut, ...]
    """Which of the years are closed or restated, and since when."""

    @property
    def sealed(self) -> int:
        """How many of the lines shown stand under a seal."""
        return 0 if self.head is None else sum(row.line.seq <= self.head.sealed_seq for row in self.rows)

    @property
    def book(self) -> RuleSet:
        """The rules of its last year."""
        return self.judged[-1].book

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Requirements that apply, year after year; one of the whole cycle once."""
        found = [verdict for year in self.judged for verdict in year.evaluation.applicable if verdict.requirement.period == "year"]
        last = [verdict for verdict in self.judged[-1].evaluation.applicable if verdict.requirement.period != "year"]
        return (*found, *last)

    @property
    def name(self) -> str:
        """The period as a file is named after it."""
        return f"{self.years[0]}-{self.years[-1]}" if self.is_cycle else str(self.years[0])


def transcript(work: Work, person_id: int, year: int, period: str = "year") -> Transcript:
    """The transcript of a year, or of the cycle it lies in. NotFound for a period that is none, or a year without a cycle."""
    now = today(work)
    if period not in {"year", "cycle"}:
        raise NotFound()
    years: tuple[int, ...] = (year,)
    if period == "cycle":
        cycle = book_of(work, year).cycle
        if cycle is None or cycle.to_on is None or year not in cycle.years():
            raise NotFound()
        years = tuple(cycle.years())
    known = record(work, person_id, year)
    judged = tuple(my_year(work, person_id, one, known) for one in years if one <= max(now.year, years[0]))
    back = {one.reverses: one.seq for one in known.lines if one.reverses is not None}
    rows = tuple(Row(one, back.get(one.seq)) for one in known.lines if one.accounting_year in years)
    return Transcript(
        _holder(work, judged[-1]), years, period == "cycle", work.now, judged, rows, _waiting(known.pending, years),
        ledger.totals(row.line for row in rows), _by_bucket(judged[-1].book, judged[-1].evaluation.lines, years),
        *ledger.chain_end(work, person_id), tuple(accounts.shut(work, years)),
    )  # fmt: skip


def _holder(work: Work, year: MyYear) -> Holder:
    """Name and unit in one statement; post and rank are known from the dated facts."""
    post = year.post
    row = work.session.execute(
        select(Person.name, Unit.name_zh, Unit.name_en)
        .outerjoin(Unit, Unit.id == (post.unit_id if post is not None else None))
        .where(Person.id == year.person.person_id)
    ).one()
    unit = row.name_en if locale_code() == "en" and row.name_en else row.name_zh
    return Holder(row.name, unit or "", post.post if post is not None else "", year.rank)


def _waiting(pending: Sequence[Pending], years: Sequence[int]) -> tuple[Pending, ...]:
    """What waits for certification and would belong to the period."""
    return tuple(one for one in pending if one.occurred_to.year in years)


def _by_bucket(book: RuleSet, items: Sequence[Worth], years: Sequence[int]) -> tuple[tuple[Bucket, Totals], ...]:
    """What live lines of the period come to in each bucket, gross and as they count; a line may fall into several."""
    mine = [item for item in items if item.year in years]
    sums = ((bucket, add_up(book, [item for item in mine if falls_into(book, bucket, item.line)])[0]) for bucket in book.buckets.values())
    return tuple((bucket, total) for bucket, total in sums if total.gross_hours or total.gross_days)
