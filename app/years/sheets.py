"""Workbooks of years: the words and figures of the screen, with what they rest on and who took them out."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, send_file

from app.kernel.clock import civil
from app.kernel.i18n import _
from app.kernel.paging import Page
from app.kernel.presentation import day_text, moment_text
from app.kernel.work import Work
from app.kernel.workbook import Sheet
from app.ledger.words import category
from app.rulebook.rules import RuleSet
from app.years import words
from app.years.models import RuleChange, YearReport
from app.years.queries.merit import Candidate
from app.years.queries.tried import Balance, EffectRow
from app.years.rules import LISTED, Turn

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
"""People in one workbook; a longer list says that it was cut."""
REPORT_WIDTHS = (48, 20, 16, 16, 16, 16, 60)
EFFECT_WIDTHS = (20, 44, 40, 16, 30, 24, 16, 30, 24)
MERIT_WIDTHS = (20, 44, 24, 40, 24, 40, 40, 20, 20, 14, 40)


def merit_list(work: Work, year: int, book: RuleSet, about: Sequence[str], rows: Sequence[Candidate], *, is_cut: bool) -> bytes:
    """The list of candidates: what holds of each, whether it is decided, why and by whom."""
    title = str(_("Merit awards of %(year)s", year=year))
    sheet = Sheet(title, work.actor.name, work.now, MERIT_WIDTHS, footer=f"{work.actor.name} · {moment_text(work.now)}")
    sheet.row(title, bold=True)
    sheet.row(_basis(work, book, civil(work.now).date()))
    for one in about:
        sheet.row(one)
    if is_cut:
        sheet.row(str(_("Only the first %(count)s people are listed.", count=len(rows))))
    sheet.gap()
    heads = (_("Name"), _("Unit"), _("The year"), _("Merit awards"), _("The unit says"), _("What the unit says"), _("Decision"),
             _("Decided by"), _("Decided on"), words.RECOMMENDED, _("Excellent in"))  # fmt: skip
    sheet.row(*(str(head) for head in heads), bold=True)
    for row in rows:
        sheet.row(row.name, row.unit, str(words.ENDED[row.ended]), str(words.MERIT[row.word][0]), *_said(row), *_recommended(row))
    return sheet.saved()


def _recommended(row: Candidate) -> tuple[str, str]:
    """Whether somebody is recommended first, and for which examination."""
    return ("", "") if row.excellence is None else (str(_("yes")), words.excellent_in(row.excellence))


def _said(row: Candidate) -> tuple[str, str, str, str, str]:
    """What the unit says, what was decided and by whom; of a completed year nothing."""
    one = row.decision
    if row.ended not in words.REASONS:
        return "", "", "", "", ""
    decided = one is not None and one.decided_at is not None
    proposed = str(words.REASONS[one.proposed]) if one is not None and one.proposed else ""
    said = one.proposed_text if one is not None else ""
    text = one.text if one is not None and decided else ""
    who = one.decided_name if one is not None and decided else ""
    on = day_text(civil(one.decided_at).date()) if one is not None and one.decided_at is not None else ""
    return proposed, said, f"{words.REASONS[row.ended]}{' · ' + text if text else ''}", who, on


def year_report(work: Work, report: YearReport, book: RuleSet) -> bytes:
    """One issue of a year's report: the figures and the late lines of the page, numbers as numbers."""
    found = report.figures
    title = str(_("Report of %(year)s, issue %(number)s", year=report.year, number=report.issue))
    sheet = Sheet(title, work.actor.name, work.now, REPORT_WIDTHS, footer=f"{work.actor.name} · {moment_text(work.now)}")
    sheet.row(title, bold=True)
    sheet.row(str(_("As of %(day)s · rules %(pin)s · issued by %(who)s", day=day_text(report.as_of), pin=report.rule_set_version,
                    who=words.who(report.issued_by))))  # fmt: skip
    if report.issue > 1:
        sheet.row(str(_("The year has changed since it was closed. Every issue of its report stays readable.")))
    sheet.row(_basis(work, book, report.as_of))
    sheet.gap()
    sheet.row(str(_("hours in all")), Decimal(found["hours"]))
    sheet.row(str(_("lines in the ledger")), found["lines"])
    sheet.gap()
    _statuses(sheet, found["requirements"], book)
    sheet.gap()
    sheet.row(*(str(one) for one in (_("Category"), _("Lines"), _("Hours"), _("Days"))), bold=True)
    for name, sums in found["categories"].items():
        sheet.row(category(name), sums["lines"], Decimal(sums["hours"]), Decimal(sums["days"]))
    if report.changes:
        sheet.gap()
        _late(sheet, report.changes)
    return sheet.saved()


