"""`make run` begins and ends as its user expects."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, LiveCollege

pytestmark = [pytest.mark.slow]
PATIENCE = 180
"""Seconds that a start may take while other tests run."""


def answers(college: LiveCollege) -> bool:
    try:
        with urllib.request.urlopen(f"{college.url}/readyz", timeout=2):
            return True
    except OSError:
        return False


def test_ctrl_c_stops_all_of_it(prepared: Path, tmp_path: Path) -> None:
    """As a terminal sends it: to the whole group in the foreground. No worker is taken for lost, none is left."""
    shutil.copytree(prepared / "var", tmp_path / "var")
    college = LiveCollege(tmp_path)
    environ = {**college.environ, "MEDIA_DIR": str(prepared / "media")}
    with (tmp_path / "log").open("wb") as log:
        run = subprocess.Popen([sys.executable, "tools/run.py"], cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True)
    end = time.monotonic() + PATIENCE
    while not answers(college) and time.monotonic() < end and run.poll() is None:
        time.sleep(0.1)
    said = (tmp_path / "log").read_text()
    assert answers(college), said
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(PATIENCE) == 0
    assert not answers(college)
    assert "Unexpected exit" not in (tmp_path / "log").read_text()


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    college = LiveCollege(tmp_path, extra={"DATABASE_URL": "postgresql+psycopg://college:secret@127.0.0.1:1/college"})
    done = subprocess.run(
        [sys.executable, "tools/run.py"], cwd=ROOT, env=college.environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode != 0
    assert "数据库打不开" in done.stderr and "Traceback" not in done.stderr and "secret" not in done.stderr
