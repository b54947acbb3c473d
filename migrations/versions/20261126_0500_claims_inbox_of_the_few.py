"""Claims by person, for those who decide over a few people only; a claim that is held is found by its index.

Revision: 0016_claims_few
Follows: 0015_desk
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_claims_few"
down_revision = "0015_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_claims_claim_person", "claims_claim", ["person_id", "state", "risk", "due_on"])
    op.drop_index("uq_desk_held_claim_open", table_name="desk_held_claim")
    op.create_index("uq_desk_held_claim_open", "desk_held_claim", ["person_id", "claim_id"], unique=True,
                    sqlite_where=sa.text("is_open = 1"), postgresql_where=sa.text("is_open"))  # fmt: skip


def downgrade() -> None:
    op.drop_index("uq_desk_held_claim_open", table_name="desk_held_claim")
    op.create_index("uq_desk_held_claim_open", "desk_held_claim", ["person_id", "claim_id"], unique=True,
                    sqlite_where=sa.text("is_open"), postgresql_where=sa.text("is_open"))  # fmt: skip
    op.drop_index("ix_claims_claim_person", table_name="claims_claim")
