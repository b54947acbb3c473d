"""Claims for programs (interfaces.md §4.3): make one, list one's own, decide, hear an appeal."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from flask import request
from flask.typing import ResponseReturnValue

from app.claims import queries, service, words
from app.claims.actions import Action
from app.claims.models import Claim
from app.claims.rules import Finding
from app.claims.rules.fields import REASON
from app.claims.rules.kinds import SUBJECTS
from app.claims.service.refusals import BadVerdict, TooManyFiles
from app.kernel import idempotency
from app.kernel.answers import json_answer
from app.kernel.quantity import hours_text
from app.kernel.web import SIGNED_IN, Routes, college
from app.kernel.work import Actor, Work, working

routes = Routes("claims_api", __name__)
Subject = Annotated[str, msgspec.Meta(extra_json_schema={"enum": sorted(SUBJECTS)})]  # held by the service, which says so in words
Figure = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,2})?$", description="hours or days as a decimal string")]
Reason = Annotated[str, msgspec.Meta(max_length=REASON)]


class ClaimForm(msgspec.Struct):
    """A claim: the fields that every kind has, those of its kind beside them, and its files."""

    kind: str
    title: str
    occurred_from: str
    occurred_to: str = ""
    hours: str = ""
    note: str = ""
    evidence: Annotated[list[bytes], msgspec.Meta(description="JPEG, PNG, WebP or PDF, at most 8 files of 10 MB")] = []


class FindingShown(msgspec.Struct):
    """Something found about a claim: a stable code, how much it weighs, and a sentence."""

    code: str
    level: str
    sentence: str


class ClaimShown(msgspec.Struct):
    """A claim as it stands; `subject_certified` where another subject was found than was claimed."""

    claim: UUID
    kind: str
    title: str
    state: str
    occurred_from: str | None
    occurred_to: str | None
    hours_claimed: str
    days_claimed: str
    hours_certified: str
    days_certified: str
    subject_certified: str | None
    reason: str
    entry: str | None
    findings: list[FindingShown]


class ClaimList(msgspec.Struct):
    """One's own claims, the latest first."""

    items: list[ClaimShown]
    next: str | None = None


class DecisionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A decision on a claim; hours, days and subject belong to certify, a reason to all but a clean pass or certify.

    `subject` is another subject of continuing education than was claimed; without it, the one claimed stands.
    """

    decision: Literal["pass", "certify", "return", "reject"]
    hours: Figure | None = None
    days: Figure | None = None
    subject: Subject | None = None
    reason: Reason = ""


class HearingBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is found of an appeal, and why: granted with so many hours, or what was decided stands (`uphold`).

    Without `days` they follow the hours in proportion, as where a claim is certified.
    """

    outcome: Literal["grant", "uphold"]
    reason: Reason
    hours: Figure | None = None
    days: Figure | None = None


class HearingShown(msgspec.Struct):
    """The appeal as it stands (`open` where the year is closed and a superior is asked first), and the claim with it."""

    state: str
    due_on: date
    answer: str
    claim: ClaimShown


@routes.get("/api/v1/me/claims", allow=Action.FILE, answers={200: ClaimList})
def my_claims(work: Work) -> ClaimList:
    """My claims, the latest first."""
    return ClaimList([shown(claim) for claim in queries.mine(work)])


@routes.post("/api/v1/me/claims", allow=Action.FILE, answers={201: ClaimShown}, creates=True, own_work=True, form=ClaimForm)
def make_claim(actor: Actor) -> ResponseReturnValue:
    """Hand in a claim with its files in one request; the same key and content give the same answer again."""
    fields = {name: value for name, value in request.form.items() if name != "csrf_token"}
    sent = [file for file in request.files.getlist("evidence") if file.filename]
    if len(sent) > service.MOST_FILES:
        raise TooManyFiles(most=service.MOST_FILES, field="evidence")
    files = [service.receive(college().settings, file.stream, file.filename or "") for file in sent]
    raw = msgspec.json.encode([sorted(fields.items()), sorted(one.sha256 for one in files)])
    with working(college(), actor) as work:
        return idempotency.once(work, Creates(), hashlib.sha256(raw).digest(), lambda: _made(work, fields, files))


class Creates:
    """What `idempotency.once` asks of a route."""

    creates = True


def _made(work: Work, fields: dict[str, str], files: list[service.Examined]) -> ResponseReturnValue:
    uid = service.start(work, fields.pop("kind", ""), fields).uid
    service.attach(work, uid, files)
    return json_answer(shown(service.submit(work, uid)), 201)


@routes.post("/api/v1/claims/<uuid:uid>/decisions", allow=SIGNED_IN, body=DecisionBody, answers={200: ClaimShown}, creates=True)
def decide(work: Work, uid: UUID, body: DecisionBody) -> ClaimShown:
    """Decide on a claim in one's scope: pass (unit), certify, return, reject. A lost race is 409 and names who was quicker."""
    if body.decision == "certify":
        hours, days = _figure(body.hours, "hours"), _figure(body.days, "days")
        return shown(service.certify(work, uid, hours=hours, days=days, reason=body.reason, subject=body.subject))
    _refuse_given(body, "only_certify", "hours", "days", "subject")
    verb: Any = {"pass": service.pass_on, "return": service.give_back, "reject": service.reject}[body.decision]
    return shown(verb(work, uid, body.reason))


@routes.post("/api/v1/claims/<uuid:uid>/hearings", allow=Action.CERTIFY, body=HearingBody, answers={200: HearingShown}, creates=True)
def hear(work: Work, uid: UUID, body: HearingBody) -> HearingShown:
    """Hear the appeal of a claim in one's scope; whoever had a part in what is appealed against does not."""
    hours, days = _figure(body.hours, "hours"), _figure(body.days, "days")
    if body.outcome == "uphold":
        _refuse_given(body, "only_grant", "hours", "days")
    elif hours is None:  # without any the decision would stand
        raise BadVerdict(field="hours", why="needed", sentence=str(words.FAULTS["needed"]))
    row = service.hear(work, uid, hours=hours, days=days, reason=body.reason)
    return HearingShown(str(row.state), row.due_on, row.answer, shown(service.find(work, uid)))


def _refuse_given(body: DecisionBody | HearingBody, why: str, *fields: str) -> None:
    """Refuse by name what does not belong to the decision."""
    for field in fields:
        if getattr(body, field) is not None:
            raise BadVerdict(field=field, why=why, sentence=str(words.VERDICTS[why]))


def shown(claim: Claim) -> ClaimShown:
    """A claim in the shape of the interface."""
    first, last = claim.occurred_from, claim.occurred_to
    found = [Finding.of_json(one) for one in claim.findings]
    return ClaimShown(
        claim.uid,
        claim.kind,
        claim.title,
        str(claim.state),
        first.isoformat() if first else None,
        last.isoformat() if last else None,
        hours_text(claim.hours_claimed),
        hours_text(claim.days_claimed),
        hours_text(claim.hours_certified),
        hours_text(claim.days_certified),
        claim.subject_certified,
        claim.reason,
        None if claim.entry_seq is None else f"{claim.person_id}-{claim.entry_seq}",
        [FindingShown(one.code, str(one.level), words.finding(one)) for one in found],
    )


def _figure(text: str | None, field: str) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise BadVerdict(field=field, why="number", sentence=str(words.FAULTS["number"])) from error
