"""`flask media doctor`: whether this machine can make lectures out of files, in words an operator can act on."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.kernel.web import college
from app.media import ffmpeg, places
from app.media.probe import ROOT, Unfit
from app.media.rules import GIB
from app.media.runner import Limits, open_to_child, run

MEASURES = {
    "limits": "limits on time, memory and file size",
    "network": "no network",
    "files": "no file outside its own folder",
    "user": "another user",
}
"""What confine.py can put in force, in the words of the report."""
ASK = "import sys, json; sys.path.insert(0, sys.argv.pop(1)); from app.media.confine import confine; s = json.loads(sys.argv[1]);" \
      " sys.stdout.write(json.dumps(confine(s['limits'], s['job'], [])))"  # fmt: skip


def isolation() -> list[str]:
    """Which measures take hold on this machine, tried in a real child."""
    lines: list[str] = []
    limits = Limits(seconds=20, cpu=20)
    with tempfile.TemporaryDirectory(prefix="doctor-") as job:
        open_to_child(Path(job))
        spec = json.dumps({"limits": limits.spec(), "job": job})
        run((sys.executable, "-I", "-S", "-c", ASK, str(ROOT), spec), limits, on_line=lines.append)
    return list(json.loads("".join(lines) or "[]"))


@click.group("media")
def media() -> None:
    """Video and audio."""


@media.command("doctor")
@with_appcontext
def doctor() -> None:
    """Show the encoder, how it is locked up, and the free space; exit 1 if lectures cannot be made here."""
    settings = college().settings
    faults = _encoder(settings.ffmpeg_binary)
    held = isolation()
    for name, words in MEASURES.items():
        click.echo(f"isolation  {'yes' if name in held else 'no '}  {words}")
    if "limits" not in held:
        faults.append("the child process could not be limited")
    free = places.free_bytes(settings.media_dir)
    click.echo(f"space      {free / GIB:.1f} GiB free under {settings.media_dir.resolve()}")
    if free < GIB:
        faults.append("less than 1 GiB is free: uploads are refused")
    for fault in faults:
        click.echo(f"FAULT      {fault}", err=True)
    if faults:
        sys.exit(1)
    click.echo("media: ready")


def _encoder(setting: str) -> list[str]:
    """Print which ffmpeg is used; what is wrong with it."""
    try:
        found = ffmpeg.inspect(ffmpeg.find_binary(setting))
    except Unfit as unfit:
        return [unfit.words or "no ffmpeg was found"]
    click.echo(f"encoder    {found.path}")
    click.echo(f"version    {found.version}")
    for name in ffmpeg.NEEDED:
        click.echo(f"encodes    {'no ' if name in found.missing else 'yes'}  {name}")
    return [f"ffmpeg lacks {name}" for name in found.missing]


commands = [media]
