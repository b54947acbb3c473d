"""Setting up examinations: terms and paper; opened by somebody who neither set it up nor changed or checked it, closed.

Every act leaves a line in the trail, with who did it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.bank.service import Faulty
from app.exams.actions import Action
from app.exams.models import Exam, ExamKind, ExamPlan, ExamState, ExamTrail
from app.exams.queries import drawing
from app.exams.rules.blueprint import Row
from app.exams.rules.sessions import Terms, moves, terms_faults
from app.exams.service import papering, refusals
from app.exams.service.admission import password_mac, settle_close
from app.exams.service.papering import Feasible
from app.exams.service.words import SENTENCES
from app.kernel.db import changed_one
from app.kernel.errors import NotFound
from app.kernel.work import Work


def planned(work: Work, uid: UUID) -> tuple[Exam, ExamPlan]:
    """An examination with its plan: everybody's for who may open, one's own for others who set up; closing quizzes are none."""
    work.require(Action.ASSEMBLE)
    found = select(Exam, ExamPlan).join(ExamPlan, ExamPlan.exam_id == Exam.id)
    found = found.where(Exam.uid == uid, Exam.kind == ExamKind.EXAM, drawing.mine(work)).execution_options(populate_existing=True)
    row = work.session.execute(found.with_for_update(of=Exam) if work.writes else found).one_or_none()
    if row is None:
        raise NotFound()
    return row.Exam, row.ExamPlan


def in_hand(work: Work, uid: UUID) -> tuple[Exam, ExamPlan]:
    """The same while it is a draft; what is checked stands still."""
    exam, plan = planned(work, uid)
    if exam.state != ExamState.DRAFT:
        raise refusals.ExamNotDraft()
    return exam, plan


def plan_exam(work: Work, terms: Terms) -> Exam:
    """A new examination, without a paper."""
    work.require(Action.ASSEMBLE)
    _sound(terms)
    exam = Exam(uid=work.new_uid(), kind=ExamKind.EXAM, state=ExamState.DRAFT, author_id=work.actor.person_id, created_at=work.now,
                **_figures(terms))  # fmt: skip
    work.session.add(exam)
    work.session.flush()
    plan = ExamPlan(exam_id=exam.id, rows=[], stock=[], changed_at=work.now, **_rest(terms))
    work.session.add(plan)
    _keep_password(work, exam, plan, terms)
    note(work, exam, "set_up")
    return exam


def change_plan(work: Work, uid: UUID, terms: Terms) -> Exam:
    """Change everything but paper and roster, while it is a draft."""
    exam, plan = in_hand(work, uid)
    _sound(terms)
    for target, values in ((exam, _figures(terms)), (plan, _rest(terms))):
        for name, value in values.items():
            setattr(target, name, value)
    _keep_password(work, exam, plan, terms)
    settle_close(work, exam)
    plan.changed_at = work.now
    note(work, exam, "changed")
    return exam


def _sound(terms: Terms) -> None:
    if found := terms_faults(terms):
        raise Faulty(found, SENTENCES)


def _figures(terms: Terms) -> dict[str, Any]:
    return {
        "title": terms.title.strip(), "pass_mark": terms.pass_mark, "max_attempts": terms.max_attempts,
        "limit_minutes": terms.limit_minutes, "cooling_minutes": terms.cooling_minutes, "opens_at": terms.opens_at,
        "closes_at": terms.closes_at, "release_policy": terms.release_policy, "sequential": terms.sequential,
        "markers": terms.markers, "ungraded": terms.ungraded,
    }  # fmt: skip


def _rest(terms: Terms) -> dict[str, Any]:
    bands = [[one.least, one.name] for one in sorted(terms.bands, key=lambda one: -one.least)]
    return {"about": terms.about.strip(), "bands": bands, "hours": terms.hours, "rule": terms.rule.as_json()}


def _keep_password(work: Work, exam: Exam, plan: ExamPlan, terms: Terms) -> None:
    if terms.password is not None:
        plan.password_mac = password_mac(work, exam, terms.password) if terms.password else ""


def set_blueprint(work: Work, uid: UUID, rows: Sequence[Row], forms: int = 0) -> Feasible:
    """Keep the blueprint of a draft; says at once whether the bank can fill it. `forms`: equivalent ones, drawn at the check."""
    exam, plan = in_hand(work, uid)
    feasible = papering.set_rows(work, exam, plan, rows, forms)
    note(work, exam, "paper", form="blueprint", questions=feasible.questions, forms=forms)
    return feasible


def set_questions(work: Work, uid: UUID, chosen: Sequence[tuple[UUID, Decimal | None]], *, shuffled: bool = False) -> ExamPlan:
    """Keep the fixed paper of a draft, its questions in this order or shuffled for each candidate."""
    exam, plan = in_hand(work, uid)
    papering.set_fixed(work, exam, plan, chosen, shuffled=shuffled)
    note(work, exam, "paper", form="fixed", questions=plan.questions, shuffled=shuffled)
    return plan


def move_exam(work: Work, uid: UUID, to: str) -> Exam:
    """Check, take back, open or close. Who made it does not open it; of two at once one moves it."""
    exam, plan = planned(work, uid)
    before, has_made = str(exam.state), drawing.has_made(work, exam)
    if to not in moves(before, has_made=has_made, may_open=work.may(Action.OPEN)):
        raise refusals.OpenedByAuthor() if to == "open" and has_made and before == "checked" else refusals.ExamMoveNotAllowed()
    if to in ("checked", "open"):
        if exam.closes_at is not None and exam.closes_at <= work.now:
            raise refusals.WindowPast()
        if to == "checked":
            papering.prove(work, exam, plan)
    mine = update(Exam).where(Exam.id == exam.id, Exam.state == before)
    if not changed_one(work.session, mine.values(state=to)):
        raise refusals.ExamMoveNotAllowed()
    note(work, exam, {"draft": "taken_back", "open": "opened"}.get(to, to))
    work.session.refresh(exam)
    return exam


def note(work: Work, exam: Exam, what: str, **details: Any) -> None:
    """A line in the trail of an examination."""
    work.session.add(ExamTrail(exam_id=exam.id, what=what, who_id=work.actor.person_id, details=details, at=work.now))
    work.session.flush()
