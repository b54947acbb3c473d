"""What stands around the player: the lecture with its medium, what was credited, its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.kernel.work import Work
from app.learning.models import Coverage
from app.learning.queries.course_page import CourseShown, LectureRow, course_of_lecture
from app.learning.rules import progress, spans
from app.learning.rules.spans import Spans
from app.media.models import Asset


@dataclass(frozen=True)
class PlayerShown:
    """One lecture as its page shows it."""

    shown: CourseShown
    lecture: LectureRow
    covered: Spans
    resume_ms: int
    has_captions: bool
    has_poster: bool
    has_sprite: bool
    is_playable: bool
    chapters: tuple[dict[str, Any], ...]
    following: LectureRow | None


def player(work: Work, course_uid: UUID, lecture_uid: UUID) -> PlayerShown:
    """A lecture for its page; 404 for those who may not see it or under another course."""
    shown = course_of_lecture(work, course_uid, lecture_uid)
    lecture = shown.lecture(lecture_uid)
    asset = work.session.get(Asset, lecture.asset_id) if lecture.asset_id is not None else None
    coverage = work.session.get(Coverage, (work.person_id, lecture.lecture_id))
    covered = spans.from_bytes(coverage.intervals) if coverage else spans.EMPTY
    after = shown.lectures[lecture.at : lecture.at + 1]
    return PlayerShown(
        shown, lecture, covered, progress.resume_at(lecture.position_ms, lecture.duration_ms, covered), bool(asset and asset.captions_vtt),
        bool(asset and asset.poster), bool(asset and asset.sprite), bool(asset and asset.segments),
        tuple(_chapters(lecture, asset)), after[0] if after else None,
    )  # fmt: skip


def _chapters(lecture: LectureRow, asset: Asset | None) -> list[dict[str, Any]]:
    """The lecture's chapters, else those of its medium; none beyond its end."""
    listed = lecture.chapters or list(asset.chapters if asset else [])
    return [chapter for chapter in listed if 0 <= int(chapter.get("at_ms", -1)) < lecture.duration_ms]


def medium_of(work: Work, course_uid: UUID, lecture_uid: UUID) -> Asset | None:
    """The medium of a lecture whose page the actor may see: for its captions and pictures."""
    lecture = course_of_lecture(work, course_uid, lecture_uid).lecture(lecture_uid)
    return work.session.get(Asset, lecture.asset_id) if lecture.asset_id is not None else None
