"""Background work on media: the pipeline, a chosen poster, and tidying up. Every handler may run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.jobs.service import enqueue, every, job, long_job
from app.kernel.db import changed_one
from app.kernel.errors import NoSpace
from app.kernel.events import announce
from app.kernel.work import Actor, College, Work, working
from app.media import places, queries, service, steps
from app.media.models import Asset
from app.media.playlists import COPY, Rendition
from app.media.probe import Unfit
from app.media.rules import WORKING, Probed, Reason, State, Verdict, judge
from app.media.service.assets import master_of, retire_copies, stuck

WORKER = Actor.system("media worker")
MAX_STARTS = 3
"""How often an asset may kill its worker or end in an unknown error before it is given up."""


@long_job("media.process", tries=5)
def process(college: College, asset_id: int) -> None:
    """Check one asset, make it playable at once where that needs no encoding, and send it on to the encoder."""
    _work_on(college, asset_id, _check_and_wrap)


@long_job("media.encode", tries=5, heavy=True)
def encode(college: College, asset_id: int) -> None:
    """Make the ladder of one asset and call it ready. A job of its own, so that nobody's check waits for it."""
    _work_on(college, asset_id, _encode_and_finish)


def _work_on(college: College, asset_id: int, act: Callable[[College, Asset], None]) -> None:
    """Do what is not done yet; what goes wrong becomes the asset's reason. Another worker's asset is left alone."""
    row = _begin(college, asset_id)
    if row is None:
        return
    try:
        act(college, row)
    except Unfit as unfit:
        _give_up(college, asset_id, unfit)
    except OSError as error:
        if not steps.disk_is_full(error):
            raise
        _give_up(college, asset_id, Unfit(Reason.NO_SPACE, str(error)))
    finally:
        places.clear_jobs(college.settings.media_dir, row.uid)


def _begin(college: College, asset_id: int) -> Asset | None:
    """The asset if there is still something to do; counts the start, and gives up on one that has killed three workers."""
    with working(college, WORKER) as work:
        mine = update(Asset).where(Asset.id == asset_id, Asset.state.in_(WORKING), Asset.starts < MAX_STARTS)
        if changed_one(work.session, mine.values(starts=Asset.starts + 1)):
            return work.session.get(Asset, asset_id, populate_existing=True)
        service.fail(work, asset_id, Reason.INTERNAL, log=f"gave up after {MAX_STARTS} starts")
    return None


def _give_up(college: College, asset_id: int, unfit: Unfit) -> None:
    with working(college, WORKER) as work:
        service.fail(work, asset_id, unfit.reason, log=unfit.words, **unfit.facts)


def _check_and_wrap(college: College, row: Asset) -> None:
    """Take in, check, remux, pictures: every step that is not done yet, in order."""
    settings = college.settings
    if row.sha256 is None:
        sha256, size = steps.take_in(settings, row)
        row = _note(college, row, sha256=sha256, size=size)
    places.upload_file(settings.media_dir, row.uid).unlink(missing_ok=True)
    probed, verdict = _check(college, row)
    if verdict.reason is not None:
        raise Unfit(verdict.reason, **verdict.facts)
    row = _note(college, row, probed=steps.to_json(probed), kind=verdict.kind, notes=list(verdict.notes),
                progress=row.progress | {"check": 1_000})  # fmt: skip
    if verdict.may_remux and COPY not in row.renditions:
        row = _wrap(college, row, probed)
    if probed.picture is not None and row.sprite is None:
        steps.pictures(settings, row, probed, row.duration_ms or probed.duration_ms)
        row = _note(college, row, poster="poster.jpg", sprite="sprite.vtt")
    with working(college, WORKER) as work:
        enqueue(work, "media.encode", key=f"media.encode:{row.id}", asset_id=row.id)


def _check(college: College, row: Asset) -> tuple[Probed, Verdict]:
    """What the file holds (from the row, when it was looked at before) and what is to be made of it."""
    with working(college, WORKER) as work:
        service.move(work, row.id, State.CHECKING)
    probed = steps.from_json(row.probed) if row.probed else steps.check(steps.original(college.settings, row))
    return probed, judge(probed)


def _wrap(college: College, row: Asset, probed: Probed) -> Asset:
    """Remux; a file whose packets do not fit the new wrapping is left to the encoder."""
    try:
        made = steps.remux(college.settings, row, probed)
    except Unfit as unfit:
        if unfit.reason is not Reason.DAMAGED:
            raise
        return row
    return _made(college, row, [made], State.REMUXED)


