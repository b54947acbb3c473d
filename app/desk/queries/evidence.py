"""One claim beside its proof: what was claimed, what the rule suggests, where both differ, what was found, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.claims import service as claims
from app.claims import words
from app.claims.models import Appeal, Claim, ClaimEvidence, ClaimTrail
from app.claims.rules import Act, AppealState, By, ClaimState, Finding, Kind, Level
from app.desk.queries.inbox import ACTIONS, WAITING, Row, Wanted, one
from app.desk.rules import VERBS, Step, Verb
from app.kernel.clock import span_text
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.rulebook import service as rulebook
from app.rulebook.words import title


@dataclass(frozen=True)
class Compared:
    """One line of the table: what was claimed, what was typed from the proof, what the rule makes of it, whether they differ."""

    what: str
    claimed: str
    suggested: str
    differs: bool = False
    proof: str = "–"


@dataclass(frozen=True)
class Sheet:
    """A claim as whoever decides sees it."""

    row: Row
    kind: Kind
    kind_title: str
    files: tuple[ClaimEvidence, ...]
    papers: Mapping[str, claims.Paper]
    trail: tuple[ClaimTrail, ...]
    compared: tuple[Compared, ...]
    findings: tuple[tuple[Finding, str], ...]
    reasons: tuple[str, ...]
    rule: str
    verbs: tuple[Verb, ...]
    appeal: Appeal | None
    bar: str
    """Why somebody else has to decide now: the unit has its day yet, or the actor or his lender had a part. Empty if he may."""
    proposed: Decimal
    needs_superior: bool
    subject: str | None
    """The subject claimed, where the kind has one; certified may be another."""

    @property
    def claim(self) -> Claim:
        """The claim itself."""
        claim: Claim = self.row.claim
        return claim

    @property
    def odd(self) -> tuple[tuple[Finding, str], ...]:
        """What wants a reason."""
        return tuple((found, told) for found, told in self.findings if found.level is not Level.INFO)


def sheet(work: Work, wanted: Wanted, uid: UUID) -> Sheet:
    """A claim within the scope of the step. NotFound outside it."""
    row = one(work, wanted, uid)
    if row is None:
        raise NotFound()
    claim, kind = row.claim, claims.kinds(work).kinds[row.claim.kind]
    here = ClaimTrail.person_id == claim.person_id, ClaimTrail.claim_id == claim.id
    found = work.session.execute(
        select(ClaimTrail, Appeal)
        .outerjoin(Appeal, (Appeal.person_id == ClaimTrail.person_id) & (Appeal.claim_id == ClaimTrail.claim_id))
        .where(*here).order_by(ClaimTrail.n.desc())
    ).all()  # fmt: skip
    theirs = (ClaimEvidence.person_id == claim.person_id, ClaimEvidence.claim_id == claim.id)
    files = tuple(work.session.scalars(select(ClaimEvidence).where(*theirs).order_by(ClaimEvidence.id)))
    appeal = found[0][1] if found else None
    bar = _bar(work, wanted.step, claim, appeal)
    return Sheet(
        row=row, kind=kind, kind_title=title(kind.title), files=files, papers=claims.papers_of(work, files), 
        trail=tuple(line[0] for line in found if _told(line[0])),
        compared=tuple(_compared(claim, kind)), findings=_findings(claim), reasons=tuple(words.suggestion(kind, claim.suggestion)),
        rule=_rule(work, claim, kind), verbs=() if bar else _verbs(wanted.step, claim), appeal=appeal, bar=bar,
        proposed=_proposed(claim), needs_superior=claims.needs_superior(work, claim), subject=kind.subject_of(claim.values),
    )  # fmt: skip


def _told(line: ClaimTrail) -> bool:
    """Acts on the draft are the claimant's own affair."""
    return line.act not in (Act.EDIT, Act.ATTACH, Act.DETACH, Act.START)


def _bar(work: Work, step: Step, claim: Claim, appeal: Appeal | None) -> str:
    """The sentence of why somebody else has to decide now (`Sheet.bar`)."""
    if appeal is not None and appeal.state == AppealState.OPEN:
        if claims.has_no_part(work, ACTIONS[step], claim, appeal):
            return ""
        return str(_("You, or who lends you his authority, had a part in this claim; somebody else has to hear the appeal."))
    if claim.state == ClaimState.SUBMITTED and claim.due_on is not None and not claims.may_check(work, claim):
        told = _("The unit checks this claim until %(day)s. Once that day has passed, you may take its step.", day=claim.due_on.isoformat())
        return str(told)
    if step is Step.CHECK or claim.state != ClaimState.UNIT_CHECKED:
        return ""
    refusal = claims.same_hand(work, claim)
    if refusal is None:
        return ""
    if isinstance(refusal, claims.SameAuthority):
        return str(refusal.sentence)
    return str(_("You have taken the unit's step of this claim; somebody else has to certify it."))


def _verbs(step: Step, claim: Claim) -> tuple[Verb, ...]:
    if claim.state == WAITING[step]:
        return VERBS[step]
    return VERBS[Step.CHECK] if claim.state == ClaimState.SUBMITTED else ()


def _compared(claim: Claim, kind: Kind) -> list[Compared]:
    """Dates, figures and the fields of the kind. Where the rule says nothing, a dash stands."""
    dates = span_text(claim.occurred_from, claim.occurred_to) if claim.occurred_from and claim.occurred_to else ""
    suggested, claimed = claim.hours_suggested, claim.hours_claimed or Decimal(0)
    rows = [
        Compared(_("Dates"), dates, "–"),
        Compared(
            _("Hours"),
            hours_text(claimed),
            hours_text(suggested) or "–",
            suggested is not None and suggested != claimed,
            _on_proof(claim, kind),
        ),
    ]
    if claim.days_claimed:
        rows.append(Compared(_("Training days"), hours_text(claim.days_claimed), "–"))
    for field in kind.fields:
        if field.name in claim.values and field.name != kind.suggest.field:
            rows.append(Compared(title(field.title), words.value(kind, field.name, claim.values[field.name]), "–"))
    return rows


def _on_proof(claim: Claim, kind: Kind) -> str:
    """The figure from which hours are reckoned, as it was typed from the proof: printed hours, minutes, pages; a dash where dates do."""
    name = kind.suggest.field
    if name not in claim.values:
        return "–"
    entered = words.value(kind, name, claim.values[name])
    return entered if kind.suggest.by is By.HOURS else f"{words.label(kind, name)} {entered}"


def _findings(claim: Claim) -> tuple[tuple[Finding, str], ...]:
    found = [Finding.of_json(body) for body in claim.findings]
    return tuple((one_, words.finding(one_)) for one_ in found)


def _proposed(claim: Claim) -> Decimal:
    """The hours that stand in the form: the suggestion, never above the claim."""
    claimed = claim.hours_claimed or Decimal(0)
    return claimed if claim.hours_suggested is None else min(claimed, claim.hours_suggested)


def _rule(work: Work, claim: Claim, kind: Kind) -> str:
    book = rulebook.used(work, claim.rule_set_version) if claim.rule_set_version else claims.book_for(work, claim)
    return words.rule(kind, book.units)
