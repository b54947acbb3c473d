"""Pages of a candidate: the list, the start page, the paper, the result."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank import service as bank
from app.exams import queries, service
from app.exams.queries import pictures
from app.exams.queries.own import Own, own, settled
from app.exams.service.refusals import (
    AttemptAnnulled,
    AttemptOver,
    BeingMarked,
    NotReleased,
    PasswordNeeded,
    PasswordPause,
    PastDeadline,
    QuestionPassed,
    WrongExamPassword,
)
from app.kernel.errors import Invalid, NotFound
from app.kernel.i18n import _
from app.kernel.web import SIGNED_IN, Routes, college, page
from app.kernel.work import Work

routes = Routes("exams", __name__)
HEX = frozenset("0123456789abcdef")
STRICT = "default-src 'none'; sandbox"


@routes.get("/exams", allow=SIGNED_IN)
def exams(work: Work) -> ResponseReturnValue:
    """What can be sat, what is being sat, what was sat."""
    service.settle_overdue(college(), work)
    return page("exams/exams.html", exams=queries.my_exams(work, request.args.get("page")), news=queries.news(work))


@routes.get("/exams/<uuid:uid>", allow=SIGNED_IN)
def show_exam(work: Work, uid: UUID) -> ResponseReturnValue:
    """The rules of one exam in words, and the button that starts it."""
    service.settle_overdue(college(), work)
    return page("exams/exam.html", exam=queries.start_page(work, uid), wrong="")


@routes.post("/exams/<uuid:uid>/start", allow=SIGNED_IN, ahead=service.prepare)
def start_exam(work: Work, uid: UUID, ready: service.Ready) -> ResponseReturnValue:
    """Start, or go on on this device; a wrong password, counted, or the pause after many is said beside its field."""
    try:
        attempt, _is_new = service.begin(work, ready, request.form.get("password", "").strip())
    except (PasswordNeeded, WrongExamPassword, PasswordPause) as refusal:
        return page("exams/exam.html", exam=queries.start_page(work, uid), wrong=refusal.sentence), refusal.status
    return redirect(url_for(".show_attempt", uid=attempt.attempt), 303)


@routes.get("/exams/attempts/<uuid:uid>", allow=SIGNED_IN)
def show_attempt(work: Work, uid: UUID) -> ResponseReturnValue:
    """The paper; once handed in, its result."""
    service.settle_overdue(college(), work)
    try:
        attempt = service.read(work, uid)
    except AttemptOver:
        attempt = None
    if attempt is None or attempt.state != "running":
        return redirect(url_for(".show_result", uid=uid), 303)
    name, worth, is_graded = queries.exam_head(work, attempt.exam)
    return page(
        "exams/attempt.html", attempt=attempt, name=name, worth=worth, is_graded=is_graded, elsewhere=service.held_elsewhere(work, uid)
    )


@routes.post("/exams/attempts/<uuid:uid>/submit", allow=SIGNED_IN)
def submit_attempt(work: Work, uid: UUID) -> ResponseReturnValue:
    """Hand in a page without a script: keep what was ticked, then mark it."""
    try:
        service.save_form(work, uid, request.form.to_dict(flat=False))
    except (PastDeadline, AttemptOver):
        flash(_("Time was up before this page arrived. What had been saved by then was handed in."), "warning")
    receipt = service.submit(work, uid)
    flash(_("Your paper is in. Receipt %(receipt)s.", receipt=receipt.receipt))
    return redirect(url_for(".show_result", uid=uid), 303)


@routes.post("/exams/attempts/<uuid:uid>/forward", allow=SIGNED_IN)
def forward_attempt(work: Work, uid: UUID) -> ResponseReturnValue:
    """Go on to the next question without a script: keep what was filled in first; there is no way back."""
    try:
        service.save_form(work, uid, request.form.to_dict(flat=False))
        service.forward(work, uid, request.form.get("to", -1, type=int))
    except (PastDeadline, AttemptOver, QuestionPassed):
        flash(_("This question was over already. What had been saved by then counts."), "warning")
    return redirect(url_for(".show_attempt", uid=uid), 303)


@routes.get("/exams/attempts/<uuid:uid>/result", allow=SIGNED_IN)
def show_result(work: Work, uid: UUID) -> ResponseReturnValue:
    """The result by topic, with the lecture second that covers each miss."""
    return _result(work, settled(college(), work, uid))


@routes.post("/exams/attempts/<uuid:uid>/appeal", allow=SIGNED_IN)
def appeal_result(work: Work, uid: UUID) -> ResponseReturnValue:
    """Appeal against the result, once and in time; what is wrong is said beside the field."""
    try:
        row = service.appeal(work, uid, request.form.get("reason", ""))
    except Invalid as refusal:
        return _result(work, own(work, uid), refusal.sentence), 422
    flash(_("Your appeal is filed. It is to be decided by %(day)s.", day=row.due_on.isoformat()))
    return redirect(url_for(".show_result", uid=uid), 303)


def _result(work: Work, sitting: Own, fault: str = "") -> str:
    """The result, or why there is none to show yet or any more."""
    try:
        result = service.result(work, sitting)
    except (BeingMarked, NotReleased, AttemptAnnulled) as refusal:
        receipt, held = service.receipt(sitting), isinstance(refusal, NotReleased)
        annulled = service.changes(work, sitting.attempt) if isinstance(refusal, AttemptAnnulled) else None
        return page("exams/being_marked.html", receipt=receipt, held=held, annulled=annulled, exam=sitting.row)
    appeal = service.appeal_state(work, sitting)
    return page("exams/result.html", result=result, exam=sitting.row, fault=fault, given=request.form, **appeal)


@routes.get("/questions/pictures/<sha>", allow=SIGNED_IN)
def show_picture(work: Work, sha: str) -> ResponseReturnValue:
    """The picture of a question, for whoever may see the question now; kept by no browser, and to anybody else not there."""
    name = sha if len(sha) == 64 and set(sha) <= HEX else ""
    if not name or not pictures.may_see(work, name) or (found := bank.picture(work.settings, name)) is None:
        raise NotFound()
    answer = Response(found[0], mimetype=found[1])
    answer.headers["Content-Security-Policy"] = STRICT
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
