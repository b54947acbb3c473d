"""First tables of hours.

Revision: 0011_hours
Follows: 0010_learning
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0011_hours"
down_revision = "0010_learning"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hours_course_credit",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("activity_key", sa.String(length=200), nullable=False),
        sa.Column("rule_set_version", sa.String(length=60), nullable=False),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=True),
        sa.Column("credited_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"], name="fk_hours_course_credit_entry"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_hours_course_credit_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_course_version.id"], name=op.f("fk_hours_course_credit_version_id")),
        sa.PrimaryKeyConstraint("person_id", "version_id", name=op.f("pk_hours_course_credit")),
    )
    op.create_index("ix_hours_course_credit_state", "hours_course_credit", ["state", "person_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_hours_course_credit_state", table_name="hours_course_credit")
    op.drop_table("hours_course_credit")
