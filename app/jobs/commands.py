"""`flask worker`: the process that does background work."""

from __future__ import annotations

import signal
import threading

import click
from flask.cli import with_appcontext

from app.kernel.web import college


@click.command("worker")
@with_appcontext
def run_worker() -> None:
    """Do background work (transcoding, deadlines, sealing) until stopped by Ctrl-C or SIGTERM."""
    from app.jobs import worker  # brings huey, which no web process needs at its start

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("worker: ready")
    worker.serve(college(), stop)


commands = [run_worker]
