"""What finished courses and passed examinations came to."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model


class CreditState(StrEnum):
    """Posted to the ledger, waiting for a person, worth nothing because the activity counts already, declined, taken back."""

    POSTED = "posted"
    PENDING = "pending"
    DUPLICATE = "duplicate"
    DECLINED = "declined"
    REVOKED = "revoked"


class Credited:
    """What a thing that was finished is worth to one person, by which rule, and which ledger line it became."""

    state: Mapped[CreditState] = mapped_column(String(12))
    hours: Mapped[Decimal]
    title: Mapped[str] = mapped_column(String(120))
    activity_key: Mapped[str] = mapped_column(String(200))
    rule_set_version: Mapped[str] = mapped_column(String(60))
    occurred_from: Mapped[date]
    occurred_to: Mapped[date]
    explanation: Mapped[list[Any]] = mapped_column(JSON)
    entry_seq: Mapped[int | None]
    credited_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(500))


class CourseCredit(Credited, Model):
    """One finished course of one person: what it was worth, by which rule, and which ledger line it became.

    Written with the completion. A pending one counts nowhere until somebody certifies it (decisions 13); who decided, when
    and why he declined or took back stands here, the hours themselves in the ledger.
    """

    __tablename__ = "hours_course_credit"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "version_id"),
        ForeignKeyConstraint(
            ["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_hours_course_credit_entry"
        ),
        Index("ix_hours_course_credit_state", "state", "person_id"),
        Index("ix_hours_course_credit_decided_at", "decided_at", "person_id", "version_id", sqlite_where=text("decided_at IS NOT NULL"),
              postgresql_where=text("decided_at IS NOT NULL")),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("catalogue_course_version.id"))
    score: Mapped[Decimal | None]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None]


class ExamCredit(Credited, Model):
    """One examination of one person: what its final pass was worth, by which rule, and which ledger line it became.

    One row however often the pass comes and goes (a regrade, an annulment, an appeal); every step of it is in the ledger.
    """

    __tablename__ = "hours_exam_credit"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "exam_id"),
        ForeignKeyConstraint(["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_hours_exam_credit_entry"),
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
    )

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    attempt_uid: Mapped[UUID]
    score: Mapped[Decimal]
