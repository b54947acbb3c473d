"""Who reads keys in an examination, or what tells them, is noted, and is asked those questions nowhere (docs/adr/0023).

A line in the trail of the examination bars him from it, a row for each question (`KeyReader`) from what asks it elsewhere.
Nobody reads what a paper asks that he is writing himself at this moment.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.exams.models import Attempt, AttemptState, ExamTrail, KeyReader
from app.exams.queries import known
from app.exams.service import refusals
from app.kernel.db import dialect, insert_into
from app.kernel.errors import Refusal
from app.kernel.work import Work


def read_answers(work: Work, exam_id: int, question_ids: Collection[int]) -> None:
    """Before answers to these questions are shown with rubric and sample: nobody reads them while he sits what asks them."""
    _enter(work, _Reading(exam_id, "answers_read", frozenset(question_ids)), sits(work, exam_id), refusals.SitsItself())


def read_regrade(work: Work, exam_id: int, question_id: int) -> None:
    """Before anybody sees what another key of a question would change: nobody looks who has begun the examination (ATK-A62), or
    is writing another that asks it.
    """
    _enter(work, _Reading(exam_id, "regrade_read", frozenset({question_id})), _has_begun(work, exam_id), refusals.OwnResult())


def read_keys(work: Work, questions: Any) -> None:
    """Before keys of these questions (a statement of their numbers) are shown outside of examinations: on pages of the bank, in
    its files, by its interface, in statistics. Who wrote, changed or judged one is in the trail of the bank already.
    """
    if work.actor.person_id is None or not _unread(work, questions):
        return
    if work.writes:
        _enter_rows(work, _unread(work, questions))
        return
    with work.aside() as own:
        _enter_rows(own, _unread(own, questions))
    work.look_again()


def _unread(work: Work, questions: Any) -> list[int]:
    """Which of these are not known as known to the actor. Raises SitsItself where a paper that he is writing asks one."""
    rows = known.new_to(work, questions)
    if any(is_asked for _number, is_asked in rows):
        raise refusals.SitsItself()
    return [found for found, _is_asked in rows]


def refuse_candidate(work: Work, exam_id: int) -> None:
    """Refuse whoever has begun this examination, whatever came of it."""
    if work.session.scalar(select(_has_begun(work, exam_id))):
        raise refusals.OwnResult()


def sits(work: Work, exam_id: Any) -> ColumnElement[bool]:
    """Whether he has a sitting that is not handed in yet, of one examination or of that of a column."""
    mine = (Attempt.exam_id == exam_id, Attempt.person_id == work.actor.person_id, Attempt.state == AttemptState.RUNNING)
    return exists().where(*mine)


def unasked(work: Work, version_id: Any) -> ColumnElement[bool]:
    """Whether no paper that he is writing now asks the question of a column of versions, or one that says the same."""
    found: ColumnElement[bool] = known.question_of(version_id).not_in(known.asked_now(work))
    return found


def _asks(work: Work, question_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a paper that he is writing now asks one of these, or one that says the same."""
    asked = known.asked_now(work).subquery().c[0]
    return select(asked).where(asked.in_(question_ids)).exists()


def _has_begun(work: Work, exam_id: int) -> ColumnElement[bool]:
    return exists().where(Attempt.exam_id == exam_id, Attempt.person_id == work.actor.person_id)


class _Reading(NamedTuple):
    """What somebody is about to read, and the line it leaves."""

    exam_id: int
    what: str
    questions: frozenset[int]


def _enter(work: Work, reading: _Reading, bars: ColumnElement[bool], refusal: Refusal) -> None:
    """Refuse, or see to the line and the rows, one of each for a person; a start that is under way finds them, or is found by them."""
    me = work.actor.person_id
    if me is None:
        return
    line = exists().where(ExamTrail.exam_id == reading.exam_id, ExamTrail.who_id == me, ExamTrail.what == reading.what)
    rows = select(func.count()).where(KeyReader.person_id == me, KeyReader.question_id.in_(reading.questions)).scalar_subquery()
    asks = _asks(work, reading.questions)
    is_barred, is_asked, is_noted, count = work.session.execute(select(bars, asks, line, rows)).one()
    if is_barred or is_asked:
        raise refusal if is_barred else refusals.SitsItself()
    if is_noted and count == len(reading.questions):
        return
    if work.writes:
        _note(work, reading, or_(bars, asks), refusal, is_noted=is_noted)
        return
    with work.aside() as own:
        _note(own, reading, or_(bars, asks), refusal, is_noted=is_noted)
    work.look_again()


def _note(work: Work, reading: _Reading, bars: ColumnElement[bool], refusal: Refusal, *, is_noted: bool) -> None:
    """Add the line and the rows unless a start was quicker."""
    if work.session.scalar(select(bars)):
        raise refusal
    if not is_noted:
        work.session.add(ExamTrail(exam_id=reading.exam_id, what=reading.what, who_id=work.person_id, details={}, at=work.now))
    _enter_rows(work, reading.questions)


def _enter_rows(work: Work, question_ids: Collection[int]) -> None:
    rows = [{"person_id": work.person_id, "question_id": one, "at": work.now} for one in sorted(question_ids)]
    if rows:
        work.session.execute(insert_into(dialect(work.session), KeyReader.__table__).on_conflict_do_nothing(), rows)
