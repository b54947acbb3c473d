"""Training classes: which there are, who is in them, and what was done to each.

Revision: 0051_classes
Follows: 0050_audit
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.classes import triggers

revision = "0051_classes"
down_revision = "0050_audit"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AMOUNT = sa.Numeric(10, 2).with_variant(sa.BigInteger(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STANDING = sa.text("withdrawn_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "classes_class",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", AMOUNT, nullable=False),
        sa.Column("days", AMOUNT, nullable=False),
        sa.Column("off_post", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancel_reason", sa.String(500), server_default="", nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_classes_class_unit_id_people_unit")),
        sa.ForeignKeyConstraint(["author_id"], ["people_person.id"], name=op.f("fk_classes_class_author_id_people_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes_class")),
        sa.UniqueConstraint("uid", name=op.f("uq_classes_class_uid")),
        sa.UniqueConstraint("code", name=op.f("uq_classes_class_code")),
    )
    op.create_index(op.f("ix_classes_class_unit_id"), "classes_class", ["unit_id"])
    op.create_index("ix_classes_class_starts_on_id", "classes_class", ["starts_on", "id"])
    op.create_table(
        "classes_member",
        sa.Column("id", ID, nullable=False),
        sa.Column("class_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(500), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes_class.id"], name=op.f("fk_classes_member_class_id_classes_class")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_classes_member_person_id_people_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes_member")),
    )
    op.create_index("ix_classes_member_class_id_id", "classes_member", ["class_id", "id"])
    op.create_index(op.f("ix_classes_member_person_id"), "classes_member", ["person_id"])
    op.create_index(
        "uq_classes_member_standing", "classes_member", ["class_id", "person_id"], unique=True, sqlite_where=STANDING,
        postgresql_where=STANDING,
    )  # fmt: skip
    op.create_table(
        "classes_trail",
        sa.Column("id", ID, nullable=False),
        sa.Column("class_id", ID, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("who_id", ID, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes_class.id"], name=op.f("fk_classes_trail_class_id_classes_class")),
        sa.ForeignKeyConstraint(["who_id"], ["people_person.id"], name=op.f("fk_classes_trail_who_id_people_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes_trail")),
    )
    op.create_index(op.f("ix_classes_trail_class_id"), "classes_trail", ["class_id"])
    triggers.install(op.get_bind())


def downgrade() -> None:
    triggers.remove(op.get_bind())
    op.drop_table("classes_trail")
    op.drop_table("classes_member")
    op.drop_table("classes_class")
