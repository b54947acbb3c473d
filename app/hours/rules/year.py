"""How a year goes on: hours by month, the pace that is needed, and when the requirement will be reached. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from app.kernel.quantity import ceil_to, floor_to

ZERO = Decimal(0)
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
WEEKS = 8
"""The stretch whose pace the forecast goes on with; it is printed beside the forecast."""

Credit = tuple[date, Decimal]


@dataclass(frozen=True)
class Month:
    """Hours of one month; none for a month that has not begun."""

    number: int
    hours: Decimal | None


def by_month(credits: Iterable[Credit], year: int, today: date) -> tuple[Month, ...]:
    """Twelve months of a year; what was counted for it outside its own days stands in its first or last month."""
    sums = [ZERO] * 12
    for day, hours in credits:
        month = day.month if day.year == year else 1 if day.year < year else 12
        sums[month - 1] += hours
    begun = 12 if today.year > year else today.month if today.year == year else 0
    return tuple(Month(number, hours if number <= begun or hours else None) for number, hours in enumerate(sums, start=1))


def month_pace(required: Decimal, months: int) -> Decimal:
    """Hours a month that lead to the requirement exactly, with one decimal, never too few."""
    return ceil_to(required / months, TENTH) if months else ZERO


@dataclass(frozen=True)
class Column:
    """One month in the chart: where its bar stands, and what it says."""

    month: Month
    x: int
    y: Decimal
    height: Decimal


@dataclass(frozen=True)
class MonthChart:
    """Twelve bars over a common base line, and the dashed line of the pace, in units of the drawing."""

    columns: tuple[Column, ...]
    pace: Decimal
    pace_y: Decimal


BASE, TALLEST, STEP, INSET, STUB = Decimal(92), Decimal(78), 60, 16, Decimal(4)


def month_chart(months: Sequence[Month], pace: Decimal) -> MonthChart:
    """Bars to one scale with the pace; a month without hours is a stub, so that twelve are always seen."""
    top = max([pace, Decimal(1), *(month.hours or ZERO for month in months)])
    columns = []
    for place, month in enumerate(months):
        height = max(floor_to((month.hours or ZERO) * TALLEST / top, TENTH), STUB)
        columns.append(Column(month, place * STEP + INSET, BASE - height, height))
    return MonthChart(tuple(columns), pace, BASE - floor_to(pace * TALLEST / top, TENTH))


class Outlook(StrEnum):
    """What the forecast says."""

    REACHED = "reached"
    PENDING_SUFFICES = "pending_suffices"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    NO_PACE = "no_pace"
    OVER = "over"


@dataclass(frozen=True)
class Forecast:
    """One sentence about the year, as figures. `sooner` is the day if everything pending is certified."""

    outlook: Outlook
    short: Decimal = ZERO
    pending: Decimal = ZERO
    reached_on: date | None = None
    sooner: date | None = None
    by_then: Decimal = ZERO
    weekly: Decimal = ZERO
    days_left: int = 0


def forecast(counted: Decimal, pending: Decimal, required: Decimal, credits: Sequence[Credit], today: date, due_on: date) -> Forecast:
    """Go on at the pace of the last eight weeks and see where the period ends."""
    short = max(required - counted, ZERO)
    left = max((due_on - today).days, 0)
    if not short:
        return Forecast(Outlook.REACHED, days_left=left)
    if today > due_on or not left:
        return Forecast(Outlook.OVER, short, pending)
    weekly = ceil_to(short * 7 / left, TENTH)
    if pending >= short:
        return Forecast(Outlook.PENDING_SUFFICES, short, pending, weekly=weekly, days_left=left)
    since = today - timedelta(days=7 * WEEKS)
    recent = sum((hours for day, hours in credits if since < day <= today), ZERO)
    if recent <= 0:
        return Forecast(Outlook.NO_PACE, short, pending, weekly=weekly, days_left=left)
    reached = _day(today, short, recent)
    if reached > due_on:
        by_then = counted + floor_to(recent * left / (7 * WEEKS), TENTH)
        return Forecast(Outlook.BEHIND, max(required - by_then, ZERO), pending, by_then=by_then, weekly=weekly, days_left=left)
    sooner = _day(today, short - pending, recent) if pending else None
    return Forecast(Outlook.ON_PACE, short, pending, reached, sooner if sooner != reached else None, days_left=left)


def _day(today: date, short: Decimal, recent: Decimal) -> date:
    """The day on which so many hours more are reached; a pace that needs over ten years is as good as none."""
    days = (short * 7 * WEEKS / recent).to_integral_value(ROUND_CEILING)
    return today + timedelta(days=min(int(days), 3660))


def share(part: Decimal, whole: Decimal) -> Decimal:
    """A share in percent from 0 to 100 with one decimal, floored, so that a full ring means reached."""
    if whole <= 0:
        return Decimal(100)
    return min(max(floor_to(part * 100 / whole, TENTH), ZERO), Decimal(100))


class Urgency(StrEnum):
    """The colour of a date: due within a week, or just a date."""

    SOON = "soon"
    PLAIN = "plain"


def urgency(due_on: date | None, today: date) -> Urgency:
    """Red within seven days (frontend.md §1a)."""
    return Urgency.SOON if due_on is not None and (due_on - today).days <= 7 else Urgency.PLAIN
