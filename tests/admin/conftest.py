"""A college with something to lose, and an empty one on another machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.admin import migrating
from app.kernel.work import Actor, College, working
from app.ledger import service as ledger
from app.search.service import rebuild
from tests import make
from tests.admin.build import lay, open_college
from tests.conftest import _administer, _with_database
from tests.ledger.build import history, people


@pytest.fixture
def home(app: Flask, college: College, database: str) -> Flask:
    """A college with people, a sealed ledger, a published course and media."""
    with college.engine.connect() as connection:
        head = migrating.newest()
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        if migrating.revision_of(connection) is None:
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
        connection.commit()
    with working(college, Actor.system("test")) as work:
        history(work, people(work, 5))
        make.course(work, make.person(work, "王讲"), title="基层调研方法")
    rebuild(college)
    with working(college, Actor.system("test")) as work:
        ledger.seal(work)
    lay(college.settings.media_dir)
    (college.settings.data_dir / "evidence/ab").mkdir(parents=True)
    (college.settings.data_dir / "evidence/ab/abcd.view").write_bytes(b"a certificate of elsewhere")
    (college.settings.data_dir / "history/01").mkdir(parents=True)
    (college.settings.data_dir / "history/01/0190").write_bytes(b"past training that waits")
    return app


@pytest.fixture
def away(home: Flask, database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An empty college on another machine: the same engine, nothing else in common."""
    if database.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'away.sqlite3'}"
    else:
        base = request.getfixturevalue("postgresql_url")
        name = f"away_{uuid.uuid4().hex[:8]}"
        _administer(base, f"CREATE DATABASE {name}")
        url = _with_database(base, name)
    app = open_college(home, tmp_path / "away", url)
    yield app
    app.extensions["college"].engine.dispose()
    if not database.startswith("sqlite"):
        _administer(base, f"DROP DATABASE {name} WITH (FORCE)")
