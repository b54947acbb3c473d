"""The lecture second that teaches a question: held against the courses as they are published, and said again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from app.bank.rules.drafts import Fault, QuestionDraft
from app.bank.rules.places import Place
from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.work import Work

MOST_OFFERED = 300
"""Courses offered while one types."""


@dataclass(frozen=True)
class Where:
    """A place with the words for it."""

    place: Place
    course: str
    lecture: str
    seconds: int
    """The length of the lecture."""


def settled(work: Work, drafts: Sequence[QuestionDraft]) -> list[tuple[QuestionDraft, Fault | None]]:
    """Each draft with the lecture its place names in the published version of the course, or what of the place is not so."""
    codes = {one.place.course for one in drafts if one.place is not None}
    known, lectures = set[str](), dict[tuple[str, int], tuple[int, int]]()
    if codes:
        rows = work.session.execute(
            select(Course.code, Lecture.position, Lecture.id, Lecture.duration_ms)
            .join(Lecture, Lecture.version_id == Course.current_version_id)
            .where(Course.code.in_(codes))
        )
        for code, position, number, duration in rows:
            known.add(code)
            lectures[code, position] = (number, duration // 1000)
    return [_settled(one, known, lectures) for one in drafts]


def _settled(draft: QuestionDraft, known: set[str], lectures: dict[tuple[str, int], tuple[int, int]]) -> tuple[QuestionDraft, Fault | None]:
    place = draft.place
    if place is None:
        return draft, None
    if place.course not in known:
        return draft, Fault("course", "course_unknown")
    if (place.course, place.lecture) not in lectures:
        return draft, Fault("lecture", "lecture_unknown")
    number, seconds = lectures[place.course, place.lecture]
    if place.second > seconds:
        return draft, Fault("at", "second_outside_lecture")
    return replace(draft, lecture_id=number, at_second=place.second), None


def told(work: Work, drafts: Sequence[QuestionDraft]) -> list[QuestionDraft]:
    """Each draft with its place as files and forms say it."""
    rows = work.session.execute(
        select(Lecture.id, Course.code, Lecture.position)
        .join(CourseVersion, CourseVersion.id == Lecture.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Lecture.id.in_({one.lecture_id for one in drafts if one.lecture_id is not None}))
    )
    named = {number: (code, position) for number, code, position in rows}
    return [
        replace(one, place=Place(*named[one.lecture_id], one.at_second or 0)) if one.place is None and one.lecture_id in named else one
        for one in drafts
    ]


def where(work: Work, draft: QuestionDraft) -> Where | None:
    """Where a draft is taught, in words, if that is known."""
    found, _fault = settled(work, [draft])[0]
    row = (
        found.lecture_id
        and work.session.execute(
            select(Course.code, CourseVersion.title, Lecture.position, Lecture.title, Lecture.duration_ms)
            .join(CourseVersion, CourseVersion.id == Lecture.version_id)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(Lecture.id == found.lecture_id)
        ).one_or_none()
    )
    if not row:
        return None
    code, course, position, lecture, duration = row
    return Where(Place(code, position, found.at_second or 0), course, lecture, duration // 1000)


def offered(work: Work) -> list[tuple[str, str]]:
    """Code and title of published courses, the newest first."""
    rows = select(Course.code, CourseVersion.title).join(CourseVersion, CourseVersion.id == Course.current_version_id)
    return [(code, title) for code, title in work.session.execute(rows.order_by(CourseVersion.published_at.desc()).limit(MOST_OFFERED))]
