"""Where a class takes place, for those who come to it.

Revision: 0054_classes_place
Follows: 0053_courses_decided
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054_classes_place"
down_revision = "0053_courses_decided"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("classes_class", sa.Column("place", sa.String(120), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("classes_class", "place")
