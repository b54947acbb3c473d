"""One answer is computed at a time, unless it takes longer than its slice; whoever waits for something else leaves first (ADR 25)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.kernel.lane import Lane
from app.kernel.turns import turns_at
from app.kernel.work import College, working

LONG = 60.0
"""A slice that no test outlasts: whoever gets in before it is over was let in."""
PATIENCE = 20


def running(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def lined_up(lane: Lane, name: str, order: list[str], *, before: int) -> threading.Thread:
    """A thread that stands in line as its `before`-th and notes its name when it is let in."""

    def come() -> None:
        with lane.held():
            order.append(name)

    thread = running(come)
    while lane.waiting <= before:
        assert thread.is_alive()
        thread.join(0.001)
    return thread


def coming(lane: Lane) -> threading.Event:
    """Somebody else who comes to the lane now; set once he is let in."""
    inside = threading.Event()

    def come() -> None:
        with lane.held():
            inside.set()

    running(come)
    return inside


def gets_in(lane: Lane) -> bool:
    """Whether somebody else is let in, before a slice is over."""
    return coming(lane).wait(PATIENCE)


def must_wait(lane: Lane) -> bool:
    """Whether somebody else who comes now is left standing in line."""
    before = lane.waiting
    inside = coming(lane)
    while lane.waiting <= before and not inside.wait(0.001):
        pass
    return not inside.is_set()


def test_answers_are_computed_one_at_a_time_in_the_order_of_coming():
    lane, order = Lane(LONG), []
    with lane.held():
        threads = [lined_up(lane, str(number), order, before=number) for number in range(12)]
        assert order == []
    for thread in threads:
        thread.join(PATIENCE)
    assert order == [str(number) for number in range(12)]


def test_never_two_at_once_however_many_come():
    lane, inside, most = Lane(LONG), [], [0]

    def come() -> None:
        for _ in range(200):
            with lane.held():
                inside.append(1)
                most[0] = max(most[0], len(inside))
                inside.pop()

    threads = [running(come) for _ in range(16)]
    for thread in threads:
        thread.join(PATIENCE)
    assert (most, lane.waiting) == ([1], 0)


def test_nobody_waits_longer_than_a_slice_behind_a_long_one():
    lane, inside, overtaken = Lane(0.01), threading.Event(), []

    def come() -> None:
        with lane.held():
            inside.set()

    with lane.held():
        thread = running(come)
        overtaken.append(inside.wait(PATIENCE))
    thread.join(PATIENCE)
    assert overtaken == [True]


def test_who_was_overtaken_lets_nobody_in_beside_the_present_one():
    lane, has_begun, may_end = Lane(0.01), threading.Event(), threading.Event()

    def overtake() -> None:
        with lane.held():
            lane._slice = LONG
            has_begun.set()
            may_end.wait(PATIENCE)

    with lane.held():
        thread = running(overtake)
        assert has_begun.wait(PATIENCE)
    assert must_wait(lane), "the one who overtook is still at it"
    may_end.set()
    thread.join(PATIENCE)
    assert gets_in(lane)


def test_who_is_called_as_his_wait_runs_out_and_overtaken_at_once_goes_in_all_the_same():
    lane, called = Lane(0), threading.Lock()
    assert lane._overtake(called), "nobody else stands in line, and he does not either"
    with lane.held():
        assert lane._overtake(called)


def test_leaving_twice_takes_nothing_from_the_next():
    lane = Lane(LONG)
    with lane.held():
        lane.leave()
        assert gets_in(lane)
        has_begun, may_end = threading.Event(), threading.Event()

        def stay() -> None:
            with lane.held():
                has_begun.set()
                may_end.wait(PATIENCE)

        thread = running(stay)
        assert has_begun.wait(PATIENCE)
        lane.leave()
        assert must_wait(lane)
    assert lane.waiting == 1, "nor does the end of the block"
    may_end.set()
    thread.join(PATIENCE)


def test_an_error_leaves_the_lane():
    lane = Lane(LONG)
    with pytest.raises(LookupError), lane.held():
        raise LookupError
    assert gets_in(lane)


def test_whoever_waits_for_his_turn_to_write_leaves_the_lane(tmp_path: Path):
    lane, turns = Lane(LONG), turns_at(tmp_path / "college.sqlite3")

    def write() -> None:
        with lane.held(), turns.turn(PATIENCE, lane.leave):
            pass

    with turns.turn(1):
        thread = running(write)
        while not turns.waiting:
            thread.join(0.001)
        assert gets_in(lane)
    thread.join(PATIENCE)


def test_the_disk_is_waited_for_outside_the_lane(college: College):
    college.lane._slice = LONG
    with college.lane.held():
        with working(college, write=False):
            assert must_wait(college.lane), "a read keeps it"
        with working(college):
            pass
        assert college.lane._mine.place is None


def test_a_turn_that_comes_at_once_keeps_the_lane(tmp_path: Path):
    lane, turns = Lane(LONG), turns_at(tmp_path / "college.sqlite3")
    with lane.held(), turns.turn(1, lane.leave):
        assert must_wait(lane)


def test_pages_are_computed_in_the_lane_and_slow_work_of_its_own_outside_of_it(app: Flask):
    lane = app.extensions["college"].lane
    lane._slice = LONG
    with lane.held():
        own = running(lambda: app.test_client().post("/sign-in", data={"user_name": "nobody", "password": "x"}))
        own.join(PATIENCE)
        assert not own.is_alive(), "a password is hashed outside of it"
        page = running(lambda: app.test_client().get("/sign-in"))
        while not lane.waiting:
            assert page.is_alive()
            page.join(0.001)
    page.join(PATIENCE)
    assert not page.is_alive()
