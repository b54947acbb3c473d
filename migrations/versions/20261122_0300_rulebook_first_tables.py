"""First tables of rulebook.

Revision: 0003_rulebook
Follows: 0002_jobs
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0003_rulebook"
down_revision = "0002_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rulebook_rule_set",
        sa.Column("rule_set_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("first_used_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule_set_id", "version", name=op.f("pk_rulebook_rule_set")),
    )


def downgrade() -> None:
    op.drop_table("rulebook_rule_set")
