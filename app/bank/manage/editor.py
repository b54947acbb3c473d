"""The editor of one question: the form as it was sent, its pictures, its faults; for the bank and for rows of an import."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from app.bank import service, words
from app.bank.forms import QuestionForm
from app.bank.key_forms import KeyForm
from app.bank.part_forms import rearranged
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import PARTS, tidy
from app.kernel.errors import Invalid, NotFound
from app.kernel.i18n import _
from app.kernel.web import college, page
from app.kernel.work import Work


def kind_named(word: str) -> Kind:
    """The kind of an address."""
    if word not in tuple(Kind):
        raise NotFound()
    return Kind(word)


def show_editor(work: Work, kind: Kind, form: QuestionForm, **more: Any) -> str:
    """The editor of one question, with how it looks to a candidate beside it."""
    shown = {"uid": None, "told": (), "row": None, "back": url_for(".list_questions"), "title": _("Write a question"), **more}
    if kind is Kind.CASE and not form.parts.entries:
        form.parts.append_entry()
    draft, _wrong = form.draft(kind)
    return page("bank/editor.html", kind=kind.value, form=form, words=words, most_parts=PARTS, draft=tidy(draft),
                courses=service.offered(work), lectures=service.lectures(work, form.course.data or ""),
                where=service.where(work, draft), **shown)  # fmt: skip


def sent_form() -> QuestionForm:
    """What was sent, after the step on the parts of a case that its button asks for."""
    sent = [*request.files.items(multi=True), *request.form.items(multi=True)]
    return QuestionForm(rearranged(sent, request.form.get("do", "")))


def is_step() -> bool:
    """Whether a button of the parts was pressed: the form comes back, and nothing is kept."""
    return "do" in request.form


def take_pictures(form: QuestionForm) -> list[service.Kept]:
    """The pictures that were sent with a form, made anew before anything is held; the form goes on with their names."""
    return [kept for one in (form, *form.part_forms()) if (kept := _taken(one)) is not None]


def _taken(form: KeyForm) -> service.Kept | None:
    if form.picture_gone.data:
        form.picture_now.data, form.alt.data, form.picture_gone.data = "", "", False
    file = form.picture.data
    if not getattr(file, "filename", ""):
        return None
    try:
        kept = service.receive(college().settings, file.stream.read(service.MOST_BYTES + 1))
    except Invalid as refusal:
        form.refused = refusal
        return None
    form.picture_now.data = kept.sha256
    return kept


def note_pictures(work: Work, sent: list[service.Kept]) -> None:
    """Enter the pictures, whatever becomes of the question: they stand in the form that comes back."""
    if sent:
        service.note_pictures(work, sent)


def read_form(work: Work, form: QuestionForm, kind: Kind) -> Any:
    """The draft of a form if it is without faults; else every fault stands beside its field, whatever else is wrong."""
    is_valid = form.validate()
    is_taken = all(one.refused is None for one in (form, *form.part_forms()))
    draft, found = form.draft(kind)
    found += [*form.blame_pictures(), *service.examined(work, draft)[1]]
    form.blame_faults(list(dict.fromkeys(found)), kind, service.SENTENCES)
    return tidy(draft) if is_valid and is_taken and not found else None
