"""Who may sit an examination: facts of a person in, the first condition that is not met out. Pure (decisions 23)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Barred(StrEnum):
    """Why a person may not sit."""

    ROSTER = "roster"
    CLASS = "class"
    CANCELLED = "cancelled"
    UNIT = "unit"
    RANK = "rank"
    TEAM = "team"
    COURSE = "course"


@dataclass(frozen=True)
class Rule:
    """Every condition that is set must hold; of the members of one condition any is enough, of courses all are needed."""

    roster: bool = False
    courses: tuple[int, ...] = ()
    """Courses to have been finished, in any version."""
    ranks: tuple[str, ...] = ()
    unit: str = ""
    """Path of the unit at the top of those that may sit; empty for all."""
    teams: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    """Training classes whose members may sit."""

    def as_json(self) -> dict[str, Any]:
        """The rule as it is stored."""
        return {
            "roster": self.roster,
            "courses": list(self.courses),
            "ranks": list(self.ranks),
            "unit": self.unit,
            "teams": list(self.teams),
            "classes": list(self.classes),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Rule:
        """The rule from what is stored."""
        lists = {name: tuple(stored.get(name, ())) for name in ("courses", "ranks", "teams", "classes")}
        return cls(stored.get("roster", False), unit=stored.get("unit", ""), **lists)

    @property
    def asks_post(self) -> bool:
        """Whether the person's post must be known."""
        return bool(self.ranks or self.unit)


@dataclass(frozen=True)
class Facts:
    """What bears on it, of one person today."""

    on_roster: bool = False
    finished: Collection[int] = frozenset()
    rank: str | None = None
    unit: str = ""
    teams: Collection[str] = frozenset()
    classes: Collection[int] = frozenset()
    """Those of the classes of the rule that he is in and that were not cancelled; nobody is in a class he withdrew from."""
    cancelled: Collection[int] = frozenset()
    """Those that he is in and that were cancelled; they admit nobody."""


def admit(rule: Rule, facts: Facts) -> Barred | None:
    """Why the person may not sit, or None."""
    if rule.roster and not facts.on_roster:
        return Barred.ROSTER
    if rule.classes and not set(rule.classes) & set(facts.classes):
        return Barred.CANCELLED if set(rule.classes) & set(facts.cancelled) else Barred.CLASS
    if rule.unit and not f"{facts.unit}/".startswith(f"{rule.unit}/"):
        return Barred.UNIT
    if rule.ranks and facts.rank not in rule.ranks:
        return Barred.RANK
    if rule.teams and not set(rule.teams) & set(facts.teams):
        return Barred.TEAM
    if set(rule.courses) - set(facts.finished):
        return Barred.COURSE
    return None
