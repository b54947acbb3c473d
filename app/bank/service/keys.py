"""The secret halves of versions, for whoever marks, authors or releases; never asked by what serves a running paper (INV-I18)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.bank.models import QuestionKey
from app.bank.rules import packed
from app.bank.rules.answers import Kind
from app.bank.rules.scoring import Key, PartialCredit
from app.kernel.work import Work


@dataclass(frozen=True)
class Secret:
    """What is right, what an incomplete answer is worth, and why."""

    right: tuple[str, ...]
    partial: PartialCredit
    explanation: str
    hidden: Mapping[str, Any] = field(default_factory=dict)
    """Keys of blanks and parts, rubric, sample answer (rules/packed.py)."""

    def key(self, kind: Kind, shown: Mapping[str, Any]) -> Key:
        """What marks an answer, in the letters of the version; `shown` is its public half (queries.faces)."""
        return packed.key(kind, list(self.right), self.partial, self.hidden, shown)


def secrets(work: Work, version_ids: Collection[int]) -> dict[int, Secret]:
    """The keys of these versions, in one statement."""
    rows = work.session.scalars(select(QuestionKey).where(QuestionKey.version_id.in_(list(version_ids))))
    return {row.version_id: Secret(tuple(row.right), PartialCredit(row.partial), row.explanation, row.hidden) for row in rows}
