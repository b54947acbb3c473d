"""How a claim moves (domain.md §8), and who may move it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNIT_CHECKED = "unit_checked"
    CERTIFIED = "certified"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Act(StrEnum):
    """What was done with a claim; the words of its trail."""

    START = "start"
    EDIT = "edit"
    ATTACH = "attach"
    DETACH = "detach"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"
    PASS = "pass"  # noqa: S105  # the unit lets it pass
    RETURN = "return"
    CERTIFY = "certify"
    REJECT = "reject"
    REVOKE = "revoke"
    APPEAL = "appeal"
    HEAR = "hear"
    ESCALATE = "escalate"
    """Put before the organ above: its day was let pass, or nobody here may decide."""
    PUT_UP = "put_up"
    """Put before a superior, the year being closed."""
    TURN_DOWN = "turn_down"
    REFUSED = "refused"


S = ClaimState
NEXT: Mapping[ClaimState, frozenset[ClaimState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.UNIT_CHECKED, S.RETURNED, S.WITHDRAWN}),
    S.UNIT_CHECKED: frozenset({S.CERTIFIED, S.RETURNED, S.REJECTED, S.WITHDRAWN}),
    S.RETURNED: frozenset({S.DRAFT, S.WITHDRAWN}),
    S.CERTIFIED: frozenset({S.REVOKED}),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.REVOKED: frozenset(),
}
"""Everyday moves. A heard appeal may also lead from certified, rejected or revoked to certified (HEARD)."""

HEARD: frozenset[ClaimState] = frozenset({S.CERTIFIED, S.REJECTED, S.REVOKED})
OPEN: frozenset[ClaimState] = frozenset({S.SUBMITTED, S.UNIT_CHECKED})
"""Waiting for somebody else; counts as pending in my year (decisions 28)."""
LIVE: frozenset[ClaimState] = OPEN | {S.CERTIFIED}
"""Takes its activity: the same one cannot be claimed again meanwhile."""

FROM: Mapping[Act, frozenset[ClaimState]] = {
    Act.EDIT: frozenset({S.DRAFT}),
    Act.ATTACH: frozenset({S.DRAFT}),
    Act.DETACH: frozenset({S.DRAFT}),
    Act.SUBMIT: frozenset({S.DRAFT}),
    Act.WITHDRAW: frozenset({S.DRAFT, S.SUBMITTED, S.UNIT_CHECKED, S.RETURNED}),
    Act.COMPLETE: frozenset({S.RETURNED}),
    Act.PASS: frozenset({S.SUBMITTED}),
    Act.CERTIFY: frozenset({S.UNIT_CHECKED}),
    Act.REJECT: frozenset({S.UNIT_CHECKED}),
    Act.REVOKE: frozenset({S.CERTIFIED}),
    Act.APPEAL: HEARD,
    Act.HEAR: HEARD,
}
"""From which states an act is possible. RETURN has its own state for each of the two deciders."""


class AppealState(StrEnum):
    """Waiting to be heard, or heard with this outcome."""

    OPEN = "open"
    GRANTED = "granted"
    UPHELD = "upheld"


def may_appeal(state: ClaimState, hours_claimed: object, hours_certified: object) -> bool:
    """A rejected or revoked claim, or one certified below what was claimed, may be appealed."""
    return state in (S.REJECTED, S.REVOKED) or (state == S.CERTIFIED and hours_certified != hours_claimed)
