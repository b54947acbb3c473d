"""How the years of a cycle were spent: in service or not, certified hours and days, and in which somebody was trained off post. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.rulebook.rules import CARRIES, Person, Worth

ZERO = Decimal(0)


@dataclass(frozen=True)
class CycleYear:
    """One year of a cycle, with gross certified figures; none of them is capped here."""

    year: int
    hours: Decimal
    days: Decimal
    off_post_hours: Decimal
    is_served: bool
    """In service on a day of it that is not still to come."""

    @property
    def is_trained(self) -> bool:
        """Trained off post at least once (the coverage of a cycle asks for no more)."""
        return self.off_post_hours > 0 or self.days > 0

    @property
    def is_told(self) -> bool:
        """Something can be said of it: one was in service, or something was certified."""
        return self.is_served or self.hours > 0 or self.days > 0


def by_year(items: Iterable[Worth], years: range, person: Person, today: date) -> tuple[CycleYear, ...]:
    """The years in order; live lines only, so that what was taken back is gone from all of them."""
    hours, days, away = (dict.fromkeys(years, ZERO) for _ in range(3))
    for item in items:
        if item.year in hours and item.line.entry_kind not in CARRIES:
            hours[item.year] += item.gross_hours
            if item.line.off_post:
                days[item.year] += item.gross_days
                away[item.year] += item.gross_hours
    turns = list(person.turning_days())
    return tuple(CycleYear(year, hours[year], days[year], away[year], _served(person, year, turns, today)) for year in years)


def _served(person: Person, year: int, turns: Iterable[date], today: date) -> bool:
    """In service on its first day, or on one on which something about the person changed, up to today."""
    days = (date(year, 1, 1), *(day for day in turns if day.year == year))
    return any(day <= today and person.serves(day) for day in days)
