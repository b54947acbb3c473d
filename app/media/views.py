"""The media pages of the studio: upload, the four steps, preview, poster, captions. Only the owner's own."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import Invalid, NotFound
from app.kernel.i18n import _
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.media import places, queries, service, words
from app.media.actions import Action
from app.media.forms import CaptionForm, NameForm, milliseconds
from app.media.models import Asset
from app.media.rules import MAY_PASS, Reason

routes = Routes("media", __name__)
ACCEL_ROOT = "/internal-media/"
"""Where nginx keeps MEDIA_DIR for X-Accel-Redirect; `internal` there."""
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".mp4": "video/mp4", ".vtt": "text/vtt; charset=utf-8",
         ".jpg": "image/jpeg"}  # fmt: skip


@routes.get("/studio/media", allow=Action.UPLOAD)
def list_media(work: Work) -> ResponseReturnValue:
    """The instructor's recordings, newest first, and the place to drop new ones."""
    return page("media/list.html", lines=queries.my_page(work, request.args.get("page")), limit=work.settings.media_max_bytes)


@routes.get("/studio/media/<uuid:uid>", allow=Action.UPLOAD)
def show_media(work: Work, uid: UUID) -> ResponseReturnValue:
    """One recording: where it stands, how it looks, its poster and captions."""
    return _shown(work, service.own_asset(work, uid))


def _shown(work: Work, asset: Asset, form: CaptionForm | None = None, faults: object = ()) -> str:
    """The page of one recording; with a caption form that was refused, its faulty lines."""
    return page(
        "media/asset.html",
        line=queries.line(work, asset, queries.arrived(work, asset)),
        film=asset,
        renditions=queries.rendition_percents(asset),
        preview=queries.preview_url(work, asset, "") if service.is_playable(asset) else None,
        notes=[str(words.note(code)) for code in asset.notes],
        frames=queries.frames(work, asset),
        may_retry=asset.reason is not None and Reason(asset.reason) in MAY_PASS,
        form=form or CaptionForm(captions=asset.captions_vtt or ""),
        name_form=NameForm(name=asset.file_name),
        faults=faults,
    )


@routes.post("/studio/media/<uuid:uid>/retry", allow=Action.UPLOAD)
def retry_media(work: Work, uid: UUID) -> ResponseReturnValue:
    """Send a failed recording through the pipeline again."""
    service.retry(work, uid)
    flash(_("Transcoding begins again."))
    return redirect(url_for(".show_media", uid=uid), 303)


@routes.post("/studio/media/<uuid:uid>/captions", allow=Action.UPLOAD)
def save_captions(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take captions over from a file or the text field; faulty lines are listed and nothing is changed."""
    form = CaptionForm()
    try:
        if not form.validate():
            raise Invalid()
        service.set_captions(work, uid, form.content())
    except Invalid as refusal:
        form.blame(refusal)
        return _shown(work, service.own_asset(work, uid), form, refusal.facts.get("faults", ())), 422
    flash(_("The captions were saved."))
    return redirect(url_for(".show_media", uid=uid), 303)


@routes.post("/studio/media/<uuid:uid>/captions/remove", allow=Action.UPLOAD)
def remove_captions(work: Work, uid: UUID) -> ResponseReturnValue:
    """Take the captions away."""
    service.remove_captions(work, uid)
    flash(_("The captions were removed."))
    return redirect(url_for(".show_media", uid=uid), 303)


@routes.get("/studio/media/<uuid:uid>/captions.vtt", allow=Action.UPLOAD)
def download_captions(work: Work, uid: UUID) -> ResponseReturnValue:
    """The captions as a file."""
    asset = service.own_asset(work, uid)
    if asset.captions_vtt is None:
        raise NotFound()
    answer = Response(asset.captions_vtt, mimetype="text/vtt")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@routes.post("/studio/media/<uuid:uid>/poster", allow=Action.UPLOAD)
def choose_poster(work: Work, uid: UUID) -> ResponseReturnValue:
    """Make a frame the poster, or go back to the generated cover."""
    text = request.form.get("at", "")
    at_ms = milliseconds(text) if text != "cover" else None
    if at_ms is None and text != "cover":
        raise Invalid(_("Write the time as 1:05."), field="at")
    service.choose_poster(work, uid, at_ms)
    flash(_("The poster is being made.") if at_ms is not None else _("The generated cover is shown."))
    return redirect(url_for(".show_media", uid=uid), 303)


@routes.post("/studio/media/<uuid:uid>/name", allow=Action.UPLOAD)
def rename_media(work: Work, uid: UUID) -> ResponseReturnValue:
    """Give a recording another name."""
    form = NameForm()
    if form.validate():
        service.rename(work, uid, form.name.data)
        flash(_("The name was changed."))
    return redirect(url_for(".show_media", uid=uid), 303)


@routes.post("/studio/media/<uuid:uid>/discard", allow=Action.UPLOAD)
def discard_media(work: Work, uid: UUID) -> ResponseReturnValue:
    """Throw a recording away that no lecture uses."""
    service.discard(work, uid)
    flash(_("The recording was thrown away."))
    return redirect(url_for(".list_media"), 303)


@routes.get("/media/preview/<uuid:uid>/<int:until>/<signature>/<path:path>", allow=SIGNED_IN)
def preview(work: Work, uid: UUID, until: int, signature: str, path: str) -> ResponseReturnValue:
    """A file of a recording for the person the address was made for, with Range; nobody may keep it."""
    if not queries.is_signed(work, uid, until, signature):
        raise NotFound()
    root = work.settings.media_dir
    folder = places.served(root, uid).resolve()
    place = (folder / path).resolve()
    if not place.is_relative_to(folder) or not place.is_file() or place.suffix not in TYPES:
        raise NotFound()
    return _file(root.resolve(), place, work.settings.media_accel == "x-accel")


def _file(root: Path, place: Path, accelerates: bool) -> Response:
    """The file itself, or where nginx finds it."""
    if accelerates:
        answer = Response(headers={"X-Accel-Redirect": ACCEL_ROOT + place.relative_to(root).as_posix()})
        answer.mimetype = TYPES[place.suffix].partition(";")[0]
    else:
        answer = send_file(place, mimetype=TYPES[place.suffix], conditional=True)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
