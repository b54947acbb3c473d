"""Which questions some examination may still ask, or whose results are not out: their keys are nobody's (INV-I18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from app.bank.models import Card
from app.exams.models import Exam, ExamKind, ExamPlan, ExamQuestion, ExamState, PaperForm
from app.exams.rules.timing import GRACE, ReleasePolicy
from app.kernel.work import Work

OTHER = aliased(Card)


def unfinished(now: datetime) -> Any:
    """Examinations (not closing quizzes) that are prepared, or open and not over, or closed with results still to come.

    What is open keeps its window (service/planning.py), so that nobody can be asked anything of it once that is over.
    """
    goes_on = or_(Exam.closes_at.is_(None), Exam.closes_at >= now - GRACE)
    asks = or_(Exam.state == ExamState.OPEN, Exam.release_policy == ReleasePolicy.AFTER_WINDOW)
    return and_(Exam.kind == ExamKind.EXAM, or_(Exam.state.in_((ExamState.DRAFT, ExamState.CHECKED)), and_(goes_on, asks)))


def reserved(work: Work, question_ids: Collection[int]) -> set[int]:
    """Those of these questions that an unfinished examination may ask, themselves or in the words of another question."""
    return {one for one, exams in reserving(work, question_ids).items() if exams}


def reserving(work: Work, question_ids: Collection[int]) -> dict[int, set[int]]:
    """For each of these questions the unfinished examinations that may ask it or one that says the same: three statements."""
    twins = _twins(work, question_ids)
    every = {one for group in twins.values() for one in group}
    if not every:
        return {}
    asked: dict[int, set[int]] = defaultdict(set)
    fixed = select(ExamQuestion.question_id, Exam.id).join(Exam, Exam.id == ExamQuestion.exam_id)
    for question_id, exam_id in work.session.execute(fixed.where(unfinished(work.now), ExamQuestion.question_id.in_(every))):
        asked[question_id].add(exam_id)
    stocks = select(Exam.id, ExamPlan.stock).join(Exam, Exam.id == ExamPlan.exam_id).where(unfinished(work.now))
    for exam_id, stock in work.session.execute(stocks):
        for question_id in _members(stock) & every:
            asked[question_id].add(exam_id)
    return {one: {exam for twin in group & asked.keys() for exam in asked[twin]} for one, group in twins.items()}


def fixed_now(work: Work, question_ids: Collection[int]) -> bool:
    """Whether a fixed paper that is checked or open, and may still be begun, has any of these questions."""
    fixed = select(ExamQuestion.question_id).join(ExamPlan, ExamPlan.exam_id == ExamQuestion.exam_id)
    fixed = fixed.join(Exam, Exam.id == ExamQuestion.exam_id).where(
        ExamPlan.paper == PaperForm.FIXED, Exam.state.in_((ExamState.CHECKED, ExamState.OPEN)),
        or_(Exam.closes_at.is_(None), Exam.closes_at > work.now),
    )  # fmt: skip
    return not set(question_ids).isdisjoint(work.session.scalars(fixed))


def _twins(work: Work, question_ids: Collection[int]) -> dict[int, set[int]]:
    """For each question all that say the same, itself among them."""
    found = {one: {one} for one in question_ids}
    if found:
        pairs = select(Card.question_id, OTHER.question_id).join(OTHER, OTHER.fingerprint == Card.fingerprint)
        for one, other in work.session.execute(pairs.where(Card.question_id.in_(found))):
            found[one].add(other)
    return found


def _members(stock: list[Any]) -> frozenset[int]:
    """The questions of a stored stock (rules/blueprint.py), those that say the same included."""
    found: set[int] = set()
    for _bits, choices in stock:
        for choice in choices:
            found |= {choice} if isinstance(choice, int) else {one[0] for one in choice}
    return frozenset(found)
