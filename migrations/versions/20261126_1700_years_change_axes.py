"""The line of an adjustment as every other line: first day, calendar days, delivery, subject, further axes.

Revision: 0034_change_axes
Follows: 0033_claims_average_hash
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034_change_axes"
down_revision = "0033_claims_average_hash"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("years_change", sa.Column("occurred_from", sa.Date(), nullable=True))
    op.add_column("years_change", sa.Column("span_days", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("years_change", sa.Column("delivery", sa.String(length=16), nullable=True))
    op.add_column("years_change", sa.Column("subject_kind", sa.String(length=16), nullable=True))
    op.add_column("years_change", sa.Column("axes", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("axes", "subject_kind", "delivery", "span_days", "occurred_from"):
        op.drop_column("years_change", name)
