"""Time enters the college here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

CIVIL_ZONE = ZoneInfo("Asia/Shanghai")
"""Civil dates (years, deadlines, daily caps) are those of this zone (decisions 16)."""


class Clock(Protocol):
    """Anything that tells the moment, aware and in UTC."""

    def now(self) -> datetime:
        """The present moment."""
        ...


@dataclass(frozen=True)
class WallClock:
    """The machine's clock, moved by the signed seconds in `offset_file` where the demo allows one.

    The file is read at every call, so that a deadline can be shown while the college runs;
    a missing or unreadable file means no offset (interfaces.md §1, DEMO_CLOCK_FILE).
    """

    offset_file: Path | None = None

    def now(self) -> datetime:
        """The present moment plus the offset."""
        moment = datetime.now(UTC)
        if self.offset_file is None:
            return moment
        try:
            return moment + timedelta(seconds=float(self.offset_file.read_text(encoding="ascii")))
        except (OSError, ValueError, OverflowError):
            return moment


@dataclass
class StoppedClock:
    """A clock for tests: it stands until someone moves `at`."""

    at: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.at


def midnight(day: date) -> datetime:
    """The first moment of a civil day."""
    return datetime.combine(day, time(), CIVIL_ZONE)


KNOWN_YEARS = range(2000, 2101)
"""Years of the days and moments that are taken from outside; at the ends of the calendar no zone and no sum can be reckoned."""


def span_text(first: date, last: date) -> str:
    """The days from the first to the last as people read them: 2026-09-22 – 2026-09-25; one day is told once."""
    return f"{first}" if first == last else f"{first} – {last}"


def is_backwards(first: date | None, last: date | None) -> bool:
    """Whether a span that is asked for ends before it begins, so that nothing can lie in it; never where an end is open."""
    return first is not None and last is not None and last < first


def civil(moment: datetime) -> datetime:
    """The same moment as read on a wall in the city; at the very end of the calendar, where no wall has a day, as it stands."""
    try:
        return moment.astimezone(CIVIL_ZONE)
    except OverflowError:
        return moment
