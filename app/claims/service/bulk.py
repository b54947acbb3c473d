"""Certifying many clean claims in one act: what is odd is left out and named, the rest posts together or each by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, exists, insert, select, update

from app.claims import words
from app.claims.actions import Action
from app.claims.models import Appeal, Claim, ClaimTrail
from app.claims.rules import FROM, MOST_AT_ONCE, Act, AppealState, ClaimState, Finding, Level, Verdict
from app.claims.service import moving
from app.claims.service.above import same_hand
from app.claims.service.book import kinds
from app.claims.service.deciding import certify, line, shas
from app.claims.service.events import ClaimDecided
from app.claims.service.refusals import NeedsSuperior, OwnClaim
from app.claims.service.superior import shut_years, year_of
from app.claims.service.weighing import Weighed, weigh
from app.kernel.bulk import undisturbed
from app.kernel.errors import Invalid, NotFound, Refusal
from app.kernel.events import announce
from app.kernel.i18n import _l
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.ledger.rules.posting import spread
from app.people import queries as people

CHUNK = 400
ZERO = Decimal(0)


class TooManyAtOnce(Invalid):
    """More claims than one act may take."""

    code, text = "claims_too_many_at_once", _l("At most %(most)s can be decided at once; %(count)s were chosen. Nothing was changed.")


def refuse_too_many(count: int) -> None:
    """TooManyAtOnce where more are chosen than one act takes."""
    if count > MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE, count=count)


@dataclass(frozen=True)
class LeftOut:
    """A claim that was not certified, with the stable code and the sentence of why."""

    uid: UUID
    code: str
    sentence: str


@dataclass(frozen=True)
class Bulk:
    """What came of certifying many: which were certified with how many hours in all, and which were left out."""

    certified: tuple[UUID, ...]
    hours: Decimal
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Looked:
    """Of many claims, those that could be certified together as claimed, and the others with their reason."""

    claims: tuple[Claim, ...]
    left_out: tuple[LeftOut, ...]


def waiting_versions(work: Work, uids: Sequence[UUID]) -> dict[UUID, int]:
    """The version of each of these claims that still waits to be decided, or whose appeal does: every act on a claim counts it up."""
    found: dict[UUID, int] = {}
    appealed = exists(
        select(1).where(Appeal.person_id == Claim.person_id, Appeal.claim_id == Claim.id, Appeal.state == AppealState.OPEN)
    )  # fmt: skip
    known = select(Claim.uid, Claim.version).where(Claim.state.in_([ClaimState.SUBMITTED, ClaimState.UNIT_CHECKED]) | appealed)
    for start in range(0, len(uids), CHUNK):
        rows = work.session.execute(known.where(Claim.uid.in_(uids[start : start + CHUNK])))
        found |= {row.uid: row.version for row in rows}
    return found


def chosen(
    work: Work, uids: Sequence[UUID], action: Action, state: ClaimState
) -> tuple[list[UUID], dict[UUID, Claim], dict[UUID, Weighed], dict[UUID, LeftOut]]:
    """What was chosen for one act: each once, those within the actor's scope, those in this state weighed, the others left out."""
    work.require(action)
    wanted = list(dict.fromkeys(uids))
    refuse_too_many(len(wanted))
    claims = claims_within(work, wanted, action)
    weighed = weigh(work, [claim for claim in claims.values() if claim.state == state])
    return wanted, claims, weighed, {uid: left_out(uid, NotFound()) for uid in wanted if uid not in claims}


@undisturbed()
def look_many(work: Work, uids: Sequence[UUID]) -> Looked:
    """What `certify_many` would certify and what it would leave out; nothing is changed."""
    wanted, claims, weighed, left = chosen(work, uids, Action.CERTIFY, ClaimState.UNIT_CHECKED)
    clean = {claim.uid: claim for claim in _clean(work, claims, weighed, left)}
    return Looked(tuple(clean[uid] for uid in wanted if uid in clean), tuple(left[uid] for uid in wanted if uid in left))


