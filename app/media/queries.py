"""What pages and programs read about media: lists, the four steps of the pipeline, signed addresses for the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_

from app.jobs.models import Job
from app.kernel.i18n import _
from app.kernel.paging import SIZE, Page, decode_cursor, keyset
from app.kernel.signing import Signer
from app.kernel.work import Work
from app.media import rules, words
from app.media import steps as steps_of
from app.media.models import Asset, Upload
from app.media.rules import WORKING, State
from app.media.service import is_playable

MOST_FRAMES = 12
PREVIEW_LIFE = timedelta(hours=6)


@dataclass(frozen=True)
class Step:
    """One of the four steps: `state` is done, now, todo or failed; `percent` where it can be told."""

    step: str
    title: str
    state: str
    percent: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class Line:
    """An asset as the list shows it."""

    asset: Asset
    steps: tuple[Step, ...]
    sentence: str
    poster_url: str | None


def my_assets(work: Work) -> list[Asset]:
    """The actor's assets that can be played or soon will be, newest first (for choosing one)."""
    usable = or_(Asset.state.in_([*WORKING, State.READY]), Asset.duration_ms > 0)
    mine = select(Asset).where(Asset.owner_id == work.person_id, usable)
    return list(work.session.scalars(mine.order_by(Asset.created_at.desc(), Asset.id.desc()).limit(200)))


def my_page(work: Work, cursor: str | None) -> Page[Line]:
    """The actor's assets, newest first, with where each stands."""
    statement = (
        select(Asset, Upload.offset)
        .outerjoin(Upload, Upload.asset_id == Asset.id)
        .where(Asset.owner_id == work.person_id)
        .order_by(Asset.created_at.desc(), Asset.id.desc())
        .limit(SIZE + 1)
    )
    if key := decode_cursor(cursor, datetime, int):
        statement = statement.where(tuple_(Asset.created_at, Asset.id) < (key[0], key[1]))
    rows = [(asset, offset) for asset, offset in work.session.execute(statement)]
    page = keyset(rows, lambda row: [row[0].created_at.isoformat(), row[0].id])
    return page.map(lambda row: line(work, row[0], row[1]))


def line(work: Work, asset: Asset, offset: int | None) -> Line:
    """An asset with its steps, its sentence and its poster."""
    poster = preview_url(work, asset, asset.poster) if asset.poster else None
    return Line(asset, steps(asset, offset), words.sentence(asset.reason, asset.reason_facts), poster)


def is_in_hand(work: Work, asset_id: int) -> bool:
    """Whether a job for this asset waits or runs; a key is free again when its job has ended."""
    keys = [f"media.{step}:{asset_id}" for step in ("process", "encode")]
    return work.session.scalar(select(Job.id).where(Job.key.in_(keys)).limit(1)) is not None


def arrived(work: Work, asset: Asset) -> int | None:
    """How many bytes of an asset have arrived while it is being uploaded."""
    if asset.state != State.UPLOADING:
        return None
    return work.session.scalar(select(Upload.offset).where(Upload.asset_id == asset.id))


def steps(asset: Asset, offset: int | None = None) -> tuple[Step, ...]:
    """上传, 检查, 转码, 可发布: where the asset stands in words that need no engineer."""
    at = _reached(asset)
    found = []
    for number, (code, title) in enumerate(
        (("upload", _("Upload")), ("check", _("Check")), ("encode", _("Encode")), ("publish", _("Ready to publish")))
    ):
        state = "done" if number < at else "todo" if number > at else "failed" if asset.state == State.FAILED else "now"
        found.append(Step(code, title, state, *_figures(asset, code, state, offset)))
    return tuple(found)


def _reached(asset: Asset) -> int:
    """The number of the step that is under way; 4 when all are done."""
    at = {State.UPLOADING: 0, State.RECEIVED: 1, State.CHECKING: 1, State.REMUXED: 2, State.TRANSCODING: 2, State.READY: 4}
    if asset.state in at:
        return at[asset.state]
    return 2 if asset.progress.get("check") else 1 if asset.progress.get("upload") else 0


