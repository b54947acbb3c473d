"""The rough print of a picture, by which the same picture saved anew is found.

Revision: 0033_claims_rough
Follows: 0032_practice
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033_claims_rough"
down_revision = "0032_practice"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims_evidence", sa.Column("rough", sa.String(36), nullable=True))
    op.create_index("ix_claims_evidence_rough", "claims_evidence", ["rough"])


def downgrade() -> None:
    op.drop_index("ix_claims_evidence_rough", "claims_evidence")
    op.drop_column("claims_evidence", "rough")
