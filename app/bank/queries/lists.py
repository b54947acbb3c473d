"""Lists of the bank: what an actor may see of it, with filters and pages; one question with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select, true

from app.bank.actions import Action
from app.bank.models import BankImport as Import
from app.bank.models import Card, CardState, ImportRow, ImportState, Question, QuestionKey, QuestionVersion, Trail
from app.bank.queries.drafts import draft_of
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.bank.rules.likeness import plain
from app.kernel.errors import NotFound
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.models import Person

SIZE = 25
MOST_TOPICS = 200


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; empty means all."""

    words: str = ""
    state: str = ""
    kind: str = ""
    topic: str = ""
    difficulty: int | None = None
    mine: bool = False
    import_uid: UUID | None = None


@dataclass(frozen=True)
class Row:
    """One question in a list."""

    id: int
    uid: UUID
    stem: str
    kind: Kind
    topic: str
    difficulty: int
    points: Decimal
    state: str
    author: str
    is_own: bool
    moved_at: datetime


def visible(work: Work) -> ColumnElement[bool]:
    """Own questions; to reviewers also those of others once they were handed in."""
    if work.actor.is_system:
        return true()
    parts = [Card.author_id == work.person_id] if work.may(Action.AUTHOR) else []
    if work.may(Action.REVIEW):
        parts.append(Card.state != CardState.DRAFT)
    return or_(*parts) if parts else false()


