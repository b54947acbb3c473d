"""The rule of study in force, in figures for pages: what has to be seen, how fast, how much a day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.kernel.clock import civil
from app.kernel.work import Work
from app.rulebook import service as rulebook


@dataclass(frozen=True)
class Terms:
    """What a learner is told before he begins (domain.md A6)."""

    pin: str
    coverage_required: Decimal
    max_rate: Decimal
    daily_cap_ms: int

    @property
    def percent(self) -> int:
        """Required coverage of each mandatory lecture in whole percent."""
        return int(self.coverage_required * 100)


def terms(work: Work) -> Terms:
    """The figures that hold today."""
    rule_set = rulebook.in_force(work, work.settings.rule_set, civil(work.now).date())
    return Terms(rule_set.pin, rule_set.coverage_required, rule_set.max_rate, rule_set.daily_cap_ms)
