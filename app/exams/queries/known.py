"""Who knows the key of a question: the one home of that (docs/adr/0023).

The trail of the bank says who wrote, changed or judged it, `KeyReader` who came to read it, or what tells it, in an
examination. What somebody knows of a question he knows of every one that says the same.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Select, bindparam, cast, column, exists, func, not_, or_, select, true, union
from sqlalchemy.orm import aliased

from app.bank.models import Card, QuestionVersion, Trail
from app.exams.models import Attempt, AttemptState, KeyReader
from app.kernel.db import dialect, plain_rows
from app.kernel.work import Work


def family(questions: Any) -> Any:
    """These questions (a statement of their numbers) and all that say the same."""
    given = questions.cte()
    number = given.c[0]
    said = select(Card.fingerprint).where(Card.question_id.in_(select(number)))
    return union(select(number), select(Card.question_id).where(Card.fingerprint.in_(said)))


def question_of(version_id: Any) -> Any:
    """The question of a column of versions."""
    one = aliased(QuestionVersion)
    return select(one.question_id).where(one.id == version_id).scalar_subquery()


def questions_of(versions: Any) -> Any:
    """The questions of these versions (their numbers, or a statement of them)."""
    return select(QuestionVersion.question_id).where(QuestionVersion.id.in_(versions))


def asked_now(work: Work) -> Any:
    """The questions that a paper asks which the actor is writing now, and all that say the same."""
    if dialect(work.session) == "sqlite":
        line: Any = func.json_each(Attempt.paper, "$.lines").table_valued("value")
        version: Any = func.json_extract(line.c.value, "$[1]")
    else:
        line = func.json_array_elements(Attempt.paper["lines"]).table_valued(column("value", JSON), name="line").render_derived()
        version = cast(line.c.value[1].as_string(), BigInteger)
    papers = select(version).select_from(Attempt).join(line, true())
    return family(questions_of(papers.where(Attempt.person_id == work.actor.person_id, Attempt.state == AttemptState.RUNNING)))


def known_to(work: Work, person_id: int) -> frozenset[int]:
    """The questions whose keys this person knows, and those that say the same: he is asked none of them."""
    return frozenset(question_id for (question_id,) in plain_rows(work.session, _KNOWN, {"person": person_id}))


def new_to(work: Work, questions: Any) -> list[tuple[int, bool]]:
    """Which of these questions (a statement of their numbers) the actor has not come to know yet, or a paper asks that he is writing
    now, and whether it does: one statement.
    """
    me, number = work.actor.person_id, questions.subquery().c[0]
    asks = number.in_(asked_now(work))
    read = exists().where(KeyReader.person_id == me, KeyReader.question_id == number)
    written = exists().where(Trail.who_id == me, Trail.question_id == number)
    rows = work.session.execute(select(number, asks).where(or_(asks, not_(or_(read, written)))))
    return [(found, is_asked) for found, is_asked in rows]


_WRITTEN = select(Trail.question_id).where(Trail.who_id == bindparam("person"))
_READ = select(KeyReader.question_id).where(KeyReader.person_id == bindparam("person"))
_KNOWN = family(union(_WRITTEN, _READ))

HAS_WRITTEN = exists().where(Trail.who_id == bindparam("person"))
"""Whether there is anything of the bank that the person wrote, changed or judged."""


def count_read(person_id: Any) -> Select[int]:
    """How many questions somebody has come to read in examinations. It only grows: as long as it is the same, so is what he knows."""
    return select(func.count()).select_from(KeyReader).where(KeyReader.person_id == person_id)
