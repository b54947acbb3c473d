"""The questions of a fixed paper may stand in an order of each candidate's own.

Revision: 0039_exams_shuffled
Follows: 0038_exams_prolonged
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039_exams_shuffled"
down_revision = "0038_exams_prolonged"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exams_plan", sa.Column("shuffled", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("exams_plan", "shuffled")
