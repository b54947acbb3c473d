"""A report as a workbook, as CSV and as a PDF: the same table, with its rules, its moment and its reader on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from fpdf import FPDF

from app.certificates.fonts import choose, families
from app.certificates.typeset import Run, broken
from app.compliance.sheets import Report
from app.kernel.workbook import Sheet
from app.kernel.workbook import separated as comma_separated

INK, MUTED, LINE, MARK = (23, 33, 43), (88, 102, 115), (220, 226, 231), (228, 233, 238)
LEADING = 4.2
"""From one line of a cell to the next, in mm."""


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
    """Rows as high as their longest cell, the heads again on every page; nothing of a cell is left out."""
    pdf.set_font("text0", "", 8.5)
    pdf.set_draw_color(*LINE)
    room = pdf.w - 28
    widths = [room * width / sum(report.widths) for width in report.widths]
    heads = [_lines(pdf, text, width - 2) for text, width in zip(report.heads, widths, strict=True)]
    _row(pdf, report, widths, heads)
    for row in report.rows:
        cells = [_lines(pdf, "" if cell is None else str(cell), width - 2) for cell, width in zip(row, widths, strict=True)]
        if pdf.get_y() + _height(cells) > pdf.h - 15:
            pdf.add_page()
            pdf.set_font("text0", "", 8.5)
            _row(pdf, report, widths, heads)
        _row(pdf, report, widths, cells)


def _height(cells: Sequence[Sequence[str]]) -> float:
    """How high a row is, in mm."""
    return max(len(lines) for lines in cells) * LEADING + 2


def _row(pdf: FPDF, report: Report, widths: Sequence[float], cells: Sequence[Sequence[str]]) -> None:
    x, top = pdf.l_margin, pdf.get_y()
    for place, (width, lines) in enumerate(zip(widths, cells, strict=True)):
        for number, line in enumerate(lines):
            pdf.set_xy(x, top + 1 + number * LEADING)
            pdf.cell(width, LEADING, line, align="R" if place in report.right else "L")
        x += width
    bottom = top + _height(cells)
    pdf.line(pdf.l_margin, bottom, x, bottom)
    pdf.set_xy(pdf.l_margin, bottom)


def _lines(pdf: FPDF, text: str, width: float) -> list[str]:
    """A cell broken into lines as wide as its column; a word that is wider than that is torn."""
    if pdf.get_string_width(text) <= width:
        return [text]
    pieces = [Run(part) for word in text.split(" ") for part in (*_torn(pdf, word, width), " ")][:-1]
    lines = broken(pieces, width, 0, lambda _run, piece: float(pdf.get_string_width(piece)))
    return ["".join(run.text for run in line) for line in lines]


def _torn(pdf: FPDF, word: str, width: float) -> list[str]:
    """A word as it is, or in pieces of which each fits, where it is Latin and too long."""
    if not word.isascii() or pdf.get_string_width(word) <= width:
        return [word]
    found = [""]
    for letter in word:
        if found[-1] and pdf.get_string_width(found[-1] + letter) > width:
            found.append("")
        found[-1] += letter
    return found
