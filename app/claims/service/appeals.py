"""One appeal for each claim: filed in time, heard by somebody who had no part in it (domain.md §8)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.claims import words
from app.claims.actions import Action
from app.claims.models import Appeal, Claim
from app.claims.rules import HEARD, Act, AppealState, ClaimState, Verdict, may_appeal
from app.claims.service import deciding, moving, superior
from app.claims.service.above import JOB as ESCALATE
from app.claims.service.above import has_no_part
from app.claims.service.book import kinds
from app.claims.service.events import ClaimDecided
from app.claims.service.refusals import AppealClosed, NoAppeal, SameAuthority, SamePerson
from app.claims.service.weighing import weigh
from app.jobs.service import enqueue
from app.kernel.clock import civil
from app.kernel.db import changed_one
from app.kernel.events import announce
from app.kernel.work import Work
from app.ledger import service as ledger
from app.people import queries as people


def appeal_of(work: Work, claim: Claim) -> Appeal | None:
    """The appeal of a claim, if there is one."""
    return work.session.get(Appeal, (claim.person_id, claim.id))


def closed(work: Work, claim: Claim) -> str | None:
    """Why a claim cannot be appealed, as a stable word; None if it can."""
    if appeal_of(work, claim) is not None:
        return "once"
    if not may_appeal(ClaimState(claim.state), claim.hours_claimed, claim.hours_certified):
        return "state"
    assert claim.decided_at is not None  # decided claims have their moment
    book = kinds(work)
    return "late" if civil(work.now).date() > book.calendar.after(civil(claim.decided_at).date(), book.appeal_days) else None


def appeal(work: Work, uid: UUID, reason: str) -> Appeal:
    """Appeal against the decision on one's own claim, within 15 working days, once."""
    claim = moving.own(work, uid)
    reason = deciding.reason_given(reason)
    why = closed(work, claim)
    if why is not None:
        raise AppealClosed(sentence=_closed_words(work, claim, why), why=why)
    book = kinds(work)
    row = Appeal(
        person_id=claim.person_id, claim_id=claim.id, state=AppealState.OPEN, against=claim.state, decided_by=claim.decided_by,
        decided_for=claim.decided_for, reason=reason, filed_at=work.now,
        due_on=book.calendar.after(civil(work.now).date(), book.appeal_days), answer="",
    )  # fmt: skip
    moving.move(work, claim, Act.APPEAL, since={ClaimState(claim.state)}, to=ClaimState(claim.state), because=reason)
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise AppealClosed(sentence=str(words.APPEALS["once"]), why="once") from error
    enqueue(work, ESCALATE, key=f"{ESCALATE}:appeal")  # where nobody here may hear it, it goes above at once
    return row


def hear(work: Work, uid: UUID, *, hours: Decimal | None, days: Decimal | None = None, reason: str) -> Appeal:
    """Decide an open appeal: with hours, certify so many (a reversal and a new credit where a line stands); without, uphold.
    In a closed year what is granted is put before a superior; the appeal stays open until then.

    Whoever hears it decided nothing of this claim before: neither the unit's step nor the decision appealed against, nor was
    either decided by whoever lends him his authority. Where nobody of the organ is left, its superior hears it.
    """
    claim = moving.within(work, uid, Action.CERTIFY, Action.HEAR)
    reason = deciding.reason_given(reason)
    row = appeal_of(work, claim)
    if row is None or row.state != AppealState.OPEN:
        raise NoAppeal()
    _may_hear(work, claim, row)
    granted = hours is not None
    if granted and superior.needs_superior(work, claim):
        superior.put_before(work, claim, Act.HEAR, _granted(work, claim, hours, days, reason))
        return row
    mine = (Appeal.person_id == claim.person_id, Appeal.claim_id == claim.id, Appeal.state == AppealState.OPEN)
    values = {
        "state": AppealState.GRANTED if granted else AppealState.UPHELD,
        "heard_by": work.person_id,
        "heard_at": work.now,
        "answer": reason,
    }
    if not changed_one(work.session, update(Appeal).where(*mine).values(**values).execution_options(synchronize_session=False)):
        raise moving.lost(work, claim)
    work.session.refresh(row)
    if granted:
        _grant(work, claim, hours, days, reason)
    else:
        moving.note(work, claim, Act.HEAR, reason=reason, figures={"outcome": "upheld"})
    announce(work, ClaimDecided(claim.person_id, claim.id, Act.HEAR, claim.entry_seq if granted else None))
    return row


def _granted(work: Work, claim: Claim, hours: Decimal | None, days: Decimal | None, reason: str) -> Verdict:
    """The figures of a granted appeal, refused by name where no claim may have them."""
    verdict = deciding.verdict(claim, hours, days, reason)
    assert claim.occurred_from is not None and claim.occurred_to is not None
    found = weigh(work, [claim])[claim.uid].findings
    deciding.refuse_verdict(claim, verdict, found, claim.occurred_from, claim.occurred_to)
    return verdict


def _grant(work: Work, claim: Claim, hours: Decimal | None, days: Decimal | None, reason: str) -> None:
    """Certify by the appeal: what stands is reversed first, both lines stay visible (decisions 15)."""
    verdict = _granted(work, claim, hours, days, reason)
    before, seq = ClaimState(claim.state), claim.entry_seq
    moving.move(
        work, claim, Act.HEAR, since={before} & HEARD, to=ClaimState.CERTIFIED, because=reason, hours_certified=verdict.hours,
        days_certified=verdict.days, decided_by=work.person_id, decided_at=work.now, reason=reason,
        figures={"outcome": "granted", "hours": str(verdict.hours), "days": str(verdict.days)},
    )  # fmt: skip
    if before == ClaimState.CERTIFIED:
        assert seq is not None  # certified claims have a line
        ledger.reverse(work, claim.person_id, seq, reason)
    deciding.credit(work, claim, verdict)


def _may_hear(work: Work, claim: Claim, row: Appeal) -> None:
    may = [action for action in (Action.CERTIFY, Action.HEAR) if people.may_over(work, action, claim.person_id, claim.kind)]
    if not any(has_no_part(work, action, claim, row) for action in may):
        is_hand = work.actor.person_id in (claim.checked_by, claim.decided_by, row.decided_by)
        refusal = SamePerson() if is_hand else SameAuthority()
        moving.note(work, claim, Act.REFUSED, reason=refusal.code)
        raise refusal


def _closed_words(work: Work, claim: Claim, why: str) -> str:
    if why != "late" or claim.decided_at is None:
        return str(words.APPEALS[why])
    book = kinds(work)
    day = book.calendar.after(civil(claim.decided_at).date(), book.appeal_days)
    return str(words.APPEALS["late"]) % {"day": day.isoformat()}
