"""What sittings say of an examination and of its questions. Pure.

Figures are floats: they are estimates, nobody's mark or hours hang on them (ADR 0006 is about what is credited). Sums run
through `math.fsum`, so that the order of candidates never changes a digit that is shown; what is stored is rounded to four
decimals. Sources: Kuder and Richardson (1937) for KR-20, Cronbach (1951) for alpha, Brown (1910) and Spearman (1910) for
halves, Kelley (1939) for the 27 per cent, Henrysson (1963) for leaving a question out of the total it is held against.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from operator import mul
from statistics import median, quantiles

from app.kernel.small import SMALLEST_GROUP

METHOD = "exam-statistics@2"
"""The version of these rules; named by every export."""
FEWEST = SMALLEST_GROUP
"""Fewer candidates than this give no figure: single people would be read off it."""
TAIL = 27
"""Per cent of the candidates in the upper and in the lower group."""
BANDS = 10
MOST_FORMS = 12
"""Forms of a paper told apart; of more only their spread is said."""


@dataclass(frozen=True, slots=True)
class Response:
    """How one candidate did at one question: points of its maximum, letters chosen, seconds since the save before.

    Of a question that was withdrawn the points say nothing: everybody has all of them, or both points and maximum are 0.
    """

    item: int
    points: float
    maximum: float
    chosen: tuple[str, ...] = ()
    is_answered: bool = True
    seconds: float | None = None
    is_withdrawn: bool = False

    @property
    def share(self) -> float:
        """What was earned of it, 0 to 1."""
        return self.points / self.maximum if self.maximum else 0.0


def seconds_of(started_at: datetime, saved: Iterable[tuple[str, datetime]]) -> dict[str, float]:
    """Seconds at each question whose answer was saved, in the order in which they were last saved: each since the one before it."""
    found, before = dict[str, float](), started_at
    for question, at in saved:
        found[question] = (at - before).total_seconds()
        before = at
    return found


@dataclass(frozen=True)
class Performance:
    """One candidate's paper, in its order."""

    responses: tuple[Response, ...]

    @cached_property
    def points(self) -> float:
        """All that was earned."""
        return math.fsum(one.points for one in self.responses)

    @cached_property
    def maximum(self) -> float:
        """All there was to earn."""
        return math.fsum(one.maximum for one in self.responses)

    @cached_property
    def score(self) -> float:
        """Of 100; rounded far behind the comma, so that equal papers are equal."""
        return round(self.points / self.maximum * 100, 9)

    def rest(self, response: Response) -> float | None:
        """The share earned of the rest of the paper; none of a paper of one question."""
        others = self.maximum - response.maximum
        return round((self.points - response.points) / others, 12) if others > 1e-9 else None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return math.fsum(values) / len(values)


def variance(values: Sequence[float]) -> float:
    """Of all there are (not estimated from a sample), as KR-20 and alpha want it."""
    middle = mean(values)
    return math.fsum((one - middle) ** 2 for one in values) / len(values)


