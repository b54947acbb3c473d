"""A person with a ledger line and its certificate."""

from __future__ import annotations

from typing import Any

from app.certificates import service
from app.certificates.models import Certificate
from app.kernel.work import Work
from app.ledger import service as ledger
from app.people.models import Person
from tests import make
from tests.ledger.build import line


def certificate(work: Work, person: Person | None = None, n: int = 1, **fields: Any) -> Certificate:
    """The certificate of the `n`-th course of a person."""
    person = person or make.person(work)
    entry = ledger.append(work, line(person.id, n, **fields))
    return service.issue(work, person_id=person.id, entry_seq=entry.seq)
