"""Questions as they stand in a Word document: «1、题干 / A、… / 答案：AB / 解析：…» in every common spelling. Pure.

Reads line by line: heads of sections say kind and points, a number begins a question, letters begin options, words in
front of a colon or in 【】 begin what they name; any other line goes on with what stood before it. Answers may stand in a
list at the end (keyed.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.bank.rules.answers import Kind
from app.bank.rules.findings import Finding, Reading
from app.bank.rules.formats import common, keyed
from app.bank.rules.formats.common import KIND_OF
from app.bank.rules.formats.items import Item, finish

_KIND_WORDS = "|".join(sorted((word for word in KIND_OF if not word.isascii()), key=len, reverse=True))
_SECTION = re.compile(
    rf"^\s*(?:(?:第?[一二三四五六七八九十]{{1,3}}(?:部分|大题)?|[(（][一二三四五六七八九十]{{1,3}}[)）]|[IVX]{{1,4}})\s*[、.．:：]?\s*)?"
    rf"[【\[]?\s*({_KIND_WORDS})\s*[】\]]?\s*(?:[:：,，(（].*)?$"
)
_NUMBER = re.compile(r"^\s*(?:第\s*)?([\d０-９]{1,4})\s*(?:[、．。:：)）]|\.(?!\d)|题\s*[、.．:：]?)\s*(.*)$")
_PART = re.compile(r"^\s*[(（]\s*(\d{1,2})\s*[)）]\s*[、.．]?\s*(.*)$")
_OPTION = re.compile(r"^\s*(?:[(（]\s*([A-Ha-hＡ-Ｈ])\s*[)）]\s*[、.．]?|([A-Ha-hＡ-Ｈ])\s*[、.．:：)）]|([A-HＡ-Ｈ])(?=\s+\S))\s*(.*)$")
_NAMES = {
    "answer": r"参考答案|正确答案|标准答案|答案|ANSWER|Answer|answer", "explanation": r"答案解析|试题解析|解析|详解|解答|说明|Explanation",
    "difficulty": r"难易程度|难易度|难度系数|难度等级|难度|Difficulty", "points": r"分值|分数|Points",
    "topic": r"所属知识点|知识点|考点|章节|Topic", "source": r"出处|来源|依据|Source", "competencies": r"能力项|能力要求|考查能力|能力",
    "partial": r"少选得分|得分规则", "order": r"选项顺序",
    "rubric": r"评分标准|评分要点|评分细则|采分点", "kind": r"题型|类型",
}  # fmt: skip
_FIELD = re.compile(
    "|".join(rf"(?P<{name}>[【\[]\s*(?:{words})\s*[】\]]\s*[:：]?|(?:{words})\s*[:：])" for name, words in _NAMES.items())
    + r"|(?P<reply>答\s*[:：])"
)
_SHORT = frozenset({"answer", "difficulty", "points", "topic", "source", "kind", "competencies", "partial", "order"})
"""What ends where the next name begins in the same line."""
_LABEL = re.compile(rf"^\s*[【\[(（]\s*({_KIND_WORDS})\s*[】\])）]\s*")
_EACH = re.compile(r"每(?:小?题|题目)\s*([\d.]{1,5})\s*分")
_WORTH = re.compile(r"[(（]\s*(?:本题)?\s*(\d{1,3}(?:\.\d{1,2})?)\s*分\s*[)）]")


@dataclass
class _State:
    """Where the reading stands."""

    reading: Reading = field(default_factory=Reading)
    item: Item | None = None
    case: Item | None = None
    kind: Kind | None = None
    points: Decimal | None = None
    section: int = 0
    keys: keyed.Keys | None = None


def read(text: str) -> Reading:
    """The questions of a text. Lines are counted from 1."""
    state, lines = _State(), text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    asked, state.keys = keyed.split(lines)
    for row, line in enumerate(lines[:asked], 1):
        bare = line if len(line) > common.LONGEST_LINE else common.spaced(line.replace("\u3000", " ").replace("\u00a0", " ").strip())
        if len(bare) > common.LONGEST_LINE:
            _too_long(state, row, bare)
        elif bare:
            _line(state, row, bare)
        if len(state.reading.questions) > common.MOST_QUESTIONS:
            state.reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
    _close(state)
    if state.keys is not None:
        state.reading.findings += state.keys.left()
    for row, line in enumerate(lines[asked:], asked + 1):
        if len(line) > common.LONGEST_LINE:
            _too_long(state, row, line)
    return state.reading


def _too_long(state: _State, row: int, line: str) -> None:
    """A line longer than any question's is not read; the question before it, which it may belong to, does not come in without it."""
    told = Finding(row, "", "line_too_long", line, str(common.LONGEST_LINE))
    (state.item.findings if state.item is not None else state.reading.findings).append(told)
    _close(state)


