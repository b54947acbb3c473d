"""Practice: questions open for it, exercises, answers, what was missed.

Revision: 0032_practice
Follows: 0031_after_results
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db

revision = "0032_practice"
down_revision = "0031_after_results"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bank_practice",
        sa.Column("question_id", ID, autoincrement=False, nullable=False),
        sa.Column("opened_by", ID, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["people_person.id"], name=op.f("fk_bank_practice_opened_by")),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_bank_practice_question_id")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_bank_practice")),
    )
    op.create_table(
        "practice_set",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_practice_set_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_practice_set")),
        sa.UniqueConstraint("person_id", "slot", name=op.f("uq_practice_set_person_id_slot")),
    )
    op.create_table(
        "practice_answer",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("set_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id", "set_id"], ["practice_set.person_id", "practice_set.id"],
                                name=op.f("fk_practice_answer_person_id_set_id")),
        sa.PrimaryKeyConstraint("person_id", "set_id", "question", name=op.f("pk_practice_answer")),
    )  # fmt: skip
    op.create_table(
        "practice_recall",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("missed_at", MOMENT, nullable=True),
        sa.Column("right_since", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_practice_recall_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_practice_recall_question_id")),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_practice_recall_version_id")),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_practice_recall")),
    )
    op.create_index("ix_practice_recall_question_id", "practice_recall", ["question_id"])


def downgrade() -> None:
    op.drop_table("practice_recall")
    op.drop_table("practice_answer")
    op.drop_table("practice_set")
    op.drop_table("bank_practice")
