"""One sitting of the acting person with everything that bears on its result, in two statements (PERF-G7)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_

from app.exams.models import Attempt, Exam, ExamPlan, ResultAppeal
from app.exams.queries import lists, planning
from app.exams.queries.lists import ExamRow
from app.exams.queries.planning import Planned
from app.exams.rules import timing
from app.exams.rules.timing import Past
from app.exams.service import papers
from app.exams.service.marking import settle_overdue
from app.kernel.errors import NotFound
from app.kernel.work import College, Work


@dataclass(frozen=True)
class Own:
    """A sitting, its exam with the plan, its appeal, and all the person's sittings of the exam.

    Of `row` eligibility for a further sitting is taken for granted; the start page asks.
    """

    attempt: Attempt
    exam: Exam
    plan: ExamPlan | None
    appeal: ResultAppeal | None
    past: tuple[Past, ...]
    row: ExamRow
    is_overdue: bool
    """Whether a sitting of this exam is past its deadline and not handed in yet."""


def settled(college: College, work: Work, uid: UUID) -> Own:
    """A sitting as it stands now: what the worker has not yet come to is handed in first (INV-I17)."""
    found = own(work, uid)
    if not found.is_overdue:
        return found
    settle_overdue(college, work)
    return own(work, uid)


def own(work: Work, uid: UUID) -> Own:
    """A sitting of the acting person; anyone else's does not exist for them (ATK-A59)."""
    key = papers.attempt_key(work, uid)
    if key is None:
        raise NotFound()
    appealed = and_(ResultAppeal.person_id == Attempt.person_id, ResultAppeal.attempt_id == Attempt.id)
    mine = (Attempt.person_id == key[0], Attempt.id == key[1], Attempt.uid == uid)
    found = (
        lists.listed()
        .add_columns(Attempt, ExamPlan, ResultAppeal)
        .join(Attempt, Attempt.exam_id == Exam.id)
        .outerjoin(ResultAppeal, appealed)
    )
    row = work.session.execute(found.where(*mine)).one_or_none()
    if row is None:
        raise NotFound()
    exam, plan = row.Exam, row.ExamPlan
    sat = lists.attempts(work, [exam.id])[exam.id]
    granted = {exam.id: Planned(None, planning.facts_of(plan) if plan else {})}
    late = any(one.is_running and timing.is_overdue(one.ends_at, work.now) for one in sat)
    shown = lists.exam_row(work, row, sat, {}, granted)
    return Own(row.Attempt, exam, plan, row.ResultAppeal, tuple(lists.past_of(sat)), shown, late)
