"""Whose ledger an auditor opens: people of his scope."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.admin.queries.asked import people_called
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.ledger.actions import Action
from app.people import queries as people
from app.people.models import Person

MOST_CALLED = 5
"""How many people of one name a page offers the lines of."""


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


def called(work: Work, words: str) -> list[Audited]:
    """The first few within the scope of the audit whom these words name: whose lines can be opened, decisions on them or not."""
    if not words or not work.may(Action.VERIFY):
        return []
    named = people.named(work, Action.VERIFY, people_called(work, words))
    rows = work.session.execute(select(Person.id, Person.uid).where(Person.id.in_(named)).order_by(Person.id).limit(MOST_CALLED))
    return [Audited(row.id, row.uid, named[row.id].name, named[row.id].unit_name) for row in rows]
