"""Statistics of an examination and its questions, on a page."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.bank.actions import Action as BankAction
from app.exams import service, words
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries.statistics import Statistics, statistics
from app.exams.rules.bars import columns
from app.kernel.web import page
from app.kernel.work import Work


@routes.get("/manage/exams/<uuid:uid>/statistics", allow=Action.ASSEMBLE)
def show_statistics(work: Work, uid: UUID) -> ResponseReturnValue:
    """What sittings say of an examination, its questions and its papers; results by unit, small ones together."""
    exam, _plan = service.planned(work, uid)
    return _show(statistics(work, exam, by_unit=True, keys=work.may(BankAction.REVIEW)))


@routes.get("/studio/exams/<uuid:uid>/statistics", allow=Action.AUTHOR)
def show_quiz_statistics(work: Work, uid: UUID) -> ResponseReturnValue:
    """The same of a closing quiz of one's own, without units."""
    return _show(statistics(work, service.own_quiz(work, uid), by_unit=False, keys=True))


def _show(found: Statistics) -> str:
    bars = columns(found.figures.histogram, found.exam.pass_mark) if found.figures else None
    return page("exams/manage/statistics.html", found=found, exam=found.exam, bars=bars, words=words)


@routes.post("/manage/exams/<uuid:uid>/statistics", allow=Action.ASSEMBLE)
def renew_statistics(work: Work, uid: UUID) -> ResponseReturnValue:
    """Make the figures anew: at once where few sat it, else in the background; not where too few people have come since."""
    exam, _plan = service.planned(work, uid)
    flash(words.RENEWED[service.renew_figures(work, exam.id)])
    return redirect(url_for(".show_statistics", uid=uid), 303)
