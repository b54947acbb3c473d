"""Play sessions: open, report, close. The one place that credits study time (integrity.md §2.2)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from app.kernel.errors import NotFound, Refusal
from app.kernel.ids import person_of, person_uid
from app.kernel.work import Work
from app.learning.queries.lectures import AnyRow
from app.learning.rules import credit, progress, spans
from app.learning.rules.credit import Accepted, Answer, Beat, Facts, Play, Policy, Refused, Repeated
from app.learning.rules.spans import Spans

from . import access, completion, refusals, store
from .delivery import manifest_url
from .terms import terms


@dataclass(frozen=True)
class Elsewhere:
    """A session that was live on another device."""

    device: str
    since: datetime


@dataclass(frozen=True)
class Opened:
    """What a player needs to begin."""

    play: Play
    token: str
    media_version: str
    covered: Spans
    resume_ms: int
    manifest_url: str
    superseded: Elsewhere | None


def epoch_ms(moment: datetime) -> int:
    """A moment as the engine counts it."""
    return int(moment.timestamp() * 1000)


def open_session(work: Work, lecture_uid: UUID) -> Opened:
    """Begin to play a lecture; whatever the person played before is superseded (INV-I6, ATK-A24…A28)."""
    entry = access.entry(work, lecture_uid)
    asset = access.playable(work, entry.place)
    rule, place = terms(work), entry.place
    required_ms = progress.required_ms(place.duration_ms, rule.coverage_required)
    policy = Policy(int(rule.max_rate * 1000), rule.daily_cap_ms, required_ms, entry.counts)
    for _round in range(3):
        opened = _take_the_place(work, entry, asset, policy, rule.pin)
        if opened is not None:
            completion.touch(work, entry)
            completion.catch_up(work, entry, spans.measure(opened.covered) >= policy.required_ms)
            return opened
    raise refusals.Superseded(device="")


def _take_the_place(work: Work, entry: access.Entry, asset: Any, policy: Policy, pin: str) -> Opened | None:
    """Put a new session in the person's place, under the person's lock; None when a first opening lost a race."""
    person_id, place = work.person_id, entry.place
    row = store.live(work, person_id)
    before = store.play_of(row) if row else None
    if row is not None and before is not None:
        _end(work, row, before, "superseded")
    covered, position_ms = _coverage(work, person_id, place.lecture_id)
    uid = person_uid(person_id, work.now)
    play = credit.open_play(
        before, session=str(uid), key=secrets.token_bytes(16), duration_ms=place.duration_ms, policy=policy, now_ms=epoch_ms(work.now)
    )
    version = media_version(asset)
    store.connection(work).execute(
        insert(store.SESSION).values(
            person_id=person_id, uid=uid, lecture_id=place.lecture_id, asset_id=asset.id, media_version=version, rule_set=pin,
            opened_ms=play.opened_ms, opened_at=work.now, device=work.actor.device[:120], ip=work.actor.ip[:45],
            door=work.actor.door, counts=policy.counts,
        )
    )  # fmt: skip
    resume_ms = progress.resume_at(position_ms, place.duration_ms, covered)
    if not store.begin(work, person_id, play, covered, place, resume_ms, is_first=row is None):
        store.connection(work).execute(delete(store.SESSION).where(store.SESSION.c.person_id == person_id, store.SESSION.c.uid == uid))
        return None
    superseded = _given_way(work, row, before, play.opened_ms) if row is not None and before is not None else None
    token = credit.token_after(play.key, 0)
    return Opened(play, token, version, covered, resume_ms, manifest_url(work, uid), superseded)


def _given_way(work: Work, row: AnyRow, before: Play, now_ms: int) -> Elsewhere | None:
    """The session that gave way, if somebody may still sit before it: at another door, or playing a moment ago."""
    if before.closed or now_ms - before.last_ms > credit.IDLE_MS:
        return None
    session = _header(work, row)
    if session.door != work.actor.door or credit.was_playing(before, now_ms):
        return Elsewhere(session.device, session.opened_at)
    return None


def media_version(asset: Any) -> str:
    """Which bytes were watched: the fingerprint of the original."""
    return str(asset.sha256 or asset.uid.hex)[:64]


def _coverage(work: Work, person_id: int, lecture_id: int) -> tuple[Spans, int]:
    """What the person has of a lecture, and where the player stood."""
    found = store.connection(work).execute(
        select(store.COVERAGE.c.intervals, store.COVERAGE.c.position_ms).where(
            store.COVERAGE.c.person_id == person_id, store.COVERAGE.c.lecture_id == lecture_id
        )
    ).first()  # fmt: skip
    return (spans.from_bytes(found.intervals), found.position_ms) if found else (spans.EMPTY, 0)


def _end(work: Work, row: AnyRow, play: Play, how: str) -> None:
    """Keep the evidence and the place of a session that gives way."""
    if play.kept:
        store.keep_evidence(work, row.person_id, play.session, play.first_kept, play.journal)
    _keep_place(work, row, row.position_ms)
    ended = update(store.SESSION).where(
        store.SESSION.c.person_id == row.person_id, store.SESSION.c.uid == row.session, store.SESSION.c.ended_at.is_(None)
    )
    store.connection(work).execute(ended.values(ended_at=work.now, ended_as=how))


def _keep_place(work: Work, row: AnyRow, position_ms: int) -> None:
    """Remember where the player stood, so that any device goes on there."""
    if row.counts:
        covered = spans.from_bytes(row.covered)
        store.cover(
            work, row.person_id, row.lecture_id, row.version_id,
            intervals=row.covered, covered_ms=spans.measure(covered), position_ms=position_ms,
        )  # fmt: skip


def _header(work: Work, row: AnyRow) -> AnyRow:
    """The device, door and opening of the person's live session."""
    at = store.SESSION
    statement = select(at.c.device, at.c.door, at.c.opened_at).where(at.c.person_id == row.person_id, at.c.uid == row.session)
    return store.connection(work).execute(statement).one()


