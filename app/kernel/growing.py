"""Tables that only grow: what the database itself refuses, whoever asks, on both engines."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection


def install(connection: Connection, table: str, keys: Sequence[str], domain: str) -> None:
    """Put the triggers on a table whose primary key is `keys`; `domain` names the function that refuses."""
    for statement in _sqlite(table, keys) if connection.dialect.name == "sqlite" else _postgresql(table, domain):
        connection.exec_driver_sql(statement)


def remove(connection: Connection, tables: Sequence[str], domain: str) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    for table in tables:
        remove_from(connection, table)
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {domain}_refuse()")


def remove_from(connection: Connection, table: str) -> None:
    """Take the triggers off one table: only within a migration."""
    if connection.dialect.name == "sqlite":
        for what in ("insert", "update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what}")
        return
    for what in ("change", "truncate"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}")


def _sqlite(table: str, keys: Sequence[str]) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{table} only grows')"
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    there = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608  # our own words
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN EXISTS ({there}) BEGIN {refuse}; END",
    ]


def _postgresql(table: str, domain: str) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {domain}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows', ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {domain}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {domain}_refuse()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]