def _statuses(sheet: Sheet, requirements: Mapping[str, Mapping[str, int]], book: RuleSet) -> None:
    """How many people stand where, requirement by requirement."""
    shown = ("met", "unmet", "not_yet_due", "exempt")
    sheet.row(str(_("Requirement")), *(str(words.STATUSES[one]) for one in shown), bold=True)
    for name, tally in requirements.items():
        over = words.counted_over(book, name)
        sheet.row(words.requirement(book, name), *(tally.get(one, 0) for one in shown), *([over] if over else []))


def _late(sheet: Sheet, changes: Sequence[Mapping[str, Any]]) -> None:
    """Lines that were posted since the issue before."""
    sheet.row(str(_("Posted since the issue before")), bold=True)
    heads = (_("Name of the training"), _("Line"), _("Kind"), _("Hours"), _("Days"), _("Day"), _("Reason"))
    sheet.row(*(str(head) for head in heads), bold=True)
    for one in changes:
        kind = str(words.KINDS.get(one["kind"], one["kind"]))
        line = f"{one['person']}-{one['seq']}"
        sheet.row(one["title"], line, kind, Decimal(one["hours"]), Decimal(one["days"]), one["on"], one["reason"])


def rule_effects(
    work: Work, change: RuleChange, books: tuple[RuleSet, RuleSet], balances: Sequence[Balance], turn: Turn, rows: Page[EffectRow]
) -> bytes:
    """A trial of rules: its figures, of everybody, and one list of people of the reader's jurisdiction, before and after."""
    old, new = books
    title = f"{change.against} → {change.pin} · {words.TURNS[turn]}"
    sheet = Sheet(title[:31], work.actor.name, work.now, EFFECT_WIDTHS, footer=f"{work.actor.name} · {moment_text(work.now)}")
    sheet.row(title, bold=True)
    sheet.row(_basis(work, new, civil(change.tried_at or work.now).date()))
    sheet.gap()
    sheet.row(str(_("Requirement")), *(str(words.TURNS[one]) for one in LISTED), bold=True)
    for one in balances:
        sheet.row(words.requirement(new, one.name), one.unmet, one.larger, one.met, one.smaller)
    sheet.gap()
    sheet.row(str(_("Names within your jurisdiction; the figures above are of everybody.")))
    if rows.next is not None:
        sheet.row(str(_("Only the first %(count)s rows are listed.", count=len(rows.items))))
    heads = (_("Name"), _("Unit"), _("Requirement"), _("State before"), _("Counted of required before"), _("Lacking before"),
             _("State after"), _("Counted of required after"), _("Lacking after"))  # fmt: skip
    sheet.row(*(str(head) for head in heads), bold=True)
    for row in rows.items:
        it = row.effect
        sides = ((old, it.state_before, it.figures_before, it.missing_before), (new, it.state_after, it.figures_after, it.missing_after))
        said = [
            (str(words.STANDS[state]), words.counted_of(book, it.requirement, figures),
             words.gap(book, it.requirement, state, figures, missing))
            for book, state, figures, missing in sides
        ]  # fmt: skip
        sheet.row(row.name, row.unit, words.requirement(new, it.requirement), *said[0], *said[1])
    return sheet.saved()


def _basis(work: Work, book: RuleSet, day: date) -> str:
    return str(
        _("Rules %(pin)s · as of %(day)s · handed out to %(name)s at %(moment)s",
          pin=book.pin, day=day_text(day), name=work.actor.name, moment=moment_text(work.now))
    )  # fmt: skip


def sent(content: bytes, name: str) -> Response:
    """A workbook to be saved, which nobody on the way keeps."""
    answer = send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
