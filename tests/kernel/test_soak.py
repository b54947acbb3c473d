"""`make soak` heeds its minutes, in the kill loops, too."""

from __future__ import annotations

import itertools

from tools import soak


def test_kills_are_done_in_runs_until_there_are_enough() -> None:
    assert list(soak.batches(120, 1.0, lambda: 0.0)) == [50, 50, 20]


def test_no_run_is_begun_once_the_time_is_over_but_one_there_always_is() -> None:
    ticks = itertools.count()
    assert list(soak.batches(1000, 2.0, lambda: float(next(ticks)))) == [50, 50, 50]
    assert list(soak.batches(1000, 0.0, lambda: 5.0)) == [50]
