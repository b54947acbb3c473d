"""A college with people, claims and a ledger goes back to an earlier release and comes up again with every row as it was."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, select

from app.claims.demo import load_city
from app.factory import create_app
from app.kernel.clock import StoppedClock
from app.kernel.db import make_engine
from app.kernel.work import Actor, College, working
from app.ledger.service.verifying import verify
from config import Settings
from tests.claims.test_demo import finder
from tests.conftest import START
from tests.house.test_migrations import config, empty  # noqa: F401  # a fixture
from tests.people import build

EARLIER = "0035_years_claimed"
"""The head of a release before this one; moved on with each."""

FILLED = {"people_person", "people_appointment", "people_role_grant", "people_unit", "claims_claim", "claims_trail", "claims_evidence",
          "ledger_entry"}  # fmt: skip


def rows(connection: Connection, columns: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """What stands in each table that has rows, sorted; of the named columns only where they are given."""
    found = MetaData()
    found.reflect(connection)
    kept = {}
    for name, table in found.tables.items():
        if name.startswith(("alembic", "search_index")) or (columns is not None and name not in columns):
            continue
        wanted = [table.c[one] for one in (sorted(table.c.keys()) if columns is None else columns[name]) if one in table.c]
        lines = sorted(repr([plain(value) for value in row]) for row in connection.execute(select(*wanted)))
        if lines:
            kept[name] = lines
    return kept


def plain(value: Any) -> Any:
    """A number by its value: the same hours may be read as 3 or as 3.00."""
    return float(value) if isinstance(value, Decimal | int | float) else value


def columns_of(connection: Connection) -> dict[str, list[str]]:
    """The columns of each table as the database has them now."""
    found = MetaData()
    found.reflect(connection)
    return {name: sorted(table.c.keys()) for name, table in found.tables.items()}


@pytest.fixture
def filled(empty: str, tmp_path: Path) -> Iterator[College]:  # noqa: F811
    engine = make_engine(empty)
    with engine.connect() as connection:
        command.upgrade(config(connection), "head")
        connection.commit()
    engine.dispose()
    settings = Settings(app_env="test", database_url=empty, data_dir=tmp_path / "var", media_dir=tmp_path / "media",
                        secret_key="test-secret-of-no-worth-0123456789abcdef")  # fmt: skip
    app = create_app(settings, clock=StoppedClock(START))
    college: College = app.extensions["college"]
    with app.app_context():
        build.load(college)
        load_city(college, finder(college), 7)
    yield college
    college.engine.dispose()


def test_rows_survive_the_way_down_to_an_earlier_release_and_up_again(filled: College) -> None:
    with filled.engine.connect() as connection:
        now = columns_of(connection)
        command.downgrade(config(connection), EARLIER)
        connection.commit()
        then = {name: [one for one in kept if one in now.get(name, [])] for name, kept in columns_of(connection).items() if name in now}
        before = rows(connection, then)
        assert set(before) >= FILLED
        command.upgrade(config(connection), "head")
        connection.commit()
        assert columns_of(connection) == now
        after = rows(connection, then)
        for name, lines in before.items():
            assert after.get(name) == lines, name
    with working(filled, Actor.system("test"), write=False) as work:
        assert verify(work).bad is None
