"""What only reads a large demo city is reckoned by a process of its own while this one goes on writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
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


def _done(settings: Settings, act: Callable[..., Any], *given: Any) -> Any:
    return act(_own(settings), *given)


@cache
def _own(settings: Settings) -> College:
    """The college of this process."""
    made: College = create_app(settings).extensions["college"]
    return made
