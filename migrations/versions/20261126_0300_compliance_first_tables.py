"""First tables of compliance.

Revision: 0014_compliance
Follows: 0013_search
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0014_compliance"
down_revision = "0013_search"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "compliance_standing",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("rank_level", sa.String(length=20), nullable=False),
        sa.Column("teams", sa.Integer(), nullable=False),
        sa.Column("memberships", sa.Integer(), nullable=False),
        sa.Column("is_serving", sa.Boolean(), nullable=False),
        sa.Column("trained_year", sa.Boolean(), nullable=False),
        sa.Column("trained_cycle", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=True),
        sa.Column("required", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("counted", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("shortfall", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state IN ('met', 'short', 'exempt', 'none')", name=op.f("ck_compliance_standing_state")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_compliance_standing_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_compliance_standing_unit_id")),
        sa.PrimaryKeyConstraint("person_id", "year", "requirement", name=op.f("pk_compliance_standing")),
    )
    op.create_index(
        "ix_compliance_standing_unit",
        "compliance_standing",
        [
            "year", "requirement", "unit_id", "state", "due_on", "rank_level", "teams", "memberships", "is_serving", "trained_year",
            "trained_cycle", "person_id",
        ],
    )  # fmt: skip
    op.create_index(
        "ix_compliance_standing_missing", "compliance_standing", ["year", "requirement", "state", "missing", "person_id", "unit_id"]
    )
    op.create_index("ix_compliance_standing_turns_on", "compliance_standing", ["year", "turns_on"])
    op.create_table(
        "compliance_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule_set_version", sa.String(length=60), nullable=False),
        sa.Column("opened_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("complete_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_compliance_year")),
    )
    op.create_table(
        "compliance_reminder",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=40), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people_person.id"], name=op.f("fk_compliance_reminder_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_compliance_reminder_person_id")),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_compliance_reminder")),
    )


def downgrade() -> None:
    op.drop_table("compliance_reminder")
    op.drop_table("compliance_year")
    op.drop_index("ix_compliance_standing_turns_on", table_name="compliance_standing")
    op.drop_index("ix_compliance_standing_missing", table_name="compliance_standing")
    op.drop_index("ix_compliance_standing_unit", table_name="compliance_standing")
    op.drop_table("compliance_standing")
