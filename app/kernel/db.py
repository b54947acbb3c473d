"""The database: model base, column types, and an engine that loses nothing it acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    CursorResult,
    Date,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    MetaData,
    Numeric,
    Select,
    String,
    TypeDecorator,
    Uuid,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.functions import FunctionElement

BUSY_SECONDS = 5
"""How long a writer waits for SQLite's one write lock before it is told 503 (decisions 33)."""

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Identity column type: bigint, which SQLite must call INTEGER to number by itself."""


class UtcDateTime(TypeDecorator[datetime]):
    """Moments: aware in, aware out, UTC in between; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC; SQLite keeps no zone, so it is dropped there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment on every engine."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """Hours and days: two decimals, exact on every engine (SQLite keeps integer hundredths)."""

    impl = Numeric(10, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Hundredths on SQLite, NUMERIC elsewhere; both sum exactly."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(10, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Refuse what has more than two decimals rather than round it."""
        if value is None:
            return None
        exact = Decimal(value).quantize(Decimal("0.01"))
        if exact != Decimal(value):
            raise ValueError(f"{value} has more than two decimals")
        return int(exact.scaleb(2)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """A Decimal with two decimals."""
        if value is None:
            return None
        return Decimal(value).scaleb(-2) if dialect.name == "sqlite" else Decimal(value)


class Model(DeclarativeBase):
    """Base of all tables. Names of constraints are fixed, so that one history serves both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Decimal: ExactDecimal(),
        UUID: Uuid(),
        str: String(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        date: Date(),
    }


def changed_one(session: Session, statement: Executable) -> bool:
    """Run a conditional UPDATE or DELETE; whether it touched exactly one row (architecture.md §4.6)."""
    result: Any = session.execute(statement)
    return bool(result.rowcount == 1)


def plain_rows(session: Session, statement: Executable, given: Mapping[str, Any]) -> CursorResult[Any]:
    """Rows of a statement on plain tables, for what a page asks at every look: there the mapper costs more than the database.

    As with mapped classes, what the work has changed so far is written first.
    """
    session.flush()
    return session.connection().execute(statement, given)


def dialect(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def among(name: str, column: Any, given: str) -> Any:
    """Whether a column has one of the numbers passed as `given`: one parameter, so that a hundred cost no more to write down than one.

    What is passed is a list on PostgreSQL and its JSON on SQLite (`numbers`).
    """
    if name == "sqlite":
        return column.in_(select(func.json_each(bindparam(given)).table_valued("value").c.value))
    return column == any_(bindparam(given, type_=postgresql.ARRAY(BigInteger)))


def numbers(name: str, given: Sequence[int]) -> Any:
    """These numbers as `among` takes them on the engine `name`."""
    return _json(given) if name == "sqlite" else list(given)


class one_of(FunctionElement[Any]):
    """Whether a column has one of the few numbers a statement finds: these come first, then the rows along the index of the column.

    PostgreSQL, told by IN, takes the statement for a table to join and walks through all rows. It is of no type: SQLite's
    dialect would add `= 1` to a Boolean, and the index would be lost.
    """

    inherit_cache = True

    def __init__(self, column: Any, found: Select[Any]) -> None:
        super().__init__(column, found.scalar_subquery())


@compiles(one_of)
def _by_in(element: Any, compiler: Any, **given: Any) -> str:
    column, found = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} IN {found}"


@compiles(one_of, "postgresql")
def _by_array(element: Any, compiler: Any, **given: Any) -> str:
    column, found = (compiler.process(one, **given) for one in element.clauses)
    return f"{column} = ANY (ARRAY{found})"


def insert_into(name: str, table: Any) -> Any:
    """An INSERT that can say ON CONFLICT on the engine `name`: both know the words, SQLAlchemy keeps them in two places."""
    return sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)


def make_engine(url: str, pool_size: int = 16) -> Engine:
    """An engine whose acknowledged commits survive a power cut, or a refusal to start (integrity.md §0.7)."""
    given: dict[str, Any] = {"json_serializer": _json, "json_deserializer": msgspec.json.decode, **_pool(pool_size)}
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, **given)
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        return engine
    return create_engine(url, **given)


def _json(value: Any) -> str:
    """JSON columns as text, several times as fast as `json` does it (a paper of a hundred questions is 15 kB)."""
    return msgspec.json.encode(value).decode()


def _pool(size: int) -> dict[str, Any]:
    """As many connections as a process has threads; the one used last is used next, for its caches are warm."""
    return {"pool_size": size, "max_overflow": size * 4, "pool_timeout": 10, "pool_use_lifo": True}


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    """WAL with FULL sync, foreign keys, and no hidden BEGIN by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _on_sqlite_begin(connection: Any) -> None:
    """Writers take the write lock at once, so that a read is never upgraded and no update is lost."""
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    try:
        connection.connection.driver_connection.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error


def vacuum(engine: Engine, *tables: str) -> None:
    """After much was written at once: PostgreSQL learns how large these tables (none named: all) are and which pages everybody sees.

    Only then it reads a list off its index alone; its own autovacuum comes a minute later or more (PostgreSQL 18, 24.1.4). Must not be
    called within a transaction. SQLite needs neither: its plans stand without statistics, and an index there tells all it holds.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {', '.join(tables)}")


class UnsafeDatabase(Exception):
    """The database could lose what it acknowledged; the college does not start on it."""


WANTED: dict[str, dict[str, Any]] = {
    "sqlite": {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1},
    "postgresql": {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"},
}
"""Settings under which an acknowledged commit survives a power cut (integrity.md §0.7)."""


def assert_durable(engine: Engine) -> None:
    """Refuse to serve on settings under which an acknowledged hour or answer may be lost.

    A database that cannot be reached yet is judged at the first connection instead: commands that need none may run.
    """
    try:
        with engine.connect() as connection:
            _judge(connection.connection.dbapi_connection, engine.dialect.name)
    except OperationalError:
        event.listen(engine, "connect", lambda connection, _record: _judge(connection, engine.dialect.name))


def _judge(connection: Any, dialect: str) -> None:
    """Compare the settings of one raw connection with what is wanted; UnsafeDatabase names each that is wrong."""
    word, wrong = ("PRAGMA" if dialect == "sqlite" else "SHOW"), []
    cursor = connection.cursor()
    for name, wanted in WANTED[dialect].items():
        found = cursor.execute(f"{word} {name}").fetchone()[0]
        if found != wanted:
            wrong.append(f"{name} is {found!r}, must be {wanted!r}")
    cursor.close()
    if wrong:
        raise UnsafeDatabase("; ".join(wrong))
