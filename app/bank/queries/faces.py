"""The public words of question versions. The table of keys is not touched, and not imported (INV-I18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.bank.models import QuestionVersion
from app.kernel.work import Work


@dataclass(frozen=True)
class Face:
    """The public words of a question version."""

    stem: str
    options: dict[str, str]


def faces(work: Work, version_ids: Iterable[int]) -> dict[int, Face]:
    """The words of these question versions."""
    columns = select(QuestionVersion.id, QuestionVersion.stem, QuestionVersion.options)
    rows = work.session.execute(columns.where(QuestionVersion.id.in_(list(version_ids))))
    return {row.id: Face(row.stem, dict(row.options)) for row in rows}


def topics(work: Work, version_ids: Iterable[int]) -> dict[int, str]:
    """The topic of each of these versions."""
    rows = work.session.execute(select(QuestionVersion.id, QuestionVersion.topic).where(QuestionVersion.id.in_(list(version_ids))))
    return {row.id: row.topic for row in rows}
