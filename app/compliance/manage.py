"""达标: figures by unit, the people behind them, one person's year, reminders, reports to hand out."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.claims import service as claims
from app.claims import words as claim_words
from app.compliance import queries, reports, rules, service, words
from app.compliance.actions import Action
from app.compliance.links import Links
from app.compliance.queries import filters as f
from app.compliance.queries.people import ids_of
from app.compliance.sheets import Report
from app.hours.queries import book_of
from app.hours.words import shut_word
from app.kernel.clock import civil
from app.kernel.errors import NotFound, Refusal
from app.kernel.presentation import local_path
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work

routes = Routes("compliance", __name__)
MOST_BARS, FIRST_BARS = 40, 10
"""Rows of the table that are drawn as well; those at the head, which need care first, are seen without a click."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINE_CODES = frozenset({"counted", "outside", "duplicate", "reversed", "after_grace", "days_to_hours", "flat", "multiplied", "class_cap",
                        "netted", "split_by_day"})  # fmt: skip


@routes.get("/manage/compliance", allow=SIGNED_IN)
def show_figures(work: Work) -> ResponseReturnValue:
    """Where the units within one's scope stand: a sentence, figures, a chart, a table by risk. 403 without a report to read."""
    view = _overview(work)
    rows = view.rows[:MOST_BARS]
    first = FIRST_BARS if len(rows) > FIRST_BARS + 2 else len(rows)
    return page("compliance/manage/figures.html", view=view, bars=rules.stacked(rows), charted=rows, first=first, words=words,
                links=Links(view), since=rules.since, shut=shut_word(f.shut(work, view.filters)))  # fmt: skip


def _overview(work: Work) -> queries.Overview:
    reach = queries.reach(work, request.args.get("view"))
    return queries.overview(work, reach, queries.read_filters(work, request.args))


@routes.get("/manage/compliance/units.xlsx", allow=SIGNED_IN)
def units_workbook(work: Work) -> ResponseReturnValue:
    """The table by unit as a workbook."""
    return _sent(work, reports.of_units(work, _overview(work)), "xlsx")


@routes.get("/manage/compliance/units.csv", allow=SIGNED_IN)
def units_separated(work: Work) -> ResponseReturnValue:
    """The table by unit as CSV."""
    return _sent(work, reports.of_units(work, _overview(work)), "csv")


@routes.get("/manage/compliance/units.pdf", allow=SIGNED_IN)
def units_paper(work: Work) -> ResponseReturnValue:
    """The table by unit on paper."""
    return _sent(work, reports.of_units(work, _overview(work)), "pdf")


@routes.get("/manage/compliance/people", allow=Action.UNIT)
def list_people(work: Work) -> ResponseReturnValue:
    """Who is short and by how much, those who lack most first; or who stands in another status."""
    return _people_page(work, queries.read_filters(work, request.args))


def _people_page(work: Work, filters: queries.Filters, refusal: Refusal | None = None) -> str:
    """The list that the filters find, with why nobody was reminded at its head."""
    found = queries.listed(work, queries.reach(work), filters, request.args.get("page"))
    here = url_for(".list_people", **filters.query(status=filters.status))
    return page("compliance/manage/people.html", people=found, filters=filters, book=f.rule_book(work, filters), years=f.years(work),
                here=here, words=words, shut=shut_word(f.shut(work, filters)), refusal=refusal)  # fmt: skip


@routes.get("/manage/compliance/people.xlsx", allow=Action.UNIT)
def people_workbook(work: Work) -> ResponseReturnValue:
    """The list of people as a workbook: all of them."""
    return _sent(work, _everybody(work), "xlsx")


@routes.get("/manage/compliance/people.csv", allow=Action.UNIT)
def people_separated(work: Work) -> ResponseReturnValue:
    """The list of people as CSV: all of them."""
    return _sent(work, _everybody(work), "csv")


@routes.get("/manage/compliance/people.pdf", allow=Action.UNIT)
def people_paper(work: Work) -> ResponseReturnValue:
    """The list of people on paper: the first of them, and how many there are."""
    return _sent(work, _first(work, reports.MOST_PRINTED), "pdf")


