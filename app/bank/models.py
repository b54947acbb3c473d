"""Questions, their versions and their keys.

What a candidate may see (QuestionVersion) and what stays secret (QuestionKey) are two tables, so that code that serves
papers cannot leak a key it never loads (INV-I18). The tables keep the names they had while they belonged to `exams`
(docs/adr/0020).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.rules.answers import Kind
from app.bank.rules.scoring import PartialCredit
from app.kernel.db import BigId, Model


class Question(Model):
    """One question under a stable id; its words live in versions. A retired one stays readable in old papers."""

    __tablename__ = "exams_question"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    current_version_id: Mapped[int | None] = mapped_column(BigId)
    """The version in use. Without a foreign key: versions refer to their question, and no cycle is worth an ALTER."""
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class QuestionVersion(Model):
    """The words of a question at one time. Never changed and never deleted: papers refer to it (INV-I16).

    `options` is a list of [option, text]; `points` is public, the key is not. `lecture_id` and `at_second` say where
    the answer is taught.
    """

    __tablename__ = "exams_question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question.id"))
    number: Mapped[int]
    kind: Mapped[Kind] = mapped_column(String(10))
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Any]] = mapped_column(JSON)
    keeps_order: Mapped[bool] = mapped_column(default=False)
    points: Mapped[Decimal]
    topic: Mapped[str] = mapped_column(String(60), default="")
    lecture_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("catalogue_lecture.id", ondelete="SET NULL"), index=True)
    at_second: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    created_at: Mapped[datetime]


class QuestionKey(Model):
    """The secret half of a version: right options, partial credit, explanation."""

    __tablename__ = "exams_question_key"

    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"), primary_key=True)
    right: Mapped[list[Any]] = mapped_column(JSON)
    partial: Mapped[PartialCredit] = mapped_column(String(10), default=PartialCredit.NONE)
    explanation: Mapped[str] = mapped_column(Text, default="")