def _figures(asset: Asset, code: str, state: str, offset: int | None) -> tuple[int | None, str]:
    """Percent and detail of a step."""
    if code == "upload" and state == "now" and offset is not None:
        return (offset * 100 // asset.size if asset.size else 0), ""
    if code == "check" and state == "done" and asset.probed:
        return None, _facts(asset)
    if code == "encode" and state == "now":
        made = rendition_percents(asset)
        detail = " · ".join(f"{name} {percent}%" for name, percent in made.items() if name != "copy")
        return (min(made.values()) if made else None), detail
    if code == "publish" and state != "done" and is_playable(asset):
        return None, _("can be played already")
    return None, ""


def _facts(asset: Asset) -> str:
    """What the check found, in one line."""
    picture, sound = asset.probed.get("picture"), asset.probed.get("sound")
    parts = [f"{picture['width']}×{picture['height']} {picture['codec'].upper()}"] if picture else []
    parts += [sound["codec"].upper()] if sound else []
    return " · ".join(parts)


def rendition_percents(asset: Asset) -> dict[str, int]:
    """Rendition → percent: 100 for what the asset names, progress for what is being made."""
    named = dict.fromkeys(asset.renditions, 100)
    under_way = {name: value // 10 for name, value in asset.progress.items() if name.endswith("p") or name == "audio"}
    return under_way | named


def status(work: Work, asset: Asset) -> dict[str, Any]:
    """What `GET /api/v1/media/{uid}` tells (interfaces.md §4.4)."""
    failed = None
    if asset.reason is not None:
        failed = words.sentence(asset.reason, asset.reason_facts)
    return {
        "uid": str(asset.uid),
        "file_name": asset.file_name,
        "kind": asset.kind,
        "state": str(asset.state),
        "playable": is_playable(asset),
        "size": asset.size,
        "duration_ms": asset.duration_ms,
        "steps": [{"step": s.step, "state": s.state, "percent": s.percent, "detail": s.detail} for s in steps(asset, arrived(work, asset))],
        "renditions": rendition_percents(asset),
        "reason": failed,
        "reason_code": asset.reason,
        "notes": [{"code": code, "sentence": words.note(code)} for code in asset.notes],
        "has_captions": asset.captions_vtt is not None,
    }


def _signer(work: Work) -> Signer:
    return Signer(work.settings.secret_key, "media preview")


def preview_url(work: Work, asset: Asset, path: str) -> str:
    """An address under which this person may look at a file of an asset for some hours; to nobody else it is of use."""
    hour = int(work.now.timestamp()) // 3_600 * 3_600
    until = hour + int(PREVIEW_LIFE.total_seconds())
    sign = _signer(work).sign(_message(asset.uid, work.person_id, until))
    return f"/media/preview/{asset.uid}/{until}/{sign}/{path}"


@dataclass(frozen=True)
class Frame:
    """A moment offered for the poster: its tile in the sprite as an SVG view."""

    at_ms: int
    view: str
    is_chosen: bool


@dataclass(frozen=True)
class Frames:
    """The sprite's address and size, and up to a dozen moments in it."""

    url: str
    width: int
    height: int
    frames: tuple[Frame, ...]


def frames(work: Work, asset: Asset) -> Frames | None:
    """Moments spread over the film from which the owner picks a poster; None without a film."""
    if asset.sprite is None or not asset.probed:
        return None
    picture = steps_of.from_json(asset.probed).picture
    if picture is None:
        return None
    sprite = rules.sprite(picture, asset.duration_ms)
    every = -(-sprite.count // MOST_FRAMES)
    found = []
    for number in range(0, sprite.count, every):
        x, y = sprite.corner(number)
        at_ms = number * sprite.interval_ms
        found.append(Frame(at_ms, f"{x} {y} {sprite.width} {sprite.height}", at_ms == asset.poster_at_ms and asset.poster is not None))
    size = (sprite.width * rules.SPRITE_COLUMNS, sprite.height * sprite.rows)
    return Frames(preview_url(work, asset, "sprite.jpg"), *size, tuple(found))


def is_signed(work: Work, uid: UUID, until: int, signature: str) -> bool:
    """Whether the address was made for this person and its time is not over."""
    return until > work.now.timestamp() and _signer(work).verify(_message(uid, work.person_id, until), signature)


def _message(uid: UUID, person_id: int, until: int) -> bytes:
    return f"{uid}:{person_id}:{until}".encode()
