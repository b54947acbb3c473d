"""Results of people, and what of examinations goes out as a file."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.bank.actions import Action as BankAction
from app.exams import service, sheets
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries.scores import MOST, examination, scores
from app.exams.queries.statistics import statistics
from app.exams.service.figures import are_out
from app.kernel.web import page
from app.kernel.work import Work


@routes.get("/manage/exams/<uuid:uid>/scores", allow=Action.RELEASE)
def show_scores(work: Work, uid: UUID) -> ResponseReturnValue:
    """The best results of the people in one's scope, the highest first."""
    exam, plan = examination(work, uid)
    found = scores(work, exam, plan, request.args.get("page"))
    return page("exams/manage/scores.html", exam=exam, found=found, is_out=are_out(exam, work.now), has_grades=bool(plan.bands))


@routes.get("/manage/exams/<uuid:uid>/scores.xlsx", allow=Action.RELEASE)
def scores_workbook(work: Work, uid: UUID) -> ResponseReturnValue:
    """The same as a workbook, all pages of it."""
    return _scores(work, uid, "xlsx")


@routes.get("/manage/exams/<uuid:uid>/scores.csv", allow=Action.RELEASE)
def scores_separated(work: Work, uid: UUID) -> ResponseReturnValue:
    """The same as CSV."""
    return _scores(work, uid, "csv")


def _scores(work: Work, uid: UUID, kind: str) -> ResponseReturnValue:
    exam, plan = examination(work, uid)
    return sheets.sent(work, sheets.of_scores(work, exam, scores(work, exam, plan, size=MOST).items), kind)


@routes.get("/manage/exams/<uuid:uid>/statistics.xlsx", allow=Action.ASSEMBLE)
def statistics_workbook(work: Work, uid: UUID) -> ResponseReturnValue:
    """The statistics as a workbook."""
    return _statistics(work, uid, "xlsx")


@routes.get("/manage/exams/<uuid:uid>/statistics.csv", allow=Action.ASSEMBLE)
def statistics_separated(work: Work, uid: UUID) -> ResponseReturnValue:
    """The statistics as CSV."""
    return _statistics(work, uid, "csv")


def _statistics(work: Work, uid: UUID, kind: str) -> ResponseReturnValue:
    exam, _plan = service.planned(work, uid)
    found = statistics(work, exam, by_unit=True, keys=work.may(BankAction.REVIEW))
    return sheets.sent(work, sheets.of_statistics(work, found), kind)
