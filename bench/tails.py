"""The tail of a beat while the machine does something else: G8 (a storm of sign-ins), G14 (a film being encoded)."""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from app.jobs import service as jobs
from app.kernel.work import Actor, working
from app.media import service as media
from app.people.models import Account
from bench.clips import lecture
from bench.figures import Figure
from bench.load import Result
from bench.people import Learner, open_sessions, tokens
from bench.servers import Server

Beats = Callable[[Server, list[Learner], float], Result]
USERS = ("bureau", "division", "section", "manager", "engineer", "finance", "personnel", "auditor")


def tails(server: Server, beats: Beats, sign_in: Callable[[int, str], object]) -> list[Figure]:
    """Beats alone, beside sign-ins at full tilt, and beside an encoder, in the same minute."""
    assert server.college is not None
    learners = open_sessions(server.port, tokens(server.college, 600, prefix="tail"))
    beats(server, learners, 6)
    alone = beats(server, learners, 8)
    with storming(server, sign_in) as signed_in:
        storm = beats(server, learners, 8)
    with encoding(server) as encoded:
        beside = beats(server, learners, 8)
    failed = len(alone.failures) + len(storm.failures) + len(beside.failures)
    rise = beside.percentile(0.99) / max(alone.percentile(0.99), 0.01)
    return [
        Figure(
            "G8", "p99 of a beat during a storm of sign-ins", storm.percentile(0.99), 400, "ms", f"{next(signed_in)} sign-ins meanwhile"
        ),
        Figure("G14", "p99 of a beat beside an encoder, against alone", rise, 2, "×", f"alone {alone.percentile(0.99):.0f} ms"),
        Figure("G14", "the encoder was at work all the while", float(encoded()), 1, "≥"),
        Figure("G8", "beats that failed", failed, 0, ""),
    ]


@contextmanager
def storming(server: Server, sign_in: Callable[[int, str], object]) -> Iterator[Iterator[int]]:
    """Four visitors who sign in over and over; yields how many did, once it is over."""
    stop, count, users = threading.Event(), itertools.count(), itertools.cycle(USERS)

    def visit() -> None:
        while not stop.is_set():
            try:
                sign_in(server.port, next(users))
                next(count)
            except (OSError, http.client.HTTPException):
                continue

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield count
    stop.set()
    for thread in threads:
        thread.join()


@contextmanager
def encoding(server: Server) -> Iterator[Callable[[], bool]]:
    """The product's own pipeline at work on a film of ninety seconds; tells whether it lasted to the end of the block."""
    college = server.college
    assert college is not None
    source = lecture(server.folder / "long.mp4", 90)
    with working(college, Actor.system("bench")) as work:
        owner = work.session.scalars(select(Account.person_id).where(Account.user_name == "instructor")).one()
        media.receive(work, source, "long.mp4", owner)
    began = threading.Event()

    def pipeline() -> None:
        while True:
            with working(college, Actor.system("bench"), write=False) as work:
                waiting = jobs.due(work, long=True)
            began.set()
            if not any(jobs.run(college, job_id) for job_id in waiting):
                return

    thread = threading.Thread(target=pipeline, daemon=True)
    thread.start()
    began.wait()
    lasted: list[bool] = []
    yield lambda: all(lasted)
    lasted.append(thread.is_alive())
    thread.join(timeout=300)
