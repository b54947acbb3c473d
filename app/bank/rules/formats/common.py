"""Words and spellings that all formats share. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank, number
from app.bank.rules.drafts import JUDGE_OPTIONS, OptionDraft, QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.scoring import PartialCredit
from app.bank.rules.spellings import LETTERS as LETTERS
from app.bank.rules.spellings import fold as fold
from app.bank.rules.spellings import letters as letters
from app.bank.rules.spellings import truth as truth

MOST_QUESTIONS = 20_000
"""Questions of one file."""

KINDS = {
    Kind.SINGLE: ("单选题", "单选", "单项选择题", "单项选择", "选择题", "single", "single choice", "radio"),
    Kind.MULTIPLE: ("多选题", "多选", "多项选择题", "多项选择", "不定项选择题", "不定项选择", "multiple", "multiple choice", "checkbox"),
    Kind.JUDGE: ("判断题", "判断", "判断正误题", "是非题", "对错题", "judge", "true/false", "truefalse"),
    Kind.BLANK: ("填空题", "填空", "blank", "fill in the blank"),
    Kind.SHORT: ("简答题", "简答", "问答题", "问答", "论述题", "论述", "名词解释", "short", "short answer", "essay"),
    Kind.CASE: ("案例分析题", "案例分析", "案例题", "案例", "材料分析题", "材料题", "综合题", "case"),
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
"""Each spelling and the kind it means; the first of each kind is how it is written."""

DIFFICULTY = {"易": 1, "容易": 1, "简单": 1, "很易": 1, "较易": 2, "较容易": 2, "偏易": 2, "中": 3, "中等": 3, "一般": 3, "适中": 3,
              "较难": 4, "偏难": 4, "难": 5, "困难": 5, "很难": 5, "easy": 1, "medium": 3, "hard": 5}  # fmt: skip

PARTIAL = {PartialCredit.NONE: ("全对得分", "不得分", "none"), PartialCredit.HALF: ("少选得一半", "少选半分", "half"),
           PartialCredit.SHARE: ("少选按比例", "按比例", "每空得分", "share"), PartialCredit.NET: ("对减错", "net")}  # fmt: skip
PARTIAL_OF = {word: partial for partial, words in PARTIAL.items() for word in words}

LONGEST_NUMBER = 40
"""Characters of points and the like, with the word behind them."""

LONGEST_LINE = 5000
"""Characters of one line of a text: twice the longest wording there is, with its answer beside it."""

_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_EITHER = re.compile(r"[+＋][/／]?[-－−]")
_SPACES = re.compile(r"\s{9,}")
_SCRIPT = re.compile(r"<\s*(script|style)\b.*?(?:</\s*\1\s*>|$)", re.IGNORECASE | re.DOTALL)


NOTHING: Mapping[str, bytes] = {}
"""No pictures."""


@dataclass
class Written:
    """A file that was made, and what of the questions it could not hold. `row` of a finding is the number of the question."""

    content: bytes
    lost: list[Finding] = field(default_factory=list)


def lost(row: int, column: str, found: object, code: str = "not_held") -> Finding:
    """A note that a format leaves something out."""
    return Finding(row, column, code, str(found), is_error=False)


def kind_of(text: str) -> Kind | None:
    """The kind a word means."""
    return KIND_OF.get(fold(text).strip("[]()【】:.、 "))


def decimal(text: str) -> Decimal | None:
    """Points and the like: `2`, `2.5`, `2分`; None where it is no number."""
    said = fold(text)
    if len(said) > LONGEST_NUMBER:
        return None
    bare = re.sub(r"\s*(分|points?)$", "", said)
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:  # pragma: no cover  # the pattern allows nothing that is none
        return None


def difficulty(text: str) -> int | None:
    """`3`, `★★★`, `中等`, or a coefficient `0.8` (the share that gets it right); None where it is something else."""
    word = fold(text).rstrip("级星")
    if word in DIFFICULTY:
        return DIFFICULTY[word]
    if word and set(word) <= {"★", "☆"}:
        return word.count("★") or None
    if re.fullmatch(r"[1-5]", word):
        return int(word)
    if re.fullmatch(r"0?\.\d{1,3}|[01]\.0{1,3}", word):
        share = Decimal(word)
        return next(level for level, least in ((1, "0.85"), (2, "0.7"), (3, "0.5"), (4, "0.3"), (5, "0")) if share >= Decimal(least))
    return None


def words(text: str) -> tuple[str, ...]:
    """Words apart by comma, semicolon or enumeration comma."""
    return tuple(word.strip() for word in re.split(r"[,，;；、\n]", text) if word.strip())


def judge_options(is_true: bool | None) -> tuple[OptionDraft, OptionDraft]:  # the truth itself, not a switch
    """The two options of a true/false question."""
    return OptionDraft(JUDGE_OPTIONS[0], is_true is True), OptionDraft(JUDGE_OPTIONS[1], is_true is False)


def is_true(draft: QuestionDraft) -> bool:
    """Whether the right option of a true/false question is «true», in whatever order the two stand."""
    return draft.options[0].is_right != (truth(draft.options[0].text) is False)


def plain_blank(texts: Iterable[str]) -> Blank:
    """A blank that takes these texts; a number with ± takes what lies within."""
    accepted = []
    for text in texts:
        value, sign, tolerance = _EITHER.sub("±", text).partition("±")
        near = number(tolerance) if sign else None
        accepted.append(Accepted(value.strip(), tolerance=near) if near is not None else Accepted(text.strip()))
    return Blank(tuple(accepted))


def from_html(text: str) -> str:
    """The words of a piece of HTML; scripts are left out with what they hold, everything else loses its tags only."""
    if "<" not in text and "&" not in text:
        return text.strip()
    bare = _TAG.sub("", _BREAK.sub("\n", _SCRIPT.sub("", text)))
    return neat(html.unescape(bare))


def neat(text: str) -> str:
    """Lines without space at their ends, and no empty ones but those that hold a hard space alone, as editors write an empty line."""
    first, *others = text.split("\n")
    kept = [line.strip() for line in others if line.strip() or "\u00a0" in line]
    return "\n".join([first.rstrip(" \t\u00a0"), *kept]).replace("\u00a0", " ").strip()


def spaced(line: str) -> str:
    """The line with at most eight spaces in a row: what a pattern may have to try stays small, whoever writes the file."""
    return _SPACES.sub(" " * 8, line)


def to_html(text: str) -> str:
    """Words as HTML: nothing in them is markup. A line that is empty holds a hard space."""
    first, *others = html.escape(text, quote=False).split("\n")
    return "<br>".join([first, *(line or "&nbsp;" for line in others)])


def percent(share: Decimal) -> str:
    """A share as per cent with up to five decimals, as Moodle writes it."""
    return f"{(share * 100).quantize(Decimal('0.00001')).normalize():f}"


def share_of(text: str) -> Decimal | None:
    """Per cent as a share; thirds, sixths and the like come back whole where they were cut to five decimals."""
    if not re.fullmatch(r"\s*-?\d{1,3}(\.\d{1,8})?\s*", text):
        return None
    value = Decimal(text.strip()) / 100
    for parts in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10):
        near = (value * parts).to_integral_value()
        if abs(value * parts - near) < Decimal("0.00001") * parts and near != 0:
            return near / Decimal(parts)
    return value


def weights(draft: QuestionDraft) -> list[Decimal]:
    """What each option of a multiple-choice question earns where a format weighs options: «share» and «net» exactly."""
    count = Decimal(max(sum(one.is_right for one in draft.options), 1))
    slip = -1 / count if draft.partial is PartialCredit.NET else Decimal(-1)
    return [1 / count if one.is_right else slip for one in draft.options]


def partial_of(shares: Sequence[Decimal]) -> PartialCredit | None:
    """The rule behind the weights of options, or None where it is none of ours."""
    good, bad = [one for one in shares if one > 0], [one for one in shares if one <= 0]
    if not good or any(abs(one * len(good) - 1) > Decimal("0.001") for one in good):
        return None
    if all(one <= Decimal("-0.999") for one in bad) or not bad:
        return PartialCredit.SHARE
    near_net = all(abs(one * len(good) + 1) < Decimal("0.001") for one in bad)
    return PartialCredit.NET if near_net else None
