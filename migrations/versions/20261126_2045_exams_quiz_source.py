"""A closing quiz may draw from the bank, beside its own questions.

Revision: 0041_quiz_source
Follows: 0040_claims_escalation
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041_quiz_source"
down_revision = "0040_claims_escalation"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exams_quiz_source",
        sa.Column("exam_id", ID, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_quiz_source_exam_id_exams_exam")),
        sa.PrimaryKeyConstraint("exam_id", name=op.f("pk_exams_quiz_source")),
    )


def downgrade() -> None:
    op.drop_table("exams_quiz_source")