def _line(state: _State, row: int, line: str) -> None:
    section = _SECTION.match(line)
    if section and not _starts(state, line) and (state.item is None or state.item.is_complete or _FIELD.search(line) is None):
        _close(state)
        state.kind, state.section = KIND_OF[section[1]], state.section + 1
        each = _EACH.search(line)
        state.points = common.decimal(each[1]) if each else None
        return
    if (begun := _starts(state, line)) is not None:
        _begin(state, row, *begun)
        return
    if state.item is None:
        _orphan(state, row, line)
        return
    _body(state.item, row, line)


def _starts(state: _State, line: str) -> tuple[int, str, bool] | None:
    """Number and words of a question that begins here, and whether it is a part of the case before it."""
    item = state.item
    if state.case is not None and (part := _PART.match(line)):
        return int(part[1]), part[2], True
    found = _NUMBER.match(line)
    if found is None:
        return None
    number = int(found[1])
    if item is None or item.is_complete or number == item.number + 1 or (state.case is not None and number == state.case.number + 1):
        return number, found[2], False
    return None


def _begin(state: _State, row: int, number: int, words: str, is_part: bool) -> None:  # given by _starts
    if not is_part:
        _close(state)
    item = Item(row, number, state.kind if not is_part else None, points=state.points if not is_part else None)
    item.section, item.head = state.section, state.kind
    label = _LABEL.match(words)
    if label:
        item.kind, words = KIND_OF[label[1]], words[label.end() :]
    worth = _WORTH.search(words)
    if worth:
        item.points, words = Decimal(worth[1]), (words[: worth.start()] + words[worth.end() :]).strip()
    state.item = item
    if is_part and state.case is not None:
        state.case.parts.append(item)
    elif item.kind is Kind.CASE:
        state.case = item
    _body(item, row, words)


def _orphan(state: _State, row: int, line: str) -> None:
    """A line before any question: titles are passed over, what looks like part of a question is told."""
    if _OPTION.match(line) or _FIELD.match(line):
        state.reading.findings.append(Finding(row, "stem", "no_question_before", line, fix="1、"))


def _body(item: Item, row: int, line: str) -> None:
    """A line of a question: what it names, an option, or more of what stood before."""
    while (head := _FIELD.search(line)) and (head.start() == 0 or item.takes_inline(head.lastgroup or "", line[: head.start()])):
        before, after = line[: head.start()].strip(), line[head.end() :].strip()
        if before:
            _plain(item, row, before)
        name = "answer" if head.lastgroup == "reply" else head.lastgroup or ""
        following = _FIELD.search(after)
        if following is None or name not in _SHORT:
            item.begin(name, row, after)
            return
        item.begin(name, row, after[: following.start()].strip(" ;；,，"))
        line = after[following.start() :]
    _plain(item, row, line)


def _plain(item: Item, row: int, line: str) -> None:
    option = _OPTION.match(line)
    if option is None or not item.expects_option(letter := common.fold(option[1] or option[2] or option[3]).upper()):
        item.more(line)
        return
    for following, words in _options(letter, option[4]):
        item.option(row, following, words)


def _options(letter: str, words: str) -> Iterator[tuple[str, str]]:
    """The options of one line: `A. 甲 B. 乙` are two."""
    while True:
        following = common.LETTERS[common.LETTERS.index(letter) + 1 :][:1]
        found = _option_after(following, words) if following else None
        if found is None:
            yield letter, words.strip()
            return
        yield letter, words[: found.start()].strip()
        letter, words = following, words[found.end() :]


def _option_after(letter: str, words: str) -> re.Match[str] | None:
    """Where the option of this letter begins inside a line."""
    either = f"[{letter}{chr(ord(letter) + 0xFEE0)}]"
    return re.search(rf"(?:^|[\s;；,，])(?:[(（]\s*{either}\s*[)）]|{either}\s*[、.．:：)）])", words)


def _close(state: _State) -> None:
    """The question, or the case with its parts, is complete."""
    item = state.case or state.item
    state.item = state.case = None
    if item is not None:
        if state.keys is not None:
            state.keys.give(item)
        state.reading.questions.append(finish(item))
