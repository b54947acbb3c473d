"""Assets: find, move through their states, caption, give a poster, try again, throw away."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app.jobs.service import enqueue
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.media import captions, places, playlists, rules, words
from app.media.actions import Action
from app.media.models import Asset, Upload
from app.media.rules import NEXT, WORKING, Reason, State

COPY_LIFE = timedelta(hours=24)
"""How long the copy outlives the making of the ladder: longer than any play session."""


@dataclass(frozen=True)
class MediaPlayable:
    """An asset can be played for the first time; its duration is final from here on."""

    asset_id: int


@dataclass(frozen=True)
class MediaReady:
    """Everything has been made of an asset."""

    asset_id: int


@dataclass(frozen=True)
class MediaFailed:
    """The pipeline gave an asset up, for `reason`."""

    asset_id: int
    reason: str


@dataclass(frozen=True)
class CaptionsChanged:
    """An asset has other captions than before, or none any more."""

    asset_id: int


class NotRetryable(Conflict):
    """Only what has failed, for a reason that another try may cure, is tried again."""

    code, text = "not_retryable", _l("This file will fail again in the same way. Please upload another one.")


class MediaInUse(Conflict):
    """A lecture shows it."""

    code, text = "media_in_use", _l("A lecture uses this recording. Take it out of the lecture first.")


class BadCaptionFile(Invalid):
    """A caption file with faults; `faults` is a list of {line, code, words, sentence}."""

    code, text = "bad_captions", _l("The captions were not taken over: please correct the lines below.")


def asset(work: Work, asset_id: int) -> Asset:
    """An asset by its number, for the floors above, which know who may see it."""
    return work.session.get_one(Asset, asset_id)


def own_asset(work: Work, uid: UUID) -> Asset:
    """An asset of the actor's own; anyone else's is not there (the system sees all)."""
    row = work.session.scalar(select(Asset).where(Asset.uid == uid))
    if row is None or not (work.actor.is_system or row.owner_id == work.actor.person_id):
        raise NotFound()
    return row


def status(work: Work, uid: UUID) -> Asset:
    """An asset whose pipeline the actor may watch: his own, or any with `media.see_pipeline`."""
    row = work.session.scalar(select(Asset).where(Asset.uid == uid))
    if row is None or not (row.owner_id == work.actor.person_id or work.may(Action.SEE_PIPELINE)):
        raise NotFound()
    return row


def is_playable(row: Asset) -> bool:
    """Whether at least one rendition is there, even while others are still made or have failed."""
    return bool(row.segments)


def folder(work: Work, row: Asset) -> Path:
    """Where everything lies that a player may fetch: master.m3u8, renditions, poster, sprite."""
    return places.served(work.settings.media_dir, row.uid)


def master(row: Asset) -> str:
    """The master playlist of what is there now: the ladder, or the copy of the upload while there is no ladder."""
    return master_of(row.renditions)


def master_of(renditions: dict[str, Any]) -> str:
    """The same from the facts of renditions."""
    made = [playlists.from_facts(name, facts) for name, facts in renditions.items()]
    ladder = [one for one in made if one.name != playlists.COPY]
    return playlists.master(ladder or made)


def move(work: Work, asset_id: int, to: State, **values: Any) -> bool:
    """Change the state if the asset stands where that is allowed; whether it did (a conditional UPDATE)."""
    before = [state for state, after in NEXT.items() if to in after]
    change = update(Asset).where(Asset.id == asset_id, Asset.state.in_(before))
    return changed_one(work.session, change.values(state=to, changed_at=work.now, **values))


def fail(work: Work, asset_id: int, reason: Reason, log: str = "", **facts: Any) -> None:
    """Give an asset up with its reason; what was made before stays playable."""
    if move(work, asset_id, State.FAILED, reason=reason, reason_facts=facts, log=log[-4_000:] or None):
        announce(work, MediaFailed(asset_id, reason))


def retry(work: Work, uid: UUID) -> Asset:
    """Send a failed asset through the pipeline again; steps that were done are not repeated."""
    row = own_asset(work, uid)
    if row.state != State.FAILED or Reason(row.reason or Reason.INTERNAL) not in rules.MAY_PASS:
        raise NotRetryable()
    if not move(work, row.id, State.RECEIVED, reason=None, reason_facts={}, log=None, starts=0):
        raise Conflict()
    enqueue(work, "media.process", key=f"media.process:{row.id}", asset_id=row.id)
    work.session.refresh(row)
    return row


def rename(work: Work, uid: UUID, name: str) -> Asset:
    """Give an own asset another name to be found by."""
    row = own_asset(work, uid)
    row.file_name = name.strip()[:255] or row.file_name
    return row


def set_captions(work: Work, uid: UUID, content: bytes) -> Asset:
    """Replace the captions by an SRT or WebVTT file. Raises BadCaptionFile with every faulty line."""
    row = own_asset(work, uid)
    row.captions_vtt = converted(content, row.duration_ms)
    row.changed_at = work.now
    announce(work, CaptionsChanged(row.id))
    return row


def converted(content: bytes, duration_ms: int) -> str:
    """Clean WebVTT, or a refusal that names the lines."""
    try:
        return captions.convert(content, duration_ms)
    except captions.BadCaptions as bad:
        raise BadCaptionFile(field="captions", faults=[_fault(one) for one in bad.faults]) from bad


def _fault(found: captions.Found) -> dict[str, Any]:
    """A fault as the page and the programming interface show it."""
    return {"line": found.line, "code": str(found.fault), "words": found.words, "sentence": str(words.FAULTS[found.fault])}


def remove_captions(work: Work, uid: UUID) -> Asset:
    """Take the captions away."""
    row = own_asset(work, uid)
    row.captions_vtt = None
    row.changed_at = work.now
    announce(work, CaptionsChanged(row.id))
    return row


def choose_poster(work: Work, uid: UUID, at_ms: int | None) -> Asset:
    """Make the frame at `at_ms` the poster, or (None) none: then the generated cover is shown."""
    row = own_asset(work, uid)
    if at_ms is None:
        row.poster = row.poster_at_ms = None
        return row
    if row.kind != rules.Kind.VIDEO or not is_playable(row) or not 0 <= at_ms <= row.duration_ms:
        raise Invalid(_l("There is no picture at that time."), field="at")
    row.poster_at_ms = at_ms
    enqueue(work, "media.poster", key=f"media.poster:{row.id}:{at_ms}", asset_id=row.id, at_ms=at_ms)
    return row


def discard(work: Work, uid: UUID) -> None:
    """Throw an own asset away with its files, unless a lecture shows it."""
    row = own_asset(work, uid)
    root, asset_uid, sha256 = work.settings.media_dir, row.uid, row.sha256
    work.session.execute(delete(Upload).where(Upload.asset_id == row.id))
    try:
        with work.session.begin_nested():
            work.session.execute(delete(Asset).where(Asset.id == row.id))
    except IntegrityError as error:
        raise MediaInUse() from error
    work.after_commit.append(lambda: places.forget(root, asset_uid))
    if sha256 is not None and work.session.scalar(select(Asset.id).where(Asset.sha256 == sha256).limit(1)) is None:
        work.after_commit.append(lambda: places.blob(root, sha256).unlink(missing_ok=True))


def stuck(work: Work, limit: int = 50) -> Iterable[int]:
    """Assets that stand in the middle of the pipeline: each must have a job."""
    return list(work.session.scalars(select(Asset.id).where(Asset.state.in_(WORKING)).limit(limit)))


def retire_copies(work: Work, limit: int = 20) -> int:
    """Drop the copy of the upload a day after its ladder took over, when no play session shows it any more."""
    old = select(Asset).where(Asset.state == State.READY, Asset.changed_at < work.now - COPY_LIFE).order_by(Asset.id.desc())
    rows = [row for row in work.session.scalars(old.limit(500)) if playlists.COPY in row.renditions and len(row.renditions) > 1][:limit]
    for row in rows:
        row.renditions = {name: facts for name, facts in row.renditions.items() if name != playlists.COPY}
        row.segments = {name: spans for name, spans in row.segments.items() if name != playlists.COPY}
        row.changed_at = work.now
        path = places.served(work.settings.media_dir, row.uid) / playlists.COPY
        work.after_commit.append(lambda path=path: shutil.rmtree(path, ignore_errors=True))  # type: ignore[misc]
    return len(rows)
