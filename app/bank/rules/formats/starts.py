"""Where a question of a plain text begins: numbers in every spelling, or paragraphs where nothing is numbered. Pure.

One text numbers in one way, the first of these that it has: `1、`, `（1）` or `【1】`, `1 …`, none at all. So «（1）» within an
answer of a numbered text begins nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.bank.rules import spellings

STRICT = re.compile(
    r"^\s*(?:第\s*([\d０-９]{1,5})\s*题\s*[、.．:：]?|(?:第|题目?|试题|Q\s?)?\s*([\d０-９]{1,5})\s*(?:题\s*(?:[、.．:：]|$)|[、．。:：)）]|\.(?!\d)))\s*(.*)$"
)
BRACKET = re.compile(r"^\s*[(（【\[〔]\s*(?:第\s*)?([\d０-９]{1,5})\s*题?\s*[)）】\]〕]\s*[、.．:：]?()\s*(.*)$")
LOOSE = re.compile(r"^\s*([\d０-９]{1,3})()\s+(?![\d年月日天个元名条项次万亿%％.,，、])(\S.*)$")
_ORDINAL = re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．]\s*(?=\S)")
_STYLE = re.compile(r"^\s*([(（【\[〔第试题目Q]*)\s*[\d０-９]+\s*(题?\s*\S?)")
TOLD = re.compile(rf"[(（]\s*(?:[{spellings.SIGNS}]|对|错|正确|错误|[TFVX])\s*[)）]\s*[。.]?\s*$"
                   rf"|[【\[]\s*(?:[{spellings.SIGNS}]|对|错|正确|错误)\s*[】\]]\s*$|(?<=[。！!\s])[{spellings.SIGNS}]\s*$")  # fmt: skip
_CHOSEN = re.compile(r"[(（]\s*[A-HＡ-Ｈ]{1,8}\s*[)）]")


@dataclass(frozen=True)
class Starts:
    """How a text numbers its questions; where it does not, the lines that begin one."""

    pattern: re.Pattern[str] | None
    rows: frozenset[int] = frozenset()
    keyed: frozenset[int] = frozenset()
    """Lines with a number that have an option or an answer before the next number."""

    def number(self, line: str) -> tuple[int, str] | None:
        """The number a line begins with and the words after it."""
        found = self.pattern.match(line) if self.pattern else None
        return (int(found[1] or found[2]), found[3]) if found else None


_LETTER = re.compile(r"^([A-HＡ-Ｈ])\s*(?:([,，\-—–])\s*(?=\S)|(?=[㐀-鿿]))(.*)$")


def lettered(lines: Sequence[str]) -> list[str]:
    """The lines with `A,甲`, `A-甲` and `A甲` as options where A, B, C … follow on one another: two of them, of the last spelling three."""
    made, run = list(lines), list[tuple[int, re.Match[str]]]()
    for at, line in enumerate([*lines, ""]):
        found = _LETTER.match(line)
        if found is not None and spellings.fold(found[1]) == "abcdefgh"[len(run) : len(run) + 1]:
            run.append((at, found))
            continue
        if (len(run) > 2 and not _is_sorted(run)) or (len(run) == 2 and all(one[2] for _at, one in run)):
            for row, one in run:
                made[row] = f"{one[1]}、{one[3]}"
        run = [(at, found)] if found is not None and spellings.fold(found[1]) == "a" else []
    return made


def _is_sorted(run: Sequence[tuple[int, re.Match[str]]]) -> bool:
    """Whether the lines speak of `A类`, `B类`, `C类`: of sorts, and are no options."""
    return len({one[3][:1] for _at, one in run}) == 1 and run[0][1][3][:1] in "类级组区型股栋座班轮段款档等"


def loose(line: str) -> tuple[int, str] | None:
    """A number with nothing but a space after it."""
    found = LOOSE.match(line)
    return (int(found[1]), found[3]) if found else None


def bare(line: str) -> str:
    """The words of a question that has no number; «一、» in front of it is none of them."""
    return _ORDINAL.sub("", line)


def is_told(line: str) -> bool:
    """Whether a wording tells its key itself: `（√）` at its end, `（B）` within."""
    return bool(TOLD.search(line) or _CHOSEN.search(line))


def style(line: str) -> tuple[str, str]:
    """The signs around the number a line begins with: `1、`, `1.` and `（1）` are three."""
    found = _STYLE.match(line)
    return (spellings.fold(found[1]), spellings.fold(found[2])) if found else ("", "")


def counted(line: str) -> int | None:
    """The number a line begins with, in whatever spelling."""
    found = STRICT.match(line) or BRACKET.match(line)
    return int(found[1] or found[2]) if found else None


@dataclass(frozen=True)
class Signs:
    """What tells lines apart: an option or a name of something, the head of a section, an option or an answer."""

    is_inner: Callable[[str], bool]
    is_head: Callable[[str], bool]
    is_key: Callable[[str], bool]


def of(lines: Sequence[str], signs: Signs) -> Starts:
    """How these lines number; the numbers of a list that is an answer do not count."""
    keyed = _keyed(lines, signs.is_key)
    listed = _listed(lines, signs.is_key, keyed)
    for pattern in (STRICT, BRACKET, LOOSE):
        if any(pattern.match(line) and not signs.is_head(line) for row, line in enumerate(lines, 1) if row not in listed):
            return Starts(pattern, keyed=keyed)
    rows: set[int] = set()
    for block in _blocks(lines, signs.is_inner):
        rows |= _begun(block, signs.is_inner, signs.is_head)
    return Starts(None, frozenset(rows), keyed)


def _keyed(lines: Sequence[str], is_key: Callable[[str], bool]) -> frozenset[int]:
    found, has_key = set(), False
    for row in range(len(lines), 0, -1):
        line = lines[row - 1]
        has_key = has_key or is_key(line) or is_told(line)
        if counted(line) is not None:
            found |= {row} if has_key else set()
            has_key = False
    return frozenset(found)


def _listed(lines: Sequence[str], is_key: Callable[[str], bool], keyed: frozenset[int]) -> frozenset[int]:
    """The lines 1, 2, 3 … without a key of their own that follow on a line which names an answer and says no more."""
    found, last = set(), -1
    for row, line in enumerate(lines, 1):
        number = counted(line)
        if number is not None and last >= 0 and number == last + 1 and row not in keyed:
            found.add(row)
            last = number
        elif number is not None:
            last = -1
        elif line.endswith((":", "：", "】", "答案", "要点")) and is_key(line):
            last = 0
    return frozenset(found)


def _blocks(lines: Sequence[str], is_inner: Callable[[str], bool]) -> list[list[tuple[int, str]]]:
    """Paragraphs between empty lines; one that begins with an option or an answer goes on with the one before."""
    found: list[list[tuple[int, str]]] = []
    is_new = True
    for row, line in enumerate(lines, 1):
        if not line.strip():
            is_new = True
            continue
        if is_new and not (found and is_inner(line)):
            found.append([])
        found[-1].append((row, line))
        is_new = False
    return found


def _begun(block: list[tuple[int, str]], is_inner: Callable[[str], bool], is_head: Callable[[str], bool]) -> set[int]:
    """The lines of a paragraph that begin a question: its first one if it is answered, and each statement with its own sign."""
    plain = [(row, line) for row, line in block if not is_head(line)]
    if not any(is_inner(line) or is_told(line) for _row, line in plain):
        return set()
    said = {row for row, line in plain if TOLD.search(line) and not is_inner(line)}
    said |= _after_keys(plain, is_inner)
    first = next((row for row, line in plain if not is_inner(line)), None)
    return said if said and first in said else said | ({first} if first is not None else set())


_KEYED = re.compile(r"答案?\s*[】\]]?\s*[:：]\s*(.{1,40})$|】\s*(.{1,40})$")


def _after_keys(plain: list[tuple[int, str]], is_inner: Callable[[str], bool]) -> set[int]:
    """The lines that begin a question because the line before is the key of one and another piece of a question follows."""
    found = set()
    for at, (row, line) in enumerate(plain[1:-1], 1):
        before = _KEYED.search(plain[at - 1][1])
        if before is None or is_inner(line) or not spellings.is_key(before[1] or before[2]):
            continue
        if any(is_inner(after) for _row, after in plain[at + 1 :]):
            found.add(row)
    return found
