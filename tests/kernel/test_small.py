"""Groups too small to hide in: joined until nobody is told apart, by what is shown nor by what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import small
from app.kernel.small import SMALLEST_GROUP, is_small, leaves_few

RANKS = ("bureau", "division", "section_below", "")
CELLS = st.dictionaries(st.sampled_from(RANKS), st.integers(1, 30), min_size=1)


def told(m: Any, *sizes: int) -> list[tuple[str, int]]:
    """What is shown of groups of these sizes; groups that stand together are named by their letters."""
    rows = [(chr(ord("a") + at), heads) for at, heads in enumerate(sizes)]
    found: list[tuple[str, int]] = m.joined(rows, is_small=lambda row: m.is_small(row[1]), order=lambda row: row[1], plus=_plus)
    return found


def _plus(one: tuple[str, int], other: tuple[str, int]) -> tuple[str, int]:
    return one[0] + other[0], one[1] + other[1]


@given(st.lists(st.integers(1, 12), max_size=14))
def test_every_row_is_large_and_together_they_are_everybody(sizes: list[int]) -> None:
    """So no difference of rows that are shown is one of fewer than five people."""
    rows, whole = told(small, *sizes), sum(sizes)
    assert not any(is_small(heads) for _, heads in rows)
    assert sum(heads for _, heads in rows) == (0 if is_small(whole) else whole)
    alone = [name for name, _ in rows if len(name) == 1]
    assert alone == sorted(alone), "in the order they came"


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ((9, 7, 5), [("a", 9), ("b", 7), ("c", 5)]),
        ((2, 9, 7), [("b", 9), ("ac", 9)]),
        ((2, 9, 3), [("b", 9), ("ac", 5)]),
        ((9, 9, 4), [("b", 9), ("ca", 13)]),
        ((4,), []),
        ((), []),
    ],
)
def test_small_rows_take_the_next_smallest_with_them(sizes: tuple[int, ...], rows: list[tuple[str, int]]) -> None:
    assert told(small, *sizes) == rows


def shown(m: Any, heads: dict[str, int]) -> list[str]:
    """The ranks whose figures are shown when one after the other is asked for."""
    return [rank for rank in heads if not m.leaves_few({(one == rank, one, 0): count for one, count in heads.items()})]


@given(CELLS)
def test_no_ranks_that_are_told_leave_a_few_people_of_the_others(heads: dict[str, int]) -> None:
    """Attack: the figures of every rank that is shown, taken from those of all, are those of nobody or of enough."""
    ranks = shown(small, heads)
    assert all(heads[rank] >= SMALLEST_GROUP for rank in ranks)
    rest = sum(count for rank, count in heads.items() if rank not in ranks)
    assert not ranks or rest == 0 or rest >= SMALLEST_GROUP


def test_of_teams_which_people_share_every_part_must_be_large() -> None:
    assert leaves_few({(True, "", 1): 9, (True, "", 5): 4, (True, "", 4): 9})
    assert not leaves_few({(True, "", 1): 9, (True, "", 5): 5, (True, "", 4): 9})


Example = Callable[[Any], Any]
MUTANTS: list[tuple[str, str, Example]] = [
    ("SMALLEST_GROUP = 5", "SMALLEST_GROUP = 4", lambda m: m.is_small(4)),
    ("heads < SMALLEST_GROUP", "heads <= SMALLEST_GROUP", lambda m: m.is_small(5)),
    ("while large and is_small(together)", "while False", lambda m: told(m, 9, 3)),
    ("key=lambda at: order(rows[at])", "key=lambda at: at", lambda m: told(m, 9, 7, 3)),
    ("[] if is_small(together) else [together]", "[together]", lambda m: told(m, 3)),
    ("for at in sorted(large)", "for at in large", lambda m: told(m, 9, 8, 1, 5)),
    ("if is_asked):", "if not is_asked):", lambda m: shown(m, {"bureau": 2, "division": 6, "section_below": 8})),
    ("        if is_asked:\n            return True\n", "", lambda m: shown(m, {"bureau": 2, "division": 6, "": 9})),
    ("        left += heads\n", "", lambda m: shown(m, {"bureau": 2, "division": 6, "": 9})),
]
"""The rule broken in one place each, and what must come out differently."""


def _mutant(before: str, after: str) -> Any:
    source = Path(small.__file__).read_text(encoding="utf-8")
    assert before in source, before
    made: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(source.replace(before, after, 1), "mutant", "exec"), made)  # our own source
    return type("Mutant", (), {name: staticmethod(one) if callable(one) else one for name, one in made.items()})


def _outcome(example: Example, m: Any) -> Any:
    try:
        return example(m)
    except (TypeError, ValueError) as broken:
        return repr(broken)


@pytest.mark.parametrize(("before", "after", "example"), MUTANTS, ids=[one[0] for one in MUTANTS])
def test_every_seeded_mutant_is_seen(before: str, after: str, example: Example) -> None:
    assert _outcome(example, _mutant(before, after)) != _outcome(example, small)
