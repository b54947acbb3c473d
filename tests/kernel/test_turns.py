"""Writers of one SQLite file take turns in the order they came, across threads and processes (ADR 19)."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.kernel import work as work_module
from app.kernel.errors import Unavailable
from app.kernel.turns import TooLong, Turns, turns_at
from app.kernel.work import working

HOLDER = """
import sys
from pathlib import Path
from app.kernel.turns import turns_at

with turns_at(Path(sys.argv[1])).turn(5):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "college.sqlite3"


@contextmanager
def another_process(database_file: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the turn until it is told to go on, or dies."""
    command = [sys.executable, "-c", HOLDER, str(database_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def lined_up(turns: Turns, name: str, order: list[str], *, before: int) -> threading.Thread:
    """A thread that has joined the line as its `before`-th and notes its name when its turn comes."""

    def come() -> None:
        with turns.turn(30):
            order.append(name)

    thread = threading.Thread(target=come)
    thread.start()
    while turns.waiting <= before:
        thread.join(0.001)
    return thread


def test_threads_write_in_the_order_they_came(database_file):
    turns, order = turns_at(database_file), []
    with turns.turn(1):
        threads = [lined_up(turns, str(number), order, before=number) for number in range(12)]
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [str(number) for number in range(12)]


def test_whoever_has_just_written_stands_behind_those_who_wait(database_file):
    turns, order = turns_at(database_file), []
    with turns.turn(1):
        waiting = lined_up(turns, "waited", order, before=0)
    with turns.turn(30):
        order.append("came again")
    waiting.join()
    assert order == ["waited", "came again"]


def test_one_that_gave_up_is_not_called(database_file):
    turns, order = turns_at(database_file), []
    refused: list[type[BaseException]] = []

    def impatient() -> None:
        try:
            with turns.turn(0.01):
                order.append("impatient")
        except TooLong as error:
            refused.append(type(error))

    with turns.turn(1):
        first = threading.Thread(target=impatient)
        first.start()
        first.join()
        second = lined_up(turns, "patient", order, before=0)
    second.join()
    assert (order, refused, turns.waiting) == (["patient"], [TooLong], 0)


def test_a_failed_turn_is_given_back(database_file):
    turns = turns_at(database_file)
    with pytest.raises(KeyError), turns.turn(1):
        raise KeyError
    with turns.turn(0):
        assert turns.waiting == 0


def test_a_process_has_one_line_for_a_file(database_file, tmp_path):
    assert turns_at(database_file) is turns_at(tmp_path / "." / database_file.name)
    assert turns_at(database_file) is not turns_at(tmp_path / "other.sqlite3")


def test_another_process_is_waited_for_and_a_killed_one_gives_the_turn_back(database_file):
    turns = turns_at(database_file)
    with another_process(database_file) as process:
        with pytest.raises(TooLong), turns.turn(0.05):
            pass
        process.kill()
        process.wait()
        with turns.turn(5):
            assert process.returncode == -9


def test_the_next_process_in_line_cannot_be_passed(database_file):
    """Who waits for the desk holds the gate: a process that has just written must come behind him."""
    turns, waiter = turns_at(database_file), Turns(database_file)  # a second line of its own stands for another process
    order: list[str] = []
    with turns.turn(1):
        thread = threading.Thread(target=lambda: _write(waiter, order))
        thread.start()
        _until_held(database_file.with_name(database_file.name + "-gate"))
    with turns.turn(30):
        order.append("came again")
    thread.join()
    assert order == ["waited", "came again"]


def _write(turns: Turns, order: list[str]) -> None:
    with turns.turn(30):
        order.append("waited")


def _until_held(path: Path) -> None:
    """Return when somebody holds the lock of the file."""
    import fcntl

    with path.open() as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(file, fcntl.LOCK_UN)


def test_a_unit_of_work_inside_another_of_the_same_thread_is_a_defect_named_at_once(database_file):
    turns = turns_at(database_file)
    with turns.turn(1), pytest.raises(RuntimeError, match="inside another"), turns.turn(1):
        pass


@pytest.mark.sqlite_only
def test_a_turn_that_does_not_come_is_503_and_a_reader_is_not_held_up(app, college, monkeypatch):
    monkeypatch.setattr(work_module, "BUSY_SECONDS", 0.05)
    path = Path(college.engine.url.database)
    with another_process(path):
        with pytest.raises(Unavailable), working(college):
            pass
        with working(college, write=False) as work:
            assert work.session.connection().exec_driver_sql("SELECT 1").scalar_one() == 1
        answer = app.test_client().post("/api/v1/play-sessions", json={})
        assert (answer.status_code, answer.get_json(force=True)["code"]) == (503, "unavailable")
    with working(college) as work:
        assert work.writes
