"""What was kept of a sitting beside its answers, as its candidate may read it: what was done to the result, what the page noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import JSON, String, cast, literal, null, select, union_all

from app.exams.models import Attempt, AttemptNote, ResultTrail
from app.exams.service.papers import plain
from app.kernel.work import Work

REGRADED = frozenset({"withdrawn_full", "withdrawn_out", "key_corrected"})
"""Changes whose reason is in words about a question, which may tell its key."""


class ResultChange(msgspec.Struct, frozen=True):
    """What was done to the result after it was final: why, and score and verdict before and after (null: none).

    Of a correction the reason is empty until the keys are given out; what kind of correction it was is always told.
    """

    what: str
    at: datetime
    reason: str
    score_before: int | float | None
    passed_before: bool | None
    score_after: int | float | None
    passed_after: bool | None


class NoteShown(msgspec.Struct, frozen=True):
    """Something the page or the college noticed while he sat, by the clock of his device. It changes no mark."""

    kind: str
    at: datetime


def changes(work: Work, attempt: Attempt) -> list[ResultChange]:
    """What was done to this result, oldest first, to be read before its keys are out."""
    return hushed(happened(work, attempt)[0])


def hushed(changed: Iterable[ResultChange]) -> list[ResultChange]:
    """The same without the words in which staff gave the reason of a correction (INV-I18)."""
    return [msgspec.structs.replace(one, reason="") if one.what in REGRADED else one for one in changed]


def happened(work: Work, attempt: Attempt) -> tuple[list[ResultChange], list[NoteShown]]:
    """What was done to this result, and everything that was noticed in the sitting, each oldest first: one statement."""
    trail, note = ResultTrail, AttemptNote
    done = select(trail.id, trail.at, trail.what, trail.reason, trail.before, trail.after)
    seen = select(note.number, note.received_at, literal("", String), literal("", String), note.events, cast(null(), JSON))
    rows = work.session.execute(
        union_all(
            done.where(trail.person_id == attempt.person_id, trail.attempt_id == attempt.id),
            seen.where(note.person_id == attempt.person_id, note.attempt_id == attempt.id),
        )
    )
    changed, notes = list[ResultChange](), list[NoteShown]()
    for _number, at, what, reason, before, after in sorted(rows, key=lambda row: row[0]):
        if what:
            changed.append(ResultChange(what, at, reason, *_figures(before), *_figures(after)))
        else:
            notes += [NoteShown(one["kind"], datetime.fromisoformat(one["at"])) for one in before]
    return changed, notes


def _figures(kept: Mapping[str, Any]) -> tuple[int | float | None, bool | None]:
    score = kept.get("score")
    return None if score is None else plain(Decimal(score)), kept.get("passed")
