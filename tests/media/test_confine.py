"""The lock around a child process: each measure that the doctor reports really holds."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from app.media.commands import MEASURES, isolation
from app.media.probe import ROOT
from app.media.runner import Limits, Stop, open_to_child, run

TRY = """
import json, os, socket, sys
sys.path.insert(0, sys.argv[1])
from app.media.confine import confine
spec = json.loads(sys.argv[2])
secret, port = sys.argv[3], int(sys.argv[4])
held = confine(spec["limits"], spec["job"], [])
def attempt(act):
    try:
        act()
    except OSError:
        return False
    return True
def connect():
    with socket.socket() as line:
        line.settimeout(2)
        line.connect(("127.0.0.1", port))
def write(path):
    with open(path, "w") as file:
        file.write("x")
def swell():
    try:
        bytearray(1 << 40)
    except MemoryError:
        raise OSError
print(json.dumps({"held": held, "reads": attempt(lambda: open(secret).close()), "connects": attempt(connect), "uid": os.getuid(),
    "writes_there": attempt(lambda: write(secret + ".new")), "writes_here": attempt(lambda: write("mine")), "swells": attempt(swell),
    "secrets": [name for name in os.environ if "SECRET" in name]}))
"""


def test_a_locked_child_writes_its_own_folder_and_reaches_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setenv("SECRET_KEY", "of the college")
    secret, job = tmp_path / "secret", tmp_path / "job"
    secret.write_text("of another job")
    secret.chmod(0o600)
    job.mkdir()
    open_to_child(job)
    lines: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        spec = json.dumps({"limits": Limits(20, 20).spec(), "job": str(job)})
        command = (sys.executable, "-I", "-c", TRY, str(ROOT), spec, str(secret), str(server.getsockname()[1]))
        finished = run(command, Limits(20, 20), on_line=lines.append)
    assert finished.went_well, finished.errors
    found = json.loads("".join(lines))
    assert (found["writes_here"], found["swells"], found["secrets"]) == (True, False, [])
    assert found["connects"] == ("network" not in found["held"])
    assert (found["uid"] == os.getuid()) == ("user" not in found["held"])
    if "files" in found["held"] or "user" in found["held"]:
        assert (found["reads"], found["writes_there"]) == (False, False)


def test_the_doctor_reports_only_measures_it_knows() -> None:
    held = isolation()
    assert "limits" in held
    assert set(held) <= set(MEASURES)


def test_a_child_that_hangs_goes_with_its_whole_group() -> None:
    body = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); print('on', flush=True)"
    begun = threading.Event()
    finished = run((sys.executable, "-I", "-c", body + "; import time; time.sleep(600)"), Limits(2, 60), on_line=lambda _line: begun.set())
    assert begun.is_set()
    assert (finished.stopped, finished.went_well) == ("time_limit", False)


def test_a_reader_may_stop_its_child() -> None:
    def enough(_line: str) -> None:
        raise Stop("no_space")

    finished = run((sys.executable, "-I", "-c", "import time; print(1, flush=True); time.sleep(600)"), Limits(30, 30), on_line=enough)
    assert finished.stopped == "no_space"
