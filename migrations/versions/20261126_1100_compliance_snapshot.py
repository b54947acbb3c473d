"""Figures of a month's end, to compare the next month with.

Revision: 0022_compliance_snapshot
Follows: 0021_people_trail
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_compliance_snapshot"
down_revision = "0021_people_trail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "compliance_snapshot",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank_level", sa.String(length=20), nullable=False),
        sa.Column("teams", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "month", "scope", "year", "requirement", "unit_id", "rank_level", "teams", "state", name=op.f("pk_compliance_snapshot")
        ),
    )


def downgrade() -> None:
    op.drop_table("compliance_snapshot")
