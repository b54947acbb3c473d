"""Figures by unit: one GROUP BY over the covering index, gathered up the tree of units here: as it stood at the end of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import case, false, func, literal_column, select, true

from app.compliance import rules
from app.compliance.models import WHOLE, JudgedYear, Standing, State
from app.compliance.queries import filters as f
from app.compliance.queries.before import Before, before
from app.compliance.queries.filters import Filters, Reach
from app.kernel.db import plain_rows
from app.kernel.small import is_small
from app.kernel.work import Work
from app.people import queries as people
from app.people.rules import upward
from app.rulebook.rules import RuleSet

ByUnit = dict[int | None, rules.Tally]
Groups = dict[str | int, rules.Tally]


@dataclass(frozen=True)
class Share:
    """One indicator: how many of how many, and what it should be."""

    part: int
    of: int
    goal: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """In percent, with one decimal; none of nobody."""
        return rules.percent(self.part, self.of)

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        return self.percent is not None and self.goal is not None and self.percent >= self.goal


@dataclass(frozen=True)
class Overview:
    """Everything on the page of figures."""

    filters: Filters
    reach: Reach
    book: RuleSet
    years: Sequence[JudgedYear]
    top: people.UnitThen | None
    trail: tuple[people.UnitThen, ...]
    whole: rules.Tally
    rows: tuple[rules.Branch, ...]
    names: dict[int, people.UnitThen]
    coverage: Share
    yearly: Share
    ce: Share
    before: Before | None = None
    rows_before: dict[str, rules.Tally] = field(default_factory=dict)
    is_hidden: bool = False
    """Whether a person could be told apart by the figures; then there are none in it."""

    def share_before(self, row: rules.Branch) -> Decimal | None:
        """The share of a unit at the end of the month before; none where nobody is told apart or nothing was kept."""
        known = self.rows_before.get(row.path) if row.joined == 1 else None
        hidden = known is not None and not self.reach.persons and is_small(known.persons)
        return None if known is None or hidden else known.share

    @property
    def kept(self) -> JudgedYear | None:
        """The year as it is kept; none when nobody has built it yet."""
        return next((one for one in self.years if one.year == self.filters.year), None)


def overview(work: Work, reach: Reach, filters: Filters) -> Overview:
    """The figures of what the reader may see, by the units below the one he looks at, and a month before. Five statements."""
    units = {one.id: one for one in people.every_unit(work, filters.day)}
    counted = _tallies(work, reach, filters)
    tallies, known, professionals = counted.by_unit[filters.requirement], counted.by_unit[WHOLE], counted.professionals
    paths = {one.id: one.path for one in units.values()}
    top_path = filters.unit.path if filters.unit else rules.top_of(paths[unit] for unit in known if unit in paths)
    by_path = {one.path: one for one in units.values()}
    if not reach.persons and _is_telling(work, reach, filters, counted, paths):
        return _hidden(work, reach, filters, by_path, top_path)
    book = f.rule_book(work, filters)
    rows = _rows(book, filters, reach, counted.groups) if filters.by != "unit" else rules.branches(tallies, paths, top_path)
    if not reach.persons:
        is_of_one = filters.by == "unit" and filters.requirement != WHOLE
        rows = rules.without_small(filters.by, rows, rules.branches(known, paths, top_path) if is_of_one else ())
    everybody, past = _together(known.values()), before(work, reach, filters)
    if past is not None and not reach.persons and (is_small(past.whole.persons) or filters.rank or filters.team):
        past = None
    if not reach.persons and is_small(professionals.serving):
        professionals = rules.Tally()
    yearly, cycle = everybody.trained_year, everybody.trained_cycle
    trail = _trail(by_path, top_path)
    return Overview(
        filters, reach, book, f.years(work), by_path.get(top_path), trail, _together(tallies.values()), tuple(rows),
        units, Share(cycle, everybody.serving, Decimal(100)), Share(yearly, everybody.serving, _goal(book, rules.YEARLY_SHARE)),
        Share(professionals.trained_year, professionals.serving, _goal(book, rules.CE_COVERAGE)),
        past, _rows_before(book, filters, reach, past, paths, top_path) if past else {},
    )  # fmt: skip


def _goal(book: RuleSet, name: str) -> Decimal | None:
    """What the rules want an indicator to come to, in percent."""
    kpi = rules.indicator(book, name)
    return kpi.goal if kpi is not None else None


def _rows(book: RuleSet, filters: Filters, reach: Reach, tallies: Groups) -> list[rules.Branch]:
    """Rows by rank, team or requirement, the latter in the order of the rules."""
    orders = {"rank": rules.RANKS, "team": rules.TEAMS, "requirement": [one.id for one in book.requirements]}
    return rules.gathered(filters.by, tallies, orders[filters.by], is_apart=not reach.persons)


def _rows_before(
    book: RuleSet, filters: Filters, reach: Reach, past: Before, paths: dict[int, str], top_path: str
) -> dict[str, rules.Tally]:
    """The rows of the month before, by the key of a row."""
    by_unit = filters.by == "unit"
    rows = rules.branches(past.by_unit, paths, top_path) if by_unit else _rows(book, filters, reach, past.by_group)
    return {row.path: row.tally for row in rows}


def _is_telling(work: Work, reach: Reach, filters: Filters, counted: Counted, paths: dict[int, str]) -> bool:
    """Whether the figures of all together are those of a group that is too small, or tell one beside those of the units above."""
    together = [_together(tallies.values()) for tallies in counted.by_unit.values()]
    if any(one.persons and one.is_small for one in together):
        return True
    if filters.unit is None or filters.unit.path.count("/") < 2:
        return False
    found = _tallies(work, reach, replace(filters, unit=None, by="unit")).by_unit
    return not rules.stands_alone(found[filters.requirement], paths, filters.unit.path, found[WHOLE])


def _hidden(work: Work, reach: Reach, filters: Filters, by_path: dict[str, people.UnitThen], top_path: str) -> Overview:
    """The page without a figure."""
    none = Share(0, 0, Decimal(100))
    return Overview(filters, reach, f.rule_book(work, filters), f.years(work), by_path.get(top_path), _trail(by_path, top_path),
                    rules.Tally(), (), {}, none, none, none, is_hidden=True)  # fmt: skip


def _trail(by_path: dict[str, people.UnitThen], top_path: str) -> tuple[people.UnitThen, ...]:
    return tuple(one for path in upward(top_path) if (one := by_path.get(path)) is not None)


@dataclass(frozen=True)
class Counted:
    """Heads of each unit, by requirement, for that asked for and the whole; of all professionals together; by what was asked for."""

    by_unit: dict[str, ByUnit]
    professionals: rules.Tally = field(default_factory=rules.Tally)
    groups: Groups = field(default_factory=dict)


def _tallies(work: Work, reach: Reach, filters: Filters) -> Counted:
    """The heads, in one statement; those of the whole city by requirement in two."""
    in_two = filters.by == "requirement" and not reach.persons
    found = Counted({WHOLE: {}, filters.requirement: {}})
    rows: Sequence[Any] = plain_rows(work.session, _counted(work, reach, filters), {}).all()
    for requirement, unit_id, is_professional, key, rank, teams, *heads in rows:
        counts = _told(reach, filters, rank, teams, rules.Tally(*map(int, heads)))
        if is_professional:
            found.professionals.add(counts)
        if requirement in found.by_unit:
            found.by_unit[requirement].setdefault(unit_id, rules.Tally()).add(counts)
        if (requirement == filters.requirement) if filters.by != "requirement" else (requirement != WHOLE):
            found.groups.setdefault(key, rules.Tally()).add(counts)
    return replace(found, groups=_requirements(work, reach, filters)) if in_two else found


def _tells_others(reach: Reach, filters: Filters) -> bool:
    """Whether those of other ranks and teams are counted as well: where persons are not told apart.

    Whoever takes the figures of one rank or team from those of everybody learns of the rest: of each unit, with those where nobody is
    of that rank or team, and of each row.
    """
    return not reach.persons and bool(filters.rank or filters.team)


def _told(reach: Reach, filters: Filters, rank: str, teams: int, counts: rules.Tally) -> rules.Tally:
    """The heads of one rank and teams as they are told: none where another was asked for. Beside them stands how many there are."""
    if not _tells_others(reach, filters):
        return counts
    is_of_rank = not filters.rank or rank == ("" if filters.rank == rules.NONE else filters.rank)
    # of teams, which people share, all parts must be large; of ranks alone, which nobody shares, the one that is asked for
    cell = (bool(filters.team) or is_of_rank, rank if filters.rank else "", teams & rules.ALL_TEAMS if filters.team else 0)
    cells = {cell: counts.persons}
    return replace(counts, cells=cells) if is_of_rank and rules.is_in_team(teams, filters.team) else rules.Tally(cells=cells)


def _requirements(work: Work, reach: Reach, filters: Filters) -> Groups:
    """The heads of everybody in each requirement, by where they stand and nothing else.

    Half a million rows compared in four columns instead of ten take 40 % of the time. Where persons are told apart that is not
    worth finding them a second time.
    """
    found: Groups = {}
    rows: Sequence[Any] = plain_rows(work.session, _narrowly(work, reach, filters), {}).all()
    for requirement, state, is_late, rank, teams, heads, memberships in rows:
        short = "unmet" if is_late else "not_yet_due"
        counts = rules.of_state(short if state == State.SHORT else state, int(heads), int(memberships))
        found.setdefault(requirement, rules.Tally()).add(_told(reach, filters, rank, teams, counts))
    return found


def _narrowly(work: Work, reach: Reach, filters: Filters) -> Any:
    """Rows that are alike in the beginning of the index, counted along it."""
    others = _tells_others(reach, filters)
    key = _KEY[: 6 if others else 4]
    wanted = (Standing.requirement != WHOLE, *f.of_any_requirement(work, reach, _of_all(filters) if others else filters))
    alike = select(*key, func.count().label("heads"), func.sum(Standing.memberships).label("ways")).where(*wanted).group_by(*key).subquery()
    one = alike.c
    place = (one.rank_level, one.teams) if others else ()
    group = (one.requirement, one.state, func.coalesce(one.due_on <= filters.today, false()))
    return select(*group, *(place or _NOWHERE), func.sum(one.heads), func.sum(one.ways)).group_by(*group, *place)


def _of_all(filters: Filters) -> Filters:
    """The same of every rank and team."""
    return replace(filters, rank="", team="")


_NOWHERE: tuple[Any, Any] = (literal_column("''"), literal_column("0"))
"""In the place of rank and teams, where these need not be told apart."""
_KEY = (Standing.requirement, Standing.unit_id, Standing.state, Standing.due_on, Standing.rank_level, Standing.teams, Standing.memberships,
        Standing.is_serving, Standing.trained_year, Standing.trained_cycle)  # fmt: skip
"""The columns of the covering index in its order: rows that are alike are counted as they come, without being sorted."""


def _counted(work: Work, reach: Reach, filters: Filters) -> Any:
    """Rows that are alike, counted along the index; then the few thousand of them by unit, the figures of a `Tally` in its order.

    Those of whom the rules want continuing education are told apart in the whole only. By requirement all of them are read where
    persons are told apart.
    """
    others, every = _tells_others(reach, filters), filters.by == "requirement" and reach.persons
    wanted = true() if every else Standing.requirement.in_(sorted({WHOLE, filters.requirement}))
    theirs = f.of_any_requirement(work, reach, _of_all(filters) if others else filters)
    alike = select(*_KEY, func.count().label("heads")).where(wanted, *theirs).group_by(*_KEY).subquery()
    one, heads = alike.c, alike.c.heads
    asked = rules.bits_of(rules.indicator(f.rule_book(work, filters), rules.CE_COVERAGE))
    is_professional = case(((one.requirement == WHOLE) & (one.teams.bitwise_and(asked) != 0), 1), else_=0)
    is_short, is_late = one.state == State.SHORT, func.coalesce(one.due_on <= filters.today, false())
    stands = (one.state == State.MET, is_short & is_late, is_short & ~is_late, one.state == State.EXEMPT, one.state == State.NONE)
    keys: dict[str, Any] = {"rank": one.rank_level, "team": one.teams, "requirement": one.requirement}
    key = keys.get(filters.by, literal_column("''"))
    place = (one.rank_level, one.teams) if others else ()
    return select(
        one.requirement, one.unit_id, is_professional, key, *(place or _NOWHERE),
        *(_sum_of(heads, where) for where in stands), func.sum(heads * one.memberships),
        _sum_of(heads, one.is_serving), _sum_of(heads, one.is_serving & one.trained_year),
        _sum_of(heads, one.is_serving & one.trained_cycle),
    ).group_by(one.requirement, one.unit_id, is_professional, *([key] if filters.by in ("rank", "team") else []), *place)  # fmt: skip


def _sum_of(heads: Any, condition: Any) -> Any:
    return func.sum(case((condition, heads), else_=0))


def _together(tallies: Any) -> rules.Tally:
    """All of them as one."""
    whole = rules.Tally()
    for tally in tallies:
        whole.add(tally)
    return whole
