"""What claims announce, in their transactions."""

from __future__ import annotations

from dataclasses import dataclass

from app.claims.rules import Act


@dataclass(frozen=True)
class ClaimSubmitted:
    """A claim was handed in and waits for its unit."""

    person_id: int
    claim_id: int


@dataclass(frozen=True)
class ClaimDecided:
    """Somebody passed, returned, certified, rejected or revoked a claim, or heard its appeal; `entry_seq` is its line, if any."""

    person_id: int
    claim_id: int
    act: Act
    entry_seq: int | None