def correlation(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's r; none where one of the two does not vary. With a 0/1 variable it is the point-biserial."""
    if len(left) < 2:
        return None
    a, b = mean(left), mean(right)
    from_a, from_b = [one - a for one in left], [one - b for one in right]
    spread = math.sqrt(math.fsum(one * one for one in from_a) / len(left) * (math.fsum(one * one for one in from_b) / len(right)))
    if spread < 1e-12:
        return None
    together = math.fsum(map(mul, from_a, from_b)) / len(left)
    return max(-1.0, min(1.0, together / spread))


def tail_size(candidates: int) -> int:
    """How many make the upper group, and the lower one: 27 per cent, to the nearest whole person."""
    return (TAIL * candidates + 50) // 100


def upper(scores: Sequence[float], size: int) -> list[float]:
    """How far each candidate belongs to the best `size`: wholly, not at all, or, where several tie on the edge, in equal parts."""
    edge = sorted(scores, reverse=True)[size - 1]
    above, tied = sum(one > edge for one in scores), sum(one == edge for one in scores)
    part = (size - above) / tied
    return [1.0 if one > edge else part if one == edge else 0.0 for one in scores]


def lower(scores: Sequence[float], size: int) -> list[float]:
    """The same of the weakest."""
    return upper([-one for one in scores], size)


def _weighed(values: Sequence[float], weights: Sequence[float], size: int) -> float:
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / size


@dataclass(frozen=True)
class ItemFigures:
    """One version of a question in one examination.

    `ease` is the share of its points that was earned (p: the higher, the easier). `relation` is the correlation with the
    rest of the paper. `difference` is ease in the upper group less ease in the lower. `options` holds for each letter
    how many chose it, and the shares of the upper and lower group that did. `seconds` are the quartiles.
    A question that was withdrawn has neither ease nor relation nor difference.
    """

    item: int
    candidates: int
    ease: float | None
    relation: float | None = None
    difference: float | None = None
    tail: int = 0
    omitted: int = 0
    seconds: tuple[float, float, float] | None = None
    options: dict[str, tuple[int, float | None, float | None]] = field(default_factory=dict)


def items(performances: Sequence[Performance]) -> list[ItemFigures]:
    """Figures of every question that at least FEWEST candidates had, the one that separates them least first."""
    had: dict[int, list[tuple[Performance, Response]]] = {}
    for one in performances:
        for response in one.responses:
            had.setdefault(response.item, []).append((one, response))
    everybody = tails([one.score for one in performances])
    found = [
        item(number, pairs, everybody if _is_everybody(pairs, performances) else None)
        for number, pairs in had.items()
        if len(pairs) >= FEWEST
    ]
    return sorted(found, key=lambda one: (one.relation if one.relation is not None else 2.0, one.item))


@dataclass(frozen=True)
class Tails:
    """How far each of these candidates belongs to the upper and to the lower group of `size`; none where the groups are too small."""

    size: int
    high: list[float] | None = None
    low: list[float] | None = None


def tails(scores: Sequence[float]) -> Tails:
    """The groups of candidates with these scores."""
    size = tail_size(len(scores))
    return Tails(size, upper(scores, size), lower(scores, size)) if size >= FEWEST else Tails(size)


def _is_everybody(pairs: Sequence[tuple[Performance, Response]], performances: Sequence[Performance]) -> bool:
    """Whether exactly these candidates, in this order, had the question: they are then told apart once for all questions."""
    return len(pairs) == len(performances) and all(one is other for (one, _), other in zip(pairs, performances, strict=True))


def item(number: int, pairs: Sequence[tuple[Performance, Response]], groups: Tails | None = None) -> ItemFigures:
    """Figures of one question from the candidates who had it; how they fall into groups is worked out unless it is known."""
    groups = groups or tails([one.score for one, _ in pairs])
    responses = [response for _, response in pairs]
    size, high, low = groups.size, groups.high, groups.low
    seconds = [one.seconds for one in responses if one.seconds is not None]
    return ItemFigures(
        number, len(pairs), *_earned(pairs, groups), size if high else 0, sum(not one.is_answered for one in responses),
        quartiles(seconds), _options(responses, high, low, size),
    )  # fmt: skip


def _earned(pairs: Sequence[tuple[Performance, Response]], groups: Tails) -> tuple[float | None, float | None, float | None]:
    """Ease, relation and difference: what the points say; nothing of a question that was withdrawn."""
    if any(response.is_withdrawn for _, response in pairs):
        return None, None, None
    shares = [response.share for _, response in pairs]
    rests = [one.rest(response) for one, response in pairs]
    known = [(share, rest) for share, rest in zip(shares, rests, strict=True) if rest is not None]
    relation = correlation([share for share, _ in known], [rest for _, rest in known])
    size, high, low = groups.size, groups.high, groups.low
    difference = _weighed(shares, high, size) - _weighed(shares, low, size) if high and low else None
    return mean(shares), relation, difference


def quartiles(values: Sequence[float]) -> tuple[float, float, float] | None:
    """Lower quartile, median, upper quartile; none of fewer than FEWEST."""
    if len(values) < FEWEST:
        return None
    first, _second, third = quantiles(values, n=4, method="inclusive")
    return first, median(values), third


def _options(
    responses: Sequence[Response], high: Sequence[float] | None, low: Sequence[float] | None, size: int
) -> dict[str, tuple[int, float | None, float | None]]:
    """For every letter somebody chose: how many, and the shares of both groups."""
    chose: dict[str, list[int]] = {}
    for at, one in enumerate(responses):
        for letter in one.chosen:
            chose.setdefault(letter, []).append(at)
    return {letter: (len(places), _share(places, high, size), _share(places, low, size)) for letter, places in sorted(chose.items())}


def _share(places: Sequence[int], weights: Sequence[float] | None, size: int) -> float | None:
    """What part of a group those at these places are."""
    return math.fsum(weights[at] for at in places) / size if weights else None


class Method(StrEnum):
    """How reliability was estimated, or why it was not."""

    KR20 = "kr20"
    ALPHA = "alpha"
    HALVES = "halves"
    """Each candidate has another paper: its odd against its even questions, stepped up to the whole length."""
    FEW = "few"
    ALIKE = "alike"
    """Nobody differs from anybody, or the papers are too short: there is nothing to estimate from."""


@dataclass(frozen=True)
class Reliability:
    """Reliability (at most 1) and, in points of 100, the standard error of a score."""

    method: Method
    value: float | None = None
    error: float | None = None


def kr20(marks: Sequence[Sequence[float]]) -> float | None:
    """Kuder-Richardson 20 of rows of 0 and 1, a row a candidate: k/(k−1) · (1 − Σpq / σ²)."""
    length, total = len(marks[0]), variance([math.fsum(row) for row in marks])
    if length < 2 or total < 1e-12:
        return None
    eases = [mean(column) for column in zip(*marks, strict=True)]
    return length / (length - 1) * (1 - math.fsum(p * (1 - p) for p in eases) / total)


def alpha(points: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's alpha of rows of points: k/(k−1) · (1 − Σσᵢ² / σ²). Of 0 and 1 it is KR-20."""
    length, total = len(points[0]), variance([math.fsum(row) for row in points])
    if length < 2 or total < 1e-12:
        return None
    return length / (length - 1) * (1 - math.fsum(variance(column) for column in zip(*points, strict=True)) / total)


def stepped_up(halves: float) -> float | None:
    """Spearman and Brown: the reliability of the whole from the correlation of its halves, 2r / (1 + r)."""
    return 2 * halves / (1 + halves) if halves > -1 + 1e-9 else None


def reliability(performances: Sequence[Performance]) -> Reliability:
    """KR-20 where everybody had the same questions, each right or wrong and worth the same; alpha where points are mixed; else halves.

    What was withdrawn separates nobody and is left out.
    """
    if len(performances) < FEWEST:
        return Reliability(Method.FEW)
    papers = [[one for one in performance.responses if not one.is_withdrawn] for performance in performances]
    if len({frozenset(one.item for one in paper) for paper in papers}) == 1:
        rows = [sorted(paper, key=lambda response: response.item) for paper in papers]
        is_plain = len({one.maximum for row in rows for one in row}) == 1 and all(
            one.points in (0, one.maximum) for row in rows for one in row
        )
        method = Method.KR20 if is_plain else Method.ALPHA
        value = kr20([[one.share for one in row] for row in rows]) if is_plain else alpha([[one.points for one in row] for row in rows])
    else:
        method, value = Method.HALVES, _halves(papers)
    if value is None:
        return Reliability(Method.ALIKE)
    spread = math.sqrt(variance([one.score for one in performances]))
    return Reliability(method, max(value, -1.0), spread * math.sqrt(1 - value) if 0 <= value <= 1 else None)


def _halves(papers: Iterable[Sequence[Response]]) -> float | None:
    pairs = [(_half(one[0::2]), _half(one[1::2])) for one in papers if len(one) > 1]
    if len(pairs) < FEWEST:
        return None
    halves = correlation([odd for odd, _ in pairs], [even for _, even in pairs])
    return None if halves is None else stepped_up(halves)


def _half(responses: Sequence[Response]) -> float:
    return math.fsum(one.points for one in responses) / math.fsum(one.maximum for one in responses)


def histogram(scores: Sequence[float]) -> list[int]:
    """How many scores of 100 lie in each band of ten; the last one takes 100 as well."""
    found = Counter(min(int(one // (100 / BANDS)), BANDS - 1) for one in scores)
    return [found[at] for at in range(BANDS)]


@dataclass(frozen=True)
class Form:
    """One set of questions that several candidates had: what it promised, and what came of it."""

    candidates: int
    expected: float
    mean: float
    deviation: float


@dataclass(frozen=True)
class Forms:
    """How equal the papers were. `expected` is the score of 100 that a paper's questions earn on the average: least, mean, most."""

    count: int
    expected: tuple[float, float, float] | None = None
    each: tuple[Form, ...] = ()


def forms(performances: Sequence[Performance], figures: Iterable[ItemFigures]) -> Forms:
    """Papers with the same questions taken together. Single forms are shown only where every one was had by FEWEST."""
    ease = {one.item: 1.0 if one.ease is None else one.ease for one in figures}
    groups: dict[frozenset[int], list[Performance]] = {}
    for one in performances:
        groups.setdefault(frozenset(response.item for response in one.responses), []).append(one)
    known = {form: group for form, group in groups.items() if form <= ease.keys()}
    if len(known) < len(groups):
        return Forms(len(groups))
    promised = {form: _expected(group[0], ease) for form, group in known.items()}
    every = [promised[form] for form, group in known.items() for _ in group]
    each: tuple[Form, ...] = ()
    if 1 < len(known) <= MOST_FORMS and all(len(group) >= FEWEST for group in known.values()):
        each = tuple(_form(group, promised[form]) for form, group in known.items())
    return Forms(len(groups), (min(every), mean(every), max(every)), tuple(sorted(each, key=lambda one: -one.candidates)))


def _expected(performance: Performance, ease: Mapping[int, float]) -> float:
    return math.fsum(one.maximum * ease[one.item] for one in performance.responses) / performance.maximum * 100


def _form(group: Sequence[Performance], expected: float) -> Form:
    scores = [one.score for one in group]
    return Form(len(group), expected, mean(scores), math.sqrt(variance(scores)))


@dataclass(frozen=True)
class Figures:
    """Everything said of one examination. Scores are of 100, from each person's first paper; `passed` counts his best one."""

    candidates: int
    passed: int
    mean: float
    deviation: float
    median: float
    histogram: list[int]
    reliability: Reliability
    forms: Forms
    items: list[ItemFigures]


def figures(performances: Sequence[Performance], passed: int) -> Figures | None:
    """The figures of an examination; none of fewer than FEWEST candidates."""
    if len(performances) < FEWEST:
        return None
    scores, found = [one.score for one in performances], items(performances)
    return Figures(
        len(performances), passed, mean(scores), math.sqrt(variance(scores)), median(scores), histogram(scores),
        reliability(performances), forms(performances, found), found,
    )  # fmt: skip
