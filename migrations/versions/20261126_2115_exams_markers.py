"""An examination may name its markers; without any, everybody marks who may.

Revision: 0044_exams_markers
Follows: 0043_exams_forms
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044_exams_markers"
down_revision = "0043_exams_forms"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exams_marker",
        sa.Column("exam_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exams_exam.id"], name=op.f("fk_exams_marker_exam_id_exams_exam")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_exams_marker_person_id_people_person")),
        sa.PrimaryKeyConstraint("exam_id", "person_id", name=op.f("pk_exams_marker")),
    )
    op.create_index(op.f("ix_exams_marker_person_id"), "exams_marker", ["person_id"])


def downgrade() -> None:
    op.drop_table("exams_marker")
