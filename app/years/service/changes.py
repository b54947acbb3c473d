"""What may still be posted in a closed year: proposed by one person, approved by another one level up (EX-E24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from app.claims import service as claims
from app.hours.queries import book_of
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.ledger import queries as ledger_lines
from app.ledger import service as ledger
from app.ledger.rules.posting import CARRY, Sum, list_fits, totals
from app.people import queries as people
from app.years import words
from app.years.actions import Action
from app.years.models import YearChange
from app.years.rules import SHUT, ChangeKind, ProposalState, below, beyond, calendar_days, misfit, usual_delivery, usual_subject
from app.years.service import claimed
from app.years.service.closing import restate, year_of
from app.years.service.trail import DecidedAlready, NotTheProposer, OwnAffair, note, other_than, within_limit, worded

SOURCE = "year_change"
FIELDS = {"occurred_to": "occurred_on"}
"""What an adjustment calls otherwise than a line does."""


class NotClosed(Conflict):
    """An open year needs no approval of a superior."""

    code, text = "year_not_closed", _l("The year %(year)s is not closed; post or reverse the line in the usual way.")


class WrongList(Invalid):
    """A list of public subjects on which the training cannot be."""

    code, text = (
        "wrong_list_year",
        _l("Only a public subject is on a list: that of the year in which it was finished, or of the year before."),
    )


class BadAdjustment(Invalid):
    """A value that no adjustment may have; `field` and `why` say which and how, the sentence in words."""

    code, text = "bad_adjustment", _l("%(name)s: %(what)s")


class CarriedByRule(Conflict):
    """What is carried follows its year; it is put right by itself when the year changes."""

    code, text = (
        "carried_by_rule",
        _l("What is carried from one year to the next follows from the rules; change a line of the year itself."),
    )


class ReversalWaits(Conflict):
    """Somebody has proposed to take the same line back already."""

    code, text = (
        "reversal_waits",
        _l("It is already proposed to take this line back, and a superior decides about it. Nothing was changed."),
    )


@dataclass(frozen=True)
class Figures:
    """The line of an adjustment: signed, its last day in the closed year.

    What is not said is as usual for its category: delivery, subject; the calendar days are those of an off-post class whose
    training days are entered with it.
    """

    occurred_on: date
    title: str
    category: str
    hours: Decimal
    days: Decimal = Decimal(0)
    off_post: bool = False
    occurred_from: date | None = None
    span_days: int | None = None
    delivery: str | None = None
    subject_kind: str | None = None
    axes: Mapping[str, str | int | bool] = field(default_factory=dict)


def propose_adjustment(work: Work, person_id: int, figures: Figures, reason: str) -> YearChange:
    """Propose a signed line in a closed year. Figures that no line may have are refused at once; NotClosed names the day of the year."""
    _first_step(work, person_id, figures.occurred_on.year, field="occurred_on")
    change = _change(work, ChangeKind.ADJUSTMENT, person_id, figures.occurred_on.year, worded(reason))
    _refuse_misfit(figures)
    change.title, change.category, change.occurred_on = figures.title.strip(), figures.category, figures.occurred_on
    change.hours, change.days, change.off_post = figures.hours, figures.days, figures.off_post
    change.occurred_from = figures.occurred_from or figures.occurred_on
    span = calendar_days(change.occurred_from, figures.occurred_on, figures.days, off_post=figures.off_post)
    change.span_days = span if figures.span_days is None else figures.span_days
    change.delivery = figures.delivery or usual_delivery(figures.category)
    change.subject_kind = figures.subject_kind or usual_subject(figures.category)
    change.axes = dict(figures.axes)
    listed = change.axes.get("list_year")
    if listed is not None and not list_fits(listed, change.subject_kind, figures.occurred_on):
        raise WrongList(field="list_year")
    try:
        ledger.check_adjustment(_line(work, change), change.reason)
    except ledger.BadLine as refusal:
        field = FIELDS.get(refusal.field, refusal.field)
        if field not in words.FIELDS:
            raise
        raise _bad(field, str(refusal.facts["why"])) from refusal
    _refuse_beyond(work, change)
    return _proposed(work, change)


def propose_reversal(work: Work, person_id: int, seq: int, reason: str) -> YearChange:
    """Propose to take a line of a closed year back."""
    people.require_over(work, Action.PROPOSE, person_id)
    line = ledger_lines.line(work, person_id, seq)
    _first_step(work, person_id, line.accounting_year)
    if line.source_type == CARRY:
        raise CarriedByRule()
    _refuse_taken(work, person_id, seq)
    _refuse_below(work, line)
    change = _change(work, ChangeKind.REVERSAL, person_id, line.accounting_year, worded(reason))
    change.seq, change.title, change.hours, change.days = seq, line.title[:200], -line.hours, -line.days
    return _proposed(work, change)


def _refuse_taken(work: Work, person_id: int, seq: int) -> None:
    """Refuse a line that is taken back already, or is proposed to be; the lines are held, so that of two at once one is told."""
    ledger.require_standing(work, person_id, seq)
    mine = (YearChange.person_id == person_id, YearChange.seq == seq, YearChange.state == ProposalState.PROPOSED)
    if work.session.execute(select(YearChange.id).where(*mine).limit(1)).first() is not None:
        raise ReversalWaits()


def approve(work: Work, uid: UUID, answer: str = "") -> YearChange:
    """The second person posts what was proposed; the year is restated in the same transaction."""
    change = _second_step(work, uid)
    _decide(work, change, ProposalState.APPROVED, within_limit(answer, "answer"))
    with ledger.approved(work):
        if change.claim_uid is not None:
            change.entry_seq = claimed.carry_out(work, change)
        elif change.kind == ChangeKind.REVERSAL:
            assert change.seq is not None
            _refuse_below(work, ledger_lines.line(work, change.person_id, change.seq))
            change.entry_seq = ledger.reverse(work, change.person_id, change.seq, change.reason).seq
            claims.line_taken_back(work, change.person_id, change.seq, change.reason)
        else:
            _refuse_beyond(work, change)
            change.entry_seq = ledger.adjust(work, _line(work, change), change.reason).seq
    restate(work, change.year, "")  # why is said with the change, to those who may see the person; everybody reads the trail of the year
    return change


def refuse(work: Work, uid: UUID, answer: str) -> YearChange:
    """The second person refuses, with the reason."""
    change = _second_step(work, uid)
    _decide(work, change, ProposalState.REFUSED, worded(answer, "answer"))
    claimed.turn_down(work, change, change.answer)
    return change


def withdraw(work: Work, uid: UUID) -> YearChange:
    """Whoever proposed a change takes it back while nobody has decided; nothing was posted, the trail keeps both.

    A claim that was put up stands where it stood. Raises NotTheProposer, DecidedAlready.
    """
    work.require(Action.PROPOSE)
    change = find(work, uid)
    if work.actor.person_id is None or work.actor.person_id != change.proposed_by:
        raise NotTheProposer()
    _decide(work, change, ProposalState.WITHDRAWN, "")
    return change


def find(work: Work, uid: UUID) -> YearChange:
    """A proposal about a person within the actor's scope, as proposer or superior."""
    change = work.session.scalar(select(YearChange).where(YearChange.uid == uid))
    if change is None or not any(people.may_over(work, one, change.person_id) for one in (Action.PROPOSE, Action.APPROVE)):
        raise NotFound()
    return change


