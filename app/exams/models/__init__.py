"""Exams, attempts, answers; questions are the bank's (app/bank/models.py). Attempts and answers are kept by person (decisions 22)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.exams.rules.timing import ReleasePolicy
from app.kernel.db import BigId, Model


class ExamKind(StrEnum):
    """What an exam is for."""

    CLOSING_QUIZ = "closing_quiz"
    EXAM = "exam"


class ExamState(StrEnum):
    """Whether an exam can be started: not before it is open, not after it is closed (rules/sessions.py has the moves)."""

    DRAFT = "draft"
    CHECKED = "checked"
    OPEN = "open"
    CLOSED = "closed"


class AttemptState(StrEnum):
    """Where an attempt stands. Handing in and marking are one step unless a written answer waits for a person."""

    RUNNING = "running"
    MARKING = "marking"
    GRADED = "graded"
    ANNULLED = "annulled"
    """Taken back for an incident by two people: it counts as sat and as not passed (service/annulling.py)."""


class HandedInBy(StrEnum):
    """Who ended an attempt."""

    PERSON = "person"
    DEADLINE = "deadline"


class Exam(Model):
    """One exam: its pool, limits and what it releases. A closing quiz belongs to one version of a course."""

    __tablename__ = "exams_exam"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[ExamKind] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    course_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("catalogue_course_version.id"), unique=True)
    state: Mapped[ExamState] = mapped_column(String(10), default=ExamState.DRAFT)
    pass_mark: Mapped[int]
    max_attempts: Mapped[int]
    limit_minutes: Mapped[int]
    cooling_minutes: Mapped[int] = mapped_column(default=0)
    draw: Mapped[int | None]
    markers: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many people mark a written answer, each without seeing the other: 1 or 2."""
    sequential: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the questions come one after another, with no way back."""
    ungraded: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A test of oneself: answers and explanations, but no score, pass, hours, appeal or statistics."""
    release_policy: Mapped[ReleasePolicy] = mapped_column(String(20))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    prolonged_until: Mapped[datetime | None]
    """Until when the last of those with extra time may write beyond the close; None where nobody may (service/admission.py)."""
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    created_at: Mapped[datetime]

    @property
    def done_at(self) -> datetime | None:
        """When the last paper can end: what waits for the window waits for this (INV-I18)."""
        return self.prolonged_until or self.closes_at


class ExamQuestion(Model):
    """A question in the pool of an exam, in its place on the author's page."""

    __tablename__ = "exams_exam_question"
    __table_args__ = (PrimaryKeyConstraint("exam_id", "question_id"),)

    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"), index=True)
    position: Mapped[int]
    points: Mapped[Decimal | None]
    """What it is worth in this fixed paper; None leaves the points of the question."""


class QuizSource(Model):
    """What a closing quiz draws from the bank beside its own questions; without a row it draws nothing (queries/sourcing.py)."""

    __tablename__ = "exams_quiz_source"

    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), primary_key=True, autoincrement=False)
    count: Mapped[int]
    topics: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The knowledge points beside what the lectures of the course teach."""


class PaperForm(StrEnum):
    """How an examination comes by its papers."""

    BLUEPRINT = "blueprint"
    FIXED = "fixed"


class ExamPlan(Model):
    """What an examination has beyond a closing quiz: its paper, who may sit, grades, password, who checked and opened it.

    `stock` is the bank as it stood when the paper was checked (rules/blueprint.py): what is approved later joins no paper of
    this examination, what is retired leaves it.
    """

    __tablename__ = "exams_plan"

    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), primary_key=True, autoincrement=False)
    paper: Mapped[PaperForm] = mapped_column(String(10), default=PaperForm.BLUEPRINT)
    rows: Mapped[list[Any]] = mapped_column(JSON, default=list)
    stock: Mapped[list[Any]] = mapped_column(JSON, default=list, deferred=True)
    form_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many equivalent forms there are; 0: each candidate has a draw of his own."""
    forms: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]", deferred=True)
    """The forms as they were drawn at the check: questions by row of the blueprint (rules/equivalent.py)."""
    shuffled: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether each candidate has the questions of a fixed paper in an order of his own; options he always has."""
    questions: Mapped[int] = mapped_column(default=0)
    points: Mapped[Decimal] = mapped_column(default=Decimal(0))
    about: Mapped[str] = mapped_column(Text, default="")
    bands: Mapped[list[Any]] = mapped_column(JSON, default=list)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    password_mac: Mapped[str] = mapped_column(String(64), default="")
    hours: Mapped[Decimal] = mapped_column(default=Decimal(0))
    changed_at: Mapped[datetime]


class ExamSeat(Model):
    """What one person has of an examination before sitting it: a place on the roster, extra minutes, wrong passwords."""

    __tablename__ = "exams_seat"
    __table_args__ = (PrimaryKeyConstraint("exam_id", "person_id"),)

    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    is_named: Mapped[bool] = mapped_column(default=False)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_at: Mapped[datetime | None]


class ExamMarker(Model):
    """Somebody an examination names to mark it; without any, everybody marks who may (service/markers.py)."""

    __tablename__ = "exams_marker"
    __table_args__ = (PrimaryKeyConstraint("exam_id", "person_id"),)

    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)


class ExamTrail(Model):
    """What was done to an examination, by whom. Only added to."""

    __tablename__ = "exams_trail"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    who_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


class KeyReader(Model):
    """Somebody who came to read the key of a question, or what tells it, in an examination (service/readers.py). Only added to."""

    __tablename__ = "exams_key_reader"
    __table_args__ = (PrimaryKeyConstraint("person_id", "question_id"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"))
    at: Mapped[datetime]


class Attempt(Model):
    """One sitting of one person: the frozen paper, whose door it is bound to, and in the end the verdict.

    `id` is made of the public `uid` (kernel.ids.row_id), so that the address alone finds the row. The unique
    constraint on (person_id, exam_id, number) is what holds the attempts limit under any concurrency (INV-I19).
    """

    __tablename__ = "exams_attempt"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "id"),
        UniqueConstraint("person_id", "exam_id", "number"),
        Index("ix_exams_attempt_exam_id_state", "exam_id", "state"),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    uid: Mapped[UUID]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    number: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(String(10), default=AttemptState.RUNNING)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    door: Mapped[str] = mapped_column(String(24))
    device: Mapped[str] = mapped_column(String(120), default="")
    paper: Mapped[dict[str, Any]] = mapped_column(JSON)
    place: Mapped[int | None]
    """The question, from 0, at which a sequential attempt stands; None where they may be taken in any order."""
    notes: Mapped[int] = mapped_column(default=0)
    flags: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    """The questions its candidate flagged to come back to, by their opaque ids."""
    submitted_at: Mapped[datetime | None]
    handed_in_by: Mapped[HandedInBy | None] = mapped_column(String(10))
    receipt: Mapped[str | None] = mapped_column(String(24))
    digest: Mapped[str | None] = mapped_column(String(64))
    score: Mapped[Decimal | None]
    passed: Mapped[bool | None]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    graded_at: Mapped[datetime | None]
    """When the result became final the first time; an appeal is possible for a time from then on."""
    is_forgiven: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An annulled attempt that does not count against the number allowed."""


