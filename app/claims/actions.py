"""What may be done with claims."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """FILE makes one's own claims and appeals; CHECK is the unit's step; CERTIFY the authority's, which also hears appeals.

    HEAR decides in place of an organ below what was put before its superior: let pass there, or barred to everybody of it.
    """

    FILE = "claims.file"
    CHECK = "claims.check"
    CERTIFY = "claims.certify"
    HEAR = "claims.hear"
