"""What may be changed about people and units, by dates and ranks alone. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

FIRST = date(1950, 1, 1)
RANKS = ("section_below", "division", "bureau")
LEAVE_KINDS = ("maternity", "sick", "study", "full_time")
GRADES = ("excellent", "competent", "basic", "incompetent")
"""Results of the yearly appraisal, the best first."""
TAGS = ("reserve", "city_reserve", "city_expert", "youth", "grassroots", "women", "non_party", "union", "united_front", "central_group",
        "skilled_worker")  # fmt: skip


def is_known_day(day: date, latest: date) -> bool:
    """Whether a day is neither before all records nor too far ahead."""
    return FIRST <= day <= latest


def shut_year(since: date, until: date | None, closed: Collection[int]) -> int | None:
    """A closed year that a change from one day to another would reach, the last such; no end reaches every later year."""
    reached = [year for year in closed if since.year <= year and (until is None or year <= until.year)]
    return max(reached, default=None)


def is_higher(rank: str | None, than: str | None) -> bool:
    """Whether a rank stands above another one; what has no rank stands below none."""
    return rank in RANKS and than in RANKS and RANKS.index(rank) > RANKS.index(than)


def overlap(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two spells share a day; both ends are inclusive, no end is for ever."""
    (since, until), (from_on, to_on) = first, second
    return (to_on is None or since <= to_on) and (until is None or from_on <= until)
