"""First tables of exams.

Revision: 0009_exams
Follows: 0008_catalogue
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0009_exams"
down_revision = "0008_catalogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exams_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("current_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("retired_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_exams_question_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_question")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_question_uid")),
    )
    op.create_table(
        "exams_exam",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("course_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=False),
        sa.Column("cooling_minutes", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=True),
        sa.Column("release_policy", sa.String(length=20), nullable=False),
        sa.Column("opens_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_exams_exam_author_id")),
        sa.ForeignKeyConstraint(["course_version_id"], ["catalogue_course_version.id"], name=op.f("fk_exams_exam_course_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_exam")),
        sa.UniqueConstraint("course_version_id", name=op.f("uq_exams_exam_course_version_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_exam_uid")),
    )
    op.create_table(
        "exams_attempt",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=24), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("submitted_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("handed_in_by", sa.String(length=10), nullable=True),
        sa.Column("receipt", sa.String(length=24), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("score", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_attempt_exam_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_exams_attempt_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_exams_attempt")),
        sa.UniqueConstraint("person_id", "exam_id", "number", name=op.f("uq_exams_attempt_person_id_exam_id_number")),
    )
    op.create_index("ix_exams_attempt_exam_id_state", "exams_attempt", ["exam_id", "state"], unique=False)
    op.create_table(
        "exams_exam_question",
        sa.Column("exam_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_exam_question_exam_id")),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_exams_exam_question_question_id")),
        sa.PrimaryKeyConstraint("exam_id", "question_id", name=op.f("pk_exams_exam_question")),
    )
    op.create_index(op.f("ix_exams_exam_question_question_id"), "exams_exam_question", ["question_id"], unique=False)
    op.create_table(
        "exams_question_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("keeps_order", sa.Boolean(), nullable=False),
        sa.Column("points", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("lecture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at_second", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_exams_question_version_author_id")),
        sa.ForeignKeyConstraint(
            ["lecture_id"], ["catalogue_lecture.id"], name=op.f("fk_exams_question_version_lecture_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_exams_question_version_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exams_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_exams_question_version_question_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_exams_question_version_uid")),
    )
    op.create_index(op.f("ix_exams_question_version_lecture_id"), "exams_question_version", ["lecture_id"], unique=False)
    op.create_table(
        "exams_answer",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("saved_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "attempt_id"], ["exams_attempt.person_id", "exams_attempt.id"], name=op.f("fk_exams_answer_person_id_attempt_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "attempt_id", "question", name=op.f("pk_exams_answer")),
    )
    op.create_table(
        "exams_attempt_note",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("received_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "attempt_id"],
            ["exams_attempt.person_id", "exams_attempt.id"],
            name=op.f("fk_exams_attempt_note_person_id_attempt_id"),
        ),
        sa.PrimaryKeyConstraint("person_id", "attempt_id", "number", name=op.f("pk_exams_attempt_note")),
    )
    op.create_table(
        "exams_question_key",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("right", sa.JSON(), nullable=False),
        sa.Column("partial", sa.String(length=10), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_exams_question_key_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_exams_question_key")),
    )


def downgrade() -> None:
    op.drop_table("exams_question_key")
    op.drop_table("exams_attempt_note")
    op.drop_table("exams_answer")
    op.drop_index(op.f("ix_exams_question_version_lecture_id"), table_name="exams_question_version")
    op.drop_table("exams_question_version")
    op.drop_index(op.f("ix_exams_exam_question_question_id"), table_name="exams_exam_question")
    op.drop_table("exams_exam_question")
    op.drop_index("ix_exams_attempt_exam_id_state", table_name="exams_attempt")
    op.drop_table("exams_attempt")
    op.drop_table("exams_exam")
    op.drop_table("exams_question")
