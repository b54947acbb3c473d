"""The public words of question versions. The table of keys is not touched, and not imported (INV-I18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.bank.models import QuestionVersion
from app.bank.rules import packed
from app.bank.rules.answers import Kind, Shape
from app.kernel.db import plain_rows
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


MOST_KEPT = 5000
_kept: dict[UUID, Face] = {}
"""Words by the outside name of their version, which never changes and which no other row ever has."""


def faces(work: Work, version_ids: Iterable[int]) -> dict[int, Face]:
    """The words of these question versions; what this process has read before is not read again (PERF-G5)."""
    named: Any = plain_rows(work.session, _NAMED, {"ids": list(version_ids)})
    known = {version_id: _kept.get(uid) for version_id, uid in named}
    found = {version_id: face for version_id, face in known.items() if face is not None}
    if len(found) < len(known):
        unknown = [version_id for version_id in known if version_id not in found]
        if len(_kept) + len(unknown) > MOST_KEPT:
            _kept.clear()
        for row in work.session.execute(_WORDS, {"ids": unknown}):
            found[row.id] = _kept[row.uid] = Face(row.stem, dict(row.options), Kind(row.kind), row.shown)
    return found


_ASKED = QuestionVersion.id.in_(bindparam("ids", expanding=True))
_NAMED = select(QuestionVersion.id, QuestionVersion.uid).where(_ASKED)
_WORDS = select(
    QuestionVersion.id, QuestionVersion.uid, QuestionVersion.stem, QuestionVersion.options, QuestionVersion.kind, QuestionVersion.shown
).where(_ASKED)


def topics(work: Work, version_ids: Iterable[int]) -> dict[int, str]:
    """The topic of each of these versions."""
    rows = work.session.execute(select(QuestionVersion.id, QuestionVersion.topic).where(QuestionVersion.id.in_(list(version_ids))))
    return {row.id: row.topic for row in rows}
