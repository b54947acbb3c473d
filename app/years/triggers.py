"""What the database itself refuses, whoever asks: changing or removing a row of the trail or an issue of a report."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

from app.kernel import growing

KEYS = {"years_trail": ("id",), "years_report": ("year", "issue")}
"""The tables that only grow, by their keys."""


def install(connection: Connection, table: str) -> None:
    """Put the triggers on a table; the migration that makes it calls this."""
    growing.install(connection, table, KEYS[table], "years")


def after_create(target: Table, connection: Connection, **_options: Any) -> None:
    """The same where a schema is created at once."""
    install(connection, target.name)


def remove(connection: Connection) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    growing.remove(connection, list(KEYS), "years")


def remove_from(connection: Connection, table: str) -> None:
    """Take them off one table for as long as a migration gives it a column."""
    growing.remove_from(connection, table)
