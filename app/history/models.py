"""Files of past training and which line of the ledger each of their rows became."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.history.rules import ImportState
from app.kernel.db import BigId, Model


class HistoryImport(Model):
    """One file: what was found in it, who brought it in, and whether it was taken back.

    `digest` is the SHA-256 of its bytes; the same digest stands in the evidence of each of its lines.
    """

    __tablename__ = "history_import"
    __table_args__ = (
        CheckConstraint("state IN ('examined', 'done', 'undone')", name="state"),
        Index("ix_history_import_owner_id", "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("people_person.id"))
    owner_name: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(String(10), default=ImportState.EXAMINED)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(60), default="")
    undo_reason: Mapped[str] = mapped_column(String(500), default="")
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows gone through by the work that is under way in the background, or was last."""
    trouble: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Why that work came to nothing: the code of a refusal and its facts; null where it did not."""


class HistoryLine(Model):
    """Row `row` of a file became line `seq` of a person."""

    __tablename__ = "history_line"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "seq"),
        ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_history_line_entry"),
        Index("uq_history_line_row", "import_id", "row", unique=True),
    )

    person_id: Mapped[int] = mapped_column(BigId)
    seq: Mapped[int]
    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("history_import.id"))
    row: Mapped[int]
    activity_key: Mapped[str] = mapped_column(String(200))
    accounting_year: Mapped[int]
    occurred_to: Mapped[date]
    hours: Mapped[Decimal]
