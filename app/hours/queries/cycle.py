"""The cycle a year lies in: its years, its own requirements, its coverage."""

from __future__ import annotations

from dataclasses import dataclass

from app.hours import rules
from app.hours.queries.year import Bar, MyYear, bars_of
from app.people import queries as people
from app.rulebook.rules import Term, Verdict


@dataclass(frozen=True)
class Cycle:
    """The years in order, the verdicts on requirements of the whole cycle, and the fullest bar of each of them."""

    term: Term
    years: tuple[rules.CycleYear, ...]
    verdicts: tuple[Verdict, ...]
    bars: tuple[Bar, ...]

    @property
    def trained(self) -> int:
        """Years in which the person was trained off post; one of them covers him for the cycle."""
        return sum(one.is_trained for one in self.years)

    @property
    def served(self) -> int:
        """Years that have begun in which the person was in service; years before he joined or after he left ask nothing of him."""
        return sum(one.is_told for one in self.years)


def cycle_of(year: MyYear) -> Cycle | None:
    """The cycle of a year that was judged; None where the rules know no cycle that holds it."""
    cycle = year.book.cycle
    if cycle is None or cycle.to_on is None or year.year not in cycle.years():
        return None
    verdicts = tuple(verdict for verdict in year.evaluation.applicable if verdict.requirement.period == "cycle")
    bars = tuple(max(bars_of(year.evaluation, verdict), key=lambda bar: bar.share) for verdict in verdicts)
    years = rules.by_year(year.evaluation.lines, cycle.years(), people.as_person(year.person), year.today)
    return Cycle(Term(cycle.from_on, cycle.to_on), years, verdicts, bars)
