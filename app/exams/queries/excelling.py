"""Who did excellently in which examination of a year, by the examination's own grades: for lists of recommendation (REQ-I02).

Only what may be spoken of: examinations that are graded and whose results are out. An attempt counts once it is graded, in the
civil year in which it was handed in; one that was annulled counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, false, or_, select

from app.exams.models import Attempt, AttemptState, Exam, ExamPlan
from app.exams.rules.sessions import Band, excellent_from, grade
from app.exams.service import figures
from app.kernel.clock import civil, midnight
from app.kernel.work import Work

CHUNK = 500


@dataclass(frozen=True)
class Excellence:
    """The best excellent result of a person in a year: in which examination, with what score of 100, under which grade."""

    exam: str
    score: Decimal
    grade: str


@dataclass(frozen=True)
class Graded:
    """An examination in which one can be excellent, and from which score on."""

    exam_id: int
    title: str
    bands: tuple[Band, ...]
    least: int


def with_excellence(work: Work) -> tuple[Graded, ...]:
    """The examinations that know an excellent grade and whose results are out. One statement."""
    found = []
    for exam, bands in work.session.execute(select(Exam, ExamPlan.bands).join(ExamPlan, ExamPlan.exam_id == Exam.id).order_by(Exam.id)):
        grades = tuple(Band(least, name) for least, name in bands)
        least = excellent_from(grades)
        if least is not None and figures.are_out(exam, work.now):
            found.append(Graded(exam.id, exam.title, grades, least))
    return tuple(found)


def excelling(exams: Iterable[Graded], year: int) -> Any:
    """The persons who were excellent in one of these in that year, as a subquery."""
    return select(Attempt.person_id).where(*_are_excellent(exams, year, year))


def excellence(work: Work, exams: tuple[Graded, ...], whom: Iterable[int], first: int, last: int) -> dict[tuple[int, int], Excellence]:
    """The best result of each of these people in each of these years (person, year) → result; a statement for five hundred people."""
    by_id, found = {one.exam_id: one for one in exams}, dict[tuple[int, int], Excellence]()
    wanted = list(dict.fromkeys(whom)) if exams else []
    for start in range(0, len(wanted), CHUNK):
        statement = select(Attempt.person_id, Attempt.exam_id, Attempt.score, Attempt.submitted_at).where(
            Attempt.person_id.in_(wanted[start : start + CHUNK]), *_are_excellent(exams, first, last)
        )
        rows: Any = work.session.execute(statement.order_by(Attempt.score.desc(), Attempt.id))
        for person_id, exam_id, score, at in rows:
            exam = by_id[exam_id]
            found.setdefault((person_id, civil(at).year), Excellence(exam.title, score, grade(exam.bands, score)))
    return found


def _are_excellent(exams: Iterable[Graded], first: int, last: int) -> tuple[Any, ...]:
    """Graded attempts of these years at or above the excellent score of their examination."""
    by_least: dict[int, list[int]] = {}
    for one in exams:
        by_least.setdefault(one.least, []).append(one.exam_id)
    reached = (and_(Attempt.exam_id.in_(ids), Attempt.score >= least) for least, ids in sorted(by_least.items()))
    since, until = midnight(date(first, 1, 1)), midnight(date(last + 1, 1, 1))
    return Attempt.state == AttemptState.GRADED, Attempt.submitted_at >= since, Attempt.submitted_at < until, or_(false(), *reached)
