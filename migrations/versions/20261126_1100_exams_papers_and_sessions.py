"""Examinations: papers by blueprint and fixed, who may sit, rosters, extra time, and what was done by whom.

Revision: 0022_papers
Follows: 0022_compliance_snapshot
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0022_papers"
down_revision = "0022_compliance_snapshot"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exams_plan",
        sa.Column("exam_id", BIG, nullable=False, autoincrement=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("stock", sa.JSON(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("password_mac", sa.String(length=64), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("changed_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_plan_exam_id")),
        sa.PrimaryKeyConstraint("exam_id", name=op.f("pk_exams_plan")),
    )
    op.create_table(
        "exams_seat",
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("wrong_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_seat_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_exams_seat_person_id")),
        sa.PrimaryKeyConstraint("exam_id", "person_id", name=op.f("pk_exams_seat")),
    )
    op.create_table(
        "exams_trail",
        sa.Column("id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("who_id", BIG, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_trail_exam_id")),
        sa.ForeignKeyConstraint(["who_id"], ["people_person.id"], name=op.f("fk_exams_trail_who_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_trail")),
    )
    op.create_index(op.f("ix_exams_seat_person_id"), "exams_seat", ["person_id"], unique=False)
    op.create_index(op.f("ix_exams_trail_exam_id"), "exams_trail", ["exam_id"], unique=False)
    op.add_column("exams_exam_question", sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=True))


def downgrade() -> None:
    op.drop_column("exams_exam_question", "points")
    for name in ("exams_trail", "exams_seat", "exams_plan"):
        op.drop_table(name)
