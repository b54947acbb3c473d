"""Who reads keys of an examination, or what tells them, leaves a line in its trail and does not sit it (docs/adr/0023)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from app.exams.models import Attempt, AttemptState, ExamTrail
from app.exams.service import refusals
from app.kernel.work import Work


def read_answers(work: Work, exam_id: int) -> None:
    """Before answers are shown with rubric and sample: nobody reads them while he sits the examination himself."""
    _enter(work, exam_id, "answers_read", refuse_sitting)


def read_regrade(work: Work, exam_id: int) -> None:
    """Before anybody sees what another key would change: nobody looks who has begun the examination (ATK-A62)."""
    _enter(work, exam_id, "regrade_read", refuse_candidate)


def refuse_sitting(work: Work, exam_id: int) -> None:
    """Refuse whoever has a sitting of this examination that is not handed in yet."""
    if work.session.scalar(select(sits(work, exam_id))):
        raise refusals.SitsItself()


def sits(work: Work, exam_id: Any) -> ColumnElement[bool]:
    """Whether he has one, of one examination or of that of a column."""
    running = (Attempt.exam_id == exam_id, Attempt.person_id == work.actor.person_id, Attempt.state == AttemptState.RUNNING)
    return exists().where(*running)


def refuse_candidate(work: Work, exam_id: int) -> None:
    """Refuse whoever has begun this examination, whatever came of it."""
    if work.session.scalar(select(exists().where(Attempt.exam_id == exam_id, Attempt.person_id == work.actor.person_id))):
        raise refusals.OwnResult()


def _enter(work: Work, exam_id: int, what: str, refuse: Callable[[Work, int], None]) -> None:
    """Refuse, or keep the line, once for each person; a start that was quicker than the line is seen after it."""
    if work.actor.person_id is None:
        return
    refuse(work, exam_id)
    if _is_noted(work, exam_id, what):
        return
    if work.writes:
        _note(work, exam_id, what)
        return
    with work.aside() as own:
        _note(own, exam_id, what)
    work.look_again()
    refuse(work, exam_id)


def _is_noted(work: Work, exam_id: int, what: str) -> bool:
    mine = (ExamTrail.exam_id == exam_id, ExamTrail.who_id == work.actor.person_id, ExamTrail.what == what)
    return work.session.scalar(select(ExamTrail.id).where(*mine).limit(1)) is not None


def _note(work: Work, exam_id: int, what: str) -> None:
    work.session.add(ExamTrail(exam_id=exam_id, what=what, who_id=work.actor.person_id, details={}, at=work.now))
    work.session.flush()
