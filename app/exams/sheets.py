"""Statistics and results as files: from the same reads as the pages, with what they rest on above every table."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import send_file
from flask.typing import ResponseReturnValue

from app.exams import words
from app.exams.models import Exam
from app.exams.queries.scores import Score
from app.exams.queries.statistics import Statistics, UnitRow
from app.exams.service import Preview
from app.kernel.clock import civil
from app.kernel.i18n import _
from app.kernel.presentation import moment_text
from app.kernel.work import Work
from app.kernel.workbook import Sheet, Value, separated
from app.people.queries import Named

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = list[Sequence[Value]]


@dataclass(frozen=True)
class File:
    """A title, what it rests on, and tables below one another, each with its own heads."""

    name: str
    title: str
    about: Rows
    tables: list[tuple[str, Sequence[str], Rows]]


def _about(work: Work, exam: Exam, as_of: str, method: str) -> Rows:
    """As of when, by which rules, whose people, who took it."""
    return [
        [_("Examination"), exam.title], [_("As of"), as_of], [_("Rules of the figures"), method], [_("Pass mark"), exam.pass_mark],
        [_("Scope"), _("people within the scope of %(name)s", name=work.actor.name)], [_("Taken at"), moment_text(work.now)],
    ]  # fmt: skip


def of_statistics(work: Work, found: Statistics) -> File:
    """Figures, units, questions and their options."""
    about = _about(work, found.exam, moment_text(found.as_of), found.method)
    if not found.figures:
        return File("statistics", _("Statistics"), about, [])
    if found.withheld:
        about.append([_("Questions left out, because a paper you are writing asks them"), found.withheld])
    f = found.figures
    whole: Rows = [
        [_("Candidates"), f.candidates], [_("Passed"), f.passed], [_("Mean score"), f.mean], [_("standard deviation"), f.deviation],
        [_("Reliability"), f.reliability.value], [_("Method"), str(words.SHORT[f.reliability.method])],
        [_("Standard error of a score"), f.reliability.error],
    ]  # fmt: skip
    spread: Rows = [[f"{at * 10}–{at * 10 + 10}", count] for at, count in enumerate(f.histogram)]
    units: Rows = [[unit_name(one), one.candidates, one.passed, one.share, one.mean] for one in found.units]
    items: Rows = [
        [one.stem, str(words.KINDS[one.kind]), one.topic, one.version, one.figures.candidates, one.figures.ease, one.figures.relation,
         one.figures.difference, one.figures.seconds[1] if one.figures.seconds else None, one.figures.omitted,
         str(words.AMENDED[one.amended])]
        for one in found.items
    ]  # fmt: skip
    options: Rows = [
        [item.stem, one.letter.upper(), one.text, _("right option") if one.is_right else "", one.chosen, one.upper, one.lower]
        for item in found.items
        for one in item.options
    ]
    return File("statistics", _("Statistics"), about, [
        (_("At a glance"), [_("Figure"), _("Its value")], whole),
        (_("How scores spread"), [_("Score"), _("Candidates")], spread),
        (_("By unit"), [_("Unit"), _("Candidates"), _("Passed"), _("Pass rate"), _("Mean score")], units),
        (_("Questions"), [_("Question"), _("Kind of question"), _("Knowledge point"), _("Version"), _("Candidates"), _("Share earned (p)"),
                          _("Discrimination (r)"), _("Upper less lower (D)"), _("Median time in seconds"), _("Left empty"),
                          _("What is done with it")], items),
        (_("Options of the question"), [_("Question"), _("Option"), _("Words of the option"), _("Right or wrong"), _("Chosen"),
                                        _("Upper group"), _("Lower group")], options),
    ])  # fmt: skip


def unit_name(row: UnitRow) -> str:
    """What the row of a unit is called."""
    if row.is_outside:
        return str(_("Outside your scope"))
    if row.has_outside:
        return str(_("Small units (%(count)s) together with people outside your scope", count=row.joined))
    return str(_("Small units together (%(count)s)", count=row.joined) if row.joined > 1 else row.name or _("No unit"))


def of_scores(work: Work, exam: Exam, rows: Sequence[Score]) -> File:
    """Best results, a person a row."""
    heads = [_("Name"), _("Unit"), _("Score"), _("Result"), _("Grade"), _("Attempts"), _("Last paper handed in")]
    table: Rows = [
        [one.name, one.unit, one.score, _("Passed") if one.passed else _("Not passed"), one.grade, one.attempts, moment_text(one.at)]
        for one in rows
    ]
    return File("scores", _("Results"), _about(work, exam, moment_text(work.now), words.RULES), [(_("Results"), heads, table)])


def of_changes(work: Work, exam: Exam, stem: str, seen: Preview, cards: Mapping[int, Named]) -> File:
    """Who would change by a regrade, a sitting a row; people without a card are outside the scope of whoever takes it."""
    about = [*_about(work, exam, moment_text(work.now), words.RULES), [_("Question"), stem]]
    heads = [_("Name"), _("Unit"), _("Before"), _("After"), _("Verdict before"), _("Verdict after"), _("Hours")]
    table: Rows = []
    for one in seen.changes:
        card = cards.get(one.person_id)
        table.append([
            card.name if card else _("outside your scope"), card.unit_name if card else "", one.before, one.judged.score,
            _("Passed") if one.passed_before else _("Not passed"), _("Passed") if one.judged.passed else _("Not passed"), one.hours,
        ])  # fmt: skip
    return File("regrade", _("Who would change"), about, [(_("Who would change"), heads, table)])


def sent(work: Work, made: File, kind: str) -> ResponseReturnValue:
    """The file as a download; texts of people are never formulas (app/kernel/workbook.py)."""
    content, mime = (_workbook(work, made), XLSX) if kind == "xlsx" else (_separated(made), "text/csv")
    answer: Any = send_file(
        io.BytesIO(content), mime, as_attachment=True, download_name=f"{made.name}-{civil(work.now):%Y%m%d-%H%M}.{kind}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[no-any-return]


def _workbook(work: Work, made: File) -> bytes:
    sheet = Sheet(made.title, work.actor.name, work.now, (44, 20, 18, 14, 14, 16, 18, 18, 18, 12, 26))
    sheet.row(made.title, bold=True)
    for line in made.about:
        sheet.row(*line)
    for title, heads, rows in made.tables:
        sheet.gap()
        sheet.row(title, bold=True)
        sheet.row(*heads, bold=True)
        for row in rows:
            sheet.row(*row)
    return sheet.saved()


def _separated(made: File) -> bytes:
    lines: Rows = [[made.title], *made.about]
    for title, heads, rows in made.tables:
        lines += [[], [title], heads, *rows]
    return separated(lines)
