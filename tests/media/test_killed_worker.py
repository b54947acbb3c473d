"""`kill -9` of a real worker in the middle of a transcode: no encoder is left behind, and the next worker finishes once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select

from app.jobs.models import Job
from app.kernel.work import Actor, College
from app.media import places, service
from app.media.models import Asset
from tests.conftest import START, WorkAs
from tests.media import corpus

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


class Workers:
    """Real worker processes on the database of the test, at the hour of the test plus a shift."""

    def __init__(self, college: College, folder: Path) -> None:
        self._college = college
        self._folder = folder
        self.all: list[subprocess.Popen[bytes]] = []

    def start(self, shift_seconds: int) -> subprocess.Popen[bytes]:
        """A worker whose clock shows the test's hour plus `shift_seconds`."""
        settings = self._college.settings
        clock = self._folder / f"clock-{shift_seconds}"
        clock.write_text(str((START - datetime.now(UTC)).total_seconds() + shift_seconds))
        environment = {
            "PATH": os.environ["PATH"], "APP_ENV": "test", "DATABASE_URL": settings.sqlalchemy_url, "DATA_DIR": str(settings.data_dir),
            "MEDIA_DIR": str(settings.media_dir), "SECRET_KEY": settings.secret_key, "DEMO_CLOCK_FILE": str(clock),
        }  # fmt: skip
        log = (self._folder / f"worker-{shift_seconds}.log").open("wb")
        with log:
            command = (sys.executable, "-m", "flask", "--app", "wsgi", "worker")
            worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        self.all.append(worker)
        return worker


@pytest.fixture
def workers(college: College, tmp_path: Path) -> Iterator[Workers]:
    """Workers that are gone after the test."""
    made = Workers(college, tmp_path)
    yield made
    for worker in made.all:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until something is so."""
    end, pause = monotonic() + seconds, threading.Event()
    while not true():
        assert monotonic() < end, "it did not happen"
        pause.wait(0.05)


def encoders(job_root: Path) -> list[int]:
    """Processes whose working folder is a job of ours."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(entry / "cwd")).is_relative_to(job_root):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_a_killed_worker_loses_nothing_and_the_next_one_finishes_once(
    workers: Workers, college: College, work_as: WorkAs, teacher: Actor, tmp_path: Path
) -> None:
    root = college.settings.media_dir
    path = corpus.film(tmp_path / "lecture.mp4", 20, "1280x720")
    with work_as() as work:
        asset_id = service.receive(work, path, "lecture.mp4", teacher.person_id or 0).id

    def state() -> str:
        with work_as(write=False) as work:
            return str(work.session.scalar(select(Asset.state).where(Asset.id == asset_id)))

    first = workers.start(10)
    until(lambda: state() == "transcoding" and bool(list((root / "work").glob("*/720p/*.m4s"))))
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    until(lambda: encoders(root / "work") == [], 5)
    with work_as(write=False) as work:
        left = work.session.get_one(Asset, asset_id)
    assert (left.state, set(left.renditions), service.is_playable(left)) == ("transcoding", {"copy"}, True)
    assert not (places.served(root, left.uid) / "720p").exists()

    workers.start(120)
    until(lambda: state() == "ready", 120)
    with work_as(write=False) as work:
        asset = work.session.get_one(Asset, asset_id)
        job = work.session.scalars(select(Job).where(Job.name == "media.encode")).one()
    until(lambda: list((root / "work").iterdir()) == [], 5)
    assert (job.attempt, asset.duration_ms, set(asset.renditions)) == (2, 20_000, {"copy", "360p", "720p"})
    assert asset.segments["720p"][-1][2] == 20_000
    folder = places.served(root, asset.uid)
    assert all((folder / file).is_file() for spans in asset.segments.values() for file, _from, _to in spans)
