"""The brake on the public page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.certificates import limits
from app.certificates.limits import Bucket
from app.kernel.errors import TooMany

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_a_burst_passes_then_one_a_second():
    bucket = Bucket(burst=3, per_second=1.0)
    for _ in range(3):
        bucket.take("a", NOW)
    with pytest.raises(TooMany) as refusal:
        bucket.take("a", NOW)
    assert refusal.value.retry_after == 1
    bucket.take("a", NOW + timedelta(seconds=1))
    with pytest.raises(TooMany):
        bucket.take("a", NOW + timedelta(seconds=1.5))


def test_one_address_does_not_brake_another():
    bucket = Bucket(burst=1, per_second=1.0)
    bucket.take("a", NOW)
    bucket.take("b", NOW)


def test_a_clock_that_steps_back_gives_nothing():
    bucket = Bucket(burst=1, per_second=1.0)
    bucket.take("a", NOW)
    with pytest.raises(TooMany):
        bucket.take("a", NOW - timedelta(hours=1))


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 2)
    bucket = Bucket(burst=1, per_second=0.001)
    for address in "abc":
        bucket.take(address, NOW)
    bucket.take("a", NOW)
    with pytest.raises(TooMany):
        bucket.take("c", NOW)
