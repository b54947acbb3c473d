"""Claims of a closed year: what was certified or granted after closing waits for a superior, and is carried out when he approves.

It is carried out in the name of whoever decided, with what he may do by then: every rule of claims speaks again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sqlalchemy import select

from app.claims import service as claims
from app.claims.rules import Act, Verdict
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people import service as people
from app.years.models import YearChange
from app.years.rules import ChangeKind, ProposalState
from app.years.service.trail import note

KINDS = {Act.CERTIFY: ChangeKind.CLAIM, Act.HEAR: ChangeKind.APPEAL}


class BeforeASuperior(Conflict):
    """Somebody has put it up already."""

    code, text = "claim_before_superior", _l("This claim is before a superior already, because its year is closed. Nothing was changed.")


class Overtaken(Conflict):
    """What was put up cannot be carried out any more."""

    code, text = "claim_overtaken", _l("The claim has moved on, or who put it up no longer decides on it. Please refuse it.")


@claims.set_superior
def put_up(work: Work, claim: claims.Claim, act: Act, verdict: Verdict) -> None:
    """Put a decision on a claim of a closed year before the second person. The claim is held by then."""
    waiting = select(YearChange.id).where(YearChange.claim_uid == claim.uid, YearChange.state == ProposalState.PROPOSED)
    if work.session.execute(waiting).first() is not None:
        raise BeforeASuperior()
    lent = claims.lent_for(work, claim, act)
    change = YearChange(
        uid=work.new_uid(), year=claims.year_of(claim), kind=KINDS[act], person_id=claim.person_id, claim_uid=claim.uid, title=claim.title,
        occurred_on=claim.occurred_to, hours=verdict.hours, days=verdict.days, reason=verdict.reason, proposed_by=work.person_id,
        proposed_for=lent and lent.lender_id, proposed_at=work.now, subject_kind=verdict.subject,
    )  # fmt: skip
    work.session.add(change)
    work.session.flush()
    note(work, f"change:{change.uid}", "proposed", change.reason, about=change.person_id)


def carry_out(work: Work, change: YearChange) -> int | None:
    """Certify, or grant, what was put up; the line it made. Called within the superior's approval."""
    assert change.claim_uid is not None
    theirs = replace(work, actor=people.actor_for(work, change.proposed_by))
    is_claim = change.kind == ChangeKind.CLAIM
    act = partial(claims.certify, subject=change.subject_kind) if is_claim else claims.hear
    try:
        act(theirs, change.claim_uid, hours=change.hours, days=change.days, reason=change.reason)
    except (claims.AlreadyDecided, claims.NoAppeal, Forbidden, NotFound) as error:
        raise Overtaken() from error
    return claims.find(work, change.claim_uid).entry_seq


def turn_down(work: Work, change: YearChange, answer: str) -> None:
    """The superior refused: the trail of the claim says so."""
    if change.claim_uid is not None:
        claims.turned_down(work, claims.find(work, change.claim_uid), answer)
