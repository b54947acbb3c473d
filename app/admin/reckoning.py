"""The reports of closed years of a large demo city, reckoned by a process of their own while this one builds the standings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from typing import Any

from app.factory import create_app
from app.kernel.work import College
from app.years import service
from config import Settings

MANY = 10_000
"""From so many people on a second process is worth its start."""
Reckon = Callable[[int, date], dict[str, Any]]


@contextmanager
def beside(college: College, people: int, days: Sequence[tuple[int, date]]) -> Iterator[Reckon]:
    """Figures of years as of days: begun at once beside this process if there are many people, else when they are asked for."""
    if people < MANY:
        yield lambda year, as_of: service.figures(college, year, as_of)
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        begun = {one: pool.submit(reckon, college.settings, *one) for one in days}
        yield lambda year, as_of: begun[year, as_of].result()


def reckon(settings: Settings, year: int, as_of: date) -> dict[str, Any]:
    """The figures of a year, by an application of one's own; reads only."""
    college = create_app(settings).extensions["college"]
    found: dict[str, Any] = service.figures(college, year, as_of)
    return found
