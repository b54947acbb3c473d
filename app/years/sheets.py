"""Workbooks of years: the words and figures of the screen, with what they rest on and who took them out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from flask import Response, send_file

from app.kernel.clock import civil
from app.kernel.i18n import _
from app.kernel.presentation import day_text, moment_text
from app.kernel.work import Work
from app.kernel.workbook import Sheet
from app.rulebook.rules import RuleSet
from app.years import words
from app.years.queries.merit import Candidate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 20_000
"""People in one workbook; a longer list says that it was cut."""
MERIT_WIDTHS = (20, 44, 24, 40, 24, 40, 40, 20, 20)


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
             _("Decided by"), _("Decided on"))  # fmt: skip
    sheet.row(*(str(head) for head in heads), bold=True)
    for row in rows:
        sheet.row(row.name, row.unit, str(words.ENDED[row.ended]), str(words.MERIT[row.word][0]), *_said(row))
    return sheet.saved()


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
