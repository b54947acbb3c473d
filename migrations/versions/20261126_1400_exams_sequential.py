"""Examinations whose questions come one after another, and where a candidate stands in them.

Revision: 0026_sequential
Follows: 0025_hand_marking
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_sequential"
down_revision = "0025_hand_marking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exams_exam", sa.Column("sequential", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("exams_attempt", sa.Column("place", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("exams_attempt", "place")
    op.drop_column("exams_exam", "sequential")