def _everybody(work: Work) -> Report:
    """The rows of the screen, all pages of them, read while the file is written."""
    filters = queries.read_filters(work, request.args)
    rows = queries.everybody(work, queries.reach(work), filters)
    return reports.of_people(work, filters, f.rule_book(work, filters), rows)


def _first(work: Work, most: int) -> Report:
    """The rows of the screen up to a limit."""
    reach, filters = queries.reach(work), queries.read_filters(work, request.args)
    found = queries.listed(work, reach, filters, size=most)
    there = queries.count(work, reach, filters) if found.next is not None else len(found.items)
    return reports.of_people(work, filters, f.rule_book(work, filters), found.items, first=len(found.items), of=there)


def _sent(work: Work, report: Report, kind: str) -> ResponseReturnValue:
    """A report as a file, named by day and kind."""
    from app.compliance import paper  # libraries of many megabytes, for those workers only that print

    day = civil(work.now)
    make: dict[str, tuple[str, Callable[[], bytes]]] = {
        "xlsx": (XLSX, lambda: paper.workbook(report, work.now)), "csv": ("text/csv", lambda: paper.separated(report)),
        "pdf": ("application/pdf", lambda: paper.printed(report, work.settings.data_dir, day)),
    }  # fmt: skip
    mime, made = make[kind]
    answer = send_file(io.BytesIO(made()), mime, as_attachment=True, download_name=f"compliance-{day:%Y%m%d-%H%M}.{kind}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/manage/compliance/people/<uuid:uid>", allow=Action.UNIT)
def show_person(work: Work, uid: UUID) -> ResponseReturnValue:
    """One person's year, line by line, for those responsible for him."""
    filters = queries.read_filters(work, request.args)
    card, year = queries.person_year(work, uid, filters.year)
    lines = {str(row.seq): row for row in year.lines}
    may_remind = card.is_short and not card.is_fresh and f.shut(work, filters) is None
    return page("compliance/manage/person.html", card=card, may_remind=may_remind, year=year, lines_by_id=lines, line_codes=LINE_CODES,
                filters=filters, years=f.years(work), words=words)  # fmt: skip


@routes.post("/manage/compliance/remind", allow=Action.UNIT)
def remind(work: Work) -> ResponseReturnValue:
    """Remind the people who are marked, or all that the filters find; never the same one twice in a week."""
    filters = queries.read_filters(work, request.form)
    try:
        if request.form.get("all") == "1":
            done = service.remind_all(work, queries.reach(work), filters)
        else:
            ids = ids_of(work, _uids(request.form.getlist("who")))
            done = service.Reminded(service.remind(work, ids, filters.year, filters.requirement), 0)
    except (service.NobodyMarked, service.NobodyToRemind, service.RemindedTooLate) as refusal:
        return _people_page(work, filters, refusal), refusal.status
    flash(words.reminded_word(done.count, done.left))
    return redirect(local_path(request.form.get("next"), url_for(".list_people")), 303)


def _uids(words: list[str]) -> list[UUID]:
    try:
        return [UUID(word) for word in words[: service.MOST]]
    except ValueError as error:
        raise NotFound() from error


@routes.post("/reminders/read", allow=SIGNED_IN)
def read_reminders(work: Work) -> ResponseReturnValue:
    """The person has read what he was reminded of, and what was put before the organ above."""
    service.acknowledge(work)
    claims.read_notices(work)
    return redirect("/", 303)


@routes.get("/reminders", allow=SIGNED_IN)
def show_reminders(work: Work) -> ResponseReturnValue:
    """What the person was reminded of and has not read; `part=1` is what the home page fetches of it."""
    told = [(words.requirement_word(book_of(work, one.year), one.requirement), one) for one in queries.pending_reminders(work)]
    place = "compliance/_reminders.html" if request.args.get("part") else "compliance/reminders.html"
    return page(place, told=told, notices=claims.notices(work), notice_word=claim_words.notice)
