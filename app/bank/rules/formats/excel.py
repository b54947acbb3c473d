"""The college's workbook of questions: an empty template with drop-downs, examples and help, and the export. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.bank.rules import places
from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.formats import common, examples, written
from app.bank.rules.formats.common import LETTERS, NOTHING, Written, lost
from app.bank.rules.formats.table import COLUMNS, KEPT, STRICT
from app.bank.rules.scoring import PartialCredit

ROWS = 2000
"""Rows of the template that have drop-downs."""
_WIDE = {"stem": 44, "explanation": 32, "answer": 18, "rubric": 24, "table": 18, "topic": 14, "source": 16, "competencies": 16}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def template() -> bytes:
    """An empty workbook with one example of each kind; the second sheet explains every column."""
    book, sheet = _book()
    for number, draft in enumerate(examples.DRAFTS, 1):
        for row in _rows(draft, number):
            sheet.append(row)
    _drop_downs(sheet)
    help_sheet = book.create_sheet("填写说明")
    for line in (("列", "怎么填", "例子"), *examples.HELP):
        help_sheet.append(list(line))
    _dress(help_sheet, (14, 72, 36))
    return _saved(book)


def write(drafts: Sequence[QuestionDraft], _pictures: Mapping[str, bytes] = NOTHING) -> Written:
    """The questions as a workbook of the same shape."""
    made = Written(b"")
    book, sheet = _book()
    for number, draft in enumerate(drafts, 1):
        made.lost += _unfit(number, draft)
        for row in _rows(draft, number):
            sheet.append(row)
    made.content = _saved(book)
    return made


def _unfit(number: int, draft: QuestionDraft) -> list[Finding]:
    """What a row has no cell for."""
    found = []
    for one in (draft, *draft.parts):
        if one.picture is not None:
            found.append(lost(number, "picture" if one is draft else "parts", one.picture.alt, "picture_by_name"))
        if any(common.share_of(common.percent(taken.share)) != taken.share for blank in one.blanks for taken in blank.accepted):
            found.append(lost(number, "blanks" if one is draft else "parts", "%"))
        if one.kind is Kind.JUDGE and one.options != common.judge_options(is_true=common.is_true(one)):
            found.append(lost(number, "options" if one is draft else "parts", one.options[0].text))
    return found


def _rows(draft: QuestionDraft, number: int) -> list[list[Any]]:
    """The row of a question; a case is followed by the rows of its parts."""
    case = f"案例{number}" if draft.kind is Kind.CASE else ""
    return [_row(draft, case), *(_row(part, case) for part in draft.parts)]


def _row(draft: QuestionDraft, case: str) -> list[Any]:
    cells: dict[str, Any] = {
        "kind": common.KINDS[draft.kind][0], "case": case, "stem": draft.stem, "answer": _answer(draft),
        "points": draft.points if draft.kind is not Kind.CASE else None, "partial": _partial(draft), "explanation": draft.explanation,
        "topic": draft.topic, "difficulty": draft.difficulty, "competencies": "、".join(draft.competencies), "source": draft.source,
        "order": KEPT if draft.keeps_order else "", "compares": _compares(draft.blanks[0]) if _is_alike(draft) else "",
        "rubric": "\n".join(f"{one.text}：{one.points:f}" for one in draft.rubric),
        "longest": draft.longest if draft.kind is Kind.SHORT and draft.longest != LONGEST_TEXT else None,
        "taught": places.said(draft.place) if draft.place else "",
        "picture": draft.picture.sha256 if draft.picture else "", "alt": draft.picture.alt if draft.picture else "",
        "table": "\n".join("|".join(_escaped(cell) for cell in row) for row in draft.table),
    }  # fmt: skip
    if draft.kind in (Kind.SINGLE, Kind.MULTIPLE):
        cells |= {f"option_{letter.lower()}": one.text for letter, one in zip(LETTERS, draft.options, strict=False)}
    return [_cell(cells.get(name)) for name in COLUMNS]


def _cell(value: object) -> object:
    """A cell that no spreadsheet calculates: texts stay texts, figures figures (THR-T18)."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _answer(draft: QuestionDraft) -> str:
    if draft.kind is Kind.BLANK:
        strict = ["" if _is_alike(draft) or not (said := _compares(one)) else f"【{said}】" for one in draft.blanks]
        blanks = ("|".join(_accepted(one) for one in blank.accepted) for blank in draft.blanks)
        return "；".join(said + blank for said, blank in zip(strict, blanks, strict=True))
    if draft.kind is Kind.SHORT:
        return draft.sample
    if draft.kind is Kind.JUDGE:
        return "对" if common.is_true(draft) else "错"
    return "".join(letter for letter, one in zip(LETTERS, draft.options, strict=False) if one.is_right)


def _accepted(one: Accepted) -> str:
    return written.said_share(one) + (_escaped(one.text) if one.tolerance is None else f"{one.text}±{one.tolerance:f}")


def _escaped(text: str) -> str:
    escaped = re.sub(r"([\\；;|｜±])", r"\\\1", text).replace("\n", "\\\n")
    return "\\" + escaped if escaped.startswith(("=", "%", "％", "【")) else escaped


def _partial(draft: QuestionDraft) -> str:
    usual = PartialCredit.SHARE if draft.kind is Kind.BLANK else PartialCredit.NONE
    return "" if draft.partial is usual else common.PARTIAL[draft.partial][0]


def _is_alike(draft: QuestionDraft) -> bool:
    """Whether all blanks are strict in the same, so that the column says it; else each says it itself."""
    return len({(blank.ignores_case, blank.ignores_width) for blank in draft.blanks}) == 1


def _compares(blank: Blank) -> str:
    strict = {"case": not blank.ignores_case, "width": not blank.ignores_width}
    return "、".join(label for label, word in STRICT.items() if strict[word])


def _book() -> tuple[Any, Any]:
    from openpyxl import Workbook

    book: Any = Workbook()
    sheet = book.active
    sheet.title = "试题"
    sheet.append([words[0] for words in COLUMNS.values()])
    _dress(sheet, [_WIDE.get(name, 12) for name in COLUMNS])
    return book, sheet


def _dress(sheet: Any, widths: Sequence[int]) -> None:
    """Widths, a bold first row that stays in sight."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E4EFF8")
        cell.alignment = Alignment(vertical="center")
    sheet.freeze_panes = "A2"


def _drop_downs(sheet: Any) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = {
        "kind": [words[0] for words in common.KINDS.values()], "partial": [words[0] for words in common.PARTIAL.values()],
        "difficulty": ["1", "2", "3", "4", "5"], "order": [KEPT], "compares": [*STRICT, "、".join(STRICT)],
    }  # fmt: skip
    for name, words in lists.items():
        letter = get_column_letter(list(COLUMNS).index(name) + 1)
        rule = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{ROWS}")


def _saved(book: Any) -> bytes:
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type, cell.quotePrefix = "s", True
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
