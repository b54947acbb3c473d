"""What a paper of an examination is drawn from: approved questions of the bank, without words and keys (INV-I18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, String, and_, bindparam, cast, exists, func, select, true
from sqlalchemy.orm import aliased

from app.bank.models import Card, CardState, ForPractice, Question, QuestionVersion
from app.bank.rules.answers import Kind
from app.exams.actions import Action
from app.exams.models import Attempt, Exam, ExamPlan, ExamQuestion, ExamSeat, ExamState, ExamTrail
from app.exams.queries.halls import Hall, make_room
from app.exams.queries.known import HAS_WRITTEN, count_read
from app.exams.rules.assembly import Candidate
from app.exams.rules.blueprint import Item, Row
from app.exams.rules.sessions import KNOWN, MADE
from app.kernel.db import among, dialect, numbers, plain_rows
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


def candidates(work: Work, hall: Hall, wanted: Sequence[tuple[int, Decimal | None]]) -> dict[int, Candidate]:
    """Those of these questions that are approved now, by their number, in their present version, worth what the paper says.

    That they are is asked each time; what a version is never changes and is remembered by the hall.
    """
    if (known := _as_last_seen(work, hall, wanted)) is not None:
        return known
    found, engine = dict[int, Candidate](), dialect(work.session)
    for start in range(0, len(wanted), CHUNK):
        points = dict(wanted[start : start + CHUNK])
        given = {"ids": numbers(engine, list(points)), "state": CardState.APPROVED}
        present: dict[int, int] = {row.id: row.current_version_id for row in plain_rows(work.session, _approved(engine), given)}
        _remember(hall, points, present)
        keys = {question_id: (version_id, points[question_id]) for question_id, version_id in present.items()}
        found |= {question_id: one for question_id, key in keys.items() if (one := hall.candidates.get(key)) is not None}
        if new := {question_id: key for question_id, key in keys.items() if question_id not in found}:
            found |= _read(work, hall, new)
    return found


def _as_last_seen(work: Work, hall: Hall, wanted: Sequence[tuple[int, Decimal | None]]) -> dict[int, Candidate] | None:
    """All of these, if every one of them stands as the hall saw it last: three numbers tell, where a hundred rows would (PERF-G5)."""
    found = {}
    for question_id, points in wanted:
        version_id = hall.standing.get(question_id)
        if version_id is None or (one := hall.candidates.get((version_id, points))) is None:
            return None
        found[question_id] = one
    engine = dialect(work.session)
    versions = (one.version_id for one in found.values())
    given = {"ids": _as_text(engine, found), "versions": _as_text(engine, versions), "state": CardState.APPROVED}
    counted: Any = plain_rows(work.session, _unchanged(engine), given).one()
    present, approved, is_practised = counted
    return found if present == approved == len(wanted) and not is_practised else None


def _remember(hall: Hall, asked: Iterable[int], present: Mapping[int, int]) -> None:
    """In which versions these questions stand, and which of them do not."""
    for question_id in asked:
        hall.standing.pop(question_id, None)
    make_room(hall.standing, len(present))
    hall.standing.update(present)


_Version = tuple[int, Decimal | None]


@lru_cache(maxsize=2)
def _approved(engine: str) -> Any:
    """Which of these questions stand approved, with their present versions."""
    joined = select(Question.id, Question.current_version_id).join(Card, Card.question_id == Question.id)
    return joined.where(among(engine, Question.id, "ids"), Card.state == bindparam("state"), kept())


@lru_cache(maxsize=2)
def _unchanged(engine: str) -> Any:
    """How many of these questions stand in these versions, how many are approved, and whether any is open for practice.

    Each table is asked along its key. Joined they cost ten times as much on PostgreSQL, which plans once for all starts and walks
    through the bank; lists are passed as text, of which neither the driver nor the plan looks at every number.
    """
    ids, versions = _rows(engine, "ids"), _rows(engine, "versions")
    present = select(func.count()).where(Question.id.in_(ids), Question.current_version_id.in_(versions))
    approved = select(func.count()).where(Card.question_id.in_(ids), Card.state == bindparam("state"))
    return select(present.scalar_subquery(), approved.scalar_subquery(), exists().where(ForPractice.question_id.in_(ids)))


def _rows(engine: str, given: str) -> Any:
    """A list as a table, read once whichever way the engine goes."""
    if engine == "sqlite":
        return select(func.json_each(bindparam(given)).table_valued("value").c.value)
    return select(func.unnest(cast(bindparam(given, type_=String()), ARRAY(BigInteger))))


def _as_text(engine: str, given: Iterable[int]) -> str:
    """Numbers as `_unchanged` takes them."""
    left, right = "[]" if engine == "sqlite" else "{}"
    return f"{left}{','.join(map(str, given))}{right}"


def _read(work: Work, hall: Hall, new: Mapping[int, _Version]) -> dict[int, Candidate]:
    """What the drawing of papers knows of questions that the hall has not seen; it remembers them."""
    wanted = {version_id: (question_id, points) for question_id, (version_id, points) in new.items()}
    columns = select(Question.uid, QuestionVersion).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    found = {}
    make_room(hall.candidates, len(wanted))
    for row in work.session.execute(columns.where(QuestionVersion.id.in_(wanted))):
        question_id, points = wanted[row.QuestionVersion.id]
        found[question_id] = worth(candidate(str(row.uid), row.QuestionVersion), points)
        hall.candidates[row.QuestionVersion.id, points] = found[question_id]
    return found


def candidate(uid: str, version: QuestionVersion) -> Candidate:
    """A version as the drawing of papers knows it."""
    letters = tuple(option for option, _text in version.options)
    return Candidate(version.id, uid, Kind(version.kind), version.points, letters, version.keeps_order, version.shown)


def fixed(work: Work, exam_id: int) -> list[tuple[int, Decimal | None]]:
    """The questions of a fixed paper in their order, with what each is worth there."""
    listed = select(ExamQuestion.question_id, ExamQuestion.points).where(ExamQuestion.exam_id == exam_id)
    return [(row.question_id, row.points) for row in work.session.execute(listed.order_by(ExamQuestion.position))]


def fixed_in(work: Work, exam_ids: Collection[int]) -> dict[int, set[int]]:
    """The questions of the fixed papers of these examinations; one statement."""
    found: dict[int, set[int]] = defaultdict(set)
    listed = select(ExamQuestion.exam_id, ExamQuestion.question_id).where(ExamQuestion.exam_id.in_(exam_ids))
    for exam_id, question_id in work.session.execute(listed):
        found[exam_id].add(question_id)
    return found


def worth(one: Candidate, points: Decimal | None) -> Candidate:
    """The question with the points it has in a paper."""
    return one if points is None or points == one.points else replace(one, points=points)


def mine(work: Work) -> ColumnElement[bool]:
    """The examinations somebody who sets up may read: all for who opens them, else his own."""
    return true() if work.may(Action.OPEN) else Exam.author_id == work.actor.person_id


def has_made(work: Work, exam: Exam) -> bool:
    """Whether the actor set the examination up, changed or checked it, as its trail says."""
    me = work.actor.person_id
    mine = exists().where(ExamTrail.exam_id == exam.id, ExamTrail.who_id == me, ExamTrail.what.in_(MADE))
    return me is not None and (exam.author_id == me or bool(work.session.scalar(select(mine))))


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


_CHECK = select(func.max(ExamTrail.id)).where(ExamTrail.exam_id == Exam.id, ExamTrail.what == "checked").scalar_subquery()

_SAT = exists().where(Attempt.person_id == bindparam("person"), Attempt.exam_id == Exam.id)
KNOWS = exists().where(ExamTrail.exam_id == Exam.id, ExamTrail.who_id == bindparam("person"), ExamTrail.what.in_(KNOWN))
"""Whether the person had a hand in an examination, by its trail: he is asked nothing in it (docs/adr/0023)."""

_ENTRY = (
    select(Exam, ExamPlan, ExamSeat.extra_minutes, _CHECK.label("check"), _SAT.label("sat"), HAS_WRITTEN.label("has_written"),
           count_read(bindparam("person")).scalar_subquery().label("keys_read"), KNOWS.label("knows"))
    .outerjoin(ExamPlan, and_(ExamPlan.exam_id == Exam.id, Exam.course_version_id.is_(None)))
    .outerjoin(ExamSeat, and_(ExamSeat.exam_id == Exam.id, ExamSeat.person_id == bindparam("person")))
    .where(Exam.uid == bindparam("uid"), Exam.state.in_((ExamState.OPEN, ExamState.CLOSED)))
)  # fmt: skip


class Entry(NamedTuple):
    """An examination that was opened, as one person finds it at the door. A closing quiz has no plan."""

    exam: Exam
    plan: ExamPlan | None
    extra_minutes: int
    check: int | None
    """The line of the check that kept the stock; another check is another line."""
    has_sat: bool
    has_written: bool
    """Whether there is any attempt of his at it; any question of the bank that he wrote, changed or judged."""
    keys_read: int
    """How many questions he came to read the keys of in examinations; what is drawn holds while it stays so (queries/known.py)."""
    knows: bool
    """Whether he had a hand in it: its trail says so."""


def entry(work: Work, uid: UUID) -> Entry | None:
    """The examination with this name, if it was opened; all that a start reads of it in one statement (PERF-G5)."""
    row = work.session.execute(_ENTRY, {"uid": uid, "person": work.person_id}).one_or_none()
    if row is None:
        return None
    return Entry(row.Exam, row.ExamPlan, row.extra_minutes or 0, row.check, bool(row.sat), bool(row.has_written), row.keys_read,
                 bool(row.knows))  # fmt: skip
