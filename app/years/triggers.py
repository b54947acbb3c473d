"""What the database itself refuses, whoever asks: changing or removing a row of the trail or an issue of a report."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

KEYS = {"years_trail": ("id",), "years_report": ("year", "issue")}
"""The tables that only grow, by their keys."""


def install(connection: Connection, table: str) -> None:
    """Put the triggers on a table; the migration that makes it calls this."""
    for statement in _sqlite(table) if connection.dialect.name == "sqlite" else _postgresql(table):
        connection.exec_driver_sql(statement)


def after_create(target: Table, connection: Connection, **_options: Any) -> None:
    """The same where a schema is created at once."""
    install(connection, target.name)


def remove(connection: Connection) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    for table in KEYS:
        if connection.dialect.name == "sqlite":
            for what in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what}")
            continue
        for what in ("change", "truncate"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}")
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS years_refuse()")


def _sqlite(table: str) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{table} only grows')"
    same = " AND ".join(f"{key} = NEW.{key}" for key in KEYS[table])
    there = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608  # our own words
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN EXISTS ({there}) BEGIN {refuse}; END",
    ]


def _postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION years_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows', ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION years_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION years_refuse()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]
