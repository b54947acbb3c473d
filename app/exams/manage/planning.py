"""Examinations as those see them who set them up and open them: list, terms, state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank.rules.drafts import Fault
from app.classes import queries as classes
from app.exams import service
from app.exams.actions import Action
from app.exams.manage.papers import blueprint_page
from app.exams.manage.routes import routes
from app.exams.models import ExamState
from app.exams.planning_forms import RELEASES, PlanForm
from app.exams.queries import drawing, markers, planning
from app.exams.rules.admission import Rule
from app.exams.rules.sessions import Terms, moves, terms_faults
from app.exams.service import PLAN_SENTENCES, Faulty
from app.exams.service.refusals import BankCannotFill
from app.kernel.errors import Invalid
from app.kernel.forms import Form
from app.kernel.i18n import _, _l
from app.kernel.web import page
from app.kernel.work import Work
from app.people.words import RANKS, TEAMS

MOVED = {
    "checked": _l("Checked: the bank can give this paper. Somebody else may open it now."),
    "draft": _l("The examination is a draft again."),
    "open": _l("The examination is open."),
    "closed": _l("The examination is closed. Attempts that run go on to their deadline."),
}
"""What is said when an examination has come to a state."""


@routes.get("/manage/exams", allow=Action.ASSEMBLE)
def planned_exams(work: Work) -> ResponseReturnValue:
    """Every examination, newest first, by state."""
    state = request.args.get("state", "")
    found = planning.plans(work, state, request.args.get("page"))
    return page("exams/manage/list.html", exams=found, state=state, counts=planning.states(work))


@routes.get("/manage/exams/new", allow=Action.ASSEMBLE)
def begin_exam(work: Work) -> ResponseReturnValue:
    """The form of a new examination."""
    return _form_page(work, PlanForm())


def _form_page(work: Work, form: PlanForm, exam: Any = None, plan: Any = None) -> str:
    has_password = plan is not None and bool(plan.password_mac)
    return page("exams/manage/form.html", form=form, exam=exam, has_password=has_password, offered=planning.offered(work))


@routes.post("/manage/exams/new", allow=Action.ASSEMBLE)
def create_exam(work: Work) -> ResponseReturnValue:
    """Set up an examination; its paper comes next."""
    form = PlanForm()
    if form.validate():
        try:
            exam = service.plan_exam(work, _terms(work, form))
            return redirect(url_for(".plan_paper", uid=exam.uid), 303)
        except Faulty as refusal:
            blame(form, refusal)
    return _form_page(work, form), 422


@routes.get("/manage/exams/<uuid:uid>", allow=Action.ASSEMBLE)
def show_plan(work: Work, uid: UUID) -> ResponseReturnValue:
    """One examination: what it is set to, who may sit, what was done to it, and the next step."""
    exam, plan = service.planned(work, uid)
    has_made = drawing.has_made(work, exam)
    rule = Rule.from_json(plan.rule)
    return page(
        "exams/manage/exam.html", exam=exam, plan=plan, rule=rule, has_made=has_made,
        moves=moves(str(exam.state), has_made=has_made, may_open=work.may(Action.OPEN)),
        release=RELEASES[exam.release_policy], ranks=[RANKS[one] for one in rule.ranks], teams=[TEAMS[one] for one in rule.teams],
        may_release=work.may(Action.RELEASE),
        courses=list(planning.courses_called(work, rule.courses).values()) if rule.courses else [],
        unit=planning.unit_called(work, rule.unit) if rule.unit else "", trail=planning.trail(work, exam),
        classes=list(classes.names(work, rule.classes).values()) if rule.classes else [],
        may_read_notes=work.may(Action.RELEASE), markers=markers.counted(work, exam), stranded=markers.stranded(work, exam),
        sat=planning.sat(work, exam) if exam.state in (ExamState.OPEN, ExamState.CLOSED) else None,
    )  # fmt: skip


@routes.get("/manage/exams/<uuid:uid>/edit", allow=Action.ASSEMBLE)
def change_exam(work: Work, uid: UUID) -> ResponseReturnValue:
    """The terms of a draft, to be changed."""
    exam, plan = service.in_hand(work, uid)
    form, rule = PlanForm(), Rule.from_json(plan.rule)
    of_classes = [one.code for one in classes.names(work, rule.classes).values()] if rule.classes else []
    form.show(exam, plan, rule.unit.rsplit("/", 1)[-1], planning.course_codes(work, rule.courses), of_classes)
    return _form_page(work, form, exam, plan)


@routes.post("/manage/exams/<uuid:uid>/edit", allow=Action.ASSEMBLE)
def save_exam(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep the terms of a draft."""
    exam, plan = service.in_hand(work, uid)
    form = PlanForm()
    if form.validate():
        try:
            service.change_plan(work, uid, _terms(work, form))
            flash(_("The examination was saved."))
            return redirect(url_for(".show_plan", uid=uid), 303)
        except Faulty as refusal:
            blame(form, refusal)
    return _form_page(work, form, exam, plan), 422


@routes.post("/manage/exams/<uuid:uid>/state", allow=Action.ASSEMBLE)
def move_exam(work: Work, uid: UUID) -> ResponseReturnValue:
    """Check it, take it back, open it, close it; what the bank lacks for its paper is shown row by row on the page of the paper."""
    try:
        exam = service.move_exam(work, uid, request.form.get("to", ""))
    except BankCannotFill as refusal:
        return blueprint_page(work, uid, refusal.sentence), 409
    flash(str(MOVED[str(exam.state)]))
    return redirect(url_for(".show_plan", uid=uid), 303)


def _terms(work: Work, form: PlanForm) -> Terms:
    """What was entered, with unit, courses and classes looked up; what cannot be found is told with everything else that is wrong."""
    code, codes, names = (form.unit.data or "").strip(), form.course_codes(), form.class_names()
    unit = planning.unit_named(work, code) if code else ""
    known = planning.courses_named(work, codes) if codes else {}
    of_classes = planning.classes_named(work, names) if names else {}
    found = [] if unit is not None else [Fault("unit", "unit_unknown")]
    if len(of_classes) < len(set(names)):
        found.append(Fault("classes", "class_unknown"))
    if len(known) < len(set(codes)):
        found.append(Fault("courses", "course_unknown"))
    terms = form.terms(unit or "", tuple(known[one] for one in codes if one in known), tuple(dict.fromkeys(of_classes.values())))
    if found:
        raise Faulty([*found, *terms_faults(terms)], PLAN_SENTENCES)
    return terms


def blame(form: Form, refusal: Faulty) -> None:
    """Every fault beside its field."""
    for fault in refusal.found:
        form.blame(Invalid(PLAN_SENTENCES[fault.code], field=fault.field))
