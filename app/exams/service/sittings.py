"""What of an exam bears on starting it."""

from __future__ import annotations

from app.exams.models import Exam, ExamState
from app.exams.rules.timing import Sitting


def sitting_of(exam: Exam) -> Sitting:
    """The conditions of the exam that bear on starting it."""
    return Sitting(exam.max_attempts, exam.cooling_minutes, exam.opens_at, exam.closes_at, exam.state == ExamState.OPEN)