class Answer(Model):
    """The last acknowledged answer to one question of an attempt; `rev` only grows."""

    __tablename__ = "exams_answer"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "attempt_id", "question"),
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(String(20))
    rev: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[Any] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    changes: Mapped[int] = mapped_column(default=1)


class AttemptNote(Model):
    """A batch of what the page or the college noticed during an attempt. Evidence for a reviewer, never a verdict."""

    __tablename__ = "exams_attempt_note"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "attempt_id", "number"),
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]
    events: Mapped[list[Any]] = mapped_column(JSON)
    received_at: Mapped[datetime]


class SheetState(StrEnum):
    """Where a written answer stands."""

    WAITING = "waiting"
    DISPUTED = "disputed"
    MARKED = "marked"


class Sheet(Model):
    """A written answer that needs a person, as markers find it: by its own name, never by that of the candidate."""

    __tablename__ = "exams_sheet"
    __table_args__ = (
        UniqueConstraint("person_id", "attempt_id", "question", "part"),
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
        Index("ix_exams_sheet_exam_id_state_id", "exam_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    person_id: Mapped[int] = mapped_column(BigId)
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(String(20))
    part: Mapped[str] = mapped_column(String(20), default="")
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"))
    maximum: Mapped[Decimal]
    needed: Mapped[int]
    state: Mapped[SheetState] = mapped_column(String(10), default=SheetState.WAITING)
    points: Mapped[Decimal | None]
    created_at: Mapped[datetime]


class HandMark(Model):
    """What one marker gave one written answer, and why; what he corrected before the result was final is in the trail of the
    examination. The ruling of a third ends a dispute."""

    __tablename__ = "exams_hand_mark"
    __table_args__ = (PrimaryKeyConstraint("sheet_id", "marker_id"),)

    sheet_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_sheet.id"))
    marker_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    points: Mapped[Decimal]
    criteria: Mapped[list[Any]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(String(500), default="")
    is_ruling: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class ExamFigures(Model):
    """What the sittings of one examination say (rules/statistics.py), as of a moment.

    `seen` tells whether they still hold: marked attempts, and the last line of the trail, when they were made.
    """

    __tablename__ = "exams_figures"

    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), primary_key=True, autoincrement=False)
    method: Mapped[str] = mapped_column(String(40))
    seen: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[datetime]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class VersionFigures(Model):
    """What one examination says of one version of a question; the bank adds these up. Figures in thousandths."""

    __tablename__ = "exams_version_figures"
    __table_args__ = (PrimaryKeyConstraint("version_id", "exam_id"),)

    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"))
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), index=True)
    candidates: Mapped[int]
    ease: Mapped[int]
    relation: Mapped[int | None]
    difference: Mapped[int | None]


from app.exams.models.after import (  # noqa: E402  # the tables below refer to those above
    Annulment,
    AnnulmentState,
    AppealMark,
    Regrade,
    ResultAppeal,
    ResultAppealState,
    ResultTrail,
)

__all__ = [
    "Annulment", "AnnulmentState", "Answer", "AppealMark", "Attempt", "AttemptNote", "AttemptState", "Exam", "ExamFigures",
    "ExamKind", "ExamMarker", "ExamPlan", "ExamQuestion", "ExamSeat", "ExamState", "ExamTrail", "HandMark", "HandedInBy", "KeyReader",
    "PaperForm", "Regrade", "ResultAppeal", "ResultAppealState", "ResultTrail", "Sheet", "SheetState", "VersionFigures",
]  # fmt: skip
