"""From verdicts to standings and from standings to shares. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from app.kernel import small
from app.kernel.quantity import floor_to, hours_text
from app.rulebook.rules import Figure, Kpi, Person, RuleSet, Status, Verdict

TEAMS = ("party_gov", "enterprise", "professional")
RANKS = ("bureau", "division", "section_below")
ALL_TEAMS = (1 << len(TEAMS)) - 1
"""The bits of the teams."""
NONE = "none"
"""The word for whoever has no rank, or is in no team."""
GROUPS = ("unit", "rank", "team", "requirement")
"""What the table of figures can be by."""
THOUSAND = 1000
REMIND_AGAIN = timedelta(days=7)
TIERS = ("pro_senior", "pro_middle", "pro_junior")
"""Tiers that an indicator may be of; kept above the bits of the teams."""
CE_COVERAGE, YEARLY_SHARE = "ce_coverage", "annual_share"
"""The indicators of a rule file that the page shows: who takes part in continuing education (REQ-T05), who is trained (REQ-G07)."""
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Judged:
    """One requirement of one person without its reasons: what is kept."""

    requirement: str
    state: str
    due_on: date | None
    missing: int = 0
    lead: Figure | None = None
    figures: tuple[Figure, ...] = ()


def judged(verdict: Verdict) -> Judged:
    """What is kept of a verdict. The day decides between `not_yet_due` and `unmet` when it is read, not here."""
    if verdict.status is Status.EXEMPT:
        return Judged(verdict.id, "exempt", None)
    lead = leading(verdict)
    if verdict.status is Status.MET:
        return Judged(verdict.id, "met", verdict.due_on, 0, lead, verdict.figures)
    return Judged(verdict.id, "short", verdict.due_on, lacking(lead), lead, verdict.figures)


def leading(verdict: Verdict) -> Figure:
    """The figure that stands for the requirement: the nearest alternative, or of several needs the one that lacks most."""
    if verdict.requirement.is_any:
        return max(verdict.figures, key=lambda row: (row.is_reached, _share(row)))
    return max(verdict.figures, key=lambda row: (not row.is_reached, lacking(row), row.is_total))


def _share(row: Figure) -> Decimal:
    return row.counted / row.required if row.required else Decimal(1)


def lacking(row: Figure) -> int:
    """What a figure lacks, in thousandths of what it requires, never 0 while anything does."""
    if row.is_reached or row.required <= 0:
        return 0
    share = (row.shortfall * THOUSAND / row.required).to_integral_value(ROUND_CEILING)
    return min(max(int(share), 1), THOUSAND)


def whole(rows: Sequence[Judged]) -> Judged:
    """All requirements of a person as one: short if any is, met if at least one is and none is short."""
    states = {row.state for row in rows}
    state = next((state for state in ("short", "met", "exempt") if state in states), "none")
    days = [row.due_on for row in rows if row.state == state and row.due_on is not None]
    due = (min(days) if state == "short" else max(days)) if days else None
    return Judged("*", state, due, max((row.missing for row in rows), default=0))


def team_bits(teams: Iterable[str], tiers: Iterable[str | None] = ()) -> int:
    """The teams of a person as one number, and above them the tiers that indicators ask for."""
    own = sum(1 << TEAMS.index(team) for team in set(teams) if team in TEAMS)
    return own + sum(1 << len(TEAMS) + TIERS.index(tier) for tier in set(tiers) if tier in TIERS)


def is_in_team(bits: int, team: str) -> bool:
    """Whether somebody of these teams is in one, or in none; everybody where no team is named."""
    return not team or (bits == 0 if team == NONE else bool(bits & 1 << TEAMS.index(team)))


def indicator(book: RuleSet, name: str) -> Kpi | None:
    """What a rule set says of an indicator; none where it asks for none."""
    return next((one for one in book.kpi if one.id == name), None)


def bits_of(kpi: Kpi | None) -> int:
    """Whom the coverage of continuing education is counted of: people with one of these bits; professionals where nobody is named."""
    tiers = [tier for tier in TIERS if kpi is not None and kpi.of is not None and tier in kpi.of.tier_in]
    return team_bits((), tiers) if tiers else team_bits(["professional"])


def turning(person: Person, after: date, until: date) -> date | None:
    """The first day after a day on which unit, rank or team may be another one."""
    days = [day for day in person.turning_days() if after < day <= until]
    days += [event.on + timedelta(days=1) for event in person.events if after < event.on + timedelta(days=1) <= until]
    return min(days, default=None)


@dataclass
class Tally:
    """Heads in one place, by where they stand. `memberships` counts a person once for each of his teams (A1 of domain.md §1)."""

    met: int = 0
    unmet: int = 0
    not_yet_due: int = 0
    exempt: int = 0
    none: int = 0
    memberships: int = 0
    serving: int = 0
    trained_year: int = 0
    trained_cycle: int = 0
    cells: dict[tuple[bool, str, int], int] = field(default_factory=dict, compare=False, kw_only=True)
    """Where a rank or team was asked for and persons are not told apart: everybody here by rank and teams, the others as well."""

    @property
    def is_small(self) -> bool:
        """Whether somebody could be told: by these figures, or by what is left where they are taken from those of all."""
        return small.is_small(self.persons) or small.leaves_few(self.cells)

    @property
    def persons(self) -> int:
        """Everybody counted here."""
        return self.met + self.unmet + self.not_yet_due + self.exempt + self.none

    @property
    def assessed(self) -> int:
        """Those who count in the share: neither exempt nor untouched."""
        return self.met + self.unmet + self.not_yet_due

    @property
    def short(self) -> int:
        """Not there yet, whether it is too late or not."""
        return self.unmet + self.not_yet_due

    @property
    def share(self) -> Decimal | None:
        """Those who have met it, in percent of the assessed, floored to a tenth, so that 100 % means everybody."""
        return percent(self.met, self.assessed)

    def add(self, other: Tally) -> Tally:
        """Both together, in this one."""
        self.met += other.met
        self.unmet += other.unmet
        self.not_yet_due += other.not_yet_due
        self.exempt += other.exempt
        self.none += other.none
        self.memberships += other.memberships
        self.serving += other.serving
        self.trained_year += other.trained_year
        self.trained_cycle += other.trained_cycle
        for cell, heads in other.cells.items():
            self.cells[cell] = self.cells.get(cell, 0) + heads
        return self


def of_state(state: str, heads: int, memberships: int = 0) -> Tally:
    """Heads that all stand in one place: met, unmet, not_yet_due, exempt or none."""
    found = Tally(memberships=memberships)
    setattr(found, state, heads)
    return found


def since(now: Decimal | int | None, before: Decimal | int | None) -> str:
    """What has been added or taken away, with its sign (a true minus) and no trailing zeros; nothing where one of the two is unknown."""
    if now is None or before is None:
        return ""
    change = Decimal(now - before)
    return f"{'+' if change > 0 else '−'}{hours_text(abs(change))}" if change else "±0"


def percent(part: int, of: int) -> Decimal | None:
    """A share with one decimal, floored; none of nobody."""
    return floor_to(Decimal(part) * 100 / of, TENTH) if of else None


@dataclass
class Branch:
    """A unit right below the one that is looked at, with all below it."""

    unit_id: int
    path: str
    tally: Tally = field(default_factory=Tally)
    joined: int = 1
    is_leaf: bool = True
    asked: int = 0
    """Heads in all requirements together, where the row is of one of them and was joined; else 0."""

    @property
    def leaves_few(self) -> bool:
        """Whether few people of a joined row are not touched by its requirement."""
        return self.joined > 1 and 0 < self.asked - self.tally.persons < small.SMALLEST_GROUP

    def plus(self, other: Branch) -> Branch:
        """Both as one row without a name."""
        together = Tally().add(self.tally).add(other.tally)
        return Branch(0, "", together, self.joined + other.joined, asked=self.asked + other.asked)


def branches(tallies: Mapping[int | None, Tally], paths: Mapping[int, str], top: str) -> list[Branch]:
    """Tallies of units gathered under the children of `top`; the unit itself is a branch of its own where people serve in it.

    Units outside `top` are left out. Sorted by risk: most short of all first, then the largest.
    """
    by_path = {path: unit_id for unit_id, path in paths.items()}
    found: dict[str, Branch] = {}
    for unit_id, tally in tallies.items():
        path = paths.get(unit_id or 0, "")
        if path != top and not path.startswith(f"{top}/"):
            continue
        child = path if path == top else f"{top}/{path[len(top) + 1 :].split('/', 1)[0]}"
        branch = found.setdefault(child, Branch(by_path.get(child, unit_id or 0), child))
        branch.tally.add(tally)
        branch.is_leaf = branch.is_leaf and path == child
    return sorted(found.values(), key=risk)


def risk(branch: Branch) -> tuple[int, int, str]:
    """Larger shares of short people first."""
    tally = branch.tally
    share = tally.short * THOUSAND // tally.assessed if tally.assessed else -1
    return (-share, -tally.assessed, branch.path)


def join_small(rows: Sequence[Branch], whole: Sequence[Branch] = ()) -> list[Branch]:
    """Groups too small to hide in become one row, with the next smallest until it is large enough itself (THR small cells).

    `whole` are the same groups in all requirements together, where the rows are of one. What is joined there is joined here, and
    until those in it whom the requirement does not touch are nobody or many: else the row of the whole less this one told them.
    """
    apart = {row.path: row.tally.persons for row in whole}
    also = apart.keys() - {row.path for row in join_small(whole)} if whole else set()
    found = {row.path: row for row in rows} | {row.path: Branch(row.unit_id, row.path) for row in whole if row.path not in _paths(rows)}
    peopled = [replace(row, asked=apart.get(row.path, 0)) for row in found.values() if row.tally.persons or row.path in also]

    def is_small(row: Branch) -> bool:
        return row.path in also or row.leaves_few or (row.tally.persons > 0 and row.tally.is_small)

    joined = small.joined(peopled, is_small=is_small, order=lambda row: row.tally.persons, plus=Branch.plus)
    return [row for row in joined if row.tally.persons]


def _paths(rows: Sequence[Branch]) -> set[str]:
    return {row.path for row in rows}


def stands_alone(tallies: Mapping[int | None, Tally], paths: Mapping[int, str], path: str, whole: Mapping[int | None, Tally]) -> bool:
    """Whether a unit has a row of its own at each level above it; `whole` are the heads in all requirements together.

    The figures of one that was joined with a small one, taken from those of both, would tell the small one.
    """
    parts = path.split("/")
    for depth in range(2, len(parts)):
        above = "/".join(parts[:depth])
        rows = join_small(branches(tallies, paths, above), () if whole is tallies else branches(whole, paths, above))
        if not any(row.path == "/".join(parts[: depth + 1]) for row in rows):
            return False
    return True


def gathered(by: str, tallies: Mapping[str | int, Tally], order: Sequence[str], *, is_apart: bool) -> list[Branch]:
    """Tallies of ranks, teams or requirements as rows, in the order in which people name them.

    Somebody in two teams stands in the row of each. Where rows must not be taken from each other (`is_apart`) people of the same
    teams have one row instead, so that nobody is in two.
    """
    found: dict[str, Branch] = {}
    for raw, tally in tallies.items():
        for key in _keys(by, raw, is_apart=is_apart):
            found.setdefault(key, Branch(0, key)).tally.add(tally)
    places = {key: place for place, key in enumerate(order)}
    return sorted(found.values(), key=lambda row: (places.get(row.path.split("+")[0], len(places)), row.path))


def _keys(by: str, raw: str | int, *, is_apart: bool) -> tuple[str, ...]:
    if by != "team":
        return (str(raw) or NONE,)
    teams = tuple(team for place, team in enumerate(TEAMS) if int(raw) & 1 << place)
    return (NONE,) if not teams else ("+".join(teams),) if is_apart else teams


def without_small(by: str, rows: Sequence[Branch], whole: Sequence[Branch] = ()) -> list[Branch]:
    """Rows in which nobody can be told apart; requirements touch the same people, and so cannot be joined but only left out.

    Of units `whole` are the same rows in all requirements together, where one requirement is asked for.
    """
    return [row for row in rows if not row.tally.is_small] if by == "requirement" else join_small(rows, whole)


def top_of(paths: Iterable[str]) -> str:
    """The deepest unit that holds all of these paths; the root of the tree for none."""
    common: list[str] | None = None
    for path in paths:
        parts = path.split("/")
        if common is None:
            common = parts
        elif parts[: len(common)] != common:
            same = 0
            while same < min(len(common), len(parts)) and common[same] == parts[same]:
                same += 1
            common = common[:same]
    return "/".join(common or [])


@dataclass(frozen=True)
class Bar:
    """One stacked bar of the chart, in units of the drawing."""

    y: int
    parts: tuple[tuple[str, Decimal, Decimal, int], ...]


WIDTH, STEP = Decimal(600), 34


def stacked(rows: Sequence[Branch]) -> list[Bar]:
    """Bars of full width: met, not yet due, unmet, exempt, each as wide as its share."""
    bars = []
    for place, row in enumerate(rows):
        counts = (("m", row.tally.met), ("o", row.tally.not_yet_due), ("c", row.tally.unmet), ("n", row.tally.exempt))
        total, x, parts = sum(count for _, count in counts), Decimal(0), []
        for tone, count in counts:
            if count:
                width = floor_to(count * WIDTH / total, TENTH)
                parts.append((tone, x, width, count))
                x += width
        bars.append(Bar(place * STEP, tuple(parts)))
    return bars
