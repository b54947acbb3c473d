"""The rules of a year: the version in force on 31 December, split by the dates of the year where it says so (domain.md §6.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from app.rulebook.rules import RuleSet, split

MOST_KEPT = 32
_made: dict[tuple[int, str, tuple[str, ...]], RuleSet] = {}


def split_by(book: RuleSet, year: int, on: Callable[[date], RuleSet | None]) -> RuleSet:
    """The rules that `book`, in force on 31 December, makes of a year in which `on` says what was in force on a day.

    Months before all rules go by the first that were. The same versions make the same object: sums are kept by it.
    """
    if not book.split_year:
        return book
    found = [on(date(year, month, 15)) for month in range(1, 13)]
    months = _filled(book, found)
    key = (year, book.hash, tuple(one.hash for one in months))
    if key not in _made:
        if len(_made) >= MOST_KEPT:
            _made.clear()
        _made[key] = split(book, months, year)
    return _made[key]


def _filled(book: RuleSet, found: Sequence[RuleSet | None]) -> list[RuleSet]:
    """Every month with a version: one without takes that of the month after it."""
    months: list[RuleSet] = []
    following = book
    for one in reversed(found):
        following = one or following
        months.insert(0, following)
    return months
