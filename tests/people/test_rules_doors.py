"""User names, locks, slow-downs, sessions: tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.rules.doors import (
    ABSOLUTE,
    ADDRESS_FREE,
    ADDRESS_MOST,
    IDLE,
    LOCKED_FOR,
    SEEN_STEP,
    fail_account,
    fail_address,
    seconds_left,
    session_is_over,
    user_key,
)

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Division", "division"),
        ("  division ", "division"),
        ("ｄｉｖｉｓｉｏｎ", "division"),
        ("ＡＤＭＩＮ", "admin"),
        ("Straße", "strasse"),
        ("ﬁnance", "finance"),
        ("李学", "李学"),
        ("unit-admin", "unit-admin"),
        ("two words", ""),
        ("zero\u200bwidth", ""),
        ("line\nbreak", ""),
        ("", ""),
        ("x" * 61, ""),
    ],
)
def test_a_user_name_has_one_spelling(typed: str, key: str) -> None:
    assert user_key(typed) == key


@given(st.text(max_size=40))
def test_the_spelling_of_a_spelling_is_itself(typed: str) -> None:
    assert user_key(user_key(typed)) == user_key(typed)


def test_the_fifth_failure_locks_for_half_an_hour() -> None:
    failures, until = 0, None
    for _ in range(4):
        failed = fail_account(failures, until, NOW)
        failures, until = failed.failures, failed.shut_until
        assert until is None
    assert fail_account(failures, until, NOW).shut_until == NOW + LOCKED_FOR


def test_after_a_lock_has_lapsed_the_count_begins_anew() -> None:
    failed = fail_account(5, NOW - timedelta(seconds=1), NOW)
    assert (failed.failures, failed.shut_until) == (1, None)


def test_an_office_behind_one_address_has_some_failures_free() -> None:
    assert fail_address(ADDRESS_FREE - 1, NOW, NOW).shut_until is None
    assert fail_address(ADDRESS_FREE, NOW, NOW).shut_until == NOW + timedelta(seconds=2)
    assert fail_address(ADDRESS_FREE + 1, NOW, NOW).shut_until == NOW + timedelta(seconds=4)
    assert fail_address(10_000, NOW, NOW).shut_until == NOW + ADDRESS_MOST
    assert fail_address(10_000, NOW - timedelta(hours=1), NOW).failures == 1


@pytest.mark.parametrize(("left", "seconds"), [(0.0, 0), (0.2, 1), (1.0, 1), (1.2, 2), (1800.0, 1800), (-5.0, 0)])
def test_the_wait_is_told_in_whole_seconds_rounded_up(left: float, seconds: int) -> None:
    assert seconds_left(NOW + timedelta(seconds=left), NOW) == seconds


@pytest.mark.parametrize(
    ("created", "seen", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=1), IDLE, False),
        (timedelta(hours=1), IDLE + SEEN_STEP + timedelta(seconds=1), True),
        (ABSOLUTE, timedelta(0), False),
        (ABSOLUTE + timedelta(seconds=1), timedelta(0), True),
        (-timedelta(hours=3), -timedelta(hours=3), False),
    ],
)
def test_a_session_lapses_when_idle_or_old_and_never_by_a_clock_stepping_back(created: timedelta, seen: timedelta, over: bool) -> None:
    assert session_is_over(NOW - created, NOW - seen, IDLE, NOW) is over
