"""Uploads: a file on its way in, safe on disk up to its offset (tus 1.0.0). The bytes themselves go through api.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.jobs.service import enqueue
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid, Locked, NoSpace, NotFound, TooLarge
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.media import places
from app.media.models import Asset, Upload
from app.media.rules import GIB, State, space_needed
from app.media.service.assets import move

LIFE = timedelta(hours=24)
"""How long an upload may rest before it is forgotten with its bytes."""
MAX_OPEN = 20


class WrongOffset(Conflict):
    """The sender and the server differ about how much has arrived; `offset` is the server's word."""

    code, text = "wrong_offset", _l("The upload stands elsewhere. Please continue from byte %(offset)s.")


class UploadBusy(Locked):
    """Another connection is writing to the same upload."""

    code, text = "upload_busy", _l("This upload is being received over another connection.")


class UploadTooLarge(TooLarge):
    """Above the size the college takes."""

    code, text = "upload_too_large", _l("The file is larger than the college accepts (%(limit_gib)s GiB).")


class TooManyUploads(Conflict):
    """A person may have twenty uploads under way."""

    code, text = "too_many_uploads", _l("You have %(limit)s uploads under way. Please finish or cancel some first.")


def begin_upload(work: Work, length: int, file_name: str) -> Upload:
    """Open an upload of `length` bytes for the actor, with its asset; refuses what will not fit (REQ G05, decisions 36)."""
    limit = work.settings.media_max_bytes
    if length > limit:
        raise UploadTooLarge(limit=limit, limit_gib=max(1, limit // GIB))
    if length < 0:
        raise Invalid(field="length")
    open_now = select(func.count()).select_from(Upload).where(Upload.owner_id == work.person_id, Upload.offset < Upload.length)
    if (work.session.scalar(open_now) or 0) >= MAX_OPEN:
        raise TooManyUploads(limit=MAX_OPEN)
    if not has_room(work, length):
        raise NoSpace()
    asset = Asset(uid=work.new_uid(), owner_id=work.person_id, file_name=clean_name(file_name), state=State.UPLOADING, size=length,
                  created_at=work.now, changed_at=work.now)  # fmt: skip
    work.session.add(asset)
    work.session.flush()
    upload = Upload(uid=work.new_uid(), owner_id=work.person_id, asset_id=asset.id, length=length, offset=0,
                    expires_at=work.now + LIFE, created_at=work.now)  # fmt: skip
    work.session.add(upload)
    work.session.flush()
    return upload


def clean_name(name: str) -> str:
    """A file name as people see it: the last part of a path, without control characters, at most 255 letters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept[-255:] or "media"


def has_room(work: Work, length: int) -> bool:
    """Whether the disk keeps max(1 GiB, 2 × file) besides what the other open uploads still have to bring."""
    coming = work.session.scalar(select(func.sum(Upload.length - Upload.offset)).where(Upload.offset < Upload.length)) or 0
    return places.free_bytes(work.settings.media_dir) - int(coming) >= space_needed(length)


def own_upload(work: Work, uid: UUID) -> tuple[Upload, Asset]:
    """An upload of the actor's own, not yet expired, with its asset; anything else is not there."""
    row = work.session.execute(
        select(Upload, Asset).join(Asset, Asset.id == Upload.asset_id).where(Upload.uid == uid, Upload.owner_id == work.actor.person_id)
    ).one_or_none()
    if row is None or row[0].expires_at <= work.now:
        raise NotFound()
    return row[0], row[1]


def advance(work: Work, upload: Upload, before: int, after: int) -> bool:
    """Note that bytes up to `after` are safe on disk; the last one sends the asset into the pipeline. Whether it did.

    Raises WrongOffset when someone else has moved the offset meanwhile (one row, or refuse).
    """
    here = update(Upload).where(Upload.id == upload.id, Upload.offset == before)
    if not changed_one(work.session, here.values(offset=after, expires_at=work.now + LIFE)):
        now_at = work.session.scalar(select(Upload.offset).where(Upload.id == upload.id))
        raise WrongOffset(offset=now_at or 0)
    if after < upload.length:
        return False
    if move(work, upload.asset_id, State.RECEIVED, progress={"upload": 1_000}):
        enqueue(work, "media.process", key=f"media.process:{upload.asset_id}", asset_id=upload.asset_id)
    return True


def terminate(work: Work, uid: UUID) -> None:
    """Forget an own upload with its bytes; one that is complete has become an asset and is not undone here."""
    upload, asset = own_upload(work, uid)
    _forget(work, upload, asset)


def _forget(work: Work, upload: Upload, asset: Asset) -> None:
    root, asset_uid, asset_id = work.settings.media_dir, asset.uid, asset.id
    work.session.execute(delete(Upload).where(Upload.id == upload.id))
    if asset.state == State.UPLOADING:
        work.session.execute(delete(Asset).where(Asset.id == asset_id))
        work.after_commit.append(lambda: places.forget(root, asset_uid))


def forget_expired(work: Work, limit: int = 100) -> int:
    """Remove uploads whose time is over; how many."""
    old: Any = select(Upload, Asset).join(Asset, Asset.id == Upload.asset_id).where(Upload.expires_at <= work.now).limit(limit)
    rows = list(work.session.execute(old))
    for upload, asset in rows:
        _forget(work, upload, asset)
    return len(rows)
