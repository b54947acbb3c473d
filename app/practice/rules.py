"""What is practised, and when a missed question leaves the book. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.bank.rules.answers import Kind

DAILY = 5
"""Questions of a day."""
MOST = 30
"""Questions of a self-test."""
ENOUGH = 3
"""Right answers in a row, after the last miss, with which a question leaves the book."""
KINDS = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE, Kind.BLANK, Kind.CASE)
"""Kinds that the college marks by itself at once; a case, unless one of its questions wants a written answer."""


def is_marked_at_once(kind: str, shown: Mapping[str, Any]) -> bool:
    """Whether a question can be practised; `shown` is its public half (app/bank/rules/packed.py)."""
    return kind in KINDS and all(part["kind"] in KINDS for part in shown.get("parts", ()))


def slot(day: date) -> str:
    """The name of a day's exercise."""
    return f"daily:{day.isoformat()}"


@dataclass(frozen=True)
class Row:
    """How a question stands with somebody."""

    misses: int = 0
    streak: int = 0
    missed_at: datetime | None = None
    right_since: datetime | None = None


def answered(before: Row, *, is_right: bool, at: datetime) -> Row:
    """After one more answer: a miss begins anew, a right one lengthens the row."""
    if not is_right:
        return Row(before.misses + 1, 0, at, None)
    return Row(before.misses, before.streak + 1, before.missed_at, before.right_since if before.streak else at)


def is_in_book(row: Row, examined_at: datetime | None) -> bool:
    """Whether a question is still to be learnt: missed in practice or in an examination, and not right ENOUGH times since.

    Right answers from before a miss in an examination do not count against it.
    """
    if examined_at is not None and (row.right_since is None or row.right_since < examined_at):
        return True
    return (row.misses > 0 or examined_at is not None) and row.streak < ENOUGH


def left(row: Row, examined_at: datetime | None) -> int:
    """How many right answers in a row are still wanted."""
    if examined_at is not None and (row.right_since is None or row.right_since < examined_at):
        return ENOUGH
    return max(ENOUGH - row.streak, 0)
