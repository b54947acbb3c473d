"""Reads of practice: what may be asked, one exercise, the book of missed questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.bank.models import Card, CardState, ForPractice, Question, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.scoring import Outcome, score
from app.bank.service import Secret, secrets
from app.exams.queries.lectures import Taught, Words, words
from app.exams.queries.missed import Missed, missed
from app.exams.queries.missed import results as missed_results
from app.exams.queries.secrets import reserved
from app.exams.rules.assembly import Candidate, Line, Paper
from app.exams.service.results import HELD, QuestionResult, right_of, went
from app.kernel.errors import NotFound
from app.kernel.ids import person_of
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.practice.models import PracticeAnswer, PracticeSet, Recall, SetKind
from app.practice.rules import KINDS, Row, is_in_book, is_marked_at_once, left

RECENT, BOOK, OFFERED, LOOKED_AT = 8, 200, 30, 100


@dataclass(frozen=True)
class Open:
    """What is open for practice: how many questions of each knowledge point, and of which kinds."""

    topics: dict[str, int]
    kinds: set[str]


def open_now(work: Work) -> Open:
    """Knowledge points and kinds with questions for practice."""
    rows = select(Card.topic, Card.kind, func.count()).join(ForPractice, ForPractice.question_id == Card.question_id)
    rows = rows.where(Card.state == CardState.APPROVED, Card.kind.in_(KINDS)).group_by(Card.topic, Card.kind).order_by(Card.topic)
    found = Open({}, set())
    for name, kind, count in work.session.execute(rows):
        found.topics[name] = found.topics.get(name, 0) + count
        found.kinds.add(kind)
    return found


def pool(work: Work, names: Collection[str], kinds: Collection[Kind]) -> list[int]:
    """The questions open for practice, of these topics (all for none) and kinds."""
    wanted = [Card.state == CardState.APPROVED, Card.kind.in_(set(kinds) & set(KINDS))]
    if names:
        wanted.append(Card.topic.in_(names))
    return list(
        work.session.scalars(select(Card.question_id).join(ForPractice, ForPractice.question_id == Card.question_id).where(*wanted))
    )


def candidates(work: Work, question_ids: Collection[int], versions: Collection[int] = ()) -> list[Candidate]:
    """These questions as the drawing of papers knows them, in their present version or in one of `versions`.

    What an examination may still ask is left out here as well, whatever list it stands in: the last gate before an exercise.
    """
    secret = reserved(work, question_ids)
    columns = select(Question.id, Question.uid, QuestionVersion).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    which = QuestionVersion.id.in_(list(versions)) if versions else QuestionVersion.id == Question.current_version_id
    found = []
    for row in work.session.execute(columns.where(Question.id.in_(list(question_ids)), which)):
        version = row.QuestionVersion
        if row.id not in secret and is_marked_at_once(version.kind, version.shown):
            letters = tuple(letter for letter, _text in version.options)
            found.append(
                Candidate(version.id, str(row.uid), Kind(version.kind), version.points, letters, version.keeps_order, version.shown)
            )
    return found


def own_set(work: Work, uid: UUID) -> PracticeSet:
    """An exercise of one's own; anybody else's does not exist."""
    found = work.session.scalar(select(PracticeSet).where(PracticeSet.person_id == work.person_id, PracticeSet.uid == uid))
    if found is None or person_of(uid) != work.person_id:
        raise NotFound()
    return found


def lines(row: PracticeSet) -> tuple[Line, ...]:
    """The frozen questions of an exercise."""
    return Paper.from_json(row.paper).lines


def asks_now(work: Work, versions: Collection[int]) -> bool:
    """Whether the actor may see one of these versions by practice: it is open to everybody, or stands in an exercise of his own."""
    if not work.actor.is_signed_in or work.actor.person_id is None:
        return False
    opened = select(ForPractice.question_id).join(QuestionVersion, QuestionVersion.question_id == ForPractice.question_id)
    if work.session.scalar(select(opened.where(QuestionVersion.id.in_(list(versions))).exists())):
        return True
    mine = select(PracticeSet.paper).where(PracticeSet.person_id == work.person_id).order_by(PracticeSet.id.desc()).limit(LOOKED_AT)
    return any(line.version_id in versions for paper in work.session.scalars(mine) for line in Paper.from_json(paper).lines)


def of_slot(work: Work, slot: str) -> PracticeSet | None:
    """The exercise of a day."""
    return work.session.scalar(select(PracticeSet).where(PracticeSet.person_id == work.person_id, PracticeSet.slot == slot))


@dataclass(frozen=True)
class Asked:
    """One question of an exercise: public words; with its answer also how it was, what is right, and where it is taught."""

    line: Line
    stem: str
    topic: str
    options: dict[str, str]
    table: list[Any]
    value: Any
    outcome: str
    right: tuple[str, ...]
    explanation: str
    taught: Taught | None
    picture: Mapping[str, str] | None = None
    parts: Sequence[QuestionResult] = ()
    """The questions of a case: words and options; with its answer also how each was and what is right."""


def asked(work: Work, row: PracticeSet) -> list[Asked]:
    """The questions of an exercise; keys of those only that were answered, and that are no examination's meanwhile."""
    lines = Paper.from_json(row.paper).lines
    mine = select(PracticeAnswer).where(PracticeAnswer.person_id == row.person_id, PracticeAnswer.set_id == row.id)
    answers = {one.question: one for one in work.session.scalars(mine)}
    said = words(work, [line.version_id for line in lines])
    keys = _keys(work, [line.version_id for line in lines if line.question in answers])
    return [_asked(line, said[line.version_id], answers.get(line.question), keys.get(line.version_id)) for line in lines]


