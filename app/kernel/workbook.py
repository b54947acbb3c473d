"""Workbooks that hold figures and texts and nothing else: whatever a text says, no spreadsheet calculates it (THR-T18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

LONGEST = 32_767
"""Characters of a cell; a spreadsheet takes no more."""

Value = str | int | Decimal | None


class Sheet:
    """A workbook of one sheet, written row by row. openpyxl is loaded by whoever makes one, not by every worker."""

    def __init__(self, name: str, author: str, made_at: datetime, widths: Sequence[int]) -> None:
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        book: Any = Workbook()
        self._book, self._sheet = book, book.active
        self._sheet.title = name[:31]
        self._book.properties.creator = author
        self._book.properties.created = self._book.properties.modified = made_at.replace(tzinfo=None)
        for place, width in enumerate(widths, 1):
            self._sheet.column_dimensions[get_column_letter(place)].width = width

    def row(self, *values: Value, bold: bool = False) -> None:
        """One row below the last; figures stay figures, texts stay texts."""
        from openpyxl.styles import Font

        number = self._sheet.max_row + 1 if self._sheet.max_row > 1 or self._sheet["A1"].value is not None else 1
        for place, value in enumerate(values, 1):
            cell = self._sheet.cell(number, place)
            if isinstance(value, str):
                cell.value, cell.data_type, cell.quotePrefix = plain(value), "s", True
            else:
                cell.value = value
            if bold:
                cell.font = Font(bold=True)

    def gap(self) -> None:
        """An empty row."""
        self.row(" ")

    def saved(self) -> bytes:
        """The file."""
        kept = io.BytesIO()
        self._book.save(kept)
        return kept.getvalue()


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""Beginnings by which a spreadsheet takes a text for a formula, the full-width ones as well."""


def separated(rows: Sequence[Sequence[Value]]) -> bytes:
    """The rows as CSV that every spreadsheet opens as it is: UTF-8 with its mark, and an apostrophe before what would be calculated."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(value) if isinstance(value, str) else "" if value is None else f"{value}" for value in row])
    return kept.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    text = plain(text)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def plain(text: str) -> str:
    """The text without control characters, which no workbook can hold, and no longer than a cell."""
    return "".join(letter for letter in text if letter in "\t\n" or ord(letter) >= 32)[:LONGEST]
