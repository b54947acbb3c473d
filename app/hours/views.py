"""我的学年: the home page, the hours with their reasons, and the rules in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from app.hours import queries
from app.kernel.clock import civil
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.learning import queries as learning
from app.rulebook import service as rulebook

routes = Routes("hours", __name__)

CARDS = 4
RECENT = 4
LINE_CODES = frozenset({"counted", "outside", "duplicate", "reversed", "after_grace", "days_to_hours", "flat", "multiplied", "class_cap",
                        "netted", "split_by_day"})  # fmt: skip
"""Reasons that are about one ledger line; the others are about the whole."""


@routes.get("/", allow=SIGNED_IN)
def home(work: Work) -> ResponseReturnValue:
    """The year on one screen: done, required, pending, what to go on with, what comes next."""
    today = queries.today(work)
    year = queries.my_year(work, work.person_id, today.year)
    studying = learning.studying(work, work.person_id, CARDS)
    return page(
        "hours/home.html",
        greeting=greeting(civil(work.now).hour),
        year=year,
        studying=studying,
        ahead=queries.ahead(work, year, studying),
        short=queries.shortages(year),
        recent=_recent(year),
        today=today,
    )


@routes.get("/hours", allow=SIGNED_IN)
def show_hours(work: Work) -> ResponseReturnValue:
    """What stands: every requirement of a year with its figures and, line by line, why."""
    year = queries.my_year(work, work.person_id, _wanted_year(queries.today(work).year))
    return page("hours/hours.html", year=year, year_tabs=_tabs(year), lines_by_id=lines_by_id(year), line_codes=LINE_CODES)


def _wanted_year(this_year: int) -> int:
    """The year of the address, else the present one. NotFound for what is no year."""
    wanted = request.args.get("year", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) == 4):
        raise NotFound()
    return int(wanted) if wanted else this_year


def _tabs(year: queries.MyYear) -> list[tuple[str, str, bool, None]]:
    """This year and the two before it, as far as the rules reach back."""
    first = year.book.effective.from_on.year
    years = [one for one in range(year.today.year, year.today.year - 3, -1) if one >= first]
    return [(str(one), f"/hours?year={one}", one == year.year, None) for one in years]


@routes.get("/hours/rules", allow=SIGNED_IN)
def show_rules(work: Work) -> ResponseReturnValue:
    """The rules in force today, in words."""
    book = queries.book_of(work, queries.today(work).year)
    return page("hours/rules.html", book=book, books=_books(work, book))


@routes.get("/hours/rules/<pin>", allow=SIGNED_IN)
def show_rule_version(work: Work, pin: str) -> ResponseReturnValue:
    """One version of a rule set, in words; ledger lines link here by their pin."""
    book = rulebook.used(work, pin)
    return page("hours/rules.html", book=book, books=_books(work, book))


def greeting(hour: int) -> str:
    """Words for the time of day in the city."""
    if 5 <= hour < 12:
        return str(_("Good morning"))
    if 12 <= hour < 14:
        return str(_("Good day"))
    return str(_("Good afternoon") if 14 <= hour < 18 else _("Good evening"))


def lines_by_id(year: queries.MyYear) -> dict[str, Any]:
    """The ledger lines that reasons name."""
    return {str(row.seq): row for row in year.lines}


def _recent(year: queries.MyYear) -> list[dict[str, Any]]:
    """The latest lines, those that still wait for certification among them, newest first."""
    rows: list[tuple[Any, dict[str, Any]]] = [
        (row.posted_at, {"title": row.title, "on": civil(row.posted_at).date(), "hours": row.hours, "kind": row.entry_kind})
        for row in year.lines[-RECENT:]
    ]
    rows += [
        (credit.credited_at, {"title": credit.title, "on": civil(credit.credited_at).date(), "hours": credit.hours, "kind": "pending"})
        for credit in year.pending
    ]
    return [row for _when, row in sorted(rows, key=lambda one: one[0], reverse=True)[:RECENT]]


def _books(work: Work, shown: Any) -> list[Any]:
    """The other versions of the set that is shown, for comparison."""
    today: date = queries.today(work)
    return [book for book in rulebook.shelf().values() if book.id == shown.id and book.pin != shown.pin and book.effective.from_on <= today]
