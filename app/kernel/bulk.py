"""Many rows at once: straight through SQLite's driver, by COPY on PostgreSQL. Constraints and triggers hold as ever.

For loaders and imports only. Every column of the rows is given, since no default of the model is applied; values pass
through the same column types as in any other statement.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, FromClause, LargeBinary, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def put(session: Session, table: FromClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the columns of the first one. A constraint that is broken is an IntegrityError."""
    if not rows:
        return
    assert isinstance(table, Table), "a model's __table__, which is typed as any source of rows"
    session.flush()
    connection = session.connection()
    names = list(rows[0])
    values = zip(*(_column(table, name, rows, connection.dialect) for name in names), strict=True)
    driver: Any = connection.connection.driver_connection
    refused: Any = connection.dialect.loaded_dbapi.IntegrityError
    columns = ", ".join(f'"{name}"' for name in names)
    try:
        if connection.dialect.name == "sqlite":
            words = f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  # our own names
            driver.executemany(words, values)
        else:
            words = f"COPY {table.name} ({columns}) FROM STDIN"
            _copy(driver, words, values)
    except refused as error:
        raise IntegrityError(words, None, error) from error


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold the collector of cycles back for a batch of many small objects, which costs up to a third of the time otherwise.

    One within another, or in two threads at once, ends with the collector at work as before.
    """
    is_first = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_first:
            gc.enable()


def _copy(driver: Any, words: str, values: Iterable[tuple[Any, ...]]) -> None:
    with driver.cursor() as cursor, cursor.copy(words) as copy:
        for row in values:
            copy.write_row(row)


def _column(table: Table, name: str, rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> list[Any]:
    """The values of one column as the driver takes them; values that repeat are translated once."""
    values = list(map(itemgetter(name), rows))
    kind = table.c[name].type
    translate: Any = kind.dialect_impl(dialect).bind_processor(dialect)
    if translate is None or isinstance(kind, LargeBinary):  # both drivers take bytes as they are
        return values
    try:
        distinct = set(values)
    except TypeError:  # lists and dicts, most of them empty
        blank: Any = {kind: translate(kind()) for kind in (list, dict)}
        return [blank[type(value)] if not value and type(value) in blank else translate(value) for value in values]
    if len(distinct) * 2 > len(values):
        return [translate(value) for value in values]
    known = {value: translate(value) for value in distinct}
    return list(map(known.__getitem__, values))