def _encode_and_finish(college: College, row: Asset) -> None:
    """The ladder, unless the row names all of it already; then the asset is ready."""
    with working(college, WORKER) as work:
        service.move(work, row.id, State.TRANSCODING)
    probed = steps.from_json(row.probed)
    verdict = judge(probed)

    def report(progress: dict[str, int]) -> bool:
        with working(college, WORKER) as work:
            mine = update(Asset).where(Asset.id == row.id, Asset.state == State.TRANSCODING)
            return changed_one(work.session, mine.values(progress=row.progress | progress))

    if not all(rung.name in row.renditions for rung in verdict.rungs):
        row = _made(college, row, steps.ladder(college.settings, row, probed, verdict, report), None)
    _finish(college, row)


def _note(college: College, row: Asset, **values: Any) -> Asset:
    """Write down what a step found."""
    with working(college, WORKER) as work:
        return _write(work, row, values)


def _write(work: Work, row: Asset, values: dict[str, Any]) -> Asset:
    """Change the row, and count anew: the asset did not kill its worker this time. Gone means thrown away meanwhile."""
    change = update(Asset).where(Asset.id == row.id).values(starts=1, changed_at=work.now, **values)
    if not changed_one(work.session, change):
        raise Unfit(Reason.MISSING_FILE, "the asset was thrown away")
    return work.session.get_one(Asset, row.id, populate_existing=True)


def _made(college: College, row: Asset, made: list[Rendition], to: State | None) -> Asset:
    """Name finished renditions in the row. The first ones make the asset playable, so their master is there before."""
    renditions = row.renditions | {one.name: one.facts() for one in made}
    values: dict[str, Any] = {
        "renditions": renditions,
        "segments": row.segments | {one.name: one.spans() for one in made},
        "duration_ms": row.duration_ms or made[0].duration_ms,
        "progress": row.progress | dict.fromkeys((one.name for one in made), 1_000),
    }
    is_first = not service.is_playable(row)
    if is_first:
        places.write_served(college.settings.media_dir, row.uid, "master.m3u8", master_of(renditions))
    with working(college, WORKER) as work:
        row = _write(work, row, values)
        if to is not None:
            service.move(work, row.id, to)
        if is_first:
            announce(work, service.MediaPlayable(row.id))
        return work.session.get_one(Asset, row.id, populate_existing=True)


def _finish(college: College, row: Asset) -> None:
    """Everything is there: the master names the ladder, the asset is ready, and the floors above hear of it."""
    places.write_served(college.settings.media_dir, row.uid, "master.m3u8", service.master(row))
    with working(college, WORKER) as work:
        if service.move(work, row.id, State.READY, progress=row.progress | {"publish": 1_000}, log=None):
            announce(work, service.MediaReady(row.id))


@long_job("media.poster", tries=2)
def poster(college: College, asset_id: int, at_ms: int) -> None:
    """Make the frame that the owner chose the poster, unless he has chosen another one meanwhile."""
    with working(college, WORKER, write=False) as work:
        row = work.session.get(Asset, asset_id)
    if row is None or not row.probed:
        return
    name = steps.poster(college.settings, row, at_ms)
    with working(college, WORKER) as work:
        still = update(Asset).where(Asset.id == asset_id, Asset.poster_at_ms == at_ms)
        work.session.execute(still.values(poster=name, changed_at=work.now))


@job("media.tidy", tries=1)
def tidy(work: Work) -> None:
    """Hourly: forget expired uploads, bring back assets without a job, drop copies, try again what a full disk stopped."""
    service.forget_expired(work)
    for asset_id in stuck(work):
        if not queries.is_in_hand(work, asset_id):
            enqueue(work, "media.process", key=f"media.process:{asset_id}", asset_id=asset_id)
    retire_copies(work)
    full = select(Asset).where(Asset.state == State.FAILED, Asset.reason == Reason.NO_SPACE).limit(20)
    for row in work.session.scalars(full):
        try:
            _try_again(work, row)
        except NoSpace:
            break


def _try_again(work: Work, row: Asset) -> None:
    """Send one asset through again if the disk has room for it now."""
    if not service.has_room(work, row.size):
        raise NoSpace()
    if service.move(work, row.id, State.RECEIVED, reason=None, reason_facts={}, starts=0):
        enqueue(work, "media.process", key=f"media.process:{row.id}", asset_id=row.id)


every("media.tidy", timedelta(hours=1))
