"""The secret halves of versions, for whoever marks, authors or releases; never asked by what serves a running paper (INV-I18)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.bank.models import QuestionKey
from app.bank.rules.scoring import PartialCredit
from app.kernel.work import Work


@dataclass(frozen=True)
class Secret:
    """What is right, what an incomplete answer is worth, and why."""

    right: tuple[str, ...]
    partial: PartialCredit
    explanation: str


def secrets(work: Work, version_ids: Collection[int]) -> dict[int, Secret]:
    """The keys of these versions, in one statement."""
    rows = work.session.scalars(select(QuestionKey).where(QuestionKey.version_id.in_(list(version_ids))))
    return {row.version_id: Secret(tuple(row.right), PartialCredit(row.partial), row.explanation) for row in rows}
