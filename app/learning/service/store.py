"""How the engine's state lies in the database. Core statements: a beat is the commonest request of the college (PERF-G1)."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.kernel.work import Work
from app.learning.models import Coverage, Evidence, PlaySession, PlayState
from app.learning.queries.lectures import AnyRow, Place
from app.learning.rules import spans
from app.learning.rules.credit import Play, Policy
from app.learning.rules.spans import Spans

STATE, SESSION, COVERAGE, EVIDENCE = (cast(Table, model.__table__) for model in (PlayState, PlaySession, Coverage, Evidence))

_LIVE = select(STATE).where(STATE.c.person_id == bindparam("person")).with_for_update()
_CHANGING = (
    "last_ms", "seq", "allowance_us", "beats_ms", "day", "day_ms", "closed", "kept", "journal", "covered", "position_ms",
)  # fmt: skip
_AFTER_BEAT = update(STATE).where(STATE.c.person_id == bindparam("person")).values({name: bindparam(name) for name in _CHANGING})
_COVER = {}
for _engine, _insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
    _new = _insert(COVERAGE)
    _COVER[_engine] = _new.on_conflict_do_update(
        index_elements=["person_id", "lecture_id"],
        set_={name: _new.excluded[name] for name in ("intervals", "covered_ms", "position_ms")},
    )


def connection(work: Work) -> Connection:
    """The connection of this unit of work, past the object layer."""
    return work.connection


def live(work: Work, person_id: int) -> AnyRow | None:
    """The person's play state, locked until the end of this unit of work; other nodes wait (INV-I6)."""
    return connection(work).execute(_LIVE, {"person": person_id}).first()


def play_of(row: AnyRow) -> Play:
    """The row as the engine knows it."""
    policy = Policy(row.max_rate_permille, row.daily_cap_ms, row.required_ms, row.counts)
    return Play(
        str(row.session), row.key, row.duration_ms, policy, row.opened_ms, row.last_ms, row.seq, row.allowance_us, row.beats_ms,
        row.day, row.day_ms, row.closed, row.kept, row.journal,
    )  # fmt: skip


def save(work: Work, person_id: int, play: Play, covered: Spans, position_ms: int) -> None:
    """Write what a beat or the closing changed."""
    values = {name: getattr(play, name) for name in _CHANGING if name not in ("covered", "position_ms")}
    connection(work).execute(_AFTER_BEAT, {"person": person_id, "covered": spans.to_bytes(covered), "position_ms": position_ms, **values})


def begin(work: Work, person_id: int, play: Play, covered: Spans, place: Place, position_ms: int, *, is_first: bool) -> bool:
    """Put a new play in the person's place; False when another first opening was faster.

    `is_first`: no play was found. Then it is only inserted, never written over the one that another transaction has
    committed in the meantime, for that one would not have been ended.
    """
    policy = play.policy
    values = {
        "session": UUID(play.session), "lecture_id": place.lecture_id, "version_id": place.standing.version_id, "key": play.key,
        "duration_ms": play.duration_ms, "max_rate_permille": policy.max_rate_permille, "daily_cap_ms": policy.daily_cap_ms,
        "required_ms": policy.required_ms, "counts": policy.counts, "opened_ms": play.opened_ms, "covered": spans.to_bytes(covered),
        "position_ms": position_ms, "served_ms": 0, "delivered": b"",
        **{name: getattr(play, name) for name in _CHANGING if name not in ("covered", "position_ms")},
    }  # fmt: skip
    at = connection(work)
    if not is_first:
        return at.execute(update(STATE).where(STATE.c.person_id == person_id).values(values)).rowcount == 1
    insert = sqlite.insert if at.dialect.name == "sqlite" else postgresql.insert
    first = insert(STATE).values(person_id=person_id, **values).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return at.execute(first).rowcount == 1


def cover(work: Work, person_id: int, lecture_id: int, version_id: int, **values: Any) -> None:
    """Write the coverage of a lecture: intervals, covered_ms, position_ms. Completion is not touched."""
    at = connection(work)
    at.execute(_COVER[at.dialect.name], {"person_id": person_id, "lecture_id": lecture_id, "version_id": version_id, **values})


def keep_evidence(work: Work, person_id: int, session: str, first_seq: int, entries: bytes) -> None:
    """Append one chunk of evidence; it is never written again."""
    connection(work).execute(
        EVIDENCE.insert(),
        {
            "person_id": person_id,
            "session": UUID(session),
            "first_seq": first_seq,
            "layout": 1,
            "entries": entries,
            "recorded_at": work.now,
        },
    )
