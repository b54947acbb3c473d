"""Answers that stand together at the end of a text: «参考答案 / 一、单选题 1-5 ABCDA 6.B / 二、判断题 1.√ 2.×». Pure.

The list begins at a head of its own and goes to the end of the text. Its sections are those of the questions by their
kind, or one after another where it names none; a list that counts through belongs to the whole text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.bank.rules import spellings
from app.bank.rules.answers import Kind
from app.bank.rules.findings import Finding
from app.bank.rules.formats import common, starts
from app.bank.rules.formats.common import KIND_OF
from app.bank.rules.formats.items import Item

_KINDS = "|".join(sorted((word for word in KIND_OF if not word.isascii()), key=len, reverse=True))
_HAN = "一二三四五六七八九十"
_HEAD = re.compile(
    r"^\s*(?:附[件录]?\s*[:、]?\s*)?(?:[" + _HAN + r"]{1,3}\s*[、.]\s*)?[【\[(]?\s*"
    r"(?:试题|试卷|习题|练习题?|各题|本卷)?\s*(?:参考|标准|正确)?答案"
    r"(?:\s*(?:及|与|和)?\s*(?:详解|解析|评分标准|评分要点|提示|要点|一览表?|汇总|速查))?\s*[】\])]?\s*[:]?\s*(?P<rest>.*)$"
)
_ANSWERED = re.compile(
    r"(?:^|[\s。()])[【\[]?\s*(?:参考|正确|标准)?答案?\s*(?:[】\]]|[:])|ANSWER\s*:|^(?:参考|正确|标准)?答案(?:要点)?$", re.IGNORECASE
)
_PART = re.compile(
    rf"^\s*(?:第?[{_HAN}]{{1,3}}(?:部分|大题)?\s*[、.:]\s*|[(][{_HAN}]{{1,3}}[)]\s*)?[【\[(]?\s*(?:({_KINDS})\s*(?:参考)?(?:答案)?)?\s*[】\])]?"
    r"\s*(?:[(][^()]*[)])?\s*[:、]?\s*(.*)$"
)
_ORDINAL = re.compile(rf"^\s*(?:第?[{_HAN}]{{1,3}}(?:部分|大题)?\s*[、.:]|[(][{_HAN}]{{1,3}}[)])")
_SHORT = r"[A-Ha-h]{1,8}(?![a-z])|[√×✓✔✗✘]|正确|错误|对|错|[TF](?![a-z])"
_START = re.compile(
    rf"(?:^|(?<=[\s,;、。)A-Ha-hTF√×✓✔✗✘对错确误]))[(\[【]?\s*(?:第\s*)?(\d{{1,3}})(?!\d)(?:\s*(?:-+|~+|至|到)\s*(\d{{1,3}})(?!\d))?\s*题?\s*[)\]】]?"
    rf"(?:\s*[.、:)](?!\d\d)\s*|\s*(?={_SHORT}))"
)
_EACH = re.compile(rf"{_SHORT}")
_OPTION = re.compile(r"^\s*[(\[【]?\s*[A-H]\s*[)\]】、.:]")
_WHY = re.compile(r"\s*[【\[(]?\s*(?:答案)?(?:解析|详解|说明)\s*(?:[】\])]\s*:?|:)\s*")
_SUB = re.compile(r"[(]\s*(\d{1,2})\s*[)]\s*[.、:]?\s*")


@dataclass
class Given:
    """One answer of the list."""

    row: int
    text: str
    is_used: bool = False


@dataclass
class Keys:
    """The answers of a list by section and number."""

    sections: list[tuple[Kind | None, dict[int, Given]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def give(self, item: Item) -> None:
        """Give a question its answer out of the list; where it has one already, another one is told."""
        found = self._for(item)
        if found is None:
            return
        found.is_used = True
        answer, *why = _WHY.split(found.text, maxsplit=1)
        if item.parts:
            _give_parts(item, found.row, answer)
        elif "answer" not in item.named:
            item.begin("answer", found.row, re.sub(r"^\s*答\s*:\s*", "", answer).strip(" ;,\n"))
        elif common.fold(item.text("answer")).rstrip("。. ") != common.fold(answer).rstrip("。.;, "):
            item.findings.append(Finding(found.row, "answer", "answer_twice", answer))
        if why and "explanation" not in item.named:
            item.begin("explanation", found.row, why[0].strip())

    def _for(self, item: Item) -> Given | None:
        if len(self.sections) == 1 and self.sections[0][0] is None:
            return self.sections[0][1].get(item.number)
        named = [answers for kind, answers in self.sections if kind is not None and kind is item.head]
        for answers in named:
            if item.number in answers and not answers[item.number].is_used:
                return answers[item.number]
        if named or any(kind is not None for kind, _answers in self.sections):
            return None
        at = max(item.section - 1, 0)
        return self.sections[at][1].get(item.number) if at < len(self.sections) else None

    def left(self) -> list[Finding]:
        """What was told of the list, and answers that no question took."""
        loose = [(number, one) for _kind, answers in self.sections for number, one in answers.items() if not one.is_used]
        return [*self.findings, *(Finding(one.row, "answer", "answer_without_question", f"{number}. {one.text}") for number, one in loose)]


def _give_parts(item: Item, row: int, text: str) -> None:
    """(1) A (2) B: the answers of the parts of a case."""
    _before, *rest = _SUB.split(text)
    for number, answer in zip(rest[::2], rest[1::2], strict=False):
        for part in item.parts:
            if part.number == int(number) and "answer" not in part.named:
                part.begin("answer", row, answer.strip(" ;,\n"))


def split(lines: Sequence[str]) -> tuple[int, Keys | None]:
    """How many lines are questions, and the list that follows them, or None where there is none.

    A list begins with a number, a range or a section; beside its head only where no question has an answer of its own.
    """
    plain = [_plain(line) for line in lines]
    answered = next((at for at, line in enumerate(plain) if _ANSWERED.search(line)), len(plain))
    following = ""
    for at in range(len(plain) - 1, 0, -1):
        head, below = _HEAD.match(plain[at]), following
        following = plain[at] or following
        if head is None or not (_is_list(head["rest"]) and at <= answered if head["rest"] else _is_list(below)):
            continue
        keys = _read([(at + 1, head["rest"]), *((row, line) for row, line in enumerate(plain[at + 1 :], at + 2))])
        return (at, keys) if keys.sections and not _is_of_one(plain[:at], head["rest"], keys) else (len(lines), None)
    return len(lines), None


def _is_of_one(lines: Sequence[str], rest: str, keys: Keys) -> bool:
    """Whether several answers are those of one question: of the blanks of the only one, or points of what is written for the last one."""
    given = [one for _kind, answers in keys.sections for one in answers.values()]
    begun = [at for at, line in enumerate(lines) if starts.counted(line) is not None]
    if rest:
        return len(given) > 1 and len(begun) == 1
    if any(kind is not None for kind, _answers in keys.sections) or all(spellings.is_key(one.text) for one in given):
        return False
    last = begun[-1] if begun else 0
    is_open = not any(_ANSWERED.search(line) or _OPTION.match(line) or starts.is_told(line) for line in lines[last:])
    return is_open and (len(begun) < 2 or any(_ANSWERED.search(line) or starts.is_told(line) for line in lines[:last]))


def _plain(line: str) -> str:
    if len(line) > common.LONGEST_LINE:
        return ""  # text.py tells it
    folded = " ".join(unicodedata.normalize("NFKC", line).split())
    return re.sub(r"[‐‑‒–—―−]+", "-", folded).replace("∶", ":").replace("〔", "[").replace("〕", "]")


def _is_list(line: str) -> bool:
    found = _PART.match(line)
    if found and (found[1] or _ORDINAL.match(line)):
        return True
    return bool(_START.match(line))


def _read(lines: Sequence[tuple[int, str]]) -> Keys:
    keys, last = Keys(), 0
    for row, line in lines:
        if not line:
            continue
        part = _PART.match(line)
        if part and (part[1] or _ORDINAL.match(line)):
            keys.sections.append((KIND_OF[part[1]] if part[1] else None, {}))
            line, last = part[2], 0
        last = _line(keys, row, line, last)
    keys.sections = [one for one in keys.sections if one[1]]
    return keys


def _line(keys: Keys, row: int, line: str, last: int) -> int:
    """One line of a list; the number it ends with."""
    starts: list[re.Match[str]] = []
    for found in _START.finditer(line):
        number = int(found[1])
        if starts and (found[0][0] in "([") != (starts[0][0][0] in "(["):
            continue  # (1) (2) within an answer are its parts
        if number == last + 1 or (not starts and found.start() == 0 and (number > last or number == 1)):
            starts.append(found)
            last = int(found[2] or number)
    before = line[: starts[0].start()].strip() if starts else line
    if before:
        _more(keys, row, before)
    for at, found in enumerate(starts):
        until = starts[at + 1].start() if at + 1 < len(starts) else len(line)
        text = line[found.end() : until].strip(" ,;、")
        if not keys.sections or int(found[1]) in keys.sections[-1][1]:
            keys.sections.append((None if not keys.sections else keys.sections[-1][0], {}))
        _keep(keys, row, int(found[1]), int(found[2] or found[1]), text)
    return last


def _keep(keys: Keys, row: int, first: int, until: int, text: str) -> None:
    answers, count = keys.sections[-1][1], until - first + 1
    if count == 1:
        answers[first] = Given(row, text)
        return
    pieces = [one for one in re.split(r"[\s,;、/]+", text) if one]
    if len(pieces) != count:
        pieces = _EACH.findall(re.sub(r"(?<=[A-Za-z])(?=[A-Za-z])", " ", re.sub(r"[\s,;、/]+", " ", text)))
    if count < 2 or len(pieces) != count:
        keys.findings.append(Finding(row, "answer", "answers_do_not_match", f"{first}-{until} {text}", str(max(count, 0))))
        return
    answers |= {first + at: Given(row, one) for at, one in enumerate(pieces)}


def _more(keys: Keys, row: int, line: str) -> None:
    """A line that begins nothing goes on with the answer before it."""
    if not keys.sections or not keys.sections[-1][1]:
        keys.findings.append(Finding(row, "answer", "no_question_before", line, fix="1."))
        return
    answers = keys.sections[-1][1]
    one = answers[max(answers)]
    if len(one.text) <= common.LONGEST_LINE:  # beyond that it is refused as too long, however long it is
        one.text = f"{one.text}\n{line}" if one.text else line
