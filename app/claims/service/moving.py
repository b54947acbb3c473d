"""Finding a claim and moving it: one conditional UPDATE for each act, one row of the trail with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from app.claims import words
from app.claims.actions import Action
from app.claims.models import Appeal, Claim, ClaimTrail
from app.claims.rules import Act, ClaimState
from app.claims.service.above import barred, waits_above, was_put_above
from app.claims.service.refusals import AlreadyDecided, OwnClaim
from app.kernel.db import Model
from app.kernel.errors import Forbidden, NotFound
from app.kernel.ids import person_of, person_uid, row_id
from app.kernel.work import Grant, Work
from app.people import queries as people

OF_THE_CLAIMANT = frozenset({Act.START, Act.EDIT, Act.ATTACH, Act.DETACH, Act.SUBMIT, Act.WITHDRAW, Act.COMPLETE, Act.APPEAL})
UNSEEN = frozenset({ClaimState.DRAFT, ClaimState.WITHDRAWN})
"""What only the claimant sees."""


def fresh_uid(work: Work, table: type[Model], person_id: int) -> UUID:
    """A uid whose row number is free among the person's rows: many may be made in one moment."""
    while True:
        uid = person_uid(person_id, work.now)
        if work.session.get(table, (person_id, row_id(uid))) is None:
            return uid


def find(work: Work, uid: UUID) -> Claim:
    """A claim by its uid, whoever asks."""
    claim = work.session.get(Claim, (person_of(uid), row_id(uid)), populate_existing=True)
    if claim is None or claim.uid != uid:
        raise NotFound()
    return claim


def own(work: Work, uid: UUID) -> Claim:
    """A claim of the actor's own; anybody else's is not there."""
    claim = find(work, uid)
    if claim.person_id != work.person_id:
        raise NotFound()
    return claim


def within(work: Work, uid: UUID, *actions: Action) -> Claim:
    """A claim over whose person, and of whose kind, the actor holds one of the actions: 403 without any, 404 outside the scope.

    One's own is refused with 403, and the attempt is written into the trail (ATK-A62). HEAR reaches what waits before the
    superior, and nothing else.
    """
    if not any(work.may(action) for action in actions):
        raise Forbidden()
    claim = find(work, uid)
    if claim.state in UNSEEN:
        raise NotFound()
    if claim.person_id == work.person_id:
        note(work, claim, Act.REFUSED, reason=OwnClaim.code)
        raise OwnClaim()
    if not any(_reaches(work, action, claim) for action in actions):
        raise NotFound()
    return claim


def _reaches(work: Work, action: Action, claim: Claim) -> bool:
    return people.may_over(work, action, claim.person_id, claim.kind) and (action is not Action.HEAR or waits_above(work, claim))


def seen(work: Work, uid: UUID) -> Claim:
    """A claim that the actor may read: his own, or a handed-in one of a person in his scope; as the superior, one put before him."""
    claim = find(work, uid)
    if claim.person_id == work.actor.person_id:
        return claim
    may = any(people.may_over(work, action, claim.person_id, claim.kind) for action in (Action.CHECK, Action.CERTIFY)) or (
        people.may_over(work, Action.HEAR, claim.person_id, claim.kind) and was_put_above(work, claim)
    )
    if claim.state in UNSEEN or not may:
        raise NotFound()
    return claim


def move(
    work: Work, claim: Claim, act: Act, *, since: Collection[ClaimState], to: ClaimState, because: str = "",
    figures: dict[str, Any] | None = None, **values: Any,
) -> None:  # fmt: skip
    """Change the state if the claim still stands where that is possible; else 409 naming who was quicker (ATK-A63).

    With who checked or decided goes who lent him the authority for it.
    """
    lent = lent_for(work, claim, act)
    for hand, authority in (("checked_by", "checked_for"), ("decided_by", "decided_for")):
        if hand in values:
            values[authority] = lent and lent.lender_id
    statement = (
        update(Claim)
        .where(Claim.person_id == claim.person_id, Claim.id == claim.id, Claim.state.in_(since))
        .values(state=to, changed_at=work.now, version=Claim.version + 1, **values)
        .returning(Claim.version)
    )
    n = work.session.scalar(statement, execution_options={"synchronize_session": False})
    if n is None:
        raise lost(work, claim)
    work.session.refresh(claim)
    write(work, claim, n, act, because, figures, lent)


def note(work: Work, claim: Claim, act: Act, *, reason: str = "", figures: dict[str, Any] | None = None) -> None:
    """An act that changes no state, in the trail."""
    lent = lent_for(work, claim, act)
    mine = (Claim.person_id == claim.person_id, Claim.id == claim.id)
    raised = update(Claim).where(*mine).values(version=Claim.version + 1).returning(Claim.version)
    n = work.session.scalar(raised, execution_options={"synchronize_session": False})
    assert n is not None
    work.session.refresh(claim)
    write(work, claim, n, act, reason, figures, lent)


def lent_for(work: Work, claim: Claim, act: Act) -> Grant | None:
    """The lent authority by which the actor does this to a claim as it stands; None where it is his own.

    Never that of whoever took the other step, or decided what is appealed against; but an attempt that is refused names it.
    """
    if act in OF_THE_CLAIMANT or not any(grant.on_behalf for grant in work.actor.grants):
        return None
    whose, without = (claim.person_id, claim.kind), frozenset({claim.checked_by, claim.checked_for})
    if claim.state == ClaimState.SUBMITTED and people.may_over(work, Action.CHECK, *whose):
        return people.on_behalf(work, Action.CHECK, *whose)
    if act in (Act.REFUSED, Act.REVOKE):
        without = frozenset()
    elif claim.state != ClaimState.UNIT_CHECKED and (appealed := work.session.get(Appeal, (claim.person_id, claim.id))) is not None:
        without = barred(claim, appealed)
    return people.on_behalf(work, Action.CERTIFY, *whose, without)


def write(
    work: Work, claim: Claim, n: int, act: Act, reason: str = "", figures: dict[str, Any] | None = None, lent: Grant | None = None
) -> None:
    """Row `n` of the trail."""
    work.session.execute(insert(ClaimTrail).values(trail_row(work, claim, n, act, claim.state, reason, figures, lent)))


def trail_row(
    work: Work, claim: Claim, n: int, act: Act, state: ClaimState, reason: str = "", figures: dict[str, Any] | None = None,
    lent: Grant | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Who did what, when, from where, and by whose authority where it was lent."""
    actor = work.actor
    if lent is not None:
        figures = {**(figures or {}), "on_behalf": lent.on_behalf}
    return {
        "person_id": claim.person_id, "claim_id": claim.id, "n": n, "act": str(act), "state": str(state), "by_id": actor.person_id,
        "by_name": actor.name[:60], "at": work.now, "ip": actor.ip[:45], "device": actor.device[:120], "reason": reason[:500],
        "figures": figures or {},
    }  # fmt: skip


def lost(work: Work, claim: Claim) -> AlreadyDecided:
    """The refusal that names who acted last and where the claim stands now."""
    state = work.session.scalar(select(Claim.state).where(Claim.person_id == claim.person_id, Claim.id == claim.id))
    last = (
        select(ClaimTrail.by_name)
        .where(ClaimTrail.person_id == claim.person_id, ClaimTrail.claim_id == claim.id, ClaimTrail.act != Act.REFUSED)
        .order_by(ClaimTrail.n.desc())
        .limit(1)
    )
    state = ClaimState(state or claim.state)
    return AlreadyDecided(who=work.session.scalar(last) or "", state=str(state), state_word=words.state(state))
