"""Marks that people give: what waits for them, when two markers agree, and what becomes of the paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from app.bank.rules.scoring import CENT, ZERO, Mark, Outcome, of_parts
from app.exams.rules.assembly import Line
from app.exams.rules.scoring import Marked

TOLERANCE = Decimal("0.2")
"""The share of the maximum by which two markers may differ; beyond it a third one rules."""
REMARK = 500
"""Characters of a marker's remark."""

Place = tuple[str, str]
"""A question of a paper, and the part of it where it is a case (else empty)."""


@dataclass(frozen=True)
class Waiting:
    """A written answer that needs a person."""

    question: str
    part: str
    maximum: Decimal

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.question, self.part


def waiting(lines: Sequence[Line], marked: Sequence[Marked]) -> Iterator[Waiting]:
    """The written answers of a paper, in its order."""
    for line, one in zip(lines, marked, strict=True):
        if one.mark.outcome is not Outcome.TO_MARK:
            continue
        if not line.parts:
            yield Waiting(line.question, "", line.points)
        for name, mark in one.mark.parts.items():
            if mark.outcome is Outcome.TO_MARK:
                yield Waiting(line.question, name, line.parts[name].points)


def rubric_of(rubric: Sequence[Sequence[str]], maximum: Decimal) -> list[tuple[str, Decimal]]:
    """The lines of a rubric, each with its share of what the question is worth in this paper; they add up to it.

    A question may be worth more or less here than in the bank, where its lines add up to its own points.
    """
    total = sum((Decimal(points) for _text, points in rubric), ZERO)
    shares = [(Decimal(points) * maximum / total).quantize(CENT, ROUND_DOWN) for _text, points in rubric]
    return [(text, share if at < len(rubric) else maximum - sum(shares[:-1], ZERO))
            for at, ((text, _points), share) in enumerate(zip(rubric, shares, strict=True), 1)]  # fmt: skip


@dataclass(frozen=True)
class Given:
    """Points that one marker gave; the ruling of a third ends a dispute."""

    points: Decimal
    is_ruling: bool = False


@dataclass(frozen=True)
class Settled:
    """What a written answer earns, or that its markers are too far apart; neither while a marker is missing."""

    points: Decimal | None = None
    is_disputed: bool = False


def settle(given: Sequence[Given], needed: int, maximum: Decimal) -> Settled:
    """One marker: his points. Two: the mean, to the cent and never rounded up, if they are within the tolerance."""
    ruling = next((one for one in given if one.is_ruling), None)
    if ruling is not None:
        return Settled(ruling.points)
    if len(given) < needed:
        return Settled()
    points = [one.points for one in given]
    if max(points) - min(points) > maximum * TOLERANCE:
        return Settled(is_disputed=True)
    return Settled((sum(points, ZERO) / len(points)).quantize(CENT, ROUND_DOWN))


def completed(lines: Sequence[Line], marked: Sequence[Marked], points: Mapping[Place, Decimal]) -> list[Marked]:
    """The marks of a paper with what people gave in the place of what waited."""
    return [replace(one, mark=_complete(line, one.mark, points)) for line, one in zip(lines, marked, strict=True)]


def _complete(line: Line, mark: Mark, points: Mapping[Place, Decimal]) -> Mark:
    if mark.outcome is not Outcome.TO_MARK:
        return mark
    if not line.parts:
        return _by_hand(points[line.question, ""], line.points)
    parts = {
        name: _by_hand(points[line.question, name], line.parts[name].points) if one.outcome is Outcome.TO_MARK else one
        for name, one in mark.parts.items()
    }
    return of_parts(line.points, sum((part.points for part in line.parts.values()), ZERO), parts)


def again(line: Line, before: Mark, points: Mapping[Place, Decimal]) -> Mark:
    """The mark of a question whose written answers were marked anew; what was marked by the college stays."""
    if not line.parts:
        return _by_hand(points[line.question, ""], line.points)
    parts = {
        name: _by_hand(points[line.question, name], line.parts[name].points) if (line.question, name) in points else one
        for name, one in before.parts.items()
    }
    return of_parts(line.points, sum((part.points for part in line.parts.values()), ZERO), parts)


def beside(line: Line, made: Mark, before: Mark) -> Mark:
    """The mark that a corrected key makes of a case, with what people gave its written answers before."""
    if made.outcome is not Outcome.TO_MARK or not made.parts:
        return made
    parts = {name: before.parts[name] if one.outcome is Outcome.TO_MARK else one for name, one in made.parts.items()}
    return of_parts(line.points, sum((part.points for part in line.parts.values()), ZERO), parts)


def _by_hand(points: Decimal, maximum: Decimal) -> Mark:
    """A mark somebody gave, never more than there is to earn."""
    if points >= maximum:
        return Mark(maximum, Outcome.RIGHT)
    return Mark(points, Outcome.PARTLY if points > 0 else Outcome.WRONG)
