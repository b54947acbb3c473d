"""Staff pages of past training: choose a file, read what was found, bring it in, take it back."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.history import queries, service, words
from app.history.actions import Action
from app.history.forms import HistoryForm, UndoForm
from app.history.models import HistoryImport
from app.kernel.errors import Invalid
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
    """What was found in a file, and what bringing it in will do or has done; cells of rows that failed are its owner's to read.

    `part=1` is how far the work on it is, which the page asks for again and again; empty when it is over.
    """
    if request.args.get("part"):
        return _part(work, uid)
    return _import_page(work, uid, UndoForm())


def _part(work: Work, uid: UUID) -> str:
    kept = service.seen_import(work, uid)
    running = service.under_way(work, kept)
    return page("history/manage/_running.html", **_progress(work, kept, running)) if running else ""


def _progress(work: Work, kept: HistoryImport, running: str) -> dict[str, Any]:
    of = queries.sums(work, kept.id).lines if running == service.TAKE_BACK else service.from_json(kept.report).rows
    return {"kept": kept, "running": running, "of": max(of, 1), "is_back": running == service.TAKE_BACK}


def _import_page(work: Work, uid: UUID, form: UndoForm) -> str:
    kept = service.seen_import(work, uid)
    report, running = service.from_json(kept.report), service.under_way(work, kept)
    findings = [(finding, *words.told(finding)) for finding in report.findings] if kept.owner_id == work.person_id else None
    return page("history/manage/import.html", report=report, findings=findings, form=form, sums=queries.sums(work, kept.id),
                concerns_me=queries.concerns(work, kept.id, work.person_id), trouble=words.trouble_word(kept.trouble),
                **_progress(work, kept, running))  # fmt: skip


@routes.post("/manage/history/<uuid:uid>", allow=Action.IMPORT)
def carry_out(work: Work, uid: UUID) -> ResponseReturnValue:
    """Have the rows brought in."""
    service.ask_in(work, uid, only_good=request.form.get("only_good") == "1")
    return redirect(url_for(".show_import", uid=uid), 303)


@routes.post("/manage/history/<uuid:uid>/undo", allow=Action.IMPORT)
def undo(work: Work, uid: UUID) -> ResponseReturnValue:
    """Have the whole import taken back."""
    form = UndoForm()
    if form.validate():
        service.ask_back(work, uid, form.reason.data)
        return redirect(url_for(".show_import", uid=uid), 303)
    return _import_page(work, uid, form), 422
