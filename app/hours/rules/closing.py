"""Which courses close what is still short, the fastest first. Pure.

The menu is by rank × position class × team (REQ-R19): a course says for whom it is, and whoever it does not name is not
offered it. What a course would add is not guessed: it is put to the rule set as the ledger line it would become.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.rulebook.rules import Evaluation, Line, Measure, Need, RuleSet, Status, buckets_of, worth, year_in

ZERO = Decimal(0)
SECOND = 1000


@dataclass(frozen=True)
class Reader:
    """For whom the menu is: rank, position class and teams of today; a post outside the ranks has none."""

    rank: str | None
    position_class: str | None
    teams: frozenset[str]


@dataclass(frozen=True)
class Choice:
    """A course of the menu. `left_ms` is what is still to be watched of it; empty lists of an audience mean everybody."""

    uid: str
    title: str
    title_en: str
    framework: str
    subject_kind: str | None
    is_compulsory: bool
    hours: Decimal
    left_ms: int
    is_begun: bool
    activity_key: str
    list_year: int | None = None
    levels: tuple[str, ...] = ()
    position_classes: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    def is_for(self, reader: Reader) -> bool:
        """Whether the course is on this person's menu."""
        wanted = ((self.levels, {reader.rank}), (self.position_classes, {reader.position_class}), (self.teams, reader.teams))
        return all(not named or bool(set(named) & mine) for named, mine in wanted)

    @property
    def alike(self) -> tuple[object, ...]:
        """What the rules look at: courses that agree in it count the same."""
        return self.subject_kind, self.framework, self.is_compulsory, self.hours, self.list_year

    def line(self, on: date, at: datetime) -> Line:
        """The ledger line it becomes when finished on a day."""
        return Line(
            id=f"course-{self.uid}", entry_kind="credit", category="online_course", occurred_from=on, occurred_to=on, posted_at=at,
            activity_key=self.activity_key, subject_kind=self.subject_kind, framework=self.framework, delivery="online",
            selection="assigned" if self.is_compulsory else "elective", mandatory=self.is_compulsory, hours=self.hours, days=ZERO,
            list_year=self.list_year,
        )  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """One figure in hours or credits that is still short, and whether an online course can serve it at all."""

    verdict_id: str
    place: int
    need: Need
    short: Decimal
    takes_courses: bool


@dataclass(frozen=True)
class Step:
    """One course of the plan: what it takes off each gap, and what that leaves of them all together."""

    choice: Choice
    closes: tuple[tuple[Gap, Decimal], ...]

    @property
    def hours(self) -> Decimal:
        """The most it takes off any one gap."""
        return max(amount for _gap, amount in self.closes)


@dataclass(frozen=True)
class Plan:
    """Courses in the order in which they close the gaps fastest; what remains after them; how much the menu holds."""

    gaps: tuple[Gap, ...]
    steps: tuple[Step, ...]
    left: tuple[tuple[Gap, Decimal], ...]
    suitable: int

    @property
    def hours(self) -> Decimal:
        """What the courses of the plan come to."""
        return sum((step.choice.hours for step in self.steps), ZERO)

    @property
    def closable(self) -> tuple[Gap, ...]:
        """Gaps that courses can close."""
        return tuple(gap for gap in self.gaps if gap.takes_courses)

    @property
    def others(self) -> tuple[Gap, ...]:
        """Gaps that no online course can close."""
        return tuple(gap for gap in self.gaps if not gap.takes_courses)


def gaps(evaluation: Evaluation) -> tuple[Gap, ...]:
    """Every figure in hours or credits of a requirement that is still to be reached, in rule order."""
    book, found = evaluation.rule_set, []
    for verdict in evaluation.applicable:
        if verdict.status not in {Status.NOT_YET_DUE, Status.UNMET}:
            continue
        for place, (need, row) in enumerate(zip(verdict.requirement.needs, verdict.figures, strict=True)):
            if row.shortfall and row.measure in {Measure.HOURS, Measure.CREDITS}:
                found.append(Gap(verdict.id, place, need, row.shortfall, _takes_courses(book, need)))
    return tuple(found)


def _takes_courses(book: RuleSet, need: Need) -> bool:
    """Whether some online course could fall into a bucket of the need, whatever its subject."""
    day, at = date(2000, 1, 1), datetime(2000, 1, 1)  # noqa: DTZ001  # only the axes are looked at
    kinds: tuple[str | None, ...] = (None, "public", "professional", "elective")
    samples = [
        Choice("", "", "", "competence", kind, is_compulsory, Decimal(1), 1, False, "").line(day, at)
        for kind in kinds
        for is_compulsory in (False, True)
    ]
    return any(bucket.accepts(line) for bucket in buckets_of(book, need) for line in samples)


def plan(evaluation: Evaluation, menu: Iterable[Choice], reader: Reader, credited: frozenset[str], at: datetime, most: int) -> Plan:
    """Up to `most` courses, each time the one that takes most hours off the gaps for a minute of watching.

    Equal ones: the larger step, then compulsory before free choice, begun before new, by title. What is credited, or
    waits for it, is not offered. `left` is what each closable gap still lacks after all of them.
    """
    open_gaps = gaps(evaluation)
    left = {gap: gap.short for gap in open_gaps if gap.takes_courses}
    fitting = [one for one in menu if one.activity_key not in credited and one.is_for(reader)]
    known: dict[object, tuple[tuple[Gap, Decimal], ...]] = {}
    for one in fitting:
        if one.alike not in known:
            known[one.alike] = _adds(evaluation.rule_set, one, tuple(left), evaluation.as_of, at)
    adds = [(one, amounts) for one in fitting if (amounts := known[one.alike])]
    steps: list[Step] = []
    suitable = len(adds)
    while adds and len(steps) < most and any(left.values()):
        choice, amounts = min(adds, key=lambda one: _rank(one[0], one[1], left))
        closes = tuple((gap, taken) for gap, amount in amounts if (taken := min(amount, left[gap])))
        if not closes:
            break
        left.update({gap: left[gap] - taken for gap, taken in closes})
        steps.append(Step(choice, closes))
        adds.remove((choice, amounts))
    return Plan(open_gaps, tuple(steps), tuple(left.items()), suitable)


def _adds(book: RuleSet, choice: Choice, wanted: Sequence[Gap], on: date, at: datetime) -> tuple[tuple[Gap, Decimal], ...]:
    """What the course would count for each gap; a line under a cap of the year is not promised anything."""
    item = worth(book, choice.line(on, at))[0]
    if item.cap is not None:
        return ()
    found = []
    for gap in wanted:
        counted = item.credits if gap.need.measure is Measure.CREDITS else item.hours
        if counted > 0 and any(bucket.accepts(item.line) and year_in(bucket, item) == on.year for bucket in buckets_of(book, gap.need)):
            found.append((gap, counted))
    return tuple(found)


def _rank(choice: Choice, amounts: Sequence[tuple[Gap, Decimal]], left: dict[Gap, Decimal]) -> tuple[Decimal, Decimal, bool, bool, str]:
    """Where the course stands among the next steps, first the best: hours off all gaps for a minute, hours, then what breaks ties."""
    taken = sum((min(amount, left[gap]) for gap, amount in amounts), ZERO)
    minutes = Decimal(max(choice.left_ms, SECOND)) / 60_000
    return -taken / minutes, -taken, not choice.is_compulsory, not choice.is_begun, choice.title
