"""Which questions some examination may still ask, or whose results are not out: their keys are nobody's (INV-I18)."""

from __future__ import annotations

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
    """Examinations (not closing quizzes) that are prepared or open, or closed with results still to come."""
    waits = and_(Exam.release_policy == ReleasePolicy.AFTER_WINDOW, or_(Exam.closes_at.is_(None), Exam.closes_at >= now - GRACE))
    return and_(Exam.kind == ExamKind.EXAM, or_(Exam.state != ExamState.CLOSED, waits))


def reserved(work: Work, question_ids: Collection[int]) -> set[int]:
    """Those of these questions that an unfinished examination may ask, themselves or in the words of another question."""
    twins = _twins(work, question_ids)
    every = {one for group in twins.values() for one in group}
    if not every:
        return set()
    fixed = select(ExamQuestion.question_id).join(Exam, Exam.id == ExamQuestion.exam_id)
    asked = set(work.session.scalars(fixed.where(unfinished(work.now), ExamQuestion.question_id.in_(every))))
    for stock in work.session.scalars(select(ExamPlan.stock).join(Exam, Exam.id == ExamPlan.exam_id).where(unfinished(work.now))):
        asked |= _members(stock) & every
    return {one for one, group in twins.items() if group & asked}


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
