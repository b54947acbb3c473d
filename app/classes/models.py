"""Training classes, who is or was in them, and what was done to each."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, event, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.classes import triggers
from app.kernel.db import BigId, Model

STANDING = "withdrawn_on IS NULL"
"""What is true of a membership that stands."""


class TrainingClass(Model):
    """One class. Whether it is planned, running or ended its days say (rules.py); cancelled it is by hand, with a reason."""

    __tablename__ = "classes_class"
    __table_args__ = (Index("ix_classes_class_starts_on_id", "starts_on", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_unit.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[Decimal]
    days: Mapped[Decimal]
    place: Mapped[str] = mapped_column(String(120), default="", server_default="")
    off_post: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether its members are there and nowhere else on its days; a class that is studied online is not."""
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    created_at: Mapped[datetime]


class ClassMember(Model):
    """Somebody in a class from a day on. Who is withdrawn keeps his row; who comes again gets another."""

    __tablename__ = "classes_member"
    __table_args__ = (
        Index("ix_classes_member_class_id_id", "class_id", "id"),
        Index("uq_classes_member_standing", "class_id", "person_id", unique=True, sqlite_where=text(STANDING),
              postgresql_where=text(STANDING)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("classes_class.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    enrolled_on: Mapped[date]
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")


class ClassTrail(Model):
    """What was done to a class, by whom. Only added to."""

    __tablename__ = "classes_trail"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    class_id: Mapped[int] = mapped_column(BigId, ForeignKey("classes_class.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    who_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


event.listen(ClassTrail.__table__, "after_create", triggers.after_create)
