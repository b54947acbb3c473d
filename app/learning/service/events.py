"""What study announces to the floors above."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class LectureCompleted:
    """A person's coverage of a lecture reached what the rule set requires; told once."""

    person_id: int
    lecture_id: int


@dataclass(frozen=True)
class CourseCompleted:
    """All mandatory lectures are complete and the closing quiz, if there is one, is passed; told once per version."""

    person_id: int
    course_version_id: int
    score: Decimal | None
