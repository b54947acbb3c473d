"""The people, courses and lines that tests of hours need."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.events import announce
from app.kernel.work import Work
from app.learning.models import CourseProgress
from app.learning.service import CourseCompleted
from app.ledger import service as ledger
from app.people.models import Person
from app.people.service.passwords import hashed
from tests import make


def cadre(work: Work, user_name: str = "lixue", **more: Any) -> Person:
    """A person with an account and the demo password; a section cadre unless told otherwise."""
    person = make.person(work, more.pop("name", "李学"), **more)
    make.account(work, person, user_name, hashed("Study-2026-demo"))
    make.grant(work, person, "cadre")
    return person


def posted(work: Work, person: Person, title: str, hours: str, on: date, **more: Any) -> Any:
    """One line in the ledger; an online course unless told otherwise."""
    new: dict[str, Any] = {
        "category": "online_course", "delivery": "online", "activity_key": f"course:{work.new_uid()}@1:2023-2027", "source_type": "course",
        "source_id": str(work.new_uid()), "rule_set_version": "demo@1", "evidence": ledger.digest({"made": "for a test"}),
        "occurred_from": on, "occurred_to": on,
    } | more  # fmt: skip
    return ledger.append(work, ledger.NewLine(person_id=person.id, title=title, hours=Decimal(hours), **new))


def course(
    work: Work, owner: Person, hours: str | None = "0.25", lectures: tuple[int, ...] = (30_000,), **more: Any
) -> tuple[Course, CourseVersion, list[Lecture]]:
    """A published course with frozen hours."""
    return make.course(work, owner, lectures=lectures, nominal_hours=None if hours is None else Decimal(hours), **more)


def begun(work: Work, person: Person, version: CourseVersion, *, days_ago: int = 0, **more: Any) -> CourseProgress:
    """The person has opened the course."""
    row = CourseProgress(person_id=person.id, version_id=version.id, course_id=version.course_id,
                         started_at=work.now - timedelta(days=days_ago), last_at=work.now, **more)  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def completes(work: Work, person: Person, version: CourseVersion, score: Decimal | None = None) -> None:
    """Study announces that the person has finished the course."""
    announce(work, CourseCompleted(person.id, version.id, score))
