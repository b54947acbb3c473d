"""Who brought a picture of the bank in, and which versions show it.

Revision: 0026_bank_pictures
Follows: 0025_hand_marking
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_bank_pictures"
down_revision = "0025_hand_marking"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bank_picture_giver",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_bank_picture_giver_person_id")),
        sa.ForeignKeyConstraint(["sha256"], ["bank_picture.sha256"], name=op.f("fk_bank_picture_giver_sha256")),
        sa.PrimaryKeyConstraint("sha256", "person_id", name=op.f("pk_bank_picture_giver")),
    )
    op.create_table(
        "bank_picture_use",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["bank_picture.sha256"], name=op.f("fk_bank_picture_use_sha256")),
        sa.ForeignKeyConstraint(["version_id"], ["exams_question_version.id"], name=op.f("fk_bank_picture_use_version_id")),
        sa.PrimaryKeyConstraint("sha256", "version_id", name=op.f("pk_bank_picture_use")),
    )
    op.create_index("ix_bank_picture_use_version_id", "bank_picture_use", ["version_id"])


def downgrade() -> None:
    op.drop_table("bank_picture_use")
    op.drop_table("bank_picture_giver")
