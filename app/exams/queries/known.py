"""Who knows the key of a question: the one home of that (docs/adr/0023).

The trail of the bank says who wrote, changed or judged it, `KeyReader` who came to read it, or what tells it, in an
examination. What somebody knows of a question he knows of every one that says the same.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select, union

from app.bank.models import Card, Trail
from app.exams.models import KeyReader
from app.kernel.db import plain_rows
from app.kernel.work import Work


def family(questions: Any) -> Any:
    """These questions (a statement of their numbers) and all that say the same."""
    given = questions.cte("given")
    number = given.c[0]
    said = select(Card.fingerprint).where(Card.question_id.in_(select(number)))
    return union(select(number), select(Card.question_id).where(Card.fingerprint.in_(said)))


def known_to(work: Work, person_id: int) -> frozenset[int]:
    """The questions whose keys this person knows, and those that say the same: he is asked none of them."""
    return frozenset(question_id for (question_id,) in plain_rows(work.session, _KNOWN, {"person": person_id}))


_WRITTEN = select(Trail.question_id).where(Trail.who_id == bindparam("person"))
_READ = select(KeyReader.question_id).where(KeyReader.person_id == bindparam("person"))
_KNOWN = family(union(_WRITTEN, _READ))

HAS_WRITTEN = exists().where(Trail.who_id == bindparam("person"))
"""Whether there is anything of the bank that the person wrote, changed or judged."""


def count_read(person_id: Any) -> Select[int]:
    """How many questions somebody has come to read in examinations. It only grows: as long as it is the same, so is what he knows."""
    return select(func.count()).select_from(KeyReader).where(KeyReader.person_id == person_id)
