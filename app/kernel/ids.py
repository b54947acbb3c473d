"""Identifiers for the outside: time-ordered, unguessable, and finding their person where rows are kept by person."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

_VARIANT = 0b10 << 62


def uuid7(now: datetime) -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
    head = (_milliseconds(now) << 80) | (0x7 << 76) | (secrets.randbits(12) << 64)
    return UUID(int=head | _VARIANT | secrets.randbits(62))


def person_uid(person_id: int, now: datetime, draw: Callable[[int], int] = secrets.randbits) -> UUID:
    """A UUIDv8 that carries the person's number, so that a distributed table finds its shard (decisions 22).

    48 bits of milliseconds, 12 random bits, then 32 bits of person and 30 random bits. It is an address, not a
    secret: whoever reads by it must still be that person or hold the scope. `draw` gives so many bits by chance.
    """
    if not 0 <= person_id < 1 << 32:
        raise ValueError("person number out of range")
    head = (_milliseconds(now) << 80) | (0x8 << 76) | (draw(12) << 64)
    return UUID(int=head | _VARIANT | (person_id << 30) | draw(30))


def person_of(uid: UUID) -> int:
    """The person's number inside a `person_uid`; -1 for any other UUID, which matches no row."""
    if uid.version != 8:
        return -1
    return (uid.int >> 30) & 0xFFFFFFFF


def row_id(uid: UUID) -> int:
    """The number of a row kept by person, made of its `person_uid`: 48 bits of milliseconds and 12 random bits."""
    return ((uid.int >> 80) << 12) | ((uid.int >> 64) & 0xFFF)


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000) & ((1 << 48) - 1)
