"""A decision is tried at once, kept for ten seconds, and then carried out in its maker's name.

The ledger only grows, so nothing that stands in it is ever undone: what can be undone has not happened yet. Until it is
carried out the claim waits as before, its claimant sees no hours that could vanish, and nobody else can decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.claims import service as claims
from app.desk.models import Held, HeldClaim
from app.desk.rules import HOLD, HeldState, Verb
from app.jobs.service import enqueue
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from app.kernel.i18n import LOCALES, _, _l, in_locale, locale_code
from app.kernel.work import Work
from app.people import queries as whos
from app.people import service as people

CHUNK = 400
ZERO = Decimal(0)
JOB = "desk.carry_out"


class ClaimHeld(Conflict):
    """Somebody decided this claim a moment ago; it is carried out within seconds."""

    code, text = "claim_already_decided", _l("%(who)s decided on this claim a moment ago. Nothing was changed.")


class CannotUndo(Conflict):
    """The ten seconds are over and the decision stands."""

    code, text = "decision_stands", _l("This decision has been carried out and can no longer be undone. It can be revoked, with a reason.")


class NothingChosen(Invalid):
    """A bulk act without a claim that it can be done with."""

    code, text = "nothing_to_certify", _l("None of the chosen claims can be decided together.")


class ClaimChanged(Conflict):
    """What was decided is not what stands there now."""

    code, text = "claim_changed", _l("The claim was changed after this decision was made. Please look at it again.")


class AccountClosed(Forbidden):
    """Whoever made the decision may not enter any more."""

    code, text = "account_closed", _l("The account of whoever decided was disabled before this was carried out. The claim waits again.")


class _Tried(Exception):
    """Ends a trial, so that nothing of it is kept."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to decide."""

    verb: Verb
    hours: Decimal | None = None
    reason: str = ""
    subject: str | None = None


def hold(work: Work, uid: UUID, asked: Asked) -> Held:
    """Try a decision, and keep it for ten seconds. What cannot be is refused now; who was quicker is named (ATK-A63)."""
    claim = claims.find(work, uid)
    _refuse_held(work, [claim])
    _try(work, lambda: _decide(work, uid, asked))
    given = asked.hours if asked.hours is not None else claim.hours_claimed
    held = _keep(work, asked, [claim], claim.title, given or ZERO)
    if asked.verb is Verb.CERTIFY and claims.needs_superior(work, claim):
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


def undo(work: Work, uid: UUID) -> Held:
    """Take a held decision of one's own back: it never was. After it was carried out, CannotUndo."""
    held = held_of(work, uid)
    mine = update(Held).where(Held.id == held.id, Held.state == HeldState.HELD)
    if not changed_one(work.session, mine.values(state=HeldState.UNDONE, ended_at=work.now)):
        raise CannotUndo()
    _close(work, held.id)
    work.session.refresh(held)
    return held


def held_of(work: Work, uid: UUID) -> Held:
    """A decision of the actor's own."""
    held = work.session.scalar(select(Held).where(Held.uid == uid, Held.by_id == work.person_id))
    if held is None:
        raise NotFound()
    return held


def carry_out(work: Work, held_id: int) -> None:
    """Carry a held decision out in its maker's name, with what he may do now; safe to run twice."""
    mine = update(Held).where(Held.id == held_id, Held.state == HeldState.HELD, Held.runs_at <= work.now)
    if not changed_one(work.session, mine.values(state=HeldState.DONE, ended_at=work.now)):
        return
    held = work.session.get_one(Held, held_id, populate_existing=True)
    uids = list(work.session.scalars(select(HeldClaim.uid).where(HeldClaim.held_id == held_id).order_by(HeldClaim.claim_id)))
    _close(work, held_id)
    actor = people.actor_for(work, held.by_id, ip=held.ip, device=held.device)
    theirs = replace(work, actor=actor)
    try:
        with in_locale(LOCALES[held.locale]), work.session.begin_nested():
            if not people.may_enter(work, held.by_id):
                raise AccountClosed()
            held.outcome = _carried(theirs, held, uids)
    except Refusal as refusal:
        held.state = HeldState.REFUSED
        with in_locale(LOCALES[held.locale]):
            held.outcome = {"left_out": [_told(uid, refusal.code, refusal.sentence) for uid in uids]}
    work.session.flush()


def catch_up(work: Work) -> None:
    """Carry out one's own decisions whose time is over, should the worker be behind."""
    due = select(Held.id).where(Held.by_id == work.person_id, Held.state == HeldState.HELD, Held.runs_at <= work.now).order_by(Held.id)
    for held_id in list(work.session.scalars(due.limit(5))):
        carry_out(work, held_id)


def _carried(work: Work, held: Held, uids: Sequence[UUID]) -> dict[str, Any]:
    before, changed = list(held.outcome.get("left_out", ())), _changed(work, held, uids)
    if held.verb not in (Verb.MANY, Verb.PASS_MANY, Verb.SEND_BACK):
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
        case _:
            claims.give_back(work, uid, asked.reason)


def _try(work: Work, act: Callable[[], None]) -> None:
    """Do it for once and take it back, so that every rule has spoken. A refusal that is itself a fact is raised so that it is kept."""
    after = list(work.after_commit)
    try:
        with work.session.begin_nested():
            act()
            raise _Tried
    except _Tried:
        work.session.expire_all()
    except Refusal as refusal:
        work.session.expire_all()
        if refusal.keeps:
            act()
        raise
    finally:
        work.after_commit[:] = after


def _keep(work: Work, asked: Asked, chosen: Sequence[Any], title: str, hours: Decimal) -> Held:
    actor = work.actor
    held = Held(
        uid=work.new_uid(), by_id=work.person_id, verb=asked.verb, state=HeldState.HELD, title=title, count=len(chosen), hours=hours,
        asked_hours=asked.hours, asked_subject=asked.subject, reason=asked.reason, ip=actor.ip[:45], device=actor.device[:120],
        locale=locale_code(), made_at=work.now, runs_at=work.now + HOLD, ended_at=None,
        outcome={"versions": {str(one.uid): one.version for one in chosen}},
    )  # fmt: skip
    work.session.add(held)
    rows = [{"person_id": one.person_id, "claim_id": one.id, "uid": one.uid, "is_open": True} for one in chosen]
    work.session.flush()
    try:
        with work.session.begin_nested():
            work.session.execute(insert(HeldClaim), [{**row, "held_id": held.id} for row in rows])
    except IntegrityError as error:
        _refuse_held(work, chosen)
        raise Conflict() from error
    enqueue(work, JOB, run_at=held.runs_at, held_id=held.id)
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


def _close(work: Work, held_id: int) -> None:
    """The claims of a decision are free again."""
    work.session.execute(update(HeldClaim).where(HeldClaim.held_id == held_id).values(is_open=False))