def _keys(work: Work, version_ids: Collection[int]) -> dict[int, Secret]:
    """Keys of answered questions; none of one that an examination has taken up since."""
    owners = select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(list(version_ids)))
    owned = {row[0]: row[1] for row in work.session.execute(owners)}
    secret = reserved(work, set(owned.values()))
    return secrets(work, [version for version, question in owned.items() if question not in secret])


def _asked(line: Line, said: Any, answer: PracticeAnswer | None, key: Secret | None) -> Asked:
    options = {shown: said.options[inner] for shown, inner in line.options.items()}
    right = tuple(right_of(line, key)) if answer and key else ()
    return Asked(
        line, said.stem, said.topic, options, said.shown.get("table", []), answer.value if answer else None,
        _outcome(line, said, answer, key) if answer else "", right, key.explanation if answer and key else "",
        said.taught if answer else None,
        said.shown.get("picture"), _went(line, said, answer, key).parts if line.parts else (),
    )  # fmt: skip


def _outcome(line: Line, said: Words, answer: PracticeAnswer, key: Secret | None) -> str:
    """How an answer was; one that was held is marked once no examination asks its question any more."""
    if answer.outcome != HELD or key is None:
        return answer.outcome
    return score(key.key(line.kind, said.shown), line.points, line.inner(answer.value)).outcome.value


def _went(line: Line, said: Words, answer: PracticeAnswer | None, key: Secret | None) -> QuestionResult:
    """How a question went; the parts of a case are marked again for it, which takes their key."""
    mark: list[Any] = ["0", _outcome(line, said, answer, key) if answer else Outcome.UNANSWERED.value]
    if line.parts and answer and key:
        made = score(key.key(line.kind, said.shown), line.points, line.inner(answer.value))
        mark.append({name: [str(one.points), one.outcome.value] for name, one in made.parts.items()})
    return went(line, said, mark, answer.value if answer else None, key if answer else None, {})


def question_of(work: Work, version_id: int) -> int:
    """The question of a version."""
    return work.session.scalars(select(QuestionVersion.question_id).where(QuestionVersion.id == version_id)).one()


def question_named(work: Work, uid: UUID) -> tuple[int, QuestionVersion]:
    """A question by its outside name, with its present version."""
    present = select(Question.id, QuestionVersion).join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
    found = work.session.execute(present.where(Question.uid == uid)).one_or_none()
    if found is None:
        raise NotFound()
    return found.id, found.QuestionVersion


@dataclass(frozen=True)
class Recent:
    """An exercise in the list: how far it is."""

    uid: UUID
    kind: str
    created_at: datetime
    size: int
    answered: int
    right: int


