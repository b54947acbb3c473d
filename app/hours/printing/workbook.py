"""A transcript as an XLSX workbook: the same words and figures as on the page, one table of lines with their hashes."""

from __future__ import annotations

from app.hours.printing.wording import Words, columns
from app.hours.queries import Transcript
from app.kernel.workbook import Sheet

WIDTHS = (8, 24, 44, 18, 12, 12, 24, 28, 20, 14, 68)


def workbook(words: Words, shown: Transcript) -> bytes:
    """The file. Figures are numbers, so that the sum of a column is the printed total; nothing in it is a formula."""
    sheet = Sheet(words.title, words.college, shown.as_of, WIDTHS)
    sheet.row(words.title, bold=True)
    for term, value in words.facts:
        sheet.row(term, value)
    sheet.gap()
    required, lines, kinds, waiting, proof = words.headings
    sheet.row(required, bold=True)
    sheet.row(*words.needs_heads, bold=True)
    for need in words.needs:
        sheet.row(need.title, need.period, need.required, need.counted, need.short, need.status)
    sheet.gap()
    sheet.row(lines, bold=True)
    sheet.row(*columns(words), bold=True)
    for one in words.lines:
        sheet.row(one.seq, one.day, one.title, one.kind, one.hours, one.days, one.state, one.unit, one.certified_by, one.rules, one.hash)
    sheet.row(words.total[0], None, None, None, *words.total[1:], bold=True)
    sheet.gap()
    sheet.row(kinds, bold=True)
    for name, hours, days in words.sums:
        sheet.row(name, None, None, None, hours, days)
    if words.pending:
        sheet.gap()
        sheet.row(waiting, bold=True)
        for title, day, hours in words.pending:
            sheet.row(None, day, title, None, hours)
    sheet.gap()
    sheet.row(proof, bold=True)
    for term, value in words.proof:
        sheet.row(term, value)
    sheet.row(words.note)
    return sheet.saved()
