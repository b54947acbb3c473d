"""The verbs of unit and authority: pass, return, certify, reject, revoke. Two natural persons, never one's own (ATK-A62)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.claims import words
from app.claims.actions import Action
from app.claims.models import Claim, ClaimEvidence
from app.claims.rules import FROM, Act, ClaimState, Fault, Kind, Verdict, plain_text, risk, stops, verdict_wrong
from app.claims.rules.fields import REASON
from app.claims.rules.kinds import SUBJECTS
from app.claims.service import moving, superior
from app.claims.service.above import may_check, may_decide, same_hand
from app.claims.service.book import kinds
from app.claims.service.events import ClaimDecided
from app.claims.service.refusals import BadVerdict, ClaimStopped, ReasonMissing, SamePerson
from app.claims.service.weighing import Weighed, weigh
from app.kernel.clock import civil
from app.kernel.errors import Forbidden, Refusal
from app.kernel.events import announce
from app.kernel.work import Work
from app.ledger import service as ledger
from app.rulebook.rules import days_left

ZERO = Decimal("0.00")
S = ClaimState


def pass_on(work: Work, uid: UUID, reason: str = "") -> Claim:
    """The unit's step. When the unit has let its time pass, somebody of the authority may take it (and then not the other)."""
    claim = moving.within(work, uid, Action.CHECK, Action.CERTIFY)
    _may_check(work, claim)
    weighed = weigh(work, [claim])[claim.uid]
    due = kinds(work)
    moving.move(
        work, claim, Act.PASS, since=FROM[Act.PASS], to=S.UNIT_CHECKED, because=reason, checked_by=work.person_id, checked_at=work.now,
        due_on=due.calendar.after(civil(work.now).date(), due.certify_days), findings=[one.as_json() for one in weighed.findings],
        risk=risk(weighed.findings),
    )  # fmt: skip
    announce(work, ClaimDecided(claim.person_id, claim.id, Act.PASS, None))
    return claim


def give_back(work: Work, uid: UUID, reason: str) -> Claim:
    """Return a claim for completion: by the unit before its step, by the authority after it."""
    claim = moving.within(work, uid, Action.CHECK, Action.CERTIFY, Action.HEAR)
    reason = reason_given(reason)
    if claim.state == S.UNIT_CHECKED:
        _may_certify(work, claim)
    else:
        _may_check(work, claim)
    moving.move(work, claim, Act.RETURN, since={S(claim.state)} & {S.SUBMITTED, S.UNIT_CHECKED}, to=S.RETURNED, because=reason,
                reason=reason, due_on=None)  # fmt: skip
    announce(work, ClaimDecided(claim.person_id, claim.id, Act.RETURN, None))
    return claim


def certify(
    work: Work, uid: UUID, *, hours: Decimal | None = None, days: Decimal | None = None, reason: str = "", subject: str | None = None,
) -> Claim:  # fmt: skip
    """Certify a checked claim and post its line in the same transaction; without figures, what was claimed (INV-I13, ATK-A63).

    Findings are looked up anew. In a closed year it is put before a superior first (domain.md §6.4).
    A reason is needed where the figures or the subject differ from the claim or something was found.
    """
    claim = moving.within(work, uid, Action.CERTIFY, Action.HEAR)
    _may_certify(work, claim)
    if claim.state not in FROM[Act.CERTIFY]:
        raise moving.lost(work, claim)
    asked = replace(verdict(claim, hours, days, reason), subject=_other_subject(work, claim, subject))
    weighed = weigh(work, [claim], asked.subject)[claim.uid]
    _judge(claim, asked, weighed)
    if superior.needs_superior(work, claim):
        superior.put_before(work, claim, Act.CERTIFY, asked)
        return claim
    moving.move(
        work, claim, Act.CERTIFY, since=FROM[Act.CERTIFY], to=S.CERTIFIED, because=asked.reason, decided_by=work.person_id,
        decided_at=work.now, hours_certified=asked.hours, days_certified=asked.days, due_on=None,
        findings=[one.as_json() for one in weighed.findings], risk=risk(weighed.findings), reason=asked.reason,
        subject_certified=asked.subject, figures=figures_of(asked),
    )  # fmt: skip
    credit(work, claim, asked)
    announce(work, ClaimDecided(claim.person_id, claim.id, Act.CERTIFY, claim.entry_seq))
    return claim


