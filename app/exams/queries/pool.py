"""The pool of an exam: what may be drawn, and a question by its outside name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.bank.models import Question, QuestionKey, QuestionVersion
from app.bank.rules.answers import Kind
from app.exams.models import Exam, ExamQuestion
from app.exams.rules.assembly import Candidate
from app.kernel.errors import NotFound
from app.kernel.work import Work


def pool(work: Work, exam_id: int) -> list[Candidate]:
    """The questions an exam may ask today, without words and keys."""
    columns = select(Question.uid, QuestionVersion.id, QuestionVersion.kind, QuestionVersion.points,
                     QuestionVersion.options, QuestionVersion.keeps_order, QuestionVersion.shown)  # fmt: skip
    rows = work.session.execute(
        columns.select_from(ExamQuestion)
        .join(Question, Question.id == ExamQuestion.question_id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(ExamQuestion.exam_id == exam_id, Question.retired_at.is_(None))
    )
    return [
        Candidate(row.id, str(row.uid), Kind(row.kind), row.points, tuple(option for option, _ in row.options), row.keeps_order, row.shown)
        for row in rows
    ]


def question_id(work: Work, exam: Exam, question_uid: UUID) -> int:
    """A question of this exam that is not retired."""
    found = work.session.scalar(
        select(Question.id)
        .join(ExamQuestion, ExamQuestion.question_id == Question.id)
        .where(ExamQuestion.exam_id == exam.id, Question.uid == question_uid, Question.retired_at.is_(None))
    )
    if found is None:
        raise NotFound()
    return found


def stored(work: Work, exam_id: int) -> list[tuple[QuestionVersion, QuestionKey]]:
    """The questions of an exam with their keys, in the author's order, for its copy."""
    rows = work.session.execute(
        select(QuestionVersion, QuestionKey)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .join(QuestionKey, QuestionKey.version_id == QuestionVersion.id)
        .join(ExamQuestion, ExamQuestion.question_id == Question.id)
        .where(ExamQuestion.exam_id == exam_id)
        .order_by(ExamQuestion.position)
    )
    return [(row.QuestionVersion, row.QuestionKey) for row in rows]
