"""A light brake on the public page: nobody reads numbers one after the other at speed.

Kept in the memory of each process, for it protects nothing that another process must know of.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from math import ceil
from threading import Lock

from app.kernel.errors import TooMany

REMEMBERED = 10_000
"""Addresses kept at most; the ones that asked longest ago are forgotten first."""


class Bucket:
    """`burst` requests at once from an address, then `per_second`."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = float(burst)
        self._rate = per_second
        self._known: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, now: datetime) -> None:
        """Count one request; TooMany with the seconds to wait when the address has none left."""
        with self._lock:
            left, last = self._known.get(address, (self._burst, now))
            left = min(self._burst, left + max((now - last).total_seconds(), 0.0) * self._rate)
            if left < 1:
                raise TooMany(retry_after=max(1, ceil((1 - left) / self._rate)))
            self._known[address] = (left - 1, now)
            self._known.move_to_end(address)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
