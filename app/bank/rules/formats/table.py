"""Questions as rows of a table, the college's own template: one question a row, parts of a case in the rows below it. Pure.

Takes the cells of a workbook or CSV file as they come; the columns go by their heading in whatever order they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.bank.rules import places
from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Accepted, Blank, number
from app.bank.rules.drafts import Criterion, OptionDraft, Picture, QuestionDraft
from app.bank.rules.findings import Finding, Read, Reading, checked
from app.bank.rules.formats import common, written
from app.bank.rules.formats.common import LETTERS, fold
from app.bank.rules.places import Place
from app.bank.rules.scoring import PartialCredit

COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("题型", "类型", "kind", "type"), "case": ("案例编号", "case"), "stem": ("题干", "题目", "试题内容", "stem", "question"),
    **{f"option_{letter.lower()}": (f"选项{letter}", letter, f"option {letter}") for letter in LETTERS},
    "answer": ("答案", "正确答案", "参考答案", "answer"), "points": ("分值", "分数", "points"),
    "partial": ("少选得分", "得分规则", "partial"), "explanation": ("解析", "答案解析", "explanation"),
    "topic": ("知识点", "考点", "topic"), "difficulty": ("难度", "difficulty"), "competencies": ("能力项", "能力", "competencies"),
    "source": ("来源", "出处", "source"), "order": ("选项顺序", "order"), "compares": ("填空比较", "compares"),
    "rubric": ("评分要点", "评分标准", "rubric"), "longest": ("字数上限", "longest"), "table": ("表格", "table"),
    "taught": ("讲授位置", "讲授", "taught"), "picture": ("图片", "picture"), "alt": ("图片说明", "alt"),
}  # fmt: skip
"""Fields and the headings they go by; the first is the one of the template."""

REQUIRED = ("stem", "answer")
KEPT, STRICT = "固定", {"区分大小写": "case", "区分全半角": "width"}
_COMMA, _BAR, _NEAR = "；;", "|｜", "±"


@dataclass
class _Row:
    """One row while it is read."""

    number: int
    cells: dict[str, str]
    findings: list[Finding] = field(default_factory=list)

    def wrong(self, name: str, code: str, expected: str = "", fix: str = "") -> None:
        """Something wrong in the cell of this column."""
        self.findings.append(Finding(self.number, name, code, self.cells.get(name, ""), expected, fix))


def headings(cells: Sequence[object]) -> dict[str, int]:
    """Which field stands in which column."""
    names = {fold(word): name for name, words in COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = names.get(fold(_text(cell)).rstrip("*"))
        if name is not None:
            found.setdefault(name, at)
    return found


def _text(cell: object) -> str:
    """A cell as text: whole numbers without `.0`, true and false as a workbook says them."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "正确" if cell else "错误"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).replace("\r\n", "\n").replace("_x000D_", "").strip()


def read(rows: Iterable[Sequence[object]]) -> Reading:
    """The questions of a table; `row` is the row as a workbook counts it."""
    reading, source = Reading(), iter(rows)
    places = headings(next(source, ()))
    for name in REQUIRED:
        if name not in places:
            reading.findings.append(Finding(1, name, "column_missing", "", COLUMNS[name][0], fix=COLUMNS[name][0]))
    if reading.findings:
        return reading
    for case in _cases(places, source):
        if len(reading.questions) >= common.MOST_QUESTIONS:
            reading.findings.append(Finding(case[0].number, "", "too_many_questions", expected=str(common.MOST_QUESTIONS)))
            break
        reading.questions.append(_question(case))
    return reading


def _cases(places: dict[str, int], rows: Iterator[Sequence[object]]) -> Iterator[list[_Row]]:
    """Rows of one question each; of a case all that carry its number, one below the other."""
    open_case: list[_Row] = []
    for number_, cells in enumerate(rows, 2):
        row = _Row(number_, {name: _text(cells[at]) if at < len(cells) else "" for name, at in places.items()})
        if not any(row.cells.values()):
            continue
        label = row.cells.get("case", "")
        if open_case and label and label == open_case[0].cells.get("case") and common.kind_of(row.cells.get("kind", "")) is not Kind.CASE:
            open_case.append(row)
            continue
        if open_case:
            yield open_case
        open_case = [row]
        if common.kind_of(row.cells.get("kind", "")) is not Kind.CASE:
            yield open_case
            open_case = []
    if open_case:
        yield open_case


