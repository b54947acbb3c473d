"""Examinations whose questions come one after another, and where a candidate stands in them.

Revision: 0027_sequential
Follows: 0026_bank_pictures
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027_sequential"
down_revision = "0026_bank_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exams_exam", sa.Column("sequential", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("exams_attempt", sa.Column("place", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("exams_attempt", "place")
    op.drop_column("exams_exam", "sequential")
