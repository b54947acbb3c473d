"""What an author reads: the questions of a quiz with their keys. Never imported by what serves candidates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.bank.models import Question, QuestionKey, QuestionVersion
from app.exams.models import Exam, ExamQuestion
from app.exams.queries import lectures
from app.exams.queries.lectures import Choice
from app.kernel.errors import NotFound
from app.kernel.work import Work


@dataclass(frozen=True)
class PoolRow:
    """One question as its author sees it."""

    uid: UUID
    version: QuestionVersion
    key: QuestionKey
    lecture: Choice | None


def pool_rows(work: Work, exam: Exam) -> list[PoolRow]:
    """The questions of a quiz in the author's order."""
    rows = work.session.execute(
        select(Question.uid, QuestionVersion, QuestionKey)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(QuestionKey, QuestionKey.version_id == QuestionVersion.id)
        .join(ExamQuestion, ExamQuestion.question_id == Question.id)
        .where(ExamQuestion.exam_id == exam.id, Question.retired_at.is_(None))
        .order_by(ExamQuestion.position)
    ).all()
    known = {one.id: one for one in lectures.choices(work, exam.course_version_id)}
    return [PoolRow(row.uid, row.QuestionVersion, row.QuestionKey, known.get(row.QuestionVersion.lecture_id)) for row in rows]


def question_row(work: Work, exam: Exam, uid: UUID) -> PoolRow:
    """One of them."""
    found = next((row for row in pool_rows(work, exam) if row.uid == uid), None)
    if found is None:
        raise NotFound()
    return found
