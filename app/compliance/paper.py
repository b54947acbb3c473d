"""A report as a workbook, as CSV and as a PDF: the same table, with its rules, its moment and its reader on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from fpdf import FPDF

from app.certificates.fonts import choose, families
from app.compliance.sheets import Report
from app.kernel.workbook import Sheet
from app.kernel.workbook import separated as comma_separated

INK, MUTED, LINE, MARK = (23, 33, 43), (88, 102, 115), (220, 226, 231), (228, 233, 238)


def workbook(report: Report, made_at: datetime) -> bytes:
    """An XLSX file: what it rests on above, one table below, the reader's name in the foot of every printed page."""
    widths = [width / 2 for width in report.widths]
    footer = f"{report.reader} · &P / &N".replace("&&", "&")
    sheet = Sheet(report.title, report.reader, made_at, widths, frozen=len(report.about) + 3, footer=footer)
    sheet.row(report.title, bold=True)
    for line in report.about:
        sheet.row(line)
    sheet.gap()
    sheet.row(*report.heads, bold=True)
    for row in report.rows:
        sheet.row(*row)
    return sheet.saved()


def separated(report: Report) -> bytes:
    """A CSV file: the heads and the rows alone, so that a program reads it; what it rests on stands below the table."""
    return comma_separated(chain([report.heads], report.rows, [[], [report.title]], ([line] for line in report.about)))


class _Paper(FPDF):
    """A page with the reader's name across it and its number below."""

    report: Report
    page_word: str

    def header(self) -> None:
        """The watermark, under everything else."""
        self.set_font("text0", "", 22)
        self.set_text_color(*MARK)
        step = self.get_string_width(self.report.reader) + 30
        for row in range(5):
            x = -20.0 + (row % 2) * step / 2
            while x < self.w:
                with self.rotation(25, x, 40 + row * 40):
                    self.text(x, 40 + row * 40, self.report.reader)
                x += step
        self.set_text_color(*INK)

    def footer(self) -> None:
        """The number of the page and what the table rests on."""
        self.set_y(-12)
        self.set_font("text0", "", 8)
        self.set_text_color(*MUTED)
        self.cell(0, 6, f"{self.report.about[0]} · {self.page_no()}", align="C")
        self.set_text_color(*INK)


def printed(report: Report, data_dir: Path, made_at: datetime) -> bytes:
    """A PDF on A4 across. MissingGlyph when a character cannot be printed on this machine."""
    report = replace(report, rows=list(report.rows))
    text = "".join([report.title, *report.about, *report.heads, report.reader, *(str(cell) for row in report.rows for cell in row)])
    fonts = choose(families(data_dir), text)
    pdf = _Paper(orientation="landscape", unit="mm", format="A4")
    pdf.report = report
    pdf.set_creation_date(made_at)
    pdf.set_title(report.title)
    pdf.set_author(report.reader)
    letters = sorted({ord(letter) for letter in text + "0123456789 ·-%.,"})
    for number, family in enumerate(fonts):
        face = family.regular
        collection = face.number if face.path.suffix == ".ttc" else 0
        pdf.add_font(f"text{number}", "", face.path, collection_font_number=collection, unicode_range=letters)
    pdf.set_fallback_fonts([f"text{number}" for number in range(1, len(fonts))])
    pdf.set_auto_page_break(False)
    pdf.set_margin(14)
    pdf.add_page()
    pdf.set_font("text0", "", 16)
    pdf.cell(0, 10, report.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("text0", "", 9)
    for line in report.about:
        pdf.multi_cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    _table(pdf, report)
    return bytes(pdf.output())


def _table(pdf: FPDF, report: Report) -> None:
    """Rows of one line each, the heads again on every page."""
    room = pdf.w - 28
    widths = [room * width / sum(report.widths) for width in report.widths]
    _row(pdf, report, widths, report.heads)
    for row in report.rows:
        if pdf.get_y() > pdf.h - 22:
            pdf.add_page()
            _row(pdf, report, widths, report.heads)
        _row(pdf, report, widths, ["" if cell is None else str(cell) for cell in row])


def _row(pdf: FPDF, report: Report, widths: Sequence[float], texts: Sequence[str]) -> None:
    pdf.set_font("text0", "", 8.5)
    pdf.set_draw_color(*LINE)
    for place, (width, text) in enumerate(zip(widths, texts, strict=True)):
        pdf.cell(width, 6.2, _fitting(pdf, text, width - 2), border="B", align="R" if place in report.right else "L")
    pdf.ln(6.2)


def _fitting(pdf: FPDF, text: str, width: float) -> str:
    """The text, or its beginning where the column is too narrow."""
    if pdf.get_string_width(text) <= width:
        return text
    while text and pdf.get_string_width(text + "…") > width:
        text = text[:-1]
    return text + "…"
