"""What the database itself refuses, whoever asks: changing or removing a line in the trail of a class."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table

from app.kernel import growing

TABLE = "classes_trail"


def install(connection: Connection) -> None:
    """Put the triggers on the trail; the migration that makes it calls this."""
    growing.install(connection, TABLE, ("id",), "classes")


def after_create(_target: Table, connection: Connection, **_options: Any) -> None:
    """The same where a schema is created at once."""
    install(connection)


def remove(connection: Connection) -> None:
    """Take the triggers off again: only for a migration that goes down."""
    growing.remove(connection, [TABLE], "classes")
