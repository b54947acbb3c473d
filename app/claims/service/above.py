"""What was put before the superior of the authority, and who of an organ may hear an appeal."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from app.claims.actions import Action
from app.claims.models import Appeal, Claim, Escalation
from app.claims.rules import STAGES, AppealState, ClaimState, Stage, is_escalated
from app.claims.service.refusals import SameAuthority, SamePerson
from app.kernel.clock import civil
from app.kernel.work import Work
from app.people import queries as people

JOB = "claims.escalate"
"""The job that puts what was let pass before the organ above."""


def is_marked(claim_due: Any, stage: Stage) -> ColumnElement[bool]:
    """Whether what waits for this day was put before the organ above; for statements over Claim."""
    return exists(
        select(1).select_from(Escalation).where(
            Escalation.person_id == Claim.person_id, Escalation.claim_id == Claim.id, Escalation.stage == stage,
            Escalation.due_on == claim_due,
        ).correlate_except(Escalation)
    )  # fmt: skip


def was_put_above(work: Work, claim: Claim) -> bool:
    """Whether the claim was ever put before the superior of the authority: he may read it from then on."""
    mine = (Escalation.person_id == claim.person_id, Escalation.claim_id == claim.id, Escalation.stage != Stage.CHECK)
    return work.session.scalar(select(1).where(*mine).limit(1)) is not None


def waits_above(work: Work, claim: Claim) -> bool:
    """Whether the claim, or its appeal, waits before the superior now."""
    mine = (Escalation.person_id == claim.person_id, Escalation.claim_id == claim.id)
    if STAGES.get(ClaimState(claim.state)) is Stage.CERTIFY:
        still = select(1).where(*mine, Escalation.stage == Stage.CERTIFY, Escalation.due_on == claim.due_on)
    else:
        theirs = and_(Appeal.person_id == Escalation.person_id, Appeal.claim_id == Escalation.claim_id)
        still = (
            select(1).select_from(Escalation).join(Appeal, theirs)
            .where(*mine, Escalation.stage == Stage.APPEAL, Appeal.state == AppealState.OPEN)
        )  # fmt: skip
    return work.session.scalar(still.limit(1)) is not None


def barred(claim: Claim, appeal: Appeal) -> frozenset[int | None]:
    """Who had a part in what is appealed against: the claimant, who checked and who decided, and who lent them their authority."""
    decided = {claim.decided_by, claim.decided_for, appeal.decided_by, appeal.decided_for}
    return frozenset({claim.person_id, claim.checked_by, claim.checked_for, *decided})


def has_no_part(work: Work, action: Action, claim: Claim, appeal: Appeal) -> bool:
    """Whether the actor had no part in it, nor acts by the authority of somebody who had."""
    return stands_apart(work.actor.person_id, people.lenders_over(work, action, claim.person_id, claim.kind), claim, appeal)


def stands_apart(person_id: int | None, by: Collection[int | None], claim: Claim, appeal: Appeal) -> bool:
    """The same of a person who acts by the authority of these; None is his own."""
    out = barred(claim, appeal)
    return person_id not in out and any(lender is None or lender not in out for lender in by)


def may_check(work: Work, claim: Claim) -> bool:
    """The unit's step: whoever checks there, or the authority once the unit's day has passed."""
    if people.may_over(work, Action.CHECK, claim.person_id, claim.kind):
        return True
    return claim.state != ClaimState.SUBMITTED or is_escalated(claim.due_on, civil(work.now).date())


def may_decide(work: Work, claim: Claim) -> bool:
    """Whether the actor may take the authority's step: by his own scope, or because it was put before him as the superior."""
    if people.may_over(work, Action.CERTIFY, claim.person_id, claim.kind):
        return True
    return people.may_over(work, Action.HEAR, claim.person_id, claim.kind) and waits_above(work, claim)


def same_hand(work: Work, claim: Claim) -> SamePerson | None:
    """Why the actor may not take the second step after whoever took the first: two natural persons, on two authorities (ATK-A62).

    None if he may: he is not the one, nor who lent the one his authority, and acts on his own or on that of a third.
    """
    me, before = work.actor.person_id, {claim.checked_by, claim.checked_for} - {None}
    if me is not None and me == claim.checked_by:
        return SamePerson()
    if me in before:
        return SameAuthority()
    if not before or not any(grant.on_behalf for grant in work.actor.grants):
        return None
    by = people.lenders_over(work, Action.CERTIFY, claim.person_id, claim.kind)
    if not by or not by <= before:
        return None
    is_superior = people.may_over(work, Action.HEAR, claim.person_id, claim.kind) and waits_above(work, claim)
    return None if is_superior else SameAuthority()
