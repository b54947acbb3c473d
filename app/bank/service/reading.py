"""What a file of questions is, told by its bytes and not by its name, and its questions. Touches no database."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from app.bank.rules.findings import Finding, Reading, Unreadable
from app.bank.rules.formats import aiken, gift, moodle, qti, table, text, xmls
from app.kernel.errors import Invalid
from app.people.service import sheets

FORMATS = ("auto", "excel", "csv", "text", "gift", "aiken", "moodle", "qti")
MOST_BYTES = 48 * 1024 * 1024
MOST_TEXT = 8 * 1024 * 1024
FOREIGN = (
    (re.compile(rb"\s*%PDF-"), "pdf_file"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0|II\*\0|MM\0\*", re.DOTALL), "picture_file"),
)
"""How files begin that hold no questions, and the code that says so."""
_USER_DEFINED = re.compile("[\ue000-\ue765]")
"""What two bytes of GB18030 mean that nobody assigned: common signs of Big5 fall there."""


def read(content: bytes, wanted: str = "auto") -> tuple[str, Reading]:
    """The format of a file and its questions. Raises Unreadable with a stable code."""
    if len(content) > MOST_BYTES:
        raise Unreadable("file_too_big")
    if not content.strip():
        raise Unreadable("file_empty")
    if foreign := next((code for mark, code in FOREIGN if mark.match(content[:1024])), None):
        raise Unreadable(foreign)
    found = wanted if wanted in FORMATS and wanted != "auto" else told(content)
    if found in ("excel", "csv"):
        return found, _table(content)
    if found == "qti":
        return found, qti.read(content)
    if found == "moodle":
        return found, moodle.read(content)
    reader = {"gift": gift.read, "aiken": aiken.read}.get(found, text.read)
    return found, reader(decoded(content))


def told(content: bytes) -> str:
    """The format, by the bytes."""
    if content.startswith(b"PK\x03\x04"):
        return _zip(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old_office_file")
    head = content[:2000].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if head.startswith(b"<"):
        return "moodle" if xmls.name(xmls.root(content)) == "quiz" else "qti"
    said = decoded(content[: 64 * 1024], whole=False)
    first = next((line for line in said.split("\n") if line.strip()), "")
    if len(table.headings(re.split(r"[,\t;]", first.replace('"', "")))) >= 2:
        return "csv"
    if re.search(r"^[^\S\n]*ANSWER[^\S\n]*:[^\S\n]*[A-H]", said, re.MULTILINE) and not re.search(r"(?<!\\)\{", said):
        return "aiken"
    if re.search(r"^::|^\$CATEGORY", said, re.MULTILINE) or re.search(r"\{\s*(?:[=~#]|T|F|TRUE|FALSE)", said):
        return "gift"
    return "text"


def _zip(content: bytes) -> str:
    """A workbook without macros, or a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {one.filename.lower() for one in archive.infolist()}
    except qti.BROKEN as error:
        raise Unreadable("package_broken") from error
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in names):
        raise Unreadable("macros")
    if any(name.startswith("word/") for name in names):
        raise Unreadable("word_file")
    return "excel" if any(name.startswith("xl/") for name in names) else "qti"


def decoded(content: bytes, *, whole: bool = True) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB18030."""
    if whole and len(content) > MOST_TEXT:
        raise Unreadable("file_too_big")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with suppress(UnicodeError):
            return content.decode("utf-16")
    elif b"\0" not in content[:4096]:
        for encoding in ("utf-8-sig", "gb18030"):
            with suppress(UnicodeError):
                return _told_by_signs(content.decode(encoding), encoding)
        if not whole:
            return content.decode("utf-8", "replace")
    raise Unreadable("not_text")


def _told_by_signs(text: str, encoding: str) -> str:
    """The text, unless its signs are hardly Chinese: Big5 and Shift-JIS can be read as GB18030, and mean nothing then."""
    signs = [sign for sign in text[:100_000] if sign > "\x7f"] if encoding == "gb18030" else []
    strange = sum(not _is_usual(sign) for sign in signs)
    unassigned = len(_USER_DEFINED.findall("".join(signs)))
    if unassigned * 50 > len(signs) or strange * 5 > len(signs) * 3:
        raise Unreadable("other_encoding")
    return text


def _is_usual(sign: str) -> bool:
    """Whether GB 2312 has the sign, kana aside: what is printed in China, nearly all of it."""
    if "\u3040" <= sign <= "\u30ff":
        return False
    with suppress(UnicodeError):
        return bool(sign.encode("gb2312"))
    return False


def _table(content: bytes) -> Reading:
    try:
        found = table.read(_rows(content))
        if _has_pictures(content):
            found.findings.append(Finding(1, "picture", "pictures_in_workbook", is_error=False))
        return found
    except Invalid as error:
        raise Unreadable("table_too_big" if error.code == "sheet_too_big" else "not_a_table") from error


def _has_pictures(content: bytes) -> bool:
    """Whether a workbook holds pictures: they lie above its cells and belong to none, so they cannot come in with a row."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(name.startswith("xl/media/") for name in archive.namelist())


def _rows(content: bytes) -> Iterator[Any]:
    if content.startswith(b"PK\x03\x04") and _zip(content) != "excel":
        raise Unreadable("not_a_table")
    if not content.startswith(b"PK\x03\x04"):
        decoded(content[: 64 * 1024].rpartition(b"\n")[0] or content[: 64 * 1024], whole=False)
    yield from sheets.rows(io.BytesIO(content))
