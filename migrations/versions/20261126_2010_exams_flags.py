"""The questions a candidate flagged are kept with his attempt, so that another device has them.

Revision: 0036_exams_flags
Follows: 0035_years_claimed
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036_exams_flags"
down_revision = "0035_years_claimed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exams_attempt", sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("exams_attempt", "flags")
