"""Enqueue, claim, run, sweep. Handlers take ids, are named after their domain and are safe to run twice."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from app.jobs.models import Job, JobState
from app.kernel.db import changed_one, dialect, insert_into
from app.kernel.work import Actor, College, Work, working

LEASE = timedelta(seconds=15)
"""How long a worker may be silent before its job is taken from it; a running job renews it every third of this."""

KEPT = timedelta(days=30)
"""How long a done job can be looked at; longer than any interval of a recurring one, which counts from its last end."""

BACKOFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))


@dataclass(frozen=True)
class Handler:
    """What runs a job: in one unit of work, or (`long`) with the college and units of work of its own."""

    run: Callable[..., None]
    tries: int
    long: bool
    heavy: bool = False


_handlers: dict[str, Handler] = {}
_wake: list[Callable[[int], None]] = []
_held: dict[int, int] = {}
"""Jobs this process runs now, with their attempt, for the pulse that renews their leases."""


def job(name: str, *, tries: int = 3) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `handler(work, **arguments)`; it runs inside one unit of work."""
    return _register(name, tries, long=False)


def long_job(name: str, *, tries: int = 3, heavy: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `handler(college, **arguments)`, which opens a unit of work for each of its steps.

    `heavy` ones (minutes of encoding) have a lane of their own, so that the check of a new upload is not behind them.
    """
    return _register(name, tries, long=True, heavy=heavy)


def _register(name: str, tries: int, *, long: bool, heavy: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def register(handler: Callable[..., None]) -> Callable[..., None]:
        _handlers[name] = Handler(handler, tries, long, heavy)
        return handler

    return register


_recurring: dict[str, timedelta] = {}


def every(name: str, interval: timedelta) -> None:
    """Run the argument-less job `name` about every `interval`: the sweeper enqueues it when none is waiting or running."""
    _recurring[name] = interval


def enqueue_recurring(work: Work) -> None:
    """Enqueue each recurring job whose interval has passed since its last end."""
    for name, interval in _recurring.items():
        last = work.session.scalar(select(func.max(Job.finished_at)).where(Job.name == name))
        enqueue(work, name, run_at=max(work.now, last + interval) if last else work.now, key=f"every:{name}")


def on_wake(carry: Callable[[int], None]) -> None:
    """Set what carries a wake-up to the workers; without one the sweeper alone finds the job."""
    _wake[:] = [carry]


def enqueue(work: Work, name: str, *, run_at: datetime | None = None, key: str | None = None, **arguments: Any) -> int | None:
    """Write a job in the transaction of `work`; its number. A `key` already waiting or running makes this a no-op (None)."""
    if key is not None and work.session.scalar(select(Job.id).where(Job.key == key)) is not None:
        return None
    fresh: dict[str, Any] = {
        "uid": work.new_uid(), "name": name, "arguments": arguments, "key": key, "state": JobState.WAITING, "attempt": 0,
        "tries": _handlers[name].tries, "run_at": run_at or work.now, "created_at": work.now,
    }  # fmt: skip
    work.session.flush()
    job_id: int | None = work.connection.execute(_written(dialect(work.session)), fresh).scalar()
    if job_id is not None and fresh["run_at"] <= work.now:
        work.after_commit += [partial(carry, job_id) for carry in _wake]
    return job_id


@lru_cache(maxsize=2)
def _written(name: str) -> Any:
    """Write a job if there is none with its key: two sweepers may come at once."""
    table = Job.__table__
    names = ("uid", "name", "arguments", "key", "state", "attempt", "tries", "run_at", "created_at")
    insert = insert_into(name, table).values({one: bindparam(one, type_=table.c[one].type) for one in names})
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)


def due(work: Work, *, long: bool | None = None, heavy: bool | None = None, limit: int = 50) -> list[int]:
    """Jobs whose moment has come and nobody holds, oldest first; of one lane when `long` is given."""
    statement = select(Job.id).where(Job.state == JobState.WAITING, Job.run_at <= work.now).order_by(Job.run_at, Job.id)
    for wanted, names in ((long, _named(long=True)), (heavy, _named(heavy=True))):
        if wanted is not None:
            statement = statement.where(Job.name.in_(names) if wanted else Job.name.not_in(names))
    return list(work.session.scalars(statement.limit(limit)))


def _named(*, long: bool = False, heavy: bool = False) -> list[str]:
    """Names of the handlers that are long, or heavy."""
    return [name for name, handler in _handlers.items() if (long and handler.long) or (heavy and handler.heavy)]


def release_lost(work: Work) -> int:
    """Take back what dead workers held: to be run again, or failed when its tries are used up. Returns how many."""
    lost = select(Job).where(Job.state == JobState.RUNNING, Job.lease_until < work.now)
    rows = list(work.session.scalars(lost.limit(100)))
    for row in rows:
        _settle(work, row, "the worker stopped without finishing")
    return len(rows)


def claim(work: Work, job_id: int) -> Job | None:
    """Take a waiting job by conditional UPDATE; None when another worker has it or it is done."""
    taken = update(Job).where(Job.id == job_id, Job.state == JobState.WAITING, Job.run_at <= work.now)
    if not changed_one(
        work.session,
        taken.values(state=JobState.RUNNING, attempt=Job.attempt + 1, lease_until=work.now + LEASE),
    ):
        return None
    return work.session.get(Job, job_id, populate_existing=True)


def renew(work: Work, job_id: int, attempt: int) -> bool:
    """Show that the worker lives; False when the job has been taken from it."""
    mine = update(Job).where(Job.id == job_id, Job.state == JobState.RUNNING, Job.attempt == attempt)
    return changed_one(work.session, mine.values(lease_until=work.now + LEASE))


def renew_held(college: College) -> None:
    """Renew the lease of every job this process runs."""
    for job_id, attempt in tuple(_held.items()):
        with working(college, Actor.system("worker")) as work:
            renew(work, job_id, attempt)


def retry(work: Work, job_id: int) -> bool:
    """Put a failed job back, by hand; whether it was failed."""
    failed = update(Job).where(Job.id == job_id, Job.state == JobState.FAILED)
    return changed_one(work.session, failed.values(state=JobState.WAITING, attempt=0, run_at=work.now, error=None, finished_at=None))


def prune(work: Work) -> None:
    """Forget jobs that were done more than 30 days ago; failed ones stay until a person has looked at them."""
    work.session.execute(delete(Job).where(Job.state == JobState.DONE, Job.finished_at < work.now - KEPT))


def run(college: College, job_id: int) -> bool:
    """Run one job if it can be claimed; whether it was. A failure is written into its row, never raised."""
    actor = Actor.system("worker")
    with working(college, actor) as work:
        row = claim(work, job_id)
    if row is None:
        return False
    handler = _handlers.get(row.name)
    _held[row.id] = row.attempt
    try:
        if handler is None:
            raise LookupError(f"no handler for {row.name}")
        if handler.long:
            handler.run(college, **row.arguments)
            with working(college, actor) as work:
                _finish(work, row)
        else:
            with working(college, actor) as work:
                handler.run(work, **row.arguments)
                _finish(work, row)
    except Exception:  # a job may fail in any way; its row keeps how
        with working(college, actor) as work:
            _settle(work, row, traceback.format_exc()[-4000:])
    finally:
        _held.pop(row.id, None)
    return True


def _finish(work: Work, row: Job) -> None:
    """Close the job in the transaction of its effect; its key is free again."""
    mine = update(Job).where(Job.id == row.id, Job.state == JobState.RUNNING, Job.attempt == row.attempt)
    work.session.execute(mine.values(state=JobState.DONE, finished_at=work.now, lease_until=None, key=None, error=None))


def _settle(work: Work, row: Job, error: str) -> None:
    """After a failure: wait and try again, or give up for a person to see."""
    mine = update(Job).where(Job.id == row.id, Job.state == JobState.RUNNING, Job.attempt == row.attempt)
    if row.attempt < row.tries:
        again = work.now + BACKOFF[min(row.attempt - 1, len(BACKOFF) - 1)]
        work.session.execute(mine.values(state=JobState.WAITING, run_at=again, error=error, lease_until=None))
    else:
        work.session.execute(mine.values(state=JobState.FAILED, finished_at=work.now, error=error, lease_until=None, key=None))
