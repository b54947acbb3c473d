"""What may be posted, and what lines come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.rules.posting import (
    FULL_DAY,
    Category,
    EntryKind,
    axes_wrong,
    cancels,
    dates_wrong,
    figures_wrong,
    reversible,
    spread,
    totals,
)

D = Decimal


@dataclass(frozen=True)
class Some:
    hours: Decimal
    days: Decimal = Decimal("0")
    span_days: int = 0
    category: str = "online_course"


@pytest.mark.parametrize(
    ("kind", "hours", "days", "span", "field", "why"),
    [
        ("credit", "-0.25", "0", 0, "hours", "negative"),
        ("credit", "0", "-1", 0, "days", "negative"),
        ("carry_in", "0", "0", -1, "span_days", "negative"),
        ("carry_out", "1", "0", 0, "hours", "positive"),
        ("credit", "0.005", "0", 0, "hours", "more_than_two_decimals"),
        ("credit", "100000", "0", 0, "hours", "out_of_range"),
        ("credit", "NaN", "0", 0, "hours", "out_of_range"),
        ("credit", "Infinity", "0", 0, "hours", "out_of_range"),
        ("adjustment", "0", "0", 0, "hours", "empty"),
    ],
)
def test_a_figure_that_cannot_be_is_named(kind, hours, days, span, field, why):
    wrong = figures_wrong(kind, D(hours), D(days), span)
    assert wrong is not None
    assert (wrong.field, wrong.why) == (field, why)


@pytest.mark.parametrize(
    ("kind", "hours", "days"), [("credit", "0", "0"), ("credit", "40", "5"), ("adjustment", "-2.5", "0"), ("carry_out", "-6", "0")]
)
def test_honest_figures_pass(kind, hours, days):
    assert figures_wrong(kind, D(hours), D(days), 0) is None


def test_closed_axes_take_only_their_values():
    assert axes_wrong({"category": "online_course", "framework": "loyalty"}, {"class_type": "induction"}) is None
    for values, field in [
        ({"category": None}, "category"),
        ({"category": "lunch"}, "category"),
        ({"category": "exam", "framework": "other"}, "framework"),
        ({"category": "exam", "subject_kind": "x"}, "subject_kind"),
        ({"category": "exam", "selection": "x"}, "selection"),
    ]:
        wrong = axes_wrong(values, {})
        assert wrong is not None
        assert wrong.field == field
    for axes in ({"colour": "red"}, {"level": 1.5}):
        wrong = axes_wrong({"category": "exam"}, axes)
        assert wrong is not None
        assert wrong.field == "axes"


def test_dates_are_in_order_and_bear_their_days():
    monday = date(2026, 3, 2)
    assert dates_wrong(monday, monday + timedelta(4), D(5)) is None
    assert dates_wrong(monday, monday - timedelta(1), D(0)).field == "occurred_to"
    assert dates_wrong(monday, monday, D("1.01")).field == "days"
    assert dates_wrong(monday, monday, D("-1.5")).field == "days"


def test_days_are_laid_on_working_days_first():
    friday = date(2026, 3, 6)
    assert spread(D("2.5"), friday, friday + timedelta(4), {}) == {
        friday: FULL_DAY,
        friday + timedelta(3): FULL_DAY,
        friday + timedelta(4): D("0.5"),
    }
    assert spread(D(4), friday, friday + timedelta(3), {}) == {friday + timedelta(i): FULL_DAY for i in range(4)}


def test_no_date_bears_more_than_one_training_day():
    monday = date(2026, 3, 2)
    taken = {monday: D("0.75")}
    assert spread(D("0.25"), monday, monday, taken) == {monday: D("0.25")}
    assert spread(D("0.5"), monday, monday, taken) is None


@given(
    st.integers(0, 20),
    st.decimals(0, 20, places=2),
    st.dictionaries(st.integers(0, 20), st.decimals(0, 1, places=2)),
)
def test_spreading_loses_no_day_and_overfills_no_date(length, days, taken_at):
    start = date(2026, 1, 1)
    taken = {start + timedelta(i): part for i, part in taken_at.items()}
    laid = spread(days, start, start + timedelta(length), taken)
    room = sum((FULL_DAY - taken.get(start + timedelta(i), D(0)) for i in range(length + 1)), D(0))
    assert (laid is None) == (days > room)
    if laid is not None:
        assert sum(laid.values(), D(0)) == days
        assert all(start <= day <= start + timedelta(length) for day in laid)
        assert all(taken.get(day, D(0)) + part <= 1 for day, part in laid.items())


def test_totals_add_signed_lines_by_category():
    found = totals([Some(D("1.5")), Some(D("-1.5")), Some(D(40), D(5), 5, "special_class"), Some(D("0.25"))])
    assert (found.whole.hours, found.whole.days, found.whole.span_days, found.whole.lines) == (D("40.25"), D(5), 5, 4)
    assert found.by_category["online_course"].hours == D("0.25")
    assert found.by_category["special_class"].days == D(5)
    assert totals([]).whole.hours == 0


@given(st.lists(st.decimals(-1000, 1000, places=2), max_size=30))
def test_a_line_and_its_reversal_always_cancel(figures):
    lines = [Some(hours) for hours in figures]
    taken_back = [Some(-line.hours) for line in lines]
    assert all(cancels(line, back) for line, back in zip(lines, taken_back, strict=True))
    assert totals([*lines, *taken_back]).whole.hours == 0


def test_only_a_reversal_cannot_be_taken_back():
    assert [kind for kind in EntryKind if not reversible(kind)] == [EntryKind.REVERSAL]


def test_a_reversal_that_differs_in_one_figure_does_not_cancel():
    assert not cancels(Some(D(1), D(1), 1), Some(D(-1), D(-1), 0))
    assert not cancels(Some(D(1)), Some(D("-0.99")))


def test_the_categories_are_the_closed_list_of_the_decisions():
    assert len(Category) == 14
