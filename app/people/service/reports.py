"""What the examination of a file of rows found, whatever the rows are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.people.rules.roll import Finding

SHOWN = 500
"""Findings kept in a report; the rest are only counted."""


@dataclass
class RowReport:
    """Rows counted by what they are fit for, the first findings, and whether anything was done."""

    rows: int = 0
    good: int = 0
    bad: int = 0
    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    done: bool = False

    def note(self, findings: Sequence[Finding]) -> None:
        """Keep the first findings and count the others."""
        room = max(0, SHOWN - len(self.findings))
        self.findings += findings[:room]
        self.more_findings += len(findings[room:])

    @property
    def has_errors(self) -> bool:
        """Whether anything but a note was found."""
        return self.bad > 0 or any(finding.is_error for finding in self.findings)