def _narrowed(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [visible(work)]
    if wanted.state in tuple(CardState):
        found.append(Card.state == wanted.state)
    if wanted.kind in tuple(Kind):
        found.append(Card.kind == wanted.kind)
    if wanted.topic:
        found.append(Card.topic == wanted.topic)
    if wanted.difficulty is not None:
        found.append(Card.difficulty == wanted.difficulty)
    if wanted.mine:
        found.append(Card.author_id == work.actor.person_id)
    if wanted.import_uid is not None:
        found.append(Card.import_id == select(Import.id).where(Import.uid == wanted.import_uid).scalar_subquery())
    if said := plain(wanted.words):
        found.append(Card.words.contains(said, autoescape=True))
    return found


def _rows() -> Any:
    return (
        select(Card.question_id, Question.uid, QuestionVersion.stem, Card.kind, Card.topic, Card.difficulty, Card.points, Card.state,
               Card.author_id, Card.moved_at, Person.name)
        .join(Question, Question.id == Card.question_id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .outerjoin(Person, Person.id == Card.author_id)
    )  # fmt: skip


def questions(work: Work, wanted: Wanted, cursor: str | None = None) -> Page[Row]:
    """Questions, the newest first: one statement, however many there are."""
    statement = _rows().where(*_narrowed(work, wanted)).order_by(Card.question_id.desc()).limit(SIZE + 1)
    if key := decode_cursor(cursor, int):
        statement = statement.where(Card.question_id < key[0])
    found = [_row(work, one) for one in work.session.execute(statement).all()]
    return keyset(found, lambda row: (row.id,), SIZE)


def _row(work: Work, one: Any) -> Row:
    number, uid, stem, kind, topic, difficulty, points, state, author_id, moved_at, name = one
    own = author_id == work.actor.person_id
    return Row(number, uid, stem, Kind(kind), topic, difficulty, points, str(state), name or "", own, moved_at)


def topics(work: Work) -> list[str]:
    """The topics an actor may narrow a list to."""
    statement = select(Card.topic).where(visible(work), Card.topic != "").distinct().order_by(Card.topic).limit(MOST_TOPICS)
    return list(work.session.scalars(statement))


@dataclass(frozen=True)
class Step:
    """One line of the history of a question."""

    what: str
    who: str
    reason: str
    at: datetime
    version: int | None


@dataclass(frozen=True)
class Whole:
    """A question as its author and its reviewer see it."""

    question: Question
    card: Card
    version: QuestionVersion
    draft: QuestionDraft
    author: str
    is_own: bool


def whole(work: Work, uid: UUID, number: int | None = None) -> Whole:
    """One question, in its present version or in that of this number; what may not be seen does not exist."""
    row = work.session.execute(
        select(Question, Card, QuestionVersion, QuestionKey, Person.name)
        .join(Card, Card.question_id == Question.id)
        .join(
            QuestionVersion,
            and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == number)
            if number is not None
            else QuestionVersion.id == Question.current_version_id,
        )
        .join(QuestionKey, QuestionKey.version_id == QuestionVersion.id)
        .outerjoin(Person, Person.id == Card.author_id)
        .where(Question.uid == uid, visible(work))
    ).one_or_none()
    if row is None:
        raise NotFound()
    question, card, version, key, name = row
    return Whole(question, card, version, draft_of(version, key, version.lecture_id), name or "", card.author_id == work.actor.person_id)


def steps(work: Work, question_id: int) -> list[Step]:
    """What happened to a question, the newest first."""
    rows = work.session.execute(
        select(Trail.what, Person.name, Trail.reason, Trail.at, QuestionVersion.number)
        .outerjoin(Person, Person.id == Trail.who_id)
        .outerjoin(QuestionVersion, QuestionVersion.id == Trail.version_id)
        .where(Trail.question_id == question_id)
        .order_by(Trail.id.desc())
        .limit(100)
    )
    return [Step(what, name or "", reason, at, number) for what, name, reason, at, number in rows]


def drafts(work: Work, wanted: Wanted, most: int) -> list[QuestionDraft]:
    """The questions of a list with their keys, oldest first, for export."""
    rows = work.session.execute(
        select(QuestionVersion, QuestionKey)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .join(QuestionKey, QuestionKey.version_id == QuestionVersion.id)
        .join(Card, Card.question_id == Question.id)
        .where(*_narrowed(work, wanted))
        .order_by(Card.question_id)
        .limit(most)
    )
    return [draft_of(version, key, version.lecture_id) for version, key in rows]


def number_of(work: Work, uid: UUID) -> Any:
    """A statement of the number of one question, if it may be seen."""
    return select(Card.question_id).join(Question, Question.id == Card.question_id).where(Question.uid == uid, visible(work))


def numbers(work: Work, wanted: Wanted, most: int) -> Any:
    """A statement of the numbers of the questions that `drafts` gives."""
    return select(Card.question_id).where(*_narrowed(work, wanted)).order_by(Card.question_id).limit(most)


def imports(work: Work, cursor: str | None = None) -> Page[Import]:
    """One's imports, the newest first."""
    statement = select(Import).where(Import.owner_id == work.person_id).order_by(Import.id.desc()).limit(SIZE + 1)
    if key := decode_cursor(cursor, int):
        statement = statement.where(Import.id < key[0])
    return keyset(list(work.session.scalars(statement)), lambda row: (row.id,), SIZE)


def own_import(work: Work, uid: UUID) -> Import:
    """An import of one's own; anyone else's does not exist."""
    found = work.session.scalar(select(Import).where(Import.uid == uid, Import.owner_id == work.person_id))
    if found is None:
        raise NotFound()
    return found


def import_rows(work: Work, import_id: int, *, bad: bool, after: int = 0, most: int = 50) -> list[ImportRow]:
    """Rows of an import that are good, or that are not, in the order of the file."""
    mine = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.is_good == (not bad), ImportRow.number > after)
    return list(work.session.scalars(mine.order_by(ImportRow.number).limit(most)))


def found_rows(work: Work, import_id: int, cursor: str | None, size: int) -> Page[ImportRow]:
    """Rows of an import in which anything was found, in the order of the file."""
    told = select(ImportRow).where(ImportRow.import_id == import_id, cast(ImportRow.findings, Text) != "[]")
    if key := decode_cursor(cursor, int):
        told = told.where(ImportRow.number > key[0])
    return keyset(list(work.session.scalars(told.order_by(ImportRow.number).limit(size + 1))), lambda row: (row.number,), size)


def finding_count(work: Work, import_id: int) -> int:
    """How much was found in an import."""
    each = func.json_array_length(ImportRow.findings)
    return work.session.scalar(select(func.sum(each)).where(ImportRow.import_id == import_id)) or 0


def drafts_of(work: Work, import_id: int) -> int:
    """How many of one's own questions of an import are still drafts."""
    mine = (Card.import_id == import_id, Card.state == CardState.DRAFT, Card.author_id == work.person_id)
    return work.session.scalar(select(func.count()).select_from(Card).where(*mine)) or 0


def import_of(work: Work, card: Card) -> UUID | None:
    """The import a question came with."""
    return work.session.scalar(select(Import.uid).where(Import.id == card.import_id)) if card.import_id is not None else None


__all__ = ["CardState", "ImportState", "Row", "Step", "Wanted", "Whole"]
