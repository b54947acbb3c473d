"""Who stands at which step, how long a decision can be undone, which postings are drawn for audit. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

HOLD = timedelta(seconds=10)
"""How long a decision can be undone. Until then it stands nowhere but on the desk of who made it."""

SOON_DAYS = 5
"""Working days before its last one at which a claim is about to run late."""


class Step(StrEnum):
    """The unit's step, the authority's, or that of the organ above it for what was put before it."""

    CHECK = "check"
    CERTIFY = "certify"
    HEAR = "hear"


class Tab(StrEnum):
    """Waiting for me, waiting for the claimant, decided, appealed."""

    WAITING = "waiting"
    RETURNED = "returned"
    DONE = "done"
    APPEALS = "appeals"


class Chip(StrEnum):
    """What of the waiting ones is shown."""

    ALL = "all"
    CLEAN = "clean"
    ODD = "odd"
    SOON = "soon"
    LATE = "late"
    """Its last day has passed."""
    ESCALATED = "escalated"
    """Its last day with the unit has passed."""


class Verb(StrEnum):
    """What is decided."""

    PASS = "pass"  # noqa: S105  # the unit lets it pass
    CERTIFY = "certify"
    RETURN = "return"
    REJECT = "reject"
    MANY = "many"
    """Certify many as claimed."""
    PASS_MANY = "pass_many"  # noqa: S105  # no password
    """Pass many as claimed."""
    SEND_BACK = "send_back"
    """Return many with one reason."""
    GRANT = "grant"
    """Hear an appeal and certify so many hours."""
    UPHOLD = "uphold"
    """Hear an appeal and let the decision stand."""
    CERTIFY_COURSES = "courses"
    """Certify finished courses that wait for a person."""
    DECLINE = "decline"
    """Decline them with a reason."""
    FOUND = "found"
    """A course drawn for audit was found right."""
    TAKE_BACK = "take_back"
    """Its hours are taken back with a reason."""


BULK = frozenset({Verb.MANY, Verb.PASS_MANY, Verb.SEND_BACK})
"""What is decided on many claims in one act."""
OF_SAMPLES = frozenset({Verb.FOUND, Verb.TAKE_BACK})
OF_COURSES = frozenset({Verb.CERTIFY_COURSES, Verb.DECLINE}) | OF_SAMPLES
"""What is decided on courses; everything else is decided on claims."""


class HeldState(StrEnum):
    """Waiting its ten seconds, taken back in time, carried out, or refused when it was to be carried out."""

    HELD = "held"
    UNDONE = "undone"
    DONE = "done"
    REFUSED = "refused"


class SampleState(StrEnum):
    """To be looked at, found right, or taken back."""

    OPEN = "open"
    OK = "ok"
    REVOKED = "revoked"


def drawn(secret: str, person: str, activity: str, share: Decimal) -> bool:
    """Whether a posting is drawn for audit: always the same answer for the same person and activity, known to nobody beforehand."""
    digest = hmac.new(secret.encode(), f"sample\0{person}\0{activity}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < int(share * (1 << 64))


_DECIDES = (Verb.CERTIFY, Verb.RETURN, Verb.REJECT)
VERBS: Mapping[Step, tuple[Verb, ...]] = {Step.CHECK: (Verb.PASS, Verb.RETURN), Step.CERTIFY: _DECIDES, Step.HEAR: _DECIDES}
"""What each step may decide."""
