"""What the database itself refuses, whoever asks: changing or removing a regrade, or a line in the trail of a result."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

TABLES = ("exams_regrade", "exams_result_trail")


def install(connection: Connection, tables: tuple[str, ...] = TABLES) -> None:
    """Put the triggers on these tables; the migration that makes them calls this."""
    for table in tables:
        for statement in _sqlite(table) if connection.dialect.name == "sqlite" else _postgresql(table):
            connection.exec_driver_sql(statement)


def after_create(target: Table, connection: Connection, **_options: Any) -> None:
    """The same where a schema is created at once."""
    install(connection, (target.name,))


def remove(connection: Connection) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    for table in TABLES:
        if connection.dialect.name == "sqlite":
            for what in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what}")
            continue
        for what in ("change", "truncate"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}")
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS exams_refuse()")


def _sqlite(table: str) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{table} only grows')"
    return [f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} BEGIN {refuse}; END" for what in ("update", "delete")]


def _postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION exams_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows', ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION exams_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION exams_refuse()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]
