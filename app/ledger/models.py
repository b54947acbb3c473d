"""The ledger's tables. Lines, spans and seals only ever grow: `triggers.py` refuses the rest on both engines."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigId, Model
from app.ledger import triggers
from app.ledger.rules.leaf import Line, canonical, leaf_bytes

HASH = LargeBinary(32)


class CanonicalText(TypeDecorator[Any]):
    """A JSON value kept as the canonical text that is hashed, so that no engine may rewrite it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The canonical text of the value."""
        return None if value is None else canonical(value).decode() if value else ("[]" if isinstance(value, list) else "{}")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value of the text."""
        return None if value is None else json.loads(value)


class LedgerEntry(Model):
    """One line: gross, signed, with every axis and the place where the person served then. Never changed."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "seq"),
        ForeignKeyConstraint(["person_id", "reverses"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_entry_reverses"),
        UniqueConstraint("person_id", "reverses", name="uq_ledger_entry_reverses"),
        CheckConstraint("seq > 0 AND (reverses IS NULL OR reverses < seq)", name="order"),
        CheckConstraint("(entry_kind = 'reversal') = (reverses IS NOT NULL)", name="reverses"),
        CheckConstraint("entry_kind <> 'credit' OR activity_key IS NOT NULL", name="activity"),
        CheckConstraint("entry_kind <> 'credit' OR (hours >= 0 AND days >= 0 AND span_days >= 0)", name="credit"),
        CheckConstraint("occurred_from <= occurred_to", name="dates"),
        Index("ix_ledger_entry_figures", "accounting_year", "person_id", "off_post", "delivery", "days", "hours"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people_person.id"))
    seq: Mapped[int]
    accounting_year: Mapped[int]
    occurred_from: Mapped[date]
    occurred_to: Mapped[date]
    posted_at: Mapped[datetime]
    entry_kind: Mapped[str] = mapped_column(String(16))
    reverses: Mapped[int | None]
    source_type: Mapped[str] = mapped_column(String(32))
    source_id: Mapped[str] = mapped_column(String(100))
    activity_key: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(32))
    framework: Mapped[str | None] = mapped_column(String(16))
    subject_kind: Mapped[str | None] = mapped_column(String(16))
    selection: Mapped[str | None] = mapped_column(String(16))
    delivery: Mapped[str | None] = mapped_column(String(16))
    off_post: Mapped[bool]
    overseas: Mapped[bool]
    days: Mapped[Decimal]
    hours: Mapped[Decimal]
    span_days: Mapped[int]
    nets: Mapped[list[int]] = mapped_column(CanonicalText)
    axes: Mapped[dict[str, Any]] = mapped_column(CanonicalText)
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    rank_level: Mapped[str] = mapped_column(String(32))
    rule_set_version: Mapped[str] = mapped_column(String(64))
    evidence: Mapped[bytes] = mapped_column(HASH)
    personal: Mapped[bytes] = mapped_column(HASH)
    prev_hash: Mapped[bytes] = mapped_column(HASH)
    hash: Mapped[bytes] = mapped_column(HASH)

    @property
    def line(self) -> Line:
        """The row as the value that is hashed."""
        return Line(
            person=self.person_id,
            personal=self.personal,
            nets=tuple(self.nets),
            **{name: getattr(self, name) for name in Line._fields if name not in ("person", "personal", "nets")},
        )

    @property
    def leaf(self) -> bytes:
        """The exact bytes that were hashed; rebuilt from the columns, so that no second copy can disagree."""
        return leaf_bytes(self.line)

    @property
    def reference(self) -> str:
        """The line's name outside: person and place in the chain (decisions 21)."""
        return f"{self.person_id}-{self.seq}"


class LedgerParticulars(Model):
    """What a line tells about the person, with the salt of its digest. Erased once by law, otherwise never changed."""

    __tablename__ = "ledger_particulars"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "seq"),
        ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_particulars_entry"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    title: Mapped[str] = mapped_column(String(300))
    unit_name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    certified_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(1000))
    erased_at: Mapped[datetime | None]


class LedgerSlot(Model):
    """The one live credit of an activity: made with the credit, gone with its reversal (domain.md §7-2, INV-I13)."""

    __tablename__ = "ledger_slot"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "activity_key"),
        ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_slot_entry"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    activity_key: Mapped[str] = mapped_column(String(200))
    seq: Mapped[int]


class LedgerDay(Model):
    """The part of a calendar date that a live line uses; at most 1.00 a date and person (domain.md §7-4)."""

    __tablename__ = "ledger_day"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "on_date", "seq"),
        ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_day_entry"),
        CheckConstraint("fraction > 0", name="fraction"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    on_date: Mapped[date]
    seq: Mapped[int]
    fraction: Mapped[Decimal]


class LedgerHead(Model):
    """The end of one person's chain. Whoever posts holds this row, so that a person's lines come one by one."""

    __tablename__ = "ledger_head"
    __table_args__ = (
        Index(
            "ix_ledger_head_unsealed",
            "person_id",
            postgresql_where=text("sealed_seq < seq"),
            sqlite_where=text("sealed_seq < seq"),
        ),
    )

    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people_person.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(HASH)
    posted_at: Mapped[datetime | None]
    sealed_seq: Mapped[int]


class LedgerSpan(Model):
    """Sealed index of lines: lines first_seq…last_seq of a person are leaves first_index… of the one tree."""

    __tablename__ = "ledger_span"
    __table_args__ = (PrimaryKeyConstraint("person_id", "first_seq"), Index("ix_ledger_span_index", "first_index"))

    person_id: Mapped[int] = mapped_column(BigInteger)
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    first_index: Mapped[int] = mapped_column(BigInteger)


class LedgerSeal(Model):
    """A signed head: the root of the tree of the first `size` lines. Its key lies outside the database."""

    __tablename__ = "ledger_seal"
    __table_args__ = (CheckConstraint("size > previous_size", name="grows"),)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    previous_size: Mapped[int] = mapped_column(BigInteger, unique=True)
    root: Mapped[bytes] = mapped_column(HASH)
    signed_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class LedgerTile(Model):
    """Up to 256 neighbouring hashes of level 8·`height`: a cache from which any proof is made; `verify` rebuilds it."""

    __tablename__ = "ledger_tile"

    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerCheck(Model):
    """One walk through the whole ledger and what came of it (service/verifying.py). `bad` names the first wrong line; empty: none."""

    __tablename__ = "ledger_check"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    lines: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[int]
    sealed: Mapped[int] = mapped_column(BigInteger)
    seals: Mapped[int]
    erased: Mapped[int] = mapped_column(BigInteger)
    bad: Mapped[str] = mapped_column(String(500), default="")


for _model in (LedgerEntry, LedgerParticulars, LedgerSpan, LedgerSeal):
    event.listen(_model.__table__, "after_create", triggers.after_create)
