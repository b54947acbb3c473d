"""Which accounting years are closed, as told by the domain that keeps them; a closed year takes no line by itself.

After close only what a second person one level up approved is posted (domain.md §6.1-8): `approved(work)` is his pen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from app.kernel.clock import civil
from app.kernel.errors import Conflict
from app.kernel.i18n import _l
from app.kernel.work import Work

APPROVED = "ledger.approved"
FindClosed = Callable[[Work], Collection[int]]
_closed: list[FindClosed] = []


@dataclass(frozen=True)
class Shut:
    """When a year was closed, or restated since then."""

    year: int
    is_restated: bool
    at: datetime


FindShut = Callable[[Work, Collection[int]], Sequence[Shut]]
_shut: list[FindShut] = []


class YearClosed(Conflict):
    """The accounting year is closed."""

    code, text = "year_closed", _l("The year %(year)s is closed. A change of it is proposed under “Years” and approved by a superior.")


def set_closed_years(find: FindClosed) -> FindClosed:
    """Register who knows which years are closed."""
    _closed[:] = [find]
    return find


def closed_years(work: Work) -> frozenset[int]:
    """The years that take no further line by themselves; none when nobody keeps years."""
    return frozenset(_closed[0](work)) if _closed else frozenset()


def set_shut(find: FindShut) -> FindShut:
    """Register who knows since when years are closed, or restated."""
    _shut[:] = [find]
    return find


def shut(work: Work, years: Collection[int]) -> Sequence[Shut]:
    """Those of the years that are closed or restated, in order; for records that are handed out."""
    return _shut[0](work, years) if _shut else ()


@contextmanager
def approved(work: Work) -> Iterator[None]:
    """What is posted inside was approved by the second person, and may belong to a closed year."""
    work.session.info[APPROVED] = True
    try:
        yield
    finally:
        work.session.info.pop(APPROVED, None)


def is_shut(work: Work, year: int) -> bool:
    """Whether a line of this year has to be approved by a superior first."""
    return year < civil(work.now).year and not work.session.info.get(APPROVED) and year in closed_years(work)


def refuse_closed(work: Work, years: Iterable[int]) -> None:
    """Refuse a line of a closed year. The present year is never closed, so that everyday posting asks nothing."""
    past = {year for year in years if year < civil(work.now).year}
    if past and not work.session.info.get(APPROVED):
        shut = past & closed_years(work)
        if shut:
            raise YearClosed(year=min(shut))
