"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    goal: str
    what: str
    value: float
    limit: float
    unit: str
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit (limits of rates are lower bounds, unit «≥»)."""
        return self.value >= self.limit if self.unit.startswith("≥") else self.value <= self.limit
