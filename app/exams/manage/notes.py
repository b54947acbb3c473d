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
    """Sittings of an examination of which something was noticed; no mark depends on it."""
    exam = notes.exam_named(work, uid)
    return page("exams/manage/notes.html", exam=exam, found=notes.sittings(work, exam, request.args.get("page")))


@routes.get("/manage/exams/<uuid:uid>/notes/<uuid:attempt>", allow=Action.RELEASE)
def show_sitting_notes(work: Work, uid: UUID, attempt: UUID) -> ResponseReturnValue:
    """What was noticed in one sitting, in its order."""
    exam = notes.exam_named(work, uid)
    sitting, events = notes.noticed(work, exam, attempt)
    return page("exams/manage/noticed.html", exam=exam, sitting=sitting, events=events)
