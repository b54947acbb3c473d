"""First tables of the desk; who decided on a course; the orders in which claims are listed.

Revision: 0015_desk
Follows: 0014_compliance
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import db

revision = "0015_desk"
down_revision = "0014_compliance"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_held",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("by_id", NUMBER, nullable=False),
        sa.Column("verb", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hours", db.ExactDecimal(precision=10, scale=2), nullable=False),
        sa.Column("asked_hours", db.ExactDecimal(precision=10, scale=2), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("made_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("runs_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people_person.id"], name=op.f("fk_desk_held_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_held")),
        sa.UniqueConstraint("uid", name=op.f("uq_desk_held_uid")),
    )
    op.create_index("ix_desk_held_by", "desk_held", ["by_id", "made_at"])
    op.create_index("ix_desk_held_state", "desk_held", ["state", "runs_at"])
    op.create_table(
        "desk_held_claim",
        sa.Column("held_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["held_id"], ["desk_held.id"], name=op.f("fk_desk_held_claim_held_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_desk_held_claim_claim"
        ),
        sa.PrimaryKeyConstraint("held_id", "person_id", "claim_id", name=op.f("pk_desk_held_claim")),
    )
    op.create_index("uq_desk_held_claim_open", "desk_held_claim", ["person_id", "claim_id"], unique=True,
                    sqlite_where=sa.text("is_open"), postgresql_where=sa.text("is_open"))  # fmt: skip
    with op.batch_alter_table("hours_course_credit") as batch:
        batch.add_column(sa.Column("score", db.ExactDecimal(precision=10, scale=2), nullable=True))
        batch.add_column(sa.Column("decided_by", NUMBER, nullable=True))
        batch.add_column(sa.Column("decided_at", db.UtcDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(length=500), nullable=True))
        batch.create_foreign_key(op.f("fk_hours_course_credit_decided_by"), "people_person", ["decided_by"], ["id"])
    op.create_table(
        "desk_sample",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("drawn_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_by", NUMBER, nullable=True),
        sa.Column("seen_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "version_id"], ["hours_course_credit.person_id", "hours_course_credit.version_id"], name="fk_desk_sample_credit"
        ),
        sa.ForeignKeyConstraint(["seen_by"], ["people_person.id"], name=op.f("fk_desk_sample_seen_by")),
        sa.PrimaryKeyConstraint("person_id", "version_id", name=op.f("pk_desk_sample")),
    )
    op.create_index("ix_desk_sample_state", "desk_sample", ["state", "drawn_at"])
    op.drop_index("ix_claims_claim_inbox", table_name="claims_claim")
    op.create_index("ix_claims_claim_inbox", "claims_claim", ["state", sa.column("risk").desc(), "due_on", "id"])
    op.create_index("ix_claims_claim_decided", "claims_claim", ["decided_at", "id"])
    op.create_index("ix_claims_claim_due", "claims_claim", ["state", "due_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_claims_claim_due", table_name="claims_claim")
    op.drop_index("ix_claims_claim_decided", table_name="claims_claim")
    op.drop_index("ix_claims_claim_inbox", table_name="claims_claim")
    op.create_index("ix_claims_claim_inbox", "claims_claim", ["state", "risk", "due_on"])
    op.drop_table("desk_sample")
    with op.batch_alter_table("hours_course_credit") as batch:
        batch.drop_constraint(op.f("fk_hours_course_credit_decided_by"), type_="foreignkey")
        for name in ("reason", "decided_at", "decided_by", "score"):
            batch.drop_column(name)
    op.drop_table("desk_held_claim")
    op.drop_table("desk_held")
