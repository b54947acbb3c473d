"""The markers of an examination, named by whoever plans it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries import markers
from app.exams.service import PLAN_SENTENCES, Faulty
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import page
from app.kernel.work import Work


class MarkersForm(Form):
    """Carries the token; the ticks are read as they come."""


@routes.get("/manage/exams/<uuid:uid>/markers", allow=Action.ASSEMBLE)
def show_markers(work: Work, uid: UUID) -> ResponseReturnValue:
    """Who may mark within the actor's scope, and who of them is named."""
    return _markers_page(work, uid)


@routes.post("/manage/exams/<uuid:uid>/markers", allow=Action.ASSEMBLE)
def name_markers(work: Work, uid: UUID) -> ResponseReturnValue:
    """Name those who are ticked; without any, everybody marks who may."""
    try:
        left = service.name_markers(work, uid, request.form.getlist("marker"))
    except Faulty as refusal:
        return _markers_page(work, uid, str(PLAN_SENTENCES[refusal.found[0].code])), 422
    flash(_("The markers were saved.") if left else _("Everybody who may mark marks this examination."))
    return redirect(url_for(".show_plan", uid=uid), 303)


def _markers_page(work: Work, uid: UUID, fault: str = "") -> str:
    exam, _plan = service.planned(work, uid)
    return page("exams/manage/markers.html", exam=exam, markers=markers.of(work, exam), form=MarkersForm(), fault=fault)
