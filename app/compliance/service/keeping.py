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
from app.compliance.service.judging import Judge, judged_by
from app.kernel.bulk import put, undisturbed
from app.kernel.clock import civil
from app.kernel.db import vacuum
from app.kernel.work import Actor, College, Work, working
from app.ledger.queries.sums import of_people, of_span
from app.people import queries as people

BATCH = 400
"""People to a transaction: three years of them are written in a third of a second, for meanwhile nobody else writes on SQLite."""
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


@undisturbed()
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
        put(work.session, TABLE, judged_by(judges, work, facts, of_people(ids)))


def rebuild(college: College, *years: int, progress: Progress = lambda _people: None) -> int:
    """Build the standings of these years, or of every kept year and the present one, anew. Returns how many rows there are.

    Goes through the people in stretches, a transaction each: an interrupted run is simply repeated, and whatever happens
    meanwhile is judged by its own transaction, for the years count as kept from the beginning.
    """
    with working(college, Actor.system("compliance")) as work:
        wanted = list(years) or sorted({*kept_years(work), civil(work.now).year})
        judges = [Judge(work, year) for year in wanted]
        for judge in judges:
            _open(work, judge)
        last = holding.last_number(work)
    count = 0
    for first in range(1, last + 1, BATCH):
        with undisturbed(), working(college, Actor.system("compliance")) as work:
            count += _rebuild_span(work, judges, first, first + BATCH - 1)
        progress(min(first + BATCH - 1, last))
    with working(college, Actor.system("compliance")) as work:
        for year in wanted:
            work.session.get_one(JudgedYear, year).complete_at = work.now
    vacuum(college.engine, TABLE.name)
    return count


def _open(work: Work, judge: Judge) -> None:
    """From now on the year is kept, by these rules."""
    kept = work.session.get(JudgedYear, judge.year)
    if kept is None:
        kept = JudgedYear(year=judge.year, rule_set_version=judge.book.pin, opened_at=work.now, complete_at=None)
        work.session.add(kept)
    kept.rule_set_version = judge.book.pin


def _rebuild_span(work: Work, judges: Sequence[Judge], first: int, last: int) -> int:
    """One stretch of people: held, judged, written."""
    holding.hold_span(work, first, last)
    facts = people.facts_between(work, first, last)
    years = [judge.year for judge in judges]
    work.session.execute(delete(TABLE).where(TABLE.c.person_id.between(first, last), TABLE.c.year.in_(years)))
    rows = judged_by(judges, work, facts, of_span(first, last))
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
