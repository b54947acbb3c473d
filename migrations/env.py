"""Alembic's door: the same history for SQLite and PostgreSQL."""

from __future__ import annotations

from alembic import context

from app.factory import metadata
from app.kernel.db import make_engine
from config import Settings

target = metadata().metadata


def run() -> None:
    """Bring the database of the given connection, or of the environment, up to date."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = make_engine(Settings.from_env().sqlalchemy_url)
    with engine.connect() as connection:
        _migrate(connection)
        connection.commit()


def _is_ours(name: str | None, _kind: str, _parents: object) -> bool:
    """Not what FTS5 keeps the index of search in."""
    return not (name or "").startswith("search_index")


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=target, render_as_batch=True, compare_type=True, include_name=_is_ours)
    with context.begin_transaction():
        context.run_migrations()


run()
