"""What came of a completed course: its line in the ledger and its certificate; and what such a line rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import Course, CourseVersion, Lecture
from app.kernel.clock import civil
from app.kernel.work import Work
from app.learning.models import CourseProgress, Coverage
from app.learning.queries.course_page import CourseShown
from app.learning.rules import spans
from app.learning.rules.spans import Spans
from app.ledger import queries as lines
from app.ledger import service as ledger

COURSE = "course"


@dataclass(frozen=True)
class Reward:
    """The live ledger line of a course and the number of its certificate, if one was issued."""

    seq: int
    hours: Decimal
    certificate: str | None


@dataclass(frozen=True)
class Watched:
    """One lecture a line rests on."""

    at: int
    title: str
    uid: UUID
    course_uid: UUID
    duration_ms: int
    covered: Spans
    completed_at: datetime | None

    @property
    def covered_ms(self) -> int:
        """Milliseconds credited."""
        return spans.measure(self.covered)


@dataclass(frozen=True)
class Basis:
    """All a line of a course rests on."""

    lectures: tuple[Watched, ...]
    quiz_passed_at: datetime | None
    quiz_score: Decimal | None


def reward(work: Work, shown: CourseShown) -> Reward | None:
    """What the acting person got for this version; None before it is posted, or when it was taken back."""
    if shown.progress is None or shown.progress.completed_at is None:
        return None
    posted = lines.lines(work, work.person_id, since_year=civil(shown.progress.completed_at).year)
    taken = {line.reverses for line in posted if line.reverses is not None}
    mine = (line for line in posted if (line.source_type, line.source_id) == (COURSE, str(shown.version.uid)) and line.reverses is None)
    line = next((line for line in mine if line.seq not in taken), None)
    if line is None:
        return None
    return Reward(line.seq, line.hours, ledger.papers(work, work.person_id, [line.seq]).get(line.seq))


def basis(work: Work, person_id: int, source_id: str) -> Basis | None:
    """The lectures and the quiz behind a course line; None for a line that came from elsewhere (an import, a history)."""
    try:
        version_uid = UUID(source_id)
    except ValueError:
        return None
    statement = (
        select(Course.uid, Lecture, Coverage)
        .join(CourseVersion, CourseVersion.id == Lecture.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(Coverage, (Coverage.lecture_id == Lecture.id) & (Coverage.person_id == person_id))
        .where(CourseVersion.uid == version_uid)
        .order_by(Lecture.position)
    )
    rows = work.session.execute(statement).all()
    if not rows:
        return None
    seen = [
        Watched(at, lecture.title, lecture.uid, course_uid, lecture.duration_ms,
                spans.from_bytes(coverage.intervals) if coverage else spans.EMPTY, coverage.completed_at if coverage else None)
        for at, (course_uid, lecture, coverage) in enumerate(rows, start=1)
    ]  # fmt: skip
    begun = work.session.get(CourseProgress, (person_id, rows[0][1].version_id))
    return Basis(tuple(seen), begun.quiz_passed_at if begun else None, begun.quiz_score if begun else None)
