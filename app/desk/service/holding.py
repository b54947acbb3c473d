"""Decisions on claims and on their appeals, held for ten seconds (keeping.py) and carried out by the verbs of claims."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.claims import service as claims
from app.desk.models import Held, HeldClaim
from app.desk.rules import BULK, Verb
from app.desk.service.keeping import CHUNK, ZERO, Asked, attempt, keep
from app.kernel.errors import Conflict, Invalid, NotFound, Refusal
from app.kernel.i18n import _, _l
from app.kernel.work import Work
from app.people import queries as whos

PUT_BEFORE = (Verb.CERTIFY, Verb.GRANT)
"""What is put before a superior where the year of the claim is closed."""


class ClaimHeld(Conflict):
    """Somebody decided this claim a moment ago; it is carried out within seconds."""

    code, text = "claim_already_decided", _l("%(who)s decided on this claim a moment ago. Nothing was changed.")


class NothingChosen(Invalid):
    """A bulk act without a claim that it can be done with."""

    code, text = "nothing_to_certify", _l("None of the chosen claims can be decided together.")


class ClaimChanged(Conflict):
    """What was decided is not what stands there now."""

    code, text = "claim_changed", _l("The claim was changed after this decision was made. Please look at it again.")


def hold(work: Work, uid: UUID, asked: Asked) -> Held:
    """Try a decision, and keep it for ten seconds. What cannot be is refused now; who was quicker is named (ATK-A63)."""
    claim = claims.find(work, uid)
    attempt(work, lambda: _decide(work, uid, asked))  # first: whom it is not shown is not told who decided on it either
    _refuse_held(work, [claim])
    given = asked.hours if asked.hours is not None else claim.hours_claimed
    held = _keep(work, asked, [claim], claim.title, given or ZERO)
    if asked.verb in PUT_BEFORE and claims.needs_superior(work, claim):
        held.outcome = {**held.outcome, "before_superior": True}
    return held


def hold_many(work: Work, uids: Sequence[UUID]) -> tuple[Held, tuple[claims.LeftOut, ...]]:
    """Keep the certification of whatever is clean for ten seconds; conflicts are left out and named at once."""
    return _hold_many(work, claims.look_many(work, uids), Asked(Verb.MANY))


def hold_pass(work: Work, uids: Sequence[UUID]) -> tuple[Held, tuple[claims.LeftOut, ...]]:
    """Keep the passing of whatever is clean for ten seconds; what cannot be passed is left out and named at once."""
    return _hold_many(work, claims.look_pass(work, uids), Asked(Verb.PASS_MANY))


def hold_return(work: Work, uids: Sequence[UUID], reason: str) -> tuple[Held, tuple[claims.LeftOut, ...]]:
    """Keep the return of many with one reason for ten seconds; what cannot be returned is left out and named at once."""
    return _hold_many(work, claims.look_return(work, uids), Asked(Verb.SEND_BACK, reason=claims.reason_given(reason)))


def _hold_many(work: Work, found: claims.Looked, asked: Asked) -> tuple[Held, tuple[claims.LeftOut, ...]]:
    open_ = _open(work, found.claims)
    left = list(found.left_out)
    chosen: list[Any] = []
    for claim in found.claims:
        if (who := open_.get((claim.person_id, claim.id))) is not None:
            refusal = ClaimHeld(who=who)
            left.append(claims.LeftOut(claim.uid, refusal.code, refusal.sentence))
        else:
            chosen.append(claim)
    if not chosen:
        raise NothingChosen(left_out=[{"uid": str(one.uid), "code": one.code, "sentence": one.sentence} for one in left])
    hours = sum((claim.hours_claimed or ZERO for claim in chosen), ZERO)
    held = _keep(work, asked, chosen, "", hours)
    held.outcome = {**held.outcome, "left_out": [_told(one.uid, one.code, one.sentence) for one in left]}
    return held, tuple(left)


def carried(work: Work, held: Held) -> dict[str, Any]:
    """Decide as was asked, but on nothing that was changed meanwhile; what came of it."""
    uids = _uids(work, held)
    before, changed = list(held.outcome.get("left_out", ())), _changed(work, held, uids)
    if held.verb not in BULK:
        if changed:
            raise ClaimChanged()
        _decide(work, uids[0], Asked(Verb(held.verb), held.asked_hours, held.reason, held.asked_subject))
        above = {"before_superior": True} if held.outcome.get("before_superior") else {}
        return {"certified": 1, "left_out": before, **above}
    before += [_told(uid, ClaimChanged.code, ClaimChanged().sentence) for uid in changed]
    uids = [uid for uid in uids if uid not in changed]
    done = _done(work, held, uids)
    left = [_told(one.uid, one.code, one.sentence) for one in done.left_out]
    return {"certified": len(done.certified), "hours": str(done.hours), "left_out": before + left}


def _done(work: Work, held: Held, uids: Sequence[UUID]) -> claims.Bulk:
    match Verb(held.verb):
        case Verb.MANY:
            return claims.certify_many(work, uids)
        case Verb.PASS_MANY:
            return claims.pass_many(work, uids)
        case _:
            return claims.return_many(work, uids, held.reason)


def _changed(work: Work, held: Held, uids: Sequence[UUID]) -> list[UUID]:
    """Claims that still wait, but not as they stood when they were decided; what no longer waits is told by the verb."""
    kept, now = held.outcome.get("versions", {}), claims.waiting_versions(work, uids)
    return [uid for uid in uids if uid in now and now[uid] != kept.get(str(uid))]


def all_left_out(work: Work, held: Held, refusal: Refusal) -> list[list[str]]:
    """Nothing was decided, for one reason."""
    return [_told(uid, refusal.code, refusal.sentence) for uid in _uids(work, held)]


def _uids(work: Work, held: Held) -> list[UUID]:
    return list(work.session.scalars(select(HeldClaim.uid).where(HeldClaim.held_id == held.id).order_by(HeldClaim.claim_id)))


def _told(uid: UUID, code: str, sentence: str) -> list[str]:
    """A claim that was left out; one that is gone was there when it was chosen."""
    gone = _("The claim was withdrawn, or its person no longer belongs to those over whom you decide.")
    return [str(uid), code, str(gone) if code == NotFound.code else sentence]


def _decide(work: Work, uid: UUID, asked: Asked) -> None:
    """The verb of claims behind a decision."""
    match asked.verb:
        case Verb.PASS:
            claims.pass_on(work, uid, asked.reason)
        case Verb.CERTIFY:
            claims.certify(work, uid, hours=asked.hours, reason=asked.reason, subject=asked.subject)
        case Verb.REJECT:
            claims.reject(work, uid, asked.reason)
        case Verb.GRANT:
            assert asked.hours is not None  # a grant says how many; without any the decision would stand
            claims.hear(work, uid, hours=asked.hours, reason=asked.reason)
        case Verb.UPHOLD:
            claims.hear(work, uid, hours=None, reason=asked.reason)
        case _:
            claims.give_back(work, uid, asked.reason)


def _keep(work: Work, asked: Asked, chosen: Sequence[Any], title: str, hours: Decimal) -> Held:
    versions = {str(one.uid): one.version for one in chosen}
    held = keep(work, asked, count=len(chosen), title=title, hours=hours, versions=versions)
    rows = [{"person_id": one.person_id, "claim_id": one.id, "uid": one.uid, "is_open": True} for one in chosen]
    try:
        with work.session.begin_nested():
            work.session.execute(insert(HeldClaim), [{**row, "held_id": held.id} for row in rows])
    except IntegrityError as error:
        _refuse_held(work, chosen)
        raise Conflict() from error
    return held


def _open(work: Work, wanted: Sequence[Any]) -> dict[tuple[int, int], str]:
    """Which of these claims (person, number) somebody has decided a moment ago, and who."""
    found: dict[tuple[int, int], str] = {}
    statement = (
        select(HeldClaim.claim_id, HeldClaim.person_id, Held.by_id).join(Held, Held.id == HeldClaim.held_id).where(HeldClaim.is_open)
    )
    mine = {(claim.person_id, claim.id) for claim in wanted}
    for start in range(0, len(wanted), CHUNK):
        some = HeldClaim.claim_id.in_([claim.id for claim in wanted[start : start + CHUNK]])
        rows = [row for row in work.session.execute(statement.where(some)) if (row.person_id, row.claim_id) in mine]
        names = whos.cards(work, {row.by_id for row in rows}) if rows else {}
        found |= {(row.person_id, row.claim_id): names[row.by_id].name for row in rows}
    return found


def _refuse_held(work: Work, wanted: Sequence[Any]) -> None:
    for who in _open(work, wanted).values():
        raise ClaimHeld(who=who)