@undisturbed()
def certify_many(work: Work, uids: Sequence[UUID]) -> Bulk:
    """Certify as claimed whatever is clean, checked, in scope and not one's own; the rest is left out and listed.

    One transaction; the reads and most writes are a few statements for hundreds of claims. If anything in the common
    posting is refused, each claim is certified by itself, so that one conflict never holds up the others.
    """
    wanted, claims, weighed, left = chosen(work, uids, Action.CERTIFY, ClaimState.UNIT_CHECKED)
    clean = _clean(work, claims, weighed, left)
    try:
        with work.session.begin_nested():
            done = _post(work, clean, left)
    except Refusal:
        done = _each(work, clean, left)
    hours = sum((claim.hours_claimed or ZERO for claim in clean if claim.uid in done), ZERO)
    order = {uid: place for place, uid in enumerate(wanted)}
    return Bulk(tuple(sorted(done, key=order.__getitem__)), hours, tuple(sorted(left.values(), key=lambda one: order[one.uid])))


def claims_within(work: Work, uids: Sequence[UUID], action: Action) -> dict[UUID, Claim]:
    """The claims within the actor's scope, and his own, which are refused by name."""
    found: dict[UUID, Claim] = {}
    mine = people.visible(work, action, Claim.person_id, Claim.kind)
    for start in range(0, len(uids), CHUNK):
        statement = select(Claim).where(
            Claim.uid.in_(uids[start : start + CHUNK]), mine | (Claim.person_id == (work.actor.person_id or -1))
        )
        for claim in work.session.scalars(statement.execution_options(populate_existing=True)):
            if claim.state not in moving.UNSEEN:
                found[claim.uid] = claim
    return found


def _clean(work: Work, claims: dict[UUID, Claim], weighed: dict[UUID, Weighed], left: dict[UUID, LeftOut]) -> list[Claim]:
    """What can go without a word from anybody; the others are left out with their reason."""
    clean: list[Claim] = []
    used: dict[int, dict[date, Decimal]] = {}
    shut = shut_years(work, claims.values())
    for uid, claim in claims.items():
        refusal = _refusal(work, claim, shut)
        if refusal is not None:
            left[uid] = left_out(uid, refusal)
            continue
        found = weighed[uid].findings
        if not found and claim.days_claimed:
            found = _lay(claim, weighed[uid], used.setdefault(claim.person_id, {}))
        if found:
            left[uid] = LeftOut(uid, found[0].code, words.finding(found[0]))
        else:
            clean.append(claim)
    return clean


def _refusal(work: Work, claim: Claim, shut: Collection[int]) -> Refusal | None:
    if claim.person_id == work.actor.person_id:
        return OwnClaim()
    if claim.state not in FROM[Act.CERTIFY]:
        return moving.lost(work, claim)
    if year_of(claim) in shut:
        return NeedsSuperior(year=year_of(claim))
    return same_hand(work, claim)


def _lay(claim: Claim, weighed: Weighed, used: dict[date, Decimal]) -> tuple[Finding, ...]:
    """Take the dates of this claim within the batch: the second of two full days on one date is left out (domain.md §7-4)."""
    assert claim.occurred_from is not None and claim.occurred_to is not None and claim.days_claimed is not None
    taken = {day: weighed.taken.get(day, ZERO) + used.get(day, ZERO) for day in {*weighed.taken, *used}}
    laid = spread(claim.days_claimed, claim.occurred_from, claim.occurred_to, taken)
    if laid is None:
        return (Finding("day_full", Level.ASK, {"days": hours_text(claim.days_claimed), "free": "0"}),)
    for day, part in laid.items():
        used[day] = used.get(day, ZERO) + part
    return ()


