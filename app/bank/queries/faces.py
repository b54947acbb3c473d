"""The public words of question versions. The table of keys is not touched, and not imported (INV-I18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from app.bank.models import QuestionVersion
from app.bank.rules import packed
from app.bank.rules.answers import Kind, Shape
from app.kernel.work import Work


@dataclass(frozen=True)
class Face:
    """The public words of a question version."""

    stem: str
    options: dict[str, str]
    kind: Kind = Kind.SINGLE
    shown: Mapping[str, Any] = field(default_factory=dict)
    """Number of blanks, longest text, picture, table, parts (rules/packed.py)."""

    @property
    def shape(self) -> Shape:
        """What an answer must fit, in the letters of the version."""
        return packed.shape(self.kind, list(self.options.items()), self.shown)

    @property
    def parts(self) -> dict[str, Face]:
        """The parts of a case, each with words of its own."""
        return {one["part"]: Face(one["stem"], dict(one["options"]), Kind(one["kind"]), one) for one in self.shown.get("parts", ())}


def faces(work: Work, version_ids: Iterable[int]) -> dict[int, Face]:
    """The words of these question versions."""
    rows = work.session.execute(_WORDS, {"ids": list(version_ids)})
    return {row.id: Face(row.stem, dict(row.options), Kind(row.kind), row.shown) for row in rows}


_WORDS = select(QuestionVersion.id, QuestionVersion.stem, QuestionVersion.options, QuestionVersion.kind, QuestionVersion.shown).where(
    QuestionVersion.id.in_(bindparam("ids", expanding=True))
)


def topics(work: Work, version_ids: Iterable[int]) -> dict[int, str]:
    """The topic of each of these versions."""
    rows = work.session.execute(select(QuestionVersion.id, QuestionVersion.topic).where(QuestionVersion.id.in_(list(version_ids))))
    return {row.id: row.topic for row in rows}