def _question(rows: list[_Row]) -> Read:
    first, *others = rows
    draft = _draft(first)
    if draft.kind is Kind.CASE:
        draft = replace(draft, parts=tuple(_draft(one) for one in others))
    return checked(first.number, draft, [one for row in rows for one in row.findings])


def _draft(row: _Row) -> QuestionDraft:
    cells = row.cells
    kind = _kind(row)
    if cells["answer"].startswith("=") and kind is not Kind.SHORT:
        row.wrong("answer", "formula", fix="\\" + cells["answer"])
    draft = QuestionDraft(
        kind, cells["stem"], points=_points(row), explanation=cells.get("explanation", ""), topic=cells.get("topic", ""),
        keeps_order=cells.get("order", "") == KEPT, competencies=common.words(cells.get("competencies", "")),
        place=_place(row), picture=_picture(row),
        source=cells.get("source", ""), difficulty=_difficulty(row), partial=_partial(row, kind), table=_table(cells.get("table", "")),
    )  # fmt: skip
    if kind is Kind.BLANK:
        return replace(draft, blanks=_blanks(row))
    if kind is Kind.SHORT:
        return replace(draft, sample=cells["answer"], rubric=_rubric(row), longest=_longest(row))
    if kind is Kind.CASE:
        return draft
    return replace(draft, options=_options(row, kind))


def _kind(row: _Row) -> Kind:
    """The kind said, or the one the row can only be."""
    said = row.cells.get("kind", "")
    if said:
        found = common.kind_of(said)
        if found is None:
            row.wrong("kind", "kind_not_read", "、".join(words[0] for words in common.KINDS.values()), common.KINDS[Kind.SINGLE][0])
        return found or Kind.SINGLE
    if any(row.cells.get(f"option_{letter.lower()}") for letter in LETTERS):
        return Kind.MULTIPLE if len(common.letters(row.cells["answer"]) or ()) > 1 else Kind.SINGLE
    return Kind.JUDGE if common.truth(row.cells["answer"]) is not None else Kind.BLANK


def _points(row: _Row) -> Decimal:
    text = row.cells.get("points", "")
    found = common.decimal(text) if text else Decimal(1)
    if found is None:
        row.wrong("points", "points_not_read", "0.01–100", "2")
    return found or Decimal(1)


def _difficulty(row: _Row) -> int:
    text = row.cells.get("difficulty", "")
    found = common.difficulty(text) if text else 3
    if found is None:
        row.wrong("difficulty", "difficulty_not_read", "1–5", "3")
    return found or 3


def _place(row: _Row) -> Place | None:
    text = row.cells.get("taught", "")
    found = places.read(text) if text else None
    if text and found is None:
        row.wrong("taught", "place_not_read", "CODE/2/12:34")
    return found


def _picture(row: _Row) -> Picture | None:
    """A picture of the bank by its name there: a workbook carries the name and not the picture."""
    name = row.cells.get("picture", "")
    if name and not re.fullmatch("[0-9a-f]{64}", name):
        row.wrong("picture", "picture_unknown")
        return None
    return Picture(name, row.cells.get("alt", "")) if name else None


def _partial(row: _Row, kind: Kind) -> PartialCredit:
    text = fold(row.cells.get("partial", ""))
    if not text:
        return PartialCredit.SHARE if kind is Kind.BLANK else PartialCredit.NONE
    found = common.PARTIAL_OF.get(text)
    if found is None:
        row.wrong(
            "partial", "partial_not_read", "、".join(words[0] for words in common.PARTIAL.values()), common.PARTIAL[PartialCredit.NONE][0]
        )
    return found or PartialCredit.NONE


