"""Accounting years, their reports and changes; decisions about people who did not complete; changes of rules."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model
from app.years import triggers
from app.years.rules import ChangeKind, ProposalState, Reason, Turn, YearState

CITY = "city"
"""The scope of a year: the city closes it as a whole."""


class AccountingYear(Model):
    """One year of one scope, and the two persons who closed it."""

    __tablename__ = "years_year"
    __table_args__ = (
        PrimaryKeyConstraint("scope", "year"),
        CheckConstraint("state IN ('open', 'closing', 'closed', 'restated')", name="state"),
    )

    scope: Mapped[str] = mapped_column(String(20), default=CITY)
    year: Mapped[int]
    state: Mapped[YearState] = mapped_column(String(10), default=YearState.OPEN)
    opened_at: Mapped[datetime]
    closing_at: Mapped[datetime | None]
    closing_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    restated_at: Mapped[datetime | None]


class YearReport(Model):
    """One issue of a year's report: as of which day, by which rules, and what it came to. Never changed."""

    __tablename__ = "years_report"
    __table_args__ = (PrimaryKeyConstraint("year", "issue"),)

    year: Mapped[int]
    issue: Mapped[int]
    as_of: Mapped[date]
    rule_set_version: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(60))


class YearChange(Model):
    """An adjustment or reversal in a closed year: proposed by one person, approved by another one level up."""

    __tablename__ = "years_change"
    __table_args__ = (Index("ix_years_change_state", "state", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    year: Mapped[int]
    kind: Mapped[ChangeKind] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"), index=True)
    seq: Mapped[int | None]
    claim_uid: Mapped[UUID | None]
    category: Mapped[str] = mapped_column(String(32), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[Decimal]
    days: Mapped[Decimal]
    occurred_from: Mapped[date | None]
    occurred_on: Mapped[date | None]
    off_post: Mapped[bool] = mapped_column(default=False)
    span_days: Mapped[int] = mapped_column(default=0, server_default="0")
    delivery: Mapped[str | None] = mapped_column(String(16))
    subject_kind: Mapped[str | None] = mapped_column(String(16))
    axes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[ProposalState] = mapped_column(String(10), default=ProposalState.PROPOSED)
    proposed_by: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")
    entry_seq: Mapped[int | None]
    proposed_for: Mapped[int | None] = mapped_column(BigInteger)
    """Who lent the authority by which a decision on a claim was put up; NULL where it was the person's own."""


class IncompletionDecision(Model):
    """Why a person did not complete a year: proposed by the unit, decided by the authority, never by the system (I05)."""

    __tablename__ = "years_incompletion"
    __table_args__ = (PrimaryKeyConstraint("person_id", "year"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    year: Mapped[int]
    proposed: Mapped[Reason | None] = mapped_column(String(16))
    proposed_text: Mapped[str] = mapped_column(String(500), default="")
    proposed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    proposed_at: Mapped[datetime | None]
    reason: Mapped[Reason] = mapped_column(String(16), default=Reason.PENDING)
    text: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_name: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None]


class RuleChange(Model):
    """A new version of the rules between its upload and its adoption, with what it would do to real people."""

    __tablename__ = "years_rule_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    pin: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    against: Mapped[str] = mapped_column(String(64))
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[ProposalState] = mapped_column(String(10), default=ProposalState.PROPOSED)
    proposed_by: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    proposed_name: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_name: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class RuleEffect(Model):
    """One person in one requirement for whom a new version makes a difference."""

    __tablename__ = "years_rule_effect"
    __table_args__ = (
        PrimaryKeyConstraint("change_id", "person_id", "requirement"),
        Index("ix_years_rule_effect_turn", "change_id", "turn", "person_id"),
    )

    change_id: Mapped[int] = mapped_column(BigId, ForeignKey("years_rule_change.id"))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    requirement: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_unit.id"))
    turn: Mapped[Turn] = mapped_column(String(8))
    state_before: Mapped[str] = mapped_column(String(8))
    state_after: Mapped[str] = mapped_column(String(8))
    missing_before: Mapped[int]
    missing_after: Mapped[int]
    figures_before: Mapped[list[Any] | None] = mapped_column(JSON)
    figures_after: Mapped[list[Any] | None] = mapped_column(JSON)
    """As compliance keeps them: bucket, measure, required, counted, lacking; none of what was tried before they were kept."""


class YearTrail(Model):
    """Who did what about a year, a person's year or the rules. Only grows (triggers.py). `person_id`: whom it is about, if anybody."""

    __tablename__ = "years_trail"
    __table_args__ = (Index("ix_years_trail_subject", "subject", "id"), Index("ix_years_trail_person", "person_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[int | None] = mapped_column(BigId)


for _model in (YearTrail, YearReport):
    event.listen(_model.__table__, "after_create", triggers.after_create)
