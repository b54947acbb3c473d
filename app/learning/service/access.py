"""Who may open a lecture, and whether it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.catalogue.actions import Action
from app.catalogue.service import RUN_OUT
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.learning.queries import lectures
from app.learning.queries.lectures import Place, Standing
from app.media import service as media

from .refusals import NotPlayable


@dataclass(frozen=True)
class Entry:
    """A lecture that may be opened; `counts` is false for those who look at it before it is published."""

    place: Place
    counts: bool


def entry(work: Work, lecture_uid: UUID) -> Entry:
    """The lecture, if the actor may open it; otherwise it does not exist (ATK-A45)."""
    place = lectures.place(work, lecture_uid)
    if place is None:
        raise NotFound()
    return Entry(place, counts(work, place.standing))


def counts(work: Work, standing: Standing) -> bool:
    """Whether study in this version counts for the actor; 404 for those who may not even look."""
    if may_study(work, standing):
        return True
    if may_preview(work, standing):
        return False
    raise NotFound()


def may_study(work: Work, standing: Standing) -> bool:
    """Published; or retired within the last 30 days, for those who had begun (domain.md §8)."""
    if standing.state == lectures.PUBLISHED:
        return True
    if standing.state != lectures.RETIRED or standing.retired_at is None or work.now - standing.retired_at > RUN_OUT:
        return False
    return lectures.has_begun(work, work.person_id, standing.version_id)


def may_preview(work: Work, standing: Standing) -> bool:
    """Its author, and whoever decides on its publication, look at it without credit."""
    if standing.author_id == work.actor.person_id:
        return True
    return standing.state == lectures.SUBMITTED and work.may(Action.PUBLISH)


def playable(work: Work, place: Place) -> Any:
    """The medium of a lecture, ready to be played."""
    if place.asset_id is None:
        raise NotPlayable()
    asset = media.asset(work, place.asset_id)
    if not media.is_playable(asset) or place.duration_ms <= 0:
        raise NotPlayable()
    return asset
