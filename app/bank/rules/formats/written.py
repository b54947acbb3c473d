"""How the editor writes a key in lines of text, and reads it back: nothing of it changes on the way. Pure.

A blank is a line: `【区分大小写】Beijing|%50%Peking|3.14±0.01`, read as the answers of a pasted text are. A backslash before a sign
takes its meaning away; it stands before a line break that belongs to a text, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from app.bank.rules.blanks import ONE, Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, QuestionDraft
from app.bank.rules.formats import common

CASE, WIDTH = "区分大小写", "区分全半角"
_PLANE = 0x100000
"""Private signs that stand for escaped ones while a text is read."""
_ESCAPED = re.compile(r"\\([^A-Za-z0-9])")
_MASKED = re.compile("[\U00100000-\U0010ffff]")
_STRICT = re.compile(rf"^\s*【((?:{CASE}|{WIDTH}|[、，,\s])+)】")
_SHARE = re.compile(r"^\s*[%％]\s*(\d{1,3}(?:\.\d{1,8})?)\s*[%％]")
_OR = re.compile(r"[㐀-鿿±]")
_POINTS = re.compile(r"^(.*\S)\s*[:：]\s*(\S+)\s*$")


def masked(text: str) -> str:
    """The text with every escaped sign as one that means nothing."""
    return _ESCAPED.sub(lambda found: chr(_PLANE + ord(found[1])) if ord(found[1]) < 0xFFFE else found[0], text)


def plain(text: str) -> str:
    """The text with its escaped signs as they are."""
    return _MASKED.sub(lambda found: chr(ord(found[0]) - _PLANE), text)


def escaped(text: str, signs: str = "") -> str:
    """The text with these signs, backslashes and line breaks escaped."""
    return re.sub(rf"[\\\n{re.escape(signs)}]", lambda found: "\\" + found[0], text)


def blank(text: str) -> Blank:
    """A blank that takes what this text says: its strictness at the head, `%50%` before a share, `±` before a tolerance."""
    strict, texts = strict_of(text)
    accepted = []
    for one_text in alternatives(texts):
        share, rest = share_of(one_text)
        one = common.plain_blank([rest]).accepted[0]
        accepted.append(replace(one, share=share))
    return Blank(tuple(accepted), ignores_case=CASE not in strict, ignores_width=WIDTH not in strict)


def alternatives(text: str) -> list[str]:
    """The answers that one blank takes: `甲|乙`, `甲；乙` and `甲/乙` are two, `km/h` is one."""
    pieces = re.split(r"[|｜]", text)
    if len(pieces) == 1:
        pieces = re.split(r"[;；]", text)
    if len(pieces) == 1 and all(_OR.search(one) for one in re.split(r"[/／]", text)):
        pieces = re.split(r"[/／]", text)
    return [one for one in pieces if one.strip()] or [text]


def strict_of(text: str) -> tuple[str, str]:
    """The words before a blank that say what it is strict in, and what follows them."""
    found = _STRICT.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def share_of(text: str) -> tuple[Decimal, str]:
    """The share before an answer (`%50%`), all of the blank where there is none, and what follows it."""
    if (found := _SHARE.match(text)) and (value := common.share_of(found[1])) is not None:
        return value, text[found.end() :]
    return ONE, text


def blank_line(one: Blank, *, case: bool, width: bool, escape: Callable[[str], str]) -> str:
    """A blank in one line; `case` and `width` say which strictness needs no word because all blanks have it."""
    strict = [word for word, said in ((CASE, not one.ignores_case and not case), (WIDTH, not one.ignores_width and not width)) if said]
    return (f"【{'、'.join(strict)}】" if strict else "") + "|".join(_accepted(taken, escape) for taken in one.accepted)


def _accepted(one: Accepted, escape: Callable[[str], str]) -> str:
    return said_share(one) + (escape(one.text) if one.tolerance is None else f"{one.text}±{one.tolerance:f}")


def said_share(one: Accepted) -> str:
    """The share of an answer as it stands before it."""
    return "" if one.share == ONE else f"%{common.percent(one.share)}%"


def in_blank(text: str) -> str:
    """The text of an answer as it stands in a line of blanks."""
    return escaped(text, "|｜;；±+＋%％【" + ("/／" if _OR.search(text) else ""))


def lines(draft: QuestionDraft) -> str:
    """All blanks of a question, a line each; what all of them are strict in is said beside them."""
    case, width = strictness(draft)
    return "\n".join(blank_line(one, case=case, width=width, escape=in_blank) for one in draft.blanks)


def strictness(draft: QuestionDraft) -> tuple[bool, bool]:
    """Whether every blank tells capital from small letters, and full from half width."""
    if not draft.blanks:
        return False, False
    return all(not one.ignores_case for one in draft.blanks), all(not one.ignores_width for one in draft.blanks)


def read_lines(text: str, *, case: bool, width: bool) -> tuple[Blank, ...]:
    """The blanks out of their lines."""
    found = [blank(line) for line in masked(text).split("\n") if line.strip()]
    return tuple(
        Blank(tuple(replace(taken, text=plain(taken.text)) for taken in one.accepted), one.ignores_case and not case,
              one.ignores_width and not width)
        for one in found
    )  # fmt: skip


def rubric(draft: QuestionDraft) -> str:
    """The criteria, a line each with its points."""
    return "\n".join(f"{escaped(one.text)}：{one.points.normalize():f}" for one in draft.rubric)


def read_rubric(text: str) -> tuple[list[Criterion], int]:
    """The criteria out of their lines, and how many lines have no points."""
    found, without = [], 0
    for line in (one for one in masked(text).split("\n") if one.strip()):
        said = _POINTS.match(line)
        value = common.decimal(said[2]) if said else None
        if said is None or value is None:
            without += 1
        else:
            found.append(Criterion(plain(said[1]), value))
    return found, without


def cells(table: tuple[tuple[str, ...], ...], escape: Callable[[str], str] = lambda text: escaped(text, "|｜")) -> str:
    """The rows of a table, a line each."""
    return "\n".join(" | ".join(escape(cell) for cell in row) for row in table)


def read_cells(text: str) -> tuple[tuple[str, ...], ...]:
    """The table out of its lines."""
    return tuple(tuple(plain(cell) for cell in row) for row in split_cells(masked(text)))


def split_cells(text: str) -> tuple[tuple[str, ...], ...]:
    """Rows and cells of a masked text."""
    return tuple(tuple(cell.strip() for cell in re.split(r"[|｜]", line)) for line in text.split("\n") if line.strip())


def bared(draft: QuestionDraft) -> QuestionDraft:
    """A draft that was read out of a masked text, with the signs as they are."""
    blanks = tuple(replace(one, accepted=tuple(replace(taken, text=plain(taken.text)) for taken in one.accepted)) for one in draft.blanks)
    return replace(
        draft, stem=plain(draft.stem), explanation=plain(draft.explanation), sample=plain(draft.sample), blanks=blanks,
        options=tuple(OptionDraft(plain(one.text), one.is_right) for one in draft.options),
        rubric=tuple(Criterion(plain(one.text), one.points) for one in draft.rubric),
        table=tuple(tuple(plain(cell) for cell in row) for row in draft.table),
        picture=replace(draft.picture, alt=plain(draft.picture.alt)) if draft.picture else None,
    )  # fmt: skip
