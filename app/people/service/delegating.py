"""Lending one's authority to certify to somebody of the same unit, from one day to another.

A delegation is a grant of the role `deputy` over the same jurisdiction, from the same unit, by whoever lends it. It ends
with its last day, when it is taken back, and at once when its lender no longer holds the authority himself; it never
reaches the lender, so that nobody has his own claim certified by his deputy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from app.kernel.clock import span_text
from app.kernel.db import changed_one
from app.kernel.errors import Conflict, Invalid
from app.kernel.i18n import _l, locale_code
from app.kernel.work import Work
from app.people.models import Account, Appointment, Person, RoleGrant
from app.people.service.accounts import RolesExclude
from app.people.service.identity import DEPUTY, LENDS, today
from app.people.service.roles import charter
from app.people.service.scope import in_force

LONGEST = timedelta(days=92)
"""About three months: a longer absence takes a role of its own."""


class BadDelegation(Invalid):
    """Dates or a person to whom authority cannot be lent; `field` says which of them, the sentence what is wrong with it."""

    code, text = "delegation", _l("Please choose somebody of your own unit.")


class DelegationEnded(Conflict):
    """It has ended already, or is not one's own."""

    code, text = "delegation_ended", _l("This delegation has already ended.")


@dataclass(frozen=True)
class Delegation:
    """Authority lent to somebody."""

    id: int
    name: str
    jurisdiction: str
    from_on: date
    to_on: date


def delegate(work: Work, person_id: int, from_on: date | None, to_on: date | None) -> list[RoleGrant]:
    """Lend what one may certify to a colleague of the same unit, both days included. Raises BadDelegation, RolesExclude."""
    work.require(LENDS)
    own = _lendable(work)
    if not own:
        raise BadDelegation(_l("What was lent to you cannot be lent on, and you hold no other authority to certify."), field="person")
    if person_id not in {one.id for one in fellows(work)}:
        raise BadDelegation(field="person")
    from_on, to_on = _dates(today(work), from_on, to_on)
    _refuse_twice(work, person_id, from_on, to_on)
    held = work.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id, _in_force(work)))
    known = charter(work.settings.content_dir)
    if other := known.excluding(held, DEPUTY):
        raise RolesExclude(field="person", role=known.roles[other].title)
    home = _unit_of(work)
    rows = [
        RoleGrant(person_id=person_id, role=DEPUTY, jurisdiction=grant.jurisdiction, unit_id=grant.unit_id or home, from_on=from_on,
                  to_on=to_on, granted_by=work.person_id)
        for grant in own
    ]  # fmt: skip
    work.session.add_all(rows)
    work.session.flush()
    return rows


def _dates(now: date, from_on: date | None, to_on: date | None) -> tuple[date, date]:
    """First and last day: from today on, in order, and not longer than LONGEST. BadDelegation names the one that is wrong."""
    if from_on is None:
        raise BadDelegation(_l("Please give the first day."), field="from_on")
    if from_on < now:
        raise BadDelegation(_l("It lies before today, %(today)s."), field="from_on", today=now.isoformat())
    if to_on is None:
        raise BadDelegation(_l("Please give the last day."), field="to_on")
    if to_on < from_on:
        raise BadDelegation(_l("It lies before the first day."), field="to_on")
    if to_on - from_on > LONGEST:
        last = min(from_on, date.max - LONGEST) + LONGEST
        raise BadDelegation(_l("At most 92 days can be lent, here until %(last)s."), field="to_on", last=last.isoformat())
    return from_on, to_on


def _refuse_twice(work: Work, person_id: int, from_on: date, to_on: date) -> None:
    """Nobody lends the same person the same days twice: taken back once, it would go on. Two requests at once come one after the other."""
    work.session.execute(select(Person.id).where(Person.id == work.person_id).with_for_update())
    mine = select(RoleGrant.from_on, RoleGrant.to_on).where(
        RoleGrant.granted_by == work.person_id, RoleGrant.person_id == person_id, RoleGrant.role == DEPUTY,
        RoleGrant.from_on <= to_on, RoleGrant.to_on >= from_on, RoleGrant.to_on >= RoleGrant.from_on,
    )  # fmt: skip
    if (met := work.session.execute(mine.order_by(RoleGrant.from_on).limit(1)).first()) is not None:
        told = _l("This colleague certifies for you on these days already: %(span)s. Choose other days, or end that delegation first.")
        raise BadDelegation(told, field="from_on", span=span_text(met.from_on, met.to_on))


def end_delegation(work: Work, grant_id: int) -> None:
    """Take back what one has lent: it holds no longer from this moment on."""
    mine = update(RoleGrant).where(
        RoleGrant.id == grant_id, RoleGrant.role == DEPUTY, RoleGrant.granted_by == work.person_id, RoleGrant.to_on >= today(work)
    )
    if not changed_one(work.session, mine.values(to_on=today(work) - timedelta(days=1))):
        raise DelegationEnded()


def delegations(work: Work) -> list[Delegation]:
    """What one has lent and has not yet ended, the first to begin first."""
    rows = work.session.execute(
        select(RoleGrant.id, Person.name, RoleGrant.jurisdiction, RoleGrant.from_on, RoleGrant.to_on)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.granted_by == work.person_id, RoleGrant.role == DEPUTY, RoleGrant.to_on >= today(work))
        .order_by(RoleGrant.from_on, RoleGrant.id)
    )
    known, english = charter(work.settings.content_dir).jurisdictions, locale_code() == "en"
    return [
        Delegation(
            grant_id, name, (known[area].title_en if english else known[area].title) if area in known else area, since, until or since
        )
        for grant_id, name, area, since, until in rows
    ]


def fellows(work: Work) -> list[Any]:
    """Colleagues of one's own unit who can sign in: (id, name, post), by name; oneself is none."""
    home, day = _unit_of(work), today(work)
    statement = (
        select(Person.id, Person.name, Appointment.post)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Appointment.unit_id == home, in_force(Appointment, day), Account.is_enabled, Person.status != "left")
        .where(Person.id != work.person_id)
        .order_by(Person.name, Person.id).limit(500)
    )  # fmt: skip
    return list(work.session.execute(statement))


def _lendable(work: Work) -> list[RoleGrant]:
    """One's own grants that carry the authority; what was lent to oneself cannot be lent on."""
    known = charter(work.settings.content_dir).roles
    mine = work.session.scalars(select(RoleGrant).where(RoleGrant.person_id == work.person_id, _in_force(work)))
    return [grant for grant in mine if grant.role in known and LENDS in known[grant.role].actions]


def _in_force(work: Work) -> Any:
    day = today(work)
    return (RoleGrant.from_on <= day) & or_(RoleGrant.to_on.is_(None), RoleGrant.to_on >= day)


def _unit_of(work: Work) -> int | None:
    """Where one serves."""
    mine = select(Appointment.unit_id).where(
        Appointment.person_id == work.person_id, Appointment.is_primary, in_force(Appointment, today(work))
    )
    return work.session.scalar(mine.limit(1))
