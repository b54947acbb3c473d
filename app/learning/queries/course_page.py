"""One course as a learner meets it: which version, its lectures with what was credited, its quiz, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from app.catalogue.actions import Action
from app.catalogue.models import Course, CourseTopic, CourseVersion, Lecture, Topic, VersionState
from app.catalogue.service import RUN_OUT
from app.exams import queries as exams
from app.kernel.errors import NotFound
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.learning.models import CourseProgress
from app.learning.queries.continuing import lectures_as_studied
from app.learning.rules import progress
from app.learning.rules.progress import Choice, Study


@dataclass(frozen=True)
class LectureRow:
    """One lecture in its course, as the person stands to it."""

    uid: UUID
    lecture_id: int
    at: int
    title: str
    summary: str
    kind: str
    duration_ms: int
    is_mandatory: bool
    chapters: list[Any]
    asset_id: int | None
    covered_ms: int
    position_ms: int
    completed: bool

    @property
    def state(self) -> str:
        """done, cur (begun) or todo: how the list shows it."""
        return "done" if self.completed else "cur" if self.covered_ms or self.position_ms else "todo"


@dataclass(frozen=True)
class CourseShown:
    """A course, one version of it, and the person's way through it."""

    course: Course
    version: CourseVersion
    progress: CourseProgress | None
    lectures: tuple[LectureRow, ...]
    topics: tuple[Topic, ...]
    quiz: exams.QuizRow | None
    counts: bool

    @property
    def state(self) -> Study:
        """How far the person is."""
        if self.progress is None:
            return Study.NEW
        return Study.COMPLETED if self.progress.completed_at else Study.STUDYING

    @property
    def lectures_done(self) -> bool:
        """Whether the closing quiz is open."""
        return self.progress is not None and self.progress.lectures_completed_at is not None

    @property
    def next(self) -> LectureRow | None:
        """The lecture with which study goes on; None when all are complete."""
        last = self.progress.last_lecture_id if self.progress else None
        choices = [Choice(row.at, row.is_mandatory, row.completed, row.lecture_id == last) for row in self.lectures]
        found = progress.next_lecture(choices)
        return self.lectures[found.at - 1] if found else None

    @property
    def step(self) -> str:
        """The one thing to do now: study, quiz or review."""
        mandatory_open = any(row.is_mandatory and not row.completed for row in self.lectures)
        if self.quiz is not None and not self.quiz.passed and not mandatory_open and self.lectures_done:
            return "quiz"
        return "study" if mandatory_open else "review"

    def lecture(self, uid: UUID) -> LectureRow:
        """One of the lectures; 404 for any other."""
        for row in self.lectures:
            if row.uid == uid:
                return row
        raise NotFound()


def course(work: Work, course_uid: UUID) -> CourseShown:
    """The version a person studies: the one begun and run out, else the current one; its author also sees drafts."""
    found = _version(work, course_uid)
    return _shown(work, found, tuple(work.session.scalars(_topics(), {"course": found.course.id})))


def course_of_lecture(work: Work, course_uid: UUID, lecture_uid: UUID) -> CourseShown:
    """The course in the version to which a lecture belongs; topics are left out."""
    return _shown(work, _version(work, course_uid, lecture_uid), ())


@dataclass(frozen=True)
class Found:
    """The version a person is shown, with the progress made in it; `counts` is false for a preview."""

    course: Course
    version: CourseVersion
    progress: CourseProgress | None
    counts: bool


@cache
def _versions() -> Any:
    """Versions of the course `course`, latest first, with what the person `person` has done of them; built once."""
    return (
        select(Course, CourseVersion, CourseProgress)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(CourseProgress, (CourseProgress.version_id == CourseVersion.id) & (CourseProgress.person_id == bindparam("person")))
        .where(Course.uid == bindparam("course"))
        .order_by(CourseVersion.number.desc())
    )


@cache
def _version_of_lecture() -> Any:
    """The one among them that the lecture `lecture` belongs to."""
    of = select(Lecture.version_id).where(Lecture.uid == bindparam("lecture")).scalar_subquery()
    return _versions().where(CourseVersion.id == of)


