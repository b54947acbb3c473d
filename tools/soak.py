"""`make soak MINUTES=30`: the kill loops at full length, then the adversaries of trusted study again and again until the time is over."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KILLS = {"sqlite": "1000", "postgresql": "300"}
"""How often the server is killed on each engine (decisions 26)."""


def main() -> int:
    """The exit status of the first run that fails, else 0."""
    minutes = float(os.environ.get("MINUTES", "30"))
    end = time.monotonic() + minutes * 60
    for engine, kills in KILLS.items():
        if status := _pytest("tests/exams/test_kill.py", TEST_ENGINES=engine, KILLS=kills):
            return status
    while time.monotonic() < end:
        if status := _pytest("tests/learning/test_rules_machine.py", "tests/learning/test_service_machine.py"):
            return status
    return 0


def _pytest(*arguments: str, **environ: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
