"""Exercises, answers to them, and how often somebody has had a question right since he missed it. Kept by person (decisions 22)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, ForeignKeyConstraint, PrimaryKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model


class SetKind(StrEnum):
    """What an exercise was made for."""

    DAILY = "daily"
    SELF_TEST = "self_test"
    AGAIN = "again"


class PracticeSet(Model):
    """One exercise: the frozen questions of it. `slot` is unique for a person, so that a day has one daily exercise."""

    __tablename__ = "practice_set"
    __table_args__ = (PrimaryKeyConstraint("person_id", "id"), UniqueConstraint("person_id", "slot"))

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    uid: Mapped[UUID]
    kind: Mapped[SetKind] = mapped_column(String(10))
    slot: Mapped[str] = mapped_column(String(40))
    paper: Mapped[dict[str, Any]] = mapped_column(JSON)
    size: Mapped[int]
    created_at: Mapped[datetime]


class PracticeAnswer(Model):
    """The first answer to one question of an exercise, and how it was; it stands."""

    __tablename__ = "practice_answer"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "set_id", "question"),
        ForeignKeyConstraint(["person_id", "set_id"], ["practice_set.person_id", "practice_set.id"]),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    set_id: Mapped[int] = mapped_column(BigInteger)
    question: Mapped[str] = mapped_column(String(20))
    value: Mapped[Any] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class Recall(Model):
    """A question somebody has practised: misses in practice, and right answers in a row since the last one."""

    __tablename__ = "practice_recall"
    __table_args__ = (PrimaryKeyConstraint("person_id", "question_id"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"), index=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"))
    misses: Mapped[int] = mapped_column(default=0)
    streak: Mapped[int] = mapped_column(default=0)
    missed_at: Mapped[datetime | None]
    """The last miss in practice."""
    right_since: Mapped[datetime | None]
    """The first right answer of the present row of them."""
