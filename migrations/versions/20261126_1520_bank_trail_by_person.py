"""Which questions a person has written or judged, asked at every start of an examination.

Revision: 0030_trail_by_person
Follows: 0029_exam_figures
"""

from __future__ import annotations

from alembic import op

revision = "0030_trail_by_person"
down_revision = "0029_exam_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_bank_trail_who_id_question_id", "bank_trail", ["who_id", "question_id"])


def downgrade() -> None:
    op.drop_index("ix_bank_trail_who_id_question_id", "bank_trail")
