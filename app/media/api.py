"""Uploads by tus 1.0.0 (creation, creation-with-upload, expiration, checksum, termination) and the state of media."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import msgspec
from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.http import http_date

from app.kernel import answers
from app.kernel.errors import Refusal
from app.kernel.i18n import _l
from app.kernel.web import PUBLIC, SIGNED_IN, Routes, college
from app.kernel.work import Actor, Work, working
from app.media import intake, places, queries, service
from app.media.actions import Action
from app.media.intake import ALGORITHMS, Checksum
from app.media.models import Asset, Upload

routes = Routes("media_api", __name__)
VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
BODY = "application/offset+octet-stream"


class BadUpload(Refusal):
    """A tus request that is not one; `problem` names the header."""

    status, code, text = 400, "bad_upload", _l("The upload request was not understood: %(problem)s")


class WrongVersion(Refusal):
    """A version of tus that is not spoken here."""

    status, code, text = 412, "tus_version", _l("Only version 1.0.0 of the upload protocol is supported.")


class WrongType(Refusal):
    """A body of another kind than tus sends."""

    status, code, text = 415, "upload_type", _l("The body of an upload must be application/offset+octet-stream.")


class StepStatus(msgspec.Struct):
    """One of the four steps: upload, check, encode, publish; done, now, todo or failed."""

    step: str
    state: str
    percent: int | None
    detail: str


class NoteStatus(msgspec.Struct):
    """Something the owner should know that is no failure."""

    code: str
    sentence: str


class MediaStatus(msgspec.Struct):
    """Where an asset stands. `renditions` is name → percent; `reason` a sentence when it failed."""

    uid: UUID
    file_name: str
    kind: str
    state: str
    playable: bool
    size: int
    duration_ms: int
    steps: list[StepStatus]
    renditions: dict[str, int]
    reason: str | None
    reason_code: str | None
    notes: list[NoteStatus]
    has_captions: bool


def tus(view: Callable[..., Response]) -> Callable[..., Response]:
    """Check and state the protocol version, in refusals too."""

    @wraps(view)
    def spoken(*positional: Any, **named: Any) -> Response:
        try:
            if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise WrongVersion()
            answer = view(*positional, **named)
        except Refusal as refusal:
            answer = answers.refuse(refusal)
            if isinstance(refusal, WrongVersion):
                answer.headers["Tus-Version"] = VERSION
        answer.headers["Tus-Resumable"] = VERSION
        return answer

    return spoken


@routes.route("/api/v1/uploads", ("OPTIONS",), allow=PUBLIC)
@tus
def describe_uploads(work: Work) -> Response:
    """What the upload server can do."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(work.settings.media_max_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return Response(status=204, headers=headers)


@routes.post("/api/v1/uploads", allow=Action.UPLOAD, own_work=True, answers={201: None})
@tus
def create_upload(actor: Actor) -> Response:
    """Open an upload; its first bytes may come along. `Upload-Media` names the asset it becomes."""
    length = _number("Upload-Length")
    name = _metadata().get("filename", "")
    has_body = request.mimetype == BODY
    checksum = _checksum() if has_body else None
    with working(college(), actor) as work:
        upload = service.begin_upload(work, length, name)
        asset = service.asset(work, upload.asset_id)
    at = _receive(actor, upload.uid, 0, checksum) if has_body or length == 0 else 0
    headers = {"Location": f"/api/v1/uploads/{upload.uid}", "Upload-Offset": str(at), "Upload-Media": str(asset.uid)}
    return Response(status=201, headers=headers | _expires(upload))


@routes.route("/api/v1/uploads/<uuid:uid>", ("HEAD",), allow=Action.UPLOAD)
@tus
def show_upload(work: Work, uid: UUID) -> Response:
    """How much of an upload is safe on the server."""
    upload, asset = service.own_upload(work, uid)
    headers = {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.length),
        "Upload-Media": str(asset.uid),
        "Cache-Control": "no-store",
    }
    return Response(status=200, headers=headers | _expires(upload))


