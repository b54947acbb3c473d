"""What a rule set says, as frozen values. Pure: no files, no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.kernel.quantity import in_percent

ZERO = Decimal(0)


class Measure(StrEnum):
    """What a need is counted in. Months are calendar days of classes divided by days_per_month (assumption A2)."""

    MONTHS = "months"
    DAYS = "days"
    HOURS = "hours"
    CREDITS = "credits"


@dataclass(frozen=True)
class Title:
    """One name in both languages, printed on pages and reports."""

    zh: str
    en: str


@dataclass(frozen=True)
class Span:
    """Civil dates (Asia/Shanghai), both ends inclusive (decision 16); no end means it goes on."""

    from_on: date
    to_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def years(self) -> range:
        """The calendar years the span touches; an open span ends with its first year."""
        return range(self.from_on.year, (self.to_on or self.from_on).year + 1)


@dataclass(frozen=True)
class Units:
    """How minutes, hours, days and months relate: data, never a constant (domain.md §1, finding 2)."""

    minutes_per_hour: int
    hours_per_day: Decimal
    days_per_month: int
    hour_quantum: Decimal
    credit_per_hour: Decimal


@dataclass(frozen=True)
class Tier:
    """Hours of one lecture of at least, or of more than, so many seconds; with neither it takes all the rest."""

    hours: Decimal
    at_least_seconds: int | None = None
    over_seconds: int | None = None

    def takes(self, seconds: int) -> bool:
        """Whether a lecture of this length falls into the tier."""
        if self.at_least_seconds is not None:
            return seconds >= self.at_least_seconds
        if self.over_seconds is not None:
            return seconds > self.over_seconds
        return True


@dataclass(frozen=True)
class Method:
    """How one kind of activity becomes hours: linear, tiered (per lecture) or fixed (decisions 9, 10)."""

    name: str
    tiers: tuple[Tier, ...] = ()
    hours: Decimal = ZERO


@dataclass(frozen=True)
class ConversionRule:
    """The conversion block of a rule set."""

    methods: Mapping[str, Method]
    coverage_required: Decimal
    max_rate: Decimal
    daily_cap_minutes: int
    bonus_hours: Decimal


Clause = tuple[tuple[str, frozenset[str | bool | None]], ...]


@dataclass(frozen=True)
class Bucket:
    """Which ledger lines fall into it: any clause of which every condition holds; optional date of grace (MM-DD)."""

    id: str
    clauses: tuple[Clause, ...]
    title: Title | None = None
    grace: tuple[int, int] | None = None

    def accepts(self, line: object) -> bool:
        """Whether a line falls into the bucket."""
        return any(holds(clause, line) for clause in self.clauses)


def holds(clause: Clause, line: object) -> bool:
    """Every condition of the clause is true of the line."""
    return all(getattr(line, name) in values for name, values in clause)


@dataclass(frozen=True)
class Selector:
    """Lines a cap, flat or multiplier is about: a clause and, for classes, their length in training days."""

    clause: Clause
    days_gt: Decimal | None = None
    days_le: Decimal | None = None

    def picks(self, line: object, days: Decimal) -> bool:
        """Whether the selector is about this line, which counts so many training days."""
        if self.days_gt is not None and days <= self.days_gt:
            return False
        if self.days_le is not None and days > self.days_le:
            return False
        return holds(self.clause, line)


@dataclass(frozen=True)
class Cap:
    """At most so many hours count, for each class or for the whole year."""

    lines: Selector
    per_year: bool
    hours: Decimal


@dataclass(frozen=True)
class Flat:
    """So many hours, whatever the line says."""

    lines: Selector
    hours: Decimal


@dataclass(frozen=True)
class Multiplier:
    """Hours count several times."""

    lines: Selector
    factor: Decimal


@dataclass(frozen=True)
class Who:
    """The persons a requirement is about. Every condition named must hold on the day; an empty one holds for all."""

    team: str | None = None
    tier_in: frozenset[str] = frozenset()
    rank_in: frozenset[str] = frozenset()
    rank_not_in: frozenset[str] = frozenset()
    tag: str | None = None
    unit_kind: str | None = None
    position_class: str | None = None
    is_leading: bool | None = None
    is_principal_leader: bool | None = None
    institution_kind: str | None = None
    excluded: "Who | None" = None
    any_of: "tuple[Who, ...]" = ()


@dataclass(frozen=True)
class Need:
    """One threshold. Its lines are those of a bucket, or a total over several buckets (none named: all of the set)."""

    measure: Measure
    amount: Decimal
    buckets: tuple[str, ...]
    is_total: bool = False
    amounts: tuple[Decimal, ...] = ()
    """In a year that is split: what is asked for in each stretch of it, as amounts of a whole year."""


@dataclass(frozen=True)
class Requirement:
    """What one group of persons must reach in a year or a cycle, by any or by all of its needs.

    `whos`, in a year that is split: who is meant in each stretch of it, nobody in one whose version does not know it.
    """

    id: str
    who: Who
    period: str
    needs: tuple[Need, ...]
    is_any: bool
    title: Title | None = None
    whos: "tuple[Who | None, ...]" = ()


@dataclass(frozen=True)
class Stretch:
    """Whole months of a year, one after another, in which the same version (by its pin) was in force on the fifteenth."""

    from_on: date
    to_on: date
    pin: str

    def covers(self, day: date) -> bool:
        """Whether the day lies in the stretch."""
        return self.from_on <= day <= self.to_on


@dataclass(frozen=True)
class Supplement:
    """Lines outside its bucket that still count into a requirement, up to a share of it (recognition, substitution)."""

    into: frozenset[str]
    clause: Clause
    factor: Decimal
    cap_share: Fraction
    code: str


@dataclass(frozen=True)
class Evidence:
    """What satisfies an obligation: any credited line of which these conditions hold."""

    clause: Clause = ()


@dataclass(frozen=True)
class Obligation:
    """A duty set off by an event or returning in a period, apart from the yearly amounts (domain.md §8)."""

    id: str
    who: Who
    trigger: frozenset[str] = frozenset()
    due_before: str | None = None
    within_months: int | None = None
    every: str | None = None
    every_months: int | None = None
    since: date | None = None
    evidence: Evidence = field(default_factory=Evidence)
    min_days: Mapping[str, Decimal] = field(default_factory=dict)
    gate: str | None = None
    title: Title | None = None


@dataclass(frozen=True)
class ClassRule:
    """Leave over the limit means withdrawal; a completed class posts attended or full hours (2023 regulations art. 15)."""

    leave_limit: Fraction
    over_limit: str
    hours_on_completion: str


@dataclass(frozen=True)
class Certify:
    """How each source is certified: online courses post at once, by sample, or wait for a person (decision 13)."""

    online_course: str = "auto_sample"
    sample: Decimal = Decimal("0.02")
    claims: str = "two_step"
    classes: str = "organizer_then_authority"

    @property
    def posts_courses(self) -> bool:
        """Whether a finished course posts its line at once."""
        return self.online_course != "manual"


@dataclass(frozen=True)
class CarryOver:
    """What of this year's excess serves a bucket of a later year, for so many years; never carried twice."""

    into: str
    years: int


