"""The rows of the database: read as of one moment while others write, and put back into tables that our migrations make.

SQLite: its online backup. PostgreSQL: COPY of every table in one read-only REPEATABLE READ transaction; pg_dump is not
needed, and no statement out of an archive is ever run: from a backup come rows, never tables, triggers or functions, and
none for tables that are not ours (what a job queue holds is unpickled) or that are made anew (search).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from app.admin import migrating
from app.admin.backup.archive import CHUNK, BadBackup
from app.kernel.db import Model

FILE = "college.sqlite3"
NOT_ROWS = "search_"
"""The index of search is no truth of its own: it is made anew after a restore."""


def names_of(connection: Connection) -> list[str]:
    """Our tables in an order in which each comes after those it refers to."""
    found = [name for name, _keys in inspect(connection).get_sorted_table_and_fkc_names() if name]
    return [name for name in found if name in Model.metadata.tables and not name.startswith(NOT_ROWS)]


def is_empty(connection: Connection) -> bool:
    """Whether no table has a row."""
    return not any(connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first() for name in names_of(connection))  # noqa: S608


def copy_sqlite(engine: Engine, target: Path) -> str | None:
    """The whole database as of one moment; writers are not held up. Its revision."""
    with engine.connect() as connection:
        source: Any = connection.connection.driver_connection
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)  # all pages in one step: a copy in steps begins anew whenever someone writes
            copy.execute("PRAGMA journal_mode=DELETE")
            row = copy.execute("SELECT name FROM sqlite_master WHERE name = ?", (migrating.TABLE,)).fetchone()
            revision = copy.execute("SELECT version_num FROM alembic_version").fetchone() if row else None
        finally:
            copy.close()
    return str(revision[0]) if revision else None


def copy_postgresql(connection: Connection, folder: Path) -> Iterator[str]:
    """Every table into a file of its name; the name of each when it is done."""
    raw: Any = connection.connection.driver_connection
    for name in names_of(connection):
        with (folder / name).open("wb") as file, raw.cursor() as cursor:
            with cursor.copy(f"COPY {_table(connection, name)} TO STDOUT") as copy:
                for chunk in copy:
                    file.write(chunk)
        yield name


def _table(connection: Connection, name: str) -> str:
    """The table with its columns by name: their order is that in which migrations came by, which is no promise."""
    columns = ", ".join(f'"{column}"' for column in sorted(one["name"] for one in inspect(connection).get_columns(name)))
    return f'"{name}" ({columns})'


def fill_sqlite(connection: Connection, source: Path) -> None:
    """Copy all rows out of a database file into the empty tables of `connection`, which is in no transaction."""
    raw: Any = connection.connection.driver_connection
    try:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA trusted_schema=OFF")
        raw.execute("ATTACH DATABASE ? AS archive", (str(source),))
        if raw.execute("PRAGMA archive.integrity_check(1)").fetchone()[0] != "ok":
            raise BadBackup("the database in the backup is damaged")
        raw.execute("BEGIN IMMEDIATE")
        tables = _plain_tables(raw)
        for name in tables:
            raw.execute(f'DELETE FROM main."{name}"')  # noqa: S608  # what a migration puts there comes with the backup
        for name in tables:
            columns = _same_columns(raw, name)
            raw.execute(f'INSERT INTO main."{name}" ({columns}) SELECT {columns} FROM archive."{name}"')  # noqa: S608  # names are ours
        if raw.execute("PRAGMA main.foreign_key_check").fetchone() is not None:
            raise BadBackup("the database in the backup refers to rows that it does not hold")
        raw.execute("COMMIT")
        raw.execute("DETACH DATABASE archive")
        raw.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error as error:
        raise BadBackup(f"the database in the backup cannot be read: {error}") from error


def _plain_tables(raw: Any) -> list[str]:
    """Our tables, each of which the archive must have as an ordinary one."""
    query = "SELECT name FROM {}.sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
    ours, theirs = ({row[0] for row in raw.execute(query.format(place))} for place in ("main", "archive"))
    ours = {name for name in ours if name != migrating.TABLE and not name.startswith((NOT_ROWS, "sqlite_"))}
    if missing := ours - theirs:
        raise BadBackup(f"the database in the backup is not a college's: it has no table {min(missing)}")
    return sorted(ours)


def _same_columns(raw: Any, name: str) -> str:
    """The columns of a table, which the archive must have likewise and store in plain."""
    ours, theirs = ({row[1]: row[6] for row in raw.execute(f'PRAGMA {place}.table_xinfo("{name}")')} for place in ("main", "archive"))
    if ours.keys() != theirs.keys() or any(theirs.values()):
        raise BadBackup(f"the table {name} of the backup does not have the columns of its revision")
    return ", ".join(f'"{column}"' for column in ours)


def clear_postgresql(connection: Connection) -> None:
    """Take all our tables away, in the transaction that brings the new ones."""
    for name in [*Model.metadata.tables, migrating.TABLE]:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}" CASCADE')


def fill_postgresql(connection: Connection, folder: Path) -> None:
    """COPY each file into the empty table of its name, then let the numbering go on behind the rows."""
    import psycopg

    raw: Any = connection.connection.driver_connection
    names = names_of(connection)
    held = {path.name for path in folder.iterdir()}
    if held != set(names):
        raise BadBackup(f"the database in the backup is not a college's: {min(held ^ set(names))}")
    try:
        for name in names:
            with (
                (folder / name).open("rb") as file,
                raw.cursor() as cursor,
                cursor.copy(f"COPY {_table(connection, name)} FROM STDIN") as copy,
            ):
                while chunk := file.read(CHUNK):
                    copy.write(chunk)
    except psycopg.Error as error:
        raise BadBackup(f"the rows in the backup cannot be taken over: {error}") from error
    for name in names:
        _go_on(connection, name)


def _go_on(connection: Connection, name: str) -> None:
    for column in (str(one["name"]) for one in inspect(connection).get_columns(name)):
        asked = {"name": name, "column": column}
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, :column)"), asked).scalar()
        if sequence:
            highest = f'SELECT setval(:sequence, max("{column}")) FROM "{name}" HAVING count(*) > 0'  # noqa: S608  # names are ours
            connection.execute(text(highest), {"sequence": sequence})
