"""People named one a line, pasted or out of a file: what is in a row, and what may be wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from app.people.rules.doors import user_key

MOST_ROWS = 5000
"""People named at once, by a list or by a unit."""

HEADS = frozenset({"用户名", "账号", "工号", "user_name", "user name", "username", "staff number"})
_BREAKS = re.compile(r"[\s,;，；、]+")


class Flaw(NamedTuple):
    """Why a row is left out: its number from 1, what stands there, a code."""

    row: int
    found: str
    code: str


class TooLong(ValueError):
    """More rows than are taken at once."""


def lines(text: str) -> list[Sequence[str]]:
    """A pasted text as rows: one person a line, more about him behind a comma, a tab or a space."""
    return [_BREAKS.split(line.strip(), maxsplit=2) for line in text.splitlines()]


def words(cell: Any) -> str:
    """What a cell says; a workbook gives a staff number as a figure with a point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def named(rows: Iterable[Sequence[Any]]) -> tuple[list[tuple[int, str]], list[Flaw]]:
    """Row and user name (or staff number) of everybody in the first column, and what is wrong; a heading is passed over.

    A name that stands twice counts where it stands first. Raises TooLong.
    """
    found: list[tuple[int, str]] = []
    flaws: list[Flaw] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows, 1):
        name = words(cells[0]) if cells else ""
        if not name or (name.casefold() in HEADS and not found and not flaws):
            continue
        if len(found) + len(flaws) == MOST_ROWS:
            raise TooLong
        key = user_key(name)
        if not key or key in seen:
            flaws.append(Flaw(number, name[:60], "named_twice" if key else "person_unknown"))
        else:
            seen.add(key)
            found.append((number, key))
    return found, flaws
