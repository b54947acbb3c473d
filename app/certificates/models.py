"""Certificates by person, the counter of each year, and the look-up table of numbers (scale.md habit 3)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Model


class Certificate(Model):
    """One certificate: of one ledger line, with the words as they were printed. Valid or revoked, never removed."""

    __tablename__ = "certificates_certificate"
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "entry_seq"),
        ForeignKeyConstraint(
            ["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_certificates_certificate_entry"
        ),
        CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name="state"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    entry_seq: Mapped[int]
    no: Mapped[str] = mapped_column(String(20), index=True)
    check_code: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default="valid")
    holder: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    category: Mapped[str] = mapped_column(String(32))
    hours: Mapped[Decimal]
    occurred_from: Mapped[date]
    occurred_to: Mapped[date]
    line_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(String(1000), default="")


class CertificateNumber(Model):
    """Whose certificate a number is: the small table by which a number finds its person."""

    __tablename__ = "certificates_number"

    no: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    entry_seq: Mapped[int]


class CertificateCounter(Model):
    """The last number of a year, raised in the transaction of the certificate: a number that was given stands for one."""

    __tablename__ = "certificates_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
