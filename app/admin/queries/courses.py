"""The trail of courses: whose hours somebody certified, declined or took back by hand, the latest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.admin.queries.asked import Wanted, conditions, in_scope, page_of, units_of
from app.hours.models import CourseCredit, CreditState
from app.kernel.paging import Page
from app.kernel.work import Work
from app.people.models import Person

SIZE = 50
FOUND = (CreditState.POSTED, CreditState.DUPLICATE, CreditState.DECLINED, CreditState.REVOKED)
"""What a person may have made of a finished course. A course is decided once, so that the credit itself is its trail."""


@dataclass(frozen=True)
class CourseDeed:
    """One decision on the hours of one course: whose, by whom, why, and the line it became."""

    state: str
    by_id: int
    by_name: str
    at: datetime
    reason: str | None
    title: str
    hours: Decimal
    pin: str
    entry_seq: int | None
    person: UUID
    person_id: int
    name: str
    version_id: int
    unit: str = ""


def course_deeds(work: Work, wanted: Wanted, cursor: str | None = None, size: int = SIZE) -> Page[CourseDeed]:
    """A page of it within the auditor's scope. What posted by itself is none, until somebody takes it back."""
    it, by = CourseCredit, aliased(Person)
    statement = (
        select(it.state, it.decided_by, by.name.label("by_name"), it.decided_at, it.reason, it.title, it.hours,
               it.rule_set_version, it.entry_seq, Person.uid.label("person"), it.person_id, Person.name, it.version_id)
        .join(Person, Person.id == it.person_id)
        .join(by, by.id == it.decided_by)
        .where(it.decided_at.is_not(None), in_scope(work, it.person_id), *_narrowed(work, wanted))
    )  # fmt: skip
    page = page_of(work, statement, cursor, size, it.decided_at, it.person_id, it.version_id)
    unit = units_of(work, page.items)
    return page.map(lambda row: replace(CourseDeed(*row), unit=unit(row)))


def _narrowed(work: Work, wanted: Wanted) -> list[Any]:
    parts = conditions(work, wanted, CourseCredit.person_id, CourseCredit.decided_by, CourseCredit.decided_at)
    return [*parts, CourseCredit.state == wanted.kind] if wanted.kind in FOUND else parts
