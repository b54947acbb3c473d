"""Stored questions as their author wrote them, keys and all. Never imported by what serves candidates (INV-I18)."""

from __future__ import annotations

from app.bank.models import QuestionKey, QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.bank.rules.scoring import PartialCredit


def draft_of(version: QuestionVersion, key: QuestionKey, lecture_id: int | None) -> QuestionDraft:
    """A stored question as its author wrote it."""
    return QuestionDraft(
        Kind(version.kind), version.stem, tuple(OptionDraft(text, letter in key.right) for letter, text in version.options),
        version.points, key.explanation, version.topic, lecture_id, version.at_second if lecture_id is not None else None,
        PartialCredit(key.partial), version.keeps_order,
    )  # fmt: skip
