"""Stored questions as their author wrote them, keys and all. Never imported by what serves candidates (INV-I18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.bank.models import QuestionVersion
from app.bank.rules import packed
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft


class Key(Protocol):
    """A key as it is stored, or what it was corrected to."""

    @property
    def right(self) -> Sequence[str]:
        """Letters of the right options."""

    @property
    def partial(self) -> str:
        """What an incomplete answer is worth."""

    @property
    def explanation(self) -> str:
        """Why it is right."""

    @property
    def hidden(self) -> Mapping[str, Any]:
        """Blanks, parts, rubric, sample (rules/packed.py)."""


def draft_of(version: QuestionVersion, key: Key, lecture_id: int | None) -> QuestionDraft:
    """A stored question as its author wrote it."""
    return packed.unfold(
        Kind(version.kind), version.stem, version.options, version.shown, list(key.right), key.partial, key.explanation, key.hidden,
        points=version.points, topic=version.topic, lecture_id=lecture_id,
        at_second=version.at_second if lecture_id is not None else None, keeps_order=version.keeps_order,
        competencies=tuple(version.competencies), difficulty=version.difficulty, source=version.source,
    )  # fmt: skip
