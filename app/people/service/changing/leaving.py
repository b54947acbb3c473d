"""Away for a while, and gone for good: leave, retirement and leaving the service."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from app.kernel.clock import span_text
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _, _l
from app.kernel.work import Work
from app.people import words
from app.people.actions import Action
from app.people.models import Appointment, CadreTag, Leave, Person, PersonEvent, RoleGrant, TeamMembership, Unit
from app.people.queries.record import unit_name
from app.people.rules.changes import LEAVE_KINDS, overlap
from app.people.service.changing.lists import span
from app.people.service.changing.posts import EndedAlready, EndsBeforeItBegins
from app.people.service.changing.subject import based, changed, check_end, check_span, held, in_service, spell_of
from app.people.service.identity import today
from app.people.service.spells import end, supersede


class LastDay(StrEnum):
    """Why somebody serves no longer."""

    RETIRED = "retired"
    LEFT = "left"


class LeaveOverlaps(Conflict):
    """Away twice on one day."""

    code, text = "leave_overlaps", _l("Leave is entered already: %(span)s.")


class BeginsLater(Invalid):
    """Posts, or a recruitment, are entered for days after the last one; `what` names each with its day, the latest first."""

    code, text = (
        "begins_later",
        _l("Entered for days after this last one: %(what)s. Take that back first, the latest before the others, or give a later day."),
    )


def enter_leave(work: Work, uid: UUID, kind: str, since: date, until: date, basis: str) -> Leave:
    """Approved full-time leave, both days inclusive; whoever enters it answers for the approval."""
    basis, person = based(basis), in_service(held(work, uid, Action.LEAVE))
    if kind not in LEAVE_KINDS:
        raise Invalid(field="kind")
    if until < since:
        raise EndsBeforeItBegins(field="until", day=since.isoformat())
    check_span(work, since, until)
    for one in _leave(work, person):
        if overlap((since, until), (one.from_on, one.to_on)):
            raise LeaveOverlaps(field="since", span=span_text(one.from_on, one.to_on))
    fresh = Leave(person_id=person.id, kind=kind, from_on=since, to_on=until, approved_by=work.actor.person_id, recorded_at=work.now,
                  superseded_at=None)  # fmt: skip
    work.session.add(fresh)
    changed(work, person, "leave", since, basis, {}, told_leave(fresh))
    return fresh


def end_leave(work: Work, uid: UUID, leave_id: int, last_day: date, basis: str) -> Leave | None:
    """Back earlier than thought; a last day before the first one takes the whole leave back."""
    basis, person = based(basis), held(work, uid, Action.LEAVE)
    leave = spell_of(work, Leave, person, leave_id)
    if last_day >= leave.to_on:
        raise EndedAlready(day=leave.to_on.isoformat())
    check_span(work, max(leave.from_on, last_day + timedelta(days=1)), leave.to_on)
    before = told_leave(leave)
    if last_day < leave.from_on:
        supersede(work, leave)
        changed(work, person, "leave_ended", leave.from_on, basis, before, {})
        return None
    ended = end(work, leave, last_day)
    changed(work, person, "leave_ended", last_day, basis, before, told_leave(ended))
    return ended


def retire(work: Work, uid: UUID, why: LastDay, last_day: date, basis: str) -> None:
    """The last day in service: posts, teams, lists and roles end with it; teams, lists and leave of later days do not begin.

    Posts that begin later are not dropped unasked, for promotions and transfers came with them. Raises NotServing, BeginsLater.
    """
    basis, person = based(basis), held(work, uid, Action.EDIT)
    in_service(person)
    check_end(work, last_day, latest=today(work))
    if later := _entered_later(work, person, last_day):
        raise BeginsLater(field="since", what=_("; ").join(later))
    tables: tuple[Any, ...] = (Appointment, TeamMembership, CadreTag, Leave)
    rows = [row for table in tables for row in _beyond(work, table, person, last_day)]
    for row in rows:
        if row.from_on > last_day:
            supersede(work, row)
        else:
            end(work, row, last_day)
    held_roles = (RoleGrant.person_id == person.id, or_(RoleGrant.to_on.is_(None), RoleGrant.to_on > last_day))
    work.session.execute(update(RoleGrant).where(*held_roles).values(to_on=last_day))
    work.session.add(PersonEvent(person_id=person.id, kind=why.value, happened_on=last_day, recorded_at=work.now))
    before, person.status = person.status, why.value
    changed(work, person, why.value, last_day, basis, {"status": before}, {"status": why.value, "to": last_day.isoformat()})


def _entered_later(work: Work, person: Person, last_day: date) -> list[str]:
    """What somebody entered for days after the last one and can take back: posts by post and unit, recruitments; the latest first."""
    post = (Appointment.person_id == person.id, Appointment.superseded_at.is_(None), Appointment.from_on > last_day)
    posts = select(Appointment.from_on, Appointment.post, Unit).join(Unit, Unit.id == Appointment.unit_id).where(*post)
    event = (PersonEvent.person_id == person.id, PersonEvent.superseded_at.is_(None), PersonEvent.happened_on > last_day)
    recruited = select(PersonEvent.happened_on).where(*event, PersonEvent.kind == "recruited")
    found = [(day, f"{unit_name(unit)} {held_as or '–'}") for day, held_as, unit in work.session.execute(posts)]
    found += [(day, str(words.ACTS["recruited"])) for day in work.session.scalars(recruited)]
    return [f"{what} {day.isoformat()}" for day, what in sorted(found, reverse=True)]


def _beyond(work: Work, table: Any, person: Person, last_day: date) -> list[Any]:
    """What would last beyond a day."""
    known = select(table).where(table.person_id == person.id, table.superseded_at.is_(None))
    return list(work.session.scalars(known.where(or_(table.to_on.is_(None), table.to_on > last_day))))


def _leave(work: Work, person: Person) -> list[Leave]:
    return list(work.session.scalars(select(Leave).where(Leave.person_id == person.id, Leave.superseded_at.is_(None))))


def told_leave(leave: Leave) -> dict[str, Any]:
    """Leave as the trail keeps it."""
    return {"leave": leave.kind, **span(leave)}
