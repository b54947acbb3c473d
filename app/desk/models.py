"""Tables of the desk: decisions that wait their ten seconds, and courses drawn for audit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.desk.rules import HeldState, SampleState, Verb
from app.kernel.db import BigId, Model


class Held(Model):
    """One decision as it was made: nothing of it stands anywhere else before `runs_at`, and undoing it leaves this row alone.

    `count` and `hours` are what the bar said; `outcome` is what came of it: how many were certified, and what was left out,
    in the maker's language.
    """

    __tablename__ = "desk_held"
    __table_args__ = (Index("ix_desk_held_by", "by_id", "made_at"), Index("ix_desk_held_state", "state", "runs_at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    by_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    verb: Mapped[Verb] = mapped_column(String(10))
    state: Mapped[HeldState] = mapped_column(String(8), default=HeldState.HELD)
    title: Mapped[str] = mapped_column(String(120), default="")
    count: Mapped[int]
    hours: Mapped[Decimal]
    asked_hours: Mapped[Decimal | None]
    asked_subject: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(500), default="")
    ip: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime]
    runs_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class HeldClaim(Model):
    """A claim within a held decision. While it is open nobody else can decide the claim: the partial unique index says so."""

    __tablename__ = "desk_held_claim"
    __table_args__ = (
        PrimaryKeyConstraint("held_id", "person_id", "claim_id"),
        ForeignKeyConstraint(["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_desk_held_claim_claim"),
        Index("uq_desk_held_claim_open", "person_id", "claim_id", unique=True, sqlite_where=text("is_open = 1"),
              postgresql_where=text("is_open")),
    )  # fmt: skip

    held_id: Mapped[int] = mapped_column(BigId, ForeignKey("desk_held.id"))
    person_id: Mapped[int] = mapped_column(BigId)
    claim_id: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[UUID]
    is_open: Mapped[bool] = mapped_column(default=True)


class HeldCourse(Model):
    """A finished course within a held decision, waiting or drawn for audit; open as a held claim is."""

    __tablename__ = "desk_held_course"
    __table_args__ = (
        PrimaryKeyConstraint("held_id", "person_id", "version_id"),
        ForeignKeyConstraint(["person_id", "version_id"], ["hours_course_credit.person_id", "hours_course_credit.version_id"],
                             name="fk_desk_held_course_credit"),
        Index("uq_desk_held_course_open", "person_id", "version_id", unique=True, sqlite_where=text("is_open = 1"),
              postgresql_where=text("is_open")),
    )  # fmt: skip

    held_id: Mapped[int] = mapped_column(BigId, ForeignKey("desk_held.id"))
    person_id: Mapped[int] = mapped_column(BigId)
    version_id: Mapped[int] = mapped_column(BigId)
    is_open: Mapped[bool] = mapped_column(default=True)


class Sample(Model):
    """A course whose hours posted by themselves and which was drawn to be looked at by a person."""

    __tablename__ = "desk_sample"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "version_id"),
        ForeignKeyConstraint(["person_id", "version_id"], ["hours_course_credit.person_id", "hours_course_credit.version_id"],
                             name="fk_desk_sample_credit"),
        Index("ix_desk_sample_state", "state", "drawn_at"),
        Index("ix_desk_sample_drawn_at", "drawn_at", "person_id", "version_id"),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(BigId)
    version_id: Mapped[int] = mapped_column(BigId)
    state: Mapped[SampleState] = mapped_column(String(8), default=SampleState.OPEN)
    drawn_at: Mapped[datetime]
    seen_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    seen_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
