"""Questions as they stand in a Word document: «1、题干 / A、… / 答案：AB / 解析：…» in every common spelling. Pure.

Reads line by line: heads of sections say kind and points, a number begins a question, letters begin options, words in
front of a colon or in 【】 begin what they name; any other line goes on with what stood before it. Answers may stand in a
list at the end (keyed.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.bank.rules.answers import Kind
from app.bank.rules.findings import Finding, Reading
from app.bank.rules.formats import common, keyed, starts
from app.bank.rules.formats.common import KIND_OF
from app.bank.rules.formats.items import Item, finish
from app.bank.rules.spellings import SIGNS, next_option

_KIND_WORDS = "|".join(sorted((word for word in KIND_OF if not word.isascii()), key=len, reverse=True))
_ORDINAL = r"(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?|[(（][一二三四五六七八九十]{1,3}[)）]|[IVXⅠ-Ⅻ]{1,4})"
_DOT = r"\s*[、.．:：]\s*"
_SECTION = re.compile(
    rf"^[#*\s]*(?:{_ORDINAL}(?:{_DOT})?\s*)?"
    rf"[【\[]?\s*({_KIND_WORDS})\s*[】\]]?\s*(?:[:：,，(（【\[共每计].*|[。.；;*#\s]*)$"
)
_OTHER_SECTION = re.compile(
    rf"^[#*\s]*{_ORDINAL}{_DOT}(?:[^\s。；;，,：:?？]{{0,8}}(?:选择|单选|多选|填空|判断|是非|正误|改错|说理|简答|问答|论述|解释|分析|辨析|计算"
    r"|写作|应用|阅读|理解|匹配|排序|连线|操作|实务|综合|案例|材料|附加|思考|讨论)题\s*(?:[:：,，(（【\[共每计].*|[。.；;*#\s]*)"
    r"|请?(?:判断|回答|选出|填写)(?:下列|以下|正误|对错).{0,40})$"
)
"""A head whose kind is no word of the list: the kind its words speak of, or the one each question turns out to be."""
_COUNTED_SECTION = re.compile(rf"({_KIND_WORDS})(?<=题)(?:[(（].*[分题].*[)）])?[:：。.]?$")
"""What a number of its own stands before, and is the head of a section all the same: `2. 判断题（每题1分）`."""
_SPOKEN = {"单选": Kind.SINGLE, "单项": Kind.SINGLE, "多选": Kind.MULTIPLE, "多项": Kind.MULTIPLE, "不定项": Kind.MULTIPLE,
           "判断": Kind.JUDGE, "是非": Kind.JUDGE, "正误": Kind.JUDGE, "填空": Kind.BLANK, "简答": Kind.SHORT, "问答": Kind.SHORT,
           "论述": Kind.SHORT, "名词解释": Kind.SHORT, "案例": Kind.CASE}  # fmt: skip
LONGEST_HEAD = 60
"""Characters of the head of a section that is not spelled as usual."""
_IN_BRACKETS = re.compile(r"^[(（【\[].*[)）】\]][。.]?$")
_BEFORE = re.compile(rf"^[(（【\[]\s*([{SIGNS}VX]|对|错|正确|错误)?\s*[)）】\]]\s*(\d{{1,3}}\s*(?:[、．:：]|\.(?!\d))\s*\S.*)$")
"""A sign of truth, or room for one, in front of the number of its statement: `（√）1、话。`."""
_ROOM = "\u3000"
_PART = re.compile(r"^\s*[(（]\s*(\d{1,2})\s*[)）]\s*[、.．]?\s*(.*)$")
_OPTION = re.compile(
    r"^\s*(?:[(（【〔\[]\s*([A-Ha-hＡ-Ｈ])\s*[)）】〕\]]\s*[、.．]?"
    r"|([A-Ha-hＡ-Ｈ])\s*[、.．:：)）]|([A-HＡ-Ｈ])(?=\s+\S))\s*(.*)$"
)
_NAMES = {
    "answer": r"(?:参考|正确|标准|本题)?答案(?:应?是|应?为)?|(?:正确选项|应选)(?:是|为)?|ANSWER|Answer|answer"
              r"|(?:(?:参考|标准)?答案|参考|答题|作答|解答|回答)要点|(?<![㐀-鿿])要点",
    "explanation": r"答案解析|试题解析|解析|详解|解答|说明|Explanation",
    "difficulty": r"难易程度|难易度|难度系数|难度等级|难度|Difficulty", "points": r"分值|分数|Points",
    "topic": r"所属知识点|知识点|考点|章节|Topic", "source": r"出处|来源|依据|Source", "competencies": r"能力项|能力要求|考查能力|能力",
    "partial": r"少选得分|得分规则", "order": r"选项顺序", "longest": r"字数上限|字数限制", "table": r"表格",
    "picture": r"图片(?=\s*[:：]\s*[0-9a-f]{64}(?![0-9a-f]))",
    "rubric": r"评分标准|评分要点|评分细则|采分点", "kind": r"题型|类型",
}  # fmt: skip
_FIELD = re.compile(
    "|".join(rf"(?P<{name}>[【\[]\s*(?:{words})\s*[】\]]\s*[:：]?|(?:{words})\s*[:：∶﹕])" for name, words in _NAMES.items())
    + r"|(?P<reply>答\s*[:：])|(?P<alone>^(?:(?:参考|正确|标准|本题)?答案(?:要点)?|(?:参考|答题)要点)$)"
)
_ENCLOSED = re.compile(
    rf"[(（]\s*((?:参考|正确|标准|本题)?答案\s*(?:应?[是为])?\s*(?:[:：∶﹕]|(?=[A-HＡ-Ｈ对错正{SIGNS}]))[^()（）]{{1,200}}?)\s*[)）]\s*[。.]?\s*$"
)
"""An answer in brackets at the end of a line, or all of it: `（答案：B）`."""
_SHORT = frozenset({"answer", "difficulty", "points", "topic", "source", "kind", "competencies", "partial", "order"})
"""What ends where the next name begins in the same line."""
_KEY = re.compile(
    r"(?:^|(?<=[\s。;；]))(?:参考|正确|标准|本题)?答案\s*(?:应?[是为])?\s*[-—=→]*\s*"
    rf"((?:[A-HＡ-Ｈ](?:[\s、,，]*[A-HＡ-Ｈ]){{0,7}}|[{SIGNS}]|对|错|正确|错误)\s*[。.]?)\s*$"
)
"""An answer that nothing but its own words announce, at the end of a line: `答案 B`, `正确答案为B`."""
_APART = re.compile(r"答 {1,8}案(?= *(?:[:：∶﹕】\]]|$))")
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
    starts: starts.Starts = field(default_factory=lambda: starts.Starts(starts.STRICT))
    passed: list[Finding] = field(default_factory=list)
    """Lines since the last question that belong to none."""
    begun: int = 0
    """Questions begun so far: the number of one that has none."""
    is_tight: bool = False
    """Whether options of this line may follow on one another without a space."""


def read(text: str) -> Reading:
    """The questions of a text. Lines are counted from 1."""
    state, lines = _State(), text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    asked, state.keys = keyed.split(lines)
    bared = starts.lettered([_bare(line) for line in lines[:asked]])
    short = ["" if len(line) > common.LONGEST_LINE else line for line in bared]
    state.starts = starts.of(short, starts.Signs(_is_inner, lambda line: _section(line) is not None, _is_key))
    for row, bare in enumerate(bared, 1):
        if len(bare) > common.LONGEST_LINE:
            _too_long(state, row, bare)
        elif bare:
            state.is_tight = _may_be_tight(state, bare, short[row] if row < len(short) else "")
            _line(state, row, bare)
        if len(state.reading.questions) > common.MOST_QUESTIONS:
            state.reading.findings.append(Finding(row, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
    _close(state)
    state.reading.findings += [replace(one, is_error=True) for one in state.passed]
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


def _bare(line: str) -> str:
    if len(line) > common.LONGEST_LINE:
        return line
    bare = _APART.sub("答案", common.spaced(line.replace("\u3000", " ").replace("\u00a0", " ").strip()))
    bare = _BEFORE.sub(lambda found: f"{found[2]}（{found[1] or _ROOM}）", bare)
    if (found := _ENCLOSED.search(bare)) is None:
        return bare
    before = bare[: found.start()].rstrip()
    gap = "" if not before or before[-1] in ")）_＿" else "（\u3000）"
    return f"{before}{gap} {found[1]}".strip()


def _is_inner(line: str) -> bool:
    """Whether a line is an option or names a piece of a question."""
    return bool(_OPTION.match(line) or _FIELD.match(line) or _KEY.match(line))


def _is_key(line: str) -> bool:
    """Whether a line is an option or an answer: what a question has, and a point of a written answer has not."""
    if _OPTION.match(line) or _KEY.search(line):
        return True
    return any(found.lastgroup in ("answer", "reply", "alone") for found in _FIELD.finditer(line))


def _may_be_tight(state: _State, line: str, following: str) -> bool:
    """`A、甲B、乙` is two options where the next line does not begin with B itself; so is `C、丙D、丁` below such a line."""
    option, after = _OPTION.match(line), _OPTION.match(following)
    if option is None:
        return False
    letter = _letter(option)
    if after is not None and ord(_letter(after)) == ord(letter) + 1:
        return False
    return letter == "A" or (state.is_tight and state.item is not None and len(state.item.options) > 1)


def _letter(option: re.Match[str]) -> str:
    return common.fold(option[1] or option[2] or option[3]).upper()


def _line(state: _State, row: int, line: str) -> None:
    section = _section(line)
    is_free = state.item is None or state.item.is_complete or _FIELD.search(line) is None
    if section and is_free and (section.is_counted or not _starts(state, row, line)):
        _close(state)
        state.kind, state.section, state.points = section.kind, state.section + 1, _each(line)
        return
    if (begun := _starts(state, row, line)) is not None:
        _begin(state, row, line, *begun)
        return
    if state.item is None:
        _orphan(state, row, line)
        return
    _body(state.item, row, line, state.is_tight)


def _starts(state: _State, row: int, line: str) -> tuple[int, str, bool] | None:
    """Number and words of a question that begins here, and whether it is a part of the case before it."""
    item = state.item
    if item is not None and item.goes_on(row, line, has_key=row in state.starts.keyed):
        return None
    if state.case is not None and (part := _PART.match(line)):
        return int(part[1]), part[2], True
    if row in state.starts.rows:
        return state.begun + 1, starts.bare(line), False
    found = state.starts.number(line)
    if found is None:
        after = starts.loose(line) if item is not None and item.is_complete else None
        return (*after, False) if after is not None and item is not None and after[0] == item.number + 1 else None
    number = found[0]
    if item is None or item.is_complete or number == item.number + 1 or (state.case is not None and number == state.case.number + 1):
        return *found, False
    return None


def _begin(state: _State, row: int, line: str, number: int, words: str, is_part: bool) -> None:  # given by _starts
    if state.item is not None and number == state.item.number + 1:
        state.item.doubtful = None
    if not is_part:
        _close(state)
    item = Item(row, number, state.kind if not is_part else None, points=state.points if not is_part else None)
    state.begun += not is_part
    item.findings, state.passed = state.passed, []
    item.section, item.head = state.section, state.kind
    label = _LABEL.match(words)
    if label:
        item.kind, item.is_labelled, words = KIND_OF[label[1]], True, words[label.end() :]
    worth = _WORTH.search(words)
    if worth:
        item.points, words = Decimal(worth[1]), (words[: worth.start()] + words[worth.end() :]).strip()
    state.item = item
    if is_part and state.case is not None:
        state.case.parts.append(item)
    elif item.kind is Kind.CASE:
        state.case = item
    item.style = starts.style(line)
    _body(item, row, words, state.is_tight)


def _orphan(state: _State, row: int, line: str) -> None:
    """A line before any question: titles and directions are passed over, what looks like part of a question is told.

    What stands below a later head and belongs to no question may be one without its number: it is told with the next one.
    """
    if _OPTION.match(line) or _FIELD.match(line):
        state.reading.findings.append(Finding(row, "stem", "no_question_before", line, fix="1、"))
    elif (each := _each(line)) is not None:
        state.points = each
    elif state.begun and not _IN_BRACKETS.match(line):
        state.passed.append(Finding(row, "stem", "line_passed_over", line, fix="1、", is_error=False))


@dataclass(frozen=True)
class _Head:
    """The head of a section, and the kind of question it names, if it names one."""

    kind: Kind | None
    is_counted: bool = False
    """Whether a number stands before it, as before questions."""


def _section(line: str) -> _Head | None:
    """The head of a section, in whatever spelling: `一、单选题（每题2分）`, `**二、判 断 题**`, `三、判断说理题`."""
    short = re.sub(r"\s+", "", line) if len(line) <= LONGEST_HEAD else ""
    counted = starts.STRICT.match(short)
    if counted is not None:
        named = _COUNTED_SECTION.match(counted[3])
        return _Head(KIND_OF[named[1]], is_counted=True) if named else None
    if (named := _SECTION.match(line) or _SECTION.match(short)) is not None:
        return _Head(KIND_OF[named[1]])
    if _OTHER_SECTION.match(short) is None:
        return None
    spoken = {kind for word, kind in _SPOKEN.items() if word in short}
    return _Head(spoken.pop() if len(spoken) == 1 else None)


def _each(line: str) -> Decimal | None:
    """The points that a head, or a line below it, gives to each of its questions."""
    found = _EACH.search(line)
    return common.decimal(found[1]) if found else None


def _body(item: Item, row: int, line: str, is_tight: bool) -> None:
    """A line of a question: what it names, an option, or more of what stood before."""
    while (head := _FIELD.search(line)) and (head.start() == 0 or item.takes_inline(head.lastgroup or "", line[: head.start()])):
        before, after = line[: head.start()].strip(), line[head.end() :].strip()
        if before:
            _plain(item, row, before, is_tight)
        name = "answer" if head.lastgroup in ("reply", "alone") else head.lastgroup or ""
        if name == "answer" and "要点" in head[0] and item.text("answer"):
            name = "explanation" if item.options else "sample"
        if name == "sample":
            _plain(item, row, line[head.start() :], is_tight)
            return
        following = _FIELD.search(after)
        if following is None or name not in _SHORT:
            item.begin(name, row, after)
            return
        item.begin(name, row, after[: following.start()].strip(" ;；,，"))
        line = after[following.start() :]
    key = _KEY.search(line) if "answer" not in item.named else None
    if key and item.takes_key(line[: key.start()]):
        if before := line[: key.start()].strip():
            _plain(item, row, before, is_tight)
        item.begin("answer", row, key[1])
        return
    _plain(item, row, line, is_tight)


def _plain(item: Item, row: int, line: str, is_tight: bool) -> None:
    option = _OPTION.match(line)
    if option is None or not item.expects_option(letter := _letter(option)):
        item.goes_past(row, line)
        item.more(line)
        return
    for following, words in _options(letter, option[4], is_tight):
        item.option(row, following, words)


def _options(letter: str, words: str, is_tight: bool) -> Iterator[tuple[str, str]]:
    """The options of one line: `A. 甲 B. 乙` are two."""
    while True:
        following = common.LETTERS[common.LETTERS.index(letter) + 1 :][:1]
        found = next_option(following, words, tight=is_tight) if following else None
        if found is None:
            yield letter, words.strip()
            return
        yield letter, words[: found.start()].strip()
        letter, words = following, words[found.end() :]


def _close(state: _State) -> None:
    """The question, or the case with its parts, is complete."""
    item = state.case or state.item
    state.item = state.case = None
    if item is not None:
        if state.keys is not None:
            state.keys.give(item)
        state.reading.questions.append(finish(item))
