"""`flask ledger …`: verify, seal, export, and a new signing key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel.web import college
from app.kernel.work import Actor, working
from app.ledger import service
from app.ledger.service import checking, exporting, keys

ledger = AppGroup("ledger", help="Verify, seal and export the ledger of study hours.")


@ledger.command("verify")
@click.option("--quiet", is_flag=True, help="No progress, only the result.")
def verify(quiet: bool) -> None:
    """Walk every chain, rebuild the tree, check every signature; the outcome is kept. Exit status 1 names the first bad line."""
    report = checking.check(college(), Actor.system("ledger verify"), (lambda _: None) if quiet else _tell("verified"))
    if report.bad is not None:
        click.echo(f"BAD {report.bad}", err=True)
        raise SystemExit(1)
    click.echo(
        f"OK {report.lines} lines of {report.people} people, {report.sealed} sealed under {report.seals} signed heads"
        + (f", particulars of {report.erased} lines erased by law" if report.erased else "")
    )


@ledger.command("seal")
def seal() -> None:
    """Seal the lines that wait, and sign the head of the grown tree."""
    if not _seal_all():
        click.echo("nothing waits to be sealed")


@ledger.command("export")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
@click.option("--no-seal", is_flag=True, help="Leave lines that wait unsealed; nothing then proves that none was cut off at the end.")
def export(out: Path, no_seal: bool) -> None:
    """Seal what waits, then write lines.jsonl, heads.jsonl, keys.json and format.md; `tools/verify_ledger.py DIR` checks them."""
    if not no_seal:
        _seal_all()
    with working(college(), Actor.system("ledger export"), write=False) as work:
        done = exporting.export(work, out, _tell("written"))
    click.echo(f"{done.lines} lines and {done.heads} signed heads in {out}")


@ledger.command("rotate-key")
def rotate_key() -> None:
    """Sign with a new key from now on; heads signed before stay verifiable."""
    click.echo(f"signing with {keys.rotate(college().settings).id}")


def _seal_all() -> int:
    """Seal batch by batch; how many lines."""
    total = 0
    while True:
        with working(college(), Actor.system("ledger seal")) as work:
            done = service.seal(work)
        if done is None:
            return total
        total += done.lines
        click.echo(f"{done.lines} lines sealed, tree of {done.size}, root {done.root}", err=True)


def _tell(what: str) -> Callable[[int], None]:
    """Progress on the error stream, so that the result stands alone."""

    def tell(lines: int) -> None:
        click.echo(f"{lines} lines {what}", err=True)

    return tell


commands = [ledger]
