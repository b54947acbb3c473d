"""`make soak MINUTES=30`: the kill loops, then the adversaries of trusted study again and again, until the time is over."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KILLS = {"sqlite": 1000, "postgresql": 300}
"""How often the server is killed on each engine (decisions 26), if there is time."""
BATCH, SHARE = 50, 1 / 3
"""Kills in one run of the tests, and how much of the time each engine's kills may take before no further run is begun."""


def main() -> int:
    """The exit status of the first run that fails, else 0."""
    seconds, begin = float(os.environ.get("MINUTES", "30")) * 60, time.monotonic()
    for at, (engine, kills) in enumerate(KILLS.items(), 1):
        done = 0
        for batch in batches(kills, begin + seconds * SHARE * at, time.monotonic):
            if status := _pytest("tests/exams/test_kill.py", TEST_ENGINES=engine, KILLS=str(batch)):
                return status
            done += batch
        print(f"{engine}: killed {done} of {kills} times", flush=True)
    for _again in batches(sys.maxsize, begin + seconds, time.monotonic):
        if status := _pytest("tests/learning/test_rules_machine.py", "tests/learning/test_service_machine.py"):
            return status
    return 0


def batches(total: int, end: float, now: Callable[[], float]) -> Iterator[int]:
    """How many of `total` to do in each run: one run at least, and none that would begin at `end` or later."""
    done = 0
    while done < total and (not done or now() < end):
        yield min(BATCH, total - done)
        done += BATCH


def _pytest(*arguments: str, **environ: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