def _options(row: _Row, kind: Kind) -> tuple[OptionDraft, ...]:
    texts = [row.cells.get(f"option_{letter.lower()}", "") for letter in LETTERS]
    answer = row.cells["answer"]
    if not answer:
        row.wrong("right", "answer_missing", "A–H" if kind is not Kind.JUDGE else "对/错", "A" if kind is not Kind.JUDGE else "对")
    if kind is Kind.JUDGE:
        said = common.truth(answer)
        chosen = common.letters(answer)
        if said is None and chosen in (["A"], ["B"]):
            said = common.truth(texts[LETTERS.index(chosen[0])]) if any(texts) else chosen == ["A"]
        if answer and said is None:
            row.findings.append(Finding(row.number, "right", "truth_not_read", answer, "对/错", "对"))
        return common.judge_options(said)
    count = max((at + 1 for at, text in enumerate(texts) if text), default=0)
    right = common.letters(answer) or []
    if answer and not right:
        row.findings.append(Finding(row.number, "right", "answer_not_read", answer, "A–H", "A"))
    if any(LETTERS.index(letter) >= count or not texts[LETTERS.index(letter)] for letter in right):
        row.findings.append(Finding(row.number, "right", "answer_not_among_options", answer, _there(texts)))
    if "" in texts[:count]:
        row.wrong(f"option_{LETTERS[texts.index('')].lower()}", "option_left_out")
    return tuple(OptionDraft(text, letter in right) for letter, text in zip(LETTERS, texts[:count], strict=False))


def _there(texts: Sequence[str]) -> str:
    """The letters of options that say something."""
    return "、".join(letter for letter, text in zip(LETTERS, texts, strict=False) if text)


def _blanks(row: _Row) -> tuple[Blank, ...]:
    strict = [word for label, word in STRICT.items() if label in row.cells.get("compares", "")]
    found = []
    for blank in _pieces(row.cells["answer"], _COMMA) if row.cells["answer"] else ():
        said, rest = written.strict_of(blank)
        exact = {*strict, *(word for label, word in STRICT.items() if label in said)}
        accepted = tuple(_accepted(text) for text in _pieces(rest, _BAR) if text.strip())
        found.append(Blank(accepted, ignores_case="case" not in exact, ignores_width="width" not in exact))
    if not found:
        row.wrong("blanks", "answer_missing", "北京；上海|沪；3.14±0.01", "")
    return tuple(found)


def _accepted(text: str) -> Accepted:
    share, rest = written.share_of(text)
    value, *near = _pieces(rest, _NEAR)
    if len(near) == 1 and (tolerance := number(near[0])) is not None:
        return Accepted(_bare(value), share, tolerance)
    return Accepted(_bare(rest), share)


def _pieces(text: str, signs: str) -> list[str]:
    """The pieces between these signs; a sign behind a backslash divides nothing."""
    pieces, escaped = [""], False
    for sign in text:
        if sign in signs and not escaped:
            pieces.append("")
            continue
        pieces[-1] += sign
        escaped = sign == "\\" and not escaped
    return pieces


def _bare(text: str) -> str:
    return re.sub(r"\\([；;|｜±=%％【\\\n])", r"\1", text.strip())


def _rubric(row: _Row) -> tuple[Criterion, ...]:
    found = []
    for line in row.cells.get("rubric", "").split("\n"):
        words, _, points = line.rpartition("：") if "：" in line else line.rpartition(":")
        value = common.decimal(points)
        if line.strip() and value is None:
            row.wrong("rubric", "criterion_without_points", "要点：2", "：2")
        elif line.strip() and value is not None:
            found.append(Criterion(words, value))
    return tuple(found)


def _longest(row: _Row) -> int:
    text = row.cells.get("longest", "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
        row.wrong("longest", "length_outside", f"1–{LONGEST_TEXT}", "800")
        return LONGEST_TEXT
    return int(text) if text else LONGEST_TEXT


def _table(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_bare(cell) for cell in _pieces(line, _BAR)) for line in text.split("\n") if line.strip())
