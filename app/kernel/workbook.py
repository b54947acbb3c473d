"""Tables that hold figures and texts and nothing else: whatever a text says, no spreadsheet calculates it (THR-T18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LONGEST = 32_767
"""Characters of a cell; a spreadsheet takes no more."""

Value = str | int | float | Decimal | date | None


class Sheet:
    """A workbook of one sheet, written row by row. openpyxl is loaded by whoever makes one, not by every worker.

    `frozen` rows stay on top; `footer` stands under every printed page.
    """

    def __init__(self, name: str, author: str, made_at: datetime, widths: Sequence[float], *, frozen: int = 0, footer: str = "") -> None:
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        self._book: Any = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(plain_name(name))
        self._book.properties.creator = author
        self._book.properties.created = self._book.properties.modified = made_at.replace(tzinfo=None)
        if frozen:
            self._sheet.freeze_panes = f"A{frozen + 1}"
        if footer:
            self._sheet.oddFooter.center.text = footer
        for place, width in enumerate(widths, 1):
            self._sheet.column_dimensions[get_column_letter(place)].width = width

    def row(self, *values: Value, bold: bool = False) -> None:
        """One row below the last; figures stay figures, days days that a spreadsheet sorts and reckons with, texts stay texts."""
        self._sheet.append([self._cell(value, bold) for value in values])

    def _cell(self, value: Value, bold: bool) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        shown: Any = plain(value) if isinstance(value, str) else value
        cell = WriteOnlyCell(self._sheet, value=shown)
        if isinstance(value, str):
            cell.data_type, cell.quotePrefix = "s", True
        if bold:
            cell.font = Font(bold=True)
        return cell

    def gap(self) -> None:
        """An empty row."""
        self._sheet.append([])

    def saved(self) -> bytes:
        """The file."""
        kept = io.BytesIO()
        self._book.save(kept)
        return kept.getvalue()


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""Beginnings by which a spreadsheet takes a text for a formula, the full-width ones as well."""


def separated(rows: Iterable[Sequence[Value]]) -> bytes:
    """The rows as CSV that every spreadsheet opens as it is: UTF-8 with its mark, and an apostrophe before what would be calculated.

    A workbook says of a cell that it is a text; a CSV file has no other way.
    """
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


def plain_name(text: str) -> str:
    """A name that a sheet may have."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in plain(text)).strip("' ")[:31] or "1"