@cache
def _topics() -> Any:
    """What the course `course` treats."""
    treated = select(Topic).join(CourseTopic, CourseTopic.topic_id == Topic.id)
    return treated.where(CourseTopic.course_id == bindparam("course")).order_by(Topic.id)


def _version(work: Work, course_uid: UUID, lecture_uid: UUID | None = None) -> Found:
    """Which version; one statement, for versions of a course are few."""
    given: dict[str, Any] = {"person": work.person_id, "course": course_uid}
    if lecture_uid is None:
        found = work.session.execute(_versions(), given)
    else:
        found = work.session.execute(_version_of_lecture(), {**given, "lecture": lecture_uid})
    rows = [Found(row[0], row[1], row[2], counts=True) for row in found]
    studied = [row for row in rows if _open_to_all(row.version) or _running_out(work, row.version, row.progress)]
    if studied:
        begun = next((row for row in studied if row.progress is not None and row.progress.completed_at is None), None)
        return begun or next((row for row in studied if _open_to_all(row.version)), studied[0])
    seen = next((row for row in rows if _previews(work, row.version)), None)
    if seen is None:
        raise NotFound()
    return Found(seen.course, seen.version, None, counts=False)


def _open_to_all(version: CourseVersion) -> bool:
    return version.state == VersionState.PUBLISHED


def _running_out(work: Work, version: CourseVersion, begun: CourseProgress | None) -> bool:
    """Retired, begun by this person, and either finished or within the 30 days (domain.md §8)."""
    if version.state != VersionState.RETIRED or begun is None or version.retired_at is None:
        return False
    return begun.completed_at is not None or work.now - version.retired_at <= RUN_OUT


def _previews(work: Work, version: CourseVersion) -> bool:
    own = version.author_id == work.actor.person_id
    return own or (version.state == VersionState.SUBMITTED and work.may(Action.PUBLISH))


def _shown(work: Work, found: Found, topics: tuple[Topic, ...]) -> CourseShown:
    version_id = found.version.id
    quiz = exams.closing_quizzes(work, [version_id]).get(version_id)
    return CourseShown(found.course, found.version, found.progress, _lectures(work, version_id), topics, quiz, found.counts)


def _lectures(work: Work, version_id: int) -> tuple[LectureRow, ...]:
    rows = work.session.execute(lectures_as_studied(), {"person": work.person_id, "versions": [version_id]})
    return tuple(
        LectureRow(
            lecture.uid, lecture.id, at, lecture.title, lecture.summary, lecture.kind, lecture.duration_ms, lecture.is_mandatory,
            list(lecture.chapters or []), lecture.asset_id, covered_ms or 0, position_ms, completed_at is not None,
        )
        for at, (lecture, covered_ms, position_ms, completed_at) in enumerate(rows, start=1)
    )  # fmt: skip


def as_document(shown: CourseShown) -> dict[str, Any]:
    """A course in the programming interface (interfaces.md §4.0)."""
    version = shown.version
    return {
        "uid": shown.course.uid, "title": version.title, "title_en": version.title_en, "summary": version.summary,
        "objectives": version.objectives, "framework": shown.course.framework, "lecturer": version.lecturer,
        "hours": _text(version.nominal_hours), "duration_ms": version.nominal_ms, "rule_set": version.rule_set_version,
        "compulsory": version.is_compulsory, "subject_kind": version.subject_kind, "list_years": version.list_years,
        "state": shown.state, "counts": shown.counts,
        "topics": [{"code": topic.code, "name_zh": topic.name_zh, "name_en": topic.name_en} for topic in shown.topics],
        "completed_at": _when(shown.progress.completed_at if shown.progress else None),
        "lectures": [
            {"uid": row.uid, "title": row.title, "kind": row.kind, "duration_ms": row.duration_ms, "mandatory": row.is_mandatory,
             "covered_ms": row.covered_ms, "completed": row.completed}
            for row in shown.lectures
        ],
        "exam": shown.quiz.uid if shown.quiz else None,
    }  # fmt: skip


def _text(hours: Decimal | None) -> str | None:
    return hours_text(hours) if hours is not None else None


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
