"""Dated facts with two times: nothing is overwritten; what was wrong or has ended is superseded by a new row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Table, update

from app.kernel.db import Model, changed_one
from app.kernel.errors import Conflict
from app.kernel.work import Work
from app.people.models import Appointment, CadreTag, Leave, TeamMembership

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
    values = {column.key: getattr(spell, column.key) for column in rows_of(type(spell)).columns}
    values |= {"recorded_at": work.now, "superseded_at": None, **changed}
    del values["id"]
    fresh = type(spell)(**values)
    work.session.add(fresh)
    return fresh


def end(work: Work, spell: Spell, last_day: date) -> Spell:
    """Let a spell end on a day, inclusive."""
    return restate(work, spell, to_on=last_day)


def follow(work: Work, spell: Spell, since: date, **changed: Any) -> Spell:
    """End a spell the day before `since` and let another begin then."""
    end(work, spell, since - timedelta(days=1))
    values = {column.key: getattr(spell, column.key) for column in rows_of(type(spell)).columns}
    values |= {"from_on": since, "to_on": None, "recorded_at": work.now, "superseded_at": None, **changed}
    del values["id"]
    fresh = type(spell)(**values)
    work.session.add(fresh)
    return fresh
