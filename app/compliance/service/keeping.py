"""Standings are kept true in the transaction of whatever changes them, and can be built anew at any time.

No row is shared by two people, so that no change waits for another person's (scale.md habits 2 and 4); figures of units
are one GROUP BY over a covering index, and so cannot disagree with the persons behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from sqlalchemy import Table, delete, select

from app.compliance.models import WHOLE, JudgedYear, Standing
from app.compliance.queries import holding
from app.compliance.service.judging import Judge
from app.kernel.bulk import put
from app.kernel.clock import civil
from app.kernel.work import Actor, College, Work, working
from app.ledger.queries.sums import of_people, of_span
from app.people import queries as people

BATCH = 1_000
CHUNK = 500
TABLE = cast(Table, Standing.__table__)
WAITING = "compliance.waiting"
Progress = Callable[[int], None]


def wake(work: Work, person_ids: Iterable[int]) -> None:
    """Something about these people changed: they are judged anew at the end of this unit of work, each once."""
    waiting: set[int] = work.session.info.setdefault(WAITING, set())
    waiting.update(person_ids)
    work.once_at_end(WAITING, _judge_waiting)


def _judge_waiting(work: Work) -> None:
    waiting = sorted(work.session.info.pop(WAITING, ()))
    work.session.flush()
    refresh(work, waiting)


def kept_years(work: Work) -> list[int]:
    """The years whose standings are kept, oldest first."""
    return list(work.session.scalars(select(JudgedYear.year).order_by(JudgedYear.year)))


def refresh(work: Work, person_ids: Sequence[int], years: Sequence[int] | None = None) -> None:
    """Judge these people anew in the years that are kept. Never commits."""
    years = kept_years(work) if years is None else years
    if not years or not person_ids:
        return
    judges = [Judge(work, year) for year in years]
    for start in range(0, len(person_ids), CHUNK):
        ids = person_ids[start : start + CHUNK]
        holding.hold(work, ids)
        facts = people.facts_of(work, ids)
        gone = delete(TABLE).where(TABLE.c.person_id.in_(ids), TABLE.c.year.in_(years))
        work.session.execute(gone)
        rows = [row for judge in judges for row in judge.rows(work, facts, of_people(ids))]
        put(work.session, TABLE, rows)


def rebuild(college: College, year: int | None = None, progress: Progress = lambda _people: None) -> int:
    """Build the standings of a year, or of every kept year and the present one, anew. Returns how many rows there are.

    Goes through the people in stretches, a transaction each: an interrupted run is simply repeated, and whatever happens
    meanwhile is judged by its own transaction, for the year counts as kept from the beginning.
    """
    with working(college, Actor.system("compliance")) as work:
        years = [year] if year is not None else sorted({*kept_years(work), civil(work.now).year})
    return sum(_rebuild_year(college, one, progress) for one in years)


def _rebuild_year(college: College, year: int, progress: Progress) -> int:
    with working(college, Actor.system("compliance")) as work:
        book = Judge(work, year).book
        kept = work.session.get(JudgedYear, year)
        if kept is None:
            kept = JudgedYear(year=year, rule_set_version=book.pin, opened_at=work.now, complete_at=None)
            work.session.add(kept)
        kept.rule_set_version = book.pin
        last = holding.last_number(work)
    judge: Judge | None = None
    count = 0
    for first in range(1, last + 1, BATCH):
        with working(college, Actor.system("compliance")) as work:
            judge = judge or Judge(work, year)
            count += _rebuild_span(work, judge, first, first + BATCH - 1)
        progress(min(first + BATCH - 1, last))
    with working(college, Actor.system("compliance")) as work:
        work.session.get_one(JudgedYear, year).complete_at = work.now
    return count


def _rebuild_span(work: Work, judge: Judge, first: int, last: int) -> int:
    """One stretch of people: held, judged, written."""
    holding.hold_span(work, first, last)
    facts = people.facts_between(work, first, last)
    work.session.execute(delete(TABLE).where(TABLE.c.person_id.between(first, last), TABLE.c.year == judge.year))
    rows = list(judge.rows(work, facts, of_span(first, last)))
    put(work.session, TABLE, rows)
    return len(rows)


def catch_up(college: College) -> int:
    """What the calendar changes by itself: the present year is opened, and who turned to another unit, rank or team is judged anew.

    Being late turns nothing: `unmet` is read from the due day. Returns how many people were judged.
    """
    with working(college, Actor.system("compliance")) as work:
        today = civil(work.now).date()
        missing = today.year not in kept_years(work)
        waiting = select(Standing.person_id).where(Standing.year == today.year, Standing.requirement == WHOLE, Standing.turns_on <= today)
        turned = list(work.session.scalars(waiting.order_by(Standing.person_id)))
    if missing:
        return rebuild(college, today.year)
    for start in range(0, len(turned), BATCH):
        with working(college, Actor.system("compliance")) as work:
            refresh(work, turned[start : start + BATCH], [today.year])
    return len(turned)
