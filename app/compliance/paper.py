"""A report as a workbook and as a PDF: the same table, with its rules, its moment and its reader on it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from app.certificates.fonts import choose, families
from app.compliance.sheets import Cell, Report

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""Beginnings by which a spreadsheet takes a text for a formula (CSV and XLSX injection)."""
INK, MUTED, LINE, MARK = (23, 33, 43), (88, 102, 115), (220, 226, 231), (228, 233, 238)


def safe(value: Cell) -> Cell:
    """Texts that a spreadsheet would calculate are made plain by an apostrophe; figures stay figures."""
    if isinstance(value, str) and value.lstrip(" ").startswith(DANGEROUS):
        return f"'{value}"
    return value


def workbook(report: Report, made_at: datetime) -> bytes:
    """An XLSX file: what it rests on above, one table below, the reader's name in the foot of every printed page."""
    book = Workbook(write_only=True)
    book.properties.creator = report.reader
    book.properties.created = made_at.replace(tzinfo=None)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = f"A{len(report.about) + 4}"
    for place, width in enumerate(report.widths):
        sheet.column_dimensions[chr(65 + place)].width = width / 2
    sheet.oddFooter.center.text = f"{report.reader} · &P / &N".replace("&&", "&")
    sheet.append([_cell(sheet, report.title, bold=True)])
    for line in report.about:
        sheet.append([_cell(sheet, line)])
    sheet.append([])
    sheet.append([_cell(sheet, head, bold=True) for head in report.heads])
    for row in report.rows:
        sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    """A cell that is a text or a figure, and never a formula, whatever it says."""
    cell = WriteOnlyCell(sheet, value=safe(value))
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


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
