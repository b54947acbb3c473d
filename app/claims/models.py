"""Tables of claims. All grow with the people: keys are `(person_id, id)`, public uids carry the person (decisions 22)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.claims import triggers
from app.claims.rules.escalating import Stage, Why
from app.claims.rules.states import AppealState, ClaimState
from app.kernel.db import BigId, Model

LIVE_STATES = "state IN ('submitted', 'unit_checked', 'certified')"
"""The states of rules.states.LIVE in SQL; a test holds both equal."""


class Claim(Model):
    """One claim of one person: what he entered, what was suggested and found, where it stands, what came of it.

    `id` is made of the public `uid`. `version` counts every act; its trail has one row for each. The partial unique index
    is what keeps one activity from being claimed twice at the same time (INV-I13). `due_on` is the last working day of
    whoever has to act now; findings and risk are those of the hand-in or the last check.
    """

    __tablename__ = "claims_claim"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "id"),
        ForeignKeyConstraint(["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_claims_claim_entry"),
        CheckConstraint("occurred_from <= occurred_to", name="dates"),
        Index("uq_claims_claim_live", "person_id", "activity_key", unique=True, sqlite_where=text(LIVE_STATES),
              postgresql_where=text(LIVE_STATES)),
        Index("ix_claims_claim_due", "state", "due_on", "id"),
        Index("ix_claims_claim_decided", "decided_at", "id"),
        Index("ix_claims_claim_person", "person_id", "state", "risk", "due_on"),
        Index("ix_claims_claim_certificate", "certificate_key"),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    uid: Mapped[UUID] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[ClaimState] = mapped_column(String(12), default=ClaimState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(120), default="")
    title_hash: Mapped[str] = mapped_column(String(16), default="")
    values: Mapped[dict[str, Any]] = mapped_column("entered", JSON, default=dict)
    note: Mapped[str] = mapped_column(String(500), default="")
    occurred_from: Mapped[date | None]
    occurred_to: Mapped[date | None]
    hours_entered: Mapped[Decimal | None]
    hours_claimed: Mapped[Decimal | None]
    days_claimed: Mapped[Decimal | None]
    hours_suggested: Mapped[Decimal | None]
    suggestion: Mapped[list[Any]] = mapped_column(JSON, default=list)
    rule_set_version: Mapped[str] = mapped_column(String(60), default="")
    activity_key: Mapped[str | None] = mapped_column(String(200))
    certificate_key: Mapped[str | None] = mapped_column(String(200))
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    risk: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    checked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    checked_for: Mapped[int | None] = mapped_column(BigInteger)
    """Who lent the authority by which it was checked, or decided (`decided_for`); NULL where it was the person's own."""
    checked_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_for: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None]
    hours_certified: Mapped[Decimal | None]
    days_certified: Mapped[Decimal | None]
    subject_certified: Mapped[str | None] = mapped_column(String(16))
    """The subject of continuing education under which it was certified, where that is another than was claimed."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    entry_seq: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ClaimEvidence(Model):
    """One file that proves a claim: kept under the SHA-256 of its bytes, shown as a picture without what it told besides.

    `look` is a digest of what a picture shows, so that the same picture is found again whatever its metadata; one that
    was saved anew takes the look of the first (service/alike.py), which `average_hash` finds.
    """

    __tablename__ = "claims_evidence"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "id"),
        ForeignKeyConstraint(["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_claims_evidence_claim"),
        UniqueConstraint("person_id", "claim_id", "sha256"),
        Index("ix_claims_evidence_look", "look"),
        Index("ix_claims_evidence_average_hash", "average_hash"),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    uid: Mapped[UUID] = mapped_column(unique=True)
    claim_id: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    look: Mapped[str] = mapped_column(String(64))
    average_hash: Mapped[str | None] = mapped_column(String(36))
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    added_at: Mapped[datetime]


class ClaimTrail(Model):
    """One act on a claim: who, what, when, from where. Only grows (triggers.py)."""

    __tablename__ = "claims_trail"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "claim_id", "n"),
        ForeignKeyConstraint(["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_claims_trail_claim"),
        Index("ix_claims_trail_at", "at", "claim_id", "n"),
        Index("ix_claims_trail_by", "by_id", "at", "claim_id", "n"),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    claim_id: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]
    act: Mapped[str] = mapped_column(String(12))
    state: Mapped[ClaimState] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    ip: Mapped[str] = mapped_column(String(45))
    device: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(500))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class Appeal(Model):
    """The one appeal of a claim: why, against whose decision, who heard it, what came of it."""

    __tablename__ = "claims_appeal"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "claim_id"),
        ForeignKeyConstraint(["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_claims_appeal_claim"),
        Index("ix_claims_appeal_state", "state", "due_on"),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    claim_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[AppealState] = mapped_column(String(10), default=AppealState.OPEN)
    against: Mapped[ClaimState] = mapped_column(String(12))
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    decided_for: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(500))
    filed_at: Mapped[datetime]
    due_on: Mapped[date]
    heard_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    heard_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class Escalation(Model):
    """A claim or an appeal was put before the organ above, once for each last day `due_on` that was let pass.

    It holds while that day still stands with the claim or its appeal; what waits anew has a new day.
    """

    __tablename__ = "claims_escalation"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "claim_id", "stage", "due_on"),
        ForeignKeyConstraint(["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_claims_escalation_claim"),
        Index("ix_claims_escalation_stage", "stage", "due_on"),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    claim_id: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[Stage] = mapped_column(String(8))
    due_on: Mapped[date]
    why: Mapped[Why] = mapped_column(String(8))
    at: Mapped[datetime]


class Notice(Model):
    """Somebody who decides is told how many were put before the organ above: his own, or before himself. Once; until he has read it."""

    __tablename__ = "claims_notice"
    __table_args__ = (PrimaryKeyConstraint("person_id", "id"),)

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people_person.id"))
    id: Mapped[int] = mapped_column(BigId)
    stage: Mapped[Stage] = mapped_column(String(8))
    as_superior: Mapped[bool]
    count: Mapped[int]
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


Index("ix_claims_claim_inbox", Claim.state, Claim.risk.desc(), Claim.due_on, Claim.id)
event.listen(ClaimTrail.__table__, "after_create", triggers.after_create)
