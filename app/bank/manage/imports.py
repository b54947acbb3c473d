"""Imports of the bank: a file or a pasted text, what was found, rows put right, brought in, taken back."""

from __future__ import annotations

import io
from uuid import UUID

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.bank import service, words
from app.bank.actions import Action
from app.bank.forms import PasteForm, QuestionForm, UploadForm
from app.bank.manage.doors import routes
from app.bank.manage.editor import is_step, kind_named, note_pictures, read_form, sent_form, show_editor, take_pictures
from app.bank.models import ImportRow
from app.bank.queries import lists
from app.bank.rules import packed
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.formats import excel
from app.bank.rules.formats import text as pasted
from app.bank.service import NotAQuestionFile
from app.bank.service.reading import MOST_BYTES
from app.kernel.fields import whole
from app.kernel.i18n import _, _n
from app.kernel.web import college, page
from app.kernel.work import Actor, Work, working

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50


@routes.get("/studio/bank/imports", allow=Action.AUTHOR)
def list_imports(work: Work) -> ResponseReturnValue:
    """Choose a file or paste a text; one's imports so far."""
    return _begin(work, UploadForm(), PasteForm())


def _begin(work: Work, upload: UploadForm, paste: PasteForm) -> str:
    return page("bank/imports.html", upload=upload, paste=paste, imports=lists.imports(work, request.args.get("page")), words=words,
                here=url_for(".list_imports"), most_bytes=MOST_BYTES)  # fmt: skip


@routes.get("/studio/bank/imports/template.xlsx", allow=Action.AUTHOR)
def get_template(work: Work) -> ResponseReturnValue:
    """The workbook to fill in, with drop-downs, examples and help."""
    return send_file(io.BytesIO(excel.template()), XLSX, as_attachment=True, download_name="questions-template.xlsx")


@routes.post("/studio/bank/imports", allow=Action.AUTHOR, own_work=True)
def examine(actor: Actor) -> ResponseReturnValue:
    """Read the file; nothing reaches the bank yet."""
    form = UploadForm()
    if form.validate():
        try:
            file = form.file.data
            uid = service.examine(college(), actor, file.stream.read(), wanted=form.format.data, file_name=file.filename or "")
            return redirect(url_for(".show_import", uid=uid), 303)
        except NotAQuestionFile as refusal:
            form.blame(refusal)
    with working(college(), actor, write=False) as work:
        return _begin(work, form, PasteForm(formdata=None)), 422


@routes.post("/studio/bank/imports/paste", allow=Action.AUTHOR, own_work=True)
def examine_text(actor: Actor) -> ResponseReturnValue:
    """Read the pasted text; nothing reaches the bank yet."""
    form = PasteForm()
    if form.validate():
        try:
            uid = service.examine(college(), actor, (form.text.data or "").encode(), wanted="text", file_name=_("Pasted text"))
            return redirect(url_for(".show_import", uid=uid), 303)
        except NotAQuestionFile as refusal:
            refusal.field = "text"
            form.blame(refusal)
    with working(college(), actor, write=False) as work:
        return _begin(work, UploadForm(formdata=None), form), 422


@routes.post("/studio/bank/imports/recognise", allow=Action.AUTHOR, own_work=True)
def recognise(_actor: Actor) -> ResponseReturnValue:
    """What is recognised in a text while it is being pasted; nothing is kept, and no turn to write is taken for it."""
    reading = pasted.read(request.form.get("text", "")[:200_000])
    rows = [(one, [words.told(found.as_json(), service.SENTENCES) for found in one.findings]) for one in reading.questions[:100]]
    loose = [words.told(found.as_json(), service.SENTENCES) for found in reading.findings[:20]]
    return page("bank/_recognised.html", rows=rows, loose=loose, count=len(reading.questions), words=words,
                good=sum(one.is_good for one in reading.questions))  # fmt: skip


@routes.get("/studio/bank/imports/<uuid:uid>", allow=Action.AUTHOR)
def show_import(work: Work, uid: UUID) -> ResponseReturnValue:
    """What was found: the rows to put right first, then the good ones."""
    kept = lists.own_import(work, uid)
    good, bad = service.counts(work, kept.id)
    after = request.args.get("after", "")
    at = whole(after, 7) or 0
    show_good = request.args.get("show") == "good" or bad == 0
    rows = lists.import_rows(work, kept.id, bad=not show_good, after=at, most=SHOWN + 1)
    is_marked = service.is_marked(kept, service.kept_file(work.settings, kept, work.now))
    return page("bank/import.html", kept=kept, good=good, bad=bad, rows=[_shown(one) for one in rows[:SHOWN]], show_good=show_good,
                following=rows[SHOWN - 1].number if len(rows) > SHOWN else None, words=words,
                drafts=lists.drafts_of(work, kept.id), is_marked=is_marked, waiting=service.waiting(work, kept.id))  # fmt: skip


