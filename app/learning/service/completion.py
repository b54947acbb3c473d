"""When study adds up: lectures, then the quiz, then the course, all in the transaction of the last step."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from sqlalchemy import select, update

from app.exams.service import NotEligible
from app.kernel.db import changed_one
from app.kernel.errors import Refusal
from app.kernel.events import announce
from app.kernel.work import Work
from app.learning.models import CourseProgress, Coverage
from app.learning.queries import lectures
from app.learning.rules import progress

from .access import Entry
from .events import CourseCompleted, LectureCompleted
from .refusals import LecturesNotComplete


class Quiz(Protocol):
    """What is asked of an exam here."""

    @property
    def course_version_id(self) -> int | None:
        """The course version it closes, if it closes one."""


def touch(work: Work, entry: Entry) -> None:
    """Note that the person studies this course now."""
    if not entry.counts:
        return
    row = work.session.get(CourseProgress, (work.person_id, entry.place.standing.version_id))
    if row is None:
        row = CourseProgress(
            person_id=work.person_id, version_id=entry.place.standing.version_id, course_id=entry.place.course_id, started_at=work.now
        )
        row.lectures_done = 0
        work.session.add(row)
    row.last_at, row.last_lecture_id = work.now, entry.place.lecture_id
    work.session.flush()


def catch_up(work: Work, entry: Entry, covered: bool) -> None:
    """Complete a lecture whose coverage suffices already, because the rule in force asks for less than the one before."""
    if covered and entry.counts:
        complete_lecture(work, work.person_id, entry.place.lecture_id, entry.place.standing.version_id)


def complete_lecture(work: Work, person_id: int, lecture_id: int, version_id: int) -> None:
    """Once per person and lecture: the lecture is complete, and perhaps with it the course."""
    statement = update(Coverage).where(Coverage.person_id == person_id, Coverage.lecture_id == lecture_id, Coverage.completed_at.is_(None))
    if not changed_one(work.session, statement.values(completed_at=work.now)):
        return
    announce(work, LectureCompleted(person_id, lecture_id))
    weigh_course(work, person_id, version_id)


def quiz_passed(work: Work, person_id: int, version_id: int, score: Decimal) -> None:
    """The closing quiz was passed; the best score stands."""
    row = work.session.get(CourseProgress, (person_id, version_id))
    if row is None:
        return
    row.quiz_passed_at = row.quiz_passed_at or work.now
    row.quiz_score = max(score, row.quiz_score or score)
    work.session.flush()
    weigh_course(work, person_id, version_id)


def weigh_course(work: Work, person_id: int, version_id: int) -> None:
    """See how far the person is with the course; tell it once when it is complete."""
    row = work.session.get(CourseProgress, (person_id, version_id), populate_existing=True)
    if row is None:
        return
    steps = lectures.steps(work, person_id, version_id)
    row.lectures_done = sum(step.completed for step in steps)
    if progress.lectures_complete(steps) and row.lectures_completed_at is None:
        row.lectures_completed_at = work.now
    complete = progress.course_complete(steps, has_quiz=lectures.has_quiz(work, version_id), quiz_passed=row.quiz_passed_at is not None)
    work.session.flush()
    if not complete or row.completed_at is not None:
        return
    once = update(CourseProgress).where(
        CourseProgress.person_id == person_id, CourseProgress.version_id == version_id, CourseProgress.completed_at.is_(None)
    )
    if changed_one(work.session, once.values(completed_at=work.now)):
        announce(work, CourseCompleted(person_id, version_id, row.quiz_score))


def eligibility(work: Work, exam: Quiz, person_id: int) -> Refusal | None:
    """A closing quiz opens when every mandatory lecture of its course is complete (decisions 23)."""
    if exam.course_version_id is None:
        return NotEligible()
    row = work.session.get(CourseProgress, (person_id, exam.course_version_id))
    return None if row is not None and row.lectures_completed_at is not None else LecturesNotComplete()


def begun(work: Work, person_id: int) -> Mapping[int, Refusal | None]:
    """Every course version the person has begun, with why its quiz is not open yet."""
    statement = select(CourseProgress.version_id, CourseProgress.lectures_completed_at).where(CourseProgress.person_id == person_id)
    return {version_id: None if done_at else LecturesNotComplete() for version_id, done_at in work.session.execute(statement)}
