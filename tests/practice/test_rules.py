"""When a missed question leaves the book."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.practice import rules
from app.practice.rules import Row, answered, is_in_book, left

START = datetime(2026, 11, 22, tzinfo=UTC)


def after(outcomes: str) -> Row:
    """How a question stands after these answers, one a day: r right, w wrong."""
    row = Row()
    for day, sign in enumerate(outcomes):
        row = answered(row, is_right=sign == "r", at=START + timedelta(days=day))
    return row


@pytest.mark.parametrize(
    ("outcomes", "is_in", "wanted"),
    [("", False, 3), ("r", False, 2), ("w", True, 3), ("wr", True, 2), ("wrr", True, 1), ("wrrr", False, 0), ("wrrrw", True, 3),
     ("wrrwrrr", False, 0), ("rrrw", True, 3)],
)  # fmt: skip
def test_three_right_in_a_row_after_the_last_miss(outcomes: str, is_in: bool, wanted: int) -> None:
    assert is_in_book(after(outcomes), None) is is_in
    assert left(after(outcomes), None) == wanted


def test_a_miss_in_an_examination_counts_from_its_day() -> None:
    """What was right before it does not help; three afterwards take the question out."""
    assert is_in_book(after("rrr"), START + timedelta(days=9)) and left(after("rrr"), START + timedelta(days=9)) == 3
    assert is_in_book(after("rr"), START - timedelta(days=1)) and left(after("rr"), START - timedelta(days=1)) == 1
    assert not is_in_book(after("rrr"), START - timedelta(days=1))


def test_a_day_has_one_exercise() -> None:
    assert rules.slot(START.date()) == "daily:2026-11-22"
