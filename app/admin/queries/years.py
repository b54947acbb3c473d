"""The trail of years: closings, restatements, adjustments, decisions of incompletion, rules adopted; the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.admin.queries.asked import Wanted, conditions, of_nobody_or_in_scope, units_of
from app.kernel.paging import Page, decode_cursor, keyset
from app.kernel.work import Work
from app.people.models import Person
from app.years.models import RuleChange, YearChange, YearTrail

SIZE = 50
SUBJECTS = ("year", "change", "person", "rules")
"""What a row is about: a whole year, a change of a closed one, one person's year, a version of the rules."""


@dataclass(frozen=True)
class YearDeed:
    """One act, and what it was about: the year, the line of a change, the version of the rules, the person."""

    id: int
    subject: str
    act: str
    by_id: int | None
    by_name: str
    at: datetime
    reason: str
    person_id: int | None
    person: UUID | None
    name: str
    unit: str = ""
    year: int | None = None
    change: str = ""
    title: str = ""
    hours: Decimal | None = None
    entry_seq: int | None = None
    pin: str = ""

    @property
    def of(self) -> str:
        """One of SUBJECTS."""
        return self.subject.partition(":")[0]


def year_deeds(work: Work, wanted: Wanted, cursor: str | None = None, size: int = SIZE) -> Page[YearDeed]:
    """A page of it: what is about nobody, and what is about people within the auditor's scope. Five statements at most."""
    it = YearTrail
    statement = (
        select(it.id, it.subject, it.act, it.by_id, it.by_name, it.at, it.reason, it.person_id, Person.uid, Person.name)
        .outerjoin(Person, Person.id == it.person_id)
        .where(of_nobody_or_in_scope(work, it.person_id), *conditions(work, wanted, it.person_id, it.by_id, it.at))
        .order_by(it.id.desc()).limit(size + 1)
    )  # fmt: skip
    if wanted.kind in SUBJECTS:
        statement = statement.where(it.subject.startswith(f"{wanted.kind}:"))
    if key := decode_cursor(cursor, int):
        statement = statement.where(it.id < key[0])
    page = keyset(work.session.execute(statement).all(), lambda row: (row.id,), size)
    unit, told = units_of(work, page.items), _told(work, page.items)
    return page.map(lambda row: YearDeed(*row[:9], row[9] or "", unit(row), **told(row.subject)))


def _told(work: Work, rows: Sequence[Any]) -> Any:
    """What the subjects of these rows are, looked up together."""
    changes = {one.uid: one for one in _found(work, YearChange, "change", rows)}
    rules = {one.uid: one for one in _found(work, RuleChange, "rules", rows)}

    def told(subject: str) -> dict[str, Any]:
        of, _colon, rest = subject.partition(":")
        if of == "year":
            return {"year": int(rest)}
        if of == "person":
            return {"year": int(rest.partition(":")[2])}
        if of == "change" and (one := changes.get(UUID(rest))) is not None:
            return {"year": one.year, "change": str(one.kind), "title": one.title, "hours": one.hours, "entry_seq": one.entry_seq}
        rule = rules.get(UUID(rest)) if of == "rules" else None
        return {} if rule is None else {"pin": rule.pin}

    return told


def _found(work: Work, table: Any, of: str, rows: Sequence[Any]) -> Sequence[Any]:
    uids = {UUID(row.subject.partition(":")[2]) for row in rows if row.subject.startswith(f"{of}:")}
    columns = (YearChange.uid, YearChange.year, YearChange.kind, YearChange.title, YearChange.hours, YearChange.entry_seq)
    chosen = columns if table is YearChange else (RuleChange.uid, RuleChange.pin)
    return work.session.execute(select(*chosen).where(table.uid.in_(uids))).all() if uids else ()
