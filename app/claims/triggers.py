"""What the database itself refuses, whoever asks: changing or removing a row of a claim's trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

TABLE = "claims_trail"


def install(connection: Connection) -> None:
    """Put the triggers on the trail; the migration that makes the table calls this."""
    for statement in _sqlite() if connection.dialect.name == "sqlite" else _postgresql():
        connection.exec_driver_sql(statement)


def after_create(target: Table, connection: Connection, **_options: Any) -> None:
    """The same where a schema is created at once."""
    install(connection)


def remove(connection: Connection) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    if connection.dialect.name == "sqlite":
        for what in ("insert", "update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {TABLE}_no_{what}")
        return
    for what in ("change", "truncate"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {TABLE}_no_{what} ON {TABLE}")
    connection.exec_driver_sql("DROP FUNCTION IF EXISTS claims_refuse()")


def _sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{TABLE} only grows')"
    same = f"SELECT 1 FROM {TABLE} WHERE person_id = NEW.person_id AND claim_id = NEW.claim_id AND n = NEW.n"  # noqa: S608  # our own words
    return [
        f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} BEGIN {refuse}; END",
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} BEGIN {refuse}; END",
        f"CREATE TRIGGER {TABLE}_no_insert BEFORE INSERT ON {TABLE} WHEN EXISTS ({same}) BEGIN {refuse}; END",
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION claims_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows', ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION claims_refuse()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse()",
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_no_change",
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_no_truncate",
    ]
