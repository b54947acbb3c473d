"""Rule sets that have been used: kept for ever, byte for byte, beside the files they came from."""

from __future__ import annotations

from datetime import datetime
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
