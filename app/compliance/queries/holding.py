"""People held until the end of a unit of work, always in the order of their numbers.

Whoever judges or reminds the same person comes after us and sees what we have written. SQLite has one writer anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.compliance.actions import Action
from app.kernel.db import dialect
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Person


def hold(work: Work, person_ids: Sequence[int]) -> None:
    """Hold these people."""
    _hold(work, Person.id.in_(person_ids))


def hold_span(work: Work, first: int, last: int) -> None:
    """Hold everybody from one number to another, both included."""
    _hold(work, Person.id.between(first, last))


def _hold(work: Work, whom: Any) -> None:
    if dialect(work.session) != "sqlite":
        work.session.execute(select(Person.id).where(whom).order_by(Person.id).with_for_update(key_share=True)).all()


def held_within_scope(work: Work, person_ids: Sequence[int]) -> list[int]:
    """Those of these people whom the actor is responsible for, held."""
    statement = select(Person.id).where(Person.id.in_(person_ids), people.visible(work, Action.UNIT, Person.id))
    return list(work.session.scalars(statement.order_by(Person.id).with_for_update(key_share=True)))


def last_number(work: Work) -> int:
    """The highest number a person has; 0 while there is nobody."""
    return work.session.scalar(select(func.max(Person.id))) or 0
