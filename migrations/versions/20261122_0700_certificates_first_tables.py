"""First tables of certificates.

Revision: 0007_certificates
Follows: 0006_media
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0007_certificates"
down_revision = "0006_media"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_certificates_counter")),
    )
    op.create_table(
        "certificates_number",
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_certificates_number")),
    )
    op.create_table(
        "certificates_certificate",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("check_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("line_hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name=op.f("ck_certificates_certificate_state")),
        sa.ForeignKeyConstraint(
            ["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_certificates_certificate_entry"
        ),
        sa.PrimaryKeyConstraint("person_id", "entry_seq", name=op.f("pk_certificates_certificate")),
    )
    op.create_index(op.f("ix_certificates_certificate_no"), "certificates_certificate", ["no"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_certificates_certificate_no"), table_name="certificates_certificate")
    op.drop_table("certificates_certificate")
    op.drop_table("certificates_number")
    op.drop_table("certificates_counter")
