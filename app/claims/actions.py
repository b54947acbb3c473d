"""What may be done with claims."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """FILE makes one's own claims and appeals; CHECK is the unit's step; CERTIFY the authority's, which also hears appeals."""

    FILE = "claims.file"
    CHECK = "claims.check"
    CERTIFY = "claims.certify"
