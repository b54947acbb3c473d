"""The worker process: huey carries wake-ups, sweeping finds what they missed, a pulse keeps leases alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey

from app.jobs import service
from app.kernel.work import Actor, College, working

SWEEP_SECONDS = 2.0
log = logging.getLogger(__name__)


def carrier(college: College) -> Huey:
    """The queue that carries wake-ups: SQLite beside the data, PostgreSQL or Redis by JOBS_URL."""
    url = college.settings.jobs_url
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey("college", url=url)
    if url.startswith("postgresql"):
        from huey import PostgresHuey  # needs psycopg; imported where it is used

        return PostgresHuey("college", dsn=url)
    path = college.settings.data_dir / "jobs.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("college", filename=str(path))


class Bell:
    """Wake-ups from the web to the workers. One that is lost costs at most a sweep (decisions 34)."""

    def __init__(self, college: College, heard: Callable[[], None] = lambda: None) -> None:
        self.huey = carrier(college)
        self._heard = heard
        self._task: Callable[..., Any] = self.huey.task(name="wake")(self._wake)

    def ring(self, job_id: int) -> None:
        """Tell the workers; a queue that cannot be reached is no reason to fail the person's act."""
        try:
            self._task(job_id)
        except Exception:  # any storage error of the carrier: the sweeper covers it
            log.warning("wake-up lost", extra={"job": job_id})

    def _wake(self, _job_id: int) -> None:
        self._heard()

    def listen(self, stop: threading.Event) -> None:
        """Hear wake-ups until `stop`."""
        while not stop.is_set():
            task = self.huey.dequeue()
            if task is None:
                stop.wait(0.2)
            else:
                self.huey.execute(task)


class Lane:
    """One thread that runs one kind of job: quick ones are never behind a transcode."""

    def __init__(self, college: College, *, long: bool, heavy: bool | None = None) -> None:
        self.college = college
        self.long = long
        self.heavy = heavy
        self.woken = threading.Event()

    def sweep(self) -> int:
        """Release what dead workers held and run whatever of this lane is due; how many ran."""
        with working(self.college, Actor.system("sweeper")) as work:
            service.release_lost(work)
            service.enqueue_recurring(work)
            waiting = service.due(work, long=self.long, heavy=self.heavy)
        return sum(service.run(self.college, job_id) for job_id in waiting)

    def serve(self, stop: threading.Event) -> None:
        """Sweep at every wake-up and at least every SWEEP_SECONDS, until `stop`."""
        while not stop.is_set():
            self.woken.wait(SWEEP_SECONDS)
            self.woken.clear()
            try:
                self.sweep()
            except Exception:  # the database may be away for a moment; the next sweep tries again
                log.exception("sweep failed")


def serve(college: College, stop: threading.Event) -> None:
    """Run the lanes, the pulse and the bell until `stop`."""
    lanes = [Lane(college, long=False), Lane(college, long=True, heavy=False), Lane(college, long=True, heavy=True)]

    def wake_all() -> None:
        for lane in lanes:
            lane.woken.set()

    bell = Bell(college, heard=wake_all)
    threads = [threading.Thread(target=lane.serve, args=(stop,), daemon=True) for lane in lanes]
    threads.append(threading.Thread(target=_pulse, args=(college, stop), daemon=True))
    for thread in threads:
        thread.start()
    bell.listen(stop)


def _pulse(college: College, stop: threading.Event) -> None:
    """Renew the leases of jobs this process runs."""
    while not stop.wait(service.LEASE.total_seconds() / 3):
        try:
            service.renew_held(college)
        except Exception:  # a missed pulse is made up for by the next one
            log.exception("pulse failed")
