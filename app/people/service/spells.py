"""Dated facts with two times: nothing is overwritten; what was wrong or has ended is superseded by a new row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Table, select, update

from app.kernel.db import Model, changed_one
from app.kernel.errors import Conflict
from app.kernel.work import Work
from app.people.models import Appointment, CadreTag, Leave, TeamMembership
from app.people.rules.spells import counts_to, without_post

Spell = TypeVar("Spell", Appointment, TeamMembership, CadreTag, Leave)


def rows_of(model: type[Model]) -> Table:
    """The plain table of a model: rows go in without passing through the ORM."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


def supersede(work: Work, spell: Spell) -> None:
    """Say that this row is not what we know any more. Somebody else may have said so first: Conflict."""
    table = type(spell)
    live = update(table).where(table.id == spell.id, table.superseded_at.is_(None))
    if not changed_one(work.session, live.values(superseded_at=work.now)):
        raise Conflict()


def restate(work: Work, spell: Spell, **changed: Any) -> Spell:
    """Put a corrected copy in the place of a row; the old one stays, superseded."""
    supersede(work, spell)
    return again(work, spell, **changed)


def again(work: Work, spell: Spell, **changed: Any) -> Spell:
    """The same row anew, as known from now on, with what has changed."""
    values = {column.key: getattr(spell, column.key) for column in rows_of(type(spell)).columns}
    values |= {"recorded_at": work.now, "superseded_at": None, **changed}
    for kept in ("id", "counts_to"):
        values.pop(kept, None)
    fresh = type(spell)(**values)
    work.session.add(fresh)
    return fresh


def end(work: Work, spell: Spell, last_day: date) -> Spell:
    """Let a spell end on a day, inclusive."""
    return restate(work, spell, to_on=last_day)


def follow(work: Work, spell: Spell, since: date, **changed: Any) -> Spell:
    """End a spell the day before `since` and let another begin then."""
    end(work, spell, since - timedelta(days=1))
    return again(work, spell, from_on=since, **{"to_on": None, **changed})


CHUNK = 500
"""Persons per statement; below the bound-variable limits of both engines."""


def settle(work: Work, person_ids: Sequence[int]) -> None:
    """Say of each row of these people until when it counts, after any change of their posts, teams or lists.

    Four statements for each five hundred of them, and one a table where something has to be said.
    """
    work.session.flush()
    for start in range(0, len(person_ids), CHUNK):
        some = person_ids[start : start + CHUNK]
        posts: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        known = select(Appointment.person_id, Appointment.from_on, Appointment.to_on).where(Appointment.superseded_at.is_(None))
        for person_id, since, until in work.session.execute(known.where(Appointment.person_id.in_(some))):
            posts[person_id].append((since, until))
        gaps = {person_id: without_post(own) for person_id, own in posts.items()}
        for table in (Appointment, TeamMembership, CadreTag):
            _settle(work, table, some, gaps)
    work.session.flush()


def _settle(work: Work, table: Any, person_ids: Sequence[int], gaps: dict[int, list[tuple[date, date | None]]]) -> None:
    """The same for the rows of one table; those without an end have nothing to be said of."""
    ended = select(table).where(table.person_id.in_(person_ids), table.superseded_at.is_(None), table.to_on.is_not(None))
    for row in work.session.scalars(ended):
        row.counts_to = counts_to((row.from_on, row.to_on), gaps.get(row.person_id, []))
