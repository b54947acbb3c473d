"""What regrading reads: final sittings, the questions they were asked, what was withdrawn or corrected before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select, tuple_

from app.bank.actions import Action as BankAction
from app.bank.models import Card, CardState, Question, QuestionVersion
from app.exams.actions import Action
from app.exams.models import Answer, Attempt, AttemptState, Exam, ExamPlan, Regrade
from app.exams.queries.secrets import asked_by, is_of
from app.exams.rules.regrading import How
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Person

CHUNK, LOOKED_AT, SHOWN = 500, 400, 50


def version(work: Work, exam: Exam, uid: UUID) -> QuestionVersion:
    """A version of a question by its outside name; of one that the examination does not ask there is none.

    What is said to a correction tells the key, and bars from this examination alone (service/readers.py, INV-I18).
    """
    columns = select(QuestionVersion, *asked_by(exam.id, QuestionVersion.question_id))
    row = work.session.execute(columns.where(QuestionVersion.uid == uid)).one_or_none()
    if row is None or not is_of(row[0].question_id, *row[1:]):
        raise NotFound()
    found: QuestionVersion = row[0]
    return found


def hours(work: Work, exam_id: int) -> Decimal:
    """The hours an examination is set to."""
    return work.session.scalar(select(ExamPlan.hours).where(ExamPlan.exam_id == exam_id)) or Decimal(0)


def regrades(work: Work, exam_id: int) -> list[Regrade]:
    """What was withdrawn or corrected, oldest first."""
    return list(work.session.scalars(select(Regrade).where(Regrade.exam_id == exam_id).order_by(Regrade.id)))


Holding = dict[int, tuple[Regrade, QuestionVersion]]


def holding(work: Work, exam_id: int) -> Holding:
    """What holds of everything withdrawn or corrected, the last of each version, with the version itself."""
    rows = select(Regrade, QuestionVersion).join(QuestionVersion, QuestionVersion.id == Regrade.version_id)
    found = work.session.execute(rows.where(Regrade.exam_id == exam_id).order_by(Regrade.id))
    return {row.version_id: (row, version) for row, version in found}


def paper(work: Work, person_id: int, attempt_id: int) -> dict[str, Any]:
    """The frozen paper of one attempt."""
    found: dict[str, Any] = work.session.scalars(
        select(Attempt.paper).where(Attempt.person_id == person_id, Attempt.id == attempt_id)
    ).one()
    return found


def graded(work: Work, exam_id: int) -> Iterator[Sequence[Any]]:
    """Every final sitting of an examination, five hundred at a time, in no order: `paper` and `verdict` as the text that is stored."""
    columns = select(
        Attempt.id, Attempt.person_id, Attempt.uid, Attempt.score, Attempt.passed,
        cast(Attempt.paper, Text).label("paper"), cast(Attempt.verdict, Text).label("verdict"),
    )  # fmt: skip
    return _streamed(work, columns.where(Attempt.exam_id == exam_id, Attempt.state == AttemptState.GRADED))


def standing(work: Work, exam_id: int) -> Iterator[Sequence[Any]]:
    """The results of these sittings alone, as they are now."""
    columns = select(Attempt.id, Attempt.person_id, Attempt.score, Attempt.passed, cast(Attempt.verdict, Text).label("verdict"))
    return _streamed(work, columns.where(Attempt.exam_id == exam_id, Attempt.state == AttemptState.GRADED))


def _streamed(work: Work, statement: Any) -> Iterator[Sequence[Any]]:
    """Chunks of one long read that is never whole in memory."""
    yield from work.session.execute(statement, execution_options={"yield_per": CHUNK}).partitions()


def values(work: Work, asked: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int], Any]:
    """What was answered to one question of each of these sittings (person, attempt, question)."""
    if not asked:
        return {}
    key = tuple_(Answer.person_id, Answer.attempt_id, Answer.question)
    rows = select(Answer.person_id, Answer.attempt_id, Answer.value).where(key.in_(asked))
    return {(row.person_id, row.attempt_id): row.value for row in work.session.execute(rows)}


@dataclass(frozen=True)
class AskedRow:
    """A question that was asked in this examination; `sat` counts the newest sittings only."""

    uid: UUID
    stem: str
    kind: str
    topic: str
    sat: int
    how: str


def asked(work: Work, exam: Exam, words: str = "") -> list[AskedRow]:
    """The questions of the newest final sittings, those with these words first asked most; at most fifty."""
    papers = select(Attempt.paper).where(Attempt.exam_id == exam.id, Attempt.state == AttemptState.GRADED)
    counted: Counter[int] = Counter()
    for paper in work.session.scalars(papers.order_by(Attempt.id.desc()).limit(LOOKED_AT)):
        counted.update(raw[1] for raw in paper["lines"])
    done = {row.version_id: str(row.how) for row in regrades(work, exam.id)}
    ids = list(counted)
    found: list[QuestionVersion] = []
    for start in range(0, len(ids), CHUNK):
        rows = select(QuestionVersion).where(QuestionVersion.id.in_(ids[start : start + CHUNK]))
        if words.strip():
            rows = rows.where(QuestionVersion.stem.contains(words.strip()[:60], autoescape=True))
        found += work.session.scalars(rows)
    found.sort(key=lambda one: (one.id not in done, -counted[one.id], one.id))
    return [AskedRow(one.uid, one.stem, str(one.kind), one.topic, counted[one.id], done.get(one.id, "")) for one in found[:SHOWN]]


@dataclass(frozen=True)
class DoneRow:
    """A regrade that was carried out. `for_bank`: the bank still has the key as it was, and the actor may give it the new one."""

    uid: UUID
    stem: str
    how: str
    reason: str
    who: str
    at: datetime
    sittings: int
    changed: int
    gained: int
    lost: int
    for_bank: bool


def done(work: Work, exam: Exam) -> list[DoneRow]:
    """Regrades of an examination, newest first."""
    rows = (
        select(Regrade, QuestionVersion.stem, Person.name, Question.current_version_id, Card.state)
        .join(QuestionVersion, QuestionVersion.id == Regrade.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(Card, Card.question_id == Question.id)
        .outerjoin(Person, Person.id == Regrade.who_id)
        .where(Regrade.exam_id == exam.id)
        .order_by(Regrade.id.desc())
        .limit(SHOWN)
    )
    found, newer = [], set[int]()
    for one, stem, name, now, state in work.session.execute(rows):
        is_wrong_there = one.how == How.KEY and one.version_id == now and one.version_id not in newer
        for_bank = is_wrong_there and state not in (None, CardState.RETIRED) and work.may(BankAction.REVIEW)
        newer.add(one.version_id)
        found.append(DoneRow(one.uid, stem, str(one.how), one.reason, name or "", one.at, one.sittings, one.changed, one.gained, one.lost,
                             for_bank))  # fmt: skip
    return found


def named(work: Work, person_ids: Sequence[int]) -> dict[int, people.Named]:
    """Name and unit of those of these people whom the actor may see."""
    return people.named(work, Action.RELEASE, person_ids)
