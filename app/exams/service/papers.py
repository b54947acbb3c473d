"""An attempt as its candidate may see it: the frozen questions without their key, and what was saved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.bank.queries import faces
from app.exams.models import Answer, Attempt, AttemptState, Exam
from app.exams.rules.assembly import Paper
from app.kernel.ids import person_of
from app.kernel.work import Work


class OptionShown(msgspec.Struct, frozen=True):
    """An option under its opaque id."""

    option: str
    text: str


class QuestionShown(msgspec.Struct, frozen=True):
    """A question of the paper: what is asked and what it is worth, nothing about what is right."""

    question: str
    kind: str
    stem: str
    points: int | float
    options: list[OptionShown]


class AnswerShown(msgspec.Struct, frozen=True):
    """The acknowledged answer to one question."""

    rev: int
    value: str | list[str]
    saved_at: datetime


class AttemptShown(msgspec.Struct, frozen=True):
    """An attempt for its candidate (interfaces.md §4.2)."""

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


def row_id(uid: UUID) -> int:
    """The row number of an attempt, made of its public uid: 48 bits of milliseconds and 12 random bits."""
    return ((uid.int >> 80) << 12) | ((uid.int >> 64) & 0xFFF)


def attempt_key(work: Work, uid: UUID) -> tuple[int, int] | None:
    """(person_id, id) of the acting person's attempt; None where the uid belongs to someone else (ATK-A59)."""
    person_id = work.person_id
    return (person_id, row_id(uid)) if person_of(uid) == person_id else None


def plain(number: Decimal) -> int | float:
    """Points and scores as JSON numbers: whole where they are whole."""
    return int(number) if number == number.to_integral_value() else float(number)


def answers(work: Work, person_id: int, attempt_id: int) -> dict[str, AnswerShown]:
    """What was acknowledged in this attempt, by question."""
    columns = select(Answer.question, Answer.rev, Answer.value, Answer.saved_at)
    rows = work.session.execute(columns.where(Answer.person_id == person_id, Answer.attempt_id == attempt_id))
    return {row.question: AnswerShown(row.rev, row.value, row.saved_at) for row in rows}


def questions(work: Work, paper: Paper) -> list[QuestionShown]:
    """The questions of a paper in their order, with opaque ids."""
    words = faces(work, (line.version_id for line in paper.lines))
    return [
        QuestionShown(
            line.question, line.kind.value, words[line.version_id].stem, plain(line.points),
            [OptionShown(shown, words[line.version_id].options[inner]) for shown, inner in line.options.items()],
        )
        for line in paper.lines
    ]  # fmt: skip


def shown(work: Work, attempt: Attempt, exam: Exam) -> AttemptShown:
    """The body of `POST …/attempts` and `GET /attempts/{attempt}`."""
    return AttemptShown(
        attempt.uid, exam.uid, exam.title, attempt.number, exam.max_attempts, exam.pass_mark,
        "running" if attempt.state == AttemptState.RUNNING else "submitted",
        attempt.ends_at, work.now, questions(work, Paper.from_json(attempt.paper)),
        answers(work, attempt.person_id, attempt.id),
    )  # fmt: skip
