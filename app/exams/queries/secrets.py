"""Which questions some examination may still ask, or whose results are not out: their keys are nobody's (INV-I18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, and_, cast, exists, func, null, or_, select, union_all
from sqlalchemy.orm import aliased

from app.bank.models import Card
from app.exams.models import Attempt, AttemptState, Exam, ExamKind, ExamPlan, ExamQuestion, ExamState, PaperForm
from app.exams.rules.timing import GRACE, ReleasePolicy
from app.kernel.work import Work

OTHER = aliased(Card)


def unfinished(now: datetime) -> Any:
    """Examinations (not closing quizzes) that are prepared, or open and not over, or closed with results still to come.

    A window is over when the last of those with extra time is done. What is open keeps its window (service/planning.py), so
    that nobody can be asked anything of it once that is over. What was closed before its time is still being written by
    whoever had begun.
    """
    goes_on = or_(Exam.closes_at.is_(None), func.coalesce(Exam.prolonged_until, Exam.closes_at) >= now - GRACE)
    is_written = exists().where(Attempt.exam_id == Exam.id, Attempt.state == AttemptState.RUNNING)
    asks = or_(Exam.state == ExamState.OPEN, Exam.release_policy == ReleasePolicy.AFTER_WINDOW, is_written)
    return and_(Exam.kind == ExamKind.EXAM, or_(Exam.state.in_((ExamState.DRAFT, ExamState.CHECKED)), and_(goes_on, asks)))


def reserved(work: Work, question_ids: Collection[int]) -> set[int]:
    """Those of these questions that an unfinished examination may ask, themselves or in the words of another question."""
    return {one for one, exams in reserving(work, question_ids).items() if exams}


def reserving(work: Work, question_ids: Collection[int]) -> dict[int, set[int]]:
    """For each of these questions the unfinished examinations that may ask it or one that says the same: one statement."""
    twins = {one: {one} for one in question_ids}
    if not twins:
        return {}
    fixed, stocks = defaultdict(set), {}
    for exam_id, stock, question_id, twin in work.session.execute(_asking(work.now, list(twins))):
        if exam_id is None:
            twins[twin].add(question_id)
        elif stock is None:
            fixed[question_id].add(exam_id)
        else:
            stocks[exam_id] = _members(stock)
    return {
        one: {exam for twin in group for exam in fixed[twin]} | {exam for exam, stock in stocks.items() if stock & group}
        for one, group in twins.items()
    }


def asked_by(exam_id: int, question_id: Any) -> tuple[Any, Any]:
    """Two columns beside a question: whether the fixed paper of an examination has it, and what its papers were drawn from (`is_of`)."""
    fixed = exists().where(ExamQuestion.exam_id == exam_id, ExamQuestion.question_id == question_id)
    return fixed, select(ExamPlan.stock).where(ExamPlan.exam_id == exam_id).scalar_subquery()


def is_of(question_id: int, is_fixed: bool, stock: list[Any] | None) -> bool:
    """Whether an examination asks this question: it stands in its fixed paper, or in what its papers were drawn from."""
    return is_fixed or question_id in _members(stock or [])


def _asking(now: datetime, question_ids: Collection[int]) -> Any:
    """Three lists in one: unfinished examinations with their stock; which of them have one of these questions; who says the same."""
    said = aliased(Card)
    stocks = select(Exam.id, ExamPlan.stock, _no(BigInteger), _no(BigInteger)).join(Exam, Exam.id == ExamPlan.exam_id)
    same = select(OTHER.question_id).join(said, said.fingerprint == OTHER.fingerprint).where(said.question_id.in_(question_ids))
    fixed = select(Exam.id, _no(JSON), ExamQuestion.question_id, _no(BigInteger)).join(Exam, Exam.id == ExamQuestion.exam_id)
    fixed = fixed.where(unfinished(now), or_(ExamQuestion.question_id.in_(question_ids), ExamQuestion.question_id.in_(same)))
    twins = select(_no(BigInteger), _no(JSON), OTHER.question_id, Card.question_id).join(OTHER, OTHER.fingerprint == Card.fingerprint)
    twins = twins.where(Card.question_id.in_(question_ids))
    return union_all(stocks.where(unfinished(now)), fixed, twins)


def _no(kind: type[Any]) -> Any:
    """A column that says nothing; each is one of its own, for SQLAlchemy knows the columns of a union by what stands in them."""
    return cast(null(), kind)


def fixed_now(work: Work, question_ids: Collection[int]) -> bool:
    """Whether a fixed paper that is checked or open, and may still be begun, has any of these questions."""
    fixed = select(ExamQuestion.question_id).join(ExamPlan, ExamPlan.exam_id == ExamQuestion.exam_id)
    fixed = fixed.join(Exam, Exam.id == ExamQuestion.exam_id).where(
        ExamPlan.paper == PaperForm.FIXED, Exam.state.in_((ExamState.CHECKED, ExamState.OPEN)),
        or_(Exam.closes_at.is_(None), Exam.closes_at > work.now),
    )  # fmt: skip
    return not set(question_ids).isdisjoint(work.session.scalars(fixed))


def _members(stock: list[Any]) -> frozenset[int]:
    """The questions of a stored stock (rules/blueprint.py), those that say the same included."""
    found: set[int] = set()
    for _bits, choices in stock:
        for choice in choices:
            found |= {choice} if isinstance(choice, int) else {one[0] for one in choice}
    return frozenset(found)
