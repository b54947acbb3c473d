"""What pages of incidents and appeals read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, exists, func, select

from app.bank.queries import Face, faces
from app.bank.service import secrets
from app.exams.actions import Action
from app.exams.models import (
    Annulment,
    AnnulmentState,
    Answer,
    Attempt,
    Exam,
    HandMark,
    ResultAppeal,
    ResultAppealState,
    ResultTrail,
    Sheet,
)
from app.exams.rules.assembly import Paper
from app.exams.rules.hands import rubric_of
from app.exams.service import markers, readers
from app.exams.service.papers import plain
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Person

MOST = 100
NEWS = timedelta(days=30)
"""So long the list of exams names a result that became another."""


@dataclass(frozen=True)
class Incident:
    """A proposal to annul a sitting, with everybody named, and what the notes counted."""

    row: Annulment
    exam: UUID
    title: str
    card: people.PersonCard
    proposed_by: str
    decided_by: str
    counts: Mapping[str, int]
    attempt: UUID
    number: int
    score: Decimal | None
    passed: bool | None


def _incidents(work: Work) -> Any:
    proposer, decider = Person.__table__.alias("proposer"), Person.__table__.alias("decider")
    return (
        select(Annulment, Exam.uid, Exam.title, proposer.c.name, decider.c.name, Attempt.uid, Attempt.number, Attempt.score, Attempt.passed)
        .join(Exam, Exam.id == Annulment.exam_id)
        .join(Attempt, and_(Attempt.person_id == Annulment.person_id, Attempt.id == Annulment.attempt_id))
        .join(proposer, proposer.c.id == Annulment.proposed_by)
        .outerjoin(decider, decider.c.id == Annulment.decided_by)
        .where(people.visible(work, Action.RELEASE, Annulment.person_id))
    )


def incidents(work: Work) -> list[Incident]:
    """Proposals about people within one's scope: what waits first, then the newest."""
    open_first = case((Annulment.state == AnnulmentState.PROPOSED, 0), else_=1)
    return _shown(work, _incidents(work).order_by(open_first, Annulment.id.desc()).limit(MOST))


def incident(work: Work, row: Annulment) -> Incident:
    """One proposal; the caller has seen to the scope."""
    return _shown(work, _incidents(work).where(Annulment.id == row.id))[0]


def _shown(work: Work, statement: Any) -> list[Incident]:
    rows = list(work.session.execute(statement))
    cards = people.cards(work, [row[0].person_id for row in rows])
    return [
        Incident(row, exam, title, cards[row.person_id], one or "", other or "", Counter(event["kind"] for event in row.notes),
                 attempt, number, score, passed)
        for row, exam, title, one, other, attempt, number, score, passed in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class AppealRow:
    """An appeal this marker may hear; no name of the candidate."""

    uid: UUID
    title: str
    filed_at: datetime
    due_on: date
    answers: int


def appeals(work: Work) -> list[AppealRow]:
    """Open appeals of others whose paper this marker of the examination did not mark, of none he is sitting himself; the oldest first."""
    mine = and_(Sheet.person_id == ResultAppeal.person_id, Sheet.attempt_id == ResultAppeal.attempt_id)
    marked = exists().where(mine, HandMark.sheet_id == Sheet.id, HandMark.marker_id == work.person_id)
    asked = exists().where(mine, ~readers.unasked(work, Sheet.version_id))
    his = and_(markers.may_mark(work, ResultAppeal.exam_id), ~readers.sits(work, ResultAppeal.exam_id), ~asked)
    count = select(func.count()).select_from(Sheet).where(mine).scalar_subquery()
    rows = (
        select(ResultAppeal.uid, Exam.title, ResultAppeal.filed_at, ResultAppeal.due_on, count)
        .join(Exam, Exam.id == ResultAppeal.exam_id)
        .where(ResultAppeal.state == ResultAppealState.OPEN, ResultAppeal.person_id != work.person_id, ~marked, his)
        .order_by(ResultAppeal.id)
        .limit(MOST)
    )
    return [AppealRow(*row) for row in work.session.execute(rows)]


@dataclass(frozen=True)
class AppealedSheet:
    """One written answer to be marked anew: nothing of the marks before."""

    uid: UUID
    case_stem: str
    face: Face
    answer: str
    maximum: Decimal
    rubric: tuple[tuple[str, int | float], ...]
    sample: str


def appealed(work: Work, row: ResultAppeal) -> tuple[str, list[AppealedSheet]]:
    """The title of the examination and the written answers of the paper."""
    exam = work.session.get_one(Exam, row.exam_id)
    joined = (
        select(Sheet, Answer.value)
        .join(Answer, and_(Answer.person_id == Sheet.person_id, Answer.attempt_id == Sheet.attempt_id, Answer.question == Sheet.question))
        .where(Sheet.person_id == row.person_id, Sheet.attempt_id == row.attempt_id)
        .order_by(Sheet.id)
    )
    rows = list(work.session.execute(joined))
    if not rows:
        return exam.title, []
    versions = [sheet.version_id for sheet, _ in rows]
    words, hidden = faces(work, versions), secrets(work, versions)
    kept = select(Attempt.paper).where(Attempt.person_id == row.person_id, Attempt.id == row.attempt_id)
    paper = Paper.from_json(work.session.scalars(kept).one())
    return exam.title, [_sheet(sheet, value, paper, words[sheet.version_id], hidden[sheet.version_id].hidden) for sheet, value in rows]


def _sheet(sheet: Sheet, value: Any, paper: Paper, face: Face, hidden: Mapping[str, Any]) -> AppealedSheet:
    asked, kept = (face.parts[sheet.part], hidden["parts"][sheet.part]) if sheet.part else (face, hidden)
    line = paper.find(sheet.question)
    assert line is not None  # sheets are made of the lines of a paper
    text = value[line.parts[sheet.part].question] if sheet.part else value
    rubric = tuple((words, plain(points)) for words, points in rubric_of(kept.get("rubric", ()), sheet.maximum))
    return AppealedSheet(sheet.uid, face.stem if sheet.part else "", asked, str(text), sheet.maximum, rubric, kept.get("sample", ""))


@dataclass(frozen=True)
class News:
    """A result of the acting person that became another."""

    title: str
    attempt: UUID
    what: str
    at: datetime


def news(work: Work) -> list[News]:
    """What happened to the person's results of late, newest first; his own appeals are no news to him."""
    mine = (ResultTrail.person_id == work.person_id, ResultTrail.at > work.now - NEWS, ResultTrail.what != "appealed")
    rows = (
        select(Exam.title, Attempt.uid, ResultTrail.what, ResultTrail.at)
        .join(Attempt, and_(Attempt.person_id == ResultTrail.person_id, Attempt.id == ResultTrail.attempt_id))
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(*mine)
        .order_by(ResultTrail.id.desc())
        .limit(5)
    )
    return [News(*row) for row in work.session.execute(rows)]
