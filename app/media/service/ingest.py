"""Ways in for files that are already on the server: through the pipeline, or at once when they need only new wrapping."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.jobs.service import enqueue
from app.kernel.errors import Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.media import encoder, places, steps
from app.media.models import Asset
from app.media.probe import Unfit, probe
from app.media.rules import Reason, State, judge
from app.media.service.assets import converted, is_playable, master
from app.media.service.uploads import clean_name
from app.media.sniff import sniff


class NotReady(Invalid):
    """A file that cannot be published without encoding; `reason` says why."""

    code, text = "not_ready_to_publish", _l("The file does not play as it is (%(reason)s).")


def receive(work: Work, path: Path, file_name: str, owner_id: int) -> Asset:
    """Take a finished file over (it is copied) and send it through the pipeline."""
    row = _row(work, file_name, owner_id, state=State.RECEIVED, size=path.stat().st_size)
    target = places.upload_file(work.settings.media_dir, row.uid)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    enqueue(work, "media.process", key=f"media.process:{row.id}", asset_id=row.id)
    return row


def ingest_ready(
    work: Work,
    path: Path,
    *,
    file_name: str = "",
    owner_id: int,
    captions: str | None = None,
    poster: Path | None = None,
    chapters: Sequence[dict[str, Any]] = (),
) -> Asset:
    """Publish a conforming H.264/AAC (or AAC) file at once, by remux only; well under a second for a lecture.

    `chapters` are {"at_ms", "title"}; without `poster` a frame is chosen. Raises NotReady when encoding would be needed.
    """
    row = _row(work, file_name or path.name, owner_id, state=State.READY, size=path.stat().st_size)
    row.sha256 = places.digest(path)
    row.chapters = list(chapters)
    try:
        _make(work, row, places.keep(work.settings.media_dir, path, row.sha256, link=False), poster)
    except Unfit as unfit:
        raise NotReady(reason=str(unfit.reason)) from unfit
    finally:
        places.clear_jobs(work.settings.media_dir, row.uid)
    row.captions_vtt = converted(captions.encode(), row.duration_ms) if captions else None
    work.session.flush()
    return row


def _row(work: Work, file_name: str, owner_id: int, **fields: Any) -> Asset:
    """A new asset with its number."""
    row = Asset(uid=work.new_uid(), owner_id=owner_id, file_name=clean_name(file_name), created_at=work.now, changed_at=work.now,
                segments={}, renditions={}, **fields)  # fmt: skip
    work.session.add(row)
    work.session.flush()
    return row


def _make(work: Work, row: Asset, original: Path, poster: Path | None) -> None:
    """Probe, remux, pictures; everything is in its place before the row says so."""
    root = work.settings.media_dir
    demuxer = sniff(original).demuxer
    if demuxer is None:
        raise Unfit(Reason.NOT_MEDIA)
    probed = probe(original, demuxer)
    verdict = judge(probed)
    if verdict.reason or not verdict.may_remux:
        raise Unfit(verdict.reason or Reason.UNSUPPORTED_CODEC)
    bench = steps.bench(work.settings, row.uid, probed.duration_ms)
    encoder.lay_out(bench.job, original, encoder.COPY)
    made = encoder.remux(bench, probed)
    names = [encoder.COPY]
    row.kind, row.probed, row.duration_ms = verdict.kind, steps.to_json(probed), made.duration_ms
    row.renditions, row.segments = {made.name: made.facts()}, {made.name: made.spans()}
    row.progress = dict.fromkeys(("upload", "check", made.name), 1_000)
    if probed.picture is not None:
        if poster is not None:
            shutil.copyfile(poster, bench.job / "poster.jpg")
        else:
            encoder.poster(bench, probed)
        _sprite, track = encoder.sprite(bench, probed, made.duration_ms)
        (bench.job / "sprite.vtt").write_text(track, encoding="utf-8")
        names += ["poster.jpg", "sprite.jpg", "sprite.vtt"]
        row.poster, row.sprite = "poster.jpg", "sprite.vtt"
    places.publish(root, row.uid, bench.job, names)
    assert is_playable(row)
    places.write_served(root, row.uid, "master.m3u8", master(row))