@routes.patch("/api/v1/uploads/<uuid:uid>", allow=Action.UPLOAD, own_work=True, answers={204: None})
@tus
def continue_upload(actor: Actor, uid: UUID) -> Response:
    """Take further bytes. The answer that completes the file says `Upload-Media: <uid>`, as all answers do."""
    if request.mimetype != BODY:
        raise WrongType()
    at = _receive(actor, uid, _number("Upload-Offset"), _checksum())
    with working(college(), actor, write=False) as work:
        upload, asset = service.own_upload(work, uid)
    return Response(status=204, headers={"Upload-Offset": str(at), "Upload-Media": str(asset.uid)} | _expires(upload))


@routes.delete("/api/v1/uploads/<uuid:uid>", allow=Action.UPLOAD, answers={204: None})
@tus
def end_upload(work: Work, uid: UUID) -> Response:
    """Give an upload up; its bytes are removed."""
    service.terminate(work, uid)
    return Response(status=204)


def _receive(actor: Actor, uid: UUID, offset: int, checksum: Checksum | None) -> int:
    """Write the body behind `offset`; no transaction is open while bytes are on their way."""
    here = college()
    root = here.settings.media_dir
    request.max_content_length = None
    with working(here, actor, write=False) as work:
        _upload, asset = service.own_upload(work, uid)
    with intake.locked(places.upload_file(root, asset.uid)) as file:
        with working(here, actor, write=False) as work:
            upload, asset = service.own_upload(work, uid)
        _expect(upload, asset, offset)

        def on_safe(before: int, after: int) -> None:
            with working(here, actor) as work:
                service.advance(work, upload, before, after)

        if offset == upload.length and offset > 0:
            return offset
        return intake.take(file, request.stream, offset, upload.length, checksum, on_safe, root)


def _expect(upload: Upload, asset: Asset, offset: int) -> None:
    """Refuse an offset that is not the server's, and a body longer than what is missing."""
    if offset != upload.offset:
        raise service.WrongOffset(offset=upload.offset)
    if (request.content_length or 0) > upload.length - offset:
        raise service.UploadTooLarge(limit=upload.length, limit_gib=0)


def _number(header: str) -> int:
    """A header that must be a whole number from 0 to 2^53."""
    text = request.headers.get(header, "")
    if not text.isascii() or not text.isdigit() or len(text) > 16:
        raise BadUpload(problem=header)
    return int(text)


def _metadata() -> dict[str, str]:
    """Upload-Metadata: words separated by commas, values in base64."""
    found: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _space, value = pair.strip().partition(" ")
        if not name:
            continue
        try:
            found[name] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise BadUpload(problem="Upload-Metadata") from error
    return found


def _checksum() -> Checksum | None:
    """Upload-Checksum, if one is given: an algorithm of ours and its digest in base64."""
    text = request.headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _space, value = text.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadUpload(problem="Upload-Checksum") from error
    if algorithm not in ALGORITHMS:
        raise BadUpload(problem="Upload-Checksum")
    return Checksum(algorithm, digest)


def _expires(upload: Upload) -> dict[str, str]:
    """When the upload is forgotten, unless it is complete."""
    return {} if upload.offset >= upload.length else {"Upload-Expires": http_date(upload.expires_at)}


@routes.get("/api/v1/media/<uuid:uid>", allow=SIGNED_IN, answers={200: MediaStatus})
def show_media(work: Work, uid: UUID) -> ResponseReturnValue:
    """Where an asset stands: four steps, percent of each rendition, the reason of a failure."""
    return queries.status(work, service.status(work, uid))


@routes.post("/api/v1/media/<uuid:uid>/retry", allow=Action.UPLOAD, answers={202: MediaStatus})
def retry_media(work: Work, uid: UUID) -> ResponseReturnValue:
    """Send a failed asset through the pipeline again."""
    return queries.status(work, service.retry(work, uid)), 202
