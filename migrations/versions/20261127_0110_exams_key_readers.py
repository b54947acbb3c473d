"""Who came to read the key of a question in one examination is asked it in no other.

What was read before is taken over as far as it can be told: of what somebody marked or corrected.

Revision: 0047_exams_key_readers
Follows: 0046_ungraded
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047_exams_key_readers"
down_revision = "0046_ungraded"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "exams_key_reader",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_exams_key_reader_person_id_people_person")),
        sa.ForeignKeyConstraint(["question_id"], ["exams_question.id"], name=op.f("fk_exams_key_reader_question_id_exams_question")),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_exams_key_reader")),
    )
    op.execute("""
        INSERT INTO exams_key_reader (person_id, question_id, at)
        SELECT known.person_id, version.question_id, MIN(known.at)
        FROM (
            SELECT mark.marker_id AS person_id, sheet.version_id, mark.at
            FROM exams_hand_mark AS mark JOIN exams_sheet AS sheet ON sheet.id = mark.sheet_id
            UNION ALL
            SELECT mark.marker_id, sheet.version_id, mark.at
            FROM exams_appeal_mark AS mark JOIN exams_sheet AS sheet ON sheet.id = mark.sheet_id
            UNION ALL
            SELECT who_id, version_id, at FROM exams_regrade WHERE who_id IS NOT NULL
        ) AS known
        JOIN exams_question_version AS version ON version.id = known.version_id
        GROUP BY known.person_id, version.question_id
    """)


def downgrade() -> None:
    op.drop_table("exams_key_reader")
