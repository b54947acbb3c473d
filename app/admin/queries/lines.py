"""Whose ledger an auditor opens: one person of his scope."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.ledger.actions import Action
from app.people import queries as people
from app.people.models import Person


@dataclass(frozen=True)
class Audited:
    """A person whose lines are looked at."""

    person_id: int
    uid: UUID
    name: str
    unit: str


def audited(work: Work, uid: UUID) -> Audited:
    """Somebody within the scope of the audit. NotFound outside it."""
    row = work.session.execute(
        select(Person.id, Person.name).where(Person.uid == uid, people.visible(work, Action.VERIFY, Person.id))
    ).first()
    if row is None:
        raise NotFound()
    named = people.named(work, Action.VERIFY, [row.id])
    return Audited(row.id, uid, row.name, named[row.id].unit_name if row.id in named else "")
