"""What the database itself refuses, whoever asks: changing or removing a line, a span or a seal (domain.md §7-1).

`install` is called by the migration that makes the tables; `after_create` does the same where a schema is created at
once. SQLite's REPLACE removes rows without asking a DELETE trigger, so an INSERT over an existing row is refused too.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

APPEND_ONLY: dict[str, str] = {
    "ledger_entry": "(person_id = NEW.person_id AND seq = NEW.seq) OR (person_id = NEW.person_id AND reverses = NEW.reverses)",
    "ledger_span": "person_id = NEW.person_id AND first_seq = NEW.first_seq",
    "ledger_seal": "size = NEW.size OR previous_size = NEW.previous_size",
}
"""Tables that only grow, each with the condition under which a new row would take the place of an old one."""

ERASABLE = "ledger_particulars"
ERASURE = (
    "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.salt IS NULL AND NEW.title = ''"
    " AND NEW.unit_name = '' AND NEW.post = '' AND NEW.certified_by = '' AND NEW.reason = ''"
    " AND NEW.person_id = OLD.person_id AND NEW.seq = OLD.seq"
)
"""The one change that particulars allow: all of it goes, once, and the moment is kept."""

TABLES = (*APPEND_ONLY, ERASABLE)


def install(connection: Connection) -> None:
    """Put the triggers on all tables of the ledger."""
    for table in TABLES:
        _install_on(connection, table)


def after_create(target: Table, connection: Connection, **_options: Any) -> None:
    """The same for one table that was just created by the metadata."""
    _install_on(connection, target.name)


def remove(connection: Connection) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    for table in TABLES:
        if connection.dialect.name == "sqlite":
            for what in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what}")
        else:
            for what in ("change", "truncate", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}")
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS ledger_refuse()")


def _install_on(connection: Connection, table: str) -> None:
    statements = sqlite_statements(table) if connection.dialect.name == "sqlite" else postgresql_statements(table)
    for statement in statements:
        connection.exec_driver_sql(statement)


def sqlite_statements(table: str) -> list[str]:
    """The triggers of one table in SQLite's words."""
    refuse = f"SELECT RAISE(ABORT, '{table} only grows')"
    erasing = f" WHEN NOT ({ERASURE})" if table == ERASABLE else ""
    same = APPEND_ONLY.get(table, "person_id = NEW.person_id AND seq = NEW.seq")
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{erasing} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refuse}; END",  # noqa: S608  # our own table names
    ]


def postgresql_statements(table: str) -> list[str]:
    """The triggers of one table in PostgreSQL's words; ALWAYS, so that a replica role does not slip past."""
    erasing = f" WHEN (NOT ({ERASURE}))" if table == ERASABLE else ""
    rows = f"BEFORE UPDATE ON {table} FOR EACH ROW{erasing}" if erasing else f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
    made = [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows', ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change {rows} EXECUTE FUNCTION ledger_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
    ]
    if erasing:
        made.append(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")
    names = [f"{table}_no_change", f"{table}_no_truncate"] + ([f"{table}_no_delete"] if erasing else [])
    return made + [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for name in names]
