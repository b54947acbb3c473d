"""Who got what in an examination, for those who answer for these people: within their scope, and once results are out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from app.exams.actions import Action
from app.exams.models import Attempt, Exam, ExamPlan
from app.exams.queries.statistics import bests
from app.exams.service import figures
from app.kernel.errors import NotFound
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people

SIZE, MOST = 50, 20_000
"""People on a page, and in a file."""


@dataclass(frozen=True)
class Score:
    """The best result of one person: score of 100, grade, how many attempts it took, when the last of them was in."""

    person: UUID
    name: str
    unit: str
    score: Decimal
    passed: bool
    grade: str
    attempts: int
    at: datetime
    person_id: int = 0


def examination(work: Work, uid: UUID) -> tuple[Exam, ExamPlan]:
    """An examination with its plan."""
    found = work.session.execute(select(Exam, ExamPlan).join(ExamPlan, ExamPlan.exam_id == Exam.id).where(Exam.uid == uid)).one_or_none()
    if found is None:
        raise NotFound()
    return found[0], found[1]


def scores(work: Work, exam: Exam, plan: ExamPlan | None, cursor: str | None = None, size: int = SIZE) -> Page[Score]:
    """The best results of the people in scope, the highest first; nobody's before results are out."""
    if not figures.are_out(exam, work.now):
        return Page(())
    statement = bests(exam).where(people.within(work, Action.RELEASE, Attempt.person_id))
    best = func.max(Attempt.score)
    if key := decode_cursor(cursor, int, int):
        before = Decimal(key[0]) / 100
        statement = statement.having(or_(best < before, and_(best == before, Attempt.person_id > key[1])))
    rows = list(work.session.execute(statement.order_by(best.desc(), Attempt.person_id).limit(size + 1)))
    cards = people.cards(work, [row.person_id for row in rows])
    bands = sorted(((Decimal(least), name) for least, name in plan.bands), reverse=True) if plan else []
    found = [
        Score(
            cards[row.person_id].uid, cards[row.person_id].name, cards[row.person_id].unit_name, row.score, bool(row.passed),
            next((name for least, name in bands if row.score >= least), ""), row.attempts, row.at, row.person_id,
        )
        for row in rows
    ]  # fmt: skip
    return keyset(found, lambda one: (int(one.score * 100), one.person_id), size)
