"""Passing many clean claims in one act, as the authority certifies many: what is odd, one's own or past the step is left out and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, update

from app.claims import words
from app.claims.actions import Action
from app.claims.models import Claim, ClaimTrail
from app.claims.rules import Act, ClaimState
from app.claims.service import moving
from app.claims.service.book import kinds
from app.claims.service.bulk import CHUNK, Bulk, LeftOut, Looked, chosen, left_out
from app.claims.service.events import ClaimDecided
from app.claims.service.refusals import OwnClaim
from app.claims.service.weighing import Weighed
from app.kernel.bulk import undisturbed
from app.kernel.clock import civil
from app.kernel.events import announce
from app.kernel.work import Work


@undisturbed()
def look_pass(work: Work, uids: Sequence[UUID]) -> Looked:
    """What `pass_many` would pass and what it would leave out; nothing is changed."""
    wanted, found, weighed, left = chosen(work, uids, Action.CHECK, ClaimState.SUBMITTED)
    for uid, claim in found.items():
        why = _why_not(work, claim, weighed)
        if why is not None:
            left[uid] = why
    return Looked(tuple(found[uid] for uid in wanted if uid not in left), tuple(left[uid] for uid in wanted if uid in left))


@undisturbed()
def pass_many(work: Work, uids: Sequence[UUID]) -> Bulk:
    """Pass whatever is clean, waits for the unit, is in scope and not one's own; the rest is left out and listed. One transaction."""
    looked = look_pass(work, uids)
    versions = _move(work, looked.claims)
    lost = [left_out(claim.uid, moving.lost(work, claim)) for claim in looked.claims if claim.uid not in versions]
    done = [claim for claim in looked.claims if claim.uid in versions]
    trails = [
        moving.trail_row(work, claim, versions[claim.uid], Act.PASS, ClaimState.UNIT_CHECKED, "", {"at_once": len(done)})
        for claim in done  # passing many is nobody's to lend
    ]
    if trails:
        work.session.execute(insert(cast(Table, ClaimTrail.__table__)), trails)
    for claim in done:
        announce(work, ClaimDecided(claim.person_id, claim.id, Act.PASS, None))
    hours = sum((claim.hours_claimed or Decimal(0) for claim in done), Decimal(0))
    return Bulk(tuple(claim.uid for claim in done), hours, (*looked.left_out, *lost))


def _why_not(work: Work, claim: Claim, weighed: Mapping[UUID, Weighed]) -> LeftOut | None:
    """One's own, past the unit's step, or something was found."""
    if claim.person_id == work.actor.person_id:
        return left_out(claim.uid, OwnClaim())
    if claim.state != ClaimState.SUBMITTED:
        return left_out(claim.uid, moving.lost(work, claim))
    found = weighed[claim.uid].findings
    return LeftOut(claim.uid, found[0].code, words.finding(found[0])) if found else None


def _move(work: Work, claims: Sequence[Claim]) -> dict[UUID, int]:
    """Passed where nobody was quicker; the version each has now. In the order of persons, against deadlocks."""
    held: dict[UUID, int] = {}
    book = kinds(work)
    values: dict[str, Any] = {
        "state": ClaimState.UNIT_CHECKED, "changed_at": work.now, "version": Claim.version + 1, "checked_by": work.person_id,
        "checked_at": work.now, "due_on": book.calendar.after(civil(work.now).date(), book.certify_days), "findings": [], "risk": 0,
    }  # fmt: skip
    ordered = sorted(claims, key=lambda claim: (claim.person_id, claim.id))
    for start in range(0, len(ordered), CHUNK):
        chunk = [claim.uid for claim in ordered[start : start + CHUNK]]
        statement = update(Claim).where(Claim.uid.in_(chunk), Claim.state == ClaimState.SUBMITTED).values(**values)
        rows = work.session.execute(statement.returning(Claim.uid, Claim.version), execution_options={"synchronize_session": False})
        held |= {row.uid: row.version for row in rows}
    return held
