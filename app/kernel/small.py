"""Groups of people too small to hide in: whoever may see no persons is told no figure of fewer (domain.md §9). Pure.

Units that are joined in all requirements together are joined in each of them, with so many that those whom it does not touch are
nobody or many: no row of the whole less one of a requirement tells a small unit. Not held to it: of a unit with a row of its own the
whole less one requirement, and one less another. People stand in several and are judged in each anew, so that the difference tells
how few a requirement does not touch, and of where they stand in all no more than bounds; held to it as ranks are, almost every unit
would be joined. Nor the totals of a trial of rules, which are of everybody: whoever may know all but a few of those who gain or lose
by name learns how many the others are, not of which unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeVar

SMALLEST_GROUP = 5
"""Fewer people than this are not told apart."""
Cells = Mapping[tuple[bool, str, int], int]
"""Heads by whether they were asked for, rank, and teams as bits."""
Row = TypeVar("Row")


def is_small(heads: int) -> bool:
    """Whether single people could be read off the figures of so many."""
    return heads < SMALLEST_GROUP


def joined(
    rows: Sequence[Row], *, is_small: Callable[[Row], bool], order: Callable[[Row], Any], plus: Callable[[Row, Row], Row]
) -> list[Row]:
    """Small rows become one, with the next smallest until it is large enough itself; it stands behind the others.

    Every row that is left is large and together they are everybody, so that no difference of what is shown tells a small one. Where
    all of them together are small nothing is left.
    """
    small = [row for row in rows if is_small(row)]
    if not small:
        return list(rows)
    large = sorted((at for at, row in enumerate(rows) if not is_small(row)), key=lambda at: order(rows[at]))
    together = reduce(plus, small)
    while large and is_small(together):
        together = plus(together, rows[large.pop(0)])
    return [rows[at] for at in sorted(large)] + ([] if is_small(together) else [together])


def leaves_few(cells: Cells) -> bool:
    """Whether few people are told by the figures of one rank beside those of the others and of all.

    What was asked for must be large, and stand alone where small ranks are joined with the next smallest: which rank that is does
    not depend on the one that is asked for, so that no two questions together tell what neither tells.
    """
    if any(is_small(heads) for (is_asked, _, _), heads in cells.items() if is_asked):
        return True
    left = sum(heads for heads in cells.values() if is_small(heads))
    large = sorted((heads, cell[1:], cell[0]) for cell, heads in cells.items() if not is_small(heads))
    for heads, _, is_asked in large:
        if not 0 < left < SMALLEST_GROUP:
            return False
        if is_asked:
            return True
        left += heads
    return 0 < left < SMALLEST_GROUP
