"""Remind people of what they lack: a notice on their home page, never twice within a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from app.compliance.actions import Action
from app.compliance.models import Reminder, Standing, State
from app.compliance.queries import Filters, Reach, holding, to_remind
from app.compliance.rules import REMIND_AGAIN
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l
from app.kernel.work import Work
from app.ledger import service as ledger

MOST = 500
"""People reminded in one go; whoever is left is told of, and reached by the next."""


class NobodyToRemind(Conflict):
    """None of these people is short and still serves, or all were reminded within the last seven days."""

    code, text = (
        "nobody_to_remind",
        _l("Nobody was reminded: these people have reached it, serve no longer, or were reminded within the last seven days."),
    )


class NobodyMarked(Invalid):
    """No person was named."""

    code, text = "nobody_marked", _l("Nobody was reminded: please mark somebody on the list first.")


class RemindedTooLate(Conflict):
    """A closed year takes no line any more, so that nobody could do anything about it; and he would not be reminded of this year."""

    code, text = "reminded_too_late", _l("Nobody was reminded: the year %(year)s is closed, and nothing can be reached in it any more.")


def remind(work: Work, person_ids: Sequence[int], year: int, requirement: str, most: int = MOST) -> int:
    """Remind those of these people who are short, within the actor's jurisdiction, still serve, and were not reminded for a week.

    Returns how many. Two at the same moment cannot both: the person's row is held.
    """
    work.require(Action.UNIT)
    _refuse_closed(work, year)
    if not person_ids:
        raise NobodyMarked(field="who")
    ids = holding.held_within_scope(work, person_ids[:most])
    short = select(Standing.person_id).where(
        Standing.person_id.in_(ids), Standing.year == year, Standing.requirement == requirement, Standing.state == State.SHORT,
        Standing.is_serving,
    )  # fmt: skip
    lately = select(Reminder.person_id).where(Reminder.person_id.in_(ids), Reminder.sent_at > work.now - REMIND_AGAIN)
    chosen = sorted(set(work.session.scalars(short)) - set(work.session.scalars(lately)))
    if not chosen:
        raise NobodyToRemind()
    numbers = select(Reminder.person_id, func.max(Reminder.id)).where(Reminder.person_id.in_(chosen)).group_by(Reminder.person_id)
    last: dict[int, int] = {row[0]: row[1] for row in work.session.execute(numbers)}
    rows = [
        {"person_id": one, "id": last.get(one, 0) + 1, "year": year, "requirement": requirement, "by_id": work.actor.person_id,
         "by_name": work.actor.name[:60], "sent_at": work.now, "read_at": None}
        for one in chosen
    ]  # fmt: skip
    work.session.execute(insert(Reminder), rows)
    return len(rows)


def _refuse_closed(work: Work, year: int) -> None:
    if year in ledger.closed_years(work):
        raise RemindedTooLate(year=year)


@dataclass(frozen=True)
class Reminded:
    """How many were reminded in one go, and how many of the list are still to be."""

    count: int
    left: int


def remind_all(work: Work, reach: Reach, filters: Filters, most: int = MOST) -> Reminded:
    """Remind the whole list that the filters find, at most `most` of it in one go: those who lack most first, nobody twice in a week."""
    work.require(Action.UNIT)
    _refuse_closed(work, filters.year)
    ids, waiting = to_remind(work, reach, filters, most)
    if not ids:
        raise NobodyToRemind()
    count = remind(work, ids, filters.year, filters.requirement, most)
    return Reminded(count, waiting - count)


def acknowledge(work: Work) -> None:
    """The person has read what he was reminded of."""
    mine = update(Reminder).where(Reminder.person_id == work.person_id, Reminder.read_at.is_(None))
    work.session.execute(mine.values(read_at=work.now))
