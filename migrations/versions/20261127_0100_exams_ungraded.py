"""Self-tests that are not graded.

Revision: 0046_ungraded
Follows: 0045_held_courses
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046_ungraded"
down_revision = "0045_held_courses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exams_exam", sa.Column("ungraded", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("exams_exam", "ungraded")
