"""Statistics of examinations and of versions of questions, kept.

Revision: 0029_exam_figures
Follows: 0028_exam_credit
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db

revision = "0029_exam_figures"
down_revision = "0028_exam_credit"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exams_figures",
        sa.Column("exam_id", ID, autoincrement=False, nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.String(length=60), nullable=False),
        sa.Column("as_of", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_figures_exam_id")),
        sa.PrimaryKeyConstraint("exam_id", name=op.f("pk_exams_figures")),
    )
    op.create_table(
        "exams_version_figures",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("relation", sa.Integer(), nullable=True),
        sa.Column("difference", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_version_figures_exam_id")),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_exams_version_figures_version_id")),
        sa.PrimaryKeyConstraint("version_id", "exam_id", name=op.f("pk_exams_version_figures")),
    )
    op.create_index("ix_exams_version_figures_exam_id", "exams_version_figures", ["exam_id"])


def downgrade() -> None:
    op.drop_table("exams_version_figures")
    op.drop_table("exams_figures")
