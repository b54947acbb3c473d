"""For whom a course is: the elective menu by rank, position class and team.

Revision: 0018_audience
Follows: 0017_people_rank
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_audience"
down_revision = "0017_people_rank"
branch_labels = None
depends_on = None

COLUMNS = ("levels", "position_classes", "teams")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("catalogue_course", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("catalogue_course", name)
