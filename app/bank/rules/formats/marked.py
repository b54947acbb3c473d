"""The workbook of an import given back to be corrected: faulty cells red, doubtful ones ochre, each with what is wrong beside it. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.bank.rules.formats.common import LETTERS
from app.bank.rules.formats.table import headings
from app.kernel.workbook import plain

RED, OCHRE = "FFF4B6B0", "FFFBE3B5"
AUTHOR = "题库检查"
"""Whose the remarks are: a workbook that comes in and goes out again loses those of the time before, and keeps all others."""

MOST_UNPACKED = 12 * 1024 * 1024
"""Bytes, pictures aside, of a workbook that is marked: 20,000 questions, at 7 s of processor for each 10,000. Of a larger one the
findings are listed."""

MOST_PARTS = 100
"""Rows below a case among which its parts are looked for."""

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
"""Pictures that travel on as they are; any other would be decoded first, whatever its size."""

_OPTIONS = tuple(f"option_{letter.lower()}" for letter in LETTERS)
_FIELDS = {
    "right": ("answer",), "blanks": ("answer",), "sample": ("answer",), "options": _OPTIONS,
    "alt": ("alt", "picture"), "picture": ("picture",),
    **dict.fromkeys(("course", "lecture", "at", "at_second", "place"), ("taught",)),
}  # fmt: skip
"""Where a finding stands in the table whose name is no column of it."""


@dataclass(frozen=True)
class Mark:
    """A remark on a field of a row, as its reader reads it; the field of a part of a case begins with `parts.` and its number."""

    row: int
    field: str
    text: str
    is_error: bool = True


class NotMarked(ValueError):
    """The workbook cannot be written again; its findings have to be listed."""


def mark(content: bytes, marks: Collection[Mark]) -> bytes:
    """The same workbook with these remarks on its first sheet. Raises NotMarked."""
    if not _is_light(content):
        raise NotMarked
    from openpyxl import load_workbook  # a large library, for those who ask for the workbook

    try:
        book: Any = load_workbook(io.BytesIO(content), keep_links=False, rich_text=True)
        _Sheet(book.worksheets[0]).mark(marks)
        kept = io.BytesIO()
        book.save(kept)
    except Exception as error:  # a stranger's file: whatever openpyxl cannot read or write again
        raise NotMarked from error
    return kept.getvalue()


def _is_light(content: bytes) -> bool:
    """Whether the workbook can be taken into memory whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [one for one in archive.infolist() if not one.is_dir()]
        pictures = [one for one in parts if one.filename.startswith("xl/media/")]
        return sum(one.file_size for one in parts if one not in pictures) <= MOST_UNPACKED and all(
            archive.open(one).read(4).startswith(_PICTURES) for one in pictures
        )


class _Sheet:
    """The first sheet of a workbook while it is marked."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.styles import PatternFill

        self._sheet = sheet
        self._places = headings([cell.value for cell in sheet[1]])
        self._merged = {place: area.coord.split(":")[0] for area in sheet.merged_cells.ranges for row in area.rows for place in row}
        self._fills = {True: PatternFill("solid", fgColor=RED), False: PatternFill("solid", fgColor=OCHRE)}
        self._none = PatternFill()

    def mark(self, marks: Collection[Mark]) -> None:
        self._clear()
        said: dict[tuple[int, int], dict[str, bool]] = {}
        for one in marks:
            for place in self._cells(one):
                said.setdefault(place, {})[one.text] = one.is_error
        for (row, column), texts in said.items():
            self._remark(self._cell(row, column), list(texts), is_error=any(texts.values()))

    def _clear(self) -> None:
        """Take out what was remarked the time before."""
        for cell in list(self._sheet._cells.values()):  # those that are there; walking the rows would make all up to the last one
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment, cell.fill = None, self._none

    def _cells(self, one: Mark) -> list[tuple[int, int]]:
        """Row and column of every cell that a remark is about, counted from 1; the first of the row where there is none."""
        row, name = one.row, one.field
        if name.startswith("parts.") and name.count(".") == 2:
            _parts, number, name = name.split(".")
            row = self._below(row, int(number))
        fields = [field for field in _FIELDS.get(name, (name,)) if field in self._places]
        filled = [field for field in fields if self._sheet.cell(row, self._places[field] + 1).value is not None]
        return [(row, self._places[field] + 1) for field in filled or fields[:1]] or [(row, self._places.get("stem", 0) + 1)]

    def _below(self, row: int, number: int) -> int:
        """The row of this part of a case: empty rows between are no parts."""
        filled = (
            at for at in range(row + 1, row + MOST_PARTS)
            if any(self._sheet.cell(at, place + 1).value not in (None, "") for place in self._places.values())
        )  # fmt: skip
        return next(islice(filled, number - 1, None), row)

    def _cell(self, row: int, column: int) -> Any:
        cell = self._sheet.cell(row, column)
        return self._sheet[self._merged[row, column]] if (row, column) in self._merged else cell

    def _remark(self, cell: Any, texts: Sequence[str], *, is_error: bool) -> None:
        from openpyxl.comments import Comment

        before = cell.comment.text if cell.comment is not None else ""
        cell.comment = Comment(plain("\n\n".join(filter(None, (before, *texts)))), AUTHOR, height=40 + 76 * len(texts), width=340)
        cell.fill = self._fills[is_error]
