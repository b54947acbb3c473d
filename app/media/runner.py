"""Runs a confined child process: own group, wall clock, progress lines, the tail of what it complained about."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import IO

from app.media.confine import NOBODY

MIB = 1 << 20
TAIL_LINES = 20


@dataclass(frozen=True)
class Limits:
    """What one child may use: wall and CPU seconds, bytes of address space, bytes of one file, niceness."""

    seconds: int
    cpu: int
    memory: int = 3_072 * MIB
    file: int = 512 * MIB
    nice: int = 15

    def spec(self) -> dict[str, int]:
        """The same for app/media/confine.py, with the parent whose death ends the child."""
        return {"memory": self.memory, "cpu": self.cpu, "file": self.file, "nice": self.nice, "parent": os.getpid()}

    def lasting(self, seconds: int) -> Limits:
        """The same limits with another wall clock; CPU may be four times that (threads)."""
        return replace(self, seconds=seconds, cpu=4 * seconds)


class Stop(Exception):
    """Raised by a line reader to end the child: `why` says so to whoever started it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Finished:
    """How a child ended: exit status (negative for a signal), last error lines, and what stopped it, if anything did."""

    status: int
    errors: str
    stopped: str = ""

    @property
    def went_well(self) -> bool:
        """Whether it ended by itself with success."""
        return self.status == 0 and not self.stopped


def run(
    command: Sequence[str],
    limits: Limits,
    *,
    stdin: IO[bytes] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Finished:
    """Run `command` to its end, its timeout or a `Stop` from `on_line`; the whole process group is gone afterwards."""
    process = subprocess.Popen(  # no shell; the command is built by this package
        list(command),
        stdin=stdin if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    stopped = ""
    try:
        _pump(process, monotonic() + limits.seconds, on_line or (lambda line: None), tail)
    except Stop as stop:
        stopped = stop.why
    finally:
        end_group(process)
    return Finished(process.returncode, "\n".join(tail), stopped)


def _pump(process: subprocess.Popen[bytes], deadline: float, on_line: Callable[[str], None], tail: deque[str]) -> None:
    """Read both pipes line by line until both are closed; raise Stop when the time is up."""
    assert process.stdout is not None and process.stderr is not None
    rest = {"out": b"", "err": b""}
    takers: dict[str, Callable[[str], None]] = {"out": on_line, "err": tail.append}
    with selectors.DefaultSelector() as selector:
        for pipe, name in ((process.stdout, "out"), (process.stderr, "err")):
            selector.register(pipe, selectors.EVENT_READ, name)
        while selector.get_map():
            left = deadline - monotonic()
            if left <= 0:
                raise Stop("time_limit")
            for key, _events in selector.select(min(left, 1.0)):
                chunk = os.read(key.fd, 65_536)
                if not chunk:
                    selector.unregister(key.fileobj)
                lines = (rest[key.data] + chunk).split(b"\n")
                rest[key.data] = b"" if not chunk else lines.pop()[-65_536:]
                for line in lines:
                    takers[key.data](line.decode("utf-8", "replace"))
    try:
        process.wait(max(0.1, deadline - monotonic()))
    except subprocess.TimeoutExpired as error:
        raise Stop("time_limit") from error


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child and its children, and reap it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def open_to_child(job: Path) -> None:
    """Give the job folder and the folders in it to the user that root becomes; files (the linked input) stay as they are."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    for folder in [job, *(path for path in job.iterdir() if path.is_dir())]:
        os.chown(folder, NOBODY, NOBODY)


def take_back(job: Path) -> None:
    """What the child made belongs to the college again."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    for path in [job, *job.rglob("*")]:
        if path.lstat().st_uid == NOBODY:
            os.chown(path, 0, 0, follow_symlinks=False)
