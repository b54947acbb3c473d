"""Media for one play session: whose address it is, what may be fetched when, what was sent (decisions 6, ATK-A39…A45)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.kernel.errors import NotFound
from app.kernel.ids import person_of
from app.kernel.signing import Signer
from app.kernel.work import Work
from app.learning.queries import lectures
from app.learning.queries.lectures import AnyRow
from app.learning.rules import credit, delivery, spans
from app.learning.rules.delivery import Segment
from app.media import service as media

from . import store
from .refusals import AheadOfTime, NotYours

MASTER = "master.m3u8"
_KEPT = 64


@dataclass(frozen=True)
class Files:
    """What may be fetched of one asset: its folder, names without media time, and segments."""

    folder: Path
    plain: frozenset[str]
    segments: dict[str, Segment]


@dataclass(frozen=True)
class Admitted:
    """A file that may be sent; `segment` if it shows media time."""

    session: UUID
    path: Path
    size: int
    segment: Segment | None


_files: OrderedDict[tuple[Path, int, datetime], Files] = OrderedDict()
"""Of the assets asked for last; what an asset offers changes only with its `changed_at`."""


def _signer(work: Work) -> Signer:
    return Signer(work.settings.secret_key, "play")


def manifest_url(work: Work, session: UUID) -> str:
    """Where the player of this session finds its playlist."""
    return f"/media/play/{session}/{_signer(work).sign(session.bytes)}/{MASTER}"


def admit(work: Work, session: UUID, signature: str, path: str) -> Admitted:
    """The file behind an address, if it is this person's and the session is live; otherwise 403 or 404."""
    if not _signer(work).verify(session.bytes, signature):
        raise NotFound()
    if person_of(session) != work.actor.person_id:
        raise NotYours()
    files = _offered(work, _live_session(work, session))
    segment = files.segments.get(path)
    if segment is None and path not in files.plain:
        raise NotFound()
    place = files.folder / path
    if not place.is_file():
        raise NotFound()
    return Admitted(session, place, place.stat().st_size, segment)


def _live_session(work: Work, session: UUID) -> AnyRow:
    """The session's medium, while the person studies with it."""
    row = lectures.live_medium(work, work.person_id, session)
    if row is None or int(work.now.timestamp() * 1000) - row.last_ms > credit.IDLE_MS:
        raise NotYours()
    return row


def _offered(work: Work, row: AnyRow) -> Files:
    """The files of an asset, from memory if this process was asked before."""
    key = (work.settings.media_dir, row.asset_id, row.changed_at)
    if key not in _files:
        _files[key] = _files_of(work, media.asset(work, row.asset_id))
        while len(_files) > _KEPT:
            _files.popitem(last=False)
    return _files[key]


def _files_of(work: Work, asset: Any) -> Files:
    plain = {MASTER, "sprite.jpg", *(name for name in (asset.poster, asset.sprite) if name)}
    segments: dict[str, Segment] = {}
    for name, rendition in asset.renditions.items():
        plain |= {rendition.get("playlist", f"{name}/index.m3u8"), rendition.get("init", f"{name}/init.mp4")}
    for listed in asset.segments.values():
        segments |= {name: Segment(name, start, end) for name, start, end in listed}
    return Files(media.folder(work, asset), frozenset(plain), segments)


def charge(work: Work, admitted: Admitted, sent_bytes: int) -> None:
    """Take a part of a segment from the session's budget; 429 when it is used up (ATK-A40)."""
    if admitted.segment is None:
        return
    at = store.STATE
    mine = (at.c.person_id == work.person_id) & (at.c.session == admitted.session)
    cost = delivery.cost_ms(admitted.segment, sent_bytes, admitted.size)
    row = store.connection(work).execute(select(at.c.opened_ms, at.c.served_ms).where(mine)).first()
    if row is None:
        raise NotYours()
    open_for = int(work.now.timestamp() * 1000) - row.opened_ms
    taken = update(at).where(mine, at.c.served_ms <= delivery.budget_ms(open_for) - cost).values(served_ms=at.c.served_ms + cost)
    if store.connection(work).execute(taken).rowcount == 1:
        return
    raise AheadOfTime(retry_after=max(1, -(-delivery.retry_ms(row.served_ms, cost, open_for) // 1000)))


def record(work: Work, admitted: Admitted, sent_bytes: int) -> None:
    """Note a segment as delivered once nine tenths of its bytes have left (ATK-A44, INV-I10); too late for a dead session."""
    if admitted.segment is None or not delivery.counts_as_sent(sent_bytes, admitted.size):
        return
    at = store.STATE
    mine = (at.c.person_id == work.person_id) & (at.c.session == admitted.session)
    found = store.connection(work).execute(select(at.c.delivered).where(mine).with_for_update()).first()
    if found is None:
        return
    after = spans.to_bytes(delivery.with_segment(spans.from_bytes(found.delivered), admitted.segment))
    if after != found.delivered:
        store.connection(work).execute(update(at).where(mine).values(delivered=after))
