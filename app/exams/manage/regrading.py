"""Regrading: which question, what is done with it, who would change; then the commit, with its reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.bank.actions import Action as BankAction
from app.bank.queries import Face
from app.bank.rules.answers import Kind
from app.bank.service import secrets
from app.exams import service, sheets
from app.exams.actions import Action
from app.exams.manage import correction
from app.exams.manage.routes import routes
from app.exams.models import Exam
from app.exams.queries import regrades as queries
from app.exams.rules.regrading import How
from app.exams.service.refusals import RegradeMoved
from app.exams.service.regrading import page_of
from app.kernel.errors import Invalid
from app.kernel.i18n import _
from app.kernel.web import college, page
from app.kernel.work import Actor, Work, working

Given = MultiDict[str, str]
SIZE = 200
"""Changes on a page; the sums are of all, and so is the workbook."""
TELLING = frozenset({Kind.BLANK, Kind.CASE})
"""Kinds of whose key the form shows what is accepted, to whoever reviews questions."""


@routes.get("/manage/exams/<uuid:uid>/regrade", allow=Action.RELEASE)
def show_regrades(work: Work, uid: UUID) -> ResponseReturnValue:
    """The questions that were asked, to choose one; and what was done before."""
    exam, words = service.examination(work, uid), request.args.get("q", "")
    service.refuse_candidate(work, exam.id)
    return page("exams/manage/regrades.html", exam=exam, words=words, asked=queries.asked(work, exam, words), done=queries.done(work, exam))


@routes.get("/manage/exams/<uuid:uid>/regrade/<uuid:version>", allow=Action.RELEASE)
def show_regrade(work: Work, uid: UUID, version: UUID) -> ResponseReturnValue:
    """One question: what may be done with it; with a choice made, who would change by it, page by page. Nothing is kept."""
    return _page(work, uid, version, request.args)


@routes.get("/manage/exams/<uuid:uid>/regrade/<uuid:version>/changes.xlsx", allow=Action.RELEASE)
def regrade_workbook(work: Work, uid: UUID, version: UUID) -> ResponseReturnValue:
    """Everybody who would change, as a workbook; names as on the page only within one's scope."""
    exam = service.examination(work, uid)
    form = _Form(work, exam, _read(work, exam, version), request.args)
    seen = service.preview_regrade_of(work, exam, form.wish(), form.version)
    cards = queries.named(work, list(dict.fromkeys(one.person_id for one in seen.changes)))
    return sheets.sent(work, sheets.of_changes(work, exam, form.version.stem, seen, cards), "xlsx")


@routes.post("/manage/exams/<uuid:uid>/regrade/<uuid:version>", allow=Action.RELEASE, own_work=True)
def commit_regrade(actor: Actor, uid: UUID, version: UUID) -> ResponseReturnValue:
    """Carry out what was looked at: worked out while only reading, then put down in one go."""
    form = request.form
    with working(college(), actor, write=False) as work:
        try:
            exam = service.examination(work, uid)
            wish = _Form(work, exam, _read(work, exam, version), form).wish()
            weighed = service.weigh_regrade(work, uid, wish, form.get("reason", ""), form.get("digest", ""))
        except (Invalid, RegradeMoved) as refusal:
            return _page(work, uid, version, form, refusal.sentence), refusal.status
    try:
        with working(college(), actor, request_id=g.request_id) as work:
            row = service.regrade(work, weighed)
    except RegradeMoved as refusal:
        with working(college(), actor, write=False) as work:
            return _page(work, uid, version, form, refusal.sentence), refusal.status
    flash(_("Committed. Results changed: %(changed)s; people who were given hours: %(gained)s; from whom they were taken back: %(lost)s.",
            changed=row.changed, gained=row.gained, lost=row.lost))  # fmt: skip
    return redirect(url_for(".show_regrades", uid=uid), 303)


@routes.post("/manage/exams/<uuid:uid>/regrade/<uuid:regrade>/bank", allow=Action.RELEASE)
def give_key_to_bank(work: Work, uid: UUID, regrade: UUID) -> ResponseReturnValue:
    """Make the bank's question anew with the corrected key; a reviewer who had no hand in it passes it."""
    service.give_key_to_bank(work, service.examination(work, uid), regrade)
    flash(_("A new version of the question was handed in. Another reviewer passes it; until then it is not drawn."))
    return redirect(url_for(".show_regrades", uid=uid), 303)


class _Form:
    """What was said of a question, and what can be said: with nothing said yet, what holds of what was done before."""

    def __init__(self, work: Work, exam: Exam, version: Any, given: Given) -> None:
        self.version = version
        tells = self.version.kind in TELLING and work.may(BankAction.REVIEW)
        self.places = correction.places(self.version, secrets(work, [self.version.id])[self.version.id] if tells else None)
        self.given = given if given.get("how") else self._held(work, exam)

    def _held(self, work: Work, exam: Exam) -> Given:
        """What holds of a key that was corrected before."""
        held, _version = queries.holding(work, exam.id).get(self.version.id, (None, None))
        if held is None or held.how != How.KEY:
            return MultiDict()
        return MultiDict([("how", How.KEY.value), *correction.written(held.right, self.places).items(multi=True)])

    def wish(self) -> service.Wish:
        """What is to be done, as it was said."""
        try:
            how = How(self.given.get("how", ""))
        except ValueError as error:
            raise Invalid(_("Choose what is done with the question."), field="how") from error
        return service.Wish(self.version.uid, how, correction.read(self.given, self.places) if how is How.KEY else ())

    def address(self) -> str:
        """The same question with the same choice."""
        return urlencode([("how", self.given.get("how", "")), *correction.carried(self.given, self.places)])


def _read(work: Work, exam: Exam, uid: UUID) -> Any:
    """The question, for whoever may look at what becomes of it; that he looks is noted."""
    version = queries.version(work, exam, uid)
    service.read_regrade(work, exam.id, version.question_id)
    return version


def _face(version: Any) -> Face:
    return Face(version.stem, dict(version.options), Kind(version.kind), version.shown)


def _page(work: Work, uid: UUID, version: UUID, given: Given, fault: str = "") -> str:
    exam = service.examination(work, uid)
    form, seen = _Form(work, exam, _read(work, exam, version), given), None
    if given.get("how"):
        try:
            seen = service.preview_regrade_of(work, exam, form.wish(), form.version)
        except Invalid as refusal:
            fault = fault or refusal.sentence
    shown = page_of(seen.changes, given.get("page"), SIZE) if seen else None
    return page(
        "exams/manage/regrade.html", exam=exam, version=form.version, face=_face(form.version), form=form,
        given=form.given, carried=correction.carried(form.given, form.places), seen=seen, shown=shown, fault=fault,
        reason=given.get("reason", ""), cards=queries.named(work, [one.person_id for one in shown.items]) if shown else {},
    )  # fmt: skip
