"""The claimant's own verbs: begin, change, prove, hand in, withdraw, complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.claims import words
from app.claims.actions import Action
from app.claims.models import Claim, ClaimEvidence
from app.claims.rules import FROM, Act, ClaimState, Entered, Fault, Kind, asks, missing, read, risk, stops, suggest
from app.claims.rules.findings import EXPLAINED
from app.claims.rules.keys import activity_key, certificate_key, title_hash
from app.claims.service import moving
from app.claims.service.book import kinds, offered
from app.claims.service.events import ClaimSubmitted
from app.claims.service.files import Examined, known_look
from app.claims.service.refusals import (
    AlreadyClaimed,
    BadClaim,
    ClaimStopped,
    ClaimYearClosed,
    EvidenceNeeded,
    TooManyDrafts,
    TooManyFiles,
    Unexplained,
)
from app.claims.service.superior import needs_superior, year_of
from app.claims.service.weighing import Weighed, book_for, entered, weigh
from app.kernel.clock import civil
from app.kernel.errors import NotFound
from app.kernel.events import announce
from app.kernel.i18n import together
from app.kernel.ids import row_id
from app.kernel.work import Work
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet
from app.rulebook.words import title

MOST_FILES, MOST_DRAFTS = 8, 50
ZERO = Decimal("0.00")
Words = Mapping[str, str]


def start(work: Work, kind_id: str, fields: Words) -> Claim:
    """A new draft; it may be unfinished, but what is entered is well-formed. Raises BadClaim, NoSuchKind, TooManyDrafts."""
    work.require(Action.FILE)
    kind = offered(work, kind_id)
    person_id = work.person_id
    unfinished = select(func.count()).where(Claim.person_id == person_id, Claim.state.in_([ClaimState.DRAFT, ClaimState.RETURNED]))
    if (work.session.scalar(unfinished) or 0) >= MOST_DRAFTS:
        raise TooManyDrafts(most=MOST_DRAFTS)
    uid = moving.fresh_uid(work, Claim, person_id)
    claim = Claim(person_id=person_id, id=row_id(uid), uid=uid, kind=kind.id, state=ClaimState.DRAFT, version=1, created_at=work.now,
                  changed_at=work.now)  # fmt: skip
    _fill(work, claim, kind, fields)
    work.session.add(claim)
    work.session.flush()
    moving.write(work, claim, 1, Act.START)
    return claim


def edit(work: Work, uid: UUID, fields: Words) -> Claim:
    """Replace what was entered in a draft; its kind stays."""
    claim = moving.own(work, uid)
    _lock(work, claim, Act.EDIT)
    _fill(work, claim, kinds(work).kinds[claim.kind], fields)
    work.session.flush()
    return claim


def attach(work: Work, uid: UUID, files: Sequence[Examined]) -> Claim:
    """Add files that were looked over (files.receive); the same file twice is one."""
    claim = moving.own(work, uid)
    there = set(work.session.scalars(_files(claim, ClaimEvidence.sha256)))
    fresh = list({one.sha256: one for one in files if one.sha256 not in there}.values())
    if not fresh:
        return claim
    if len(there) + len(fresh) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES, field="evidence")
    _lock(work, claim, Act.ATTACH, {"files": [one.file_name for one in fresh]})
    for one in fresh:
        file_uid = moving.fresh_uid(work, ClaimEvidence, claim.person_id)
        work.session.add(
            ClaimEvidence(
                person_id=claim.person_id, id=row_id(file_uid), uid=file_uid, claim_id=claim.id, sha256=one.sha256,
                file_name=one.file_name, media_type=one.media_type, size=one.size, width=one.width, height=one.height, added_at=work.now,
                look=known_look(work, one), average_hash=one.average_hashes[0] if one.average_hashes else None,
            )
        )  # fmt: skip
        work.session.flush()
    return claim


def detach(work: Work, uid: UUID, evidence: UUID) -> Claim:
    """Take a file out of a draft; its bytes stay where other claims may rest on them."""
    claim = moving.own(work, uid)
    theirs = (ClaimEvidence.person_id == claim.person_id, ClaimEvidence.claim_id == claim.id, ClaimEvidence.uid == evidence)
    name = work.session.scalar(select(ClaimEvidence.file_name).where(*theirs))
    if name is None:
        raise NotFound()
    _lock(work, claim, Act.DETACH, {"files": [name]})
    work.session.execute(delete(ClaimEvidence).where(*theirs))
    return claim


def submit(work: Work, uid: UUID) -> Claim:
    """Hand a draft in: complete, proved, possible, and explained where it meets something else; else nothing is changed.

    Its figures are reckoned now by the rules in force on its last day; findings are kept for whoever checks it. Where the
    rules ask for one step only, the unit's step is passed at once.
    """
    claim = moving.own(work, uid)
    kind = offered(work, claim.kind)
    if claim.state not in FROM[Act.SUBMIT]:
        raise moving.lost(work, claim)
    refuse_faults(kind, missing(kind, entered(claim)))
    if claim.submitted_at is None and needs_superior(work, claim):  # what came in time and was returned may come back
        raise ClaimYearClosed(year=year_of(claim), field="occurred_to")
    proofs = _need_proof(work, claim, kind)
    book = rulebook.use(work, book_for(work, claim))
    with work.session.no_autoflush:  # nothing is written before the state is held
        _reckon(claim, kind, book)
        weighed = weigh(work, [claim])[claim.uid]
    _judge(claim, weighed)
    due = kinds(work)
    values = {name: getattr(claim, name) for name in _RECKONED} | {
        "findings": [one.as_json() for one in weighed.findings], "risk": risk(weighed.findings), "submitted_at": work.now,
        "due_on": due.calendar.after(civil(work.now).date(), due.unit_days), "checked_by": None, "checked_at": None, "decided_by": None,
        "decided_at": None, "reason": "",
    }  # fmt: skip
    work.session.expire(claim)
    figures = {"hours": str(values["hours_claimed"]), "days": str(values["days_claimed"]), "files": proofs}
    try:
        moving.move(work, claim, Act.SUBMIT, since=FROM[Act.SUBMIT], to=ClaimState.SUBMITTED, figures=figures, **values)
    except IntegrityError as error:
        raise AlreadyClaimed() from error
    if book.certify.claims == "one_step":
        due_on = due.calendar.after(civil(work.now).date(), due.certify_days)
        moving.move(work, claim, Act.PASS, since=FROM[Act.PASS], to=ClaimState.UNIT_CHECKED, because="one_step",
                    due_on=due_on)  # fmt: skip
    announce(work, ClaimSubmitted(claim.person_id, claim.id))
    return claim


def withdraw(work: Work, uid: UUID, reason: str = "") -> Claim:
    """Take back a claim that is not decided."""
    claim = moving.own(work, uid)
    moving.move(work, claim, Act.WITHDRAW, since=FROM[Act.WITHDRAW], to=ClaimState.WITHDRAWN, because=reason, due_on=None)
    return claim


def complete(work: Work, uid: UUID) -> Claim:
    """Open a returned claim for changes; it is a draft again and is handed in anew."""
    claim = moving.own(work, uid)
    moving.move(work, claim, Act.COMPLETE, since=FROM[Act.COMPLETE], to=ClaimState.DRAFT)
    return claim


def refuse_faults(kind: Kind, faults: Sequence[Fault]) -> None:
    """Refuse what was entered, each field with its sentence."""
    if faults:
        told = [{"field": one.field, "code": one.code, "sentence": words.fault(one)} for one in faults]
        first = f"{words.label(kind, faults[0].field)}: {told[0]['sentence']}"
        raise BadClaim(first, field=faults[0].field, faults=told)


AT = {"future": "occurred_to", "over_24_hours": "hours", "over_one_day": "occurred_to", "credited": "title"}
"""The field at which it is told that a claim cannot be."""

_RECKONED = ("title_hash", "hours_claimed", "days_claimed", "hours_suggested", "suggestion", "activity_key", "certificate_key",
             "rule_set_version")  # fmt: skip


def _fill(work: Work, claim: Claim, kind: Kind, fields: Words) -> None:
    """Take over what was entered, with the suggestion it comes to."""
    given, faults = read(kind, fields)
    refuse_faults(kind, faults)
    claim.title, claim.note, claim.values = given.title, given.note, dict(given.values)
    claim.occurred_from, claim.occurred_to, claim.hours_entered = given.occurred_from, given.occurred_to, given.hours
    claim.title_hash, claim.changed_at = title_hash(given.title), work.now
    try:
        book = book_for(work, claim)
    except rulebook.NoSuchRuleSet:
        refuse_faults(kind, (Fault("occurred_to", "no_rules"),))
    else:
        _suggest(claim, kind, given, book)


def _suggest(claim: Claim, kind: Kind, given: Entered, book: RuleSet) -> None:
    found = suggest(kind, given, book)
    claim.hours_suggested = found.hours if found else None
    claim.suggestion = [note.as_json() for note in found.notes] if found else []
    claim.hours_claimed = given.hours if given.hours is not None else claim.hours_suggested
    claim.days_claimed = found.days if found else ZERO


def _reckon(claim: Claim, kind: Kind, book: RuleSet) -> None:
    """Figures and keys of a complete claim."""
    given = entered(claim)
    claim.rule_set_version = book.pin
    _suggest(claim, kind, given, book)
    if not claim.hours_claimed:
        why = together(words.suggestion(kind, claim.suggestion))
        refuse_faults(kind, (Fault("hours", "no_hours", {"why": why}) if why else Fault("hours", "needed"),))
    claim.activity_key, claim.certificate_key = activity_key(kind, given), certificate_key(kind, given)


def _judge(claim: Claim, weighed: Weighed) -> None:
    """Refuse what cannot be, and what is not explained."""
    stopped = stops(weighed.findings)
    if stopped:
        told = [one.as_json() for one in stopped]
        sentence = words.finding(stopped[0])
        if stopped[0].code == "claimed_already":
            raise AlreadyClaimed(field="title")
        raise ClaimStopped(sentence=sentence, findings=told, field=AT[stopped[0].code])
    open_ = [one for one in asks(weighed.findings) if one.code in EXPLAINED]
    if open_ and not claim.note:
        told = [one.as_json() for one in open_]
        raise Unexplained(sentence=together(map(words.finding, open_)), field="note", findings=told)


def _need_proof(work: Work, claim: Claim, kind: Kind) -> int:
    """How many files prove the claim; too few are refused."""
    count = len(list(work.session.scalars(_files(claim, ClaimEvidence.id))))
    if count < kind.evidence_at_least:
        raise EvidenceNeeded(what=title(kind.evidence_what), field="evidence")
    return count


def _files(claim: Claim, column: Any) -> Any:
    return select(column).where(ClaimEvidence.person_id == claim.person_id, ClaimEvidence.claim_id == claim.id)


def _lock(work: Work, claim: Claim, act: Act, figures: dict[str, Any] | None = None) -> None:
    """Hold the draft for a change, and write it into the trail."""
    moving.move(work, claim, act, since=FROM[act], to=ClaimState.DRAFT, figures=figures)
