"""Privileged roles that wait for a second officer.

Revision: 0023_role_requests
Follows: 0022_papers
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from app.kernel import db

revision = "0023_role_requests"
down_revision = "0022_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "people_role_request",
        sa.Column("id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("jurisdiction", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", number, nullable=True),
        sa.Column("asked_at", db.UtcDateTime(), nullable=False),
        sa.Column("decided_by", number, nullable=True),
        sa.Column("decided_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_role_request_person_id_people_person")),
        sa.ForeignKeyConstraint(["asked_by"], ["people_person.id"], name=op.f("fk_people_role_request_asked_by_people_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["people_person.id"], name=op.f("fk_people_role_request_decided_by_people_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_role_request")),
    )
    op.create_index(op.f("ix_people_role_request_person_id"), "people_role_request", ["person_id"])
    op.create_index(
        "uq_people_role_request_open", "people_role_request", ["person_id", "role", "jurisdiction"], unique=True,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("people_role_request")
