"""INSERT … ON CONFLICT, which both engines know in the same words but SQLAlchemy in two places."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def dialect(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def insert_into(name: str, table: Any) -> Any:
    """An INSERT that can say ON CONFLICT on the engine `name`."""
    return sqlite.insert(table) if name == "sqlite" else postgresql.insert(table)
