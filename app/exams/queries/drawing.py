"""What a paper of an examination is drawn from: approved questions of the bank, without words and keys (INV-I18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, true
from sqlalchemy.orm import aliased

from app.bank.models import Card, CardState, ForPractice, Question, QuestionVersion, Trail
from app.bank.rules.answers import Kind
from app.exams.actions import Action
from app.exams.models import Exam, ExamPlan, ExamQuestion, ExamTrail
from app.exams.rules.assembly import Candidate
from app.exams.rules.blueprint import Item, Row
from app.kernel.db import plain_rows
from app.kernel.work import Work

CHUNK = 500
TWIN = aliased(Card)


def kept() -> Any:
    """The questions kept for examinations: none that is open for practice."""
    return Card.question_id.not_in(select(ForPractice.question_id))


def items(work: Work, rows: Sequence[Row]) -> list[Item]:
    """The approved questions that some row could use; none that is open for practice, or says the same as one that is."""
    kinds = {row.kind for row in rows}
    known = select(TWIN.fingerprint).join(ForPractice, ForPractice.question_id == TWIN.question_id)
    wanted = [Card.state == CardState.APPROVED, Card.kind.in_(kinds), Card.fingerprint.not_in(known)]
    if all(row.topic for row in rows):
        wanted.append(Card.topic.in_({row.topic for row in rows}))
    columns = select(Card.question_id, Card.topic, Card.kind, Card.difficulty, Card.fingerprint)
    rows_found: Any = plain_rows(work.session, columns.where(*wanted), {})
    return [Item(question, topic, Kind(kind), difficulty, print_) for question, topic, kind, difficulty, print_ in rows_found]


def candidates(work: Work, question_ids: Iterable[int]) -> dict[int, Candidate]:
    """Those of these questions that are approved now, by their number, in their present version."""
    wanted, found = list(question_ids), dict[int, Candidate]()
    for start in range(0, len(wanted), CHUNK):
        rows: Any = plain_rows(work.session, _APPROVED, {"ids": wanted[start : start + CHUNK], "state": CardState.APPROVED})
        known = {question_id: (version, _kept.get(version)) for question_id, version in rows}
        read = _read(work, [version for version, one in known.values() if one is None])
        found |= {question_id: one or read[version] for question_id, (version, one) in known.items()}
    return found


MOST_KEPT = 5000
_kept: dict[UUID, Candidate] = {}
"""Candidates by the outside name of their version, which never changes and which no other row ever has (PERF-G5)."""

_APPROVED = (
    select(Question.id, QuestionVersion.uid.label("version"))
    .join(Card, Card.question_id == Question.id)
    .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
    .where(Question.id.in_(bindparam("ids", expanding=True)), Card.state == bindparam("state"), kept())
)


def _read(work: Work, versions: Sequence[UUID]) -> dict[UUID, Candidate]:
    """What the drawing of papers knows of these versions; it is kept for the next one."""
    if not versions:
        return {}
    columns = select(Question.uid, QuestionVersion).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    rows = work.session.execute(columns.where(QuestionVersion.uid.in_(versions)))
    found = {row.QuestionVersion.uid: candidate(str(row.uid), row.QuestionVersion) for row in rows}
    if len(_kept) + len(found) > MOST_KEPT:
        _kept.clear()
    _kept.update(found)
    return found


def candidate(uid: str, version: QuestionVersion) -> Candidate:
    """A version as the drawing of papers knows it."""
    letters = tuple(option for option, _text in version.options)
    return Candidate(version.id, uid, Kind(version.kind), version.points, letters, version.keeps_order, version.shown)


def fixed(work: Work, exam_id: int) -> list[tuple[int, Decimal | None]]:
    """The questions of a fixed paper in their order, with what each is worth there."""
    listed = select(ExamQuestion.question_id, ExamQuestion.points).where(ExamQuestion.exam_id == exam_id)
    return [(row.question_id, row.points) for row in work.session.execute(listed.order_by(ExamQuestion.position))]


def worth(one: Candidate, points: Decimal | None) -> Candidate:
    """The question with the points it has in a paper."""
    return one if points is None or points == one.points else replace(one, points=points)


def mine(work: Work) -> ColumnElement[bool]:
    """The examinations somebody who sets up may read: all for who opens them, else his own."""
    return true() if work.may(Action.OPEN) else Exam.author_id == work.actor.person_id


def known_to(work: Work, person_id: int) -> frozenset[int]:
    """The questions of the bank this person has written, changed or judged: he has read their keys (docs/adr/0023)."""
    return frozenset(work.session.scalars(select(Trail.question_id).where(Trail.who_id == person_id).distinct()))


def last_check(work: Work, exam_id: int) -> tuple[UUID, int] | None:
    """The examination and the line of its last check, or None; another check is another line."""
    lines = select(Exam.uid, ExamTrail.id).join(ExamTrail, ExamTrail.exam_id == Exam.id)
    checks = lines.where(Exam.id == exam_id, ExamTrail.what == "checked").order_by(ExamTrail.id.desc()).limit(1)
    row = work.session.execute(checks).one_or_none()
    return None if row is None else (row.uid, row.id)


def topics(work: Work) -> list[str]:
    """The topics of approved questions, for the rows of a blueprint."""
    known = select(Card.topic).where(Card.state == CardState.APPROVED, Card.topic != "").distinct().order_by(Card.topic).limit(500)
    return list(work.session.scalars(known))


def question_ids(work: Work, uids: Sequence[UUID]) -> dict[UUID, int]:
    """The numbers of these questions of the bank, approved ones only."""
    named = select(Question.uid, Question.id).join(Card, Card.question_id == Question.id)
    return {row.uid: row.id for row in work.session.execute(named.where(Question.uid.in_(uids), Card.state == CardState.APPROVED, kept()))}


def twins(work: Work, ids: Sequence[int]) -> bool:
    """Whether two of these questions say the same."""
    prints = list(work.session.scalars(select(Card.fingerprint).where(Card.question_id.in_(ids))))
    return len(set(prints)) < len(prints)


def plan_of(work: Work, exam: Exam) -> ExamPlan | None:
    """The plan of an examination; a closing quiz has none."""
    return None if exam.course_version_id is not None else work.session.get(ExamPlan, exam.id)