@dataclass(frozen=True)
class Overflow:
    """Hours above the need of one bucket count in another."""

    source: str
    target: str


@dataclass(frozen=True)
class Kpi:
    """An indicator of the whole: what is measured, of whom (nobody named: of all), and the share it should come to."""

    id: str
    measure: str
    of: Who | None = None
    at_least: Decimal | None = None
    about: Decimal | None = None

    @property
    def goal(self) -> Decimal | None:
        """In percent; none for an indicator that is no share of people."""
        share = self.about if self.at_least is None else self.at_least
        return None if share is None else in_percent(share)


@dataclass(frozen=True)
class RuleSet:
    """One immutable version of the rules. `pin` names it on every ledger line: `demo@1`."""

    id: str
    version: int
    hash: str
    title: Title
    basis: tuple[str, ...]
    effective: Span
    cycle: Span | None
    units: Units
    conversion: ConversionRule
    buckets: Mapping[str, Bucket]
    requirements: tuple[Requirement, ...]
    obligations: tuple[Obligation, ...] = ()
    caps: tuple[Cap, ...] = ()
    flats: tuple[Flat, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    credit_mandatory: Decimal = Decimal(1)
    credit_elective: Decimal = Decimal(1)
    overflow: tuple[Overflow, ...] = ()
    carry_over: tuple[CarryOver, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    class_rule: ClassRule | None = None
    proration: str = "census15"
    attribution: str = "completion"
    split_year: bool = False
    dedupe_scope: str = "year"
    claim_deadline: tuple[int, int] = (1, 15)
    certify: Certify = field(default_factory=Certify)
    merit: Mapping[str, str] = field(default_factory=dict)
    kpi: tuple[Kpi, ...] = ()
    body: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)
    stretches: tuple[Stretch, ...] = ()
    """Of a year in which the rules changed and that is split by dates (splitting.py); none of any other."""

    @property
    def pin(self) -> str:
        """The name that never changes its meaning."""
        return f"{self.id}@{self.version}"

    @property
    def coverage_required(self) -> Decimal:
        """Share of each mandatory lecture that must have been shown (decision 5)."""
        return self.conversion.coverage_required

    @property
    def max_rate(self) -> Decimal:
        """Media seconds credited for a second of wall clock, at most (decision 7)."""
        return self.conversion.max_rate

    @property
    def daily_cap_ms(self) -> int:
        """Credited milliseconds of one civil day, at most."""
        return self.conversion.daily_cap_minutes * 60_000

    def cycle_of(self, year: int) -> str:
        """The period within which an activity counts once: the cycle, or the calendar year of a set without one."""
        if self.dedupe_scope != "cycle" or self.cycle is None or self.cycle.to_on is None or year not in self.cycle.years():
            return str(year)
        return f"{self.cycle.from_on.year}-{self.cycle.to_on.year}"