def _refuse_misfit(figures: Figures) -> None:
    """Refuse by name what no adjustment may say; figures that are no numbers, before anything is reckoned with them."""
    named = {"category": figures.category, "delivery": figures.delivery, "subject_kind": figures.subject_kind, **figures.axes}
    found = misfit(figures.title.strip(), figures.span_days, named)
    if found is not None:
        raise _bad(found.field, found.why)
    for name in ("hours", "days"):
        if not getattr(figures, name).is_finite():
            raise _bad(name, "out_of_range")


def _refuse_beyond(work: Work, change: YearChange) -> None:
    """Refuse by name more than the dates hold, or than the year holds to be taken away; asked again when it is approved."""
    assert change.occurred_from is not None and change.occurred_on is not None
    held = _held(work, change.person_id, change.year, change.category)
    found = beyond(change.occurred_from, change.occurred_on, Sum(change.hours, change.days, change.span_days), held)
    if found is not None:
        misfit, there = found
        raise _bad(misfit.field, misfit.why, there)


def _refuse_below(work: Work, line: ledger_lines.PostedLine) -> None:
    """Refuse to take a line back of which adjustments have taken something away: they are taken back first."""
    held = _held(work, line.person_id, line.accounting_year, line.category)
    found = below(Sum(-line.hours, -line.days, -line.span_days), held)
    if found is not None:
        misfit, there = found
        raise _bad(misfit.field, misfit.why, there)


