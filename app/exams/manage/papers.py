"""The paper of an examination: by blueprint, held against the bank while it is written, or fixed; and how it looks."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.models import ExamState, PaperForm
from app.exams.planning_forms import KINDS, points_of, rows_of
from app.exams.queries import drawing, planning
from app.exams.queries.forms import compared
from app.exams.rules.blueprint import Row
from app.exams.rules.equivalent import COUNTS
from app.exams.service import PLAN_SENTENCES, Faulty
from app.exams.service import papers as shown
from app.kernel.fields import whole
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import page
from app.kernel.work import Work


class PaperRows(Form):
    """Carries the token; rows are read as they come."""


@routes.get("/manage/exams/<uuid:uid>/paper", allow=Action.ASSEMBLE)
def plan_paper(work: Work, uid: UUID) -> ResponseReturnValue:
    """The blueprint and what the bank has for it; or the fixed paper with the bank beside it."""
    exam, plan = service.planned(work, uid)
    form = request.args.get("form", str(plan.paper))
    if form == PaperForm.FIXED:
        words, topic, kind = (request.args.get(name, "") for name in ("q", "topic", "kind"))
        chosen = planning.fixed_rows(work, exam)
        have = {row.uid for row, _points in chosen}
        found = [row for row in planning.find_questions(work, words, topic, kind) if row.uid not in have]
        return page("exams/manage/fixed.html", exam=exam, chosen=chosen, found=found, q=words, topic=topic, kind=kind, kinds=KINDS,
                    topics=drawing.topics(work), form=PaperRows(), wrong=[], shuffled=plan.shuffled)  # fmt: skip
    return blueprint_page(work, uid)


def blueprint_page(work: Work, uid: UUID, fault: str = "") -> str:
    """The blueprint as it was kept, with what the bank has and lacks for each row; `fault`: why it was refused."""
    exam, plan = service.planned(work, uid)
    rows = service.rows_of(plan)
    feasible = service.try_rows(work, rows) if rows else None
    return page("exams/manage/blueprint.html", exam=exam, rows=rows, feasible=feasible, kinds=KINDS, topics=drawing.topics(work),
                form=PaperRows(), wrong=[], is_draft=exam.state == ExamState.DRAFT, fault=fault,
                form_count=plan.form_count, counts=COUNTS)  # fmt: skip


@routes.post("/manage/exams/<uuid:uid>/paper", allow=Action.ASSEMBLE)
def save_blueprint(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep the blueprint, possible or not; «check» only says what the bank has."""
    exam, _plan = service.in_hand(work, uid)
    rows: list[Row] = []
    try:
        rows = rows_of(request.form)
        if request.form.get("then") == "check":
            feasible, status = service.try_rows(work, rows), 200
        else:
            feasible, status = service.set_blueprint(work, uid, rows, _forms()), 303
        if status == 303:
            flash(_("The blueprint was saved."))
            return redirect(url_for(".plan_paper", uid=uid), 303)
        wrong: list[tuple[str, object]] = []
    except Faulty as refusal:
        feasible, status = None, 422
        wrong = [(one.field, PLAN_SENTENCES[one.code]) for one in refusal.found]
    return page("exams/manage/blueprint.html", exam=exam, rows=rows, feasible=feasible, kinds=KINDS, topics=drawing.topics(work),
                form=PaperRows(), wrong=wrong, is_draft=True, fault="",
                form_count=_forms(), counts=COUNTS), status  # fmt: skip


def _forms() -> int:
    """How many equivalent forms the page asks for."""
    given = whole(request.form.get("forms", "0"), 2)
    return -1 if given is None else given


@routes.get("/manage/exams/<uuid:uid>/forms", allow=Action.ASSEMBLE)
def show_forms(work: Work, uid: UUID) -> ResponseReturnValue:
    """The equivalent forms side by side, as they were drawn at the check."""
    exam, plan = service.planned(work, uid)
    return page("exams/manage/forms.html", exam=exam, plan=plan, forms=compared(work, plan))


@routes.post("/manage/exams/<uuid:uid>/paper/check", allow=Action.ASSEMBLE)
def check_blueprint(work: Work, uid: UUID) -> ResponseReturnValue:
    """What the bank has for the rows on the page, as a part of that page; nothing is kept."""
    service.in_hand(work, uid)
    try:
        rows = rows_of(request.form)
        return page("exams/manage/_feasible.html", rows=rows, feasible=service.try_rows(work, rows), wrong=[])
    except Faulty as refusal:
        wrong = [(one.field, PLAN_SENTENCES[one.code]) for one in refusal.found]
        return page("exams/manage/_feasible.html", rows=[], feasible=None, wrong=wrong), 422


@routes.post("/manage/exams/<uuid:uid>/paper/fixed", allow=Action.ASSEMBLE)
def save_fixed(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep the ticked questions, in the order of their numbers, each with its points."""
    exam, _plan = service.in_hand(work, uid)
    try:
        service.set_questions(work, uid, _chosen(), shuffled="shuffled" in request.form)
        flash(_("The paper was saved."))
        return redirect(url_for(".plan_paper", uid=uid, form="fixed"), 303)
    except Faulty as refusal:
        wrong = [(one.field, PLAN_SENTENCES[one.code]) for one in refusal.found]
    return page("exams/manage/fixed.html", exam=exam, chosen=planning.fixed_rows(work, exam), found=planning.find_questions(work, ""), q="",
                topic="", kind="", kinds=KINDS, topics=drawing.topics(work), form=PaperRows(), wrong=wrong,
                shuffled="shuffled" in request.form), 422  # fmt: skip


def _chosen() -> list[tuple[UUID, Decimal | None]]:
    """The ticked questions of the form in their order."""
    ticked = []
    for at, text in enumerate(request.form.getlist("question")):
        try:
            uid = UUID(text)
        except ValueError:
            continue
        order, points = request.form.get(f"order-{uid}", "").strip(), request.form.get(f"points-{uid}", "").strip()
        place = whole(order, 5)
        ticked.append((100_000 if place is None else place, at, uid, points_of(points, f"questions.{at}.points") if points else None))
    return [(uid, points) for _place, _at, uid, points in sorted(ticked, key=lambda one: one[:2])]


@routes.get("/manage/exams/<uuid:uid>/preview", allow=Action.ASSEMBLE)
def preview_paper(work: Work, uid: UUID) -> ResponseReturnValue:
    """A paper as a candidate would have it, one draw of many; nothing is kept."""
    exam, plan = service.planned(work, uid)
    draw = whole(request.args.get("draw", "1"), 5)
    number = 1 if draw is None else draw
    paper = service.preview(work, exam, plan, number)
    return page("exams/manage/preview.html", exam=exam, plan=plan, questions=shown.questions(work, exam, paper), number=number)
