"""Keyset paging: a page begins after the last row of the one before; never OFFSET, never a count of all rows."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


def decode_cursor(word: str | None, length: int) -> list[Any] | None:
    """The key inside a cursor; a cursor nobody gave out is refused by name. None starts at the beginning."""
    if not word:
        return None
    try:
        key = msgspec.json.decode(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        key = None
    if not isinstance(key, list) or len(key) != length or not all(isinstance(part, str | int) for part in key):
        raise Invalid(_l("This page address is not valid."), field="page")
    return key


def keyset(rows: Sequence[Row], key: Callable[[Row], Sequence[Any]], size: int = SIZE) -> Page[Row]:
    """A page from up to `size` + 1 rows already read in order; the surplus row only tells that there is more."""
    shown = tuple(rows[:size])
    return Page(shown, encode_cursor(key(shown[-1])) if len(rows) > size else None)
