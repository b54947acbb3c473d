"""Practice for programs. A key comes only with the answer to its question."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from app.bank.rules.answers import Kind
from app.exams.queries.lectures import Taught
from app.exams.service.papers import plain
from app.exams.service.results import QuestionResult
from app.kernel.web import SIGNED_IN, Routes
from app.kernel.work import Work
from app.practice import queries, service
from app.practice.models import PracticeSet

routes = Routes("practice_api", __name__)
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Name = Annotated[str, msgspec.Meta(max_length=60)]
Texts = Annotated[list[Text], msgspec.Meta(max_length=100)]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """No members."""


class SelfTest(msgspec.Struct, forbid_unknown_fields=True):
    """Knowledge points and kinds, all for none; at most 30 questions."""

    topics: Annotated[list[Name], msgspec.Meta(max_length=50)] = []
    kinds: Annotated[list[Literal["single", "multiple", "judge", "blank", "case"]], msgspec.Meta(max_length=5)] = []
    count: Annotated[int, msgspec.Meta(ge=1, le=30)] = 10


class Filters(msgspec.Struct, forbid_unknown_fields=True):
    """What of the book is practised again; all for empty."""

    topic: Name = ""
    kind: Name = ""
    source: Literal["", "exam", "practice"] = ""


class PracticeValue(msgspec.Struct, forbid_unknown_fields=True):
    """An option id, a list of them, a text for one blank, or a list of texts for several; of a case an object of part and answer."""

    value: Text | Texts | Annotated[dict[Name, Text | Texts], msgspec.Meta(max_length=20)]


class PracticeOption(msgspec.Struct):
    """An option under its id in this exercise."""

    option: str
    text: str


class PracticePart(msgspec.Struct):
    """A question of a case; once the case is answered also how it was, what is right and why."""

    question: str
    kind: str
    stem: str
    points: int | float
    options: list[PracticeOption]
    blanks: int
    value: Any
    outcome: str
    right: list[str] | None
    explanation: str | None
    table: list[list[str]]
    picture: dict[str, str] | None
    """`sha256` (`/questions/pictures/<sha256>`) and `alt`, what it shows in words."""


class PracticeQuestion(PracticePart):
    """A question; once answered also how it was, what is right, why, and where it is taught.

    `outcome` is "held", and nothing is said of what is right, while an examination asks what was open for practice before.
    """

    topic: str
    taught: Taught | None
    parts: list[PracticePart]
    """The questions of a case."""


class PracticeShown(msgspec.Struct):
    """An exercise."""

    uid: UUID
    kind: str
    questions: list[PracticeQuestion]


class BookEntry(msgspec.Struct):
    """A question to be learnt: `left` right answers in a row take it out of the book, or a word of the person (`by_hand`).

    `went` holds the answer given, and the key unless another examination still asks the question.
    """

    question: UUID
    stem: str
    kind: str
    topic: str
    missed_at: datetime
    misses: int
    left: int
    source: str
    taught: Taught | None
    by_hand: bool
    went: QuestionResult | None


class Book(msgspec.Struct):
    """The book of missed questions; `waiting` more come in when no examination may ask them any longer."""

    items: list[BookEntry]
    waiting: int
    next: None = None


def _shown(work: Work, row: PracticeSet) -> PracticeShown:
    return PracticeShown(row.uid, str(row.kind), [_question(one) for one in queries.asked(work, row)])


def _question(one: queries.Asked) -> PracticeQuestion:
    is_done = bool(one.outcome)
    return PracticeQuestion(
        one.line.question, one.line.kind.value, one.stem, plain(one.line.points),
        [PracticeOption(name, text) for name, text in one.options.items()], one.line.blanks, one.value, one.outcome,
        list(one.right) if is_done else None, one.explanation if is_done else None, one.table,
        dict(one.picture) if one.picture else None, one.topic, one.taught,
        [_part(part, line.blanks, is_done) for part, line in zip(one.parts, one.line.parts.values(), strict=bool(one.parts))],
    )  # fmt: skip


def _part(one: QuestionResult, blanks: int, is_done: bool) -> PracticePart:
    return PracticePart(
        one.question, one.kind, one.stem, one.points, [PracticeOption(each.option, each.text) for each in one.options], blanks, one.answer,
        one.outcome if is_done and one.key is not None else "", one.key, one.explanation, one.table,
        {"sha256": one.picture.sha256, "alt": one.picture.alt} if one.picture else None,
    )  # fmt: skip


@routes.post("/api/v1/practice/daily", allow=SIGNED_IN, body=Nothing, answers={200: PracticeShown})
def start_daily(work: Work, body: Nothing) -> PracticeShown:
    """Today's exercise, the same however often it is asked for."""
    return _shown(work, service.daily(work))


@routes.post("/api/v1/practice/self-tests", allow=SIGNED_IN, body=SelfTest, answers={201: PracticeShown}, creates=True)
def start_self_test(work: Work, body: SelfTest) -> tuple[PracticeShown, int]:
    """An exercise of the chosen knowledge points and kinds; nothing of it is on record."""
    return _shown(work, service.self_test(work, body.topics, [Kind(one) for one in body.kinds], body.count)), 201


@routes.post("/api/v1/practice/book/sets", allow=SIGNED_IN, body=Filters, answers={201: PracticeShown}, creates=True)
def practise_book(work: Work, body: Filters) -> tuple[PracticeShown, int]:
    """The questions of the book once more."""
    return _shown(work, service.again(work, topic=body.topic, kind=body.kind, source=body.source)), 201


@routes.get("/api/v1/practice/sets/<uuid:uid>", allow=SIGNED_IN, answers={200: PracticeShown})
def show_set(work: Work, uid: UUID) -> PracticeShown:
    """An exercise of one's own."""
    return _shown(work, queries.own_set(work, uid))


@routes.put("/api/v1/practice/sets/<uuid:uid>/answers/<question>", allow=SIGNED_IN, body=PracticeValue, answers={200: PracticeQuestion})
def answer(work: Work, uid: UUID, question: str, body: PracticeValue) -> PracticeQuestion:
    """Mark the first answer; it stands, and comes back however often another is sent."""
    service.answer(work, uid, question, body.value)
    return next(_question(one) for one in queries.asked(work, queries.own_set(work, uid)) if one.line.question == question)


@routes.get("/api/v1/practice/book", allow=SIGNED_IN, answers={200: Book})
def show_book(work: Work) -> Book:
    """Every question still to be learnt."""
    return _book(work)


@routes.post("/api/v1/practice/book/<uuid:uid>/learnt", allow=SIGNED_IN, body=Nothing, answers={200: Book})
def tick_off(work: Work, uid: UUID, body: Nothing) -> Book:
    """Take a question out that is not asked again; the book without it."""
    service.learnt(work, uid)
    return _book(work)


def _book(work: Work) -> Book:
    found = queries.whole_book(work)
    return Book([_entry(one) for one in found.entries], found.waiting)


def _entry(one: queries.Entry) -> BookEntry:
    return BookEntry(
        one.question, one.stem, one.kind, one.topic, one.at, one.misses, one.left, one.source, one.taught, one.is_by_hand, one.went,
    )  # fmt: skip
