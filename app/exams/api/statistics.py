"""Statistics and results of examinations for programs; the same reads as the pages under /manage/exams."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from flask import request

from app.exams import service
from app.exams.actions import Action
from app.exams.api.routes import routes
from app.exams.queries.scores import examination, scores
from app.exams.queries.statistics import statistics
from app.exams.sheets import unit_name
from app.kernel.work import Work


class OptionFigures(msgspec.Struct):
    """How many chose an option, and the shares (0 to 1) of the upper and lower group that did."""

    option: str
    chosen: int
    upper: float | None
    lower: float | None


class QuestionFigures(msgspec.Struct):
    """One version of a question: p, r, D and quartiles of seconds.

    `amended` is `full` or `out` where the question was withdrawn (it has neither p nor r nor D), `key` where its key was corrected.
    """

    question: UUID
    version: int
    candidates: int
    p: float | None
    r: float | None
    d: float | None
    left_empty: int
    seconds: list[float] | None
    options: list[OptionFigures]
    amended: str = ""


class UnitFigures(msgspec.Struct):
    """Results of a unit, or of several small ones together (`joined`)."""

    unit: str
    candidates: int
    passed: int
    pass_rate: float
    mean: float
    joined: int


class StatisticsShown(msgspec.Struct):
    """Statistics of an examination; without figures, `why` says so: not_out, waiting or few."""

    exam: UUID
    as_of: datetime | None
    rules: str
    why: str
    candidates: int
    passed: int
    mean: float | None
    deviation: float | None
    histogram: list[int]
    reliability: float | None
    method: str
    units: list[UnitFigures]
    questions: list[QuestionFigures]
    withheld: int = 0
    """Questions left out, because a paper that the reader is writing asks them."""


class ScoreShown(msgspec.Struct):
    """The best result of one person."""

    person: UUID
    name: str
    unit: str
    score: Decimal
    passed: bool
    grade: str
    attempts: int
    handed_in_at: datetime


class ScorePage(msgspec.Struct):
    """A page of results and the cursor of the next."""

    items: list[ScoreShown]
    next: str | None


@routes.get("/api/v1/exams/<uuid:uid>/statistics", allow=Action.ASSEMBLE, answers={200: StatisticsShown})
def show_statistics(work: Work, uid: UUID) -> StatisticsShown:
    """What sittings say of an examination and its questions; no key."""
    exam, _plan = service.planned(work, uid)
    found = statistics(work, exam, by_unit=True, keys=False)
    f = found.figures
    units = [UnitFigures(unit_name(one), one.candidates, one.passed, one.share, one.mean, one.joined) for one in found.units]
    questions = [
        QuestionFigures(
            one.question, one.version, one.figures.candidates, one.figures.ease, one.figures.relation, one.figures.difference,
            one.figures.omitted, list(one.figures.seconds) if one.figures.seconds else None,
            [OptionFigures(option.letter, option.chosen, option.upper, option.lower) for option in one.options], one.amended,
        )
        for one in found.items
    ]  # fmt: skip
    return StatisticsShown(
        exam.uid, found.as_of, found.method, found.why, found.candidates, found.passed, f.mean if f else None, f.deviation if f else None,
        f.histogram if f else [], f.reliability.value if f else None, f.reliability.method.value if f else "", units, questions,
        found.withheld,
    )  # fmt: skip


@routes.get("/api/v1/exams/<uuid:uid>/scores", allow=Action.RELEASE, answers={200: ScorePage})
def list_scores(work: Work, uid: UUID) -> ScorePage:
    """The best results of the people in one's scope, the highest first, once they are out."""
    exam, plan = examination(work, uid)
    found = scores(work, exam, plan, request.args.get("page"))
    items = [ScoreShown(one.person, one.name, one.unit, one.score, one.passed, one.grade, one.attempts, one.at) for one in found.items]
    return ScorePage(items, found.next)
