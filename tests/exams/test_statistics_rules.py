"""Figures of examinations: worked examples of the literature, identities between formulas, and a mutant for each of them."""

from __future__ import annotations

import importlib.util
import math
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exams.rules import groups, signs, statistics
from app.exams.rules.groups import OUTSIDE, Group
from app.exams.rules.statistics import Method, Performance, Response

WUENSCH = [
    "1111110110", "1011011101", "1111011001", "0010001000", "0000010010",
    "1110111111", "1101110111", "1111111101", "0101111101", "1101101110",
]  # fmt: skip
"""Ten students at ten items: K. L. Wuensch, «The Kuder-Richardson 20» (East Carolina University, StatHelp/KR20.txt).
There: Σpq = 2.18, variance of the totals 5.84."""
MARKS = [[float(mark) for mark in row] for row in WUENSCH]


def paper(row: list[float], *, worth: float = 1.0, first: int = 1) -> Performance:
    """A paper whose questions are numbered from `first`, with these points."""
    return Performance(tuple(Response(first + at, points, worth) for at, points in enumerate(row)))


# ── reliability ─────────────────────────────────────────────────────────────


def test_kr20_of_wuenschs_ten_students() -> None:
    """10/9 · (1 − 2.18 / 5.84)."""
    assert statistics.variance([sum(row) for row in MARKS]) == pytest.approx(5.84)
    assert statistics.kr20(MARKS) == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))


def test_alpha_of_right_and_wrong_is_kr20() -> None:
    """Cronbach (1951): KR-20 is the special case."""
    assert statistics.alpha(MARKS) == pytest.approx(statistics.kr20(MARKS))


def test_alpha_of_equal_variances_and_covariances_is_spearman_brown_of_their_correlation() -> None:
    """Cronbach (1951): k·r / (1 + (k−1)·r). Two items with r = 0.5: 2/3; the halves stepped up give the same."""
    rows = [[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]]
    r = statistics.correlation([row[0] for row in rows], [row[1] for row in rows])
    assert r == pytest.approx(0.5)
    assert statistics.alpha(rows) == pytest.approx(2 / 3)
    assert statistics.stepped_up(0.5) == pytest.approx(2 / 3)


def test_the_method_follows_from_the_papers() -> None:
    plain = [paper(row) for row in MARKS]
    assert statistics.reliability(plain).method is Method.KR20
    assert statistics.reliability([paper(row, worth=2.0) for row in MARKS]).method is Method.ALPHA
    assert statistics.reliability([paper(row, first=at) for at, row in enumerate(MARKS)]).method is Method.HALVES
    assert statistics.reliability(plain[:4]).method is Method.FEW
    assert statistics.reliability([paper([1.0, 0.0])] * 6).method is Method.ALIKE
    assert statistics.reliability([paper([1.0], first=at) for at in range(6)]).method is Method.ALIKE


def test_the_standard_error_is_the_spread_times_the_root_of_what_is_not_reliable() -> None:
    found = statistics.reliability([paper(row) for row in MARKS])
    assert found.value is not None
    assert found.error == pytest.approx(math.sqrt(5.84) * 10 * math.sqrt(1 - found.value))


def test_another_paper_for_everybody_is_judged_by_its_halves() -> None:
    """Odd against even: r, stepped up by 2r / (1 + r) (Spearman 1910, Brown 1910)."""
    papers = [paper(row, first=at * 100) for at, row in enumerate(MARKS)]
    odd, even = [sum(row[0::2]) / 5 for row in MARKS], [sum(row[1::2]) / 5 for row in MARKS]
    r = statistics.correlation(odd, even)
    assert r is not None
    assert statistics.reliability(papers).value == pytest.approx(2 * r / (1 + r))


