"""Writers of one SQLite file take turns in the order they came (ADR 19, PERF-G2).

SQLite's own wait for its one write lock is a poll with growing pauses up to 100 ms: under load the newest writer wins and
the oldest starves. So writers stand in line before they ask for the lock: threads of a process in a queue, processes at
two locked files beside the database. Whoever is to write next holds the gate while he waits for the desk, so nobody who
has just written can pass him. The kernel gives both locks back when their process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, get_ident
from weakref import WeakValueDictionary, finalize

PAUSE = 0.0005
"""Seconds between two looks at a lock that another process holds; one thread of a process looks at a time."""


class TooLong(Exception):
    """The turn did not come in time; nothing was begun."""


class Turns:
    """The line before one database file. Make it by `turns_at`, so that a process has one line for each file."""

    def __init__(self, database: Path) -> None:
        self._files = (database.with_name(database.name + "-gate"), database.with_name(database.name + "-desk"))
        self._opened: tuple[int, int, int] | None = None
        self._guard, self._waiting, self._holder = Lock(), deque[tuple[Lock, int]](), 0

    @contextmanager
    def turn(self, seconds: float, waits: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Be the only writer of the database; TooLong when the turn has not come after `seconds`. `waits` is told of each wait."""
        end = time.monotonic() + seconds
        self._line_up(end, waits)
        try:
            desk = self._take_desk(end, waits)
            try:
                yield
            finally:
                fcntl.flock(desk, fcntl.LOCK_UN)
        finally:
            self._call_next()

    @property
    def waiting(self) -> int:
        """Threads of this process that stand in line."""
        return len(self._waiting)

    def _line_up(self, end: float, waits: Callable[[], None]) -> None:
        """Wait until this thread is the first of its process."""
        me = get_ident()
        with self._guard:
            if not self._holder:
                self._holder = me
                return
            if self._holder == me:
                raise RuntimeError("a unit of work that writes was begun inside another one of the same thread")
            called = Lock()
            called.acquire()
            place = (called, me)
            self._waiting.append(place)
        waits()
        if called.acquire(timeout=max(end - time.monotonic(), 0)):
            return
        with self._guard:
            if place in self._waiting:
                self._waiting.remove(place)
                raise TooLong
        # called in the very moment the patience ran out: the turn is ours, and would be lost if we left

    def _call_next(self) -> None:
        with self._guard:
            if not self._waiting:
                self._holder = 0
                return
            called, self._holder = self._waiting.popleft()
            called.release()

    def _take_desk(self, end: float, waits: Callable[[], None]) -> int:
        """Hold the desk against other processes; the gate is held only while waiting for it."""
        gate, desk = self._descriptors()
        _lock(gate, end, waits)
        try:
            _lock(desk, end, waits)
        finally:
            fcntl.flock(gate, fcntl.LOCK_UN)
        return desk

    def _descriptors(self) -> tuple[int, int]:
        """Both files, opened by this very process: a lock taken through an inherited descriptor would be shared."""
        if self._opened is None or self._opened[0] != os.getpid():
            gate, desk = (os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in self._files)
            self._opened = (os.getpid(), gate, desk)
            finalize(self, _close, gate, desk)
        return self._opened[1:]


_lines: WeakValueDictionary[Path, Turns] = WeakValueDictionary()
_lines_guard = Lock()


def turns_at(database: Path) -> Turns:
    """The one line of this process before a database file."""
    path = database.resolve()
    with _lines_guard:
        found = _lines.get(path)
        if found is None:
            found = _lines[path] = Turns(path)
        return found


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _lock(descriptor: int, end: float, waits: Callable[[], None]) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                raise TooLong from None
            waits()
            time.sleep(PAUSE)
        else:
            return
