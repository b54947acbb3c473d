"""How far the background work on a file of past training is, and why the last one came to nothing.

Revision: 0055_history_background
Follows: 0054_classes_place
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055_history_background"
down_revision = "0054_classes_place"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("history_import", sa.Column("progress", sa.Integer(), server_default="0", nullable=False))
    op.add_column("history_import", sa.Column("trouble", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("history_import", "trouble")
    op.drop_column("history_import", "progress")
