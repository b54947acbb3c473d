"""The paper of an examination: by blueprint, held against the bank while it is written, or fixed; and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.models import Exam, ExamState, PaperForm
from app.exams.planning_forms import KINDS, Typed, points_of, rows_of, typed_of
from app.exams.queries import drawing, planning
from app.exams.queries.forms import compared
from app.exams.rules.equivalent import COUNTS
from app.exams.service import PLAN_SENTENCES, Faulty
from app.exams.service import papers as shown
from app.kernel.fields import whole
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.quantity import hours_text
from app.kernel.web import page
from app.kernel.work import Work


class PaperRows(Form):
    """Carries the token; rows are read as they come."""


@routes.get("/manage/exams/<uuid:uid>/paper", allow=Action.ASSEMBLE)
def plan_paper(work: Work, uid: UUID) -> ResponseReturnValue:
    """The blueprint and what the bank has for it; or the fixed paper with the bank beside it."""
    exam, plan = service.planned(work, uid)
    if request.args.get("form", str(plan.paper)) == PaperForm.FIXED:
        chosen = [Line(row, hours_text(points)) for row, points in planning.fixed_rows(work, exam)]
        gone = plan.questions - len(chosen) if plan.paper == PaperForm.FIXED else 0
        return fixed_page(work, exam, chosen, shuffled=plan.shuffled, gone=gone)
    return blueprint_page(work, uid)


def blueprint_page(work: Work, uid: UUID, fault: str = "") -> str:
    """The blueprint as it was kept, with what the bank has and lacks for each row; `fault`: why it was refused."""
    exam, plan = service.planned(work, uid)
    rows = service.rows_of(plan)
    return _blueprint(work, exam, [Typed.of(one) for one in rows], feasible=service.try_rows(work, rows) if rows else None, wrong=[],
                      fault=fault, form_count=plan.form_count)  # fmt: skip


def _blueprint(work: Work, exam: Exam, rows: Sequence[Typed], **more: Any) -> str:
    return page("exams/manage/blueprint.html", exam=exam, rows=rows, kinds=KINDS, topics=drawing.topics(work), form=PaperRows(),
                is_draft=exam.state == ExamState.DRAFT, counts=COUNTS, numbers=None, **more)  # fmt: skip


@routes.post("/manage/exams/<uuid:uid>/paper", allow=Action.ASSEMBLE)
def save_blueprint(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep the blueprint, possible or not; «check» only says what the bank has."""
    exam, _plan = service.in_hand(work, uid)
    feasible, wrong, status = None, list[tuple[str, object]](), 200
    try:
        rows = rows_of(request.form)
        if request.form.get("then") != "check":
            service.set_blueprint(work, uid, rows, _forms())
            flash(_("The blueprint was saved."))
            return redirect(url_for(".plan_paper", uid=uid), 303)
        feasible = service.try_rows(work, rows)
    except Faulty as refusal:
        wrong, status = _told(refusal), 422
    shown_rows, _numbers = typed_of(request.form)
    return _blueprint(work, exam, shown_rows, feasible=feasible, wrong=wrong, fault="", form_count=_forms()), status


def _told(refusal: Faulty) -> list[tuple[str, object]]:
    return [(one.field, PLAN_SENTENCES[one.code]) for one in refusal.found]


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
    rows, numbers = typed_of(request.form)
    feasible, wrong, status = None, list[tuple[str, object]](), 200
    try:
        feasible = service.try_rows(work, rows_of(request.form))
    except Faulty as refusal:
        wrong, status = _told(refusal), 422
    return page("exams/manage/_feasible.html", rows=rows, feasible=feasible, wrong=wrong, numbers=numbers), status


@dataclass(frozen=True)
class Line:
    """A question of a fixed paper as it stands in the page, with its points as they were typed."""

    row: planning.BankRow
    points: str


def fixed_page(work: Work, exam: Exam, chosen: Sequence[Line], *, shuffled: bool, **more: Any) -> str:
    """The paper as it was kept or ticked, and below it what of the bank fits the words and the topic that are looked for."""
    words, topic = (request.values.get(name, "") for name in ("q", "topic"))
    have = {one.row.uid for one in chosen}
    found = [row for row in planning.find_questions(work, words, topic) if row.uid not in have]
    shown = {"wrong": [], "is_kept": True, "gone": 0, **more}
    return page("exams/manage/fixed.html", exam=exam, chosen=chosen, found=found, q=words, topic=topic, kinds=KINDS,
                topics=drawing.topics(work), form=PaperRows(), shuffled=shuffled, **shown)  # fmt: skip


@routes.post("/manage/exams/<uuid:uid>/paper/fixed", allow=Action.ASSEMBLE)
def save_fixed(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep the ticked questions, in the order of their numbers, each with its points; «find» keeps nothing, and forgets no tick."""
    exam, _plan = service.in_hand(work, uid)
    ticked, is_shuffled = _ticked(), "shuffled" in request.form
    wrong, status = list[tuple[str, object]](), 200
    try:
        if request.form.get("then") != "find":
            given = [(one, points_of(points, f"questions.{at}.points") if points else None) for at, (one, points) in enumerate(ticked)]
            service.set_questions(work, uid, given, shuffled=is_shuffled)
            flash(_("The paper was saved."))
            return redirect(url_for(".plan_paper", uid=uid, form="fixed"), 303)
    except Faulty as refusal:
        wrong, status = _told(refusal), 422
    known = planning.bank_rows(work, [one for one, _points in ticked])
    chosen = [Line(known[one], points) for one, points in ticked if one in known]
    return fixed_page(work, exam, chosen, shuffled=is_shuffled, wrong=wrong, is_kept=False), status


def _ticked() -> list[tuple[UUID, str]]:
    """The ticked questions of the form in their order, with their points as they were typed."""
    ticked = []
    for at, text in enumerate(request.form.getlist("question")):
        try:
            uid = UUID(text)
        except ValueError:
            continue
        place = whole(request.form.get(f"order-{uid}", "").strip(), 5)
        ticked.append((100_000 if place is None else place, at, uid, request.form.get(f"points-{uid}", "").strip()))
    return [(uid, points) for _place, _at, uid, points in sorted(ticked, key=lambda one: one[:2])]


@routes.get("/manage/exams/<uuid:uid>/preview", allow=Action.ASSEMBLE)
def preview_paper(work: Work, uid: UUID) -> ResponseReturnValue:
    """A paper as a candidate would have it, one draw of many; nothing is kept."""
    exam, plan = service.planned(work, uid)
    draw = whole(request.args.get("draw", "1"), 5)
    number = 1 if draw is None else draw
    paper = service.preview(work, exam, plan, number)
    return page("exams/manage/preview.html", exam=exam, plan=plan, questions=shown.questions(work, exam, paper), number=number)
