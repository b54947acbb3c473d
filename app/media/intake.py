"""Bytes from a connection to the disk: in pieces, safe before they are counted, whole or not at all when a checksum is given."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.kernel.errors import NoSpace, Refusal
from app.kernel.i18n import _l
from app.media import places
from app.media.service import UploadBusy, UploadTooLarge
from app.media.steps import disk_is_full

PIECE = 1 << 18
SAFE_EVERY = 8 << 20
"""Bytes after which what has arrived is made safe and counted; a killed server loses at most these."""
ALGORITHMS = ("sha256", "sha1")


class ChecksumMismatch(Refusal):
    """The bytes that arrived are not those that were sent; none of them is kept (tus checksum)."""

    status, code, text = 460, "checksum_mismatch", _l("The data were changed on their way. Please send them again.")


@dataclass(frozen=True)
class Checksum:
    """What the sender says the body's digest is."""

    algorithm: str
    digest: bytes


@contextmanager
def locked(path: Path) -> Iterator[IO[bytes]]:
    """The upload's file, open for writing by this connection alone. Raises UploadBusy when another one has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UploadBusy() from error
        yield file


def take(
    file: IO[bytes], stream: Any, offset: int, length: int, checksum: Checksum | None, on_safe: Callable[[int, int], None], root: Path
) -> int:
    """Append the stream at `offset`; `on_safe(before, after)` hears of bytes on disk. The new offset.

    A connection that breaks keeps what arrived. Raises NoSpace, UploadTooLarge or ChecksumMismatch; of the first, what
    was safe stays; of the others, nothing of this body.
    """
    file.truncate(offset)
    file.seek(offset)
    sha = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    safe = at = offset
    for piece in _pieces(stream):
        if at + len(piece) > length:
            file.truncate(safe)
            raise UploadTooLarge(limit=length, limit_gib=0)
        if sha:
            sha.update(piece)
        _write(file, piece, safe, root)
        at += len(piece)
        if at - safe >= SAFE_EVERY and sha is None:
            os.fsync(file.fileno())
            on_safe(safe, at)
            safe = at
    if sha and checksum and sha.digest() != checksum.digest:
        file.truncate(offset)
        raise ChecksumMismatch()
    os.fsync(file.fileno())
    if at > safe or at == length:
        on_safe(safe, at)
    return at


def _pieces(stream: Any) -> Iterator[bytes]:
    """The body in pieces, until it ends or its sender goes away (which some servers tell by an error)."""
    while True:
        try:
            piece = stream.read(PIECE)
        except Exception:  # whatever the server in front raises for a lost connection; what came before is kept
            return
        if not piece:
            return
        yield piece


def _write(file: IO[bytes], piece: bytes, safe: int, root: Path) -> None:
    """Write a piece; a full disk puts the file back to what is counted and refuses."""
    try:
        if places.free_bytes(root) < places.RESERVE + len(piece):
            raise OSError(28, "No space left on device")
        view = memoryview(piece)
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        file.truncate(safe)
        if disk_is_full(error):
            raise NoSpace(offset=safe) from error
        raise
