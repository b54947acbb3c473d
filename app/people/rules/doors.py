"""Names that open doors, and when a door stays shut. Pure. The same rules serve the page and the API (THR-T22)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES_TO_LOCK = 5
LOCKED_FOR = timedelta(minutes=30)
"""Five wrong passwords shut an account for half an hour, whoever knocks (GB/T 22239 L3-CES1-02, decisions 27)."""

ADDRESS_FREE = 20
"""Failures an address may cause within `ADDRESS_WINDOW` before it is slowed down; an office shares one address."""

ADDRESS_WINDOW = timedelta(minutes=15)
ADDRESS_STEP = timedelta(seconds=2)
ADDRESS_MOST = timedelta(minutes=5)

IDLE = timedelta(minutes=30)
IDLE_OFFICER = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
"""A session ends after 30 minutes without a request (15 for administrators), and after 12 hours in any case."""

SEEN_STEP = timedelta(minutes=5)
"""«Last seen» is written at most this often, so that reading pages does not write."""

TOKEN_LIFE = timedelta(hours=12)
"""An API token ends with the working day, like a session."""

NAME_LENGTH = 60


def user_key(name: str) -> str:
    """The one spelling of a user name: NFKC, stripped, case folded (CVE-2020-7245). Empty when it cannot be a name."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
    if len(folded) > NAME_LENGTH or " " in folded or not folded.isprintable():  # no other space is printable
        return ""
    return folded


@dataclass(frozen=True)
class Failed:
    """What a failure makes of a counter: its new value, and until when the door is shut, if it is."""

    failures: int
    shut_until: datetime | None


def fail_account(failures: int, locked_until: datetime | None, now: datetime) -> Failed:
    """Count a wrong password; a lock that has lapsed starts the count anew."""
    count = 1 if locked_until is not None and locked_until <= now else failures + 1
    return Failed(count, now + LOCKED_FOR if count >= FAILURES_TO_LOCK else None)


def fail_address(failures: int, first_at: datetime | None, now: datetime) -> Failed:
    """Count a failure of an address; beyond the free ones each doubles the pause, up to five minutes."""
    fresh = first_at is None or now - first_at > ADDRESS_WINDOW
    count = 1 if fresh else failures + 1
    if count <= ADDRESS_FREE:
        return Failed(count, None)
    pause = min(ADDRESS_STEP * 2 ** min(count - ADDRESS_FREE - 1, 16), ADDRESS_MOST)
    return Failed(count, now + pause)


def seconds_left(shut_until: datetime | None, now: datetime) -> int:
    """Whole seconds until the door opens, 0 when it is open; never less than one while it is shut."""
    if shut_until is None or shut_until <= now:
        return 0
    return max(1, -int((now - shut_until).total_seconds() // 1))


def session_is_over(created_at: datetime, last_seen_at: datetime, idle: timedelta, now: datetime) -> bool:
    """Whether a session has lapsed. `last_seen_at` may be one step old, which is given to the person.

    A clock that steps back ends nobody's session (integrity.md §4.2).
    """
    return now - last_seen_at > idle + SEEN_STEP or now - created_at > ABSOLUTE
