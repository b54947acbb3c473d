"""Where the same people stood at the end of the month before, by the snapshot of it; nothing is guessed without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from app.compliance import rules
from app.compliance.actions import Action
from app.compliance.models import WHOLE, Snapshot
from app.compliance.queries.filters import Filters, Reach, in_team
from app.compliance.rules import NONE
from app.kernel.clock import civil
from app.kernel.db import plain_rows
from app.kernel.work import Actor, Work
from app.people import queries as people
from app.people.models import Person, RoleGrant
from app.people.service import actor_for, charter

CITY = "*"


@dataclass(frozen=True)
class Before:
    """The figures of a month's end: of all together, by unit, and by what else was asked for."""

    taken_on: date
    whole: rules.Tally
    by_unit: dict[int | None, rules.Tally] = field(default_factory=dict)
    by_group: dict[str | int, rules.Tally] = field(default_factory=dict)


def month_of(day: date) -> str:
    """The month of a day, as snapshots are named."""
    return f"{day:%Y-%m}"


def scope_key(actor: Actor) -> str:
    """The name of the jurisdiction an actor reads figures by: the same for all who reach the same people by the same words."""
    own = {repr(grant.predicate) for grant in actor.grants if grant.action == Action.UNIT and grant.predicate is not None}
    return sha256("\n".join(sorted(own)).encode()).hexdigest()


def before(work: Work, reach: Reach, filters: Filters) -> Before | None:
    """The snapshot of the month before, under the same filters; None where there is none. One statement."""
    month = month_of(filters.today.replace(day=1) - timedelta(days=1))
    scope = scope_key(work.actor) if reach.persons else CITY
    keys: dict[str, Any] = {"rank": Snapshot.rank_level, "team": Snapshot.teams, "requirement": Snapshot.requirement}
    key = (Snapshot.requirement, Snapshot.unit_id, keys.get(filters.by, Snapshot.requirement), Snapshot.state)
    statement = select(*key, func.sum(Snapshot.heads), func.max(Snapshot.taken_on)).where(
        Snapshot.month == month, Snapshot.scope == scope, Snapshot.year == filters.year
    )
    if filters.by != "requirement":
        statement = statement.where(Snapshot.requirement == filters.requirement)
    if filters.rank:
        statement = statement.where(Snapshot.rank_level == ("" if filters.rank == NONE else filters.rank))
    if filters.team:
        statement = statement.where(in_team(Snapshot.teams, filters.team))
    if filters.unit is not None and filters.own and reach.persons:
        statement = statement.where(Snapshot.unit_id == filters.unit.id)
    elif filters.unit is not None:
        statement = statement.where(Snapshot.unit_id.in_(filters.below()))
    rows: Sequence[Any] = plain_rows(work.session, statement.group_by(*key), {}).all()
    return _read(rows, filters) if rows else None


def _read(rows: Sequence[Any], filters: Filters) -> Before:
    """Rows of a month's end, of the requirement asked for; by requirement of each but the whole."""
    found = Before(rows[0][-1], rules.Tally())
    for requirement, unit_id, key, state, heads, _day in rows:
        tally = rules.of_state(state, int(heads))
        if requirement == filters.requirement:
            found.whole.add(tally)
            found.by_unit.setdefault(unit_id or None, rules.Tally()).add(tally)
        if filters.by != "requirement" or requirement != WHOLE:
            found.by_group.setdefault(key, rules.Tally()).add(tally)
    return found


def scopes(work: Work) -> dict[str, Actor | None]:
    """Every jurisdiction that figures are read by, with somebody who reads by it; the whole city with nobody."""
    roles = [name for name, role in charter(work.settings.content_dir).roles.items() if Action.UNIT in role.actions]
    today = civil(work.now).date()
    live = select(RoleGrant.person_id).where(
        RoleGrant.role.in_(roles), RoleGrant.from_on <= today, (RoleGrant.to_on.is_(None)) | (RoleGrant.to_on >= today)
    )
    found: dict[str, Actor | None] = {CITY: None}
    for person_id in work.session.scalars(live.distinct().order_by(RoleGrant.person_id)):
        actor = actor_for(work, person_id)
        found.setdefault(scope_key(actor), actor)
    return found


def people_of(work: Work) -> set[int]:
    """Everybody within the actor's jurisdiction."""
    return set(work.session.scalars(select(Person.id).where(people.within(work, Action.UNIT, Person.id))))
