"""Who may sit: asked of whoever knows enrolments; without an answer nobody may (decisions 23)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.exams.models import Exam, ExamPlan
from app.exams.service import admission
from app.exams.service.refusals import NotEligible
from app.kernel.errors import Refusal
from app.kernel.work import Work

Eligibility = Callable[[Work, Exam, int], Refusal | None]
"""(work, exam, person_id) → why the person may not start this exam, or None when the person may."""

Begun = Callable[[Work, int], Mapping[int, Refusal | None]]
"""(work, person_id) → for every course version the person has begun to study, what `Eligibility` would say."""


def _nobody(_work: Work, _exam: Exam, _person_id: int) -> Refusal | None:
    return NotEligible()


def _nothing(_work: Work, _person_id: int) -> Mapping[int, Refusal | None]:
    return {}


_asked: dict[str, object] = {}


def set_eligibility(ask: Eligibility, begun: Begun | None = None) -> None:
    """Register who decides. `begun` answers for a whole list in few statements, so that the list of exams is quick."""
    _asked["ask"], _asked["begun"] = ask, begun or _nothing


def eligibility(work: Work, exam: Exam, person_id: int) -> Refusal | None:
    """Why the person may not start this exam now, or None. An examination with a plan has its own rule (service/admission.py)."""
    if exam.course_version_id is None and (plan := work.session.get(ExamPlan, exam.id)) is not None:
        return admission.eligibility(work, plan, person_id)
    ask: Eligibility = _asked.get("ask", _nobody)  # type: ignore[assignment]  # one dictionary for both ports
    return ask(work, exam, person_id)


def begun(work: Work, person_id: int) -> Mapping[int, Refusal | None]:
    """The course versions the person has begun, each with why its quiz cannot be started, or None."""
    ask: Begun = _asked.get("begun", _nothing)  # type: ignore[assignment]
    return ask(work, person_id)
