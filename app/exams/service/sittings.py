"""What of an exam bears on starting it, and what of its results is out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.exams.models import Exam, ExamState
from app.exams.rules.timing import Past, Release, ReleasePolicy, Sitting, is_over, release


def sitting_of(exam: Exam, now: datetime) -> Sitting:
    """The conditions of the exam that bear on starting it now."""
    is_open, ends = exam.state == ExamState.OPEN, is_told(exam, now) and not exam.ungraded
    return Sitting(exam.max_attempts, exam.cooling_minutes, exam.opens_at, exam.closes_at, is_open, pass_ends=ends)


def is_told(exam: Exam, now: datetime) -> bool:
    """Whether candidates may know how they did (INV-I18)."""
    return exam.release_policy != ReleasePolicy.AFTER_WINDOW or is_over(exam.done_at, now)


def released(exam: Exam, past: Sequence[Past], now: datetime) -> Release:
    """What of a marked attempt its candidate may see now, given all his attempts at the exam."""
    passed = any(one.passed for one in past)
    is_used_up = sum(one.counts for one in past) >= exam.max_attempts or is_over(exam.done_at, now)
    used_up = is_used_up and not any(one.is_running for one in past)
    return release(ReleasePolicy(exam.release_policy), exam.done_at, now, passed=passed, used_up=used_up)
