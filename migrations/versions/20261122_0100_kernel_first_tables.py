"""First tables of kernel.

Revision: 0001_kernel
Follows: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0001_kernel"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kernel_stored_answer",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("mimetype", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_kernel_stored_answer")),
    )


def downgrade() -> None:
    op.drop_table("kernel_stored_answer")
