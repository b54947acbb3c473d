"""An attempt as its candidate may see it: the frozen questions without their key, and what was saved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select

from app.bank.queries import Face
from app.bank.rules.answers import Kind, told
from app.exams.models import Answer, Attempt, AttemptState, Exam
from app.exams.queries.halls import hall
from app.exams.rules.assembly import Line, Paper
from app.kernel.db import plain_rows
from app.kernel.ids import person_of, row_id
from app.kernel.work import Work


class OptionShown(msgspec.Struct, frozen=True, gc=False):
    """An option under its opaque id."""

    option: str
    text: str


class PictureShown(msgspec.Struct, frozen=True, gc=False):
    """A picture of a stem: its name in the bank, and what it shows in words."""

    sha256: str
    alt: str


class QuestionShown(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A question of the paper: what is asked and what it is worth, nothing about what is right.

    `blanks` texts are asked of a blank, at most `longest` characters of a written answer; the answer to a case is an
    object of the `question` of each of its `parts` and the answer to it, of a case of one question that answer alone.
    """

    question: str
    kind: str
    stem: str
    points: int | float
    options: list[OptionShown]
    blanks: int = 0
    longest: int = 0
    picture: PictureShown | None = None
    table: list[list[str]] = []
    parts: list[QuestionShown] = []


class AnswerShown(msgspec.Struct, frozen=True):
    """The acknowledged answer to one question; of a single blank its text, of several blanks a list, of a case of one question its
    answer alone, of several an object."""

    rev: int
    value: str | list[str] | dict[str, str | list[str]]
    saved_at: datetime


class AttemptShown(msgspec.Struct, frozen=True):
    """An attempt for its candidate (interfaces.md §4.2).

    Of a sequential one that is being written `questions` holds the question at `place` (from 0) alone, of `count`.
    """

    attempt: UUID
    exam: UUID
    title: str
    number: int
    max_attempts: int
    pass_mark: int
    state: str
    deadline: datetime
    server_now: datetime
    questions: list[QuestionShown]
    answers: dict[str, AnswerShown]
    count: int
    place: int | None
    flags: list[str] = []
    """The questions he flagged, by their opaque ids."""


def attempt_key(work: Work, uid: UUID) -> tuple[int, int] | None:
    """(person_id, id) of the acting person's attempt; None where the uid belongs to someone else (ATK-A59)."""
    person_id = work.person_id
    return (person_id, row_id(uid)) if person_of(uid) == person_id else None


@lru_cache(maxsize=256)
def plain(number: Decimal) -> int | float:
    """Points and scores as JSON numbers: whole where they are whole."""
    return int(number) if number == number.to_integral_value() else float(number)


def answers(work: Work, person_id: int, attempt_id: int) -> dict[str, AnswerShown]:
    """What was acknowledged in this attempt, by question."""
    rows: Any = plain_rows(work.session, _SAVED, {"person": person_id, "attempt": attempt_id})
    return {question: AnswerShown(rev, value, saved_at) for question, rev, value, saved_at in rows}


_SAVED = select(Answer.question, Answer.rev, Answer.value, Answer.saved_at).where(
    Answer.person_id == bindparam("person"), Answer.attempt_id == bindparam("attempt")
)


def questions(work: Work, exam: Exam, paper: Paper) -> list[QuestionShown]:
    """The questions of a paper in their order, with opaque ids."""
    words = hall(exam.uid).faces(work, [line.version_id for line in paper.lines])
    return [question(line, words[line.version_id]) for line in paper.lines]


def question(line: Line, face: Face) -> QuestionShown:
    """A question, or a part of a case, in the words of its version."""
    picture, asked = face.shown.get("picture"), face.parts if line.parts else {}
    return QuestionShown(
        line.question, line.kind.value, face.stem, plain(line.points),
        [OptionShown(shown, face.options[inner]) for shown, inner in line.options.items()],
        line.blanks, line.longest if line.kind is Kind.SHORT else 0,
        PictureShown(picture["sha256"], picture["alt"]) if picture else None, face.shown.get("table", []),
        [question(part, asked[name]) for name, part in line.parts.items()],
    )  # fmt: skip


def shown(work: Work, attempt: Attempt, exam: Exam) -> AttemptShown:
    """The body of `POST …/attempts` and `GET /attempts/{attempt}`."""
    paper = Paper.from_json(attempt.paper)
    asked = questions(work, exam, asked_at(paper, attempt.place if attempt.state == AttemptState.RUNNING else None))
    saved, shapes = answers(work, attempt.person_id, attempt.id), {line.question: line.shape for line in paper.lines}
    again = {name: AnswerShown(one.rev, told(shapes[name], one.value), one.saved_at) for name, one in saved.items()}
    return body(work, attempt, exam, asked, again, len(paper.lines))


def asked_at(paper: Paper, place: int | None) -> Paper:
    """What of a paper its candidate may read: all of it, or the question at the place of a sequential attempt that is being written."""
    return paper if place is None else Paper(paper.lines[place : place + 1])


def body(work: Work, attempt: Attempt, exam: Exam, asked: list[QuestionShown], saved: dict[str, AnswerShown], count: int) -> AttemptShown:
    """The attempt with these questions and answers."""
    is_running = attempt.state == AttemptState.RUNNING
    return AttemptShown(
        attempt.uid, exam.uid, exam.title, attempt.number, exam.max_attempts, exam.pass_mark, "running" if is_running else "submitted",
        attempt.ends_at, work.now, asked, saved, count, attempt.place if is_running else None,
        attempt.flags or [],
    )  # fmt: skip
