"""Incidents (annulment by two people) and appeals (marked anew by somebody else)."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries import incidents as queries
from app.exams.queries import notes
from app.kernel.errors import Invalid
from app.kernel.i18n import _
from app.kernel.web import page
from app.kernel.work import Work


@routes.get("/manage/incidents", allow=Action.RELEASE)
def show_incidents(work: Work) -> ResponseReturnValue:
    """Sittings somebody proposed to annul: what waits for a second person, and what was decided."""
    return page("exams/manage/incidents.html", found=queries.incidents(work))


@routes.get("/manage/exams/<uuid:uid>/annul/<uuid:attempt>", allow=Action.RELEASE)
def begin_annulment(work: Work, uid: UUID, attempt: UUID) -> ResponseReturnValue:
    """The form of a proposal, with what was noticed in the sitting."""
    return _proposal(work, uid, attempt)


@routes.post("/manage/exams/<uuid:uid>/annul/<uuid:attempt>", allow=Action.RELEASE)
def propose_annulment(work: Work, uid: UUID, attempt: UUID) -> ResponseReturnValue:
    """Propose it; somebody else decides."""
    grants = request.form.get("grants") == "1"
    try:
        row = service.propose_annulment(work, uid, attempt, request.form.get("reason", ""), grants_attempt=grants)
    except Invalid as refusal:
        return _proposal(work, uid, attempt, refusal.sentence), 422
    flash(_("Proposed. Somebody else decides."))
    return redirect(url_for(".show_incident", uid=row.uid), 303)


def _proposal(work: Work, uid: UUID, attempt: UUID, fault: str = "") -> str:
    exam, row = service.sitting_of(work, uid, attempt)
    shown, _events = notes.noticed(work, exam, attempt)
    return page("exams/manage/annul.html", exam=exam, row=row, sitting=shown, given=request.form, fault=fault)


@routes.get("/manage/incidents/<uuid:uid>", allow=Action.RELEASE)
def show_incident(work: Work, uid: UUID) -> ResponseReturnValue:
    """One proposal: reason, notes, and for a second person the decision."""
    return _incident(work, uid)


@routes.post("/manage/incidents/<uuid:uid>", allow=Action.RELEASE)
def decide_incident(work: Work, uid: UUID) -> ResponseReturnValue:
    """Confirm or decline."""
    act = service.confirm_annulment if request.form.get("decision") == "confirm" else service.decline_annulment
    try:
        row = act(work, uid, request.form.get("answer", ""))
    except Invalid as refusal:
        return _incident(work, uid, refusal.sentence), 422
    flash(_("The sitting is annulled; the candidate is told.") if row.state == "confirmed" else _("The result stands."))
    return redirect(url_for(".show_incidents"), 303)


def _incident(work: Work, uid: UUID, fault: str = "") -> str:
    row = service.annulment(work, uid)
    return page("exams/manage/incident.html", one=queries.incident(work, row), me=work.actor.person_id, given=request.form, fault=fault)


@routes.get("/manage/appeals", allow=Action.MARK)
def show_appeals(work: Work) -> ResponseReturnValue:
    """Appeals this marker may hear."""
    return page("exams/marking/appeals.html", found=queries.appeals(work))


@routes.get("/manage/appeals/<uuid:uid>", allow=Action.MARK)
def show_appeal(work: Work, uid: UUID) -> ResponseReturnValue:
    """What the candidate says, and the written answers without name and marks."""
    return _appeal(work, uid)


@routes.post("/manage/appeals/<uuid:uid>", allow=Action.MARK)
def hear_appeal(work: Work, uid: UUID) -> ResponseReturnValue:
    """Decide it: points for every written answer, and the reason."""
    try:
        row = service.hear_appeal(work, uid, _points(), request.form.get("answer", ""))
    except Invalid as refusal:
        return _appeal(work, uid, refusal.sentence, refusal.field), 422
    flash(_("Decided: the score has changed.") if row.state == "changed" else _("Decided: the result stands."))
    return redirect(url_for(".show_appeals"), 303)


def _points() -> dict[UUID, Decimal]:
    """What was given, by the name of the answer; what is no number is refused like one that is too large."""
    found = {}
    for name, text in request.form.items():
        if name.startswith("points-"):
            with suppress(ValueError):
                found[UUID(name.removeprefix("points-"))] = _number(text)
    return found


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return Decimal("NaN")


def _appeal(work: Work, uid: UUID, fault: str = "", blamed: str | None = None) -> str:
    row = service.appeal_to_hear(work, uid)
    title, sheets = queries.appealed(work, row)
    return page("exams/marking/appeal.html", row=row, title=title, sheets=sheets, given=request.form, fault=fault, blamed=blamed)
