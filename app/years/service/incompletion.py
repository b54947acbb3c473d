"""Why somebody did not complete a year, and what it means for merit: always decided by people (I05, EX-E38)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from app.hours.queries import book_of
from app.kernel.db import changed_one, dialect, insert_into
from app.kernel.errors import Conflict
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.people import queries as people
from app.rulebook.rules import merit
from app.years import queries
from app.years.actions import Action
from app.years.models import IncompletionDecision
from app.years.rules import Reason
from app.years.service.trail import DecidedAlready, OwnAffair, note, other_than, worded


class NothingUnmet(Conflict):
    """The person has completed the year, or its days are not over."""

    code, text = "nothing_unmet", _l("Nothing of this year is unmet; there is nothing to decide.")


@dataclass(frozen=True)
class Merit:
    """What a year means for merit awards of one person, and the decision behind it if there is one."""

    year: int
    word: str
    is_met: bool
    decision: IncompletionDecision | None


def explain(work: Work, person_id: int, year: int, reason: Reason, text: str) -> IncompletionDecision:
    """The unit proposes why; nothing follows from it yet."""
    row = _held(work, Action.EXPLAIN, person_id, year)
    mine = update(IncompletionDecision).where(
        IncompletionDecision.person_id == person_id, IncompletionDecision.year == year, IncompletionDecision.decided_at.is_(None)
    )
    told = {"proposed": reason, "proposed_text": worded(text, "text"), "proposed_by": work.person_id, "proposed_at": work.now}
    if not changed_one(work.session, mine.values(**told)):
        raise DecidedAlready()
    work.session.refresh(row)
    note(work, f"person:{person_id}:{year}", "explained", f"{reason}: {row.proposed_text}", about=person_id)
    return row


def decide(work: Work, person_id: int, year: int, reason: Reason, text: str) -> IncompletionDecision:
    """The authority decides. Left pending it may be decided later; otherwise the decision stands."""
    row = _held(work, Action.DECIDE, person_id, year)
    other_than(work, row.proposed_by)
    mine = update(IncompletionDecision).where(
        IncompletionDecision.person_id == person_id, IncompletionDecision.year == year, IncompletionDecision.reason == Reason.PENDING
    )
    decided = {
        "reason": reason, "text": worded(text, "text"), "decided_by": work.person_id, "decided_name": work.actor.name[:60],
        "decided_at": None if reason == Reason.PENDING else work.now,
    }  # fmt: skip
    if not changed_one(work.session, mine.values(**decided)):
        raise DecidedAlready()
    work.session.refresh(row)
    note(work, f"person:{person_id}:{year}", "decided", f"{reason}: {row.text}", about=person_id)
    return row


def merit_of(work: Work, person_id: int, year: int) -> Merit | None:
    """What a year that is over means for merit; None while it runs or when nothing is kept of it."""
    standing = queries.standing(work, person_id, year)
    if standing is None:
        return None
    row = work.session.get(IncompletionDecision, (person_id, year))
    reason = row.reason if row is not None and row.decided_at is not None else Reason.PENDING
    word = merit(book_of(work, year), not standing.is_unmet, str(reason))
    if not standing.is_unmet and queries.is_excellent(work, person_id, year):
        word = str(book_of(work, year).merit.get("excellent", word))
    return Merit(year, word, not standing.is_unmet, row)


def _held(work: Work, action: Action, person_id: int, year: int) -> IncompletionDecision:
    """The row of an unmet year of a person in scope who is not the actor, made where there is none."""
    people.require_over(work, action, person_id)
    if person_id == work.person_id:
        raise OwnAffair()
    standing = queries.standing(work, person_id, year)
    if standing is None or not standing.is_unmet:
        raise NothingUnmet()
    fresh = {"person_id": person_id, "year": year, "reason": Reason.PENDING, "proposed_text": "", "text": "", "decided_name": ""}
    work.session.execute(insert_into(dialect(work.session), IncompletionDecision).values(**fresh).on_conflict_do_nothing())
    return work.session.get_one(IncompletionDecision, (person_id, year))
