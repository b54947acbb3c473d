"""For programs: bring past training in (interfaces.md §4)."""

from __future__ import annotations

import msgspec
from flask import request

from app.history import service, words
from app.history.actions import Action
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.web import Routes, college
from app.kernel.work import Actor

routes = Routes("history_api", __name__)


class HistoryFinding(msgspec.Struct):
    """One thing wrong in one cell of the file."""

    row: int
    column: str
    code: str
    found: str
    expected: str
    error: bool
    text: str
    fix: str


class HistoryReport(msgspec.Struct):
    """What an import found, and what it did (`done`) or would do. `uid` names it, so that it can be taken back."""

    dry_run: bool
    done: bool
    uid: str | None
    rows: int
    good: int
    bad: int
    persons: int
    hours: str
    findings: list[HistoryFinding]
    more_findings: int


@routes.post("/api/v1/imports/history", allow=Action.IMPORT, answers={200: HistoryReport}, own_work=True)
def import_history(actor: Actor) -> HistoryReport:
    """Bring in the past training of the multipart field `file`; `dry_run=1` changes nothing, `only_good=1` leaves out rows with errors.

    Rows with errors and no `only_good`: 422 `history_has_errors` with the report, nothing changed.
    """
    file = request.files.get("file")
    if file is None:
        raise Invalid(_l("Choose a file first."), field="file")
    asked = {name: request.values.get(name, "") in ("1", "true") for name in ("dry_run", "only_good")}
    if asked["dry_run"]:
        return _told(service.examine(college(), actor, file.stream), dry_run=True)
    try:
        uid, report = service.bring_in(college(), actor, file.filename or "", file.stream, only_good=asked["only_good"])
    except service.HistoryRefused as refusal:
        told = _told(service.report_of(refusal), dry_run=False)
        raise service.HistoryRefused(**msgspec.structs.asdict(told)) from refusal
    return _told(report, dry_run=False, uid=None if uid is None else str(uid))


def _told(report: service.Report, *, dry_run: bool, uid: str | None = None) -> HistoryReport:
    """A report with its sentences in the reader's language."""
    rows = [HistoryFinding(**words.as_row(finding)) for finding in report.findings]
    return HistoryReport(dry_run, report.done, uid, report.rows, report.good + report.known, report.bad, report.persons, report.hours, rows,
                         report.more_findings)  # fmt: skip
