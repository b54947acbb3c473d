"""Staff pages of training classes: the register, one class with its members, people enrolled by a list, withdrawn, a class cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.classes import queries, service, words
from app.classes.actions import Action
from app.classes.forms import ClassForm, ListForm, ReasonForm
from app.classes.rules import ClassState, Fault, may_cancel
from app.kernel.clock import KNOWN_YEARS
from app.kernel.errors import Invalid, NotFound
from app.kernel.fields import whole
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import Routes, college, page
from app.kernel.work import Actor, Work, working
from app.people import queries as people
from app.people.rules import listed
from app.people.service import sheets

routes = Routes("classes_studio", __name__)
SHOWN = 200
"""People of a list who are named in a table, with their units; of the others their names."""


@routes.get("/manage/classes", allow=Action.PLAN)
def list_classes(work: Work) -> ResponseReturnValue:
    """The classes one sees, by state and year."""
    state, year = request.args.get("state", ""), whole(request.args.get("year", ""), 4)
    state, year = state if state in set(ClassState) else "", year if year in KNOWN_YEARS else None
    found = queries.classes(work, state, year, request.args.get("page"))
    counts, years = queries.tally(work, year)
    here = url_for(".list_classes", state=state or None, year=year)
    return page("classes/manage/list.html", classes=found, state=state, year=year, counts=counts, years=years, here=here, words=words)


@routes.get("/manage/classes/new", allow=Action.PLAN)
def begin_class(work: Work) -> ResponseReturnValue:
    """The form of a class that is entered."""
    form, units = ClassForm(), queries.unit_codes(work, queries.reach(work))
    if len(units) == 1:
        form.unit.data = units[0][0]
    return _form_page(work, form)


def _form_page(work: Work, form: ClassForm, found: service.Found | None = None) -> str:
    return page("classes/manage/form.html", form=form, found=found, units=queries.unit_codes(work, queries.reach(work)))


@routes.post("/manage/classes/new", allow=Action.PLAN)
def enter_class(work: Work) -> ResponseReturnValue:
    """Enter a class."""
    form = ClassForm()
    if form.validate():
        try:
            row = service.enter(work, form.terms())
            flash(_("The class was entered. Its members come next."))
            return redirect(url_for(".show_class", uid=row.uid), 303)
        except service.BadClass as refusal:
            _blame(form, refusal.found)
    else:
        _blame(form, service.faults(work, form.terms(), form.errors))
    return _form_page(work, form), 422


@routes.get("/manage/classes/<uuid:uid>", allow=Action.PLAN)
def show_class(work: Work, uid: UUID) -> ResponseReturnValue:
    """One class: what it is, who is and was in it, what was done to it."""
    return _class_page(work, uid)


def _class_page(work: Work, uid: UUID, refusal: service.BadClass | None = None) -> str:
    found = service.find(work, uid)
    wrong = {fault.field: words.SENTENCES[fault.code] for fault in refusal.found} if refusal else {}
    return page(
        "classes/manage/class.html", found=found, row=found.row, words=words,
        counts=queries.counts(work, found.row, found.action, is_own=found.is_own),
        members=queries.members(work, found.row, found.action, is_own=found.is_own, page=request.args.get("page")),
        trail=queries.trail(work, found.row),
        may_enrol=service.may_enrol(work, found), is_cancelled=found.state is ClassState.CANCELLED,
        may_cancel=found.is_kept and may_cancel(found.state),
        may_change=found.is_kept and found.state is not ClassState.CANCELLED, wrong=wrong, form=ListForm(), most=listed.MOST_ROWS,
        here=url_for(".show_class", uid=uid),
    )  # fmt: skip


@routes.get("/manage/classes/<uuid:uid>/edit", allow=Action.PLAN)
def change_class(work: Work, uid: UUID) -> ResponseReturnValue:
    """The form of a class as it stands."""
    found, form = service.in_hand(work, uid), ClassForm()
    form.show(found.row, found.unit.code)
    return _form_page(work, form, found)


@routes.post("/manage/classes/<uuid:uid>/edit", allow=Action.PLAN)
def save_class(work: Work, uid: UUID) -> ResponseReturnValue:
    """Keep what was put right."""
    found, form = service.in_hand(work, uid), ClassForm()
    if form.validate():
        try:
            service.change(work, uid, form.terms())
            flash(_("The class was saved."))
            return redirect(url_for(".show_class", uid=uid), 303)
        except service.BadClass as refusal:
            _blame(form, refusal.found)
    else:
        _blame(form, service.faults(work, form.terms(), form.errors, uid))
    return _form_page(work, form, found), 422


@routes.get("/manage/classes/<uuid:uid>/cancel", allow=Action.PLAN)
def ask_cancel(work: Work, uid: UUID) -> ResponseReturnValue:
    """Why is it cancelled?"""
    return page("classes/manage/reason.html", form=ReasonForm(), found=service.in_hand(work, uid), person=None)


@routes.post("/manage/classes/<uuid:uid>/cancel", allow=Action.PLAN)
def cancel_class(work: Work, uid: UUID) -> ResponseReturnValue:
    """Cancel a class, for good."""
    found, form = service.in_hand(work, uid), ReasonForm()
    if form.validate():
        try:
            service.cancel(work, uid, form.reason.data)
            flash(_("The class was cancelled."))
            return redirect(url_for(".show_class", uid=uid), 303)
        except service.BadClass as refusal:
            _blame(form, refusal.found)
    return page("classes/manage/reason.html", form=form, found=found, person=None), 422


@routes.post("/manage/classes/<uuid:uid>/members", allow=Action.PLAN, own_work=True)
def try_members(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Hold a pasted or uploaded list against people and class, and say what is wrong by row; nothing is kept."""
    try:
        rows, refusal = _rows(), None
    except service.BadClass as unread:
        rows, refusal = [], unread
    with working(college(), actor, write=False) as work:
        try:
            if refusal is not None:
                raise refusal
            weighed = service.weigh(work, uid, rows)
        except service.BadClass as fault:
            return _class_page(work, uid, fault), 422
        return _check_page(work, uid, weighed)


