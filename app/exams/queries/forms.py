"""The equivalent forms of an examination, side by side with what is known of their questions; no key."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import func, select

from app.bank.models import Card, Question
from app.exams.models import ExamPlan, VersionFigures
from app.exams.rules.blueprint import Row
from app.exams.rules.equivalent import Known, Look, looks
from app.kernel.db import among, dialect, numbers
from app.kernel.work import Work


def compared(work: Work, plan: ExamPlan) -> list[Look]:
    """The forms that were drawn at the last check; none where each candidate has a draw of his own."""
    drawn = plan.forms if plan.form_count else []
    ids = {one for form in drawn for row in form for one in row}
    return looks([Row.from_json(one) for one in plan.rows], drawn, _known(work, ids)) if drawn else []


def _known(work: Work, ids: Collection[int]) -> dict[int, Known]:
    """Topic, difficulty, and how easy the present version was where results are out. One statement."""
    engine, kept = dialect(work.session), VersionFigures
    ease, count = func.sum(kept.ease * kept.candidates), func.sum(kept.candidates)
    columns = select(Card.question_id, Card.topic, Card.difficulty, ease, count).join(Question, Question.id == Card.question_id)
    columns = columns.outerjoin(kept, kept.version_id == Question.current_version_id).where(among(engine, Card.question_id, "ids"))
    rows = work.session.execute(columns.group_by(Card.question_id, Card.topic, Card.difficulty), {"ids": numbers(engine, sorted(ids))})
    return {
        question: Known(topic, difficulty, Decimal(int(total)) / int(people) / 1000 if people else None)
        for question, topic, difficulty, total, people in rows
    }
