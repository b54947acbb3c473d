"""An examination by blueprint may have equivalent forms, drawn when it is checked.

Revision: 0043_exams_forms
Follows: 0042_claims_subject
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043_exams_forms"
down_revision = "0042_claims_subject"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exams_plan", sa.Column("form_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("exams_plan", sa.Column("forms", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("exams_plan", "forms")
    op.drop_column("exams_plan", "form_count")
