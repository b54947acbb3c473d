"""First tables of media.

Revision: 0006_media
Follows: 0005_ledger
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0006_media"
down_revision = "0005_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media_asset",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("probed", sa.JSON(), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("renditions", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("reason_facts", sa.JSON(), nullable=False),
        sa.Column("log", sa.Text(), nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("poster", sa.String(length=60), nullable=True),
        sa.Column("poster_at_ms", sa.Integer(), nullable=True),
        sa.Column("sprite", sa.String(length=60), nullable=True),
        sa.Column("captions_vtt", sa.Text(), nullable=True),
        sa.Column("chapters", sa.JSON(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size >= 0 AND duration_ms >= 0", name=op.f("ck_media_asset_sizes")),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_media_asset_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_asset")),
        sa.UniqueConstraint("uid", name=op.f("uq_media_asset_uid")),
    )
    op.create_index("ix_media_asset_owner_id_created_at", "media_asset", ["owner_id", "created_at"], unique=False)
    op.create_index(op.f("ix_media_asset_sha256"), "media_asset", ["sha256"], unique=False)
    op.create_index("ix_media_asset_state", "media_asset", ["state"], unique=False)
    op.create_table(
        "media_upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint('0 <= "offset" AND "offset" <= length', name=op.f("ck_media_upload_offset")),
        sa.ForeignKeyConstraint(["asset_id"], ["media_asset.id"], name=op.f("fk_media_upload_asset_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_media_upload_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_upload")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_media_upload_asset_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_media_upload_uid")),
    )
    op.create_index(op.f("ix_media_upload_expires_at"), "media_upload", ["expires_at"], unique=False)
    op.create_index(op.f("ix_media_upload_owner_id"), "media_upload", ["owner_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_media_upload_owner_id"), table_name="media_upload")
    op.drop_index(op.f("ix_media_upload_expires_at"), table_name="media_upload")
    op.drop_table("media_upload")
    op.drop_index("ix_media_asset_state", table_name="media_asset")
    op.drop_index(op.f("ix_media_asset_sha256"), table_name="media_asset")
    op.drop_index("ix_media_asset_owner_id_created_at", table_name="media_asset")
    op.drop_table("media_asset")
