"""The bank for those who write and pass questions: list, editor, review, history, export."""

from __future__ import annotations

import io
from uuid import UUID

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.bank import service, words
from app.bank.actions import Action
from app.bank.asked import address, asked_moment, asked_uid, wanted
from app.bank.forms import MoveForm, QuestionForm
from app.bank.manage.doors import routes
from app.bank.manage.editor import is_step, kind_named, note_pictures, read_form, sent_form, show_editor, take_pictures
from app.bank.queries import lists
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Fault, faults, tidy
from app.bank.rules.review import moves, needs_reason
from app.bank.service import Faulty
from app.kernel.errors import Invalid
from app.kernel.fields import whole
from app.kernel.i18n import _
from app.kernel.web import college, page
from app.kernel.work import Actor, Work, working


@routes.get("/studio/bank", allow=Action.OPEN)
def list_questions(work: Work) -> ResponseReturnValue:
    """Questions one may see, narrowed and page by page."""
    chosen = wanted()
    found = lists.questions(work, chosen, request.args.get("page"))
    return page("bank/list.html", found=found, wanted=chosen, topics=lists.topics(work), words=words, given=address(chosen),
                here=url_for(".list_questions", **address(chosen)), read_at=work.now.isoformat())  # type: ignore[arg-type]  # fmt: skip


@routes.post("/studio/bank/moves", allow=Action.OPEN)
def move_many(work: Work) -> ResponseReturnValue:
    """Hand in, or pass, the ticked questions of a list or whatever of an import waits for it; what is left out is told."""
    given, to, whole_import = request.form, request.form.get("to", ""), request.form.get("import_to", "")
    read_at = asked_moment(given.get("read_at", ""))
    try:
        if whole_import and (uid := asked_uid(given.get("import", ""))):
            done = service.move_import(work, uid, to := whole_import, read_at)
        else:
            done = service.move_chosen(work, [one for text in given.getlist("question") if (one := asked_uid(text))], to, read_at)
        for line, tone in words.moved_words(to, done.done, done.own, done.changed, done.elsewhere):
            flash(line, tone)
    except Invalid as refusal:
        flash(refusal.sentence, "warning")
    return redirect(url_for(".list_questions", **address(wanted())), 303)  # type: ignore[arg-type]


@routes.get("/studio/bank/new", allow=Action.AUTHOR)
def begin(work: Work) -> ResponseReturnValue:
    """An empty question of the kind in the address."""
    return show_editor(work, kind_named(request.args.get("kind", "single")), QuestionForm())


@routes.post("/studio/bank/new", allow=Action.AUTHOR, own_work=True)
def add(actor: Actor) -> ResponseReturnValue:
    """Keep a new question as a draft; «save and next» opens an empty one of the same kind."""
    kind, form = kind_named(request.args.get("kind", "single")), sent_form()
    sent = take_pictures(form)
    with working(college(), actor) as work:
        note_pictures(work, sent)
        if is_step():
            return show_editor(work, kind, form)
        if (draft := read_form(work, form, kind)) is not None:
            try:
                question = service.add(work, draft)
                flash(_("The question was saved."))
                another = request.form.get("then") == "next"
                return redirect(url_for(".begin", kind=kind.value) if another else url_for(".show", uid=question.uid), 303)
            except Faulty as refusal:
                form.blame_faults(list(refusal.found), kind, service.SENTENCES)
        return show_editor(work, kind, form), 422


@routes.post("/studio/bank/preview", allow=Action.AUTHOR)
def preview(work: Work) -> ResponseReturnValue:
    """The question as a candidate meets it, what is wrong with it, and what says the same; nothing is kept."""
    kind, form = kind_named(request.args.get("kind", "single")), QuestionForm()
    form.validate()
    draft, unread = form.draft(kind)
    neat = tidy(draft)
    found = [*unread, *faults(neat, kinds=frozenset(Kind))] if neat.stem else [Fault("stem", "empty")]
    alike = service.alike(work, neat, _own_id(work)) if len(neat.stem) > 3 else []
    found += [wrong] if (wrong := service.settled(work, [neat])[0][1]) else []
    return page(
        "bank/_preview_part.html",
        draft=neat,
        faults=_sentences(found),
        alike=alike[:3],
        words=words,
        where=service.where(work, neat),
        lectures=service.lectures(work, form.course.data or ""),
    )


def _own_id(work: Work) -> int | None:
    uid = asked_uid(request.args.get("uid", ""))
    return lists.whole(work, uid).question.id if uid else None


