"""Past training out of a file: examined row by row, then posted by the ledger's bulk door, batch by batch.

Every row names a person the importer may certify for, never himself; an activity that is credited already, or stands in
the file twice, is a finding. A row of a closed year is refused: what a closed year lacks is an adjustment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from app.history import queries
from app.history.actions import Action
from app.history.models import HistoryLine
from app.history.rules import COLUMNS, Activity, headings, read_row
from app.history.service.placing import Placed, Register
from app.kernel.bulk import put, undisturbed
from app.kernel.clock import civil
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.i18n import _l
from app.kernel.quantity import hours_text
from app.kernel.work import Actor, College, Work, working
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.people.rules.roll import Cell, Finding
from app.people.service import sheets
from app.people.service.reports import RowReport
from app.rulebook import service as rulebook

BATCH = 1_000

Progress = Callable[[int], None]


class HistoryRefused(Invalid):
    """Rows with errors, and nobody asked to leave them out; nothing was changed."""

    code, text = "history_has_errors", _l("%(bad)s rows have errors. Nothing was changed.")


class MeanwhileCredited(Conflict):
    """Some of these activities were credited while the file was brought in."""

    code, text = "history_meanwhile", _l("Some of this training was credited at the same time. Please check the file again.")


@dataclass
class Report(RowReport):
    """What an import found, and what it did or would do. `known` rows became lines of this import before."""

    known: int = 0
    persons: int = 0
    hours: str = "0"


@dataclass(frozen=True)
class Origin:
    """Where lines come from: the import, and the digest of its file."""

    import_id: int
    uid: str
    digest: str


def digest_of(stream: IO[bytes]) -> str:
    """SHA-256 of a file, read from its beginning."""
    stream.seek(0)
    found = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        found.update(chunk)
    return found.hexdigest()


def examine(college: College, actor: Actor, stream: IO[bytes], progress: Progress | None = None) -> Report:
    """Read and judge every row; nothing is changed. Raises Forbidden, NotASheet, TooBig."""
    return _go_through(college, actor, stream, None, progress)


def post(college: College, actor: Actor, stream: IO[bytes], origin: Origin, progress: Progress | None = None) -> Report:
    """Post the good rows, a thousand to a transaction; what an interrupted run has posted is found done."""
    return _go_through(college, actor, stream, origin, progress)


def _go_through(college: College, actor: Actor, stream: IO[bytes], origin: Origin | None, progress: Progress | None) -> Report:
    """One pass over the file, a unit of work for each batch."""
    if not actor.may(Action.IMPORT):
        raise Forbidden()
    report = Report()
    table = sheets.headed(stream, COLUMNS)
    places, wrong = headings(table.row, table.head)
    report.note(wrong)
    if any(finding.is_error for finding in wrong):
        report.bad = max(1, report.bad)
        return report
    register = Register(keeps_days=origin is None)
    while batch := list(islice(table.below, BATCH)):
        with undisturbed(), working(college, actor, write=origin is not None) as work:
            _take(work, register, report, _fields(batch, places), origin)
        if progress is not None:
            progress(report.rows)
    report.persons, report.hours = len(register.persons), hours_text(register.hours)
    return report


def _fields(batch: Sequence[tuple[int, Any]], places: dict[str, int]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Rows with their cells by field."""
    for number, cells in batch:
        yield number, {name: cells[at] if at < len(cells) else None for name, at in places.items()}


def _take(work: Work, register: Register, report: Report, rows: Iterator[tuple[int, dict[str, Cell]]], origin: Origin | None) -> None:
    """Judge the rows of a batch and, when there is an import to post them for, post the good ones."""
    activities: list[Activity] = []
    findings: list[Finding] = []
    day = civil(work.now).date()
    numbers: list[int] = []
    for number, cells in rows:
        numbers.append(number)
        activity, wrong = read_row(number, cells, day)
        report.rows += 1
        findings += wrong
        if activity is None:
            report.bad += 1
        else:
            activities.append(activity)
    done = queries.rows_done(work, origin.import_id, numbers[0], numbers[-1]) if origin else set()
    placed = register.place(work, [one for one in activities if one.row not in done], origin)
    report.note(sorted([*findings, *placed.findings], key=lambda finding: finding.row))
    report.bad += placed.refused
    report.good += len(placed.lines)
    report.known += len(done)
    if origin is not None:
        _post(work, placed, origin)


def _post(work: Work, placed: Placed, origin: Origin) -> None:
    """Post the lines of a batch and keep which row each came from."""
    for book in placed.books:
        rulebook.use(work, book)
    try:
        ledger.append_many(work, [line for _row, line in placed.lines])
    except (ledger.AlreadyCredited, ledger.NoFreeDay) as refusal:
        raise MeanwhileCredited() from refusal
    keys = {(line.person_id, str(line.activity_key)) for _row, line in placed.lines}
    seqs = ledger_lines.credited(work, keys)
    put(work.session, HistoryLine.__table__, [  # a declared table
        {
            "person_id": line.person_id, "seq": seqs[line.person_id, str(line.activity_key)], "import_id": origin.import_id, "row": row,
            "activity_key": line.activity_key, "accounting_year": line.occurred_to.year, "occurred_to": line.occurred_to,
            "hours": line.hours,
        }
        for row, line in placed.lines
    ])  # fmt: skip
