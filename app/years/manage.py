"""Staff pages of years: their life, their reports, changes of closed ones."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.hours.queries import book_of, today
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.i18n import _, _l
from app.kernel.web import SIGNED_IN, Routes, college, page
from app.kernel.work import Actor, Work
from app.ledger import queries as ledger
from app.people import queries as people
from app.rulebook import service as rulebook
from app.years import queries, rules, service, sheets, words
from app.years.actions import Action
from app.years.forms import AdjustmentForm, ReasonForm
from app.years.queries import open_claims

routes = Routes("years", __name__)
MOST_ISSUES = 1_000_000
"""Beyond any issue or line there is; a number no column could hold never reaches the database."""
SHOWN = 4
"""Years shown even when nothing was done about them."""


class CityOnly(Forbidden):
    """The figures of the whole city are for those who close its year."""

    code, text = (
        "year_report_of_the_city",
        _l("The report of a year is of the whole city, for those who close it. The figures of your own people stand under “Compliance”."),
    )


def _require_city(work: Work) -> None:
    """Refuse whoever has no part in closing the year of the city."""
    if not _closes(work):
        raise CityOnly()


def _closes(work: Work) -> bool:
    return work.may(Action.CLOSE) or work.may(Action.APPROVE)


@routes.get("/manage/years", allow=SIGNED_IN)
def list_years(work: Work) -> ResponseReturnValue:
    """Every year with its state. 403 without a part in it."""
    work.require_one(Action.PROPOSE, Action.CLOSE, Action.APPROVE)
    kept = {one.year: one for one in queries.years(work)}
    now = today(work).year
    shown = sorted({*kept, *range(now - SHOWN + 1, now + 1)}, reverse=True)
    return page("years/manage/years.html", years=[(year, kept.get(year)) for year in shown], words=words, now_year=now)


@routes.get("/manage/years/<int:year>", allow=SIGNED_IN)
def show_year(work: Work, year: int) -> ResponseReturnValue:
    """One year: what may be done, its changes, its trail; for those who close it what still waits, and its reports."""
    work.require_one(Action.PROPOSE, Action.CLOSE, Action.APPROVE)
    book_of(work, year)  # there is no such year outside all rules
    return _year_page(work, year)


def _year_page(work: Work, year: int) -> str:
    kept = next((one for one in queries.years(work) if one.year == year), None)
    asked = people.folded(request.args.get("q"))
    found = people.people(work, asked, action=Action.PROPOSE) if asked and work.may(Action.PROPOSE) else None
    closes, changes = _closes(work), queries.changes(work, year, request.args.get("page"))
    cards = people.cards(work, [one.change.person_id for one in changes.items])
    reports = queries.reports(work, year) if closes else []
    waiting, in_time = (open_claims.waiting(work, year), open_claims.in_time(work, year)) if closes else ([], 0)
    return page("years/manage/year.html", year=year, kept=kept, reports=reports, words=words, found=found, asked=asked,
                waiting=waiting, in_time=in_time, closes=closes, may_desk=work.may("desk.open"),
                changes=changes, cards=cards, trail=queries.trail(work, f"year:{year}"),
                here=url_for(".show_year", year=year), last=rules.last_closing_day(year), first=rules.first_closing_day(year),
                today=today(work), me_id=work.actor.person_id)  # fmt: skip


@routes.post("/manage/years/<int:year>/closing", allow=Action.CLOSE)
def begin_closing(work: Work, year: int) -> ResponseReturnValue:
    """The first person's step."""
    service.begin_closing(work, year)
    flash(_("The year is being closed. A second person finishes it."))
    return redirect(url_for(".show_year", year=year), 303)


@routes.post("/manage/years/<int:year>/close", allow=Action.APPROVE, own_work=True)
def close(actor: Actor, year: int) -> ResponseReturnValue:
    """The second person's step: everybody is judged, the report is issued, the year is shut."""
    service.close(college(), actor, year, request.form.get("reason", ""))
    flash(_("The year is closed and its report is issued."))
    return redirect(url_for(".show_year", year=year), 303)


@routes.post("/manage/years/<int:year>/reopen", allow=Action.APPROVE)
def reopen(work: Work, year: int) -> ResponseReturnValue:
    """The second person sends it back."""
    service.reopen(work, year)
    flash(_("The year is open again."))
    return redirect(url_for(".show_year", year=year), 303)


