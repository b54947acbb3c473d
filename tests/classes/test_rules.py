"""What a training class must be, and how it stands by its days alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.classes.rules import CATEGORIES, ClassState, Reach, may_cancel, reason_faults, state_on, terms_faults
from app.people.rules import listed
from tests.classes.build import FIRST, LAST, terms


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2026, 11, 30), "planned"), (FIRST, "running"), (LAST, "running"), (date(2026, 12, 6), "ended")],
)
def test_a_class_stands_by_its_days_both_included(day: date, state: str) -> None:
    assert state_on(day, FIRST, LAST) == state
    assert state_on(day, FIRST, LAST, is_cancelled=True) is ClassState.CANCELLED


def test_only_what_has_not_ended_is_cancelled() -> None:
    assert [one for one in ClassState if may_cancel(one)] == [ClassState.PLANNED, ClassState.RUNNING]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"code": ""}, "code", "code_outside"), ({"code": "两 字"}, "code", "code_outside"), ({"code": "x" * 41}, "code", "code_outside"),
        ({"title": " "}, "title", "title_outside"), ({"title": "两行\n名称"}, "title", "title_outside"),
        ({"category": "online_course"}, "category", "category_unknown"), ({"starts_on": date(1999, 1, 1)}, "starts_on", "day_outside"),
        ({"ends_on": date(2026, 11, 30)}, "ends_on", "days_backwards"), ({"ends_on": date(2029, 12, 31)}, "ends_on", "too_long"),
        ({"hours": Decimal("-1")}, "hours", "hours_outside"), ({"hours": Decimal("NaN")}, "hours", "hours_outside"),
        ({"hours": Decimal("0.125")}, "hours", "hours_outside"), ({"days": Decimal("5.5")}, "days", "days_outside"),
    ],
)  # fmt: skip
def test_what_keeps_a_class_from_being_one_is_told_by_field(change: dict[str, Any], field: str, code: str) -> None:
    assert [(one.field, one.code) for one in terms_faults(replace(terms(), **change))] == [(field, code)]


def test_a_good_class_of_every_category_has_no_fault() -> None:
    assert [terms_faults(terms(category=str(one))) for one in CATEGORIES] == [[]] * 6
    assert terms_faults(terms(ends_on=FIRST, days=Decimal(1))) == []


def test_a_reason_is_given_and_short() -> None:
    assert [[one.code for one in reason_faults(words)] for words in ("", "  ", "x" * 501, "因故")] == [
        ["reason_needed"], ["reason_needed"], ["reason_outside"], []
    ]  # fmt: skip


def test_a_reach_ends_at_the_edge_of_a_unit() -> None:
    mine = Reach(own=("/pc/o1",), overseen=("/pc/d1",))
    assert [mine.keeps(path) for path in ("/pc/o1", "/pc/o1/a", "/pc/o10", "/pc/d1/o2", "/pc", "/pc/d2")] == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]
    assert [mine.is_own(path) for path in ("/pc/o1/a", "/pc/d1/o2")] == [True, False]
    assert Reach(is_all=True).keeps("/pc/d2") and not Reach(is_all=True).is_own("/pc/d2")
    assert not Reach().keeps("/pc")


def test_names_are_read_by_row_with_a_heading_passed_over() -> None:
    found, flaws = listed.named([("工号",), ("lixue", "李学"), (), (None,), (100017.0,), ("ＬＩＸＵＥ",), ("a b",)])
    assert found == [(2, "lixue"), (5, "100017")]
    assert [(one.row, one.code) for one in flaws] == [(6, "named_twice"), (7, "person_unknown")]
    with pytest.raises(listed.TooLong):
        listed.named([(f"u{at}",) for at in range(listed.MOST_ROWS + 1)])