def _answers() -> Any:
    """Exercises, each beside its answers."""
    return (PracticeAnswer.person_id == PracticeSet.person_id) & (PracticeAnswer.set_id == PracticeSet.id)


def _is_over(kind: Any, size: Any) -> Any:
    """Whether a self-test has all its answers."""
    return (kind == SetKind.SELF_TEST) & (func.count(PracticeAnswer.question) == size)


def finished_self_tests(work: Work) -> list[int]:
    """The self-tests of the person that are over."""
    mine = select(PracticeSet.id).join(PracticeAnswer, _answers()).where(PracticeSet.person_id == work.person_id)
    mine = mine.group_by(PracticeSet.id, PracticeSet.kind, PracticeSet.size)
    return list(work.session.scalars(mine.having(_is_over(PracticeSet.kind, PracticeSet.size))))


def recent(work: Work) -> list[Recent]:
    """The latest exercises; a self-test is among them only as long as it can be gone on with, for it leaves no record."""
    right = func.count().filter(PracticeAnswer.outcome == "right")
    rows = (
        select(PracticeSet.uid, PracticeSet.kind, PracticeSet.created_at, PracticeSet.size, func.count(PracticeAnswer.question), right)
        .outerjoin(PracticeAnswer, _answers())
        .where(PracticeSet.person_id == work.person_id)
        .group_by(PracticeSet.uid, PracticeSet.kind, PracticeSet.created_at, PracticeSet.size)
        .having(~_is_over(PracticeSet.kind, PracticeSet.size))
        .order_by(PracticeSet.created_at.desc())
        .limit(RECENT)
    )
    return [Recent(*row) for row in work.session.execute(rows)]


@dataclass(frozen=True)
class Entry:
    """A question in the book: missed where and when, how often, how it went, and what takes it out again."""

    question: UUID
    question_id: int
    version_id: int
    stem: str
    kind: str
    topic: str
    at: datetime
    misses: int
    left: int
    """How many right answers in a row it still wants."""
    source: str
    """Title of the examination; empty for practice."""
    taught: Taught | None
    went: QuestionResult | None
    """The answer given, and what is right unless another examination still asks it (docs/adr/0027)."""
    is_practised: bool
    """Whether it is asked again: not what an examination may still ask."""
    is_by_hand: bool
    """Whether the person says himself that it is learnt: what the college cannot mark at once."""


@dataclass(frozen=True)
class Book:
    """The book of missed questions, the last missed first, and how many are left out while an examination may ask them."""

    entries: list[Entry]
    waiting: int


@dataclass(frozen=True)
class _Missed:
    """What is known of a question that was missed."""

    question_id: int
    version_id: int
    row: Row
    exam: Missed | None

    @property
    def examined_at(self) -> datetime | None:
        return self.exam.at if self.exam else None


def book(work: Work) -> list[Entry]:
    """Every question still to be learnt that may be told."""
    return whole_book(work).entries


def whole_book(work: Work) -> Book:
    """Every question still to be learnt: of quizzes and examinations once their keys are out, and of practice.

    What would tell a key that another examination still asks for is counted only: to be in the book is to be wrong.
    """
    rows = {one.question_id: one for one in work.session.scalars(select(Recall).where(Recall.person_id == work.person_id))}
    examined, asked_ones = missed(work, rows)
    wanted = []
    for one in {*examined, *rows}:
        exam = examined.get(one)
        kept = _Missed(one, exam.version_id if exam else rows[one].version_id, _row(rows.get(one)), exam)
        if is_in_book(kept.row, kept.examined_at):
            wanted.append(kept)
    wanted_now = [one for one in wanted if one.exam or one.question_id not in asked_ones]
    said = words(work, [one.version_id for one in wanted_now])
    results = missed_results(work, [one.exam for one in wanted_now if one.exam], said)
    told = [one for one in wanted_now if one.exam is None or results[one.question_id].outcome != HELD]
    told = sorted(told, key=lambda one: (_last(one), one.question_id), reverse=True)[:BOOK]
    results |= _practised(work, [one for one in told if one.exam is None], said)
    entries = [_entry(one, said[one.version_id], results.get(one.question_id)) for one in told]
    return Book(entries, len(wanted) - len(wanted_now) + sum(one.outcome == HELD for one in results.values()))


