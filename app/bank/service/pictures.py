"""Pictures of stems: told by their bytes, made anew, kept under the SHA-256 of what is shown (THR-T16).

Nothing of what was sent but what it shows reaches anybody: no place, device, script or second picture travels on. What
the bank has made itself comes back from an export as it is, so a picture that goes out and in keeps its name.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from app.bank.models import BankPicture, PictureGiver, PictureUse
from app.bank.rules.drafts import Picture, QuestionDraft
from app.bank.service.refusals import PictureNotAccepted, PictureTooLarge
from app.kernel import bulk, pictures
from app.kernel.db import dialect, insert_into
from app.kernel.storage import Storage
from app.kernel.work import Work
from config import Settings

MOST_BYTES = 5 * 1024 * 1024
FRAME = (1600, 1600)
"""A kept picture lies within this frame, in pixels."""
MOST_PNG = 600 * 1024
"""A drawing stays a PNG up to so many bytes; beyond that it is a photograph and becomes a JPEG."""
ASKED = 500
"""Names that one statement asks for."""
KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF"}


@dataclass(frozen=True)
class Kept:
    """A picture that lies in the store."""

    sha256: str
    width: int
    height: int
    size: int


def receive(settings: Settings, content: bytes) -> Kept:
    """Look a picture over, make it anew and keep it; outside any transaction, for slow pictures hold no lock.

    Raises PictureTooLarge, PictureNotAccepted. Names and announced types are never believed.
    """
    kept, made = _made(settings, content)
    if not place(settings, kept.sha256).exists():
        _store(settings).put(_key(kept.sha256), made)
    return kept


def measure(settings: Settings, content: bytes) -> Kept:
    """What `receive` would keep, and refuses what it would; nothing is kept."""
    return _made(settings, content)[0]


def _made(settings: Settings, content: bytes) -> tuple[Kept, bytes]:
    """The picture made anew, or as it is where it came from the bank."""
    if len(content) > MOST_BYTES:
        raise _too_large(pictures.MOST_PIXELS["JPEG"] // 1_000_000)
    own = hashlib.sha256(content).hexdigest()
    shown = _decoded(content)
    if place(settings, own).exists():
        return Kept(own, *shown.size, len(content)), content
    made = _written(shown, _kind(content) or "PNG")
    return Kept(hashlib.sha256(made).hexdigest(), *shown.size, len(made)), made


def _kind(content: bytes) -> str | None:
    """What the bytes say they are."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for head, kind in KINDS.items() if content.startswith(head)), None)


def _decoded(content: bytes) -> Image.Image:
    """The first frame upright in plain colours; refuses floods of pixels before any is decoded, and torn files."""
    kind = _kind(content)
    if kind is None:
        raise PictureNotAccepted(field="picture")
    try:
        return pictures.bare(content, kind, FRAME).picture
    except pictures.Flood as error:
        raise _too_large(error.args[0]) from error
    except pictures.Torn as error:
        raise PictureNotAccepted(field="picture") from error


def _too_large(megapixels: int) -> PictureTooLarge:
    return PictureTooLarge(megabytes=MOST_BYTES // 1024**2, megapixels=megapixels, field="picture")


def _written(picture: Image.Image, kind: str) -> bytes:
    """Drawings as PNG, photographs as JPEG, without anything beside what they show; the same bytes for the same picture."""
    kept = io.BytesIO()
    if kind != "JPEG":
        picture.save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST_PNG:
            return kept.getvalue()
        kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=86, optimize=True)
    return kept.getvalue()


def _store(settings: Settings) -> Storage:
    return Storage(settings.data_dir / "pictures")


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def place(settings: Settings, sha256: str) -> Path:
    """Where a kept picture lies."""
    return _store(settings).path(_key(sha256))


def contents(settings: Settings, drafts: Iterable[QuestionDraft]) -> dict[str, bytes]:
    """The pictures of these questions, by name."""
    wanted = {one.picture.sha256 for draft in drafts for one in (draft, *draft.parts) if one.picture is not None}
    return {name: found.read_bytes() for name in sorted(wanted) if (found := place(settings, name)).exists()}


def find(settings: Settings, sha256: str) -> tuple[bytes, str] | None:
    """A kept picture and what it is served as, or None."""
    found = place(settings, sha256)
    if not found.is_file():
        return None
    content = found.read_bytes()
    return content, "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"


def note(work: Work, kept: Collection[Kept]) -> None:
    """Enter pictures that came in, and who brought them."""
    who = work.actor.person_id
    fresh = [
        {"sha256": one.sha256, "width": one.width, "height": one.height, "size": one.size, "author_id": who, "created_at": work.now}
        for one in kept
    ]
    givers = [{"sha256": one.sha256, "person_id": who} for one in kept if who is not None]
    for model, rows in ((BankPicture, fresh), (PictureGiver, givers)):
        if rows:
            work.session.execute(insert_into(dialect(work.session), model).on_conflict_do_nothing(), rows)


def used(work: Work, drafts: Iterable[tuple[int, QuestionDraft]]) -> None:
    """Remember which versions show which picture."""
    shown = {(one.picture.sha256, version) for version, draft in drafts for one in (draft, *draft.parts) if one.picture is not None}
    rows = [{"sha256": name, "version_id": version} for name, version in sorted(shown)]
    if rows:
        bulk.put(work.session, PictureUse.__table__, rows)


def are_known(work: Work, pictures: Iterable[Picture | None]) -> set[str]:
    """The names among these that are pictures of the bank."""
    names = sorted({one.sha256 for one in pictures if one is not None})
    found: set[str] = set()
    for at in range(0, len(names), ASKED):
        found.update(work.session.scalars(select(BankPicture.sha256).where(BankPicture.sha256.in_(names[at : at + ASKED]))))
    return found
