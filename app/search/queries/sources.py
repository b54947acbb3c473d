"""What of the catalogue is to be found: published versions, and the documents that each is made into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select

from app.catalogue import queries as catalogue
from app.catalogue.models import Course, CourseTopic, CourseVersion, Lecture, Topic, VersionState
from app.kernel.work import Work
from app.media import captions
from app.search.models import House
from app.search.rules.passages import passages
from app.search.rules.words import document


def course_id_of(work: Work, version_id: int) -> int:
    """The course of a version, locked: two who index one course come one after the other."""
    work.session.flush()
    of = select(CourseVersion.course_id).where(CourseVersion.id == version_id).scalar_subquery()
    return work.session.execute(select(Course.id).where(Course.id == of).with_for_update()).scalar_one()


def published_ids() -> Select[int]:
    """The numbers of all published versions."""
    return select(CourseVersion.id).where(CourseVersion.state == VersionState.PUBLISHED)


def published(work: Work, after: int, limit: int) -> list[int]:
    """The next published versions, by number."""
    return list(work.session.scalars(published_ids().where(CourseVersion.id > after).order_by(CourseVersion.id).limit(limit)))


def showing_asset(work: Work, asset_id: int) -> list[int]:
    """The published versions in which a recording is shown."""
    shown = published_ids().join(Lecture, Lecture.version_id == CourseVersion.id).where(Lecture.asset_id == asset_id)
    return sorted(set(work.session.scalars(shown)))


def documents(work: Work, version_id: int) -> list[dict[str, Any]]:
    """The rows of the index for a version; none unless it is published."""
    version = work.session.get_one(CourseVersion, version_id)
    if version.state != VersionState.PUBLISHED:
        return []
    return [_course(work, work.session.get_one(Course, version.course_id), version), *_lectures(work, version)]


def _course(work: Work, course: Course, version: CourseVersion) -> dict[str, Any]:
    """The document of a course: titles, then what it says of itself."""
    statement = select(Topic.name_zh, Topic.name_en).join(CourseTopic, CourseTopic.topic_id == Topic.id)
    topics = [" ".join(names) for names in work.session.execute(statement.where(CourseTopic.course_id == course.id).order_by(Topic.id))]
    said = [version.summary, version.summary_en, *(str(one) for one in version.objectives), version.lecturer, *topics]
    return _document(version, House.COURSES, [version.title, version.title_en], said, hidden=[course.code])


def _lectures(work: Work, version: CourseVersion) -> Iterator[dict[str, Any]]:
    """The documents of the lectures in their order, then of what is said in each."""
    rows = catalogue.lectures(work, version.id)
    for lecture, asset in rows:
        chapters = [str(one.get("title", "")) for one in lecture.chapters or (asset.chapters if asset else [])]
        yield _document(version, House.LECTURES, [lecture.title], [lecture.summary, *chapters], lecture_id=lecture.id)
    for lecture, asset in rows:
        cues = captions.parse(asset.captions_vtt)[0] if asset is not None and asset.captions_vtt else []
        for one in passages((cue.start, cue.text) for cue in cues if cue.start < lecture.duration_ms):
            marks = [list(mark) for mark in one.marks]
            yield _document(version, House.TRANSCRIPTS, [], [one.text], lecture_id=lecture.id, at_ms=one.at_ms, marks=marks)


def _document(
    version: CourseVersion, house: House, titles: Sequence[str], said: Sequence[str], hidden: Sequence[str] = (), **fields: Any
) -> dict[str, Any]:
    """A row of the index; `hidden` is found but not shown."""
    lines = [line for line in said if line]
    row = {"lecture_id": None, "at_ms": 0, "marks": [], **fields}
    words = document([title for title in titles if title], [*lines, *hidden])
    return {"house": house, "course_id": version.course_id, "version_id": version.id, "text": "\n".join(lines), "words": words, **row}