def beat(work: Work, session: UUID, claim: Beat) -> Answer:
    """Judge one report of the player and keep what it earned; refusals change nothing."""
    row = _own_live(work, session)
    play = store.play_of(row)
    covered = spans.from_bytes(row.covered)
    verdict = credit.judge(play, claim, Facts(epoch_ms(work.now), spans.from_bytes(row.delivered), covered))
    if isinstance(verdict, Repeated):
        return verdict.answer
    if not isinstance(verdict, Accepted):
        raise _refusal(play, verdict)
    _keep(work, row, claim, verdict)
    before_ms = spans.measure(covered)
    if verdict.answer.complete and before_ms < play.policy.required_ms and play.policy.counts:
        completion.complete_lecture(work, row.person_id, row.lecture_id, row.version_id)
    return verdict.answer


def _keep(work: Work, row: AnyRow, claim: Beat, verdict: Accepted) -> None:
    """Two row writes at most, and one more in ten minutes for the evidence (PERF-G3)."""
    answer, position_ms = verdict.answer, min(claim.to_ms, verdict.play.duration_ms)
    store.save(work, row.person_id, verdict.play, answer.covered, position_ms)
    if verdict.granted:
        store.cover(
            work, row.person_id, row.lecture_id, row.version_id,
            intervals=spans.to_bytes(answer.covered), covered_ms=answer.covered_ms, position_ms=position_ms,
        )  # fmt: skip
    if verdict.chunk:
        store.keep_evidence(work, row.person_id, verdict.play.session, verdict.first_seq, verdict.chunk)


def _refusal(play: Play, verdict: credit.Refusal) -> Refusal:
    """The verdict in the words of the interface."""
    if verdict.why is Refused.TOO_FAST:
        return refusals.TooFast(retry_after=-(-verdict.retry_ms // 1000))
    facts = {"expected": play.seq + 1} if verdict.why is Refused.BAD_SEQ else {}
    return refusals.BY_VERDICT[verdict.why](seq=play.seq, **facts)


def close(work: Work, session: UUID) -> None:
    """End the session; closing it again changes nothing, and its last answers can still be repeated."""
    row = _own_live(work, session)
    play = store.play_of(row)
    if play.closed:
        return
    store.save(work, row.person_id, credit.close_play(play, epoch_ms(work.now)), spans.from_bytes(row.covered), row.position_ms)
    _keep_place(work, row, row.position_ms)
    ended = update(store.SESSION).where(store.SESSION.c.person_id == row.person_id, store.SESSION.c.uid == session)
    store.connection(work).execute(ended.values(ended_at=work.now, ended_as="closed"))


def _own_live(work: Work, session: UUID) -> AnyRow:
    """The person's live play, locked, if `session` is it; otherwise why not."""
    person_id = work.person_id
    if person_of(session) != person_id:
        raise NotFound()
    row = store.live(work, person_id)
    if row is not None and row.session == session:
        return row
    known = select(store.SESSION.c.ended_as).where(store.SESSION.c.person_id == person_id, store.SESSION.c.uid == session)
    found = store.connection(work).execute(known).first()
    if found is None or row is None:
        raise NotFound()
    if found.ended_as == "closed":
        raise refusals.SessionClosed()
    other = _header(work, row)
    raise refusals.Superseded(device=other.device, since=other.opened_at)


def rate_text(permille: int) -> str:
    """A rate as the interface writes it: "1.0", "1.5", "1.25"."""
    text = f"{Decimal(permille) / 1000:f}"
    return text if "." in text else f"{text}.0"
