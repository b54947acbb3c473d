"""Whose eyes the picture of a question is for: those of the bank, those who set up or mark, and who has it in his frozen paper."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import exists, select

from app.bank.models import Card, CardState, QuestionVersion
from app.bank.queries import pictures
from app.exams.actions import Action
from app.exams.models import Attempt, AttemptState, Exam, Sheet
from app.exams.rules.assembly import Paper
from app.exams.service import attempts, markers, sittings
from app.kernel.work import Work

Asks = Callable[[Work, Collection[int]], bool]
"""Whether the actor may see one of these question versions now."""


def may_see(work: Work, sha256: str) -> bool:
    """Whether the picture may be shown to the actor now; nobody else learns that it exists."""
    if pictures.may_see(work, sha256):
        return True
    versions = pictures.versions(work, sha256)
    return bool(versions) and any(ask(work, versions) for ask in ASKED)


def _in_paper(work: Work, versions: Collection[int]) -> bool:
    """His own frozen paper has it, and he is writing it or its questions are released to him."""
    own = select(Attempt, Exam).join(Exam, Exam.id == Attempt.exam_id).where(Attempt.person_id == work.person_id)
    for attempt, exam in work.session.execute(own.order_by(Attempt.id.desc())):
        if not any(line.version_id in versions for line in Paper.from_json(attempt.paper).lines):
            continue
        if attempt.state == AttemptState.RUNNING or sittings.released(exam, attempts.past(work, exam.id), work.now).questions:
            return True
    return False


def _assembles(work: Work, versions: Collection[int]) -> bool:
    """Who sets up examinations sees what was approved."""
    cards = select(Card.question_id).join(QuestionVersion, QuestionVersion.question_id == Card.question_id)
    approved = cards.where(QuestionVersion.id.in_(versions), Card.state == CardState.APPROVED).exists()
    return work.may(Action.ASSEMBLE) and bool(work.session.scalar(select(approved)))


def _marks(work: Work, versions: Collection[int]) -> bool:
    """Who marks an examination sees it with the written answers of others."""
    sheet = exists().where(Sheet.version_id.in_(versions), Sheet.person_id != work.person_id, markers.may_mark(work, Sheet.exam_id))
    return work.may(Action.MARK) and bool(work.session.scalar(select(sheet)))


ASKED: list[Asks] = [_in_paper, _assembles, _marks]
"""Each way to see a question's picture outside of the bank; a new place that shows questions adds its own."""
