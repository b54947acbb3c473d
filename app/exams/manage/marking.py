"""Marking written answers: what waits, and one answer at a time, blind."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries import marking as queries
from app.exams.service.refusals import BadPoints
from app.kernel.errors import Invalid
from app.kernel.i18n import _
from app.kernel.web import page
from app.kernel.work import Work

_FIGURE = re.compile(r"\d{1,4}(?:\.\d{1,2})?")


@routes.get("/manage/marking", allow=Action.MARK)
def show_piles(work: Work) -> ResponseReturnValue:
    """Exams with written answers that wait for this marker, and his marks that he may still correct."""
    return page("exams/marking/piles.html", piles=queries.piles(work), given=queries.given(work))


@routes.get("/manage/marking/exams/<uuid:uid>", allow=Action.MARK)
def next_sheet(work: Work, uid: UUID) -> ResponseReturnValue:
    """The next answer of an exam; back to the list when none waits any more."""
    service.require_marker(work, uid)
    found = queries.next_of(work, uid)
    return redirect(url_for(".show_sheet", uid=found) if found else url_for(".show_piles"), 303)


@routes.get("/manage/marking/sheets/<uuid:uid>", allow=Action.MARK)
def show_sheet(work: Work, uid: UUID) -> ResponseReturnValue:
    """One answer with its question and rubric; the name of the candidate is nowhere."""
    service.to_mark(work, uid)
    shown = queries.sheet(work, uid)
    return page("exams/marking/sheet.html", sheet=shown, given=_given(shown.own), faults={})


def _given(own: queries.OwnMark | None) -> dict[str, str]:
    """The form as it was sent before, where it was."""
    if own is None:
        return {}
    lines = {f"criterion{at}": points for at, points in enumerate(own.criteria)}
    return {"points": f"{own.points.normalize():f}", "remark": own.remark, **lines}


@routes.post("/manage/marking/sheets/<uuid:uid>", allow=Action.MARK)
def mark_sheet(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep the points, or others in their place, and go on with the next answer; a figure that is none comes back with what was written."""
    service.to_mark(work, uid)
    shown = queries.sheet(work, uid)
    criteria, wrong = _points(shown)
    if wrong:
        return page("exams/marking/sheet.html", sheet=shown, given=request.form, faults=wrong), 422
    points = sum(criteria, Decimal(0))
    try:
        mark = service.correct_mark if shown.own else service.give_mark
        mark(work, uid, points, criteria if shown.rubric else [], request.form.get("remark", ""))
    except Invalid as refusal:
        return page("exams/marking/sheet.html", sheet=shown, given=request.form, faults={refusal.field: refusal.sentence}), 422
    flash(_("Kept: %(points)s of %(most)s points.", points=service.plain(points), most=service.plain(shown.maximum)))
    found = queries.next_of(work, shown.exam)
    return redirect(url_for(".show_sheet", uid=found) if found else url_for(".show_piles"), 303)


def _points(shown: queries.SheetShown) -> tuple[list[Decimal], dict[str, str]]:
    """The points of the form, of each line of the rubric, or in one figure where there is none; why not, by the name of its field."""
    names = [f"criterion{at}" for at in range(len(shown.rubric))] or ["points"]
    most = [one.points for one in shown.rubric] or [shown.maximum]
    given = [(name, _figure(request.form.get(name, ""), bound), bound) for name, bound in zip(names, most, strict=True)]
    wrong = {name: BadPoints(most=service.plain(bound)).sentence for name, figure, bound in given if figure is None}
    return [figure for _name, figure, _bound in given if figure is not None], wrong


def _figure(text: str, most: Decimal) -> Decimal | None:
    """A figure as people write it, with at most two decimals, full-width digits too; `1e0` and the like are none."""
    found = _FIGURE.fullmatch(text.strip())
    return Decimal(found[0]) if found is not None and Decimal(found[0]) <= most else None