@routes.get("/studio/bank/imports/<uuid:uid>/findings.xlsx", allow=Action.AUTHOR, own_work=True)
def get_findings(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """One's own workbook with its faulty cells marked, or the findings of another file as a list."""
    content, name = service.corrections(college(), actor, uid)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)


def _shown(row: ImportRow) -> tuple[ImportRow, QuestionDraft | None, list[words.Told]]:
    draft = packed.from_json(row.draft) if row.draft else None
    return row, draft, [words.told(one, service.SENTENCES) for one in row.findings]


@routes.get("/studio/bank/imports/<uuid:uid>/rows/<int:number>", allow=Action.AUTHOR)
def edit_row(work: Work, uid: UUID, number: int) -> ResponseReturnValue:
    """A row of an import, to be put right; another kind can be chosen in the address."""
    _kept, row = service.row_of(work, uid, number)
    draft = packed.from_json(row.draft) if row.draft else QuestionDraft(Kind.SINGLE, str(row.findings[0][3]) if row.findings else "")
    kind = kind_named(request.args.get("kind", draft.kind.value))
    form = QuestionForm()
    form.show(draft)
    return _row_editor(work, row, uid, kind, form)


def _row_editor(work: Work, row: ImportRow, uid: UUID, kind: Kind, form: QuestionForm) -> str:
    told = [words.told(one, service.SENTENCES) for one in row.findings]
    title = _("Put the question of row %(number)s right", number=row.line)
    return show_editor(work, kind, form, back=url_for(".show_import", uid=uid), title=title,
                       told=told, row=(uid, row.number))  # fmt: skip


@routes.post("/studio/bank/imports/<uuid:uid>/rows/<int:number>", allow=Action.AUTHOR, own_work=True)
def correct_row(actor: Actor, uid: UUID, number: int) -> ResponseReturnValue:
    """Keep the corrected question and go on to the next one with a mistake."""
    form = sent_form()
    sent = take_pictures(form)
    with working(college(), actor) as work:
        note_pictures(work, sent)
        kept, row = service.row_of(work, uid, number)
        kind = kind_named(request.args.get("kind", (row.draft or {}).get("kind", "single")))
        if is_step():
            return _row_editor(work, row, uid, kind, form)
        if (draft := read_form(work, form, kind)) is None:
            return _row_editor(work, row, uid, kind, form), 422
        service.correct(work, uid, number, draft)
        following = lists.import_rows(work, kept.id, bad=True, after=number, most=1) or lists.import_rows(work, kept.id, bad=True, most=1)
        if following and request.form.get("then") == "next":
            return redirect(url_for(".edit_row", uid=uid, number=following[0].number), 303)
        return redirect(url_for(".show_import", uid=uid), 303)


@routes.post("/studio/bank/imports/<uuid:uid>/rows/<int:number>/leave-out", allow=Action.AUTHOR)
def leave_out(work: Work, uid: UUID, number: int) -> ResponseReturnValue:
    """Take a row out of the import."""
    service.leave_out(work, uid, number)
    return redirect(url_for(".show_import", uid=uid, show=request.args.get("show")), 303)


@routes.post("/studio/bank/imports/<uuid:uid>/carry-out", allow=Action.AUTHOR)
def carry_out(work: Work, uid: UUID) -> ResponseReturnValue:
    """Bring the good rows into the bank as drafts."""
    count = service.carry_out(work, uid)
    flash(_n("%(num)s question is in the bank as a draft.", "%(num)s questions are in the bank as drafts.", count))
    return redirect(url_for(".show_import", uid=uid), 303)


@routes.post("/studio/bank/imports/<uuid:uid>/hand-in", allow=Action.AUTHOR)
def hand_in(work: Work, uid: UUID) -> ResponseReturnValue:
    """Hand in whatever of the import is still a draft."""
    lists.own_import(work, uid)
    done = service.move_import(work, uid, "in_review")
    for line, tone in words.moved_words("in_review", done.done, done.own, done.changed, done.elsewhere):
        flash(line, tone)
    return redirect(url_for(".show_import", uid=uid), 303)


@routes.post("/studio/bank/imports/<uuid:uid>/undo", allow=Action.AUTHOR)
def undo(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take the whole import back."""
    count = service.take_back(work, uid)
    flash(_n("%(num)s question was taken back.", "%(num)s questions were taken back.", count))
    return redirect(url_for(".show_import", uid=uid), 303)
