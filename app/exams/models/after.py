"""What may happen to a result after it is final: regrades, annulments, appeals, and the trail that keeps every change."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app.exams import triggers
from app.exams.rules.regrading import How
from app.kernel.db import BigId, Model


class Regrade(Model):
    """A question of an examination that was withdrawn, or whose key was corrected. Only added to; the last of a version holds."""

    __tablename__ = "exams_regrade"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), index=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_question_version.id"))
    how: Mapped[How] = mapped_column(String(10))
    right: Mapped[list[Any]] = mapped_column(JSON)
    """The corrected key in the letters of the version, or further answers of its blanks; secret like any key."""
    reason: Mapped[str] = mapped_column(String(500))
    who_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    at: Mapped[datetime]
    sittings: Mapped[int]
    changed: Mapped[int]
    gained: Mapped[int]
    """How many people it gave hours."""
    lost: Mapped[int]
    """From how many it took them back."""


class ResultTrail(Model):
    """What was done to one result, by whom, why, and what it was before and after. Only added to; the candidate reads it."""

    __tablename__ = "exams_result_trail"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
        Index("ix_exams_result_trail_person_id_attempt_id", "person_id", "attempt_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId)
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    what: Mapped[str] = mapped_column(String(20))
    who_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    reason: Mapped[str] = mapped_column(String(1000))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class AnnulmentState(StrEnum):
    """Where an annulment stands: proposed by one, decided by another."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Annulment(Model):
    """An incident: one person proposes that a sitting be annulled, with the notes as they stood; another decides."""

    __tablename__ = "exams_annulment"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
        Index(
            "uq_exams_annulment_open", "person_id", "attempt_id", unique=True,
            postgresql_where=text("state = 'proposed'"), sqlite_where=text("state = 'proposed'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"), index=True)
    person_id: Mapped[int] = mapped_column(BigId)
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[AnnulmentState] = mapped_column(String(10), default=AnnulmentState.PROPOSED)
    reason: Mapped[str] = mapped_column(String(500))
    notes: Mapped[list[Any]] = mapped_column(JSON)
    grants_attempt: Mapped[bool] = mapped_column(default=False)
    proposed_by: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class ResultAppealState(StrEnum):
    """Where an appeal against a result stands."""

    OPEN = "open"
    CHANGED = "changed"
    UPHELD = "upheld"


class ResultAppeal(Model):
    """One appeal for each sitting: filed in time, marked anew by somebody who had not marked the paper."""

    __tablename__ = "exams_appeal"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"]),
        Index("uq_exams_appeal_attempt", "person_id", "attempt_id", unique=True),
        Index("ix_exams_appeal_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_exam.id"))
    person_id: Mapped[int] = mapped_column(BigId)
    attempt_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[ResultAppealState] = mapped_column(String(10), default=ResultAppealState.OPEN)
    reason: Mapped[str] = mapped_column(String(1000))
    filed_at: Mapped[datetime]
    due_on: Mapped[date]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")


class AppealMark(Model):
    """What the second marker gave one written answer on appeal; it stands in the place of what was given before."""

    __tablename__ = "exams_appeal_mark"
    __table_args__ = (PrimaryKeyConstraint("appeal_id", "sheet_id"),)

    appeal_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_appeal.id"))
    sheet_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams_sheet.id"))
    marker_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    points: Mapped[Decimal]
    remark: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime]


for _model in (Regrade, ResultTrail):
    event.listen(_model.__table__, "after_create", triggers.after_create)
