"""What is known about one person, dated, and how it stands on one day. Pure.

The dated shape is that of `interfaces.md` §5 `person`; the rule engine judges it, jurisdictions read its standing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.people.rules.spells import counts_to, without_post


@dataclass(frozen=True)
class AppointmentFact:
    """A post held from one civil date to another, both inclusive; no end means still held."""

    from_on: date
    to_on: date | None
    unit_id: int
    unit: str
    unit_kind: str
    rank: str | None
    position_class: str | None
    is_leading: bool = False
    is_primary: bool = True
    post: str = ""
    unit_path: str = ""
    sector: str | None = None
    system_line: str | None = None
    level: str = "city"


@dataclass(frozen=True)
class TeamFact:
    """Membership of one of the three teams; exactly one is primary at a date (domain.md §7 invariant 13)."""

    team: str
    tier: str | None
    is_primary: bool
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class TagFact:
    """A list the person stands on, such as the reserve."""

    tag: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True)
class LeaveFact:
    """Approved full-time leave."""

    from_on: date
    to_on: date | None
    kind: str = "full_time"


@dataclass(frozen=True)
class EventFact:
    """Something that starts an obligation: promoted, recruited, appraisal_basic and the like."""

    kind: str
    on: date
    probation_end: date | None = None
    post_start: date | None = None


@dataclass(frozen=True)
class PersonFacts:
    """Everything the rule engine and the jurisdictions may know of a person."""

    person_id: int
    appointments: tuple[AppointmentFact, ...] = ()
    teams: tuple[TeamFact, ...] = ()
    tags: tuple[TagFact, ...] = ()
    leave: tuple[LeaveFact, ...] = ()
    events: tuple[EventFact, ...] = ()
    political: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The member `person` of a facts document (interfaces.md §5)."""
        return {
            "appointments": [
                {**_span(a), "unit": a.unit, "unit_kind": a.unit_kind, "rank": a.rank,
                 "position_class": a.position_class, "is_leading": a.is_leading}
                for a in self.appointments
            ],
            "teams": [{"team": t.team, "tier": t.tier, "primary": t.is_primary, **_span(t)} for t in self.teams],
            "tags": [{"tag": t.tag, **_span(t)} for t in self.tags],
            "leave": [_span(item) for item in self.leave],
            "events": [_event(event) for event in self.events],
        }  # fmt: skip


@dataclass(frozen=True)
class Post:
    """One post as it stands on a day: what jurisdictions may ask of it."""

    unit_path: str
    unit_kind: str
    rank: str | None = None
    position_class: str | None = None
    sector: str | None = None
    system_line: str | None = None
    level: str = "city"
    is_leading: bool = False


@dataclass(frozen=True)
class Standing:
    """A person on one day."""

    person_id: int
    posts: tuple[Post, ...] = ()
    teams: frozenset[str] = field(default_factory=frozenset)
    tiers: frozenset[str] = field(default_factory=frozenset)
    tags: frozenset[str] = field(default_factory=frozenset)
    political: str | None = None


Dated = AppointmentFact | TeamFact | TagFact | LeaveFact


def covers(fact: Dated, on: date) -> bool:
    """Whether the span holds on that day; both ends are inclusive (decisions 16)."""
    return fact.from_on <= on and (fact.to_on is None or on <= fact.to_on)


def standing(facts: PersonFacts, on: date) -> Standing:
    """The person as he stands on a day: what is in force then; without any post then, as on the last day of the last one."""
    gaps = without_post((post.from_on, post.to_on) for post in facts.appointments)

    def counts(fact: AppointmentFact | TeamFact | TagFact) -> bool:
        last = counts_to((fact.from_on, fact.to_on), gaps)
        return fact.from_on <= on and (last is None or on <= last)

    teams = [fact for fact in facts.teams if counts(fact)]
    return Standing(
        person_id=facts.person_id,
        posts=tuple(_post(fact) for fact in facts.appointments if counts(fact)),
        teams=frozenset(fact.team for fact in teams),
        tiers=frozenset(fact.tier for fact in teams if fact.tier is not None),
        tags=frozenset(fact.tag for fact in facts.tags if counts(fact)),
        political=facts.political,
    )


def primary_post(facts: Iterable[AppointmentFact], on: date) -> AppointmentFact | None:
    """The primary post in force on a day, else the latest one that was."""
    known = [fact for fact in facts if fact.is_primary and fact.from_on <= on]
    now = [fact for fact in known if covers(fact, on)]
    return max(now or known, key=lambda fact: fact.from_on, default=None)


def _post(fact: AppointmentFact) -> Post:
    return Post(fact.unit_path, fact.unit_kind, fact.rank, fact.position_class, fact.sector, fact.system_line,
                fact.level, fact.is_leading)  # fmt: skip


def _span(fact: Dated) -> dict[str, str | None]:
    return {"from": fact.from_on.isoformat(), "to": fact.to_on.isoformat() if fact.to_on else None}


def _event(event: EventFact) -> dict[str, str]:
    dated = {"on": event.on, "probation_end": event.probation_end, "post_start": event.post_start}
    return {"kind": event.kind, **{key: value.isoformat() for key, value in dated.items() if value is not None}}
