"""Returning many claims in one act with one reason: each claimant reads it, and completes his own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, update

from app.claims.actions import Action
from app.claims.models import Claim, ClaimTrail
from app.claims.rules import Act, ClaimState
from app.claims.service import moving
from app.claims.service.above import same_hand
from app.claims.service.bulk import CHUNK, Bulk, LeftOut, Looked, claims_within, left_out, refuse_too_many
from app.claims.service.deciding import reason_given
from app.claims.service.events import ClaimDecided
from app.claims.service.refusals import OwnClaim
from app.kernel.errors import NotFound, Refusal
from app.kernel.events import announce
from app.kernel.work import Work

STEPS = {ClaimState.SUBMITTED: Action.CHECK, ClaimState.UNIT_CHECKED: Action.CERTIFY}
"""Which action returns a claim that stands there."""


def look_return(work: Work, uids: Sequence[UUID]) -> Looked:
    """What `return_many` would return and what it would leave out; nothing is changed."""
    wanted = list(dict.fromkeys(uids))
    refuse_too_many(len(wanted))
    seen: dict[UUID, Claim] = {}
    found: dict[UUID, Claim] = {}
    for action in filter(work.may, STEPS.values()):
        within = claims_within(work, wanted, action)
        seen |= within
        found |= {uid: claim for uid, claim in within.items() if STEPS.get(ClaimState(claim.state)) is action}
    left = {uid: left_out(uid, NotFound()) for uid in wanted if uid not in seen}
    for uid, claim in seen.items():
        refusal = _refusal(work, claim, is_mine=uid in found)
        if refusal is not None:
            left[uid] = left_out(uid, refusal)
    open_ = tuple(found[uid] for uid in wanted if uid in found and uid not in left)
    return Looked(open_, tuple(left[uid] for uid in wanted if uid in left))


def return_many(work: Work, uids: Sequence[UUID], reason: str) -> Bulk:
    """Return whatever waits for the actor and is not his own; the rest is left out and listed. One transaction."""
    reason = reason_given(reason)
    looked = look_return(work, uids)
    versions = _move(work, looked.claims, reason)
    lost = [left_out(claim.uid, moving.lost(work, claim)) for claim in looked.claims if claim.uid not in versions]
    done = [claim for claim in looked.claims if claim.uid in versions]
    trails = [
        moving.trail_row(work, claim, versions[claim.uid], Act.RETURN, ClaimState.RETURNED, reason,
                         {"at_once": len(done)}, moving.lent_for(work, claim, Act.RETURN))
        for claim in done
    ]  # fmt: skip
    if trails:
        work.session.execute(insert(cast(Table, ClaimTrail.__table__)), trails)
    for claim in done:
        announce(work, ClaimDecided(claim.person_id, claim.id, Act.RETURN, None))
    hours = sum((claim.hours_claimed or Decimal(0) for claim in done), Decimal(0))
    return Bulk(tuple(claim.uid for claim in done), hours, tuple(_in_order(uids, [*looked.left_out, *lost])))


def _refusal(work: Work, claim: Claim, *, is_mine: bool) -> Refusal | None:
    """Why it is not returned: one's own, past the actor's step, or his own hand in the other step."""
    if claim.person_id == work.actor.person_id:
        return OwnClaim()
    if not is_mine:
        return moving.lost(work, claim)
    return same_hand(work, claim) if claim.state == ClaimState.UNIT_CHECKED else None


def _move(work: Work, claims: Sequence[Claim], reason: str) -> dict[UUID, int]:
    """Returned where nobody was quicker; the version each has now. In the order of persons, against deadlocks."""
    held: dict[UUID, int] = {}
    values: dict[str, Any] = {
        "state": ClaimState.RETURNED, "changed_at": work.now, "version": Claim.version + 1, "reason": reason, "due_on": None,
    }  # fmt: skip
    for state in STEPS:
        ordered = sorted((claim for claim in claims if claim.state == state), key=lambda claim: (claim.person_id, claim.id))
        for start in range(0, len(ordered), CHUNK):
            chunk = [claim.uid for claim in ordered[start : start + CHUNK]]
            statement = update(Claim).where(Claim.uid.in_(chunk), Claim.state == state).values(**values)
            rows = work.session.execute(statement.returning(Claim.uid, Claim.version), execution_options={"synchronize_session": False})
            held |= {row.uid: row.version for row in rows}
    return held


def _in_order(uids: Sequence[UUID], left: Sequence[LeftOut]) -> list[LeftOut]:
    order = {uid: place for place, uid in enumerate(dict.fromkeys(uids))}
    return sorted(left, key=lambda one: order[one.uid])
