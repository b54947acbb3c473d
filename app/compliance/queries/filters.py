"""Whose figures are asked for: what the reader may see, and the filters in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from app.compliance.actions import Action
from app.compliance.models import WHOLE, JudgedYear, Standing, State
from app.compliance.rules import GROUPS, NONE, RANKS, TEAMS
from app.hours.queries.year import book_of
from app.kernel import fields
from app.kernel.clock import civil
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Work
from app.ledger import service as ledger
from app.people import queries as people
from app.rulebook.rules import RuleSet

Condition = ColumnElement[bool]
STATES = ("short", "met", "exempt", "none")
"""In the order in which people are listed."""
STATUSES = ("short", "unmet", "not_yet_due", "met", "exempt", "none", "all", "assessed", "serving", "trained", "not_trained", "covered",
            "not_covered")  # fmt: skip
"""Where people may stand, and by which figure they are counted: `covered` is trained at least once in the cycle."""


@dataclass(frozen=True)
class Reach:
    """What the reader may see: persons within his jurisdiction, or figures alone, of the whole city."""

    persons: bool
    both: bool = False

    @property
    def view(self) -> str:
        """The word of it in addresses."""
        return "own" if self.persons else "city"


def reach(work: Work, wanted: str | None = None) -> Reach:
    """Own jurisdiction first; the whole city, without persons, for those who may and ask for it. Forbidden for others."""
    own, city = work.may(Action.UNIT), work.may(Action.CITY) or work.may(Action.FINANCE)
    if not own and not city:
        raise Forbidden()
    return Reach(persons=own and not (city and wanted == "city"), both=own and city)


@dataclass(frozen=True)
class Filters:
    """What is asked for. `requirement` `*` is all of them together; no unit is the top of what the reader may see.

    `by` is what the table of figures is by; people are listed alike whatever it is. `own` leaves out the units below the unit.
    """

    year: int
    requirement: str = WHOLE
    rank: str = ""
    team: str = ""
    unit: people.UnitThen | None = None
    status: str = "short"
    today: date = date.min
    by: str = "unit"
    own: bool = False

    @property
    def day(self) -> date | None:
        """As of which day units are shown and gathered."""
        return people.end_of(self.year, self.today)

    def below(self) -> Any:
        """The numbers of the units in or below the one that is asked for, by the tree of the day."""
        assert self.unit is not None
        return people.ids_under(self.unit.path, self.day)

    def query(self, **changes: Any) -> dict[str, Any]:
        """The filters as parts of an address, with changes; what is not set is left out."""
        words = {
            "year": self.year, "requirement": self.requirement if self.requirement != WHOLE else None, "rank": self.rank or None,
            "team": self.team or None, "unit": self.unit.uid if self.unit else None,
            "by": self.by if self.by != "unit" else None,
        }  # fmt: skip
        found = {name: value for name, value in (words | {"own": 1 if self.own else None} | changes).items() if value}
        return found if "unit" in found else {name: value for name, value in found.items() if name != "own"}


def read_filters(work: Work, words: Mapping[str, str]) -> Filters:
    """The filters of an address; a value nobody offers is 404."""
    today = civil(work.now).date()
    year = fields.year(words.get("year")) or today.year
    book, unit = book_of(work, year), _unit(work, words.get("unit"), people.end_of(year, today))
    found = Filters(
        year, words.get("requirement") or WHOLE, words.get("rank") or "", words.get("team") or "", unit,
        words.get("status") or "short", today, words.get("by") or "unit",
        words.get("own") == "1",
    )  # fmt: skip
    known = found.requirement == WHOLE or found.requirement in {one.id for one in book.requirements}
    offered = ((found.rank, ("", *RANKS, NONE)), (found.team, ("", *TEAMS, NONE)), (found.status, STATUSES), (found.by, GROUPS))
    if not known or any(word not in choices for word, choices in offered):
        raise NotFound()
    return found


def _unit(work: Work, word: str | None, day: date | None) -> people.UnitThen | None:
    if not word:
        return None
    try:
        return people.unit_then(work, day, uid=UUID(word))
    except ValueError as error:
        raise NotFound() from error


def years(work: Work) -> list[JudgedYear]:
    """The years that can be asked for, newest first."""
    return list(work.session.scalars(select(JudgedYear).order_by(JudgedYear.year.desc())))


def shut(work: Work, filters: Filters) -> ledger.Shut | None:
    """When the year asked for was closed, or restated; None while it is open. The present one never is."""
    return next(iter(ledger.shut(work, [filters.year])), None) if filters.year < filters.today.year else None


def conditions(work: Work, reach_: Reach, filters: Filters) -> list[Condition]:
    """Standings of the year and requirement that the reader may see, by rank, team and unit."""
    return [Standing.requirement == filters.requirement, *of_any_requirement(work, reach_, filters)]


def of_any_requirement(work: Work, reach_: Reach, filters: Filters) -> list[Condition]:
    """The same, whatever the requirement."""
    found: list[Condition] = [Standing.year == filters.year, scope(work, reach_)]
    if filters.rank:
        found.append(Standing.rank_level == ("" if filters.rank == NONE else filters.rank))
    if filters.team:
        found.append(in_team(Standing.teams, filters.team))
    if filters.unit is not None and filters.own and reach_.persons:
        found.append(Standing.unit_id == filters.unit.id)
    elif filters.unit is not None:
        found.append(Standing.unit_id.in_(filters.below()))
    return found


def in_team(teams: Any, team: str) -> Condition:
    """Rows of people in a team, or in none; `teams` is the column of their teams as bits."""
    found: Condition = teams == 0 if team == NONE else teams.bitwise_and(1 << TEAMS.index(team)) != 0
    return found


def scope(work: Work, reach_: Reach) -> Condition:
    """The people behind the figures: the jurisdiction of REPORTS.UNIT, or everybody where persons are not told apart."""
    return people.within(work, Action.UNIT, Standing.person_id) if reach_.persons else true()


def states(filters: Filters) -> tuple[str, ...]:
    """The states that people of a status are in."""
    match filters.status:
        case "short" | "unmet" | "not_yet_due":
            return ("short",)
        case "met" | "exempt" | "none":
            return (filters.status,)
        case "assessed":
            return ("short", "met")
    return STATES


def with_status(filters: Filters) -> list[Condition]:
    """Standings in one status as of today; nothing was written when the day came (decision 16)."""
    match filters.status:
        case "all":
            return []
        case "assessed":
            return [Standing.state.in_((State.SHORT, State.MET))]
        case "serving":
            return [Standing.is_serving.is_(True)]
        case "trained" | "not_trained":
            return [Standing.is_serving.is_(True), Standing.trained_year == (filters.status == "trained")]
        case "covered" | "not_covered":
            return [Standing.is_serving.is_(True), Standing.trained_cycle == (filters.status == "covered")]
        case "short":
            return [Standing.state == State.SHORT]
        case "unmet":
            return [Standing.state == State.SHORT, Standing.due_on <= filters.today]
        case "not_yet_due":
            return [Standing.state == State.SHORT, Standing.due_on > filters.today]
        case state:
            return [Standing.state == state]


def rule_book(work: Work, filters: Filters) -> RuleSet:
    """The rules of the year asked for."""
    return book_of(work, filters.year)
