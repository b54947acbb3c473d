"""Reads for the roster: who is on it, who can be put on it by whom, and the lists by which it was filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.exams.actions import Action
from app.exams.models import Attempt, Exam, ExamSeat, ExamTrail
from app.exams.rules.sessions import KNOWN
from app.kernel.db import among, dialect, numbers
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Account, Appointment, Person, Unit
from app.people.service import today

LISTS = ("listed", "unit_listed")
CHUNK = 500


def seated(work: Work, exam_id: int) -> dict[int, tuple[bool, int]]:
    """By person: whether he is on the roster, and his minutes beyond the limit."""
    rows = work.session.execute(select(ExamSeat.person_id, ExamSeat.is_named, ExamSeat.extra_minutes).where(ExamSeat.exam_id == exam_id))
    return {row.person_id: (row.is_named, row.extra_minutes) for row in rows}


def within_scope(work: Work, user_names: Sequence[str]) -> dict[str, int]:
    """The people of these user names over whom the actor sets up examinations."""
    found: dict[str, int] = {}
    mine = people.visible(work, Action.ASSEMBLE, Account.person_id)
    for start in range(0, len(user_names), CHUNK):
        named = select(Account.user_name, Account.person_id).where(Account.user_name.in_(user_names[start : start + CHUNK]), mine)
        found |= {row.user_name: row.person_id for row in work.session.execute(named)}
    return found


def over(work: Work, ids: Sequence[int]) -> set[int]:
    """Those of these people over whom the actor sets up examinations."""
    engine = dialect(work.session)
    mine = select(Person.id).where(among(engine, Person.id, "ids"), people.visible(work, Action.ASSEMBLE, Person.id))
    return set(work.session.scalars(mine, {"ids": numbers(engine, ids)}))


def insiders(work: Work, exam: Exam) -> set[int]:
    """Who had a hand in an examination and does not sit it (docs/adr/0023)."""
    lines = select(ExamTrail.who_id).where(ExamTrail.exam_id == exam.id, ExamTrail.what.in_(KNOWN), ExamTrail.who_id.is_not(None))
    return {one for one in (*work.session.scalars(lines.distinct()), exam.author_id) if one is not None}


def begun(work: Work, exam_id: int) -> set[int]:
    """Who has begun an examination."""
    return set(work.session.scalars(select(Attempt.person_id).where(Attempt.exam_id == exam_id).distinct()))


def serving(work: Work, code: str, most: int) -> list[int] | None:
    """Who serves today in the unit of this code or below it, within the actor's scope, so many at most. None: no such unit."""
    path = work.session.scalar(select(Unit.path).where(Unit.code == code))
    if path is None:
        return None
    units = people.ids_under(path, None)
    there = Person.id.in_(select(Appointment.person_id).where(Appointment.unit_id.in_(units), people.in_force(Appointment, today(work))))
    mine = people.visible(work, Action.ASSEMBLE, Person.id)
    return list(work.session.scalars(select(Person.id).where(there, mine, Person.status != "left").order_by(Person.id).limit(most)))


@dataclass(frozen=True)
class ListRow:
    """A list or a unit by which a roster was filled."""

    line: int
    what: str
    unit: str
    count: int
    who: str
    at: datetime
    is_undone: bool


def lists(work: Work, exam_id: int) -> dict[int, ListRow]:
    """The lists of an examination by their number, from 1; without the people."""
    said: Any = ExamTrail.details
    columns = select(ExamTrail.id, ExamTrail.what, ExamTrail.at, Person.name, said["unit"].as_string().label("unit"),
                     said["count"].as_integer().label("many"), said["list"].as_integer().label("list"))  # fmt: skip
    mine = (ExamTrail.exam_id == exam_id, ExamTrail.what.in_((*LISTS, "list_undone")))
    rows = work.session.execute(columns.outerjoin(Person, Person.id == ExamTrail.who_id).where(*mine).order_by(ExamTrail.id)).all()
    undone = {row.list for row in rows if row.what == "list_undone"}
    made = enumerate((row for row in rows if row.what != "list_undone"), 1)
    return {at: ListRow(row.id, row.what, row.unit or "", row.many, row.name or "", row.at, at in undone) for at, row in made}


def people_of(work: Work, line: ListRow) -> list[list[Any]]:
    """The people of a list, each with how his seat was before it."""
    found: list[list[Any]] = work.session.get_one(ExamTrail, line.line).details["people"]
    return found
