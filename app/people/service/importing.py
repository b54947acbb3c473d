"""Bringing in a roll of people: examined row by row, idempotent, batch by batch (PERF-G11, ATK-A31).

An ID number that is known already means the same person: the same data again change nothing, a later post follows the
present one, a correction of the same day supersedes it. Another name under a known ID number is refused. Who imports
must hold every person of the roll within his jurisdiction, before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import IO, Any

from app.kernel.bulk import undisturbed
from app.kernel.errors import Forbidden, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Actor, College, Work, working
from app.people.actions import Action
from app.people.rules.roll import Cell, Entry, Finding, headings, is_blank, read_row
from app.people.service import sheets
from app.people.service.identity import today
from app.people.service.placing import Register
from app.people.service.reports import RowReport

BATCH = 1_000

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


def examine(college: College, actor: Actor, stream: IO[bytes], progress: Progress | None = None) -> Report:
    """Read and judge every row; nothing is changed. Raises Forbidden, NotASheet, TooBig."""
    return _go_through(college, actor, stream, write=False, progress=progress)


def bring_in(college: College, actor: Actor, stream: IO[bytes], *, only_good: bool = False, progress: Progress | None = None) -> Report:
    """Bring the roll in, a thousand rows to a transaction; what an interrupted run has brought in, the next finds unchanged.

    Rows with errors stop it before anything is changed (RollRefused, with the report in `.report`), unless `only_good`.
    """
    first = examine(college, actor, stream)
    if first.has_errors and not only_good:
        refusal = RollRefused(bad=first.bad, _report=first)
        raise refusal
    if first.created + first.changed == 0:
        first.done = True
        return first
    report = _go_through(college, actor, stream, write=True, progress=progress)
    report.done = True
    return report


def report_of(refusal: RollRefused) -> Report:
    """The findings behind a refusal."""
    report = refusal.facts["_report"]
    assert isinstance(report, Report)
    return report


def _go_through(college: College, actor: Actor, stream: IO[bytes], *, write: bool, progress: Progress | None) -> Report:
    """One pass over the file, a unit of work for each batch."""
    if not actor.may(Action.IMPORT):
        raise Forbidden()
    report = Report()
    source = sheets.rows(stream)
    places, wrong = headings(next(iter(islice(source, 1)), ()))
    report.note(wrong)
    if any(finding.is_error for finding in wrong):
        report.bad = max(1, report.bad)
        return report
    register = Register()
    numbered = ((number, cells) for number, cells in enumerate(source, 2) if not is_blank(cells))
    while batch := list(islice(numbered, BATCH)):
        with undisturbed(), working(college, actor, write=write) as work:
            _take(work, register, report, _fields(batch, places), write)
        if progress is not None:
            progress(report.rows)
    return report


def _fields(batch: list[tuple[int, Any]], places: dict[str, int]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Rows with their cells by field."""
    for number, cells in batch:
        yield number, {name: cells[at] if at < len(cells) else None for name, at in places.items()}


def _take(work: Work, register: Register, report: Report, rows: Iterator[tuple[int, dict[str, Cell]]], write: bool) -> None:
    """Judge the rows of a batch and, when writing, bring the good ones in."""
    entries: list[Entry] = []
    day: date = today(work)
    findings: list[Finding] = []
    for number, cells in rows:
        entry, wrong = read_row(number, cells, day)
        report.rows += 1
        findings += wrong
        if entry is None:
            report.bad += 1
        else:
            entries.append(entry)
    placed = register.place(work, entries)
    report.note(sorted([*findings, *placed.findings], key=lambda finding: finding.row))
    report.bad += placed.refused
    report.good += len(entries) - placed.refused
    report.created += len(placed.new)
    report.changed += len(placed.changes)
    report.unchanged += placed.unchanged
    if write:
        placed.write(work)
