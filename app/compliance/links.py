"""Where the figures of a page lead: to the figures below a row, to the people and to the memberships behind a number.

A page of a city has thousands of them. The addresses of the two pages are asked of the router once, what is asked of them is
written behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from flask import url_for

from app.compliance import words
from app.compliance.rules import GROUPS, Branch

if TYPE_CHECKING:
    from app.compliance.queries import Overview


class RowLinks(NamedTuple):
    """Where a row opens, where its memberships are told apart, and where its people are listed, but for the status; "" for nowhere."""

    opens: str
    memberships: str
    people: str

    def listed(self, status: str) -> str:
        """Where the people of the row in one status are listed."""
        return self.people and f"{self.people}{status}"


class Links:
    """The links of one page of figures. Whoever may see no persons has none that leads to them."""

    def __init__(self, view: Overview) -> None:
        """Of a page as it was read."""
        self._view = view
        self._figures, self._people = url_for("compliance.show_figures"), url_for("compliance.list_people")
        self._more = {"view": "city"} if view.reach.both and not view.reach.persons else {}

    def of(self, row: Branch | None) -> RowLinks:
        """Those of a row, or of all of them together; none where groups were joined."""
        asked = {} if row is None else self._asked_by(row)
        if asked is None:
            return RowLinks("", "", "")
        people = members = ""
        if self._view.reach.persons:
            people = self._address(self._people, **asked, status="")
            members = self._address(self._figures, **{**asked, "by": "team"})
        return RowLinks(self._opens(row, asked, people) if row is not None else "", members, people)

    def _asked_by(self, row: Branch) -> dict[str, object] | None:
        """The filter that finds the people of a row, who may be found by one; None for groups that were joined."""
        if self._view.filters.by != "unit":
            return {self._view.filters.by: row.path} if row.path and "+" not in row.path else None
        unit = self._view.names.get(row.unit_id)
        return {"unit": unit.uid, "own": 1 if self._is_top(row) else None} if unit is not None else None

    def _is_top(self, row: Branch) -> bool:
        """Whether a row is of those who serve in the unit itself that is looked at."""
        return self._view.top is not None and row.path == self._view.top.path

    def _opens(self, row: Branch, asked: dict[str, object], people: str) -> str:
        """The figures below a row, by unit; for who sees persons those of a unit without any below are its people."""
        if self._view.filters.by != "unit":
            return self._address(self._figures, **{"by": None, **asked}, **self._more)
        if not row.is_leaf and self._view.top is not None and not self._is_top(row):
            return self._address(self._figures, **asked, **self._more)
        return people and f"{people}short"

    def coverage(self, status: str, team: str = "") -> str:
        """Where the people behind a figure of coverage are listed, whatever is required of them."""
        own = self._view.filters.team
        if not self._view.reach.persons or own not in ("", team or own) or (team and words.has_tiers(self._view)):
            return ""
        asked: dict[str, object] = {"requirement": None, **({"team": team} if team else {})}
        return self._address(self._people, **asked, status="") + status

    def tabs(self) -> list[tuple[str, str, bool, None]]:
        """What the table may be by."""
        now = self._view.filters.by
        return [
            (words.group_word(by), self._address(self._figures, by=by if by != "unit" else None, **self._more), by == now, None)
            for by in GROUPS
        ]

    def _address(self, page: str, **changes: Any) -> str:
        """A page with what is asked of it; an empty `status` is left open at the end, for each status in turn."""
        asked = self._view.filters.query(**{name: value for name, value in changes.items() if name != "status"})
        if "status" in changes:
            asked["status"] = ""
        return f"{page}?{urlencode(asked, safe='*')}" if asked else page


def row_key(view: Overview, row: Branch) -> str:
    """The word of a row in addresses; empty where groups were joined."""
    if view.filters.by != "unit":
        return row.path
    return str(view.names[row.unit_id].uid) if row.unit_id in view.names else ""
