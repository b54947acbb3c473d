"""The average hash of a picture, by which the same picture saved anew is found.

Revision: 0033_claims_average_hash
Follows: 0032_practice
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033_claims_average_hash"
down_revision = "0032_practice"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims_evidence", sa.Column("average_hash", sa.String(36), nullable=True))
    op.create_index("ix_claims_evidence_average_hash", "claims_evidence", ["average_hash"])


def downgrade() -> None:
    op.drop_index("ix_claims_evidence_average_hash", "claims_evidence")
    op.drop_column("claims_evidence", "average_hash")
