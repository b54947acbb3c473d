"""Who reads keys of an examination, or what tells them, leaves a line in its trail and does not sit it (docs/adr/0023)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, insert, literal, select

from app.exams.models import Attempt, AttemptState, ExamTrail
from app.exams.service import refusals
from app.kernel.errors import Refusal
from app.kernel.work import Work


def read_answers(work: Work, exam_id: int) -> None:
    """Before answers are shown with rubric and sample: nobody reads them while he sits the examination himself."""
    _enter(work, exam_id, "answers_read", sits(work, exam_id), refusals.SitsItself())


def read_regrade(work: Work, exam_id: int) -> None:
    """Before anybody sees what another key would change: nobody looks who has begun the examination (ATK-A62)."""
    _enter(work, exam_id, "regrade_read", _has_begun(work, exam_id), refusals.OwnResult())


def refuse_candidate(work: Work, exam_id: int) -> None:
    """Refuse whoever has begun this examination, whatever came of it."""
    if work.session.scalar(select(_has_begun(work, exam_id))):
        raise refusals.OwnResult()


def sits(work: Work, exam_id: Any) -> ColumnElement[bool]:
    """Whether he has a sitting that is not handed in yet, of one examination or of that of a column."""
    mine = (Attempt.exam_id == exam_id, Attempt.person_id == work.actor.person_id, Attempt.state == AttemptState.RUNNING)
    return exists().where(*mine)


def _has_begun(work: Work, exam_id: int) -> ColumnElement[bool]:
    return exists().where(Attempt.exam_id == exam_id, Attempt.person_id == work.actor.person_id)


def _enter(work: Work, exam_id: int, what: str, bars: ColumnElement[bool], refusal: Refusal) -> None:
    """Refuse, or see to the line, one for each person; a start that is under way finds it, or is found by it."""
    if work.actor.person_id is None:
        return
    line = exists().where(ExamTrail.exam_id == exam_id, ExamTrail.who_id == work.actor.person_id, ExamTrail.what == what)
    is_barred, is_noted = work.session.execute(select(bars, line)).one()
    if is_barred:
        raise refusal
    if is_noted:
        return
    if work.writes:
        _note(work, exam_id, what, bars, refusal)
        return
    with work.aside() as own:
        _note(own, exam_id, what, bars, refusal)
    work.look_again()


def _note(work: Work, exam_id: int, what: str, bars: ColumnElement[bool], refusal: Refusal) -> None:
    """Add the line unless a start was quicker."""
    table: Any = ExamTrail.__table__
    row = {"exam_id": exam_id, "what": what, "who_id": work.actor.person_id, "details": {}, "at": work.now}
    values = select(*(literal(value, table.c[name].type) for name, value in row.items())).where(~bars)
    if work.session.execute(insert(table).from_select(list(row), values).returning(table.c.id)).one_or_none() is None:
        raise refusal
