"""How much room a part of a workbook would take in memory, told before it is read: a small file can ask for terabytes. Pure.

The fast reader lays a sheet out as a full rectangle from its first to its last cell, so two cells at the far ends of a
sheet are 17 thousand million places. A sheet is modest when its cells fill a fair share of that rectangle. Only cells and
rows that say their place first, as all usual programs write them, are counted; a sheet of others is not modest.
"""

from __future__ import annotations

import re

ENDLESS = 1024 * 1024
"""Bytes without a tag; the longest text a cell can hold is 32,767 signs."""
FREE = 1_000_000
"""Places that any sheet may ask for."""
SHARE = 8
"""Places for each cell there is, beyond which a sheet is not modest."""
_OPENS, _MARKS = re.compile(rb"<!--|<\?"), {b"<!--": b"-->", b"<?": b"?>"}
_BEFORE = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""What may stand before the first tag: a byte order mark, gaps, halves of UTF-16."""
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([^\"'>]{0,40})")
_FORMULA = re.compile(rb"<f[ >/]|\st=\"e\"")
_CELL, _ANY_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'), re.compile(rb"[<:]c[\s/>]")
_ROW, _ANY_ROW = re.compile(rb'<row r="([0-9]{1,7})"'), re.compile(rb"[<:]row[\s/>]")
_TEXT_BEGINS, _TEXT_ENDS = re.compile(rb"<(?:[\w.-]+:)?si\b"), re.compile(rb"</(?:[\w.-]+:)?si\b")


class Room:
    """What is seen of one part, taken in piece by piece; tags and comments are looked at whole, wherever the pieces are cut.

    A part `is_endless` where a text, tag or comment passes ENDLESS: what reads it in pieces begins it anew with every piece.
    It `is_markup` where it begins with a tag, and `is_foreign` where its signs are not UTF-8 and hence not seen here.
    `cells` say their place, `strange` counts the cells and rows that do not; `longest` is the longest shared text in bytes.
    """

    def __init__(self) -> None:
        self.has_formulas = self.is_endless = self.is_markup = self.is_foreign = self._is_sheet = self._has_texts = self._began = False
        self.cells = self.longest = 0
        self.strange = self._rows = self._columns = self._length = 0
        self._rest = b""

    def take(self, piece: bytes) -> None:
        """The next piece."""
        if not self._began:
            self._begin(piece)
        data = self._rest + piece
        cut = _cut(data)
        whole, self._rest = (data[:cut], data[cut:]) if cut >= 0 else (b"", data)
        if len(self._rest) > ENDLESS:
            self.is_endless, self._rest = True, b""
        self._look(whole)

    def _begin(self, piece: bytes) -> None:
        """What the first piece says of the whole part."""
        self._began = True
        self.is_markup = piece.lstrip(_BEFORE)[:1] == b"<"
        said = _ENCODING.search(piece[:400])
        self.is_foreign = self.is_markup and (b"\0" in piece[:400] or (said is not None and said[1].lower() not in (b"utf-8", b"us-ascii")))

    def _look(self, data: bytes) -> None:
        self._is_sheet = self._is_sheet or b"sheetData" in data
        self.has_formulas = self.has_formulas or _FORMULA.search(data) is not None
        self._measure(data)
        found = _CELL.findall(data)
        rows = _ROW.findall(data)
        self.cells += len(found)
        self.strange += len(_ANY_CELL.findall(data)) - len(found) + len(_ANY_ROW.findall(data)) - len(rows)
        self._columns = max(self._columns, *(_number(one) for one in {column for column, _row in found}), 0)
        self._rows = max(self._rows, *map(int, rows), *(int(row) for row in {row for _column, row in found}), 0)

    def _measure(self, data: bytes) -> None:
        """The longest shared text; what stands before the first one is none."""
        if not self._has_texts:
            first = _TEXT_BEGINS.search(data)
            if first is None:
                return
            self._has_texts, data = True, data[first.start() :]
        lengths = [len(one) for one in _TEXT_ENDS.split(data)]
        lengths[0] += self._length
        self.longest, self._length = max(self.longest, *lengths[:-1], 0), lengths[-1]

    @property
    def is_modest(self) -> bool:
        """Whether it is no sheet, or one whose cells fill a fair share of its rectangle."""
        is_filled = not self.strange and self._rows * self._columns <= FREE + SHARE * self.cells
        return not self.is_endless and (is_filled or not self._is_sheet)


def _cut(data: bytes) -> int:
    """Where the last tag begins, or the comment or instruction that does not end here; -1 where there is none."""
    at = 0
    while (opens := _OPENS.search(data, at)) is not None:
        end = data.find(_MARKS[opens[0]], opens.end())
        if end < 0:
            return opens.start()
        at = end
    return data.rfind(b"<")


def _number(letters: bytes) -> int:
    """The number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
