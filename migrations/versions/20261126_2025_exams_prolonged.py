"""An examination knows until when those with extra time may write beyond its close.

Revision: 0038_exams_prolonged
Follows: 0037_list_years
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0038_exams_prolonged"
down_revision = "0037_list_years"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("exams_exam", sa.Column("prolonged_until", MOMENT, nullable=True))
    exams = sa.table("exams_exam", sa.column("id", sa.BigInteger), sa.column("closes_at", MOMENT), sa.column("prolonged_until", MOMENT))
    seats = sa.table("exams_seat", sa.column("exam_id", sa.BigInteger), sa.column("extra_minutes", sa.Integer))
    most = sa.select(seats.c.exam_id, sa.func.max(seats.c.extra_minutes).label("most")).group_by(seats.c.exam_id).subquery()
    with_extra = sa.select(exams.c.id, exams.c.closes_at, most.c.most).join(most, most.c.exam_id == exams.c.id)
    connection = op.get_bind()
    for row in connection.execute(with_extra.where(exams.c.closes_at.is_not(None), most.c.most > 0)).all():
        until = row.closes_at + timedelta(minutes=row.most)
        connection.execute(sa.update(exams).where(exams.c.id == row.id).values(prolonged_until=until))


def downgrade() -> None:
    op.drop_column("exams_exam", "prolonged_until")