def _check_page(work: Work, uid: UUID, weighed: service.Weighed) -> str:
    """Who of a list would come in, with name and unit, and what is wrong with the others."""
    found = service.find(work, uid)
    flaws = [(one, words.SENTENCES[one.code]) for one in weighed.flaws]
    named = people.named(work, found.action, [one.person_id for one in weighed.fresh[:SHOWN]])
    return page("classes/manage/members.html", found=found, weighed=weighed, flaws=flaws, named=named, shown=SHOWN, form=ListForm(),
                good="\n".join(one.word for one in weighed.fresh))  # fmt: skip


def _rows() -> Sequence[Sequence[Any]]:
    """The rows of the file, else of the text."""
    try:
        return sheets.of_list(request.files.get("file"), request.form.get("list", ""))
    except sheets.NotASheet as error:
        raise service.BadClass([Fault("file", "file_unread")]) from error
    except sheets.TooBig as error:
        raise service.BadClass([Fault("file", "list_too_long")]) from error


@routes.post("/manage/classes/<uuid:uid>/members/bring", allow=Action.PLAN)
def enrol_members(work: Work, uid: UUID) -> ResponseReturnValue:
    """Enrol the good rows of a list that was tried; each is held against people and class once more."""
    try:
        weighed = service.enrol(work, uid, listed.lines(request.form.get("list", "")))
    except service.BadClass as refusal:
        return _class_page(work, uid, refusal), 422
    _tell(weighed)
    return redirect(url_for(".show_class", uid=uid), 303)


def _tell(weighed: service.Weighed) -> None:
    """What came of it; ochre where somebody was left out."""
    told = words.enrolled_word(len(weighed.fresh), weighed.same, len(weighed.flaws))
    flash(told, "warning" if weighed.flaws or not weighed.fresh else "message")


@routes.get("/manage/classes/<uuid:uid>/people", allow=Action.PLAN)
def find_people(work: Work, uid: UUID) -> ResponseReturnValue:
    """People within one's scope by name or unit, to be marked and enrolled."""
    return _people_page(work, uid)


def _people_page(work: Work, uid: UUID, refusal: service.BadClass | None = None) -> str:
    found, sought = service.enrolling(work, uid), people.folded(request.args.get("q"))
    rows = queries.found(work, found.row, found.action, sought, request.args.get("page"))
    return page("classes/manage/people.html", found=found, rows=rows, q=sought, refusal=refusal, words=words, form=ListForm(),
                here=url_for(".find_people", uid=uid, q=sought or None))  # fmt: skip


@routes.post("/manage/classes/<uuid:uid>/people", allow=Action.PLAN)
def enrol_people(work: Work, uid: UUID) -> ResponseReturnValue:
    """Enrol the people who are marked, and go on looking."""
    try:
        weighed = service.enrol_marked(work, uid, _uids(request.form.getlist("who")))
    except service.BadClass as refusal:
        return _people_page(work, uid, refusal), 422
    _tell(weighed)
    return redirect(url_for(".find_people", uid=uid, q=request.args.get("q") or None, page=request.args.get("page") or None), 303)


def _uids(words_: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(word) for word in words_[:SHOWN]]
    except ValueError as error:
        raise NotFound() from error


@routes.get("/manage/classes/<uuid:uid>/members/<uuid:person>/withdraw", allow=Action.PLAN)
def ask_withdraw(work: Work, uid: UUID, person: UUID) -> ResponseReturnValue:
    """Why is he withdrawn?"""
    return _withdraw_page(work, uid, person, ReasonForm())


def _withdraw_page(work: Work, uid: UUID, person: UUID, form: ReasonForm) -> str:
    found, person_id = service.member(work, uid, person)
    return page("classes/manage/reason.html", form=form, found=found, person=people.card(work, person_id))


@routes.post("/manage/classes/<uuid:uid>/members/<uuid:person>/withdraw", allow=Action.PLAN)
def withdraw_member(work: Work, uid: UUID, person: UUID) -> ResponseReturnValue:
    """Withdraw a member; that he was enrolled stays."""
    form = ReasonForm()
    if form.validate():
        try:
            service.withdraw(work, uid, person, form.reason.data)
            flash(_("The member was withdrawn."))
            return redirect(url_for(".show_class", uid=uid), 303)
        except service.BadClass as refusal:
            _blame(form, refusal.found)
    return _withdraw_page(work, uid, person, form), 422


def _blame(form: Form, faults: Sequence[Fault]) -> None:
    """Every fault beside its field."""
    for fault in faults:
        form.blame(Invalid(words.SENTENCES[fault.code], field=fault.field))