def _last(one: _Missed) -> datetime:
    """When it was missed last."""
    return max(moment for moment in (one.row.missed_at, one.examined_at) if moment is not None)


def _entry(one: _Missed, said: Words, result: QuestionResult | None) -> Entry:
    assert said.question is not None  # read with the words of a version
    is_by_hand = not is_marked_at_once(said.kind, said.shown)
    return Entry(
        said.question, one.question_id, one.version_id, said.stem, said.kind, said.topic, _last(one),
        one.row.misses + (one.exam.times if one.exam else 0), left(one.row, one.examined_at), one.exam.title if one.exam else "",
        said.taught, result, not is_by_hand and not (one.exam and one.exam.is_asked), is_by_hand,
    )  # fmt: skip


def _practised(work: Work, found: Collection[_Missed], said: Mapping[int, Words]) -> dict[int, QuestionResult]:
    """How the questions that were missed in practice went there the last time: two statements."""
    at = {one.row.missed_at for one in found}
    mine = select(PracticeAnswer, PracticeSet.paper).join(
        PracticeSet, (PracticeSet.person_id == PracticeAnswer.person_id) & (PracticeSet.id == PracticeAnswer.set_id)
    )
    last = {}
    for answer, paper in work.session.execute(mine.where(PracticeAnswer.person_id == work.person_id, PracticeAnswer.at.in_(at))):
        line = Paper.from_json(paper).find(answer.question)
        if line is not None:
            last[line.version_id, answer.at] = (line, answer)
    keys = secrets(work, [one.version_id for one in found])
    shown = {}
    for one in found:
        if (given := last.get((one.version_id, one.row.missed_at))) is not None:
            line, answer = given
            shown[one.question_id] = _went(line, said[one.version_id], answer, keys[one.version_id])
    return shown


def narrowed(entries: list[Entry], *, topic: str = "", kind: str = "", source: str = "") -> list[Entry]:
    """Those of a knowledge point, of a kind, missed in examinations (`exam`) or in practice; empty means all."""
    return [
        one for one in entries
        if (not topic or one.topic == topic) and (not kind or one.kind == kind) and (not source or (source == "exam") == bool(one.source))
    ]  # fmt: skip


def _row(kept: Recall | None) -> Row:
    return Row(kept.misses, kept.streak, kept.missed_at, kept.right_since) if kept else Row()


@dataclass(frozen=True)
class Offered:
    """An approved question before those who decide whether it may be practised."""

    id: int
    uid: UUID
    stem: str
    kind: str
    topic: str
    is_open: bool
    is_asked: bool
    is_marked: bool
    """Whether the college can mark it at once, so that it can be practised."""


def offered(work: Work, topic: str, state: str, cursor: str | None) -> Page[Offered]:
    """Approved questions of the kinds that are practised, the newest first."""
    statement = (
        select(Question.id, Question.uid, QuestionVersion.stem, Card.kind, Card.topic, ForPractice.question_id, QuestionVersion.shown)
        .join(Card, Card.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .outerjoin(ForPractice, ForPractice.question_id == Question.id)
        .where(Card.state == CardState.APPROVED, Card.kind.in_(KINDS))
        .order_by(Question.id.desc())
        .limit(OFFERED + 1)
    )
    if topic:
        statement = statement.where(Card.topic == topic)
    if state in ("open", "kept"):
        statement = statement.where(ForPractice.question_id.is_not(None) if state == "open" else ForPractice.question_id.is_(None))
    if key := decode_cursor(cursor, int):
        statement = statement.where(Question.id < key[0])
    rows = list(work.session.execute(statement))
    secret = reserved(work, [row[0] for row in rows])
    found = [
        Offered(number, uid, stem, kind, of, is_open is not None, number in secret, is_marked_at_once(kind, shown))
        for number, uid, stem, kind, of, is_open, shown in rows
    ]
    return keyset(found, lambda one: (one.id,), OFFERED)


def all_topics(work: Work) -> list[str]:
    """Knowledge points of approved questions."""
    known = select(Card.topic).where(Card.state == CardState.APPROVED, Card.topic != "").distinct().order_by(Card.topic).limit(BOOK)
    return list(work.session.scalars(known))
