"""The questions of a case as text that `text.read` reads again: how they are edited in one field. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.bank.rules.answers import LONGEST_TEXT, Kind
from app.bank.rules.drafts import USUAL, QuestionDraft
from app.bank.rules.findings import Finding
from app.bank.rules.formats import common, text, written
from app.bank.rules.scoring import PartialCredit

_HEAD = "一、案例分析题\n1、材料\n"


def parts(draft: QuestionDraft) -> str:
    """The parts of a case, numbered （1）, （2） …; signs are escaped in a part that would not be read as it is."""
    return "\n".join(_safe(number, one) for number, one in enumerate(draft.parts, 1))


def _safe(number: int, draft: QuestionDraft) -> str:
    said = _part(number, draft, lambda text: text)
    found, findings = read_parts(said + "\n")  # as another part may follow: a backslash at its end would swallow the break
    known = replace(draft, topic="", difficulty=USUAL, source="", competencies=(), place=None)
    return said if not findings and found == (known,) else _part(number, draft, written.hidden)


def read_parts(said: str) -> tuple[tuple[QuestionDraft, ...], list[Finding]]:
    """The parts back out of their text, with what was found; lines are counted within the text."""
    reading = text.read(_HEAD + written.masked(said))
    if len(reading.questions) != 1 or reading.questions[0].draft is None:
        return (), [Finding(1, "parts", "part_needed")]
    read = reading.questions[0]
    assert read.draft is not None
    shift = _HEAD.count("\n")
    wrong = [one for one in read.findings if one.is_error and one.column not in ("stem", "points")]
    return read.draft.parts, [Finding(max(one.row - shift, 1), one.column, one.code, one.found, one.expected, one.fix) for one in wrong]


def _part(number: int, draft: QuestionDraft, escape: Callable[[str], str]) -> str:
    lines = [f"（{number}）【{common.KINDS[draft.kind][0]}】{escape(draft.stem)}（{draft.points.normalize():f}分）"]
    if draft.kind in (Kind.SINGLE, Kind.MULTIPLE):
        lines += [f"{letter}、{escape(one.text)}" for letter, one in zip(common.LETTERS, draft.options, strict=False)]
        lines.append("答案：" + "".join(letter for letter, one in zip(common.LETTERS, draft.options, strict=False) if one.is_right))
    elif draft.kind is Kind.JUDGE:
        lines.append("答案：" + ("对" if common.is_true(draft) else "错"))
    elif draft.kind is Kind.BLANK:
        lines.append("答案：" + "；".join(written.blank_line(one, case=False, width=False, escape=escape) for one in draft.blanks))
    else:
        lines += _text(draft, escape)
    usual = PartialCredit.SHARE if draft.kind is Kind.BLANK else PartialCredit.NONE
    lines += [f"少选得分：{common.PARTIAL[draft.partial][0]}"] if draft.partial is not usual else []
    lines += ["选项顺序：固定"] if draft.keeps_order else []
    lines += [f"表格：{written.cells(draft.table, escape)}"] if draft.table else []
    lines += [f"图片：{draft.picture.sha256} {escape(draft.picture.alt)}"] if draft.picture else []
    lines += [f"解析：{escape(draft.explanation)}"] if draft.explanation else []
    return "\n".join(lines)


def _text(draft: QuestionDraft, escape: Callable[[str], str]) -> list[str]:
    """Sample, criteria and length of a written answer."""
    lines = [f"答案：{escape(draft.sample)}"] if draft.sample else []
    lines += (
        ["评分标准：" + "；".join(f"{escape(one.text)}（{one.points.normalize():f}分）" for one in draft.rubric)] if draft.rubric else []
    )
    return [*lines, f"字数上限：{draft.longest}"] if draft.longest != LONGEST_TEXT else lines
