"""`flask people …`: plant units, bring people in, give first passwords and the first roles."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel.errors import Refusal
from app.kernel.i18n import LOCALES, in_locale
from app.kernel.web import college
from app.kernel.work import Actor, working
from app.people import service, words
from app.people.service import importing, unit_importing
from app.people.service.reports import RowReport

people = AppGroup("people", help="People and accounts.")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Examine the file and change nothing.")
@click.option("--only-good", is_flag=True, help="Bring in the rows without errors and leave out the others.")
@click.option("--lang", type=click.Choice(list(LOCALES)), default="zh", help="Language of the findings.")
def import_people(file: Path, dry_run: bool, only_good: bool, lang: str) -> None:
    """Bring in the people of an XLSX or CSV FILE. Exit status 1 when rows have errors, 2 when the file cannot be read."""
    actor = Actor.system("people import")
    with in_locale(LOCALES[lang]), file.open("rb") as stream:
        try:
            if dry_run:
                report = importing.examine(college(), actor, stream, _tell)
            else:
                report = importing.bring_in(college(), actor, stream, only_good=only_good, progress=_tell)
        except importing.RollRefused as refusal:
            report = importing.report_of(refusal)
        except Refusal as refusal:
            click.echo(refusal.sentence, err=True)
            sys.exit(2)
        _print(report)
    sys.exit(1 if report.has_errors else 0)


@people.command("units")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Examine the file and change nothing.")
@click.option("--lang", type=click.Choice(list(LOCALES)), default="zh", help="Language of the findings.")
def import_units(file: Path, dry_run: bool, lang: str) -> None:
    """Plant the units of an XLSX or CSV FILE: all or none. Exit status 1 when rows have errors, 2 when the file cannot be read."""
    actor = Actor.system("people units")
    with in_locale(LOCALES[lang]), file.open("rb") as stream:
        try:
            with working(college(), actor) as work:
                report = unit_importing.bring_in(work, stream, dry_run=dry_run)
        except Refusal as refusal:
            click.echo(refusal.sentence, err=True)
            sys.exit(2)
        _print_findings(report)
    state = "done" if report.done else "nothing changed"
    click.echo(f"rows {report.rows}, good {report.good}, bad {report.bad}: new {report.created}, unchanged {report.unchanged} ({state})")
    sys.exit(1 if report.has_errors else 0)


@people.command("grant")
@click.argument("user_name")
@click.argument("role")
@click.argument("jurisdiction")
@click.option("--unit", default="", help="Code of the unit from which the jurisdiction starts; by default the person's own.")
def grant(user_name: str, role: str, jurisdiction: str, unit: str) -> None:
    """Give USER_NAME a ROLE over a JURISDICTION: the first officers of a college; later they grant in the pages, two by two."""
    try:
        with in_locale(LOCALES["zh"]), working(college(), Actor.system("people grant")) as work:
            start = service.unit_by_code(work, unit) if unit else None
            service.grant_role(work, service.account_named(work, user_name).person_id, role, jurisdiction, start)
    except Refusal as refusal:
        with in_locale(LOCALES["zh"]):
            click.echo(refusal.sentence, err=True)
        sys.exit(1)


def _tell(rows: int) -> None:
    """Progress on one line, for those who look on."""
    if sys.stderr.isatty():
        click.echo(f"\r{rows:,}", nl=False, err=True)


def _print(report: importing.Report) -> None:
    """The findings and the sum."""
    _print_findings(report)
    state = "done" if report.done else "nothing changed"
    click.echo(f"rows {report.rows}, good {report.good}, bad {report.bad}: new {report.created}, changed {report.changed}, "
               f"unchanged {report.unchanged} ({state})")  # fmt: skip


def _print_findings(report: RowReport) -> None:
    """The findings, one a line."""
    for finding in report.findings:
        wrong, fix = words.told(finding)
        shown = f" [{finding.found}]" if finding.found else ""
        click.echo(f"{finding.row}\t{finding.column}\t{finding.code}\t{wrong}{shown} {fix}")
    if report.more_findings:
        click.echo(f"… +{report.more_findings}")


@people.command("password")
@click.argument("user_name")
def first_password(user_name: str) -> None:
    """Give USER_NAME a first password, shown once; it must be changed at the first sign-in."""
    try:
        password = service.issue_password(college(), Actor.system("people password"), user_name)
    except Refusal as refusal:
        with in_locale(LOCALES["zh"]):
            click.echo(refusal.sentence, err=True)
        sys.exit(1)
    click.echo(password)


commands = [people]
