"""Trusted study for programs: play sessions, beats, the receipt (interfaces.md §4.1), courses (§4.0)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import request
from msgspec import Meta, Struct

from app.kernel.web import SIGNED_IN
from app.kernel.work import Work
from app.learning import queries, service
from app.learning.api.routes import routes
from app.learning.rules import credit
from app.learning.rules.credit import Answer, Beat
from app.learning.rules.journal import Moment

Whole = Annotated[int, Meta(ge=0, le=2**53)]
Pairs = tuple[tuple[int, int], ...]


class OpenSession(Struct, forbid_unknown_fields=True):
    """Which lecture is to be played."""

    lecture: UUID


class Takeover(Struct):
    """Where study was going on until now."""

    device: str
    since: datetime


class Opened(Struct):
    """A play session; `seq` 0 and the first token."""

    session: UUID
    token: str
    seq: int
    media_version: str
    duration_ms: int
    beat_ms: int
    max_gap_ms: int
    max_rate: str
    covered: Pairs
    resume_ms: int
    manifest_url: str
    superseded: Takeover | None
    counts: bool


class BeatBody(Struct, forbid_unknown_fields=True):
    """The player showed `[from_ms, to_ms)`; `state` is the moment after the range (decisions 2)."""

    seq: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    token: Annotated[str, Meta(max_length=64)]
    from_ms: Whole
    to_ms: Whole
    rate: Annotated[float, Meta(gt=0, le=64)]
    state: Literal["playing", "paused", "ended"]
    visible: bool


class ExcludedTime(Struct):
    """Milliseconds that were not credited, and why."""

    reason: Literal["hidden", "not_delivered", "already_credited", "faster_than_clock", "daily_cap", "fragmented", "preview"]
    ms: int


class Presence(Struct):
    """A question whether someone is there; none is asked yet."""

    challenge: str
    kind: str
    prompt: str
    options: list[str]
    deadline_ms: int


class BeatAnswer(Struct):
    """What the beat earned; the same bytes when it is repeated."""

    seq: int
    token: str
    granted_ms: int
    covered_ms: int
    covered: Pairs
    next_beat_ms: int
    excluded: tuple[ExcludedTime, ...]
    presence: Presence | None
    lecture_complete: bool


class Closed(Struct):
    """The session has ended."""

    session: UUID
    state: Literal["closed"] = "closed"


@routes.post("/api/v1/play-sessions", allow=SIGNED_IN, body=OpenSession, answers={201: Opened}, creates=True)
def open_session(work: Work, body: OpenSession) -> Any:
    """Begin to play a lecture; what was played elsewhere gives way."""
    opened = service.open_session(work, body.lecture)
    elsewhere = opened.superseded
    return Opened(
        session=UUID(opened.play.session),
        token=opened.token,
        seq=0,
        media_version=opened.media_version,
        duration_ms=opened.play.duration_ms,
        beat_ms=credit.BEAT_MS,
        max_gap_ms=credit.MAX_GAP_MS,
        max_rate=service.rate_text(opened.play.policy.max_rate_permille),
        covered=opened.covered,
        resume_ms=opened.resume_ms,
        manifest_url=opened.manifest_url,
        superseded=Takeover(elsewhere.device, elsewhere.since) if elsewhere else None,
        counts=opened.play.policy.counts,
    ), 201


@routes.post("/api/v1/play-sessions/<uuid:session>/beats", allow=SIGNED_IN, body=BeatBody, answers={200: BeatAnswer}, csrf=False, lean=True)
def beat(work: Work, session: UUID, body: BeatBody) -> Any:
    """Report a range that was shown. The token in the body stands for the CSRF token, for a beacon has no header."""
    _demand_own_origin()
    claim = Beat(
        str(session), body.seq, body.token, body.from_ms, body.to_ms, max(1, round(body.rate * 1000)), Moment(body.state), body.visible
    )
    return _told(service.beat(work, session, claim))


def _told(answer: Answer) -> BeatAnswer:
    return BeatAnswer(
        seq=answer.seq,
        token=answer.token,
        granted_ms=answer.granted_ms,
        covered_ms=answer.covered_ms,
        covered=answer.covered,
        next_beat_ms=answer.next_beat_ms,
        excluded=tuple(ExcludedTime(reason.value, ms) for reason, ms in answer.excluded),
        presence=None,
        lecture_complete=answer.complete,
    )


def _demand_own_origin() -> None:
    """A browser names the page a POST comes from; it must be ours (decisions 8)."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise service.WrongOrigin()


@routes.post("/api/v1/play-sessions/<uuid:session>/close", allow=SIGNED_IN, answers={200: Closed})
def close_session(work: Work, session: UUID) -> Any:
    """End a play session; nothing more is credited to it."""
    service.close(work, session)
    return Closed(session)


@routes.get("/api/v1/lectures/<uuid:uid>/evidence", allow=SIGNED_IN, answers={200: dict})
def show_evidence(work: Work, uid: UUID) -> Any:
    """The caller's own receipt: intervals, excluded time with reasons, checks, rule version."""
    return queries.receipt(work, uid)


@routes.get("/api/v1/courses", allow=SIGNED_IN, answers={200: dict})
def list_courses(work: Work) -> Any:
    """Published courses; `state` is the caller's: new, studying or completed. `audience=me` keeps those on the caller's menu."""
    found = queries.courses(work, queries.read_filters(request.args), request.args.get("page"))
    return {"items": [queries.as_item(card) for card in found.items], "next": found.next}


@routes.get("/api/v1/courses/<uuid:uid>", allow=SIGNED_IN, answers={200: dict})
def show_course(work: Work, uid: UUID) -> Any:
    """One course with its lectures and closing quiz."""
    return queries.as_document(queries.course(work, uid))
