"""An end of service that was entered by mistake is taken back: what had ended with it goes on, and everything stays on record.

Roles do not come back with the posts: who may do what is given by those who answer for it (security administrator).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.errors import Conflict
from app.kernel.i18n import _, _l
from app.kernel.work import Work
from app.people import words
from app.people.actions import Action
from app.people.models import Appointment, CadreTag, Leave, PeopleTrail, Person, PersonEvent, TeamMembership, Unit
from app.people.queries.record import unit_name
from app.people.rules.changes import shut_year
from app.people.service.changing.leaving import LastDay
from app.people.service.changing.subject import based, changed, check_back, held, still_within, within_unit
from app.people.service.identity import today
from app.people.service.spells import again, restate

KEYS: tuple[tuple[Any, str], ...] = ((Appointment, "unit_id"), (TeamMembership, "team"), (CadreTag, "tag"), (Leave, "kind"))
"""What ends with the service, and by what a spell is known again."""


class StillServing(Conflict):
    """Nobody has gone."""

    code, text = "still_serving", _l("The person is in service. There is no end of service to take back.")


class EnteredSince(Conflict):
    """Something that begins after the last day stands in the way; `what` names each with its day, the latest first."""

    code, text = (
        "entered_since",
        _l("Entered for days after the end of service: %(what)s. Take that back first, the latest before the others."),
    )


def withdraw_leaving(work: Work, uid: UUID, basis: str) -> Person:
    """Say that somebody never retired or left: his posts, teams, lists and leave go on as they were, and he is judged anew.

    A post in a unit that was closed since ends with the unit; another is entered then.
    Refused once a day after the last one lies in a closed year, and where another post, team or list was entered for such days.
    Raises StillServing, OfClosedYear, EnteredSince.
    """
    basis, person = based(basis), held(work, uid, Action.EDIT)
    event = _end_of(work, person)
    if event is None:
        raise StillServing()
    last_day = event.happened_on
    check_back(work, last_day + timedelta(days=1))
    if since := _entered_since(work, person, last_day):
        raise EnteredSince(what=_("; ").join(since))
    _reopen(work, person, event)
    event.superseded_at = work.now
    before, person.status = person.status, "active"
    still_within(work, person, Action.EDIT, today(work))
    told = {"status": before, "to": last_day.isoformat()}
    changed(work, person, "leaving_withdrawn", last_day, basis, told, {"status": "active"})
    return person


def can_return(last_day: date, closed: Collection[int]) -> bool:
    """Whether no day after the last one lies in a closed year, so that `withdraw_leaving` may undo it: what pages offer."""
    return shut_year(last_day + timedelta(days=1), None, closed) is None


def _end_of(work: Work, person: Person) -> PersonEvent | None:
    """The last end of service that still stands."""
    kinds = tuple(one.value for one in LastDay)
    mine = select(PersonEvent).where(PersonEvent.person_id == person.id, PersonEvent.kind.in_(kinds), PersonEvent.superseded_at.is_(None))
    found: PersonEvent | None = work.session.scalar(mine.order_by(PersonEvent.happened_on.desc(), PersonEvent.id.desc()).limit(1))
    return found


def _entered_since(work: Work, person: Person, last_day: date) -> list[str]:
    """Posts, teams and lists that begin after the last day."""

    def after(table: Any) -> tuple[Any, ...]:
        return table.person_id == person.id, table.superseded_at.is_(None), table.from_on > last_day

    posts = select(Appointment.from_on, Unit, Appointment.post).join(Unit, Unit.id == Appointment.unit_id)
    found = [(day, f"{unit_name(unit)} {post or '–'}") for day, unit, post in work.session.execute(posts.where(*after(Appointment)))]
    kinds: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
        (TeamMembership, TeamMembership.team, words.TEAMS),
        (CadreTag, CadreTag.tag, words.TAGS),
    )
    for table, column, called in kinds:
        rows = work.session.execute(select(table.from_on, column).where(*after(table)))
        found += [(day, str(called.get(word, word))) for day, word in rows]
    return [f"{what} {day.isoformat()}" for day, what in sorted(found, reverse=True)]


def _reopen(work: Work, person: Person, event: PersonEvent) -> None:
    """Let go on what the end of service had cut short, and put back what it had dropped.

    Of who came to the college retired nobody knows what was before: his posts, teams and lists of the last day have no end then.
    """
    last_day, at = event.happened_on, event.recorded_at
    entered = select(PeopleTrail.id).where(PeopleTrail.person_id == person.id, PeopleTrail.act == event.kind, PeopleTrail.at == at)
    is_entered = work.session.execute(entered.limit(1)).first() is not None
    for table, key in KEYS:
        mine = (table.person_id == person.id, table.to_on == last_day, table.superseded_at.is_(None))
        dropped = select(table).where(table.person_id == person.id, table.superseded_at == at, table.from_on > last_day)
        if is_entered:
            for spell in work.session.scalars(select(table).where(*mine, table.recorded_at == at)).all():
                restate(work, spell, to_on=_goes_on_to(work, spell, _end_before(work, table, key, spell, at)))
            for spell in work.session.scalars(dropped).all():
                again(work, spell)
        elif table is not Leave:
            for spell in work.session.scalars(select(table).where(*mine)).all():
                restate(work, spell, to_on=_goes_on_to(work, spell, None))


def _goes_on_to(work: Work, spell: Any, last_day: date | None) -> date | None:
    """The last day of what goes on; a post goes on no longer than its unit."""
    return within_unit(work, spell.unit_id, last_day) if isinstance(spell, Appointment) else last_day


def _end_before(work: Work, table: Any, key: str, spell: Any, at: datetime) -> date | None:
    """The last day that a spell had before it was cut short."""
    same = (table.person_id == spell.person_id, getattr(table, key) == getattr(spell, key), table.from_on == spell.from_on)
    as_it_was = select(table.to_on).where(*same, table.superseded_at == at).order_by(table.id.desc()).limit(1)
    found: date | None = work.session.scalar(as_it_was)
    return found
