"""Files of people: XLSX and CSV by content, hostile ones refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from app.people.service import sheet_room, sheets
from app.people.service.sheets import NotASheet, TooBig
from tests.people.build import as_csv, as_xlsx


def read(content: bytes) -> list[list[Any]]:
    return [list(cells) for cells in sheets.rows(io.BytesIO(content))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_the_encodings_that_occur(encoding: str) -> None:
    content = as_csv([["王小明", "㐀𠮷"]], encoding, ["姓名", "备注"]).getvalue()
    assert read(content) == [["姓名", "备注"], ["王小明", "㐀𠮷"]]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_delimiter_is_found(mark: str) -> None:
    assert read(f"姓名{mark}单位\n王小明{mark}局\n".encode()) == [["姓名", "单位"], ["王小明", "局"]]


def test_a_workbook_gives_its_values_with_their_kinds() -> None:
    found = read(as_xlsx([["王", date(2020, 3, 1), 44030119900307123, True]], ["a", "b", "c", "d"]).getvalue())
    assert found[1][:2] == ["王", date(2020, 3, 1)]
    assert isinstance(found[1][2], float | int)


def test_a_formula_comes_as_its_text_and_never_as_its_value() -> None:
    found = read(as_xlsx([["=1+1", "王"]], ["a", "b"]).getvalue())
    assert found[1][0] == "=1+1"


def test_rows_are_numbered_as_in_the_workbook_though_it_begins_lower_down() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet["C4"] = "王"
    kept = io.BytesIO()
    book.save(kept)
    found = read(kept.getvalue())
    assert (len(found), found[3]) == (4, [None, None, "王"])
    assert not any(any(cells) for cells in found[:3])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        b"PK\x03\x04 not a zip at all",
        b"\x00\x01\x02\x03",
        b'a,b\n"open',
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(NotASheet):
        read(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    with pytest.raises(NotASheet):
        read(kept.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 50_000)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000)
    with pytest.raises(TooBig):
        read(kept.getvalue())


def test_a_workbook_with_a_broken_part_is_refused() -> None:
    content = bytearray(as_xlsx([["王"] * 5] * 50, ["a"] * 5).getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    content[at : at + 30] = b"\xff" * 30
    with pytest.raises(NotASheet):
        read(bytes(content))


@pytest.mark.parametrize("limit", ["MOST_ROWS", "MOST_COLUMNS", "LONGEST_CELL"])
def test_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(sheets, limit, 3)
    with pytest.raises(TooBig):
        read(as_csv([["long-cell"] * 5] * 5, heads=["a"] * 5).getvalue())


def test_empty_cells_at_the_right_do_not_count() -> None:
    assert read(as_xlsx([["王", *[None] * 80]], ["姓名", *[None] * 80]).getvalue())[1][0] == "王"


def altered(part: str, old: bytes, new: bytes) -> bytes:
    """A small workbook with a change in one of its parts."""
    kept = io.BytesIO()
    plain = as_xlsx([["王", "A"]], ["姓名", "账号"])
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            assert name != part or old in content
            archive.writestr(name, content.replace(old, new, 1) if name == part else content)
    return kept.getvalue()


FAR = (
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    b"<row r='900000'><c r='XFD900000'><v>1</v></c></row>",
    b"<row/><c><v>1</v></c>",
)


@pytest.mark.parametrize("far", FAR)
def test_a_sheet_that_asks_for_more_room_than_it_fills_never_meets_the_fast_reader(monkeypatch: pytest.MonkeyPatch, far: bytes) -> None:
    """It lays out the whole rectangle and ends the process where the machine has not so much memory."""
    monkeypatch.setattr(sheets, "CalamineWorkbook", None)
    monkeypatch.setattr(sheets, "MOST_ROWS", 1000)
    content = altered("xl/worksheets/sheet1.xml", b"</sheetData>", far + b"</sheetData>")
    if b"XFD" in far:
        with pytest.raises(TooBig):
            read(content)
    else:
        assert read(content)[1][0] == "王"


def test_very_many_cells_that_do_not_say_their_place_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_STRANGE", 1000)
    monkeypatch.setattr(sheets, "_cells", None)
    with pytest.raises(TooBig) as refused:
        read(altered("xl/worksheets/sheet1.xml", b"</sheetData>", b"<row>" + b"<c/>" * 1001 + b"</row></sheetData>"))
    assert refused.value.facts["limit"] == 1000


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    long = b'<c r="C2" t="inlineStr"><is><t>' + b"A" * (sheet_room.ENDLESS * 3) + b"</t></is></c></row></sheetData>"
    with pytest.raises(TooBig):
        read(altered("xl/worksheets/sheet1.xml", b"</row></sheetData>", long))


ENDLESS = {"comment": (b"<!--", b"<>", b"-->"), "instruction": (b"<?x ", b"<>", b"?>"), "tag": (b'<x a="', b">>", b'"/>')}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_tag_or_comment_without_end_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The thorough reader takes a part in pieces and begins what is not closed anew with each of them."""
    monkeypatch.setattr(sheets, "_cells", None)
    begins, filling, ends = ENDLESS[name]
    with pytest.raises(TooBig):
        read(altered("xl/worksheets/sheet1.xml", b"<sheetData>", begins + filling * sheet_room.ENDLESS + ends + b"<sheetData>"))


@pytest.mark.parametrize("said", [b'<?xml version="1.0" encoding="cp037"?>', b"\xff\xfe<\x00s\x00", b"<\x00?\x00"])
def test_a_part_whose_signs_are_not_seen_is_refused(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(sheets, "_cells", None)
    with pytest.raises(NotASheet):
        read(altered("xl/worksheets/sheet1.xml", b"<worksheet", said + b"<worksheet"))


def test_comments_that_end_take_nothing_from_a_workbook() -> None:
    content = altered("xl/worksheets/sheet1.xml", b"<sheetData>", b"<!-- <c> -->" * 200_000 + b"<sheetData>")
    assert read(content)[1][0] == "王"


def test_the_longest_shared_text_is_measured_with_all_its_runs() -> None:
    found = sheet_room.Room()
    for piece in (b"<sst><si><t>a</t></si><si><r><t>", b"A" * 400, b"</t></r><r><t>", b"A" * 400, b"</t></r></si></sst>"):
        found.take(piece)
    assert 800 < found.longest < 900


def test_places_are_seen_wherever_a_part_is_cut() -> None:
    sheet = b'<sheetData><row r="2"><c r="B2"/></row><row r="90000" ><c r="XFD90000"/></row></sheetData><a/>'
    for size in range(1, 30):
        found = sheet_room.Room()
        for at in range(0, len(sheet), size):
            found.take(sheet[at : at + size])
        assert (found.cells, found.is_modest) == (2, False)
