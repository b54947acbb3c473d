"""What a closing quiz may draw from the bank beside its own questions, without words and keys (INV-I18).

It is approved, answered by choosing, and open for practice: its answer is no secret, and no examination draws it, so that what
a passed quiz tells gives away nothing of an examination. And it belongs to the course: a lecture of the course teaches it, in
whatever version, or its knowledge point is one that the author chose.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from app.bank.models import Card, CardState, ForPractice, Question, QuestionVersion
from app.bank.rules.answers import CHOICE
from app.catalogue.models import CourseVersion, Lecture
from app.exams.models import Exam, QuizSource
from app.exams.queries.drawing import candidate
from app.exams.rules.assembly import Candidate
from app.kernel.work import Work

MOST_TOPICS = 200


@dataclass(frozen=True)
class Offer:
    """A knowledge point with the questions that a quiz may draw of it."""

    topic: str
    questions: int


def source(work: Work, exam_id: int) -> QuizSource | None:
    """What a quiz draws from the bank; one of before, or of its own questions only, draws nothing."""
    return work.session.get(QuizSource, exam_id)


def _open(*columns: Any) -> Any:
    """Approved questions of these kinds that are open for practice."""
    joined = select(*columns).select_from(Card).join(ForPractice, ForPractice.question_id == Card.question_id)
    return joined.where(Card.state == CardState.APPROVED, Card.kind.in_(CHOICE))


def _of_course(version_id: int | None, topics: Collection[str]) -> Any:
    """Which of them belong to the course of this version."""
    course = select(CourseVersion.course_id).where(CourseVersion.id == version_id).scalar_subquery()
    lectures = select(Lecture.id).join(CourseVersion, CourseVersion.id == Lecture.version_id).where(CourseVersion.course_id == course)
    return or_(Card.topic.in_(list(topics)), QuestionVersion.lecture_id.in_(lectures))


def _present(statement: Any) -> Any:
    return statement.join(Question, Question.id == Card.question_id).join(
        QuestionVersion, QuestionVersion.id == Question.current_version_id
    )


def pool(work: Work, exam: Exam, topics: Collection[str]) -> list[Candidate]:
    """What the quiz may draw from the bank today."""
    rows = _present(_open(Question.uid, QuestionVersion)).where(_of_course(exam.course_version_id, topics))
    return [candidate(str(uid), version) for uid, version in work.session.execute(rows)]


def size(work: Work, version_id: int | None, topics: Collection[str]) -> int:
    """How many that are."""
    return work.session.scalar(_present(_open(func.count())).where(_of_course(version_id, topics))) or 0


def offers(work: Work) -> list[Offer]:
    """The knowledge points an author may choose, with what there is of each."""
    rows = _open(Card.topic, func.count()).where(Card.topic != "").group_by(Card.topic).order_by(Card.topic).limit(MOST_TOPICS)
    return [Offer(topic, count) for topic, count in work.session.execute(rows)]
