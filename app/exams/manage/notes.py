"""What was noticed while people sat, for whoever may release results."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.exams.actions import Action
from app.exams.manage.routes import routes
from app.exams.queries import notes
from app.kernel.web import page
from app.kernel.work import Work


@routes.get("/manage/exams/<uuid:uid>/notes", allow=Action.RELEASE)
def show_notes(work: Work, uid: UUID) -> ResponseReturnValue:
    """Sittings of an examination in which something was noticed, or all of them, or one person's; no mark depends on it."""
    exam, person, of = notes.exam_named(work, uid), request.args.get("person", type=UUID), request.args.get("of", "")
    which = notes.of_person(person) if person else notes.every() if of == "all" else notes.noted()
    found = notes.sittings(work, exam, which, request.args.get("page"))
    return page("exams/manage/notes.html", exam=exam, found=found, of=of, person=person)


@routes.get("/manage/exams/<uuid:uid>/notes/<uuid:attempt>", allow=Action.RELEASE)
def show_sitting_notes(work: Work, uid: UUID, attempt: UUID) -> ResponseReturnValue:
    """One sitting: what was noticed in it, if anything, and where it can be proposed to annul it."""
    exam = notes.exam_named(work, uid)
    sitting, events = notes.noticed(work, exam, attempt)
    return page("exams/manage/noticed.html", exam=exam, sitting=sitting, events=events)
