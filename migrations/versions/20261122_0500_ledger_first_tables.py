"""First tables of ledger.

Revision: 0005_ledger
Follows: 0004_people
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db
from app.ledger import triggers

revision = "0005_ledger"
down_revision = "0004_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_seal",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous_size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signed_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.CheckConstraint("size > previous_size", name=op.f("ck_ledger_seal_grows")),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_seal")),
        sa.UniqueConstraint("previous_size", name=op.f("uq_ledger_seal_previous_size")),
    )
    op.create_table(
        "ledger_span",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("first_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "first_seq", name=op.f("pk_ledger_span")),
    )
    op.create_index("ix_ledger_span_index", "ledger_span", ["first_index"], unique=False)
    op.create_table(
        "ledger_tile",
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("height", "position", name=op.f("pk_ledger_tile")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("accounting_year", sa.Integer(), nullable=False),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("posted_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entry_kind", sa.String(length=16), nullable=False),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("source_type", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=100), nullable=False),
        sa.Column("activity_key", sa.String(length=200), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("framework", sa.String(length=16), nullable=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=True),
        sa.Column("selection", sa.String(length=16), nullable=True),
        sa.Column("delivery", sa.String(length=16), nullable=True),
        sa.Column("off_post", sa.Boolean(), nullable=False),
        sa.Column("overseas", sa.Boolean(), nullable=False),
        sa.Column("days", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("span_days", sa.Integer(), nullable=False),
        sa.Column("nets", sa.Text(), nullable=False),
        sa.Column("axes", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("rank_level", sa.String(length=32), nullable=False),
        sa.Column("rule_set_version", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.LargeBinary(length=32), nullable=False),
        sa.Column("personal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("(entry_kind = 'reversal') = (reverses IS NOT NULL)", name=op.f("ck_ledger_entry_reverses")),
        sa.CheckConstraint("entry_kind <> 'credit' OR (hours >= 0 AND days >= 0 AND span_days >= 0)", name=op.f("ck_ledger_entry_credit")),
        sa.CheckConstraint("entry_kind <> 'credit' OR activity_key IS NOT NULL", name=op.f("ck_ledger_entry_activity")),
        sa.CheckConstraint("occurred_from <= occurred_to", name=op.f("ck_ledger_entry_dates")),
        sa.CheckConstraint("seq > 0 AND (reverses IS NULL OR reverses < seq)", name=op.f("ck_ledger_entry_order")),
        sa.ForeignKeyConstraint(["person_id", "reverses"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_entry_reverses"),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_ledger_entry_person_id")),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("person_id", "reverses", name="uq_ledger_entry_reverses"),
    )
    op.create_index("ix_ledger_entry_figures", "ledger_entry", ["accounting_year", "person_id", "category", "hours"], unique=False)
    op.create_table(
        "ledger_head",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("posted_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sealed_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_ledger_head_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_ledger_head")),
    )
    op.create_index(
        "ix_ledger_head_unsealed",
        "ledger_head",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("sealed_seq < seq"),
        sqlite_where=sa.text("sealed_seq < seq"),
    )
    op.create_table(
        "ledger_day",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("fraction", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.CheckConstraint("fraction > 0", name=op.f("ck_ledger_day_fraction")),
        sa.ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_day_entry"),
        sa.PrimaryKeyConstraint("person_id", "on_date", "seq", name=op.f("pk_ledger_day")),
    )
    op.create_table(
        "ledger_particulars",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("certified_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("erased_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_particulars_entry"),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_ledger_particulars")),
    )
    op.create_table(
        "ledger_slot",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_key", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_ledger_slot_entry"),
        sa.PrimaryKeyConstraint("person_id", "activity_key", name=op.f("pk_ledger_slot")),
    )
    triggers.install(op.get_bind())


def downgrade() -> None:
    triggers.remove(op.get_bind())
    op.drop_table("ledger_slot")
    op.drop_table("ledger_particulars")
    op.drop_table("ledger_day")
    op.drop_index(
        "ix_ledger_head_unsealed",
        table_name="ledger_head",
        postgresql_where=sa.text("sealed_seq < seq"),
        sqlite_where=sa.text("sealed_seq < seq"),
    )
    op.drop_table("ledger_head")
    op.drop_index("ix_ledger_entry_figures", table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_table("ledger_tile")
    op.drop_index("ix_ledger_span_index", table_name="ledger_span")
    op.drop_table("ledger_span")
    op.drop_table("ledger_seal")