@pytest.mark.parametrize("worth", [1.0, 0.0])
def test_what_was_withdrawn_is_as_if_it_were_not_there_but_for_the_points_that_everybody_has(worth: float) -> None:
    """Worth nothing it changes no figure; worth a point, it lifts every score and separates nobody."""
    papers = [paper(row) for row in MARKS]
    more = [Performance((*one.responses, Response(99, worth, worth, ("a",), is_withdrawn=True))) for one in papers]
    without, found = statistics.figures(papers, 5), statistics.figures(more, 5)
    assert without is not None and found is not None
    assert found.reliability.value == without.reliability.value and found.reliability.method is Method.KR20
    assert found.mean == pytest.approx((without.mean / 10 + worth) / (10 + worth) * 100)
    assert found.forms.expected == pytest.approx((found.mean,) * 3)
    *rest, last = found.items
    assert (last.item, last.ease, last.relation, last.difference, last.options["a"][0]) == (99, None, None, None, 10)
    assert signs.signs(last) == []
    if not worth:
        assert rest == without.items


# ── questions ───────────────────────────────────────────────────────────────


def test_ease_and_relation_of_a_question() -> None:
    """Wuensch's first item: p = .7; against the nine others, by the textbook form (M₁ − M₀)/σ · √(pq) of the point-biserial."""
    found = statistics.item(1, [(one, one.responses[0]) for one in map(paper, MARKS)])
    rests = [sum(row[1:]) for row in MARKS]
    right, wrong = (
        [r for r, row in zip(rests, MARKS, strict=True) if row[0]],
        [r for r, row in zip(rests, MARKS, strict=True) if not row[0]],
    )
    textbook = (sum(right) / 7 - sum(wrong) / 3) / math.sqrt(statistics.variance(rests)) * math.sqrt(0.21)
    assert found.ease == pytest.approx(0.7)
    assert found.relation == pytest.approx(textbook)


def test_leaving_the_question_out_of_its_total_is_henryssons_correction() -> None:
    """Henrysson (1963): (r·σₜ − σᵢ) / √(σₜ² + σᵢ² − 2·r·σₜ·σᵢ), for every item."""
    totals = [sum(row) for row in MARKS]
    for at in range(10):
        marks = [row[at] for row in MARKS]
        r, st_, si = statistics.correlation(marks, totals), *(math.sqrt(statistics.variance(one)) for one in (totals, marks))
        assert r is not None
        corrected = (r * st_ - si) / math.sqrt(st_**2 + si**2 - 2 * r * st_ * si)
        assert statistics.item(at, [(one, one.responses[at]) for one in map(paper, MARKS)]).relation == pytest.approx(corrected)


def test_upper_and_lower_27_per_cent() -> None:
    """Kelley (1939): of 100 candidates 27 and 27. 20 of the best and 8 of the weakest right: D = 12/27."""
    assert [statistics.tail_size(count) for count in (19, 20, 100, 370)] == [5, 5, 27, 100]
    ranked = sorted(range(100), reverse=True)
    right = {*ranked[:20], *ranked[-8:]}
    papers = [paper([float(at in right), *[1.0] * at, *[0.0] * (99 - at)]) for at in range(100)]
    found = statistics.item(1, [(one, one.responses[0]) for one in papers])
    assert found.tail == 27 and found.difference == pytest.approx(12 / 27)


def test_a_question_that_only_some_had_is_held_against_the_groups_of_those() -> None:
    """Groups told apart once for everybody are not those of a part of them."""
    whole = [paper([float(at % 3 == 0), *[1.0] * at, *[0.0] * (39 - at)]) for at in range(40)]
    other = [paper([1.0] * 4, first=900) for _ in range(20)]
    found = {one.item: one for one in statistics.items([*whole, *other])}
    alone = statistics.item(whole[0].responses[0].item, [(one, one.responses[0]) for one in whole])
    assert found[alone.item] == alone and alone.tail == 11


