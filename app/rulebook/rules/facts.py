"""What is known of one person: appointments, teams, leave and lines of the ledger (interfaces.md §5). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from .model import ZERO, Who

CITY = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Civil dates are Asia/Shanghai (decision 16); the zone has had no summer time since 1992."""

RANKS = ("bureau", "division", "section_below")
"""Highest first: a person with several posts has the highest of their ranks."""

CARRIES = frozenset({"carry_in", "carry_out"})
"""Lines that move hours from one year to the next: they count as they stand, and are no training."""

CLASS_CATEGORIES = frozenset({"dispatch", "central_group", "main_class", "overseas", "special_class"})
"""Categories that are held as classes, so that their calendar days are a span even when nobody wrote it down."""


@dataclass(frozen=True)
class Period:
    """Something true of a person from a day to a day, both included; no end means it goes on."""

    from_on: date
    to_on: date | None

    def covers(self, day: date) -> bool:
        """Whether it was so on that day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class Appointment(Period):
    """A post held in a unit."""

    unit: str | None = None
    unit_kind: str | None = None
    rank: str | None = None
    position_class: str | None = None
    is_leading: bool = False


@dataclass(frozen=True)
class Membership(Period):
    """A place in one of the three teams."""

    team: str = ""
    tier: str | None = None
    primary: bool = False


@dataclass(frozen=True)
class Tag(Period):
    """A list the person stands on."""

    tag: str = ""


@dataclass(frozen=True)
class Leave(Period):
    """Approved full-time leave."""


@dataclass(frozen=True)
class Event:
    """Something that happened to the person and may set off an obligation."""

    kind: str
    on: date
    probation_end: date | None = None
    post_start: date | None = None


@dataclass(frozen=True)
class Person:
    """The person over time."""

    appointments: tuple[Appointment, ...] = ()
    teams: tuple[Membership, ...] = ()
    tags: tuple[Tag, ...] = ()
    leave: tuple[Leave, ...] = ()
    events: tuple[Event, ...] = ()

    def posts(self, day: date) -> tuple[Appointment, ...]:
        """Appointments held on the day."""
        return tuple(post for post in self.appointments if post.covers(day))

    def serves(self, day: date) -> bool:
        """In service: holds a post and has not retired or left. Where no post is known, a team stands for service."""
        gone = (event for event in self.events if event.kind in {"retired", "left"} and event.on < day)
        if next(gone, None) is not None:
            return False
        if self.appointments:
            return bool(self.posts(day))
        return any(team.covers(day) for team in self.teams)

    def rank(self, day: date) -> str | None:
        """The highest rank held on the day; none for posts outside the ranks."""
        held = {post.rank for post in self.posts(day)}
        return next((rank for rank in RANKS if rank in held), None)

    def is_away(self, day: date) -> bool:
        """On approved full-time leave."""
        return any(leave.covers(day) for leave in self.leave)

    def turning_days(self) -> Iterator[date]:
        """Days on which something about the person begins or has just ended."""
        for period in (*self.appointments, *self.teams, *self.tags):
            yield period.from_on
            if period.to_on is not None and period.to_on < date.max:
                yield period.to_on
                yield period.to_on + timedelta(days=1)

    def last_day_served(self, until: date) -> date | None:
        """The last day in service not after `until`: the unit of that day is the assessed one (domain.md §6.1-7)."""
        if self.serves(until):
            return until
        ends = [day for day in self.turning_days() if day <= until]
        ends += [event.on for event in self.events if event.on <= until]
        return max((day for day in ends if self.serves(day)), default=None)


def matches(who: Who, person: Person, day: date) -> bool:
    """Whether the person is one of `who` on that day. Institutions never are persons."""
    if who.institution_kind is not None:
        return False
    if (who.rank_in or who.rank_not_in) and not _of_rank(who, person.rank(day)):
        return False
    if (who.team or who.tier_in) and not _in_team(who, person, day):
        return False
    if not _at_post(who, person, day):
        return False
    if (who.tag is not None or who.is_principal_leader is not None) and not _on_lists(who, person, day):
        return False
    if who.any_of and not any(matches(one, person, day) for one in who.any_of):
        return False
    return who.excluded is None or not matches(who.excluded, person, day)


def _of_rank(who: Who, rank: str | None) -> bool:
    """The rank is one of those meant and none of those left out."""
    return (not who.rank_in or rank in who.rank_in) and not (who.rank_not_in and rank in who.rank_not_in)


def _on_lists(who: Who, person: Person, day: date) -> bool:
    """On the list that is meant, and principal leader or not, as is meant."""
    tags = {tag.tag for tag in person.tags if tag.covers(day)}
    if who.tag is not None and who.tag not in tags:
        return False
    return who.is_principal_leader is None or ("principal_leader" in tags) == who.is_principal_leader


def _in_team(who: Who, person: Person, day: date) -> bool:
    """One membership satisfies team and tier together."""
    return any(
        place.covers(day) and who.team in (None, place.team) and (not who.tier_in or place.tier in who.tier_in) for place in person.teams
    )


def _at_post(who: Who, person: Person, day: date) -> bool:
    """One post satisfies kind of unit, position class and leadership together."""
    if who.unit_kind is None and who.position_class is None and who.is_leading is None:
        return True
    return any(
        who.unit_kind in (None, post.unit_kind)
        and who.position_class in (None, post.position_class)
        and who.is_leading in (None, post.is_leading)
        for post in person.posts(day)
    )


@dataclass(frozen=True)
class Line:
    """One line of the ledger as the rules see it. No figure means: to be converted from the other one."""

    id: str
    entry_kind: str
    category: str
    occurred_from: date
    occurred_to: date
    posted_at: datetime
    reverses: str | None = None
    activity_key: str | None = None
    class_type: str | None = None
    subject_kind: str | None = None
    framework: str | None = None
    delivery: str | None = None
    selection: str | None = None
    mandatory: bool = False
    off_post: bool = False
    overseas: bool = False
    days: Decimal | None = None
    hours: Decimal | None = None
    span_days: int | None = None
    unit: str | None = None
    level: str | None = None
    accounting_year: int | None = None
    list_year: int | None = None
    result: str | None = None
    institution_kind: str | None = None
    nets: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[datetime, date, str]:
        """Earliest posting first; ties are broken so that no order of the input matters."""
        return (self.posted_at, self.occurred_to, self.id)

    @property
    def calendar_days(self) -> int:
        """Calendar days first to last, as written or, for classes, as the dates say; else none."""
        if self.span_days is not None:
            return self.span_days
        if self.entry_kind == "credit" and (self.off_post or self.category in CLASS_CATEGORIES):
            return (self.occurred_to - self.occurred_from).days + 1
        return 0

    @property
    def is_nothing(self) -> bool:
        """Neither hours nor days: registered, but earns nothing."""
        return not (self.hours or ZERO) and not (self.days or ZERO)


@dataclass(frozen=True)
class Facts:
    """Everything a verdict is made of, besides the rule set."""

    rule_set: str
    year: int
    as_of: date
    person: Person
    lines: tuple[Line, ...]
    pending: tuple[Line, ...] = ()