def reject(work: Work, uid: UUID, reason: str) -> Claim:
    """Reject a checked claim, with the reason the person reads."""
    claim = moving.within(work, uid, Action.CERTIFY, Action.HEAR)
    reason = reason_given(reason)
    _may_certify(work, claim)
    moving.move(work, claim, Act.REJECT, since=FROM[Act.REJECT], to=S.REJECTED, because=reason, reason=reason, decided_by=work.person_id,
                decided_at=work.now, due_on=None)  # fmt: skip
    announce(work, ClaimDecided(claim.person_id, claim.id, Act.REJECT, None))
    return claim


def revoke(work: Work, uid: UUID, reason: str) -> Claim:
    """Take a certified claim back: its line is reversed, a certificate of it revoked (EX-E24)."""
    claim = moving.within(work, uid, Action.CERTIFY)
    reason = reason_given(reason)
    seq = claim.entry_seq
    moving.move(work, claim, Act.REVOKE, since=FROM[Act.REVOKE], to=S.REVOKED, because=reason, reason=reason, decided_by=work.person_id,
                decided_at=work.now)  # fmt: skip
    assert seq is not None  # certified claims have a line
    ledger.reverse(work, claim.person_id, seq, reason)  # its certificate goes with it (EntryReversed)
    announce(work, ClaimDecided(claim.person_id, claim.id, Act.REVOKE, seq))
    return claim


def credit(work: Work, claim: Claim, verdict: Verdict) -> None:
    """Post the line of a claim that is held certified. Raises AlreadyCredited, NoFreeDay; nothing is changed then."""
    kind = kinds(work).kinds[claim.kind]
    entry = ledger.append(work, line(work, claim, kind, verdict, shas(work, [claim])[claim.person_id, claim.id]))
    mine = (Claim.person_id == claim.person_id, Claim.id == claim.id)
    work.session.execute(update(Claim).where(*mine).values(entry_seq=entry.seq), execution_options={"synchronize_session": False})
    work.session.refresh(claim)


def line_taken_back(work: Work, person_id: int, seq: int, reason: str) -> None:
    """A line was reversed by whoever may change a closed year: a certified claim behind it is revoked with it (EX-E24)."""
    claim = work.session.scalar(
        select(Claim).where(Claim.person_id == person_id, Claim.entry_seq == seq, Claim.state == S.CERTIFIED).with_for_update()
    )
    if claim is None:
        return
    moving.move(work, claim, Act.REVOKE, since=FROM[Act.REVOKE], to=S.REVOKED, because=reason, reason=reason,
                decided_by=work.actor.person_id, decided_at=work.now)  # fmt: skip
    announce(work, ClaimDecided(person_id, claim.id, Act.REVOKE, seq))


def line(work: Work, claim: Claim, kind: Kind, verdict: Verdict, files: Sequence[str], place: ledger.Place | None = None) -> ledger.NewLine:
    """What the ledger keeps of a certified claim."""
    assert claim.occurred_from is not None and claim.occurred_to is not None
    dates = (claim.occurred_to - claim.occurred_from).days + 1
    rests_on = {
        "claim": str(claim.uid),
        "kind": claim.kind,
        "entered": claim.values,
        "files": sorted(files),
        "hours_claimed": str(claim.hours_claimed),
        "checked_by": claim.checked_by,
        "certified_by": work.actor.person_id,
        "suggestion": claim.suggestion,
        "rule_set": claim.rule_set_version,
    }
    return ledger.NewLine(
        person_id=claim.person_id, category=kind.category, hours=verdict.hours, days=verdict.days, span_days=dates if kind.off_post else 0,
        occurred_from=claim.occurred_from, occurred_to=claim.occurred_to, source_type="claim", source_id=str(claim.uid), title=claim.title,
        rule_set_version=claim.rule_set_version, evidence=ledger.digest(rests_on), activity_key=claim.activity_key, delivery=kind.delivery,
        subject_kind=claim.subject_certified or kind.subject_of(claim.values), off_post=kind.off_post,
        overseas=kind.overseas, certified_by=work.actor.name,
        reason=verdict.reason, selection="elective", axes=kind.axes_of(claim.values, claim.subject_certified), place=place,
    )  # fmt: skip


