"""`flask compliance …`: build standings anew, and what the calendar changes by itself."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from app.compliance import service
from app.kernel.web import college

compliance = AppGroup("compliance", help="Where everybody stands in every requirement.")


@compliance.command("rebuild")
@click.option("--year", type=click.IntRange(2000, 2100), help="One year; without it every kept year and the present one.")
@click.option("--quiet", is_flag=True, help="No progress, only the result.")
def rebuild(year: int | None, quiet: bool) -> None:
    """Judge everybody anew from facts and ledger; safe while the college runs, and to be repeated."""
    years = () if year is None else (year,)
    count = service.rebuild(college(), *years, progress=(lambda _: None) if quiet else _tell)
    click.echo(f"{count} standings written")


@compliance.command("catch-up")
def catch_up() -> None:
    """Open the year that has begun; judge anew who turned to another unit, rank or team. Also an hourly job."""
    click.echo(f"{service.catch_up(college())} judged")


@compliance.command("snapshot")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="An earlier day, judged anew as of it; without it today's standings.")
def snapshot(as_of: datetime | None) -> None:
    """Keep the figures that the next month is compared with. Also a daily job."""
    rows = service.take_as_of(college(), as_of.date()) if as_of else service.take(college())
    click.echo(f"{rows} figures kept")


def _tell(done: int) -> None:
    if done % 10_000 == 0:
        click.echo(f"  … up to person {done}")


commands = [compliance]
