"""Posts, teams and lists say until when they tell in whose scope somebody is: whoever holds no post stays where he served last.

Revision: 0052_people_counts_to
Follows: 0051_classes
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0052_people_counts_to"
down_revision = "0051_classes"
branch_labels = None
depends_on = None

INDEXES = {
    "people_appointment": ("ix_people_appointment_rank_level", "rank_level"),
    "people_team_membership": ("ix_people_team_membership_tier", "tier"),
    "people_cadre_tag": ("ix_people_cadre_tag_tag", "tag"),
}
PIECE = 500


def upgrade() -> None:
    for table, (index, first) in INDEXES.items():
        op.add_column(table, sa.Column("counts_to", sa.Date(), nullable=True))
        op.execute(f"UPDATE {table} SET counts_to = to_on WHERE to_on IS NOT NULL")
        op.drop_index(index, table_name=table)
        op.create_index(index, table, [first, "superseded_at", "from_on", "counts_to", "person_id"])
    _fill(op.get_bind())


def _fill(connection: Any) -> None:
    """The rows of those who are, or were, without a post for a time."""
    tables = {name: _table(name) for name in INDEXES}
    post = tables["people_appointment"].c
    ended = sa.select(post.person_id).where(post.superseded_at.is_(None), post.to_on.is_not(None)).distinct().order_by(post.person_id)
    someone = list(connection.scalars(ended))
    for start in range(0, len(someone), PIECE):
        some = someone[start : start + PIECE]
        posts: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        known = sa.select(post.person_id, post.from_on, post.to_on).where(post.person_id.in_(some), post.superseded_at.is_(None))
        for person_id, since, until in connection.execute(known):
            posts[person_id].append((since, until))
        gaps = {person_id: found for person_id, own in posts.items() if (found := _without_post(own))}
        for table in tables.values() if gaps else ():
            _fill_table(connection, table, gaps)


def _table(name: str) -> Any:
    dated = [sa.column(one, sa.Date()) for one in ("from_on", "to_on", "counts_to")]
    return sa.table(name, sa.column("id"), sa.column("person_id"), sa.column("superseded_at"), *dated)


def _without_post(posts: list[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """The last day on which a post was held, and the last day without one after it; none where that goes on."""
    found: list[tuple[date, date | None]] = []
    reached: date | None = None
    for since, until in sorted(posts, key=lambda spell: spell[0]):
        if reached is not None and since > reached + timedelta(days=1):
            found.append((reached, since - timedelta(days=1)))
        if until is None:
            return found
        reached = until if reached is None else max(reached, until)
    return found if reached is None else [*found, (reached, None)]


def _fill_table(connection: Any, table: Any, gaps: dict[int, list[tuple[date, date | None]]]) -> None:
    it = table.c
    rows = sa.select(it.id, it.person_id, it.from_on, it.to_on).where(
        it.person_id.in_(list(gaps)), it.superseded_at.is_(None), it.to_on.is_not(None)
    )
    said = []
    for id_, person_id, since, until in connection.execute(rows).all():
        ends = [last for eve, last in gaps[person_id] if since <= eve <= until]
        if ends:
            said.append({"of": id_, "last": None if None in ends else max([until, *ends])})
    if said:
        connection.execute(sa.update(table).where(it.id == sa.bindparam("of")).values(counts_to=sa.bindparam("last")), said)


def downgrade() -> None:
    for table, (index, first) in INDEXES.items():
        op.drop_index(index, table_name=table)
        op.drop_column(table, "counts_to")
        op.create_index(index, table, [first, "superseded_at", "from_on", "to_on", "person_id"])
