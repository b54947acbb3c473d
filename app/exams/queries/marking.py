"""What markers read: how much waits, and one written answer without the name of its candidate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.bank.models import QuestionVersion
from app.bank.queries import Face, faces
from app.bank.service import secrets
from app.exams.models import Answer, Attempt, AttemptState, Exam, HandMark, Sheet, SheetState
from app.exams.rules.assembly import Paper
from app.exams.rules.hands import rubric_of
from app.exams.service import markers, readers
from app.exams.service.handmarking import own_mark
from app.exams.service.refusals import OwnPaper
from app.kernel.errors import NotFound
from app.kernel.work import Work

MOST = 100
"""Exams on the page of a marker."""
RECENT = 50
"""Marks of his own that he may still correct, on the same page."""
OtherMark, Sat = aliased(HandMark), aliased(Attempt)


@dataclass(frozen=True)
class Pile:
    """The written answers of one exam that this marker can mark now."""

    exam: UUID
    title: str
    waiting: int
    disputed: int


@dataclass(frozen=True)
class Criterion:
    """A line of the rubric."""

    text: str
    points: Decimal


@dataclass(frozen=True)
class OwnMark:
    """What this marker gave an answer before."""

    points: Decimal
    criteria: tuple[str, ...]
    remark: str


@dataclass(frozen=True)
class SheetShown:
    """One written answer before its marker: what was asked, what was written, what earns points."""

    uid: UUID
    exam: UUID
    title: str
    case_stem: str
    face: Face
    answer: str
    maximum: Decimal
    rubric: tuple[Criterion, ...]
    sample: str
    state: str
    others: tuple[tuple[Decimal, str, tuple[str, ...]], ...]
    """Points, remarks and points by criterion of the two who disagree; empty unless there is a dispute to rule on."""
    left: int
    own: OwnMark | None = None
    """What this marker gave it before, which he may correct until the result is final."""


def _mine(work: Work) -> ColumnElement[bool]:
    """Sheets this marker may mark: of an examination that is his to mark and not his to sit now; not his own, marked by him, or settled."""
    marked = exists().where(and_(HandMark.sheet_id == Sheet.id, HandMark.marker_id == work.person_id))
    given = select(func.count()).select_from(HandMark).where(HandMark.sheet_id == Sheet.id).scalar_subquery()
    open_ = or_(Sheet.state == SheetState.DISPUTED, and_(Sheet.state == SheetState.WAITING, given < Sheet.needed))
    his = and_(markers.may_mark(work, Sheet.exam_id), Sheet.person_id != work.person_id, ~readers.sits(work, Sheet.exam_id))
    return and_(open_, his, ~marked, readers.unasked(work, Sheet.version_id))


def piles(work: Work) -> list[Pile]:
    """Exams with written answers for this marker, the oldest first."""
    disputed = func.sum(case((Sheet.state == SheetState.DISPUTED, 1), else_=0))
    rows = work.session.execute(
        select(Exam.uid, Exam.title, func.count(Sheet.id), disputed)
        .join(Sheet, Sheet.exam_id == Exam.id)
        .where(_mine(work))
        .group_by(Exam.id, Exam.uid, Exam.title)
        .order_by(func.min(Sheet.id))
        .limit(MOST)
    )
    return [Pile(uid, title, count, int(open_ or 0)) for uid, title, count, open_ in rows]


def next_of(work: Work, exam: UUID) -> UUID | None:
    """The sheet this marker should take next: the oldest of the exam."""
    return work.session.scalar(
        select(Sheet.uid).join(Exam, Exam.id == Sheet.exam_id).where(Exam.uid == exam, _mine(work)).order_by(Sheet.id).limit(1)
    )


def sheet(work: Work, uid: UUID) -> SheetShown:
    """One written answer, blind; nobody reads his own paper here. Whoever reads was noted before (service/handmarking.py)."""
    row = work.session.execute(
        select(Sheet, Exam, Attempt.paper, Answer.value)
        .join(Exam, Exam.id == Sheet.exam_id)
        .join(Attempt, and_(Attempt.person_id == Sheet.person_id, Attempt.id == Sheet.attempt_id))
        .join(Answer, and_(Answer.person_id == Sheet.person_id, Answer.attempt_id == Sheet.attempt_id, Answer.question == Sheet.question))
        .where(Sheet.uid == uid)
    ).one_or_none()
    if row is None:
        raise NotFound()
    found, exam, paper, value = row
    if found.person_id == work.person_id:
        raise OwnPaper()
    face, hidden = faces(work, [found.version_id])[found.version_id], secrets(work, [found.version_id])[found.version_id].hidden
    asked, kept = (face.parts[found.part], hidden["parts"][found.part]) if found.part else (face, hidden)
    line = Paper.from_json(paper).find(found.question)
    assert line is not None
    text = value[line.parts[found.part].question] if found.part else value
    return SheetShown(
        found.uid, exam.uid, exam.title, face.stem if found.part else "", asked, str(text), found.maximum,
        tuple(Criterion(*one) for one in rubric_of(kept.get("rubric", ()), found.maximum)), kept.get("sample", ""),
        found.state, _others(work, found), _left(work, exam.id), _own(work, found),
    )  # fmt: skip


def _others(work: Work, found: Sheet) -> tuple[tuple[Decimal, str, tuple[str, ...]], ...]:
    """For the third alone: whoever gave one of the two marks does not read the other."""
    if found.state != SheetState.DISPUTED:
        return ()
    marks = select(HandMark.points, HandMark.remark, HandMark.criteria, HandMark.marker_id)
    rows = work.session.execute(marks.where(HandMark.sheet_id == found.id).order_by(HandMark.at)).all()
    if any(row.marker_id == work.person_id for row in rows):
        return ()
    return tuple((row.points, row.remark, tuple(row.criteria)) for row in rows)


def _own(work: Work, found: Sheet) -> OwnMark | None:
    mark = own_mark(work, found)
    return None if mark is None else OwnMark(mark.points, tuple(mark.criteria), mark.remark)


@dataclass(frozen=True)
class Given:
    """A mark this marker gave that he may still correct."""

    uid: UUID
    title: str
    stem: str
    points: Decimal
    maximum: Decimal
    at: datetime


def given(work: Work) -> list[Given]:
    """Marks of one's own whose result is not final, the newest first; none over which a third rules or ruled."""
    ruled = exists().where(OtherMark.sheet_id == Sheet.id, OtherMark.is_ruling)
    rows = work.session.execute(
        select(Sheet.uid, Exam.title, QuestionVersion.stem, HandMark.points, Sheet.maximum, HandMark.at)
        .join(Sheet, Sheet.id == HandMark.sheet_id)
        .join(Exam, Exam.id == Sheet.exam_id)
        .join(QuestionVersion, QuestionVersion.id == Sheet.version_id)
        .join(Sat, and_(Sat.person_id == Sheet.person_id, Sat.id == Sheet.attempt_id))
        .where(HandMark.marker_id == work.person_id, Sat.state == AttemptState.MARKING, Sheet.state != SheetState.DISPUTED)
        .where(or_(HandMark.is_ruling, ~ruled), markers.may_mark(work, Sheet.exam_id), ~readers.sits(work, Sheet.exam_id))
        .where(readers.unasked(work, Sheet.version_id))
        .order_by(HandMark.at.desc(), Sheet.id.desc())
        .limit(RECENT)
    )
    return [Given(*row) for row in rows]


def _left(work: Work, exam_id: int) -> int:
    return work.session.scalar(select(func.count()).select_from(Sheet).where(Sheet.exam_id == exam_id, _mine(work))) or 0
