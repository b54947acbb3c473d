"""`flask history …`: bring past training in, take it back."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from app.history import service, words
from app.kernel.errors import Refusal
from app.kernel.i18n import LOCALES, in_locale
from app.kernel.web import college
from app.kernel.work import Actor

history = AppGroup("history", help="Past training out of files.")


@history.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Examine the file and change nothing.")
@click.option("--only-good", is_flag=True, help="Bring in the rows without errors and leave out the others.")
@click.option("--lang", type=click.Choice(list(LOCALES)), default="zh", help="Language of the findings.")
def import_history(file: Path, dry_run: bool, only_good: bool, lang: str) -> None:
    """Bring in the past training of an XLSX or CSV FILE. Exit status 1 when rows have errors, 2 when it cannot be read."""
    actor, uid = Actor.system("history import"), None
    with in_locale(LOCALES[lang]), file.open("rb") as stream:
        try:
            if dry_run:
                report = service.examine(college(), actor, stream, _tell)
            else:
                uid, report = service.bring_in(college(), actor, file.name, stream, only_good=only_good, progress=_tell)
        except service.HistoryRefused as refusal:
            report = service.report_of(refusal)
        except Refusal as refusal:
            click.echo(refusal.sentence, err=True)
            sys.exit(2)
        _print(report, uid)
    sys.exit(1 if report.has_errors else 0)


@history.command("undo")
@click.argument("uid", type=click.UUID)
@click.option("--reason", required=True, help="Everybody concerned reads it.")
def undo(uid: UUID, reason: str) -> None:
    """Take the import UID back: each of its lines is reversed."""
    try:
        count = service.take_back(college(), Actor.system("history undo"), uid, reason)
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(2)
    click.echo(f"{count} lines reversed")


def _tell(rows: int) -> None:
    """Progress on one line, for those who look on."""
    if sys.stderr.isatty():
        click.echo(f"\r{rows:,}", nl=False, err=True)


def _print(report: service.Report, uid: UUID | None) -> None:
    """The findings, one a line, and the sum."""
    for finding in report.findings:
        wrong, fix = words.told(finding)
        shown = f" [{finding.found}]" if finding.found else ""
        click.echo(f"{finding.row}\t{finding.column}\t{finding.code}\t{wrong}{shown} {fix}")
    if report.more_findings:
        click.echo(f"… {report.more_findings} more findings")
    named = f"import {uid}: " if uid else ""
    click.echo(f"{named}rows {report.rows}, good {report.good + report.known}, bad {report.bad}, persons {report.persons}, "
               f"hours {report.hours}, {'done' if report.done else 'nothing was changed'}")  # fmt: skip


commands = [history]
