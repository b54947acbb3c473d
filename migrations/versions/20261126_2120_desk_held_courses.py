"""Decisions on courses wait their ten seconds, too, with the courses they are about.

Revision: 0045_held_courses
Follows: 0044_exams_markers
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045_held_courses"
down_revision = "0044_exams_markers"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VERBS = ("grant", "uphold", "courses", "decline", "found", "take_back")


def upgrade() -> None:
    op.create_table(
        "desk_held_course",
        sa.Column("held_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["held_id"], ["desk_held.id"], name=op.f("fk_desk_held_course_held_id")),
        sa.ForeignKeyConstraint(
            ["person_id", "version_id"],
            ["hours_course_credit.person_id", "hours_course_credit.version_id"],
            name="fk_desk_held_course_credit",
        ),
        sa.PrimaryKeyConstraint("held_id", "person_id", "version_id", name=op.f("pk_desk_held_course")),
    )
    op.create_index("uq_desk_held_course_open", "desk_held_course", ["person_id", "version_id"], unique=True,
                    sqlite_where=sa.text("is_open = 1"), postgresql_where=sa.text("is_open"))  # fmt: skip


def downgrade() -> None:
    """What the earlier release cannot carry out is undone: it never was, and its claim or course waits as before."""
    held = sa.table("desk_held", *map(sa.column, ("id", "verb", "state", "ended_at", "runs_at")))
    claims = sa.table("desk_held_claim", sa.column("held_id"), sa.column("is_open", sa.Boolean()))
    open_ = sa.and_(held.c.verb.in_(VERBS), held.c.state == "held")
    op.execute(sa.update(claims).where(claims.c.held_id.in_(sa.select(held.c.id).where(open_))).values(is_open=False))
    op.execute(sa.update(held).where(open_).values(state="undone", ended_at=held.c.runs_at))
    op.drop_table("desk_held_course")
