"""The roster of an examination: one by one, by a list that is tried first, by unit; and a list taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank.rules.drafts import Fault
from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries import planning, rosters
from app.exams.rules import roster
from app.exams.rules.admission import Rule
from app.exams.service import PLAN_SENTENCES, Faulty
from app.kernel.errors import Invalid
from app.kernel.fields import whole
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.presentation import moment_text
from app.kernel.web import college, page
from app.kernel.work import Actor, Work, working
from app.people.rules import listed
from app.people.service import sheets


class SeatForm(Form):
    """Carries the token; the fields are read as they come."""


@routes.get("/manage/exams/<uuid:uid>/roster", allow=Action.ASSEMBLE)
def show_roster(work: Work, uid: UUID) -> ResponseReturnValue:
    """Who is on the roster, with extra time; those within the actor's scope by name, the rest as a number."""
    return _roster_page(work, uid)


def _roster_page(work: Work, uid: UUID, refusal: Faulty | None = None) -> str:
    exam, plan = service.planned(work, uid)
    seats, total = planning.seats(work, exam)
    wrong = {one.field: PLAN_SENTENCES[one.code] for one in refusal.found} if refusal else {}
    return page("exams/manage/roster.html", exam=exam, rule=Rule.from_json(plan.rule), seats=seats, total=total, form=SeatForm(),
                wrong=wrong, lists=rosters.lists(work, exam.id), most=listed.MOST_ROWS)  # fmt: skip


@routes.post("/manage/exams/<uuid:uid>/roster", allow=Action.ASSEMBLE)
def seat_person(work: Work, uid: UUID) -> ResponseReturnValue:
    """Put somebody on the roster, or change the extra time."""
    extra = whole(request.form.get("extra_minutes", "0").strip() or "0", 5)
    try:
        seated = service.seat(work, uid, request.form.get("user_name", ""), -1 if extra is None else extra)
    except Faulty as refusal:
        return _roster_page(work, uid, refusal), 422
    flash(_("The roster was saved."))
    if seated.deadline:
        flash(_("The paper that is being written now ends at %(time)s.", time=moment_text(seated.deadline)))
    return redirect(url_for(".show_roster", uid=uid), 303)


@routes.post("/manage/exams/<uuid:uid>/roster/<uuid:person>/remove", allow=Action.ASSEMBLE)
def unseat_person(work: Work, uid: UUID, person: UUID) -> ResponseReturnValue:
    """Take somebody off the roster."""
    service.unseat(work, uid, planning.person_named(work, person))
    flash(_("The roster was saved."))
    return redirect(url_for(".show_roster", uid=uid), 303)


@routes.post("/manage/exams/<uuid:uid>/roster/list", allow=Action.ASSEMBLE, own_work=True)
def try_list(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Hold a pasted or uploaded list against people and roster, and say what is wrong by row; nothing is kept."""
    try:
        rows, refusal = _rows(), None
    except Invalid as unread:
        rows, refusal = [], unread
    with working(college(), actor, write=False) as work:
        try:
            if refusal is not None:
                raise refusal
            found = service.weigh_list(work, uid, rows)
        except Faulty as fault:
            return _roster_page(work, uid, fault), 422
        exam, _plan = service.planned(work, uid)
        flaws = [(one, PLAN_SENTENCES[one.code]) for one in found.flaws]
        return page("exams/manage/roster_list.html", exam=exam, found=found, flaws=flaws, good=roster.written(found.good), form=SeatForm())


def _rows() -> Sequence[Sequence[Any]]:
    """The rows of the file, else of the text."""
    try:
        return sheets.of_list(request.files.get("file"), request.form.get("list", ""))
    except sheets.NotASheet as error:
        raise Faulty([Fault("file", "file_unread")], PLAN_SENTENCES) from error
    except sheets.TooBig as error:
        raise Faulty([Fault("file", "list_too_long")], PLAN_SENTENCES) from error


@routes.post("/manage/exams/<uuid:uid>/roster/list/bring", allow=Action.ASSEMBLE)
def bring_in_list(work: Work, uid: UUID) -> ResponseReturnValue:
    """Put the good rows of a list that was tried on the roster; each is held against people and roster once more."""
    try:
        found = service.bring_in_list(work, uid, listed.lines(request.form.get("list", "")))
    except Faulty as refusal:
        return _roster_page(work, uid, refusal), 422
    return _told(uid, found)


@routes.post("/manage/exams/<uuid:uid>/roster/unit", allow=Action.ASSEMBLE)
def add_unit(work: Work, uid: UUID) -> ResponseReturnValue:
    """Put everybody of a unit and the units below it on the roster."""
    try:
        found = service.add_unit(work, uid, request.form.get("unit", ""))
    except Faulty as refusal:
        return _roster_page(work, uid, refusal), 422
    return _told(uid, found)


def _told(uid: UUID, found: service.WeighedList) -> ResponseReturnValue:
    """Back to the roster, with what came of it in figures."""
    flash(_("Put on the roster: %(fresh)s. Other minutes: %(changed)s. On it before: %(same)s. Left out: %(left)s.", fresh=found.fresh,
            changed=found.changed, same=found.same, left=len(found.flaws)))  # fmt: skip
    return redirect(url_for(".show_roster", uid=uid), 303)


@routes.post("/manage/exams/<uuid:uid>/roster/lists/<int:number>/undo", allow=Action.ASSEMBLE)
def undo_list(work: Work, uid: UUID, number: int) -> ResponseReturnValue:
    """Take a list back; who has begun stays."""
    found = service.undo_list(work, uid, number)
    flash(_("Taken back: %(undone)s. Still on the roster: %(stay)s, who have begun, were changed since, or are outside your scope.",
            undone=found.undone, stay=found.stay))  # fmt: skip
    return redirect(url_for(".show_roster", uid=uid), 303)
