"""Where everybody stands, one row for each person, year and requirement; and what people were reminded of."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model

WHOLE = "*"
"""The row that stands for all requirements of a person together, and carries what is known of him once."""


class State(StrEnum):
    """What does not change with the calendar: SHORT is `not_yet_due` before `due_on` and `unmet` from it on (decision 16).

    NONE is a person in service whom no requirement touches.
    """

    MET = "met"
    SHORT = "short"
    EXEMPT = "exempt"
    NONE = "none"


class Standing(Model):
    """One person in one requirement of one year, as judged from facts and ledger; never the source of anything.

    `missing` is what is lacking in thousandths of what is required, so that days, hours and months sort together.
    The figures are those of the need that matters most; `figures` holds all of them where there are several.
    """

    __tablename__ = "compliance_standing"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "year", "requirement"),
        CheckConstraint("state IN ('met', 'short', 'exempt', 'none')", name="state"),
        Index("ix_compliance_standing_unit", "year", "requirement", "unit_id", "state", "due_on", "rank_level", "teams", "memberships",
              "is_serving", "trained_year", "trained_cycle", "person_id"),
        Index("ix_compliance_standing_missing", "year", "requirement", "state", "missing", "person_id", "unit_id"),
        Index("ix_compliance_standing_turns_on", "year", "turns_on"),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    year: Mapped[int]
    requirement: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(String(8))
    due_on: Mapped[date | None]
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_unit.id"))
    rank_level: Mapped[str] = mapped_column(String(20))
    teams: Mapped[int]
    memberships: Mapped[int]
    is_serving: Mapped[bool]
    trained_year: Mapped[bool]
    trained_cycle: Mapped[bool]
    missing: Mapped[int]
    measure: Mapped[str | None] = mapped_column(String(8))
    required: Mapped[Decimal | None]
    counted: Mapped[Decimal | None]
    shortfall: Mapped[Decimal | None]
    figures: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    turns_on: Mapped[date | None]


class JudgedYear(Model):
    """A year whose standings are kept: by which rules, and since when they are complete (none: still being built)."""

    __tablename__ = "compliance_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule_set_version: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime]
    complete_at: Mapped[datetime | None]


class Snapshot(Model):
    """How many stood where at the end of a month: what readers compare this month with. The last one of a month stays.

    `scope` names whose people are counted: `*` for the whole city, else the jurisdiction of the readers (queries/before.py).
    States are those of the day it was taken: met, unmet, not_yet_due, exempt, none. `unit_id` 0 is no unit.
    """

    __tablename__ = "compliance_snapshot"
    __table_args__ = (PrimaryKeyConstraint("month", "scope", "year", "requirement", "unit_id", "rank_level", "teams", "state"),)

    month: Mapped[str] = mapped_column(String(7))
    scope: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    requirement: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(BigId)
    rank_level: Mapped[str] = mapped_column(String(20))
    teams: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    heads: Mapped[int]
    taken_on: Mapped[date]


class Reminder(Model):
    """A person was reminded of what is lacking; at most once in seven days, shown on his home page until he has read it."""

    __tablename__ = "compliance_reminder"
    __table_args__ = (PrimaryKeyConstraint("person_id", "id"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    id: Mapped[int] = mapped_column(BigId)
    year: Mapped[int]
    requirement: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