def _sentences(found: list[Fault]) -> list[str]:
    return list(dict.fromkeys(words.sentence(one, service.SENTENCES) for one in found))[:4]


@routes.get("/studio/bank/questions/<uuid:uid>", allow=Action.OPEN)
def show(work: Work, uid: UUID) -> ResponseReturnValue:
    """One question with its key, its history, what says the same, and what may be done with it."""
    return _show(work, uid, MoveForm())


def _show(work: Work, uid: UUID, form: MoveForm) -> str:
    number = request.args.get("version", "")
    service.read_key(work, uid)
    found = lists.whole(work, uid, whole(number, 5))
    who = service.mover(work, found)
    allowed = moves(str(found.card.state), who)
    return page("bank/question.html", found=found, draft=found.draft, words=words, form=form, moves=allowed,
                reasons={to for to in allowed if needs_reason(str(found.card.state), to, who)}, steps=lists.steps(work, found.question.id),
                alike=service.alike(work, found.draft, found.question.id)[:5], where=service.where(work, found.draft),
                uses=service.uses(work, found.question.id), whole_import=lists.import_of(work, found.card))  # fmt: skip


@routes.post("/studio/bank/questions/<uuid:uid>/move", allow=Action.OPEN)
def move(work: Work, uid: UUID) -> ResponseReturnValue:
    """Hand in, approve, give back, retire, take back."""
    form = MoveForm()
    version = request.form.get("version", "")
    if form.validate():
        try:
            service.move(work, uid, request.form.get("to", ""), form.reason.data or "", whole(version))
            flash(_("The question is now: %(state)s.", state=words.STATES[request.form["to"]]))
            queue = url_for(".list_questions", state="in_review")
            return redirect(queue if request.form.get("then") == "queue" else url_for(".show", uid=uid), 303)
        except Invalid as refusal:
            form.blame(refusal)
    return _show(work, uid, form), 422


@routes.get("/studio/bank/questions/<uuid:uid>/edit", allow=Action.AUTHOR)
def edit(work: Work, uid: UUID) -> ResponseReturnValue:
    """A draft of one's own, to be changed."""
    service.read_key(work, uid)
    found = lists.whole(work, uid)
    form = QuestionForm()
    form.show(service.told(work, [found.draft])[0])
    return show_editor(work, Kind(found.card.kind), form, uid=uid, back=url_for(".show", uid=uid), title=_("Edit the question"))


@routes.post("/studio/bank/questions/<uuid:uid>/edit", allow=Action.AUTHOR, own_work=True)
def save(actor: Actor, uid: UUID) -> ResponseReturnValue:
    """Keep a changed question as its next version."""
    form = sent_form()
    sent = take_pictures(form)
    with working(college(), actor) as work:
        note_pictures(work, sent)
        found = lists.whole(work, uid)
        kind = Kind(found.card.kind)
        if is_step():
            return show_editor(work, kind, form, uid=uid, back=url_for(".show", uid=uid), title=_("Edit the question"))
        if (draft := read_form(work, form, kind)) is not None:
            try:
                service.change(work, uid, draft)
                flash(_("The question was saved."))
                return redirect(url_for(".show", uid=uid), 303)
            except Faulty as refusal:
                form.blame_faults(list(refusal.found), kind, service.SENTENCES)
        return show_editor(work, kind, form, uid=uid, back=url_for(".show", uid=uid), title=_("Edit the question")), 422


@routes.get("/studio/bank/export", allow=Action.OPEN)
def choose_export(work: Work) -> ResponseReturnValue:
    """What a format holds of these questions, before the file is taken."""
    chosen, form = wanted(), request.args.get("format", "excel")
    made, _ending, _type, count = service.export(work, chosen, form)
    told = [words.told(one.as_json(), service.SENTENCES) for one in made.lost[:200]]
    left_out = sum(one.code == "question_left_out" for one in made.lost)
    return page("bank/export.html", count=count, lost=told, more=max(len(made.lost) - 200, 0), format=form, left_out=left_out,
                given=address(chosen), words=words, writers=service.WRITERS)  # fmt: skip


@routes.get("/studio/bank/export/file", allow=Action.OPEN)
def get_export(work: Work) -> ResponseReturnValue:
    """The file; whoever takes it is noted as a reader of its keys."""
    chosen = wanted()
    service.read_keys(work, chosen)
    made, ending, media_type, _count = service.export(work, chosen, request.args.get("format", "excel"))
    return send_file(io.BytesIO(made.content), media_type, as_attachment=True, download_name=f"questions.{ending}")
