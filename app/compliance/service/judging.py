"""Judge many people at once: facts and sums in bulk, one pure judge (decision 20)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.compliance import rules
from app.compliance.models import WHOLE
from app.hours.queries.year import book_of
from app.kernel.clock import civil
from app.kernel.db import dialect
from app.kernel.quantity import hours_text
from app.kernel.work import Work
from app.ledger.queries.sums import Whose, sums_of
from app.people.queries import as_person
from app.people.rules.facts import PersonFacts, covers
from app.rulebook.rules import Figure, Person, RuleSet, Verdict
from app.rulebook.rules.census import Census
from app.rulebook.rules.counting import Bench, Cell, is_trained, plan_of

MOST_SHAPES = 5_000


class Judge:
    """Judges one year by the rules that govern it; made once, used for one group of people after another."""

    def __init__(self, work: Work, year: int, *, book: RuleSet | None = None, as_of: date | None = None) -> None:
        """Of today by the rules in force, unless other rules are tried or an earlier day is asked for."""
        self.year, self.as_of = year, as_of or civil(work.now).date()
        self.book = book or book_of(work, year)
        self.plan = plan_of(self.book, year)
        self.census = Census(self.plan)
        self.bench = Bench(self.plan, self.as_of, _kept)
        self.sums = sums_of(dialect(work.session), self.plan, self.as_of)
        self._new: dict[Hashable, list[dict[str, Any]]] = {}
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        self.assessed_on = min(self.last, max(self.as_of, self.first))

    def rows(
        self, work: Work, facts: Mapping[int, PersonFacts], people: Whose, persons: Mapping[int, Person] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Rows of standings for these people; `people` says the same of the ledger's lines, `persons` what the facts come to."""
        sums = dict(self.sums.of(work, people))
        for person_id, known in facts.items():
            person = as_person(known) if persons is None else persons[person_id]
            cells = sums.get(person_id)
            yield from self._of_one(person_id, known, person, cells) if cells else self._of_new(person_id, known, person)

    def _of_new(self, person_id: int, known: PersonFacts, person: Person) -> Iterator[dict[str, Any]]:
        """Rows of somebody without lines: those of the last one of whom the same is known, but for his unit."""
        shape = _shape(known)
        found = self._new.get(shape)
        if found is None:
            if len(self._new) >= MOST_SHAPES:
                self._new.clear()
            found = self._new[shape] = list(self._of_one(person_id, known, person, ()))
        if found:
            last = person.last_day_served(self.assessed_on)
            own = {"person_id": person_id, "unit_id": _unit_on(known, last) if last else None}
            yield from ({**row, **own} for row in found)

    def _of_one(self, person_id: int, known: PersonFacts, person: Person, cells: Sequence[Cell]) -> Iterator[dict[str, Any]]:
        """One row for each requirement that touches the person, and one for the whole; nothing for who left before."""
        last = person.last_day_served(self.assessed_on)
        if last is None or last < self.first:
            return
        kept = self.bench.judged(self.census.held(person), cells)
        teams = [team for team in known.teams if covers(team, last)]
        bits = rules.team_bits((team.team for team in teams), (team.tier for team in teams))
        about = {
            "person_id": person_id, "year": self.year, "unit_id": _unit_on(known, last),
            "rank_level": person.rank(last) or "", "teams": bits, "memberships": len(teams),
            "is_serving": last == self.assessed_on, "trained_year": is_trained(cells, self.plan.of_year),
            "trained_cycle": is_trained(cells, self.plan.of_cycle), "turns_on": None,
        }  # fmt: skip
        for _, columns in kept:
            yield {**about, **columns}
        turns = rules.turning(person, self.assessed_on, self.last) if self.as_of <= self.last else None
        yield {**about, **_row(rules.whole([one for one, _ in kept])), "turns_on": turns}


def _unit_on(known: PersonFacts, day: date) -> int | None:
    """The unit of the post held on a day, of the primary one before any other."""
    held = sorted((post for post in known.appointments if covers(post, day)), key=lambda post: not post.is_primary)
    return held[0].unit_id if held else None


def _shape(known: PersonFacts) -> Hashable:
    """All that is known of a person but in which units he serves, which no rule asks for."""
    posts = tuple((a.from_on, a.to_on, a.unit_kind, a.rank, a.position_class, a.is_leading, a.is_primary) for a in known.appointments)
    return posts, known.teams, known.tags, known.leave, known.events


def judged_by(judges: Sequence[Judge], work: Work, facts: Mapping[int, PersonFacts], people: Whose) -> list[dict[str, Any]]:
    """The rows of several years for the same people, of whom is made once what the rules see."""
    persons = {person_id: as_person(known) for person_id, known in facts.items()}
    return [row for judge in judges for row in judge.rows(work, facts, people, persons)]


def _kept(verdict: Verdict) -> tuple[rules.Judged, dict[str, Any]]:
    """What is kept of a verdict, and its columns."""
    one = rules.judged(verdict)
    return one, _row(one)


def _row(one: rules.Judged) -> dict[str, Any]:
    """The columns of one verdict."""
    lead = one.lead
    return {
        "requirement": one.requirement, "state": one.state, "due_on": one.due_on, "missing": one.missing,
        "measure": lead.measure.value if lead else None, "required": lead.required if lead else None,
        "counted": lead.counted if lead else None, "shortfall": lead.shortfall if lead else None,
        "figures": [_figure(row) for row in one.figures] if len(one.figures) > 1 else None,
    }  # fmt: skip


def _figure(row: Figure) -> list[str]:
    """One figure as it is kept: bucket, measure, required, counted, lacking."""
    return [row.bucket or "", row.measure.value, *(hours_text(value) for value in (row.required, row.counted, row.shortfall))]


__all__ = ["WHOLE", "Judge", "judged_by"]
