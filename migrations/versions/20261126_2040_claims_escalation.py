"""What was put before the organ above, and who was told of it.

Revision: 0040_claims_escalation
Follows: 0039_exams_shuffled
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040_claims_escalation"
down_revision = "0039_exams_shuffled"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claims_escalation",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "claim_id", "stage", "due_on", name="pk_claims_escalation"),
        sa.ForeignKeyConstraint(["person_id", "claim_id"], ["claims_claim.person_id", "claims_claim.id"], name="fk_claims_escalation_claim"),
    )
    op.create_index("ix_claims_escalation_stage", "claims_escalation", ["stage", "due_on"])
    op.create_table(
        "claims_notice",
        sa.Column("person_id", BIG, sa.ForeignKey("people_person.id", name="fk_claims_notice_person_id_people_person"), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("as_superior", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "id", name="pk_claims_notice"),
    )


def downgrade() -> None:
    op.drop_table("claims_notice")
    op.drop_index("ix_claims_escalation_stage", "claims_escalation")
    op.drop_table("claims_escalation")
