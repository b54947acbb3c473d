"""Stored questions as their author wrote them, keys and all. Never imported by what serves candidates (INV-I18)."""

from __future__ import annotations

from app.bank.models import QuestionKey, QuestionVersion
from app.bank.rules import packed
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft


def draft_of(version: QuestionVersion, key: QuestionKey, lecture_id: int | None) -> QuestionDraft:
    """A stored question as its author wrote it."""
    return packed.unfold(
        Kind(version.kind), version.stem, version.options, version.shown, key.right, key.partial, key.explanation, key.hidden,
        points=version.points, topic=version.topic, lecture_id=lecture_id,
        at_second=version.at_second if lecture_id is not None else None, keeps_order=version.keeps_order,
        competencies=tuple(version.competencies), difficulty=version.difficulty, source=version.source,
    )  # fmt: skip
