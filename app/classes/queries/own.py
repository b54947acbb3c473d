"""The classes of one person as he sees them himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.classes.models import ClassMember, TrainingClass
from app.classes.queries.register import state_of
from app.classes.rules import ClassState
from app.kernel.clock import civil, midnight
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people import queries as people
from app.people.models import Unit
from app.people.service import today

SOON = timedelta(days=60)
"""How long before its first day a class is told of as what comes next."""
MOST = 50
"""Classes ahead of somebody that are shown; nobody is in as many."""


@dataclass(frozen=True)
class OwnClass:
    """A class that somebody is or was in. Why he was withdrawn he may read himself."""

    row: TrainingClass
    unit_name: str
    state: ClassState
    enrolled_on: date
    withdrawn_on: date | None
    reason: str


def ahead(work: Work) -> list[OwnClass]:
    """The classes that somebody is in and that have not ended, those that begin first first; with those of them that were cancelled."""
    still = (ClassMember.withdrawn_on.is_(None), TrainingClass.ends_on >= today(work))
    rows = work.session.execute(_own(work).where(*still).order_by(TrainingClass.starts_on, ClassMember.id).limit(MOST))
    return [_row(work, one) for one in rows]


def beginning_statement() -> Any:
    """The classes that the person `person` is in and that begin from the day `today` to the day `soon`, the next first."""
    row: Any = TrainingClass
    first: Any = bindparam("today", type_=Date())
    last: Any = bindparam("soon", type_=Date())
    mine = select(row.uid, row.title, row.starts_on, row.ends_on, row.place).join(ClassMember, ClassMember.class_id == row.id)
    mine = mine.where(
        ClassMember.person_id == bindparam("person"), ClassMember.withdrawn_on.is_(None), row.cancelled_at.is_(None),
        row.starts_on >= first, row.starts_on <= last,
    )  # fmt: skip
    return mine.order_by(row.starts_on, row.id).limit(3)


def past(work: Work, page: str | None = None) -> Page[OwnClass]:
    """The classes that somebody was in, and those he was withdrawn from, those that began last first."""
    key = decode_cursor(page, datetime, int)
    gone = or_(ClassMember.withdrawn_on.is_not(None), TrainingClass.ends_on < today(work))
    statement = _own(work).where(gone).order_by(TrainingClass.starts_on.desc(), ClassMember.id.desc()).limit(SIZE + 1)
    if key:
        since = civil(key[0]).date()
        later = and_(TrainingClass.starts_on == since, ClassMember.id < key[1])
        statement = statement.where(or_(TrainingClass.starts_on < since, later))
    rows = keyset(list(work.session.execute(statement)), lambda one: (midnight(one.TrainingClass.starts_on), one.ClassMember.id))
    return rows.map(lambda one: _row(work, one))


def _own(work: Work) -> Any:
    """The last membership of somebody in each class."""
    again = aliased(ClassMember)
    newer = select(again.id).where(
        again.class_id == ClassMember.class_id, again.person_id == ClassMember.person_id, again.id > ClassMember.id
    )
    return (
        select(ClassMember, TrainingClass, people.name_in(Unit.__table__).label("unit"))
        .join(TrainingClass, TrainingClass.id == ClassMember.class_id)
        .join(Unit, Unit.id == TrainingClass.unit_id)
        .where(ClassMember.person_id == work.person_id, ~newer.exists())
    )


def _row(work: Work, one: Any) -> OwnClass:
    member = one.ClassMember
    state = state_of(one.TrainingClass, today(work))
    return OwnClass(one.TrainingClass, one.unit, state, member.enrolled_on, member.withdrawn_on, member.reason)
