"""What an address or a field of a form says, read with care: a whole number, a day, a year."""

from __future__ import annotations

from datetime import date

from app.kernel.clock import KNOWN_YEARS
from app.kernel.errors import NotFound


def whole(text: str, digits: int = 9) -> int | None:
    """A number written with at most so many ASCII digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def day(text: str | None) -> date | None:
    """A civil day of the years the college knows, as a date field sends it; None for anything else."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.year in KNOWN_YEARS else None


def year(text: str | None) -> int | None:
    """The year that an address names, with its four digits; None where it names none. NotFound for anything else."""
    if not text:
        return None
    if len(text) != 4 or (found := whole(text)) is None:
        raise NotFound()
    return found