@routes.get("/manage/years/<int:year>/reports/<int:issue>", allow=SIGNED_IN)
def show_report(work: Work, year: int, issue: int) -> ResponseReturnValue:
    """One issue of a report; older ones stay readable. 403 for whoever has no part in closing the year."""
    _require_city(work)
    book_of(work, year)
    report = queries.report(work, year, min(issue, MOST_ISSUES))
    return page("years/manage/report.html", report=report, words=words, book=rulebook.used(work, report.rule_set_version))


@routes.get("/manage/years/<int:year>/reports/<int:issue>.xlsx", allow=SIGNED_IN)
def report_workbook(work: Work, year: int, issue: int) -> ResponseReturnValue:
    """The same issue as a workbook, with the reader's name on it."""
    _require_city(work)
    book_of(work, year)
    report = queries.report(work, year, min(issue, MOST_ISSUES))
    content = sheets.year_report(work, report, rulebook.used(work, report.rule_set_version))
    return sheets.sent(content, f"year-{year}-{report.issue}.xlsx")


@routes.get("/manage/years/<int:year>/people/<uuid:uid>", allow=SIGNED_IN)
def show_lines(work: Work, year: int, uid: UUID) -> ResponseReturnValue:
    """A person's lines of a year, each with a way to propose its reversal, and an adjustment beside them."""
    work.require_one(Action.PROPOSE, Action.APPROVE)
    return _lines_page(work, year, uid, AdjustmentForm())


def _lines_page(work: Work, year: int, uid: UUID, form: AdjustmentForm) -> str:
    book_of(work, year)
    person_id, name = queries.person_in_scope(work, uid)
    rows = ledger.lines(work, person_id, year)
    gone = {row.reverses for row in rows if row.reverses}
    return page("years/manage/lines.html", year=year, uid=uid, name=name, rows=rows, gone=gone, form=form, words=words,
                waits=queries.to_be_taken_back(work, person_id, year))  # fmt: skip


@routes.post("/manage/years/<int:year>/people/<uuid:uid>/adjust", allow=Action.PROPOSE)
def propose_adjustment(work: Work, year: int, uid: UUID) -> ResponseReturnValue:
    """Propose a signed line."""
    form = AdjustmentForm()
    if form.validate():
        try:
            person_id, _name = queries.person_in_scope(work, uid)
            service.propose_adjustment(work, person_id, _figures(form), form.reason.data)
            flash(_("Proposed. A superior approves it."))
            return redirect(url_for(".show_year", year=year), 303)
        except (Invalid, Conflict) as refusal:
            form.blame(refusal)
    return _lines_page(work, year, uid, form), 422


def _figures(form: AdjustmentForm) -> service.Figures:
    """The line as the form says it."""
    return service.Figures(
        form.occurred_on.data, form.title.data, form.category.data, form.hours.data, form.days.data or Decimal(0), form.off_post.data,
        form.occurred_from.data, form.span_days.data, form.delivery.data or None, form.subject_kind.data or None, form.axes(),
    )  # fmt: skip


@routes.post("/manage/years/<int:year>/people/<uuid:uid>/lines/<int:seq>/reverse", allow=Action.PROPOSE)
def propose_reversal(work: Work, year: int, uid: UUID, seq: int) -> ResponseReturnValue:
    """Propose to take a line back."""
    person_id, _name = queries.person_in_scope(work, uid)
    service.propose_reversal(work, person_id, min(seq, MOST_ISSUES), request.form.get("reason", ""))
    flash(_("Proposed. A superior approves it."))
    return redirect(url_for(".show_year", year=year), 303)


@routes.post("/manage/years/changes/<uuid:uid>/approve", allow=Action.APPROVE)
def approve(work: Work, uid: UUID) -> ResponseReturnValue:
    """The second person posts it; the year is restated."""
    change = service.approve(work, uid)
    flash(_("Posted. The year is restated and its report will be issued anew."))
    return redirect(url_for(".show_year", year=change.year), 303)


@routes.post("/manage/years/changes/<uuid:uid>/withdraw", allow=Action.PROPOSE)
def withdraw(work: Work, uid: UUID) -> ResponseReturnValue:
    """Whoever proposed it takes it back before anybody has decided."""
    change = service.withdraw(work, uid)
    flash(_("Withdrawn. Nothing was posted."))
    return redirect(url_for(".show_year", year=change.year), 303)


@routes.post("/manage/years/changes/<uuid:uid>/refuse", allow=Action.APPROVE)
def refuse(work: Work, uid: UUID) -> ResponseReturnValue:
    """The second person refuses."""
    form = ReasonForm()
    change = service.refuse(work, uid, form.reason.data or "")
    flash(_("Refused."))
    return redirect(url_for(".show_year", year=change.year), 303)
