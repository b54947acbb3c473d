"""The subject under which a claim was certified, where it is another than was claimed; as it waits its ten seconds, too.

Revision: 0042_claims_subject
Follows: 0041_quiz_source
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042_claims_subject"
down_revision = "0041_quiz_source"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claims_claim", sa.Column("subject_certified", sa.String(length=16), nullable=True))
    op.add_column("desk_held", sa.Column("asked_subject", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("desk_held", "asked_subject")
    op.drop_column("claims_claim", "subject_certified")
