"""How versions of a question fared where they were asked; told by whoever asks questions of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.work import Work


@dataclass(frozen=True)
class Use:
    """One version: how many people had it, in how many examinations, the share of its points they earned (p), how well it
    separates those who do well on the rest of their paper (r), and the upper group from the lower (D)."""

    version: int
    candidates: int
    exams: int
    ease: Decimal
    relation: Decimal | None
    difference: Decimal | None


Uses = Callable[[Work, int], Mapping[int, Use]]
"""(work, question_id) → by version, what is known; versions nobody has had are missing."""


def _unused(_work: Work, _question_id: int) -> Mapping[int, Use]:
    return {}


_told: list[Uses] = []


def set_uses(tell: Uses) -> None:
    """Register who knows."""
    _told[:] = [tell]


def uses(work: Work, question_id: int) -> list[Use]:
    """The use of each version of a question that was used, the newest first."""
    tell = _told[0] if _told else _unused
    return sorted(tell(work, question_id).values(), key=lambda one: -one.version)
