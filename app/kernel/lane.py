"""A process computes one answer at a time, as long as it is quick about it (ADR 25, PERF-G1, G5, G7).

Python runs one thread at a time whatever we do. Left to themselves, threads that all want to run change places at every
call of the database: a sixth of a hall's CPU goes into that. So whoever is to compute an answer stands in line for the
lane. Whoever holds it longer than a slice is overtaken and computes on beside the others; nobody waits behind a long
page. Whoever must wait for his turn to write, or for a commit, leaves the lane before.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local

SLICE = 0.02
"""Seconds after which whoever holds the lane may be overtaken."""


class _Mine(local):
    place: object | None = None
    """What this thread holds the lane by."""


class Lane:
    """The one lane of a process."""

    def __init__(self, seconds: float = SLICE) -> None:
        self._slice = seconds
        self._guard, self._waiting, self._mine = Lock(), deque[Lock](), _Mine()
        self._holder: object | None = None
        self._since = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Compute alone, or beside somebody who takes longer than his slice; in the order of coming."""
        self._enter()
        try:
            yield
        finally:
            self.leave()

    def leave(self) -> None:
        """Let the next one in; for who has done his computing, or must wait for something else. Without a place it does nothing."""
        mine, self._mine.place = self._mine.place, None
        if mine is None:
            return
        with self._guard:
            if self._holder is not mine:
                return  # overtaken long since
            if not self._waiting:
                self._holder = None
                return
            called = self._waiting.popleft()
            self._holder, self._since = called, time.monotonic()
        called.release()

    @property
    def waiting(self) -> int:
        """Threads that stand in line."""
        return len(self._waiting)

    def _enter(self) -> None:
        place = Lock()
        with self._guard:
            if self._holder is None:
                self._holder, self._since, self._mine.place = place, time.monotonic(), place
                return
            place.acquire()
            self._waiting.append(place)
        self._mine.place = place
        while not place.acquire(timeout=self._left()):
            if self._overtake(place):
                return

    def _left(self) -> float:
        """Seconds until the holder's slice is over."""
        return max(self._since + self._slice - time.monotonic(), 0.0005)

    def _overtake(self, place: Lock) -> bool:
        """Take the place of a holder whose slice is over, if it is our turn next; whether we have it, by whichever way."""
        with self._guard:
            if place not in self._waiting:
                return True  # called in the very moment the wait ran out, and perhaps overtaken since
            now = time.monotonic()
            if self._waiting[0] is not place or now < self._since + self._slice:
                return False
            self._waiting.popleft()
            self._holder, self._since = place, now
            return True
