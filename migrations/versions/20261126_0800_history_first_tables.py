"""First tables of past training.

Revision: 0019_history
Follows: 0018_audience
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db

revision = "0019_history"
down_revision = "0018_audience"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "history_import",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("owner_name", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=60), nullable=False),
        sa.Column("undo_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("state IN ('examined', 'done', 'undone')", name=op.f("ck_history_import_state")),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_history_import_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_history_import_uid")),
    )
    op.create_index("ix_history_import_owner_id", "history_import", ["owner_id", "id"], unique=False)
    op.create_table(
        "history_line",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=200), nullable=False),
        sa.Column("accounting_year", sa.Integer(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["history_import.id"], name=op.f("fk_history_line_import_id")),
        sa.ForeignKeyConstraint(["person_id", "seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_history_line_entry"),
        sa.PrimaryKeyConstraint("person_id", "seq", name=op.f("pk_history_line")),
    )
    op.create_index("uq_history_line_row", "history_line", ["import_id", "row"], unique=True)


def downgrade() -> None:
    op.drop_table("history_line")
    op.drop_table("history_import")
