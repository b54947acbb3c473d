"""Courses that somebody decided on by hand, by the moment of it: a trail the auditor reads.

Revision: 0053_courses_decided
Follows: 0052_people_counts_to
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053_courses_decided"
down_revision = "0052_people_counts_to"
branch_labels = None
depends_on = None
NAME, TABLE, DECIDED = "ix_hours_course_credit_decided_at", "hours_course_credit", sa.text("decided_at IS NOT NULL")


def upgrade() -> None:
    columns = ["decided_at", "person_id", "version_id"]
    op.create_index(NAME, TABLE, columns, sqlite_where=DECIDED, postgresql_where=DECIDED)


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
