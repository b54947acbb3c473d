"""What may be done at the desk; whom it reaches is said by claims.check and claims.certify."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """OPEN enters the desk; DELEGATE lends one's authority to certify to somebody of the same unit."""

    OPEN = "desk.open"
    DELEGATE = "desk.delegate"
