"""What search hears from below: a course was published or retired, a recording has other captions."""

from __future__ import annotations

from app.catalogue import service as catalogue
from app.kernel.events import on
from app.kernel.work import Work
from app.media import service as media
from app.search import service


@on(catalogue.CoursePublished)
def published_courses_are_found(work: Work, event: catalogue.CoursePublished) -> None:
    """A published version takes the place of the one before."""
    service.index_version(work, event.version_id)


@on(catalogue.CourseRetired)
def retired_courses_are_not(work: Work, event: catalogue.CourseRetired) -> None:
    """Nothing of a retired course is found."""
    service.forget_version(work, event.version_id)


@on(media.CaptionsChanged)
def spoken_words_follow_their_captions(work: Work, event: media.CaptionsChanged) -> None:
    """What is said in a lecture is found by its captions of today."""
    service.index_asset(work, event.asset_id)
