"""Bringing in a roll of people: examined row by row, idempotent, batch by batch (PERF-G11, ATK-A31).

An ID number that is known already means the same person: the same data again change nothing, a later post follows the
present one, a correction of the same day supersedes it. Another name under a known ID number is refused. Who imports
must hold every person of the roll within his jurisdiction, before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import IO, NamedTuple

import msgspec

from app.kernel.bulk import undisturbed
from app.kernel.clock import civil
from app.kernel.errors import Forbidden, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, working
from app.people.actions import Action
from app.people.rules.roll import COLUMNS, Cell, Entry, Finding, headings, read_row
from app.people.service import sheets
from app.people.service.placing import Placed, Register
from app.people.service.reports import RowReport

BATCH = 1_000
"""People to a transaction. On SQLite nobody else writes meanwhile: of the turn a thousand people take about 0.33 s of CPU, at most
0.55 s, the commit included, and 0.1 s more by the clock under load until it is on the disk. Twice as many would hold the others up
for twice as long without a clear gain; so rows are read before the turn instead, and only once."""

Progress = Callable[[int], None]


class RollRefused(Invalid):
    """Rows with errors, and nobody asked to leave them out; nothing was changed."""

    code, text = "roll_has_errors", _l("%(bad)s rows have errors. Nothing was changed.")


@dataclass
class Report(RowReport):
    """What an import found, and what it did or would do."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


class Batch(NamedTuple):
    """Rows as they were read: how many, how many of them are bad, the entries of the others, and what was found."""

    rows: int
    bad: int
    entries: list[Entry]
    findings: list[Finding]


_packed = msgspec.msgpack.Encoder()
_unpacked = msgspec.msgpack.Decoder(Batch)


def examine(college: College, actor: Actor, stream: IO[bytes], progress: Progress | None = None) -> Report:
    """Read and judge every row; nothing is changed. Raises Forbidden, NotASheet, TooBig."""
    return _go_through(college, actor, _read(college, stream), write=False, progress=progress)


def bring_in(college: College, actor: Actor, stream: IO[bytes], *, only_good: bool = False, progress: Progress | None = None) -> Report:
    """Bring the roll in, a thousand rows to a transaction; what an interrupted run has brought in, the next finds unchanged.

    Rows with errors stop it before anything is changed (RollRefused, with the report in `.report`), unless `only_good`.
    What was read in the examination is kept for the writing, packed (about 50 MB for 200,000 people): no row is read twice.
    """
    kept: list[bytes] = []
    first = _go_through(college, actor, _kept(_read(college, stream), kept), write=False)
    if first.has_errors and not only_good:
        refusal = RollRefused(bad=first.bad, _report=first)
        raise refusal
    if first.created + first.changed == 0:
        first.done = True
        return first
    report = _go_through(college, actor, map(_unpacked.decode, kept), write=True, progress=progress)
    report.done = True
    return report


def report_of(refusal: RollRefused) -> Report:
    """The findings behind a refusal."""
    report = refusal.facts["_report"]
    assert isinstance(report, Report)
    return report


def _go_through(college: College, actor: Actor, batches: Iterable[Batch], *, write: bool, progress: Progress | None = None) -> Report:
    """One pass over the rows, a unit of work for each batch that holds entries."""
    if not actor.may(Action.IMPORT):
        raise Forbidden()
    report, register = Report(), Register()
    for batch in batches:
        placed = Placed()
        if batch.entries:
            with undisturbed(), working(college, actor, write=write) as work:
                placed = register.place(work, batch.entries)
                if write:
                    placed.write(work)
        _count(report, batch, placed)
        if progress is not None:
            progress(report.rows)
    return report


def _kept(batches: Iterable[Batch], kept: list[bytes]) -> Iterator[Batch]:
    """These batches, each also packed into `kept`."""
    for batch in batches:
        kept.append(_packed.encode(batch))
        yield batch


def _read(college: College, stream: IO[bytes]) -> Iterator[Batch]:
    """The file in batches, the findings of its head row first; nothing follows a head row that is wrong. A title may stand above it."""
    table = sheets.headed(stream, COLUMNS)
    places, wrong = headings(table.head, row=table.row)
    is_wrong = any(finding.is_error for finding in wrong)
    yield Batch(0, int(is_wrong), [], wrong)
    if is_wrong:
        return
    day = civil(college.clock.now()).date()
    while True:
        with undisturbed():
            batch = _batch(islice(table.below, BATCH), places, day)
        if not batch.rows:
            return
        yield batch


def _batch(rows: Iterable[tuple[int, Sequence[Cell]]], places: dict[str, int], day: date) -> Batch:
    """The next rows, read field by field."""
    count, entries, findings = 0, list[Entry](), list[Finding]()
    for number, cells in rows:
        count += 1
        width = len(cells)
        entry, wrong = read_row(number, {name: cells[at] for name, at in places.items() if at < width}, day)
        findings += wrong
        if entry is not None:
            entries.append(entry)
    return Batch(count, count - len(entries), entries, findings)


def _count(report: Report, batch: Batch, placed: Placed) -> None:
    """Add to the report what a batch came to."""
    report.rows += batch.rows
    report.note(sorted([*batch.findings, *placed.findings], key=lambda finding: finding.row))
    report.bad += batch.bad + placed.refused
    report.good += len(batch.entries) - placed.refused
    report.created += len(placed.new)
    report.changed += len(placed.changes)
    report.unchanged += placed.unchanged
