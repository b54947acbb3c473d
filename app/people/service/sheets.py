"""Rows out of an XLSX or CSV file, by content and not by name, one after the other and within limits (THR-T18, T19)."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook
from werkzeug.datastructures import FileStorage

from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.people.rules import listed
from app.people.rules.roll import HEAD_ROWS, Cell, find_head, is_blank
from app.people.service import sheet_room

MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes a workbook may unpack to; 200,000 people take about half of it."""

MOST_STRANGE = 1_000_000
"""Cells and rows that do not say their place; they are read the thorough way, which takes its time over each."""

MOST_COPIED = 256 * 1024 * 1024
"""Bytes of text the fast way may copy: it gives every cell its own copy of a shared text."""

MOST_ROWS = 300_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000


class NotASheet(Invalid):
    """Neither a workbook nor a text table."""

    code, text = "not_a_sheet", _l("This file is neither an XLSX workbook nor a CSV table. Save it as XLSX and try again.")


class TooBig(Invalid):
    """More rows, columns or bytes than are read."""

    code, text = "sheet_too_big", _l("This table is larger than %(limit)s %(unit)s. Please divide it.")


class Headed(NamedTuple):
    """A table: its head row, the number that has in the file, and the rows below that are not blank, each with its number."""

    row: int
    head: Sequence[Cell]
    below: Iterator[tuple[int, Sequence[Cell]]]


def headed(stream: IO[bytes], columns: Mapping[str, tuple[str, ...]]) -> Headed:
    """The table of the first sheet, whose head row may stand below a title. Raises NotASheet, TooBig."""
    source = rows(stream)
    first = list(islice(source, HEAD_ROWS))
    at = find_head(first, columns)
    below = enumerate(chain(first[at + 1 :], source), at + 2)
    return Headed(at + 1, first[at] if first else (), ((number, cells) for number, cells in below if not is_blank(cells)))


def rows(stream: IO[bytes]) -> Iterator[Sequence[Cell]]:
    """The rows of the first sheet. Raises NotASheet, TooBig. The stream is read from its beginning and left open."""
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if not head:
        raise NotASheet(field="file")
    source = _workbook(stream) if head[:4] == b"PK\x03\x04" else _text(stream, head)
    for number, cells in enumerate(source, 1):
        if number > MOST_ROWS:
            raise TooBig(field="file", limit=MOST_ROWS, unit=_l("rows of a table"))
        if len(cells) > MOST_COLUMNS:
            cells = _trimmed(cells)
        yield cells


def of_list(file: FileStorage | None, text: str) -> Sequence[Sequence[Cell]]:
    """The rows of a list of people: of a file where one was sent, else of a pasted text. Raises as `rows`.

    A list too long is refused by its length, so that of a file no more is read than is enough for that.
    """
    if file is None or not file.filename:
        return listed.lines(text)
    return list(islice(rows(file.stream), 2 * listed.MOST_ROWS + 1))


def _trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Without the empty cells that workbooks keep at the right; too many full ones are refused."""
    last = max((at for at, cell in enumerate(cells) if cell not in (None, "")), default=-1)
    if last >= MOST_COLUMNS:
        raise TooBig(field="file", limit=MOST_COLUMNS, unit=_l("columns of a table"))
    return cells[: last + 1]


def _workbook(stream: IO[bytes]) -> Iterator[Sequence[Cell]]:
    """An XLSX file. Where formulas or errors occur they come as their text, so that they can be refused by cell."""
    try:
        with zipfile.ZipFile(stream) as archive:
            plain = _is_plain(archive)
        stream.seek(0)
        yield from _values(stream) if plain else _cells(stream)
    except (zipfile.BadZipFile, zlib.error, CalamineError, KeyError, ValueError, SyntaxError, EOFError,
            NotImplementedError, RuntimeError) as error:  # fmt: skip
        raise NotASheet(field="file") from error


def _is_plain(archive: zipfile.ZipFile) -> bool:
    """Whether the fast way may have it: no formulas or errors, and no room that its cells do not fill (sheet_room.py).

    Unpacks every part once, within the limit and with its checksum. Raises TooBig, NotASheet.
    """
    parts = [entry for entry in archive.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in parts) > MOST_UNPACKED:
        raise TooBig(field="file", limit=MOST_UNPACKED // 1024 // 1024, unit=_l("MB when unpacked"))
    texts, cells, is_plain = 0, 0, True
    for entry in parts:
        found = sheet_room.Room()
        with archive.open(entry) as part:
            while chunk := part.read(1 << 20):
                found.take(chunk)
                if found.strange > MOST_STRANGE:
                    raise TooBig(field="file", limit=MOST_STRANGE, unit=_l("cells that do not say their place"))
        if found.is_foreign:
            raise NotASheet(field="file")
        if found.is_endless and found.is_markup:
            raise TooBig(field="file", limit=LONGEST_CELL, unit=_l("signs in a cell"))
        has_formulas = found.has_formulas and entry.filename.startswith("xl/worksheets/")
        is_plain = is_plain and not has_formulas and found.is_modest
        texts, cells = max(texts, found.longest), max(cells, found.cells)
    return is_plain and texts * cells <= MOST_COPIED


def _values(stream: IO[bytes]) -> Iterator[Sequence[Cell]]:
    """The fast way: values only."""
    book = CalamineWorkbook.from_filelike(stream)
    if not book.sheet_names:
        raise NotASheet(field="file")
    sheet = book.get_sheet_by_index(0)
    left = sheet.start[1] if sheet.start else 0  # rows come from the top of the sheet, columns from the first that is used
    for cells in sheet.iter_rows():
        yield [*[None] * left, *cells]


def _cells(stream: IO[bytes]) -> Iterator[Sequence[Cell]]:
    """The thorough way, row by row: formulas and errors as they stand in the cell; cells far apart take no room between them."""
    from openpyxl import load_workbook  # a large library, for the few workbooks that hold formulas or are not dense

    book: Any = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    try:
        if not book.worksheets:
            raise NotASheet(field="file")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    finally:
        book.close()


def _text(stream: IO[bytes], head: bytes) -> Iterator[Sequence[Cell]]:
    """A CSV file in UTF-8, UTF-16 with its mark, or GB18030, with comma, tab or semicolon."""
    encoding = _encoding(stream, head)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        first = text.readline(LONGEST_CELL * MOST_COLUMNS)
        if "\0" in first:
            raise NotASheet(field="file")
        delimiter = max(",\t;", key=first.count)
        stream.seek(0)
        text.seek(0)
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise TooBig(field="file", limit=LONGEST_CELL, unit=_l("signs in a cell"))
            yield cells
    except (csv.Error, UnicodeError) as error:
        raise NotASheet(field="file") from error
    finally:
        text.detach()


def _encoding(stream: IO[bytes], head: bytes) -> str:
    """The first encoding that reads the whole file; binary files are refused."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in head or head[:4] == b"\xd0\xcf\x11\xe0":
        raise NotASheet(field="file")
    for encoding in ("utf-8-sig", "gb18030"):
        stream.seek(0)
        decoder = io.TextIOWrapper(stream, encoding=encoding, newline="")
        try:
            while decoder.read(1 << 20):
                pass
        except UnicodeError:
            continue
        else:
            return encoding
        finally:
            decoder.detach()
    raise NotASheet(field="file")
