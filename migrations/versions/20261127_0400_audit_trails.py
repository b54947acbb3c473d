"""What an auditor reads: trails by their day and their hand, whom a row of the years is about, and when the ledger was checked.

Revision: 0050_audit
Follows: 0049_paper_unpacked
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from app.kernel import db
from app.years import triggers

revision = "0050_audit"
down_revision = "0049_paper_unpacked"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = (
    ("ix_claims_trail_at", "claims_trail", ["at", "claim_id", "n"]),
    ("ix_claims_trail_by", "claims_trail", ["by_id", "at", "claim_id", "n"]),
    ("ix_desk_sample_drawn_at", "desk_sample", ["drawn_at", "person_id", "version_id"]),
    ("ix_years_trail_person", "years_trail", ["person_id", "id"]),
)


def upgrade() -> None:
    op.create_table(
        "ledger_check",
        sa.Column("id", ID, nullable=False),
        sa.Column("began_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.BigInteger(), nullable=False),
        sa.Column("seals", sa.Integer(), nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.Column("bad", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    op.add_column("years_trail", sa.Column("person_id", ID, nullable=True))
    _say_whom()
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def _say_whom() -> None:
    """The trail only grows; it is opened once for what each row says of itself already."""
    connection = op.get_bind()
    triggers.remove_from(connection, "years_trail")
    trail = sa.table("years_trail", sa.column("id", ID), sa.column("subject", sa.String), sa.column("person_id", ID))
    change = sa.table("years_change", sa.column("uid", sa.Uuid), sa.column("person_id", ID))
    subjects = connection.execute(sa.select(trail.c.id, trail.c.subject).where(trail.c.subject.like("person:%"))).all()
    whom = [(row.id, int(row.subject.split(":")[1])) for row in subjects]
    about = {row.uid: row.person_id for row in connection.execute(sa.select(change.c.uid, change.c.person_id))}
    changes = connection.execute(sa.select(trail.c.id, trail.c.subject).where(trail.c.subject.like("change:%"))).all()
    whom += [(row.id, about.get(UUID(row.subject.split(":")[1]))) for row in changes]
    for row_id, person_id in whom:
        connection.execute(trail.update().where(trail.c.id == row_id).values(person_id=person_id))
    triggers.install(connection, "years_trail")


def downgrade() -> None:
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table)
    triggers.remove_from(op.get_bind(), "years_trail")
    op.drop_column("years_trail", "person_id")
    triggers.install(op.get_bind(), "years_trail")
    op.drop_table("ledger_check")
