"""Evidence on disk: told by its bytes, kept under its SHA-256, shown only as a picture made anew (THR-T16).

A picture is decoded once, within limits, turned upright and written again as JPEG: nothing of the original but what it
shows ever reaches another person, so no place, device or script travels with it. A PDF is never opened here; it is
looked over for what runs or hides and given out with headers under which nothing in it may run. Its first pages are
painted by a child that is locked up first (papers.py).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO

from PIL import Image
from sqlalchemy import select

from app.claims.models import ClaimEvidence
from app.claims.service import alike, papers
from app.claims.service.refusals import EvidenceLocked, EvidenceNotAccepted, EvidenceTooLarge
from app.kernel import pictures
from app.kernel.storage import Storage
from app.kernel.work import Work
from config import Settings

MOST_BYTES = 10 * 1024 * 1024
VIEW, PREVIEW, LOOK = (2000, 2000), (480, 480), (256, 256)
PICTURES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
MOST_COMPARED = 8
"""Earlier pictures of the same average hash that a new one is compared with, the newest first."""
NOT_IN_PDF = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile", b"/Encrypt", b"/RichMedia", b"/XFA")
"""What runs or hides in a PDF. A filter, not a proof: what is given out cannot run in a browser anyway."""


@dataclass(frozen=True)
class Examined:
    """A file that may serve as evidence, already kept."""

    sha256: str
    look: str
    file_name: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None
    average_hashes: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.width is not None


def receive(settings: Settings, stream: IO[bytes], file_name: str) -> Examined:
    """Look a file over and keep it. Outside any transaction: slow senders and slow pictures hold no lock.

    Raises EvidenceTooLarge, EvidenceNotAccepted. The name and the announced type are never believed.
    """
    name = _name(file_name)
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _too_large(name, pictures.MOST_PIXELS["JPEG"] // 1_000_000)
    digest = hashlib.sha256(content).hexdigest()
    store = storage(settings)
    kind = sniff(content)
    if kind == "pdf":
        _keep(store, digest, content)
        papers.paint(store, digest)
        return Examined(digest, digest, name, "application/pdf", len(content))
    if kind is None and content.startswith(b"%PDF-") and b"/Encrypt" in content:
        raise EvidenceLocked(name=name, field="evidence")
    if kind is None:
        raise EvidenceNotAccepted(name=name, field="evidence")
    found = _decoded(content, PICTURES[kind], name)
    shown = found.picture
    for size, ending in ((VIEW, ".view"), (PREVIEW, ".preview")):
        _keep(store, digest + ending, _jpeg(shown, size))
    _keep(store, digest, content)
    return Examined(digest, _look(shown), name, f"image/{kind}", len(content), found.width, found.height, alike.average_hashes(shown))


def sniff(content: bytes) -> str | None:
    """`jpeg`, `png`, `webp`, `pdf` or None, by the bytes alone."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    is_pdf = content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:] and b"startxref" in content[-2048:]
    return "pdf" if is_pdf and not any(word in content for word in NOT_IN_PDF) else None


def _too_large(name: str, megapixels: int) -> EvidenceTooLarge:
    return EvidenceTooLarge(name=name, megabytes=MOST_BYTES // 1024**2, megapixels=megapixels, field="evidence")


def _decoded(content: bytes, wanted: str, name: str) -> pictures.Bare:
    """The first frame upright in plain colours; refuses floods of pixels before any is decoded, and torn files."""
    try:
        return pictures.bare(content, wanted, VIEW)
    except pictures.Flood as error:
        raise _too_large(name, error.args[0]) from error
    except pictures.Torn as error:
        raise EvidenceNotAccepted(name=name, field="evidence") from error


def _jpeg(picture: Image.Image, most: tuple[int, int]) -> bytes:
    """The picture within a frame, as a JPEG without anything beside it."""
    small = picture.copy()
    small.thumbnail(most)
    kept = io.BytesIO()
    small.save(kept, "JPEG", quality=84, optimize=True)
    return kept.getvalue()


def _look(picture: Image.Image) -> str:
    """A digest of what is seen: the same for the same picture in another file."""
    small = picture.copy()
    small.thumbnail(LOOK)
    return hashlib.sha256(f"{small.size}".encode() + small.tobytes()).hexdigest()


def known_look(work: Work, one: Examined) -> str:
    """The look under which a picture is known already, be it saved anew or smaller; its own where it is new."""
    if not one.average_hashes or work.session.scalar(select(ClaimEvidence.id).where(ClaimEvidence.look == one.look).limit(1)) is not None:
        return one.look
    alike_ones = select(ClaimEvidence.look, ClaimEvidence.sha256).where(ClaimEvidence.average_hash.in_(one.average_hashes))
    rows = work.session.execute(alike_ones.order_by(ClaimEvidence.id.desc()).limit(MOST_COMPARED)).all()
    mine, others = place(work.settings, one.sha256, ".preview"), ((look, place(work.settings, sha, ".preview")) for look, sha in rows)
    return alike.first_same(mine, others) or one.look


def _name(file_name: str) -> str:
    """The bare name, printable, short."""
    name = "".join(sign for sign in PurePath(file_name.replace("\\", "/")).name if sign.isprintable() and sign not in '<>"')
    return name[-120:] or "evidence"


def storage(settings: Settings) -> Storage:
    """Where evidence lies."""
    return Storage(settings.data_dir / "evidence")


def _keep(store: Storage, name: str, content: bytes) -> None:
    key = f"{name[:2]}/{name}"
    if not store.exists(key):
        store.put(key, content)


def place(settings: Settings, sha256: str, ending: str = "") -> Path:
    """Where a kept file, its picture (`.view`) or small picture (`.preview`) lies."""
    return storage(settings).path(f"{sha256[:2]}/{sha256}{ending}")


def papers_of(work: Work, files: Iterable[ClaimEvidence]) -> dict[str, papers.Paper]:
    """What can be shown of the PDFs among these files, by SHA-256."""
    store, never = storage(work.settings), papers.Paper(why="never")
    return {file.sha256: papers.paper(store, file.sha256) or never for file in files if file.width is None}


def page_place(settings: Settings, sha256: str, number: int) -> Path | None:
    """Where the picture of a page of a kept PDF lies, if there is one."""
    return papers.page_place(storage(settings), sha256, number)
