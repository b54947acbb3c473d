"""What a trial of rules tells of each person: four turns instead of two, with the figures before and after.

Trials made before tell the turns as well; their figures were not kept.

Revision: 0048_years_gaps
Follows: 0047_exams_key_readers
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048_years_gaps"
down_revision = "0047_exams_key_readers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("years_rule_effect") as table:
        table.alter_column("turn", existing_type=sa.String(length=6), type_=sa.String(length=8), existing_nullable=False)
        table.add_column(sa.Column("figures_before", sa.JSON(), nullable=True))
        table.add_column(sa.Column("figures_after", sa.JSON(), nullable=True))
    op.execute("DELETE FROM years_rule_effect WHERE requirement = '*' OR turn = 'same'")
    op.execute("""
        UPDATE years_rule_effect SET turn = CASE
            WHEN state_after <> 'short' THEN 'met' WHEN state_before <> 'short' THEN 'unmet'
            WHEN missing_after > missing_before THEN 'larger' ELSE 'smaller' END
    """)


def downgrade() -> None:
    op.execute("UPDATE years_rule_effect SET turn = CASE WHEN turn IN ('met', 'smaller') THEN 'gains' ELSE 'loses' END")
    with op.batch_alter_table("years_rule_effect") as table:
        table.drop_column("figures_after")
        table.drop_column("figures_before")
        table.alter_column("turn", existing_type=sa.String(length=8), type_=sa.String(length=6), existing_nullable=False)
