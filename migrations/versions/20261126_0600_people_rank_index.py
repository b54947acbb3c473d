"""Who holds a rank is found without reading every post.

Revision: 0017_people_rank
Follows: 0016_claims_few
"""

from __future__ import annotations

from alembic import op

revision = "0017_people_rank"
down_revision = "0016_claims_few"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_people_appointment_rank_level", "people_appointment"


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["rank_level", "superseded_at", "from_on", "to_on", "person_id"])


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
