"""Who comes to read keys in the bank: told, before anything is shown, to whoever asks questions of people (docs/adr/0023)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.bank.queries import lists
from app.bank.rules.formats.common import MOST_QUESTIONS
from app.kernel.work import Work

Told = Callable[[Work, Any], None]
"""(work, a statement of question ids) → notes the actor as their reader, or refuses because he is asked one of them now."""

_told: list[Told] = []


def set_read(tell: Told) -> None:
    """Register who is told."""
    _told[:] = [tell]


def read_key(work: Work, uid: UUID) -> None:
    """Before one question is shown with its key; of what may not be seen nothing is told."""
    for tell in _told:
        tell(work, lists.number_of(work, uid))


def read_keys(work: Work, wanted: lists.Wanted) -> None:
    """Before the questions of a list go out with their keys."""
    for tell in _told:
        tell(work, lists.numbers(work, wanted, MOST_QUESTIONS))
