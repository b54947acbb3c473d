"""What the pages of claims show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.claims.models import Appeal, Claim, ClaimEvidence, ClaimTrail
from app.claims.rules import Act, ClaimState, Finding, Kind, is_escalated
from app.claims.service.appeals import appeal_of, closed
from app.claims.service.book import kinds
from app.claims.service.moving import seen
from app.kernel.clock import civil
from app.kernel.errors import NotFound
from app.kernel.work import Work

SHOWN = 200


@dataclass(frozen=True)
class ClaimPage:
    """One claim with everything about it, for whoever may read it."""

    claim: Claim
    kind: Kind
    files: tuple[ClaimEvidence, ...]
    trail: tuple[ClaimTrail, ...]
    findings: tuple[Finding, ...]
    appeal: Appeal | None
    may_appeal: bool
    appeal_until: date | None
    is_escalated: bool


def mine(work: Work) -> list[Claim]:
    """One's own claims, those that were touched last first."""
    statement = select(Claim).where(Claim.person_id == work.person_id).order_by(Claim.changed_at.desc(), Claim.id.desc()).limit(SHOWN)
    return list(work.session.scalars(statement))


def claim_page(work: Work, uid: UUID) -> ClaimPage:
    """A claim of one's own, or a handed-in one of a person in one's scope; NotFound otherwise."""
    claim = seen(work, uid)
    book = kinds(work)
    today = civil(work.now).date()
    is_own = claim.person_id == work.actor.person_id
    open_ = is_own and closed(work, claim) is None
    until = book.calendar.after(civil(claim.decided_at).date(), book.appeal_days) if open_ and claim.decided_at else None
    return ClaimPage(
        claim, book.kinds[claim.kind], tuple(files_of(work, claim)), tuple(trail_of(work, claim)),
        tuple(Finding.of_json(one) for one in claim.findings) if claim.state != ClaimState.DRAFT else (), appeal_of(work, claim), open_,
        until, is_escalated(claim.due_on, today),
    )  # fmt: skip


def files_of(work: Work, claim: Claim) -> Sequence[ClaimEvidence]:
    """The evidence of a claim in the order it came."""
    mine = (ClaimEvidence.person_id == claim.person_id, ClaimEvidence.claim_id == claim.id)
    return list(work.session.scalars(select(ClaimEvidence).where(*mine).order_by(ClaimEvidence.added_at, ClaimEvidence.id)))


def trail_of(work: Work, claim: Claim) -> Sequence[ClaimTrail]:
    """What was done with a claim, the latest first; changes of a draft are left out unless it is one."""
    mine = (ClaimTrail.person_id == claim.person_id, ClaimTrail.claim_id == claim.id)
    quiet = () if claim.state == ClaimState.DRAFT else (ClaimTrail.act.not_in([Act.EDIT, Act.ATTACH, Act.DETACH]),)
    return list(work.session.scalars(select(ClaimTrail).where(*mine, *quiet).order_by(ClaimTrail.n.desc())))


def evidence_file(work: Work, uid: UUID, evidence: UUID) -> ClaimEvidence:
    """A file of a claim that the actor may read: the claimant, and those who may check or certify him once it is handed in."""
    claim = seen(work, uid)
    mine = (ClaimEvidence.person_id == claim.person_id, ClaimEvidence.claim_id == claim.id, ClaimEvidence.uid == evidence)
    found = work.session.scalar(select(ClaimEvidence).where(*mine))
    if found is None:
        raise NotFound()
    return found
