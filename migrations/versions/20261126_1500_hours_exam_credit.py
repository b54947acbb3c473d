"""What passed examinations came to.

Revision: 0028_exam_credit
Follows: 0027_sequential
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0028_exam_credit"
down_revision = "0027_sequential"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hours_exam_credit",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("activity_key", sa.String(length=200), nullable=False),
        sa.Column("rule_set_version", sa.String(length=60), nullable=False),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=True),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_uid", sa.Uuid(), nullable=False),
        sa.Column("score", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("credited_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_hours_exam_credit_exam_id")),
        sa.ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"],
                                name=op.f("fk_hours_exam_credit_person_id_attempt_id")),
        sa.ForeignKeyConstraint(["person_id", "entry_seq"], ["ledger_entry.person_id", "ledger_entry.seq"],
                                name="fk_hours_exam_credit_entry"),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_hours_exam_credit_person_id")),
        sa.PrimaryKeyConstraint("person_id", "exam_id", name=op.f("pk_hours_exam_credit")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("hours_exam_credit")
