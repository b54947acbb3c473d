"""A version of a course says on which yearly lists of public subjects it stands (EX-E29).

Revision: 0037_list_years
Follows: 0036_exams_flags
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037_list_years"
down_revision = "0036_exams_flags"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catalogue_course_version", sa.Column("list_years", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("catalogue_course_version", "list_years")
