"""The schema of the database: brought to a version of this code, on a connection of the caller's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

ROOT = Path(__file__).resolve().parents[2]
TABLE = "alembic_version"


def _config(connection: Connection | None = None) -> Any:
    from alembic.config import Config  # brings its own template engine, which no web process needs

    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision; the caller commits."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at, or None where no migration has run."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_known(revision: str) -> bool:
    """Whether this code has a migration of that name."""
    from alembic.script import ScriptDirectory

    return revision in {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}


def newest() -> str:
    """The revision this code brings a database to."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # there are migrations, and their history has one end
    return head
