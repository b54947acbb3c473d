"""First tables of learning.

Revision: 0010_learning
Follows: 0009_exams
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0010_learning"
down_revision = "0009_exams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learning_course_progress",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_lecture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lectures_done", sa.Integer(), nullable=False),
        sa.Column("lectures_completed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("quiz_passed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("quiz_score", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("completed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["catalogue_course.id"], name=op.f("fk_learning_course_progress_course_id")),
        sa.ForeignKeyConstraint(["last_lecture_id"], ["catalogue_lecture.id"], name=op.f("fk_learning_course_progress_last_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_learning_course_progress_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_course_version.id"], name=op.f("fk_learning_course_progress_version_id")),
        sa.PrimaryKeyConstraint("person_id", "version_id", name=op.f("pk_learning_course_progress")),
    )
    op.create_index("ix_learning_course_progress_person_id_last_at", "learning_course_progress", ["person_id", "last_at"], unique=False)
    op.create_table(
        "learning_coverage",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lecture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("intervals", sa.LargeBinary(), nullable=False),
        sa.Column("covered_ms", sa.Integer(), nullable=False),
        sa.Column("position_ms", sa.Integer(), nullable=False),
        sa.Column("completed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lecture_id"], ["catalogue_lecture.id"], name=op.f("fk_learning_coverage_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_learning_coverage_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_course_version.id"], name=op.f("fk_learning_coverage_version_id")),
        sa.PrimaryKeyConstraint("person_id", "lecture_id", name=op.f("pk_learning_coverage")),
    )
    op.create_index("ix_learning_coverage_person_id_version_id", "learning_coverage", ["person_id", "version_id"], unique=False)
    op.create_table(
        "learning_play_session",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_version", sa.String(length=64), nullable=False),
        sa.Column("rule_set", sa.String(length=60), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("door", sa.String(length=24), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["media_asset.id"], name=op.f("fk_learning_play_session_asset_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["catalogue_lecture.id"], name=op.f("fk_learning_play_session_lecture_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_learning_play_session_person_id")),
        sa.PrimaryKeyConstraint("person_id", "uid", name=op.f("pk_learning_play_session")),
    )
    op.create_index("ix_learning_play_session_person_id_lecture_id", "learning_play_session", ["person_id", "lecture_id"], unique=False)
    op.create_table(
        "learning_evidence",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "session"],
            ["learning_play_session.person_id", "learning_play_session.uid"],
            name=op.f("fk_learning_evidence_person_id_session"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_learning_evidence_person_id")),
        sa.PrimaryKeyConstraint("person_id", "session", "first_seq", name=op.f("pk_learning_evidence")),
    )
    op.create_table(
        "learning_play_state",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("max_rate_permille", sa.Integer(), nullable=False),
        sa.Column("daily_cap_ms", sa.Integer(), nullable=False),
        sa.Column("required_ms", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("allowance_us", sa.BigInteger(), nullable=False),
        sa.Column("beats_ms", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("day_ms", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("journal", sa.LargeBinary(), nullable=False),
        sa.Column("covered", sa.LargeBinary(), nullable=False),
        sa.Column("position_ms", sa.Integer(), nullable=False),
        sa.Column("served_ms", sa.BigInteger(), nullable=False),
        sa.Column("delivered", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["lecture_id"], ["catalogue_lecture.id"], name=op.f("fk_learning_play_state_lecture_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "session"],
            ["learning_play_session.person_id", "learning_play_session.uid"],
            name=op.f("fk_learning_play_state_person_id_session"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_learning_play_state_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_course_version.id"], name=op.f("fk_learning_play_state_version_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_learning_play_state")),
    )


def downgrade() -> None:
    op.drop_table("learning_play_state")
    op.drop_table("learning_evidence")
    op.drop_index("ix_learning_play_session_person_id_lecture_id", table_name="learning_play_session")
    op.drop_table("learning_play_session")
    op.drop_index("ix_learning_coverage_person_id_version_id", table_name="learning_coverage")
    op.drop_table("learning_coverage")
    op.drop_index("ix_learning_course_progress_person_id_last_at", table_name="learning_course_progress")
    op.drop_table("learning_course_progress")
