"""What was let pass and is put before the organ above, once for each day that was let pass (domain.md §8). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.claims.rules.states import ClaimState


class Stage(StrEnum):
    """What waits: the unit's step, the authority's, or an appeal."""

    CHECK = "check"
    CERTIFY = "certify"
    APPEAL = "appeal"


class Why(StrEnum):
    """Its day passed, or nobody of the organ may hear the appeal, each having had a part in the decision."""

    LATE = "late"
    NOBODY = "nobody"


STAGES: Mapping[ClaimState, Stage] = {ClaimState.SUBMITTED: Stage.CHECK, ClaimState.UNIT_CHECKED: Stage.CERTIFY}
"""What a claim waits for where it stands."""
