"""Staff pages of past training: choose a file, read what was found, bring it in, take it back."""

from __future__ import annotations

import io
from uuid import UUID

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.history import queries, service, words
from app.history.actions import Action
from app.history.forms import HistoryForm, UndoForm
from app.kernel.errors import Invalid
from app.kernel.i18n import _
from app.kernel.web import Routes, college, page
from app.kernel.work import Actor, Work, working

routes = Routes("history", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@routes.get("/manage/history", allow=Action.IMPORT)
def list_imports(work: Work) -> ResponseReturnValue:
    """One's imports and those about one's people, and the choice of a new file."""
    return _list_page(work, HistoryForm())


def _list_page(work: Work, form: HistoryForm) -> str:
    found = queries.imports(work, request.args.get("page"))
    return page("history/manage/imports.html", form=form, imports=found, here=url_for(".list_imports"))


@routes.get("/manage/history/template.xlsx", allow=Action.IMPORT)
def get_template(work: Work) -> ResponseReturnValue:
    """An empty workbook with the columns and what may stand in them."""
    return send_file(io.BytesIO(service.template()), XLSX, as_attachment=True, download_name="history-template.xlsx")


@routes.post("/manage/history", allow=Action.IMPORT, own_work=True)
def examine_file(actor: Actor) -> ResponseReturnValue:
    """Examine the file and show what was found; nothing is brought in yet."""
    form = HistoryForm()
    if form.validate():
        try:
            file = form.file.data
            uid = service.lay_down(college(), actor, file.filename or "", file.stream)
            return redirect(url_for(".show_import", uid=uid), 303)
        except Invalid as refusal:
            form.blame(refusal)
    with working(college(), actor, write=False) as work:
        return _list_page(work, form), 422


@routes.get("/manage/history/<uuid:uid>", allow=Action.IMPORT)
def show_import(work: Work, uid: UUID) -> ResponseReturnValue:
    """What was found in a file, and what bringing it in will do or has done; cells of rows that failed are its owner's to read."""
    return _import_page(work, uid, UndoForm())


def _import_page(work: Work, uid: UUID, form: UndoForm) -> str:
    kept = service.seen_import(work, uid)
    report = service.from_json(kept.report)
    findings = [(finding, *words.told(finding)) for finding in report.findings] if kept.owner_id == work.person_id else None
    return page("history/manage/import.html", kept=kept, report=report, findings=findings, form=form, sums=queries.sums(work, kept.id),
                concerns_me=queries.concerns(work, kept.id, work.person_id))  # fmt: skip


@routes.post("/manage/history/<uuid:uid>", allow=Action.IMPORT, own_work=True)
def carry_out(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Bring the rows in."""
    report = service.carry_out(college(), actor, uid, only_good=request.form.get("only_good") == "1")
    flash(_("%(count)s lines were credited.", count=report.good + report.known))
    return redirect(url_for(".show_import", uid=uid), 303)


@routes.post("/manage/history/<uuid:uid>/undo", allow=Action.IMPORT, own_work=True)
def undo(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Take the whole import back."""
    form = UndoForm()
    if form.validate():
        count = service.take_back(college(), actor, uid, form.reason.data)
        flash(_("%(count)s lines were taken back.", count=count))
        return redirect(url_for(".show_import", uid=uid), 303)
    with working(college(), actor, write=False) as work:
        return _import_page(work, uid, form), 422