def test_those_who_tie_on_the_edge_share_its_places() -> None:
    assert statistics.upper([5, 4, 4, 4, 1], 3) == [1, pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3), 0]
    assert statistics.lower([5, 4, 4, 1], 2) == [0, 0.5, 0.5, 1]


def test_a_tail_of_fewer_than_five_is_not_told_apart() -> None:
    found = statistics.item(1, [(one, one.responses[0]) for one in map(paper, MARKS)])
    assert found.difference is None and found.tail == 0 and found.relation is not None


def test_distractors_by_group() -> None:
    papers = []
    for at in range(40):
        letter = "a" if at >= 20 else "b" if at % 2 else "c"
        papers.append(
            Performance((Response(1, float(at >= 20), 1.0, (letter,)), *(Response(2 + n, float(n < at), 1.0) for n in range(40))))
        )
    found = statistics.item(1, [(one, one.responses[0]) for one in papers])
    assert found.tail == 11 and found.options["a"] == (20, 1.0, 0.0)
    assert found.options["b"] == (10, 0.0, pytest.approx(5 / 11)) and found.options["c"] == (10, 0.0, pytest.approx(6 / 11))


def test_seconds_are_quartiles_of_those_who_answered() -> None:
    assert statistics.quartiles([1, 2, 3, 4, 5]) == (2, 3, 4)
    assert statistics.quartiles([1, 2, 3, 4]) is None


def test_questions_with_fewer_than_five_candidates_are_left_out() -> None:
    papers = [paper(row) for row in MARKS] + [paper([1.0], first=77) for _ in range(4)]
    assert 77 not in {one.item for one in statistics.items(papers)}
    assert 77 in {one.item for one in statistics.items([*papers, paper([0.0], first=77)])}


# ── the whole ───────────────────────────────────────────────────────────────


def test_the_histogram_counts_every_score_once_and_a_hundred_in_the_last_band() -> None:
    assert statistics.histogram([0, 9.99, 10, 60, 99.5, 100]) == [2, 1, 0, 0, 0, 0, 1, 0, 0, 2]


def test_equal_forms_are_shown_by_what_they_promise() -> None:
    easy, hard = [paper([1.0, 1.0])] * 5, [paper([1.0, 0.0], first=11)] * 5
    papers = [*easy, *hard]
    found = statistics.forms(papers, statistics.items(papers))
    assert found.count == 2 and found.expected == (50.0, 75.0, 100.0)
    assert [(one.candidates, one.expected) for one in found.each] == [(5, 100.0), (5, 50.0)]


def test_no_form_is_shown_when_one_of_them_is_small() -> None:
    """Its figures would follow from the others and the whole."""
    papers = [*[paper([1.0, 1.0])] * 9, *[Performance((Response(1, 0.0, 1.0), Response(3, 0.0, 1.0)))] * 4]
    papers += [Performance((Response(3, 1.0, 1.0), Response(2, 1.0, 1.0)))] * 5
    assert statistics.forms(papers, statistics.items(papers)).each == ()


def test_fewer_than_five_candidates_have_no_figures() -> None:
    papers = [paper(row) for row in MARKS]
    assert statistics.figures(papers[:4], 4) is None
    found = statistics.figures(papers, 6)
    assert found is not None and (found.candidates, found.passed, found.mean, found.median) == (10, 6, 66.0, 70.0)


rows = st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=4, max_size=4), min_size=5, max_size=40)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(given_rows: list[list[float]], luck: random.Random) -> None:
    papers = [paper(row, worth=2.0) for row in given_rows]
    before = statistics.figures(papers, 0)
    luck.shuffle(papers)
    assert _rounded(statistics.figures(papers, 0)) == _rounded(before)


