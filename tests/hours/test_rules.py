"""How a year goes on: months, pace, forecast, drawing (app/hours/rules/year.py)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.rules import Outlook, Urgency, by_month, forecast, month_chart, month_pace, share, urgency

D = Decimal
TODAY = date(2026, 11, 22)
END = date(2026, 12, 31)


def hours(months):
    return [month.hours for month in months]


def test_hours_stand_in_the_month_in_which_they_were_earned_and_later_months_are_open():
    months = by_month([(date(2026, 1, 3), D("1.5")), (date(2026, 1, 30), D(1)), (date(2026, 11, 1), D(2))], 2026, TODAY)
    assert hours(months) == [D("2.5"), *[D(0)] * 9, D(2), None]


def test_what_was_counted_for_a_year_outside_its_days_stands_at_its_edges():
    months = by_month([(date(2025, 12, 3), D(1)), (date(2027, 4, 20), D(3))], 2026, date(2027, 5, 1))
    assert (months[0].hours, months[11].hours) == (D(1), D(3))


def test_a_year_that_has_not_begun_has_no_months():
    assert hours(by_month([], 2027, TODAY)) == [None] * 12


@pytest.mark.parametrize(("required", "months", "pace"), [("50", 12, "4.2"), ("25", 6, "4.2"), ("21", 5, "4.2"), ("0", 0, "0")])
def test_the_monthly_pace_is_never_too_slow(required, months, pace):
    assert month_pace(D(required), months) == D(pace)
    assert month_pace(D(required), months) * months >= D(required)


RECENT = [(date(2026, 10, 10), D(8)), (date(2026, 11, 20), D(8)), (date(2026, 3, 1), D(30))]


@pytest.mark.parametrize(
    ("counted", "pending", "credits", "today", "outlook"),
    [
        ("50", "0", [], TODAY, Outlook.REACHED),
        ("50", "0", [], date(2027, 1, 5), Outlook.REACHED),
        ("46", "4", [], TODAY, Outlook.PENDING_SUFFICES),
        ("42", "4", RECENT, TODAY, Outlook.ON_PACE),
        ("20", "0", RECENT, TODAY, Outlook.BEHIND),
        ("46", "1", [], TODAY, Outlook.NO_PACE),
        ("46", "1", [(date(2026, 9, 27), D(4))], TODAY, Outlook.NO_PACE),
        ("46", "1", [(date(2026, 9, 28), D(40))], TODAY, Outlook.ON_PACE),
        ("46", "0", RECENT, END, Outlook.OVER),
        ("46", "0", RECENT, date(2027, 1, 5), Outlook.OVER),
    ],
)
def test_what_the_forecast_says(counted, pending, credits, today, outlook):
    assert forecast(D(counted), D(pending), D(50), credits, today, END).outlook == outlook


def test_the_day_follows_from_the_pace_of_eight_weeks():
    seen = forecast(D(42), D(4), D(50), RECENT, TODAY, END)  # 16 hours in 8 weeks, 8 to go: 4 weeks
    assert seen.reached_on == date(2026, 12, 20)
    assert seen.sooner == date(2026, 12, 6)
    assert seen.short == D(8)


def test_who_is_behind_learns_what_a_week_would_need():
    seen = forecast(D(20), D(0), D(50), RECENT, TODAY, END)
    assert seen.by_then == D("31.1")
    assert seen.short == D("18.9")
    assert seen.weekly == D("5.4")  # 30 hours in 39 days


@given(
    counted=st.decimals(0, 100, places=2),
    pending=st.decimals(0, 20, places=2),
    recent=st.decimals(0, 60, places=2),
    days=st.integers(0, 400),
)
def test_a_forecast_never_promises_a_day_after_the_end(counted, pending, recent, days):
    today = date.fromordinal(END.toordinal() - days)
    seen = forecast(counted, pending, D(50), [(today, recent)], today, END)
    assert (seen.outlook is Outlook.REACHED) == (counted >= 50)
    for day in (seen.reached_on, seen.sooner):
        assert day is None or today <= day <= END
    assert seen.short >= 0


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        ("42.5", "50", "85"),
        ("49.99", "50", "99.9"),
        ("50", "50", "100"),
        ("70", "50", "100"),
        ("0", "50", "0"),
        ("-2", "50", "0"),
        ("1", "0", "100"),
    ],
)
def test_a_full_ring_means_reached(part, whole, percent):
    assert share(D(part), D(whole)) == D(percent)


def test_bars_and_pace_share_one_scale():
    chart = month_chart(by_month([(date(2026, 5, 1), D("6.5")), (date(2026, 6, 1), D("3.25"))], 2026, TODAY), D("4.2"))
    may, june, december = chart.columns[4], chart.columns[5], chart.columns[11]
    assert (may.y, may.height) == (D(14), D(78))
    assert june.height == D(39)
    assert december.height == D(4)
    assert D(14) < chart.pace_y < D(92)


def test_a_pace_above_every_month_stays_in_the_picture():
    assert month_chart(by_month([], 2026, TODAY), D("4.2")).pace_y == D(14)


@pytest.mark.parametrize(
    ("due", "urgent"),
    [(date(2026, 11, 29), Urgency.SOON), (date(2026, 11, 30), Urgency.PLAIN), (date(2026, 1, 1), Urgency.SOON), (None, Urgency.PLAIN)],
)
def test_a_week_before_the_day_it_is_urgent(due, urgent):
    assert urgency(due, TODAY) is urgent