def _held(work: Work, person_id: int, year: int, category: str) -> Sum:
    """What the lines of a category of the year come to. The person's lines stay so until the transaction ends."""
    ledger.hold_many(work, [person_id])
    return totals(ledger_lines.lines(work, person_id, year)).by_category.get(category, Sum())


def _bad(field: str, why: str, there: Decimal | None = None) -> BadAdjustment:
    return BadAdjustment(field=field, why=why, name=str(words.FIELDS[field]), what=words.fault(why, there))


def _first_step(work: Work, person_id: int, year: int, **named: str) -> None:
    people.require_over(work, Action.PROPOSE, person_id)
    if person_id == work.person_id:
        raise OwnAffair()
    if year_of(work, year).state not in SHUT:
        raise NotClosed(year=year, **named)


def _second_step(work: Work, uid: UUID) -> YearChange:
    work.require(Action.APPROVE)
    change = find(work, uid)
    people.require_over(work, Action.APPROVE, change.person_id)
    if change.person_id == work.person_id:
        raise OwnAffair()
    other_than(work, change.proposed_by)
    other_than(work, change.proposed_for)  # nor by whoever lent the first his authority
    return change


def _decide(work: Work, change: YearChange, state: ProposalState, answer: str) -> None:
    mine = update(YearChange).where(YearChange.id == change.id, YearChange.state == ProposalState.PROPOSED)
    decided = {"state": state, "decided_by": work.person_id, "decided_at": work.now, "answer": answer}
    if not changed_one(work.session, mine.values(**decided)):
        raise DecidedAlready()
    work.session.refresh(change)
    note(work, f"change:{change.uid}", str(state), answer, about=change.person_id)


def _change(work: Work, kind: ChangeKind, person_id: int, year: int, reason: str) -> YearChange:
    return YearChange(uid=work.new_uid(), year=year, kind=kind, person_id=person_id, reason=reason, proposed_by=work.person_id,
                      proposed_at=work.now, title="", category="")  # fmt: skip


def _proposed(work: Work, change: YearChange) -> YearChange:
    work.session.add(change)
    work.session.flush()
    note(work, f"change:{change.uid}", "proposed", change.reason, about=change.person_id)
    return change


def _line(work: Work, change: YearChange) -> ledger.NewLine:
    """The signed line of an adjustment, by the rules of its year."""
    assert change.occurred_on is not None
    rests_on = {"change": str(change.uid), "proposed_by": change.proposed_by, "approved_by": change.decided_by}
    return ledger.NewLine(
        person_id=change.person_id, category=change.category, hours=change.hours, days=change.days, span_days=change.span_days,
        occurred_from=change.occurred_from or change.occurred_on, occurred_to=change.occurred_on, accounting_year=change.year,
        source_type=SOURCE, source_id=str(change.uid), title=change.title, rule_set_version=book_of(work, change.year).pin,
        evidence=ledger.digest(rests_on), off_post=change.off_post, delivery=change.delivery, subject_kind=change.subject_kind,
        axes=change.axes, certified_by=work.actor.name,
    )  # fmt: skip
