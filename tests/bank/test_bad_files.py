"""Files that are broken, hostile or foreign: refused with a known code, or read with findings; none is a fault of ours."""

from __future__ import annotations

import io
import random
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.bank import words
from app.bank.rules.findings import Unreadable
from app.bank.rules.formats import aiken, examples, excel, gift, moodle, qti, qti_out, table, text
from app.bank.service import SENTENCES, reading

ENTITIES = "".join(f'<!ENTITY a{at} "&a{at - 1};&a{at - 1};">' for at in range(1, 30))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a0 "ha">{ENTITIES}]><quiz><question>&a29;</question></quiz>'.encode()


def zipped(**parts: bytes) -> bytes:
    """A zip with these parts; `__` stands for a slash."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return kept.getvalue()


REFUSED = {
    "nothing": (b"", "file_empty"), "spaces": (b" \n ", "file_empty"), "laughs": (LAUGHS, "xml_entities"),
    "external": (b'<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "xml_entities"),
    "parameter": (b'<!DOCTYPE q [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><quiz/>', "xml_entities"),
    "broken": (b"<quiz><question></quiz>", "not_xml"), "huge": (b"<quiz>" + b" " * (21 * 1024 * 1024) + b"</quiz>", "xml_too_big"),
    "long tag": (b'<quiz a="' + b"x" * 19_000_000 + b'"/>', "xml_tag_too_long"),
    "long comment": (b"<quiz><!--" + b"<x>" * 6_500_000, "not_xml"),
    "deep": (b"<a>" * 100_000, "xml_too_deep"), "foreign": (b"<html><body/></html>", "not_qti"),
    "odd encoding": (b'<?xml version="1.0" encoding="utf-7"?><quiz/>', "not_xml"),
    "macros": (zipped(xl__workbook_dot_xml=b"<x/>", xl__vbaProject_dot_bin=b"x"), "macros"),
    "word": (zipped(word__document_dot_xml=b"<x/>"), "word_file"), "old office": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "old_office_file"),
    "torn zip": (zipped(a_dot_xml=b"<x/>")[:-30], "package_broken"), "empty zip": (zipped(readme_dot_txt=b"x"), "not_qti"),
    "zip bomb": (zipped(a_dot_xml=b" " * (65 * 1024 * 1024)), "package_too_big"),
    "no workbook": (zipped(xl__a_dot_xml=b"x"), "not_a_table"),
    "binary": (bytes(range(256)) * 20, "not_text"), "no encoding": (b"\xff\xff\x80" * 50, "not_text"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence_and_at_once(name: str) -> None:
    content, code = REFUSED[name]
    begun = time.process_time()
    with pytest.raises(Unreadable, match=f"^{code}$"):
        reading.read(content)
    assert time.process_time() - begun < 5  # the bench measures; this only catches what explodes
    assert words.FILE[code]


def test_a_bomb_inside_a_package_is_a_finding_and_the_other_items_are_read() -> None:
    good = zipfile.ZipFile(io.BytesIO(qti_out.write(examples.DRAFTS[:1]).content)).read("q00001.xml")
    _form, found = reading.read(zipped(a_dot_xml=LAUGHS, b_dot_xml=good))
    assert [one.code for one in found.findings] == ["xml_entities"] and [one.is_good for one in found.questions] == [True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    form, found = reading.read(
        "题型,题干,选项A,选项B,答案\n单选题,首都是哪里？,北京,上海,A\n".encode(encoding), "csv" if encoding == "utf-16" else "auto"
    )
    assert form == "csv" and found.questions[0].draft is not None and found.questions[0].draft.stem == "首都是哪里？"


TRADITIONAL = "1、下列關於公共數據的說法，正確的是哪一項？\nA、國家機關應當依法公開\nB、個人資料可以隨意使用\n答案：A\n"
JAPANESE = "1、つぎのうち、ただしいものはどれですか。\nA、データのこうかい\nB、ひみつ\n答案：A\n"
CHINESE = "1、下列关于公共数据的说法，正确的是哪一项？\nA、国家机关应当依法公开\nB、个人资料可以随意使用\n答案：A\n"
OTHER = {
    "big5": (TRADITIONAL.encode("big5"), "other_encoding"), "shift-jis": (JAPANESE.encode("shift_jis"), "other_encoding"),
    "pdf": (b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF", "pdf_file"), "png": (b"\x89PNG\r\n\x1a\n" + b"x" * 90, "picture_file"),
    "jpeg": (b"\xff\xd8\xff\xe0" + b"x" * 90, "picture_file"), "webp": (b"RIFF\x20\x00\x00\x00WEBPVP8 ", "picture_file"),
}  # fmt: skip


@pytest.mark.parametrize("wanted", ["auto", "text", "gift", "aiken", "csv"])
@pytest.mark.parametrize("name", OTHER)
def test_what_is_no_text_of_questions_is_refused_by_name(name: str, wanted: str) -> None:
    content, code = OTHER[name]
    with pytest.raises(Unreadable, match=f"^{code}$"):
        reading.read(content, wanted)
    assert words.FILE[code]


@pytest.mark.parametrize("said", [CHINESE, TRADITIONAL, CHINESE + "A\uf0d8", "1、北京𠮷野家（√）\n"])
def test_chinese_in_gb18030_is_read_simplified_traditional_and_with_odd_signs(said: str) -> None:
    _form, found = reading.read(said.encode("gb18030"))
    assert [one.draft.stem[:3] for one in found.questions if one.draft] == [said[2:5]]


ROWS = 10_000


def broken(name: str) -> bytes:
    """A file of ten thousand questions, each with a mistake."""
    if name == "excel":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in (["题型", "题干", "选项A", "选项B", "答案"], *(["单选题", f"题{at}", "甲", "乙", "Z"] for at in range(1, ROWS + 1))):
            sheet.append(row)
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()
    row = {"text": "{n}、题\nA、甲\nB、乙\n答案：Z\n", "gift": "题{n} {{=一 -> 二}}\n\n", "aiken": "题{n}\nA. 甲\nB. 乙\nANSWER: H\n\n",
           "csv": "单选题,题{n},甲,乙,Z\n"}[name]  # fmt: skip
    head = "题型,题干,选项A,选项B,答案\n" if name == "csv" else ""
    return (head + "".join(row.format(n=at) for at in range(1, ROWS + 1))).encode()


@pytest.mark.parametrize("name", ["text", "gift", "aiken", "csv", "excel"])
def test_all_of_ten_thousand_broken_rows_are_told(name: str) -> None:
    _form, found = reading.read(broken(name), name)
    assert len(found.questions) == ROWS and not any(one.is_good for one in found.questions)
    told = {one.row for question in found.questions for one in question.findings if one.is_error}
    assert len(told) == ROWS


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_a_reader(said: str) -> None:
    for read in (text.read, gift.read, aiken.read):
        for one in read(said).questions:
            assert one.is_good or one.findings
    table.read([["题干", "答案", "题型", "选项A", "分值"], [said, said[:3], said[3:6], said, said[:2]]])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["gift", "moodle", "qti", "excel"]), st.integers(0, 2**32))
def test_a_file_with_some_bytes_changed_is_read_or_refused_by_name(form: str, seed: int) -> None:
    made = {"gift": gift.write, "moodle": moodle.write, "qti": qti_out.write, "excel": excel.write}[form](examples.DRAFTS).content
    luck, spoiled = random.Random(seed), bytearray(made)
    for _ in range(luck.randint(1, 8)):
        spoiled[luck.randrange(len(spoiled))] = luck.randrange(256)
    try:
        _form, found = reading.read(bytes(spoiled))
    except Unreadable as error:
        assert str(error) in words.FILE
        return
    codes = {one.code for one in found.all_findings()}
    assert codes <= {*words.FOUND, *words.FILE, *SENTENCES}


def test_qti_is_not_fooled_by_names_in_a_package() -> None:
    good = zipfile.ZipFile(io.BytesIO(qti_out.write(examples.DRAFTS[:1]).content)).read("q00001.xml")
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("../../etc/q.xml", good)
    assert len(qti.read(kept.getvalue()).questions) == 1
