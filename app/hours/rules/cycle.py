"""How the years of a cycle were spent: certified hours and days, and in which of them somebody was trained off post. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.rulebook.rules import CARRIES, Worth

ZERO = Decimal(0)


@dataclass(frozen=True)
class CycleYear:
    """One year of a cycle, with gross certified figures; none of them is capped here."""

    year: int
    hours: Decimal
    days: Decimal
    off_post_hours: Decimal
    has_begun: bool

    @property
    def is_trained(self) -> bool:
        """Trained off post at least once (the coverage of a cycle asks for no more)."""
        return self.off_post_hours > 0 or self.days > 0


def by_year(items: Iterable[Worth], years: range, this_year: int) -> tuple[CycleYear, ...]:
    """The years in order; live lines only, so that what was taken back is gone from all of them."""
    hours, days, away = (dict.fromkeys(years, ZERO) for _ in range(3))
    for item in items:
        if item.year in hours and item.line.entry_kind not in CARRIES:
            hours[item.year] += item.gross_hours
            if item.line.off_post:
                days[item.year] += item.gross_days
                away[item.year] += item.gross_hours
    return tuple(CycleYear(year, hours[year], days[year], away[year], year <= this_year) for year in years)
