"""`flask search rebuild`: the index anew from what is published."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.kernel.web import college
from app.search import service

search = AppGroup("search", help="The index of courses, lectures and spoken words.")


@search.command("rebuild")
@click.option("--quiet", is_flag=True, help="No progress, only the result.")
def rebuild(quiet: bool) -> None:
    """Make every document of the index anew. May run while the college is open, and again at any time."""
    done = service.rebuild(college(), (lambda *_: None) if quiet else _tell)
    click.echo(f"OK {done.courses} courses, {done.documents} documents" + (f", {done.gone} stale documents removed" if done.gone else ""))


def _tell(courses: int, documents: int) -> None:
    """Progress on the error stream, so that the result stands alone."""
    click.echo(f"{courses} courses, {documents} documents", err=True)


commands = [search]
