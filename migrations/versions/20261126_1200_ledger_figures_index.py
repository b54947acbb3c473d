"""The index of figures holds whatever a sum by threshold asks for; tiers and lists of people are found by theirs.

Revision: 0024_ledger_figures
Follows: 0023_role_requests
"""

from __future__ import annotations

from alembic import op

revision = "0024_ledger_figures"
down_revision = "0023_role_requests"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_ledger_entry_figures", "ledger_entry"
SPELL = ["superseded_at", "from_on", "to_on", "person_id"]


def upgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["accounting_year", "person_id", "off_post", "delivery", "days", "hours"], unique=False)
    op.create_index("ix_people_team_membership_tier", "people_team_membership", ["tier", *SPELL], unique=False)
    op.create_index("ix_people_cadre_tag_tag", "people_cadre_tag", ["tag", *SPELL], unique=False)


def downgrade() -> None:
    op.drop_index("ix_people_cadre_tag_tag", table_name="people_cadre_tag")
    op.drop_index("ix_people_team_membership_tier", table_name="people_team_membership")
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["accounting_year", "person_id", "category", "hours"], unique=False)
