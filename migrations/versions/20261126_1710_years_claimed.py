"""A change of a closed year may be a claim that was certified, or an appeal that was granted, after closing.

Revision: 0035_years_claimed
Follows: 0034_change_axes
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035_years_claimed"
down_revision = "0034_change_axes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("years_change", sa.Column("claim_uid", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("years_change", "claim_uid")
