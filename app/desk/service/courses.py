"""Finished courses that wait for a person, decided many at a time; each by itself, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from app.claims import service as claims
from app.hours import service as hours
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.work import Work

Key = tuple[int, int]
"""Person and version."""


@dataclass(frozen=True)
class Decided:
    """How many were decided, and for each reason how many were left out."""

    done: int
    left_out: tuple[tuple[str, int], ...]


def certify_courses(work: Work, keys: Sequence[Key]) -> Decided:
    """Certify these; one's own, those of courses one made, and what somebody was quicker with are left out."""
    return _each(work, keys, partial(hours.certify_credit, work))


def decline_courses(work: Work, keys: Sequence[Key], reason: str) -> Decided:
    """Decline these with one reason; what cannot be is left out. ReasonMissing."""
    return _each(work, keys, partial(hours.decline_credit, work, reason=reason))


def _each(work: Work, keys: Sequence[Key], decide: Callable[[int, int], object]) -> Decided:
    claims.refuse_too_many(len(keys))
    done, left = 0, Counter[str]()
    for person_id, version_id in keys:
        try:
            with work.session.begin_nested():
                decide(person_id, version_id)
            done += 1
        except (Conflict, Forbidden, NotFound) as refusal:
            left[refusal.sentence] += 1
    return Decided(done, tuple(left.most_common()))
