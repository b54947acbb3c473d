"""How several make a large demo city at once.

What only reads is reckoned by a process of its own while this one goes on writing, and PostgreSQL writes what is ready while the
next is thought out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache
from multiprocessing import get_context
from typing import Any, Protocol

from app.factory import create_app
from app.kernel.work import College
from config import Settings

MANY = 10_000
"""From so many people on a second process is worth its start."""


class Begin(Protocol):
    """Begins `act(college, *given)` and gives what waits for its result."""

    def __call__(self, act: Callable[..., Any], *given: Any) -> Callable[[], Any]: ...


@contextmanager
def beside(college: College, people: int) -> Iterator[Begin]:
    """Acts begun at once beside this process, one after another, if there are many people; else when they are asked for."""
    if people < MANY:
        yield lambda act, *given: lambda: act(college, *given)
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda act, *given: pool.submit(_done, college.settings, act, *given).result


@contextmanager
def behind(college: College) -> Iterator[Callable[..., None]]:
    """Acts done one after another in the order given; where the database is a process of its own, by a thread that waits for it.

    At most one waits beside the one that is being done. What an act raises comes up at the next one, or at the end.
    SQLite works in this process, and two threads would only wait for each other.
    """
    if college.turns is not None:
        yield lambda act, *given: act(*given)
        return
    begun: list[Future[None]] = []

    def put_behind(act: Callable[..., None], *given: Any) -> None:
        while begun:
            begun.pop().result()
        begun.append(thread.submit(copy_context().run, act, *given))

    with ThreadPoolExecutor(1) as thread:
        yield put_behind
        while begun:
            begun.pop().result()


def _done(settings: Settings, act: Callable[..., Any], *given: Any) -> Any:
    return act(_own(settings), *given)


@cache
def _own(settings: Settings) -> College:
    """The college of this process."""
    made: College = create_app(settings).extensions["college"]
    return made
