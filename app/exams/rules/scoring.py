"""How the marks of a paper turn into a verdict. Pure; how one answer is marked is the bank's (app/bank/rules/scoring.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from app.bank.rules.scoring import CENT, ZERO, Mark, Outcome


@dataclass(frozen=True)
class Marked:
    """One question of a paper with its mark."""

    question: str
    topic: str
    maximum: Decimal
    mark: Mark


@dataclass(frozen=True)
class TopicFigure:
    """How one topic went: questions, of them wholly right, points of maximum."""

    topic: str
    questions: int
    right: int
    points: Decimal
    maximum: Decimal


@dataclass(frozen=True)
class Verdict:
    """A whole paper judged. `score` is of 100, cut (not rounded) to two decimals, so that 59.999 never shows as 60."""

    points: Decimal
    maximum: Decimal
    score: Decimal
    passed: bool
    questions: tuple[Marked, ...]
    topics: tuple[TopicFigure, ...]

    @property
    def waits(self) -> bool:
        """Whether a written answer needs a person first: until then score and verdict are no more than a lower bound."""
        return any(one.mark.outcome is Outcome.TO_MARK for one in self.questions)


def judge(questions: Sequence[Marked], pass_mark: int) -> Verdict:
    """The verdict on a paper; passed when points ≥ `pass_mark` per cent of the maximum, compared exactly (EX-E34)."""
    points = sum((one.mark.points for one in questions), ZERO)
    maximum = sum((one.maximum for one in questions), ZERO)
    if maximum <= 0:
        raise ValueError("a paper without points cannot be judged")
    percent = (points * 100 / maximum).quantize(CENT, ROUND_DOWN)
    return Verdict(points, maximum, percent, points * 100 >= pass_mark * maximum, tuple(questions), _by_topic(questions))


def _by_topic(questions: Sequence[Marked]) -> tuple[TopicFigure, ...]:
    """Figures per topic in the order in which topics first occur on the paper."""
    groups: dict[str, list[Marked]] = {}
    for one in questions:
        groups.setdefault(one.topic, []).append(one)
    return tuple(
        TopicFigure(
            topic,
            len(group),
            sum(one.mark.outcome is Outcome.RIGHT for one in group),
            sum((one.mark.points for one in group), ZERO),
            sum((one.maximum for one in group), ZERO),
        )
        for topic, group in groups.items()
    )
