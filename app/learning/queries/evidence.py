"""The evidence of study: a lecture's receipt beat by beat (frontend.md §6.10), and for the auditor the sessions behind a course line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.catalogue.models import CourseVersion, Lecture
from app.kernel.errors import NotFound
from app.kernel.work import Work
from app.learning.models import Coverage, Evidence, PlaySession, PlayState
from app.learning.queries import lectures
from app.learning.rules import spans
from app.learning.rules.journal import Entry, entries

MOST_SESSIONS = 200
"""Sessions shown, newest first; the coverage shown is always the whole."""


def receipt(work: Work, lecture_uid: UUID) -> dict[str, Any]:
    """The acting person's own receipt; 404 for a lecture never played and not open to this person."""
    place = lectures.place(work, lecture_uid)
    if place is None:
        raise NotFound()
    sessions = _sessions(work, place.lecture_id)
    if not sessions and place.standing.state != lectures.PUBLISHED:
        raise NotFound()
    coverage = work.session.get(Coverage, (work.person_id, place.lecture_id))
    covered = spans.from_bytes(coverage.intervals) if coverage else spans.EMPTY
    beats = _beats(work, work.person_id, [session.uid for session in sessions])
    excluded = _excluded(entry for row in beats.values() for _seq, entry in row)
    return {
        "lecture": lecture_uid,
        "duration_ms": place.duration_ms,
        "covered": covered,
        "covered_ms": spans.measure(covered),
        "completed_at": coverage.completed_at if coverage else None,
        "rule_set": sessions[0].rule_set if sessions else None,
        "excluded": [{"reason": reason, "ms": ms} for reason, ms in sorted(excluded.items())],
        "checks": [],
        "sessions": [_session(session, beats.get(session.uid, [])) for session in sessions],
    }


@dataclass(frozen=True)
class SessionRow:
    """One opening of the player by somebody: when, where from, how much of it was credited, how much was not and why."""

    lecture: str
    opened_at: datetime
    ended_at: datetime | None
    device: str
    ip: str
    counts: bool
    beats: int
    granted_ms: int
    excluded: tuple[tuple[str, int], ...]


def play_sessions(work: Work, person_id: int, source_id: str) -> tuple[SessionRow, ...]:
    """Every opening behind the course line of a person, the latest first; none for a line from elsewhere. Three statements."""
    try:
        version = UUID(source_id)
    except ValueError:
        return ()
    statement = (
        select(PlaySession, Lecture.title)
        .join(Lecture, Lecture.id == PlaySession.lecture_id)
        .join(CourseVersion, CourseVersion.id == Lecture.version_id)
        .where(PlaySession.person_id == person_id, CourseVersion.uid == version)
        .order_by(PlaySession.opened_ms.desc(), PlaySession.uid.desc())
        .limit(MOST_SESSIONS)
    )
    found = work.session.execute(statement).all()
    beats = _beats(work, person_id, [session.uid for session, _title in found])
    return tuple(_session_row(session, title, [entry for _seq, entry in beats.get(session.uid, [])]) for session, title in found)


def _session_row(session: PlaySession, title: str, beats: list[Entry]) -> SessionRow:
    granted = sum(entry.granted_ms for entry in beats)
    return SessionRow(title, session.opened_at, session.ended_at, session.device, session.ip, session.counts, len(beats), granted,
                   tuple(sorted(_excluded(beats).items())))  # fmt: skip


def _excluded(beats: Iterable[Entry]) -> Counter[str]:
    """Milliseconds that were not credited, by reason."""
    found = Counter[str]()
    for entry in beats:
        found.update({reason.value: ms for reason, ms in entry.excluded})
    return found


def _sessions(work: Work, lecture_id: int) -> list[PlaySession]:
    statement = (
        select(PlaySession)
        .where(PlaySession.person_id == work.person_id, PlaySession.lecture_id == lecture_id)
        .order_by(PlaySession.opened_ms.desc(), PlaySession.uid.desc())
        .limit(MOST_SESSIONS)
    )
    return list(work.session.scalars(statement))


def _beats(work: Work, person_id: int, sessions: list[UUID]) -> dict[UUID, list[tuple[int, Entry]]]:
    """The accepted beats of these sessions, numbered: from the evidence rows, and the live one's from the journal."""
    found: dict[UUID, list[tuple[int, Entry]]] = {}
    kept = (
        select(Evidence.session, Evidence.first_seq, Evidence.entries)
        .where(Evidence.person_id == person_id, Evidence.session.in_(sessions))
        .order_by(Evidence.session, Evidence.first_seq)
    )
    for session, first_seq, blob in work.session.execute(kept):
        found.setdefault(session, []).extend(enumerate(entries(blob), start=first_seq))
    live = work.session.get(PlayState, person_id)
    if live is not None and live.session in sessions:
        found.setdefault(live.session, []).extend(enumerate(entries(live.journal), start=live.seq - live.kept + 1))
    return found


def _session(session: PlaySession, beats: list[tuple[int, Entry]]) -> dict[str, Any]:
    return {
        "session": session.uid,
        "opened_at": session.opened_at,
        "ended_at": session.ended_at,
        "ended_as": session.ended_as,
        "device": session.device,
        "media_version": session.media_version,
        "rule_set": session.rule_set,
        "counts": session.counts,
        "granted_ms": sum(entry.granted_ms for _seq, entry in beats),
        "beats": [_beat(session.opened_at, seq, entry) for seq, entry in beats],
    }


def _beat(opened_at: datetime, seq: int, entry: Entry) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": opened_at + timedelta(milliseconds=entry.at_ms),
        "from_ms": entry.from_ms,
        "to_ms": entry.to_ms,
        "rate": entry.rate_permille / 1000,
        "state": entry.moment.value,
        "visible": entry.visible,
        "granted": entry.granted,
        "excluded": [{"reason": reason.value, "ms": ms} for reason, ms in entry.excluded],
    }
