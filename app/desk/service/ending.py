"""How the ten seconds end: the decision is undone by its maker, or carried out with what he may do now."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update

from app.desk.models import Held, HeldClaim, HeldCourse
from app.desk.rules import OF_COURSES, HeldState, Verb
from app.desk.service import courses, holding
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Forbidden, NotFound, Refusal
from app.kernel.i18n import LOCALES, _, _l, in_locale
from app.kernel.work import Work
from app.people import service as people

REVOCABLE = (Verb.CERTIFY, Verb.MANY, Verb.GRANT)


class CannotUndo(Conflict):
    """The ten seconds are over and the decision stands."""

    code, text = "decision_stands", _l("This decision has been carried out and can no longer be undone. It can be revoked, with a reason.")


class AccountClosed(Forbidden):
    """Whoever made the decision may not enter any more."""

    code, text = (
        "account_closed",
        _l("The account of whoever decided was disabled before this was carried out. What was decided waits again."),
    )


def undo(work: Work, uid: UUID) -> Held:
    """Take a held decision of one's own back: it never was. After it was carried out, CannotUndo."""
    held = held_of(work, uid)
    mine = update(Held).where(Held.id == held.id, Held.state == HeldState.HELD)
    if not changed_one(work.session, mine.values(state=HeldState.UNDONE, ended_at=work.now)):
        raise CannotUndo(None if held.verb in REVOCABLE else _("This decision has been carried out and can no longer be undone."))
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
    what = courses if held.verb in OF_COURSES else holding
    _close(work, held_id)
    actor = people.actor_for(work, held.by_id, ip=held.ip, device=held.device)
    theirs = replace(work, actor=actor)
    try:
        with in_locale(LOCALES[held.locale]), work.session.begin_nested():
            if not people.may_enter(work, held.by_id):
                raise AccountClosed()
            held.outcome = what.carried(theirs, held)
    except Refusal as refusal:
        held.state = HeldState.REFUSED
        with in_locale(LOCALES[held.locale]):
            held.outcome = {"left_out": what.all_left_out(work, held, refusal)}
    work.session.flush()


def catch_up(work: Work) -> None:
    """Carry out one's own decisions whose time is over, should the worker be behind."""
    due = select(Held.id).where(Held.by_id == work.person_id, Held.state == HeldState.HELD, Held.runs_at <= work.now).order_by(Held.id)
    for held_id in list(work.session.scalars(due.limit(5))):
        carry_out(work, held_id)


def _close(work: Work, held_id: int) -> None:
    """The things of a decision are free again."""
    for table in (HeldClaim, HeldCourse):
        work.session.execute(update(table).where(table.held_id == held_id).values(is_open=False))
