"""The media of one play session: signed address, Range, budget, and a record of what left (decisions 6, ATK-A39…A45)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.kernel.errors import Refusal
from app.kernel.i18n import _l
from app.kernel.web import SIGNED_IN, college
from app.kernel.work import Actor, College, working
from app.learning import service
from app.learning.api.routes import routes
from app.learning.rules.delivery import enough_bytes
from app.learning.service import Admitted

CHUNK = 64 * 1024
TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".mp4": "video/mp4", ".ts": "video/mp2t",
    ".jpg": "image/jpeg", ".vtt": "text/vtt",
}  # fmt: skip
ACCEL_ROOT = "/internal-media/"
"""Where nginx keeps MEDIA_DIR for X-Accel-Redirect; `internal` there, so nobody else reaches it."""


class RangeNotSatisfiable(Refusal):
    """The asked bytes lie beyond the file."""

    status, code, text = 416, "range_not_satisfiable", _l("The file does not have the requested part.")


@dataclass(frozen=True)
class Part:
    """Bytes `[start, end)` of a file of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        """Bytes to be sent."""
        return self.end - self.start

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.length == self.size


@routes.get("/media/play/<uuid:session>/<signature>/<path:path>", allow=SIGNED_IN, own_work=True)
def deliver(actor: Actor, session: UUID, signature: str, path: str) -> ResponseReturnValue:
    """One file of the lecture being studied. HEAD delivers and costs nothing."""
    here = college()
    sends = request.method != "HEAD"
    accelerates = here.settings.media_accel == "x-accel"
    with working(here, actor, write=sends and not path.endswith((".m3u8", ".mp4"))) as work:
        admitted = service.admit(work, session, signature, path)
        part = _asked(admitted.size)
        if sends:
            service.charge(work, admitted, part.length)
            if accelerates:
                service.record(work, admitted, part.length)
    answer = _accelerated(here, admitted) if accelerates else _streamed(here, actor, admitted, part)
    answer.headers["Content-Type"] = TYPES.get(admitted.path.suffix, "application/octet-stream")
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked(size: int) -> Part:
    """The part named by the Range header; the whole file without one, or with one we do not understand (RFC 9110)."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return Part(0, size, size)
    found = wanted.range_for_length(size)
    if found is None:
        raise RangeNotSatisfiable(size=size)
    return Part(found[0], found[1], size)


def _accelerated(here: College, admitted: Admitted) -> Response:
    """nginx sends the bytes, with Range; what was authorised counts as delivered (decisions 6)."""
    relative = admitted.path.relative_to(here.settings.media_dir.resolve())
    return Response(headers={"X-Accel-Redirect": ACCEL_ROOT + relative.as_posix()})


def _streamed(here: College, actor: Actor, admitted: Admitted, part: Part) -> Response:
    answer = Response(_sent(here, actor, admitted, part), 200 if part.is_whole else 206, direct_passthrough=True)
    answer.content_length = part.length
    if not part.is_whole:
        answer.headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{part.size}"
    return answer


def _sent(here: College, actor: Actor, admitted: Admitted, part: Part) -> Iterator[bytes]:
    """The bytes. The last tenth leaves only after the segment is noted, so that a player is never ahead of the record.

    A chunk counts as sent when the server's loop asks for the next one (ATK-A44).
    """
    sent, is_noted, enough = 0, admitted.segment is None, enough_bytes(admitted.size)
    with admitted.path.open("rb") as file:
        file.seek(part.start)
        while sent < part.length:
            ahead = part.length - sent if is_noted else min(enough, part.length) - sent
            chunk = file.read(min(CHUNK, ahead))
            if not chunk:
                return
            yield chunk
            sent += len(chunk)
            if not is_noted and sent >= min(enough, part.length):
                _note(here, actor, admitted, sent)
                is_noted = True


def _note(here: College, actor: Actor, admitted: Admitted, sent: int) -> None:
    """Write down what has left, in a short transaction of its own."""
    with working(here, actor) as work:
        service.record(work, admitted, sent)