def shas(work: Work, claims: Sequence[Claim]) -> dict[tuple[int, int], list[str]]:
    """The digests of the files of claims, by claim (person, number)."""
    found: dict[tuple[int, int], list[str]] = {(claim.person_id, claim.id): [] for claim in claims}
    people_ids = sorted({claim.person_id for claim in claims})
    columns = select(ClaimEvidence.person_id, ClaimEvidence.claim_id, ClaimEvidence.sha256)
    for start in range(0, len(people_ids), 400):
        wanted = ClaimEvidence.person_id.in_(people_ids[start : start + 400])
        for person_id, claim_id, sha in work.session.execute(columns.where(wanted)):
            if (person_id, claim_id) in found:
                found[person_id, claim_id].append(sha)
    return found


def _judge(claim: Claim, verdict: Verdict, weighed: Weighed) -> None:
    """Refuse what cannot be certified so."""
    assert claim.occurred_from is not None and claim.occurred_to is not None
    stopped = [one for one in stops(weighed.findings) if one.code != "credited"]
    if stopped:
        raise ClaimStopped(sentence=words.finding(stopped[0]), findings=[one.as_json() for one in stopped])
    refuse_verdict(claim, verdict, weighed.findings, claim.occurred_from, claim.occurred_to)


def refuse_verdict(claim: Claim, verdict: Verdict, found: Sequence[Any], first: date, last: date) -> None:
    """Refuse figures or a missing reason by name."""
    why = verdict_wrong(verdict, claimed_hours=claim.hours_claimed or ZERO, claimed_days=claim.days_claimed or ZERO,
                        dates=(last - first).days + 1, found=found)  # fmt: skip
    if why is not None:
        field = "reason" if why == "reason_needed" else "hours"
        raise BadVerdict(field=field, why=why, sentence=str(words.VERDICTS[why]))


def verdict(claim: Claim, hours: Decimal | None, days: Decimal | None, reason: str) -> Verdict:
    """The figures asked for; days follow the hours in proportion where only hours are given, down to a quarter of a day."""
    claimed, full = claim.hours_claimed or ZERO, claim.days_claimed or ZERO
    hours = claimed if hours is None else _two(hours, "hours")
    if days is None:
        days = days_left(full, hours, claimed)
    return Verdict(hours, _two(days, "days"), _plain(reason))


def figures_of(asked: Verdict) -> dict[str, str]:
    """What the trail keeps of a verdict."""
    figures = {"hours": str(asked.hours), "days": str(asked.days)}
    return figures if asked.subject is None else {**figures, "subject": asked.subject}


def _other_subject(work: Work, claim: Claim, subject: str | None) -> str | None:
    """The subject asked for, None where it is the one claimed; refused where the kind has none or there is no such subject."""
    claimed = kinds(work).kinds[claim.kind].subject_of(claim.values)
    if not subject or subject == claimed:
        return None
    if claimed is None or subject not in SUBJECTS:
        raise BadVerdict(field="subject", why="no_choice", sentence=str(words.FAULTS["no_choice"]))
    return subject


def _two(value: Decimal, name: str) -> Decimal:
    if not value.is_finite() or abs(value) > 10_000 or value != value.quantize(ZERO):
        raise BadVerdict(field=name, why="number", sentence=str(words.FAULTS["number"]))
    return value.quantize(ZERO)


def _plain(reason: str) -> str:
    text = plain_text("reason", reason, REASON)
    if isinstance(text, Fault):
        raise ReasonMissing(words.fault(text), field="reason")
    return text


def reason_given(reason: str) -> str:
    text = _plain(reason)
    if not text:
        raise ReasonMissing(field="reason")
    return text


def _may_check(work: Work, claim: Claim) -> None:
    if not may_check(work, claim):
        raise Forbidden()


def _may_certify(work: Work, claim: Claim) -> None:
    """The authority's step: in scope or put before the actor as its superior, and not by who took the unit's."""
    refusal = may_not_certify(work, claim)
    if refusal is not None:
        if isinstance(refusal, SamePerson):
            moving.note(work, claim, Act.REFUSED, reason=refusal.code)
        raise refusal


def may_not_certify(work: Work, claim: Claim) -> Refusal | None:
    """Why the actor may not take the second step of this claim; None if he may."""
    if not may_decide(work, claim):
        return Forbidden()
    return same_hand(work, claim)
