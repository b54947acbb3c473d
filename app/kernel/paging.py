"""Keyset paging: a page begins after the last row of the one before; never OFFSET, never a count of all rows."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from app.kernel.errors import Invalid
from app.kernel.i18n import _l

Row = TypeVar("Row")
Shown = TypeVar("Shown")
SIZE = 24


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows and the opaque cursor of the next, or None at the end (decisions 27)."""

    items: tuple[Row, ...]
    next: str | None = None

    def map(self, shape: Callable[[Row], Shown]) -> Page[Shown]:
        """The same page with each row shaped for its reader."""
        return Page(tuple(shape(row) for row in self.items), self.next)


def encode_cursor(key: Sequence[Any]) -> str:
    """The key of the last row of a page as an opaque word."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(key))).rstrip(b"=").decode("ascii")


def decode_cursor(word: str | None, *kinds: type) -> list[Any] | None:
    """The key inside a cursor, one part of each kind (int, str, aware datetime). None starts at the beginning.

    A cursor nobody gave out is refused by name, whatever it holds: it must never reach the database as a value of
    another kind, or as a number no column can hold.
    """
    if not word:
        return None
    try:
        parts = msgspec.json.decode(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)), type=list[str | int])
        return [_part(kind, part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, OverflowError, RecursionError) as error:
        raise Invalid(_l("This page address is not valid."), field="page") from error


def _part(kind: type, part: str | int) -> Any:
    """One part as the column compares it; ValueError when it cannot be one."""
    if kind is int and isinstance(part, int) and 0 <= part < 1 << 63:
        return part
    if kind is str and isinstance(part, str) and part.isprintable():
        return part
    if kind is datetime and isinstance(part, str) and (moment := datetime.fromisoformat(part)).tzinfo is not None:
        return moment.astimezone(UTC)
    raise ValueError(part)


def keyset(rows: Sequence[Row], key: Callable[[Row], Sequence[Any]], size: int = SIZE) -> Page[Row]:
    """A page from up to `size` + 1 rows already read in order; the surplus row only tells that there is more."""
    shown = tuple(rows[:size])
    return Page(shown, encode_cursor(key(shown[-1])) if len(rows) > size else None)
