"""Plain builders of facts: a person over time, lines of the ledger; the defaults are a section cadre all year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from app.rulebook.rules import CITY, Appointment, Facts, Leave, Line, Membership, Person
from app.rulebook.service import shelf

NEW_YEAR = date(2020, 1, 1)


def book(name: str, **changes: Any) -> Any:
    """The newest version of a rule set, by id."""
    return replace(next(one for one in shelf().values() if one.id == name), **changes)


def day(text: str) -> date:
    """A civil date."""
    return date.fromisoformat(text)


def post(rank: str | None = "section_below", since: str = "2000-01-01", until: str | None = None, **more: Any) -> Appointment:
    """A post held from a day to a day."""
    more = {"unit": "U1", "unit_kind": "city_organ", "position_class": "general"} | more
    return Appointment(day(since), None if until is None else day(until), rank=rank, **more)


def team(name: str = "party_gov", tier: str | None = None, since: str = "2000-01-01", until: str | None = None) -> Membership:
    """A place in a team."""
    return Membership(day(since), None if until is None else day(until), team=name, tier=tier, primary=True)


def leave(since: str, until: str) -> Leave:
    """Approved full-time leave."""
    return Leave(day(since), day(until))


def person(*appointments: Appointment, teams: tuple[Membership, ...] = (), **more: Any) -> Person:
    """A person; without posts a section cadre, without teams one of the party and government team."""
    return Person(appointments or (post(),), teams or (team(),), **more)


def line(line_id: str = "L1", hours: str | None = None, on: str = "2026-06-10", until: str | None = None, **more: Any) -> Line:
    """One credited line; by default an assigned off-post class of the day `on`."""
    finished = day(until or on)
    posted = more.pop("posted", None)
    figures = {name: Decimal(more.pop(name)) if more.get(name) is not None else more.pop(name, None) for name in ("days",)}
    defaults: dict[str, Any] = {"entry_kind": "credit", "category": "special_class", "off_post": True, "delivery": "offline"}
    return Line(
        id=line_id,
        occurred_from=day(on),
        occurred_to=finished,
        posted_at=datetime.combine(day(posted) if posted else finished, time(12), CITY),
        hours=None if hours is None else Decimal(hours),
        **figures,
        **(defaults | more),
    )


def online(line_id: str, hours: str, on: str = "2026-06-10", **more: Any) -> Line:
    """One finished online course."""
    return line(line_id, hours, on, **({"category": "online_course", "delivery": "online", "off_post": False, "days": "0"} | more))


def reversal(of: Line, line_id: str, posted: str, **more: Any) -> Line:
    """The line that takes another one back."""
    return replace(
        of,
        id=line_id,
        entry_kind="reversal",
        reverses=of.id,
        hours=None if of.hours is None else -of.hours,
        days=None if of.days is None else -of.days,
        span_days=None if of.span_days is None else -of.span_days,
        posted_at=datetime.combine(day(posted), time(12), CITY),
        **more,
    )


def facts(name: str, *lines: Line, who: Person | None = None, year: int = 2026, as_of: str | None = None, **more: Any) -> Facts:
    """Facts of one person in one year, as known when the year is over."""
    return Facts(name, year, day(as_of) if as_of else date(year + 1, 1, 31), who or person(), tuple(lines), **more)
