"""我的学年: the home page, the hours with their reasons, and the rules in words."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.certificates import fonts
from app.hours import queries
from app.hours import words as rule_words
from app.hours.printing import wording, workbook
from app.kernel.clock import civil
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.learning import queries as learning
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet
from app.rulebook.words import amount, title

routes = Routes("hours", __name__)
routes.blueprint.add_app_template_filter(title, "named")
routes.blueprint.add_app_template_filter(amount)

CARDS = 4
RECENT = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    """A year without a click: done, required, pending, what would close the gap, obligations, the cycle, and why."""
    year = queries.my_year(work, work.person_id, _wanted_year(queries.today(work).year))
    return page(
        "hours/hours.html",
        year=year,
        year_tabs=_tabs(year),
        lines_by_id=lines_by_id(year),
        line_codes=LINE_CODES,
        bars_of=queries.bars_of,
        short=queries.shortages(year),
        plan=queries.closing(work, year),
        cycle=queries.cycle_of(year),
    )


def _wanted_year(this_year: int) -> int:
    """The year of the address, else the present one. NotFound for what is no year, or has not begun."""
    wanted = request.args.get("year", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) == 4 and int(wanted) <= this_year):
        raise NotFound()
    return int(wanted) if wanted else this_year


def _tabs(year: queries.MyYear) -> list[tuple[str, str, bool, None]]:
    """This year and the two before it, as far as the rules reach back; and the year that is shown, if it lies before them."""
    first = year.book.effective.from_on.year
    years = [one for one in range(year.today.year, year.today.year - 3, -1) if one >= first]
    shown = years if year.year in years else [*years, year.year]
    return [(str(one), f"/hours?year={one}", one == year.year, None) for one in shown]


@routes.get("/hours/transcript", allow=SIGNED_IN)
def show_transcript(work: Work) -> ResponseReturnValue:
    """The transcript of a year or its cycle on the screen; its print view is an A4 page."""
    shown = _transcript(work)
    words = wording.words_of(shown)
    return page("hours/transcript.html", shown=shown, words=words, period_tabs=_periods(shown), query=_query(shown))


@routes.get("/hours/transcript.pdf", allow=SIGNED_IN)
def transcript_pdf(work: Work) -> Response:
    """The transcript as a PDF; refused by name when a character of it cannot be printed here."""
    from app.hours.printing import paper  # a PDF library of twelve megabytes, for those workers only that print

    shown = _transcript(work)
    words = wording.words_of(shown)
    chosen = fonts.choose(fonts.families(work.settings.data_dir), words.text())
    return _file(paper.transcript(words, shown, chosen), "application/pdf", words.title, shown, "pdf")


@routes.get("/hours/transcript.xlsx", allow=SIGNED_IN)
def transcript_workbook(work: Work) -> Response:
    """The transcript as a workbook, with the whole hash of each line."""
    shown = _transcript(work)
    words = wording.words_of(shown)
    return _file(workbook.workbook(words, shown), XLSX, words.title, shown, "xlsx")


def _transcript(work: Work) -> queries.Transcript:
    """My own, of the year and period of the address."""
    return queries.transcript(work, work.person_id, _wanted_year(queries.today(work).year), request.args.get("period", "year"))


def _file(content: bytes, mimetype: str, title: str, shown: queries.Transcript, kind: str) -> Response:
    """A file under its own name, which may be Chinese (RFC 6266); old clients get a name in letters."""
    answer = Response(content, mimetype=mimetype)
    plain, name = f"record-{shown.name}.{kind}", f"{title}-{shown.person.name}-{shown.name}.{kind}"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return answer


def _query(shown: queries.Transcript) -> str:
    """The address of the period shown."""
    return f"year={shown.judged[-1].year}" + ("&period=cycle" if shown.is_cycle else "")


def _periods(shown: queries.Transcript) -> list[tuple[str, str, bool, None]]:
    """Years as on the page of hours, and the cycle of the year shown."""
    year = shown.judged[-1]
    tabs = [
        (text, address.replace("/hours?", "/hours/transcript?"), here and not shown.is_cycle, none)
        for text, address, here, none in _tabs(year)
    ]
    if queries.cycle_of(year) is not None:
        tabs.append((str(_("Whole cycle")), f"/hours/transcript?year={year.year}&period=cycle", shown.is_cycle, None))
    return tabs


@routes.get("/hours/rules", allow=SIGNED_IN)
def show_rules(work: Work) -> ResponseReturnValue:
    """The rules in force today, in words."""
    book = queries.book_of(work, queries.today(work).year)
    return _rules_page(work, book)


@routes.get("/hours/rules/<pin>", allow=SIGNED_IN)
def show_rule_version(work: Work, pin: str) -> ResponseReturnValue:
    """One version of a rule set, in words; ledger lines link here by their pin."""
    return _rules_page(work, rulebook.used(work, pin))


def _rules_page(work: Work, book: RuleSet) -> str:
    """A version with the day from which it counts: that for which two people adopted it, else the day in its file."""
    taken = next((one.from_on for one in rulebook.adopted(work) if one.book.pin == book.pin), book.effective.from_on)
    return page("hours/rules.html", book=book, books=_books(work, book), since=max(taken, book.effective.from_on),
                remark=rule_words.rule_note(book), words=rule_words)  # fmt: skip


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
