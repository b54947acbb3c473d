"""People in the shape the rule engine judges."""

from __future__ import annotations

from app.people.rules.facts import PersonFacts
from app.rulebook.rules import Appointment, Event, Leave, Membership, Person, Tag


def as_person(known: PersonFacts) -> Person:
    """The person over time, as the rules see it."""
    return Person(
        appointments=tuple(
            Appointment(a.from_on, a.to_on, a.unit, a.unit_kind, a.rank, a.position_class, a.is_leading)
            for a in sorted(known.appointments, key=lambda a: not a.is_primary)
        ),
        teams=tuple(Membership(t.from_on, t.to_on, t.team, t.tier, t.is_primary) for t in known.teams),
        tags=tuple(Tag(t.from_on, t.to_on, t.tag) for t in known.tags),
        leave=tuple(Leave(one.from_on, one.to_on) for one in known.leave),
        events=tuple(Event(e.kind, e.on, e.probation_end, e.post_start) for e in known.events),
    )
