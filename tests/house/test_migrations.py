"""One linear history: up from empty it makes exactly the tables of the models, on both engines; down again it leaves none."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.factory import metadata
from app.kernel.db import make_engine

ROOT = Path(__file__).resolve().parents[2]


def config(connection: object) -> Config:
    """Alembic on this connection."""
    made = Config(str(ROOT / "alembic.ini"))
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["connection"] = connection
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    from tests.conftest import _administer, _with_database

    base = request.getfixturevalue("postgresql_url")
    _administer(base, "DROP DATABASE IF EXISTS history WITH (FORCE)")
    _administer(base, "CREATE DATABASE history")
    return _with_database(base, "history")


def is_ours(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether a name of the database is to be compared: what FTS5 keeps its index in is its own affair."""
    return not (name or "").startswith("search_index")


def triggers(connection: object, engine: str) -> set[str]:
    """Names of the triggers that exist."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return {row[0] for row in connection.execute(text(query))}


def test_up_from_empty_is_the_models_and_down_leaves_nothing(empty: str, request: pytest.FixtureRequest) -> None:
    engine = make_engine(empty)
    request.addfinalizer(engine.dispose)
    with engine.connect() as connection:
        command.upgrade(config(connection), "head")
        connection.commit()
        found = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours}), metadata().metadata
        )
        migrated = triggers(connection, engine.dialect.name)
        assert [str(difference)[:300] for difference in found] == []
        command.downgrade(config(connection), "base")
        connection.commit()
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        metadata().metadata.create_all(connection)
        connection.commit()
        assert triggers(connection, engine.dialect.name) == migrated


def test_the_history_is_one_line_with_telling_names() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    names = [path.name for path in (ROOT / "migrations" / "versions").glob("*.py")]
    assert all(len(name.split("_")) >= 4 for name in names)
