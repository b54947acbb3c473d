"""Who lent the authority by which a claim was checked, decided or put before a superior: two steps are taken on two authorities.

Revision: 0056_authority_lent
Follows: 0055_history_background

What was done before is taken as done on the person's own authority.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056_authority_lent"
down_revision = "0055_history_background"
branch_labels = None
depends_on = None
COLUMNS = (
    ("claims_claim", "checked_for"), ("claims_claim", "decided_for"), ("claims_appeal", "decided_for"), ("years_change", "proposed_for"),
)  # fmt: skip


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
