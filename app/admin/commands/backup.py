"""`flask backup create` and `flask backup restore`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from app.admin.backup import making, restoring
from app.admin.backup.archive import BadBackup
from app.kernel.web import college

backup = AppGroup("backup", help="One file that holds the whole college but its secrets.")


@backup.command("create")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="Folder to write into; DATA_DIR/backups if not given."
)
@click.option("--quiet", is_flag=True, help="No progress, only the result.")
def create(out: Path | None, quiet: bool) -> None:
    """Write a backup of the open college: its rows as of one moment, and every media file, listed with SHA-256 and signed."""
    try:
        made = making.create(college(), out or college().settings.data_dir / "backups", _tell(quiet))
    except (BadBackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"OK {made.path} with {made.files} files, {made.size / 2**20:.1f} MiB, signed with {made.key_id}")
    if made.skipped:
        click.echo(f"{made.skipped} files vanished meanwhile or are no ordinary files; they are not in it")
    click.echo(f"left out: {'; '.join(making.LEFT_OUT)}. Keep the secrets apart: without the same SECRET_KEY no ID number can be read.")


@backup.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Verify the whole ledger and the files on the disk before anything is put into place.")
@click.option("--replace", is_flag=True, help="Put the backup in the place of what is there; files that were there are kept beside.")
@click.option("--quiet", is_flag=True, help="No progress, only the result.")
def restore(path: Path, verify: bool, replace: bool, quiet: bool) -> None:
    """Put a backup into this college, which has to be stopped and empty. A backup that is not sound changes nothing."""
    try:
        done = restoring.restore(college(), path, _tell(quiet), verify=verify, replace_all=replace)
    except (BadBackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"OK {done.files} files as of {done.made_at}, signed with {done.key_id}")
    if not done.is_known_key:
        click.echo("This machine had no keys to check the signature by: compare the key with the one you noted when the backup was made.")
    if done.newer_heads:
        click.echo(f"WARNING {done.newer_heads} signed heads are newer than this backup: what was posted since is not in it.", err=True)
    for kept in done.kept:
        click.echo(f"kept: {kept}")
    click.echo("Now put SECRET_KEY and the private keys back, and run `flask --app wsgi prepare`.")


def _tell(quiet: bool) -> Callable[[str], None]:
    """Progress on the error stream, so that the result stands alone."""
    return (lambda _line: None) if quiet else (lambda line: click.echo(line, err=True))
