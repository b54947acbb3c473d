"""The list of courses as a learner meets it: filters, the learner's own state, keyset pages (decisions 27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.catalogue.models import Course, CourseTopic, CourseVersion, Framework, Lecture, Topic, VersionState
from app.kernel.db import BigId
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.learning.models import CourseProgress
from app.learning.queries.audience import for_reader
from app.learning.rules.progress import Study

LONGEST_QUERY = 100
PERSON: BindParameter[int] = bindparam("person", type_=BigId)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    q: str = ""
    framework: str = ""
    topic: str = ""
    state: str = ""
    audience: str = ""

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.q or self.framework or self.topic or self.state or self.audience)


@dataclass(frozen=True)
class Card:
    """One course in the list."""

    uid: UUID
    framework: str
    title: str
    title_en: str
    lecturer: str
    lectures: int
    nominal_ms: int
    hours: Decimal | None
    is_compulsory: bool
    is_featured: bool
    state: Study
    done: int
    cursor: tuple[str, int]


def read_filters(arguments: Mapping[str, str]) -> Filters:
    """Filters from an address; a value that is none of the choices is refused by name."""
    framework, state = arguments.get("framework", ""), arguments.get("state", "")
    if framework and framework not in set(Framework):
        raise Invalid(_l("Choose one of the three frameworks."), field="framework")
    if state and state not in set(Study):
        raise Invalid(_l("Choose new, studying or completed."), field="state")
    audience = arguments.get("audience", "")
    if audience not in ("", "me"):
        raise Invalid(_l("Choose me, or leave it out."), field="audience")
    return Filters(arguments.get("q", "").strip()[:LONGEST_QUERY], framework, arguments.get("topic", "").strip()[:60], state, audience)


def courses(work: Work, filters: Filters, page: str | None = None) -> Page[Card]:
    """Published courses, newest first, with how far the actor is; one statement."""
    statement, key = _listed(), decode_cursor(page, datetime, int)
    if filters.any:
        statement = statement.where(*_conditions(filters, _has_completed()), *(for_reader(work) if filters.audience else ()))
    if key is not None:
        statement = statement.where(tuple_(CourseVersion.published_at, CourseVersion.id) < (key[0], key[1]))
    return keyset([_card(row) for row in work.session.execute(statement, {"person": work.person_id})], lambda card: card.cursor)


@cache
def _listed() -> Any:
    """All published courses as the person `person` stands to them; built once, for the page asks every time."""
    return (
        select(Course.uid, Course.framework, Course.is_featured, CourseVersion.id, CourseVersion.title, CourseVersion.title_en,
               CourseVersion.lecturer, CourseVersion.lecture_count, CourseVersion.nominal_ms, CourseVersion.nominal_hours,
               CourseVersion.is_compulsory, CourseVersion.published_at, CourseProgress.lectures_done,
               _has_completed().label("completed"))
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .outerjoin(CourseProgress, (CourseProgress.person_id == PERSON) & (CourseProgress.version_id == CourseVersion.id))
        .where(CourseVersion.state == VersionState.PUBLISHED)
        .order_by(CourseVersion.published_at.desc(), CourseVersion.id.desc())
        .limit(SIZE + 1)
    )  # fmt: skip


def _has_completed() -> ColumnElement[bool]:
    """Whether the person `person` completed the current version of a course, or an earlier one that says the same (same major)."""
    earlier = aliased(CourseVersion)
    return (
        exists()
        .where(
            CourseProgress.person_id == PERSON, CourseProgress.completed_at.is_not(None), CourseProgress.version_id == earlier.id,
            earlier.course_id == Course.id, earlier.major == CourseVersion.major,
        )
        .correlate(Course, CourseVersion)
    )  # fmt: skip


def _conditions(filters: Filters, completed: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.framework:
        found.append(Course.framework == filters.framework)
    if filters.topic:
        found.append(_treats(Topic.code == filters.topic))
    if filters.q:
        found.append(_mentions(filters.q))
    if filters.state == Study.COMPLETED:
        found.append(completed)
    elif filters.state:
        begun = CourseProgress.person_id.is_not(None)
        found += [~completed, begun if filters.state == Study.STUDYING else ~begun]
    return found


def _treats(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(CourseTopic.course_id == Course.id, CourseTopic.topic_id == Topic.id, which).correlate(Course)


def _mentions(text: str) -> ColumnElement[bool]:
    """The words stand in a title, summary, lecturer, topic or lecture of the course; % and _ mean themselves."""
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    own = [CourseVersion.title, CourseVersion.title_en, CourseVersion.summary, CourseVersion.lecturer, Course.code]
    lecture = exists().where(Lecture.version_id == CourseVersion.id, Lecture.title.ilike(pattern, escape="\\")).correlate(CourseVersion)
    topic = or_(Topic.name_zh.ilike(pattern, escape="\\"), Topic.name_en.ilike(pattern, escape="\\"))
    return or_(*(column.ilike(pattern, escape="\\") for column in own), lecture, _treats(topic))


def _card(row: Any) -> Card:
    state = Study.COMPLETED if row.completed else Study.NEW if row.lectures_done is None else Study.STUDYING
    return Card(
        row.uid, row.framework, row.title, row.title_en, row.lecturer, row.lecture_count, row.nominal_ms, row.nominal_hours,
        row.is_compulsory, row.is_featured, state, row.lectures_done or 0, (row.published_at.isoformat(), row.id),
    )  # fmt: skip


@cache
def _taught() -> Any:
    """Topics of published courses; built once."""
    taught = exists().where(
        CourseTopic.topic_id == Topic.id, CourseTopic.course_id == Course.id, Course.current_version_id == CourseVersion.id,
        CourseVersion.state == VersionState.PUBLISHED,
    )  # fmt: skip
    return select(Topic).where(taught).order_by(Topic.framework, Topic.id).limit(40)


def topics(work: Work, framework: str = "") -> list[Topic]:
    """Topics that some published course treats, of one framework or of all."""
    statement = _taught()
    if framework:
        statement = statement.where(Topic.framework == framework)
    return list(work.session.scalars(statement))


def as_item(card: Card) -> dict[str, Any]:
    """A course in a list of the programming interface (interfaces.md §4.0)."""
    return {
        "uid": card.uid, "title": card.title, "title_en": card.title_en, "framework": card.framework,
        "hours": hours_text(card.hours) if card.hours is not None else None, "lectures": card.lectures, "state": card.state,
        "duration_ms": card.nominal_ms, "lecturer": card.lecturer, "compulsory": card.is_compulsory,
    }  # fmt: skip