def _post(work: Work, clean: Sequence[Claim], left: dict[UUID, LeftOut]) -> set[UUID]:
    """Hold them all with conditional UPDATEs, post their lines together, write their trails."""
    versions = _hold(work, clean)
    for claim in clean:
        if claim.uid not in versions:
            left[claim.uid] = left_out(claim.uid, moving.lost(work, claim))
    held = [claim for claim in clean if claim.uid in versions]
    if not held:
        return set()
    files, places, known = shas(work, held), _places(work, held), kinds(work).kinds
    lines = []
    for claim in held:
        verdict = Verdict(claim.hours_claimed or ZERO, claim.days_claimed or ZERO)
        lines.append(line(work, claim, known[claim.kind], verdict, files[claim.person_id, claim.id], places[claim.uid]))
    ledger.append_many(work, lines)
    seqs = ledger_lines.credited(work, [(claim.person_id, claim.activity_key or "") for claim in held])
    rows: list[dict[str, Any]] = []
    trails = []
    for claim in held:
        seq = seqs[claim.person_id, claim.activity_key or ""]
        figures = {"hours": str(claim.hours_claimed), "days": str(claim.days_claimed), "at_once": len(held)}
        lent = moving.lent_for(work, claim, Act.CERTIFY)
        rows.append({"person_id": claim.person_id, "id": claim.id, "entry_seq": seq, "decided_for": lent and lent.lender_id})
        trails.append(moving.trail_row(work, claim, versions[claim.uid], Act.CERTIFY, ClaimState.CERTIFIED, "", figures, lent))
    work.session.execute(update(Claim), rows)
    work.session.execute(insert(cast(Table, ClaimTrail.__table__)), trails)
    for row in rows:
        announce(work, ClaimDecided(row["person_id"], row["id"], Act.CERTIFY, row["entry_seq"]))
    return {claim.uid for claim in held}


def _hold(work: Work, claims: Sequence[Claim]) -> dict[UUID, int]:
    """Certified by the actor, where nobody was quicker; the version each has now. In the order of persons, against deadlocks."""
    held: dict[UUID, int] = {}
    ordered = sorted(claims, key=lambda claim: (claim.person_id, claim.id))
    values: dict[str, Any] = {
        "state": ClaimState.CERTIFIED,
        "decided_by": work.person_id,
        "decided_at": work.now,
        "changed_at": work.now,
        "due_on": None,
        "hours_certified": Claim.hours_claimed,
        "days_certified": Claim.days_claimed,
        "version": Claim.version + 1,
        "findings": [],
        "risk": 0,
    }
    for start in range(0, len(ordered), CHUNK):
        chunk = [claim.uid for claim in ordered[start : start + CHUNK]]
        statement = update(Claim).where(Claim.uid.in_(chunk), Claim.state == ClaimState.UNIT_CHECKED).values(**values)
        rows = work.session.execute(statement.returning(Claim.uid, Claim.version), execution_options={"synchronize_session": False})
        held |= {row.uid: row.version for row in rows}
    return held


def _places(work: Work, claims: Sequence[Claim]) -> dict[UUID, ledger.Place]:
    """Where each person served on the last day of what he claims."""
    wanted = {claim.uid: (claim.person_id, claim.occurred_to) for claim in claims if claim.occurred_to is not None}
    found = people.places_on(work, wanted.values())
    empty = ledger.Place()
    return {
        uid: empty if (there := found[pair]) is None else ledger.Place(there[0].unit_id, there[1], there[0].post, there[0].rank or "")
        for uid, pair in wanted.items()
    }


def _each(work: Work, clean: Sequence[Claim], left: dict[UUID, LeftOut]) -> set[UUID]:
    """One by one, each in its own savepoint."""
    done: set[UUID] = set()
    for claim in clean:
        try:
            with work.session.begin_nested():
                certify(work, claim.uid)
        except Refusal as refusal:
            left[claim.uid] = left_out(claim.uid, refusal)
        else:
            done.add(claim.uid)
            left.pop(claim.uid, None)
    return done


def left_out(uid: UUID, refusal: Refusal) -> LeftOut:
    """A claim that is left out because of this refusal."""
    return LeftOut(uid, refusal.code, refusal.sentence)
