"""Written answers before their markers, and what those gave.

Revision: 0025_hand_marking
Follows: 0024_ledger_figures
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db

revision = "0025_hand_marking"
down_revision = "0024_ledger_figures"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("exams_exam", sa.Column("markers", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "exams_sheet",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("maximum", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_sheet_exam_id")),
        sa.ForeignKeyConstraint(["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"],
                                name=op.f("fk_exams_sheet_person_id_attempt_id")),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_exams_sheet_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_sheet")),
        sa.UniqueConstraint("person_id", "attempt_id", "question", "part", name=op.f("uq_exams_sheet_person_id_attempt_id_question_part")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_sheet_uid")),
    )  # fmt: skip
    op.create_index("ix_exams_sheet_exam_id_state_id", "exams_sheet", ["exam_id", "state", "id"])
    op.create_table(
        "exams_hand_mark",
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("marker_id", ID, nullable=False),
        sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("is_ruling", sa.Boolean(), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["people_person.id"], name=op.f("fk_exams_hand_mark_marker_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["exams_sheet.id"], name=op.f("fk_exams_hand_mark_sheet_id")),
        sa.PrimaryKeyConstraint("sheet_id", "marker_id", name=op.f("pk_exams_hand_mark")),
    )


def downgrade() -> None:
    op.drop_table("exams_hand_mark")
    op.drop_index("ix_exams_sheet_exam_id_state_id", table_name="exams_sheet")
    op.drop_table("exams_sheet")
    op.drop_column("exams_exam", "markers")
