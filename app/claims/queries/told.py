"""What a claimant is told on his home page: claims returned to him, decisions of the last days, appeals that were heard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, or_, select

from app.claims.models import Appeal, Claim
from app.claims.rules import AppealState, ClaimState
from app.kernel.db import UtcDateTime

FRESH = timedelta(days=14)
"""How long a decision is news."""
MOST = 4
DECIDED = (ClaimState.CERTIFIED, ClaimState.REJECTED, ClaimState.REVOKED)


def told_statement() -> Any:
    """What is told to the person `person`, what was touched last first, where it was decided after the moment `since`."""
    person: Any = bindparam("person")
    since: Any = bindparam("since", type_=UtcDateTime())
    heard = and_(Appeal.person_id == Claim.person_id, Appeal.claim_id == Claim.id, Appeal.state != AppealState.OPEN,
                 Appeal.heard_at >= since)  # fmt: skip
    decided = and_(Claim.state.in_(DECIDED), Claim.decided_at >= since)
    return (
        select(Claim.uid, Claim.title, Claim.state, case((Appeal.claim_id.is_not(None), Appeal.answer), else_=Claim.reason).label("reason"),
               Appeal.state.label("outcome"), Claim.occurred_to, Claim.hours_claimed, Claim.hours_certified, Claim.changed_at)
        .outerjoin(Appeal, heard)
        .where(Claim.person_id == person, or_(Claim.state == ClaimState.RETURNED, decided, Appeal.claim_id.is_not(None)))
        .order_by(Claim.changed_at.desc(), Claim.id.desc())
        .limit(MOST)
    )  # fmt: skip
