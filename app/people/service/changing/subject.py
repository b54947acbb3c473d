"""Who is to be changed, whether it may be done, from which day on, and the row of the trail that says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.events import announce
from app.kernel.i18n import _, _l
from app.kernel.work import Actor, Work
from app.people.models import Appointment, PeopleTrail, Person, Unit
from app.people.queries.facts import facts
from app.people.queries.record import unit_name
from app.people.rules import Standing, holds, standing
from app.people.rules.changes import FIRST, is_known_day, shut_year
from app.people.service.identity import holders, today
from app.people.service.placing import PeopleChanged
from app.people.service.scope import in_force, require_over
from app.people.service.spells import Spell, settle

AHEAD = timedelta(days=366)
"""How far ahead an order may be entered."""
BASIS = 200
FindClosed = Callable[[Work], Collection[int]]
_closed: list[FindClosed] = []


class OwnRecord(Forbidden):
    """Nobody changes what is known of himself."""

    code, text = "own_record", _l("Nobody changes his own record. Somebody else in charge has to.")


class DayOutOfRange(Invalid):
    """A day too early, or too far ahead."""

    code, text = "day_out_of_range", _l("Give a day between %(first)s and %(last)s.")


class InClosedYear(Conflict):
    """The change would reach into a year that is closed."""

    code, text = (
        "change_in_closed_year",
        _l("The year %(year)s is closed. Give a later day; what is wrong in a closed year is put right under “Years”."),
    )


class OutsideScope(Forbidden):
    """Afterwards the person would belong to another authority."""

    code, text = "outside_scope", _l("After this the person would lie outside your jurisdiction. That is for %(organ)s to decide.")


class HandsOver(OutsideScope):
    """The organ in charge so far lets the person go, and says so."""

    code = "hand_over_needed"
    text = _l("After this the person lies outside your jurisdiction, and %(organ)s is in charge. Tick “Hand over” to let the person go.")


class NobodyInCharge(OutsideScope):
    """A person whom nobody could change any more would be lost."""

    code = "nobody_in_charge"
    text = _l("After this the person would lie outside your jurisdiction, and nobody here is in charge of people there.")


class OfClosedYear(Conflict):
    """What is to be taken back has to do with a year that is closed; no other day can be given."""

    code, text = (
        "entry_of_closed_year",
        _l("This reaches into the year %(year)s, which is closed, and cannot be taken back here. Put its hours right under “Years”."),
    )


class NotServing(Conflict):
    """Whoever has gone is not appointed, promoted or listed, and cannot go again."""

    code, text = (
        "not_serving",
        _l("The person is not in service any more. If that was entered by mistake, take the end of service back first."),
    )


class BasisNeeded(Invalid):
    """Every change rests on something."""

    code, text = "basis_needed", _l("Say what this rests on: an order and its number, or a reason.")


class UnknownUnit(Invalid):
    """No unit of this name or code on that day."""

    code, text = "unknown_unit", _l("There is no unit of this name or code on that day.")


def set_closed_years(find: FindClosed) -> FindClosed:
    """Register who knows which years are closed."""
    _closed[:] = [find]
    return find


def held(work: Work, uid: UUID, action: str) -> Person:
    """The person to be changed: within the actor's scope, never himself, and held until the end of the transaction."""
    found = work.session.scalar(select(Person).where(Person.uid == uid).with_for_update(key_share=True))
    if found is None:
        raise NotFound()
    require_over(work, action, found.id)
    if found.id == work.actor.person_id:
        raise OwnRecord()
    return found


def in_service(person: Person) -> Person:
    """The person, unless he has retired or left: what begins for him then would count for nobody. Raises NotServing."""
    if person.status != "active":
        raise NotServing()
    return person


def spell_of(work: Work, table: type[Spell], person: Person, spell_id: int) -> Spell:
    """A spell of this person that still stands."""
    kind: Any = table
    found: Spell | None = work.session.scalar(
        select(kind).where(kind.id == spell_id, kind.person_id == person.id, kind.superseded_at.is_(None))
    )
    if found is None:
        raise NotFound()
    return found


def check_span(work: Work, since: date, until: date | None = None, *, field: str = "since", last: date | None = None) -> None:
    """Refuse days out of all range, and days of a year that is closed; `until` is the last day that would change."""
    _check_known(since, last or today(work) + AHEAD, field)
    if (year := _shut(work, since, until)) is not None:
        raise InClosedYear(year=year, field=field)


