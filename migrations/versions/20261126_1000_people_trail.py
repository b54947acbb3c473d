"""The trail of changes of people and units.

Revision: 0021_people_trail
Follows: 0021_bank
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db
from app.people import triggers

revision = "0021_people_trail"
down_revision = "0021_bank"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "people_trail",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_people_trail_subject")),
        sa.ForeignKeyConstraint(["by_id"], ["people_person.id"], name=op.f("fk_people_trail_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_trail_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_people_trail_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_trail")),
    )
    op.create_index(op.f("ix_people_trail_person_id"), "people_trail", ["person_id"], unique=False)
    op.create_index(op.f("ix_people_trail_unit_id"), "people_trail", ["unit_id"], unique=False)
    triggers.install(op.get_bind())


def downgrade() -> None:
    triggers.remove(op.get_bind())
    op.drop_index(op.f("ix_people_trail_unit_id"), table_name="people_trail")
    op.drop_index(op.f("ix_people_trail_person_id"), table_name="people_trail")
    op.drop_table("people_trail")
