"""Regrading: which question, what is done with it, who would change; then the commit, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank.queries import faces
from app.exams import service
from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries import regrades as queries
from app.exams.rules.regrading import How
from app.kernel.errors import Invalid
from app.kernel.i18n import _
from app.kernel.web import college, page
from app.kernel.work import Actor, Work, working

FIRST = 200
"""Changes that are shown one by one, those of the verdict first; the sums are of all."""


@routes.get("/manage/exams/<uuid:uid>/regrade", allow=Action.RELEASE)
def show_regrades(work: Work, uid: UUID) -> ResponseReturnValue:
    """The questions that were asked, to choose one; and what was done before."""
    exam, words = service.examination(work, uid), request.args.get("q", "")
    service.refuse_candidate(work, exam.id)
    return page("exams/manage/regrades.html", exam=exam, words=words, asked=queries.asked(work, exam, words), done=queries.done(work, exam))


@routes.get("/manage/exams/<uuid:uid>/regrade/<uuid:version>", allow=Action.RELEASE)
def show_regrade(work: Work, uid: UUID, version: UUID) -> ResponseReturnValue:
    """One question: what may be done with it; with a choice made, who would change by it. Nothing is kept."""
    return _page(work, uid, version, request.args)


@routes.post("/manage/exams/<uuid:uid>/regrade/<uuid:version>", allow=Action.RELEASE, own_work=True)
def commit_regrade(actor: Actor, uid: UUID, version: UUID) -> ResponseReturnValue:
    """Carry out what was looked at: worked out while only reading, then put down in one go."""
    form = request.form
    with working(college(), actor, write=False) as work:
        try:
            weighed = service.weigh_regrade(work, uid, _wish(version, form), form.get("reason", ""), form.get("digest", ""))
        except Invalid as refusal:
            return _page(work, uid, version, form, refusal.sentence), 422
    with working(college(), actor, request_id=g.request_id) as work:
        row = service.regrade(work, weighed)
    flash(_("Committed: %(changed)s results changed, hours given to %(gained)s and taken back from %(lost)s.",
            changed=row.changed, gained=row.gained, lost=row.lost))  # fmt: skip
    return redirect(url_for(".show_regrades", uid=uid), 303)


def _page(work: Work, uid: UUID, version: UUID, given: Mapping[str, str], fault: str = "") -> str:
    exam = service.examination(work, uid)
    service.read_regrade(work, exam.id)
    row = queries.version(work, version)
    seen = None
    if given.get("how"):
        try:
            seen = service.preview_regrade(work, uid, _wish(version, given))
        except Invalid as refusal:
            fault = fault or refusal.sentence
    shown = seen.changes[:FIRST] if seen else ()
    return page(
        "exams/manage/regrade.html", exam=exam, version=row, face=faces(work, [row.id])[row.id], given=given, right=_right(given),
        seen=seen, shown=shown, cards=queries.named(work, [one.person_id for one in shown]), fault=fault,
    )  # fmt: skip


def _right(given: Mapping[str, str]) -> tuple[str, ...]:
    """The options that were ticked, or a further answer of each blank."""
    every = request.values.getlist("right")
    return tuple(every) if given.get("how") == How.KEY else ()


def _wish(version: UUID, given: Mapping[str, str]) -> service.Wish:
    try:
        how = How(given.get("how", ""))
    except ValueError as error:
        raise Invalid(_("Choose what is done with the question."), field="how") from error
    return service.Wish(version, how, _right(given))
