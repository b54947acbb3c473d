"""What is known of a passed examination: what it is worth, who has passed it, what it came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select

from app.exams import service as exams
from app.exams.models import Attempt, AttemptState, Exam, ExamKind, ExamPlan
from app.exams.rules.timing import over_from
from app.hours.models import CreditState, ExamCredit
from app.kernel.ids import person_of
from app.kernel.work import Work

CHUNK = 500


@dataclass(frozen=True)
class Worth:
    """An examination that is worth hours."""

    exam_id: int
    uid: UUID
    title: str
    hours: Decimal
    told_at: datetime | None
    """Behind which moment its results are out; None once they are."""


@dataclass(frozen=True)
class Passed:
    """A final pass: the attempt, when it was begun and ended, its score and the digest of what was handed in."""

    person_id: int
    attempt_id: int
    attempt_uid: UUID
    started_at: datetime
    ended_at: datetime
    score: Decimal
    digest: str


@dataclass(frozen=True)
class Basis:
    """What a line of an examination rests on, for whoever reads it."""

    credit: ExamCredit
    exam: Exam
    attempt: Attempt
    set_hours: Decimal


def worth(work: Work, exam_id: int) -> Worth | None:
    """The hours an examination is set to; None for a closing quiz and for what is worth none.

    Held, so that whoever takes a result away comes before what is posted for it, or behind it and finds the line.
    """
    found = select(Exam, ExamPlan.hours).join(ExamPlan, ExamPlan.exam_id == Exam.id)
    found = found.where(Exam.id == exam_id, Exam.kind == ExamKind.EXAM).with_for_update(read=True, of=Exam)
    row = work.session.execute(found.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.hours <= 0:
        return None
    exam: Exam = row.Exam
    told_at = over_from(exam.done_at) if exam.done_at and not exams.is_told(exam, work.now) else None
    return Worth(exam.id, exam.uid, exam.title, row.hours, told_at)


def who_passed(work: Work, exam_id: int) -> list[int]:
    """Everybody with a final pass, whom the hours are not settled with yet."""
    settled = exists().where(
        ExamCredit.person_id == Attempt.person_id, ExamCredit.exam_id == exam_id, ExamCredit.state != CreditState.REVOKED
    )  # fmt: skip
    passed = (Attempt.exam_id == exam_id, Attempt.state == AttemptState.GRADED, Attempt.passed.is_(True), ~settled)
    return list(work.session.scalars(select(Attempt.person_id).where(*passed).distinct().order_by(Attempt.person_id)))


def passes(work: Work, exam_id: int, people: Sequence[int]) -> dict[int, Passed]:
    """The final pass of each of these people who has one, the first where there were several."""
    columns = select(
        Attempt.person_id, Attempt.id, Attempt.uid, Attempt.started_at, Attempt.submitted_at, Attempt.score, Attempt.digest, Attempt.number
    ).where(Attempt.exam_id == exam_id, Attempt.state == AttemptState.GRADED, Attempt.passed.is_(True))
    found: dict[int, Passed] = {}
    for chunk in _chunks(people):
        for row in work.session.execute(columns.where(Attempt.person_id.in_(chunk)).order_by(Attempt.number.desc())):
            assert row.submitted_at is not None and row.score is not None  # graded attempts have both
            found[row.person_id] = Passed(row.person_id, row.id, row.uid, row.started_at, row.submitted_at, row.score, row.digest or "")
    return found


def credits(work: Work, exam_id: int, people: Sequence[int]) -> dict[int, ExamCredit]:
    """What this examination came to for these people so far."""
    mine = select(ExamCredit).where(ExamCredit.exam_id == exam_id).execution_options(populate_existing=True)
    return {row.person_id: row for chunk in _chunks(people) for row in work.session.scalars(mine.where(ExamCredit.person_id.in_(chunk)))}


def basis(work: Work, person_id: int, attempt_uid: str) -> Basis | None:
    """What the line of an attempt rests on; None when there is no such credit of this person."""
    uid = UUID(attempt_uid)
    if person_of(uid) != person_id:
        return None
    rows = (
        select(ExamCredit, Exam, Attempt, ExamPlan.hours)
        .join(Exam, Exam.id == ExamCredit.exam_id)
        .join(ExamPlan, ExamPlan.exam_id == Exam.id)
        .join(Attempt, (Attempt.person_id == ExamCredit.person_id) & (Attempt.id == ExamCredit.attempt_id))
        .where(ExamCredit.person_id == person_id, ExamCredit.attempt_uid == uid)
    )
    found = work.session.execute(rows).first()
    return Basis(*found) if found is not None else None


def _chunks(people: Sequence[int]) -> Iterator[Sequence[int]]:
    return (people[start : start + CHUNK] for start in range(0, len(people), CHUNK))
