"""First tables of catalogue.

Revision: 0008_catalogue
Follows: 0007_certificates
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0008_catalogue"
down_revision = "0007_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_topic",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("framework", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_topic")),
        sa.UniqueConstraint("code", name=op.f("uq_catalogue_topic_code")),
    )
    op.create_table(
        "catalogue_course",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("framework", sa.String(length=20), nullable=False),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("current_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_catalogue_course_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_course")),
        sa.UniqueConstraint("code", name=op.f("uq_catalogue_course_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_catalogue_course_uid")),
    )
    op.create_index(op.f("ix_catalogue_course_current_version_id"), "catalogue_course", ["current_version_id"], unique=False)
    op.create_index(op.f("ix_catalogue_course_owner_id"), "catalogue_course", ["owner_id"], unique=False)
    op.create_table(
        "catalogue_course_topic",
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["catalogue_course.id"], name=op.f("fk_catalogue_course_topic_course_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["catalogue_topic.id"], name=op.f("fk_catalogue_course_topic_topic_id")),
        sa.PrimaryKeyConstraint("course_id", "topic_id", name=op.f("pk_catalogue_course_topic")),
    )
    op.create_index(op.f("ix_catalogue_course_topic_topic_id"), "catalogue_course_topic", ["topic_id"], unique=False)
    op.create_table(
        "catalogue_course_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("lecturer", sa.String(length=60), nullable=False),
        sa.Column("is_compulsory", sa.Boolean(), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publisher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submitted_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("retired_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("nominal_ms", sa.Integer(), nullable=False),
        sa.Column("nominal_hours", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("lecture_count", sa.Integer(), nullable=False),
        sa.Column("rule_set_version", sa.String(length=60), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_catalogue_course_version_author_id")),
        sa.ForeignKeyConstraint(["course_id"], ["catalogue_course.id"], name=op.f("fk_catalogue_course_version_course_id")),
        sa.ForeignKeyConstraint(["publisher_id"], ["people_person.id"], name=op.f("fk_catalogue_course_version_publisher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_course_version")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_catalogue_course_version_course_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_catalogue_course_version_uid")),
    )
    op.create_index(
        "ix_catalogue_course_version_state_published_at", "catalogue_course_version", ["state", "published_at", "id"], unique=False
    )
    op.create_table(
        "catalogue_lecture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("chapters", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["media_asset.id"], name=op.f("fk_catalogue_lecture_asset_id")),
        sa.ForeignKeyConstraint(["version_id"], ["catalogue_course_version.id"], name=op.f("fk_catalogue_lecture_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_lecture")),
        sa.UniqueConstraint("uid", name=op.f("uq_catalogue_lecture_uid")),
    )
    op.create_index(op.f("ix_catalogue_lecture_asset_id"), "catalogue_lecture", ["asset_id"], unique=False)
    op.create_index("ix_catalogue_lecture_version_id_position", "catalogue_lecture", ["version_id", "position"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_catalogue_lecture_version_id_position", table_name="catalogue_lecture")
    op.drop_index(op.f("ix_catalogue_lecture_asset_id"), table_name="catalogue_lecture")
    op.drop_table("catalogue_lecture")
    op.drop_index("ix_catalogue_course_version_state_published_at", table_name="catalogue_course_version")
    op.drop_table("catalogue_course_version")
    op.drop_index(op.f("ix_catalogue_course_topic_topic_id"), table_name="catalogue_course_topic")
    op.drop_table("catalogue_course_topic")
    op.drop_index(op.f("ix_catalogue_course_owner_id"), table_name="catalogue_course")
    op.drop_index(op.f("ix_catalogue_course_current_version_id"), table_name="catalogue_course")
    op.drop_table("catalogue_course")
    op.drop_table("catalogue_topic")
