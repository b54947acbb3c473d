"""What a process remembers of an examination that a whole hall begins at once (PERF-G5). Nothing of it ever changes but what says so.

A stock is named by the line of the check that kept it, words and candidates by the version of their question, and all of it
by the outside name of the examination, which no other college ever has. Keys are not read (INV-I18).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.bank.queries import Face, faces
from app.exams.rules.assembly import Candidate
from app.exams.rules.blueprint import Stock
from app.kernel.work import Work

MOST_HALLS, MOST_KEPT = 8, 3000
"""Examinations, and versions of each; a stock of 20,000 questions takes a few megabytes."""


@dataclass
class Hall:
    """One examination."""

    stocks: dict[int, Stock] = field(default_factory=dict)
    forms: dict[int, list[list[list[int]]]] = field(default_factory=dict)
    """Equivalent forms, by the line of the check that drew them."""
    candidates: dict[tuple[int, Decimal | None], Candidate] = field(default_factory=dict)
    standing: dict[int, int] = field(default_factory=dict)
    """The version in which each question stood approved when it was last looked up; whether it still does is asked each time."""
    words: dict[int, Face] = field(default_factory=dict)

    def faces(self, work: Work, version_ids: Iterable[int]) -> dict[int, Face]:
        """The words of these versions."""
        wanted = list(version_ids)
        found = {one: face for one in wanted if (face := self.words.get(one)) is not None}
        if missing := [one for one in wanted if one not in found]:
            read = faces(work, missing)
            make_room(self.words, len(read))
            self.words.update(read)
            found |= read
        return found


_halls: dict[UUID, Hall] = {}


def hall(exam: UUID) -> Hall:
    """What is remembered of this examination; whichever was opened first is forgotten first."""
    if (found := _halls.get(exam)) is None:
        while len(_halls) >= MOST_HALLS:
            _halls.pop(next(iter(_halls)), None)
        found = _halls.setdefault(exam, Hall())
    return found


def make_room(kept: dict[Any, Any], more: int) -> None:
    """Forget all of it rather than keep too much."""
    if len(kept) + more > MOST_KEPT:
        kept.clear()