def _rounded(found: statistics.Figures | None) -> Any:
    assert found is not None
    said = [(one.item, one.ease, one.relation, one.difference, sorted(one.options.items())) for one in found.items]
    return sorted(tuple(round(part, 9) if isinstance(part, float) else part for part in one[:4]) for one in said if one[2] is not None)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_figures_stay_within_their_bounds(given_rows: list[list[float]]) -> None:
    found = statistics.figures([paper(row, worth=2.0) for row in given_rows], 0)
    assert found is not None and sum(found.histogram) == len(given_rows)
    assert all(0 <= one.ease <= 1 and -1 <= (one.relation or 0) <= 1 and -1 <= (one.difference or 0) <= 1 for one in found.items)
    assert found.reliability.value is None or -1 <= found.reliability.value <= 1 + 1e-9


# ── units ───────────────────────────────────────────────────────────────────


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.integers(0, 9))
def test_no_group_that_is_shown_is_small_and_together_they_are_everybody(sizes: list[int], outside: int) -> None:
    """So no difference between any figures that are shown is one of fewer than five people."""
    units = {f"/pc/u{at}": Group(f"/pc/u{at}", size, size // 2, size * 60.0) for at, size in enumerate(sizes)}
    rows_ = groups.branches(units, Group(OUTSIDE, outside, 0, 0.0))
    shown = groups.hide_small(rows_)
    assert all(one.candidates >= 5 for one in shown)
    whole = sum(sizes) + outside
    assert sum(one.candidates for one in shown) == (whole if whole >= 5 else 0)


def test_units_are_gathered_under_the_one_they_have_in_common() -> None:
    units = {path: Group(path, count, 1, 0.0) for path, count in (("/pc/d1/o1", 2), ("/pc/d1/o2", 4), ("/pc/d2", 9), ("/pc", 1))}
    assert [(one.path, one.candidates) for one in groups.branches(units)] == [("/pc/d2", 9), ("/pc/d1", 6), ("/pc", 1)]
    assert [(one.path, one.candidates, one.joined) for one in groups.hide_small(groups.branches(units))] == [
        ("/pc/d2", 9, 1), ("*", 7, 2),
    ]  # fmt: skip


def test_three_people_outside_ones_scope_cannot_be_had_by_subtraction() -> None:
    units = {"/pc/d1/o1": Group("/pc/d1/o1", 9, 9, 0.0), "/pc/d1/o2": Group("/pc/d1/o2", 6, 1, 0.0)}
    shown = groups.hide_small(groups.branches(units, Group(OUTSIDE, 3, 3, 0.0)))
    assert [(one.path, one.candidates, one.passed) for one in shown] == [("/pc/d1/o1", 9, 9), ("*", 9, 4)]
    assert [(one.joined, one.has_outside) for one in shown] == [(1, False), (1, True)], "those outside are no unit of the reader's"


def test_of_small_units_beside_people_outside_only_the_units_are_counted() -> None:
    units = {f"/pc/d{at}": Group(f"/pc/d{at}", size, 1, 0.0) for at, size in enumerate((9, 2, 1))}
    shown = groups.hide_small(groups.branches(units, Group(OUTSIDE, 3, 3, 0.0)))
    assert [(one.candidates, one.joined, one.has_outside) for one in shown] == [(9, 1, False), (6, 2, True)]


# ── mutants ─────────────────────────────────────────────────────────────────


def _mutant(module: ModuleType, before: str, after: str) -> Any:
    """The module loaded anew beside the real one, with one expression changed."""
    source = Path(module.__file__ or "").read_text(encoding="utf-8")
    assert before in source, before
    spec = importlib.util.spec_from_loader(f"mutant_{abs(hash((before, after)))}", loader=None)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    exec(compile(source.replace(before, after, 1), spec.name, "exec"), made.__dict__)  # our own source
    return made


def _papers(m: Any, *, worth: float = 1.0, apart: bool = False) -> list[Any]:
    return [
        m.Performance(tuple(m.Response((at * 100 if apart else 1) + n, points, worth) for n, points in enumerate(row)))
        for at, row in enumerate(MARKS)
    ]


def _first(m: Any, count: int = 3) -> Any:
    papers = _papers(m) * count
    return m.item(1, [(one, one.responses[0]) for one in papers])


def _alone(m: Any) -> Any:
    return _papers(m)[0]


def _forms(m: Any) -> Any:
    papers = _papers(m, worth=2.0)
    return m.forms(papers, m.items(papers))


def _pair(m: Any) -> list[Any]:
    return [m.Group("a", 9, 1, 1.0), m.Group("b", 3, 1, 1.0)]


def _withdrawn(m: Any) -> list[Any]:
    """The papers with one more question, whose points everybody has."""
    return [m.Performance((*one.responses, m.Response(99, 1.0, 1.0, is_withdrawn=True))) for one in _papers(m)]


MUTANTS = [
    (statistics, "length / (length - 1) * (1 - math.fsum(p *", "(1 - math.fsum(p *", lambda m: m.kr20(MARKS)),
    (statistics, "p * (1 - p) for p in eases", "p * p for p in eases", lambda m: m.kr20(MARKS)),
    (statistics, "(1 - math.fsum(variance(column)", "(1 - max(variance(column)", lambda m: m.alpha(MARKS)),
    (statistics, "length / (length - 1) * (1 - math.fsum(variance", "length * (1 - math.fsum(variance", lambda m: m.alpha(MARKS)),
    (statistics, "2 * halves / (1 + halves)", "halves / (1 + halves)", lambda m: m.stepped_up(0.5)),
    (statistics, "_half(one[0::2]), _half(one[1::2])", "_half(one[0::2]), _half(one)",
     lambda m: m.reliability(_papers(m, apart=True)).value),
    (statistics, "math.sqrt(1 - value)", "(1 - value)", lambda m: m.reliability(_papers(m)).error),
    (statistics, "(self.points - response.points) / others", "self.points / others", lambda m: _first(m).relation),
    (statistics, "others = self.maximum - response.maximum", "others = self.maximum", lambda m: _alone(m).rest(_alone(m).responses[0])),
    (statistics, "(one - middle) ** 2", "abs(one - middle)", lambda m: m.variance([1, 2, 4])),
    (statistics, "TAIL = 27", "TAIL = 33", lambda m: m.tail_size(100)),
    (statistics, "part = (size - above) / tied", "part = 1.0", lambda m: m.upper([3, 2, 2, 1], 2)),
    (statistics, "(shares, high, size) - _weighed(shares, low, size)", "(shares, high, size)", lambda m: _first(m).difference),
    (statistics, "[-one for one in scores]", "[one for one in scores]", lambda m: m.lower([3, 2, 1], 1)),
    (statistics, "if size >= FEWEST else", "if size else", lambda m: _first(m, 1).tail),
    (statistics, "if len(pairs) >= FEWEST", "if pairs", lambda m: len(m.items(_papers(m)[:4]))),
    (statistics, "BANDS - 1)", "BANDS)", lambda m: m.histogram([100])),
    (statistics, "one.maximum * ease[one.item]", "ease[one.item]", lambda m: _forms(m).expected),
    (statistics, "if not one.is_withdrawn]", "]", lambda m: m.reliability(_withdrawn(m)).value),
    (statistics, "any(response.is_withdrawn for _, response in pairs)", "False", lambda m: m.items(_withdrawn(m))[-1].ease),
    (groups, "[*rows, outside]", "rows", lambda m: len(m.branches({}, m.Group("-", 3, 1, 1.0)))),
    (groups, "is_small(one.candidates)", "False", lambda m: len(m.hide_small(_pair(m)))),
]  # fmt: skip
"""A formula each, broken in one place, and what must come out differently."""


@pytest.mark.parametrize("at", range(len(MUTANTS)))
def test_every_seeded_mutant_is_seen(at: int) -> None:
    module, before, after, example = MUTANTS[at]
    assert example(_mutant(module, before, after)) != example(_mutant(module, before, before))
