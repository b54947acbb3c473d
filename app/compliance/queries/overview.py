"""Figures by unit: one GROUP BY over the covering index, gathered up the tree of units here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select

from app.compliance import rules
from app.compliance.models import WHOLE, JudgedYear, Standing, State
from app.compliance.queries import filters as f
from app.compliance.queries.filters import Filters, Reach
from app.kernel.i18n import locale_code
from app.kernel.work import Work
from app.people.models import Unit
from app.rulebook.rules import RuleSet

PROFESSIONAL = 1 << rules.TEAMS.index("professional")


@dataclass(frozen=True)
class UnitName:
    """A unit as it is shown."""

    id: int
    uid: Any
    path: str
    name: str


@dataclass(frozen=True)
class Share:
    """One indicator: how many of how many, and what it should be."""

    part: int
    of: int
    goal: Decimal

    @property
    def percent(self) -> Decimal | None:
        """In percent, with one decimal; none of nobody."""
        return rules.percent(self.part, self.of)

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        return self.percent is not None and self.percent >= self.goal


@dataclass(frozen=True)
class Overview:
    """Everything on the page of figures."""

    filters: Filters
    reach: Reach
    book: RuleSet
    years: Sequence[JudgedYear]
    top: UnitName | None
    trail: tuple[UnitName, ...]
    whole: rules.Tally
    rows: tuple[rules.Branch, ...]
    names: dict[int, UnitName]
    coverage: Share
    yearly: Share
    ce: Share

    @property
    def kept(self) -> JudgedYear | None:
        """The year as it is kept; none when nobody has built it yet."""
        return next((one for one in self.years if one.year == self.filters.year), None)


def overview(work: Work, reach: Reach, filters: Filters) -> Overview:
    """The figures of what the reader may see, by the units right below the one he looks at. Five statements at most."""
    units = _units(work)
    tallies, professionals = _tallies(work, reach, filters)
    known = tallies
    if filters.requirement != WHOLE:
        known, professionals = _tallies(work, reach, f.without_requirement(filters))
    paths = {one.id: one.path for one in units.values()}
    top_path = filters.unit.path if filters.unit else rules.top_of(paths[unit] for unit in known if unit in paths)
    by_path = {one.path: one for one in units.values()}
    rows = rules.branches(tallies, paths, top_path)
    if not reach.persons:
        rows = rules.join_small(rows)
    people = _together(known.values())
    yearly, cycle = people.trained_year, people.trained_cycle
    trail = tuple(one for path in _upward(top_path) if (one := by_path.get(path)) is not None)
    return Overview(
        filters, reach, f.rule_book(work, filters), f.years(work), by_path.get(top_path), trail, _together(tallies.values()), tuple(rows),
        units, Share(cycle, people.serving, Decimal(100)), Share(yearly, people.serving, rules.YEARLY_SHARE),
        Share(professionals.trained_year, professionals.serving, rules.CE_COVERAGE),
    )  # fmt: skip


def _units(work: Work) -> dict[int, UnitName]:
    """Every unit, once a page: there are thousands of them, not millions."""
    english = locale_code() == "en"
    rows = work.session.execute(select(Unit.id, Unit.uid, Unit.path, Unit.name_zh, Unit.name_en))
    return {row[0]: UnitName(row[0], row[1], row[2], (row[4] or row[3]) if english else row[3]) for row in rows}


def _tallies(work: Work, reach: Reach, filters: Filters) -> tuple[dict[int | None, rules.Tally], rules.Tally]:
    """Heads of each unit, and of all professionals together, in one pass over the index."""
    is_late = case((Standing.due_on <= filters.today, 1), else_=0)
    statement = (
        select(
            Standing.unit_id, Standing.state, is_late, Standing.teams, func.count(), func.sum(Standing.memberships),
            _sum_of(Standing.is_serving), _sum_of(Standing.is_serving & Standing.trained_year),
            _sum_of(Standing.is_serving & Standing.trained_cycle),
        )
        .where(*f.conditions(work, reach, filters))
        .group_by(Standing.unit_id, Standing.state, is_late, Standing.teams)
    )  # fmt: skip
    found: dict[int | None, rules.Tally] = {}
    professionals = rules.Tally()
    for unit_id, state, late, teams, heads, memberships, serving, of_year, of_cycle in work.session.execute(statement):
        counts = rules.Tally(memberships=int(memberships), serving=int(serving), trained_year=int(of_year), trained_cycle=int(of_cycle))
        setattr(counts, state if state != State.SHORT else "unmet" if late else "not_yet_due", heads)
        found.setdefault(unit_id, rules.Tally()).add(counts)
        if teams & PROFESSIONAL:
            professionals.add(counts)
    return found, professionals


def _sum_of(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _together(tallies: Any) -> rules.Tally:
    """All of them as one."""
    whole = rules.Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


def _upward(path: str) -> list[str]:
    """The paths from the root down to one."""
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(1, len(parts))]
