"""The lot drawn from the courses that posted by themselves: what a person found of each, the latest drawn first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.admin.queries.asked import Wanted, conditions, in_scope, page_of, units_of
from app.desk.models import Sample
from app.desk.rules import SampleState
from app.hours.models import CourseCredit
from app.kernel.paging import Page
from app.kernel.work import Work
from app.people.models import Person

SIZE = 50


@dataclass(frozen=True)
class SampleRow:
    """One course that was drawn: its hours and its line, who looked at it, what he found."""

    state: str
    drawn_at: datetime
    seen_by: int | None
    seen_at: datetime | None
    reason: str
    title: str
    hours: Decimal
    pin: str
    entry_seq: int | None
    person: UUID
    person_id: int
    name: str
    seen_name: str | None
    version_id: int
    unit: str = ""


def samples(work: Work, wanted: Wanted, cursor: str | None = None, size: int = SIZE) -> Page[SampleRow]:
    """A page of them within the auditor's scope."""
    it, seer = Sample, aliased(Person)
    statement = (
        select(it.state, it.drawn_at, it.seen_by, it.seen_at, it.reason, CourseCredit.title, CourseCredit.hours,
               CourseCredit.rule_set_version, CourseCredit.entry_seq, Person.uid.label("person"), it.person_id, Person.name,
               seer.name.label("seen_name"), it.version_id)
        .join(CourseCredit, (CourseCredit.person_id == it.person_id) & (CourseCredit.version_id == it.version_id))
        .join(Person, Person.id == it.person_id)
        .outerjoin(seer, seer.id == it.seen_by)
        .where(in_scope(work, it.person_id), *_narrowed(work, wanted))
    )  # fmt: skip
    page = page_of(work, statement, cursor, size, it.drawn_at, it.person_id, it.version_id)
    unit = units_of(work, page.items)
    return page.map(lambda row: replace(SampleRow(*row), unit=unit(row)))


def sample_counts(work: Work) -> Mapping[str, int]:
    """How many stand where, within the auditor's scope."""
    counted = select(Sample.state, func.count()).where(in_scope(work, Sample.person_id)).group_by(Sample.state)
    return {str(state): count for state, count in work.session.execute(counted)}


def _narrowed(work: Work, wanted: Wanted) -> list[Any]:
    parts = conditions(work, wanted, Sample.person_id, Sample.seen_by, Sample.drawn_at)
    return [*parts, Sample.state == wanted.kind] if wanted.kind in set(SampleState) else parts
