"""Papers are kept as they are on PostgreSQL: packing one took as long as writing it, and opaque ids shrink by a quarter only.

Revision: 0049_paper_unpacked
Follows: 0048_years_gaps
"""

from __future__ import annotations

from alembic import op

revision = "0049_paper_unpacked"
down_revision = "0048_years_gaps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep("EXTERNAL")


def downgrade() -> None:
    _keep("EXTENDED")


def _keep(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE exams_attempt ALTER COLUMN paper SET STORAGE {how}")
