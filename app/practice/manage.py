"""Which questions may be practised, for those who pass questions."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.bank.actions import Action
from app.kernel.i18n import _
from app.kernel.web import Routes, page
from app.kernel.work import Work
from app.practice import queries, service
from app.practice.service import MarkedByHand, StillAsked

routes = Routes("practice_studio", __name__)


@routes.get("/manage/practice", allow=Action.REVIEW)
def list_questions(work: Work) -> ResponseReturnValue:
    """Approved questions: open for practice, kept for examinations, or still to be asked by one."""
    topic, state = request.args.get("topic", "")[:60], request.args.get("state", "")
    found = queries.offered(work, topic, state, request.args.get("page"))
    here = url_for(".list_questions", **{name: value for name, value in (("topic", topic), ("state", state)) if value})  # type: ignore[arg-type]
    return page("practice/manage/questions.html", found=found, topic=topic, state=state, here=here, topics=queries.all_topics(work))


@routes.post("/manage/practice/<uuid:uid>", allow=Action.REVIEW)
def move_question(work: Work, uid: UUID) -> ResponseReturnValue:
    """Open a question for practice, or take it back."""
    back = url_for(".list_questions", topic=request.form.get("topic", "")[:60] or None, state=request.form.get("state", "")[:10] or None)
    if request.form.get("to") == "kept":
        service.close_question(work, uid)
        flash(_("The question is kept for examinations again."))
    else:
        try:
            service.open_question(work, uid)
            flash(_("The question may be practised now."))
        except (MarkedByHand, StillAsked) as refusal:
            flash(str(refusal.sentence), "warning")
    return redirect(back, 303)
