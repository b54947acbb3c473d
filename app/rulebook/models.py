"""Rule sets that have been used: kept for ever, byte for byte, beside the files they came from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Model


class UsedRuleSet(Model):
    """One version that ledger lines refer to. Written once at its first use; never changed, never deleted."""

    __tablename__ = "rulebook_rule_set"
    __table_args__ = (PrimaryKeyConstraint("rule_set_id", "version"),)

    rule_set_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    first_used_at: Mapped[datetime]


class AdoptedRuleSet(Model):
    """A version that two people put in force from a day on. Written once; what was in force before stays readable."""

    __tablename__ = "rulebook_adopted"
    __table_args__ = (PrimaryKeyConstraint("rule_set_id", "version"),)

    rule_set_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    from_on: Mapped[date]
    adopted_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(String(60))
    adopted_by: Mapped[str] = mapped_column(String(60))
