"""The list of courses as a learner meets it: filters, the learner's own state, keyset pages (decisions 27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.catalogue.models import Course, CourseTopic, CourseVersion, Framework, Lecture, Topic, VersionState
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.learning.models import CourseProgress
from app.learning.rules.progress import Study

LONGEST_QUERY = 100


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    q: str = ""
    framework: str = ""
    topic: str = ""
    state: str = ""

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.q or self.framework or self.topic or self.state)


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
    return Filters(arguments.get("q", "").strip()[:LONGEST_QUERY], framework, arguments.get("topic", "").strip()[:60], state)


def courses(work: Work, filters: Filters, page: str | None = None) -> Page[Card]:
    """Published courses, newest first, with how far the actor is; one statement."""
    person_id = work.person_id
    completed = has_completed(person_id)
    statement = (
        select(Course, CourseVersion, CourseProgress.lectures_done, completed.label("completed"))
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .outerjoin(CourseProgress, _progress_of(person_id))
        .where(CourseVersion.state == VersionState.PUBLISHED, *_conditions(filters, completed))
        .order_by(CourseVersion.published_at.desc(), CourseVersion.id.desc())
        .limit(SIZE + 1)
    )
    key = decode_cursor(page, 2)
    if key is not None:
        statement = statement.where(tuple_(CourseVersion.published_at, CourseVersion.id) < (_moment(key[0]), key[1]))
    rows = [_card(course, version, done, finished) for course, version, done, finished in work.session.execute(statement)]
    return keyset(rows, lambda card: card.cursor)


def has_completed(person_id: int) -> ColumnElement[bool]:
    """Whether the person completed the current version of a course, or an earlier one that says the same (same major)."""
    earlier = aliased(CourseVersion)
    return (
        exists()
        .where(
            CourseProgress.person_id == person_id, CourseProgress.completed_at.is_not(None), CourseProgress.version_id == earlier.id,
            earlier.course_id == Course.id, earlier.major == CourseVersion.major,
        )
        .correlate(Course, CourseVersion)
    )  # fmt: skip


def _progress_of(person_id: int) -> ColumnElement[bool]:
    return and_(CourseProgress.person_id == person_id, CourseProgress.version_id == CourseVersion.id)


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


def _card(course: Course, version: CourseVersion, done: int | None, completed: bool) -> Card:
    assert version.published_at is not None
    state = Study.COMPLETED if completed else Study.NEW if done is None else Study.STUDYING
    return Card(
        course.uid, course.framework, version.title, version.title_en, version.lecturer, version.lecture_count, version.nominal_ms,
        version.nominal_hours, version.is_compulsory, course.is_featured, state, done or 0,
        (version.published_at.isoformat(), version.id),
    )  # fmt: skip


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise Invalid(_l("This page address is not valid."), field="page") from error


def topics(work: Work, framework: str = "") -> list[Topic]:
    """Topics that some published course treats, of one framework or of all."""
    taught = exists().where(
        CourseTopic.topic_id == Topic.id, CourseTopic.course_id == Course.id, Course.current_version_id == CourseVersion.id,
        CourseVersion.state == VersionState.PUBLISHED,
    )  # fmt: skip
    statement = select(Topic).where(taught).order_by(Topic.framework, Topic.id).limit(40)
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
