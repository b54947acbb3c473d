"""The figures of every day's end, the last one of a month kept, so that readers see what has moved since the month before.

Counted once for the whole city and once for each jurisdiction somebody reads by: the same condition as on his page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, case, delete, func, select, true

from app.compliance.actions import Action
from app.compliance.models import Snapshot, Standing, State
from app.compliance.queries import before, holding
from app.compliance.queries.before import CITY
from app.compliance.service.judging import Judge
from app.kernel.bulk import put, undisturbed
from app.kernel.clock import civil
from app.kernel.work import Actor, College, Work, working
from app.ledger.queries.sums import of_span
from app.people import queries as people

SPAN = 1_000
TABLE = cast(Table, Snapshot.__table__)
Key = tuple[str, int | None, str, int, str]
"""Requirement, unit, rank, teams, state."""


def take(college: College) -> int:
    """Keep today's figures of the present year in the place of any earlier ones of this month. Returns how many rows."""
    system, written = Actor.system("compliance"), 0
    with working(college, system, write=False) as work:
        today = civil(work.now).date()
        readers = before.scopes(work)
    for scope, actor in readers.items():
        with working(college, system) as work:
            rows = _counted(replace(work, actor=actor) if actor else work, today)
            written += _kept(work, scope, today, today.year, rows)
    return written


def take_as_of(college: College, as_of: date) -> int:
    """The figures of an earlier day, judged anew as of it: for a college that begins with a past (the demo)."""
    system = Actor.system("compliance")
    with working(college, system, write=False) as work:
        readers = before.scopes(work)
        found: dict[str, Counter[Key]] = {scope: Counter() for scope in readers}
        seen_by = _seen_by(work, readers)
        last = holding.last_number(work)
        judge = Judge(work, as_of.year, as_of=as_of)
    for first in range(1, last + 1, SPAN):
        with undisturbed(), working(college, system, write=False) as work:
            facts = people.facts_between(work, first, first + SPAN - 1)
            for row in judge.rows(work, facts, of_span(first, first + SPAN - 1)):
                key = _key(row, as_of)
                for scope in (CITY, *seen_by.get(row["person_id"], ())):
                    found[scope][key] += 1
    written = 0
    for scope, counts in found.items():
        with working(college, system) as work:
            written += _kept(work, scope, as_of, as_of.year, counts)
    return written


def _seen_by(work: Work, readers: Mapping[str, Actor | None]) -> Mapping[int, tuple[str, ...]]:
    """The jurisdictions each person is in, the whole city apart; people of the same ones share one tuple."""
    seen: dict[int, tuple[str, ...]] = {}
    for scope, actor in readers.items():
        longer: dict[tuple[str, ...], tuple[str, ...]] = {}
        for person_id in before.people_of(replace(work, actor=actor)) if actor else ():
            others = seen.get(person_id, ())
            seen[person_id] = longer.setdefault(others, (*others, scope))
    return seen


def _counted(work: Work, today: date) -> Mapping[Key, int]:
    """The standings of the present year within the actor's jurisdiction; for the system, everybody's."""
    late = case((Standing.due_on <= today, "unmet"), else_="not_yet_due")
    state = case((Standing.state == State.SHORT, late), else_=Standing.state)
    key = (Standing.requirement, Standing.unit_id, Standing.rank_level, Standing.teams, state)
    scope = true() if work.actor.is_system else people.within(work, Action.UNIT, Standing.person_id)
    rows = work.session.execute(select(*key, func.count()).where(Standing.year == today.year, scope).group_by(*key))
    return {(row[0], row[1], row[2], row[3], str(row[4])): row[5] for row in rows}


def _key(row: Mapping[str, Any], as_of: date) -> Key:
    state = str(row["state"])
    if state == State.SHORT:
        state = "unmet" if row["due_on"] <= as_of else "not_yet_due"
    return row["requirement"], row["unit_id"], row["rank_level"], row["teams"], state


def _kept(work: Work, scope: str, day: date, year: int, counts: Mapping[Key, int]) -> int:
    """The rows of one scope in the place of those of the same month."""
    month = before.month_of(day)
    work.session.execute(delete(Snapshot).where(Snapshot.month == month, Snapshot.scope == scope, Snapshot.year == year))
    put(work.session, TABLE, list(_rows(scope, day, year, counts)))
    return len(counts)


def _rows(scope: str, day: date, year: int, counts: Mapping[Key, int]) -> Iterator[dict[str, Any]]:
    for (requirement, unit_id, rank, teams, state), heads in counts.items():
        if heads:
            yield {"month": before.month_of(day), "scope": scope, "year": year, "requirement": requirement, "unit_id": unit_id or 0,
                   "rank_level": rank, "teams": teams, "state": state, "heads": heads, "taken_on": day}  # fmt: skip