def check_end(work: Work, last_day: date, until: date | None = None, *, latest: date | None = None) -> None:
    """The same of what changes from the day after `last_day` on: `last_day` is what was entered, and what the refusal speaks of."""
    _check_known(last_day, latest or today(work) + AHEAD, "since")
    if (year := _shut(work, last_day + timedelta(days=1), until)) is not None:
        raise InClosedYear(year=year, field="since")


def check_back(work: Work, since: date, until: date | None = None) -> None:
    """Refuse to take back what has a day in a closed year. Raises OfClosedYear."""
    if (year := _shut(work, since, until)) is not None:
        raise OfClosedYear(year=year)


def _check_known(day: date, latest: date, field: str) -> None:
    if not is_known_day(day, latest):
        raise DayOutOfRange(field=field, first=FIRST.isoformat(), last=latest.isoformat())


def closed_years(work: Work) -> Collection[int]:
    """The years that are closed."""
    return _closed[0](work) if _closed else ()


def _shut(work: Work, since: date, until: date | None) -> int | None:
    """The closed year that days would reach."""
    return shut_year(since, until, closed_years(work))


def based(text: str) -> str:
    """What the change rests on, in words."""
    text = text.strip()
    if not text or len(text) > BASIS:
        raise BasisNeeded(field="basis")
    return text


def unit_on(work: Work, words: str, since: date) -> Unit:
    """The unit of a full name or code that exists on a day."""
    sought = words.strip()
    found = list(work.session.scalars(select(Unit).where((Unit.code == sought) | (Unit.name_zh == sought) | (Unit.name_en == sought))))
    alive = [one for one in found if one.valid_from <= since and (one.valid_to is None or one.valid_to >= since)]
    if len(alive) != 1:
        raise UnknownUnit(field="unit")
    return alive[0]


def within_unit(work: Work, unit_id: int, last_day: date | None) -> date | None:
    """The last day of a post that goes on again: none beyond that of its unit, which may have been closed since, empty."""
    closed = work.session.scalar(select(Unit.valid_to).where(Unit.id == unit_id))
    return last_day if closed is None else min(last_day or closed, closed)


def still_within(work: Work, person: Person, action: str, since: date, *, hand_over: bool | None = None) -> str:
    """Refuse when the person would lie outside the actor's scope as he stands afterwards (谁管理谁调训, REQ-A19).

    Whoever is in charge of a person may let him go to another organ where the change is one between organs (`hand_over` is not
    None) and he says so; that organ is in charge from then on. Returns the units of who is in charge then, empty without a
    handing over. Raises HandsOver, OutsideScope, NobodyInCharge.
    """
    if work.actor.is_system:
        return ""
    work.session.flush()
    after = standing(facts(work, person.id), max(since, today(work)))
    if _has(work.actor, action, after):
        return ""
    organs = _organs(work, [actor.person_id for actor in holders(work, action) if actor.person_id and _has(actor, action, after)])
    if not organs:
        raise NobodyInCharge()
    if not hand_over:
        named = _(", ").join(unit_name(unit) for unit in organs)
        raise OutsideScope(organ=named) if hand_over is None else HandsOver(field="hand_over", organ=named)
    return "、".join(unit.name_zh for unit in organs)


def _has(actor: Actor, action: str, person: Standing) -> bool:
    """Whether a person who stands so lies in the actor's own scope."""
    own = (grant.predicate for grant in actor.grants if grant.action == action and grant.predicate is not None)
    return any(holds(predicate, person) for predicate in own)


def _organs(work: Work, officers: Collection[int]) -> list[Unit]:
    """The units of these officers, each once."""
    serving = select(Appointment.unit_id).where(
        Appointment.person_id.in_(officers), Appointment.is_primary, in_force(Appointment, today(work))
    )
    return list(work.session.scalars(select(Unit).where(Unit.id.in_(serving)).order_by(Unit.id)))


Values = Mapping[str, Any]


def changed(work: Work, person: Person, act: str, since: date, basis: str, before: Values, after: Values) -> None:
    """Say whose scope the person is in now, write the row of the trail, and tell whoever judges people."""
    settle(work, [person.id])
    note(work, {"person_id": person.id, "unit_id": None}, act, since, basis, before, after)
    announce(work, PeopleChanged((person.id,)))


def note(work: Work, subject: Mapping[str, int | None], act: str, since: date, basis: str, before: Values, after: Values) -> None:
    """One row of the trail."""
    row = {"act": act, "since": since, "before": dict(before), "after": dict(after), "basis": basis, "by_id": work.actor.person_id,
           "by_name": work.actor.name[:60], "at": work.now}  # fmt: skip
    work.session.execute(insert(PeopleTrail).values(**subject, **row))
