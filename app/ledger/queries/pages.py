"""What the two pages of the ledger show: a year of lines, and one line with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.kernel.clock import civil
from app.kernel.work import Work
from app.ledger.queries.lines import PostedLine, line, lines, reversed_by, years
from app.ledger.queries.proofs import Proof, head, inclusion, index_of, indexes_of
from app.ledger.rules.posting import EntryKind, Totals, totals
from app.ledger.service.ports import Evidence, evidence, papers

KINDS = ("all", "standing", "reversed")
"""Filters by state: everything, what counts, what was taken back together with what took it back."""


@dataclass(frozen=True)
class LedgerRow:
    """One line in the table of a year."""

    line: PostedLine
    taken_back_by: int | None
    index: int | None
    certificate: str | None

    @property
    def stands(self) -> bool:
        """Whether the line counts: it is no reversal and none took it back."""
        return self.taken_back_by is None and self.line.entry_kind != EntryKind.REVERSAL


@dataclass(frozen=True)
class LedgerPage:
    """A year of a person: the rows shown, the sum of those, the sum of the whole year."""

    year: int
    years: tuple[int, ...]
    rows: tuple[LedgerRow, ...]
    categories: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    shown: Totals
    whole: Totals
    sealed: int


@dataclass(frozen=True)
class LinePage:
    """One line with everything it rests on and everything that proves it."""

    row: LedgerRow
    evidence: tuple[Evidence, ...]
    proof: Proof | None
    root: str
    signed_at: datetime | None
    key_id: str


def year_page(work: Work, person_id: int, year: int | None, category: str = "", kind: str = "all") -> LedgerPage:
    """The year asked for (this year's without), filtered by category and state. Newest line first."""
    this_year = civil(work.now).year
    known = years(work, person_id)
    year = this_year if year is None else year
    every = _rows(work, person_id, lines(work, person_id, year))
    counted = [(name, sum(row.line.category == name for row in every)) for name in sorted({row.line.category for row in every})]
    states = [(name, sum(_matches(row, "", name) for row in every)) for name in KINDS]
    shown = tuple(row for row in every if _matches(row, category, kind))
    return LedgerPage(
        year, tuple(sorted({*known, this_year, year}, reverse=True)), shown, tuple(counted), tuple(states),
        totals(row.line for row in shown), totals(row.line for row in every), sum(row.index is not None for row in every),
    )  # fmt: skip


def line_page(work: Work, person_id: int, seq: int) -> LinePage:
    """One line of a person; NotFound when the chain has no such place."""
    posted = line(work, person_id, seq)
    index = index_of(work, person_id, seq)
    row = LedgerRow(posted, reversed_by(work, person_id, seq), index, papers(work, person_id, [seq]).get(seq))
    known = evidence(work, person_id, posted.source_type, posted.source_id)
    if index is None:
        return LinePage(row, known, None, "", None, "")
    newest = head(work)
    proof = inclusion(work, person_id, seq)
    assert newest is not None  # a sealed line has a seal
    return LinePage(row, known, proof, newest.root.hex(), newest.signed_at, newest.key_id)


def _rows(work: Work, person_id: int, posted: list[PostedLine]) -> list[LedgerRow]:
    """By the last day of study, newest first, so that a reversal stands above the line it takes back."""
    taken = {one.reverses: one.seq for one in posted if one.reverses is not None}
    seqs = [one.seq for one in posted]
    newest = sorted(posted, key=lambda one: (one.occurred_to, one.seq), reverse=True)
    places, numbers = indexes_of(work, person_id, seqs), papers(work, person_id, seqs)
    return [LedgerRow(one, taken.get(one.seq), places.get(one.seq), numbers.get(one.seq)) for one in newest]


def _matches(row: LedgerRow, category: str, kind: str) -> bool:
    """Whether the row passes both filters."""
    if category and row.line.category != category:
        return False
    return kind == "all" or row.stands == (kind == "standing")
