"""For how many months each requirement held, for a whole city: people of the same shape are asked once. Pure.

Only day 15 of each month is asked for the months (domain.md §6.1-6), so two people whose posts, teams, lists and leave
cover the same fifteenths are the same for the rules. A test holds this equal to `judging.in_force`, which is the rule.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from datetime import date
from itertools import pairwise

from .counting import Plan
from .facts import Period, Person, matches
from .judging import InForce, in_force, who_on
from .model import Who

Shape = tuple[Hashable, ...]
GONE = frozenset({"retired", "left"})


class Census:
    """Answers `in_force` for every requirement of a plan, remembering the shapes it has met."""

    def __init__(self, plan: Plan) -> None:
        self.book, self.terms = plan.rule_set, plan.terms
        self.first, self.last = (
            min((term.from_on for term in self.terms), default=date.max),
            max((term.to_on for term in self.terms), default=date.min),
        )
        self.days = sorted({day for term in self.terms for day in term.census_days()})
        self.spans = [(self.days.index((days := term.census_days())[0]), self.days.index(days[-1]) + 1) for term in self.terms]
        self.slots = [self._slots(number) for number in range(len(self.terms))]
        self._known: dict[Shape, tuple[tuple[tuple[int, ...], bool], ...]] = {}

    def _slots(self, number: int) -> list[tuple[Who | None, int, int]]:
        """Who is meant by a requirement in which of the fifteenths: all of its term, or one stretch of a split year after another."""
        first, last = self.spans[number]
        one = self.book.requirements[number]
        if not one.whos:
            return [(one.who, first, last)]
        return [
            (who, bisect_left(self.days, part.from_on), bisect_right(self.days, part.to_on))
            for who, part in zip(one.whos, self.book.stretches, strict=True)
        ]

    def held(self, person: Person) -> tuple[InForce, ...]:
        """For each requirement in rule order, the months it held and whether it touched the person."""
        if self.book.proration == "status_at_year_end":
            return tuple(
                in_force(self.book, requirement, person, term) for requirement, term in zip(self.book.requirements, self.terms, strict=True)
            )
        shape = self._shape(person)
        known = self._known.get(shape)
        if known is None:
            known = self._known[shape] = self._months(person)
        turns = self._turns(person) if not all(is_held for _, is_held in known) else ()
        return tuple(self._held(number, person, months, is_held, turns) for number, (months, is_held) in enumerate(known))

    def _held(self, number: int, person: Person, months: tuple[int, ...], is_held: bool, turns: Sequence[date]) -> InForce:
        """Months by the way they are counted; between two fifteenths only turning days can touch."""
        first, last = self.spans[number]
        term, one = self.terms[number], self.book.requirements[number]
        touched = is_held
        inside = () if touched else [day for day in turns if term.from_on <= day <= term.to_on]
        if inside:  # without a turn the person is all the term what he is on its fifteenths
            touched = any(self._is_meant(number, person, day) for day in (term.from_on, term.to_on, *inside))
        if self.book.proration != "census15" and any(months):
            months = tuple(0 if who is None else stop - start for who, start, stop in self.slots[number])
        return InForce(sum(months), last - first, touched, months if one.whos else ())

    def _is_meant(self, number: int, person: Person, day: date) -> bool:
        who = who_on(self.book, self.book.requirements[number], day)
        return who is not None and matches(who, person, day) and person.serves(day)

    def _turns(self, person: Person) -> list[date]:
        """Days within the terms on which something begins or has ended, or the person was last in service."""
        days = [day for day in person.turning_days() if self.first <= day <= self.last]
        return days + [event.on for event in person.events if event.kind in GONE and self.first <= event.on <= self.last]

    def _shape(self, person: Person) -> Shape:
        """What tells the person from others on the fifteenths."""
        return (
            bool(person.appointments),
            frozenset((self._covers(a), a.unit_kind, a.rank, a.position_class, a.is_leading) for a in person.appointments),
            frozenset((self._covers(team), team.team, team.tier) for team in person.teams),
            frozenset((self._covers(tag), tag.tag) for tag in person.tags),
            frozenset(self._covers(leave) for leave in person.leave),
            min((bisect_right(self.days, event.on) for event in person.events if event.kind in GONE), default=None),
        )

    def _covers(self, period: Period) -> tuple[int, int]:
        """The fifteenths that a period covers, as places in the list of days; empty ones are all the same."""
        start = bisect_left(self.days, period.from_on)
        stop = len(self.days) if period.to_on is None else bisect_right(self.days, period.to_on)
        return (start, stop) if start < stop else (0, 0)

    def _months(self, person: Person) -> tuple[tuple[tuple[int, ...], bool], ...]:
        """Months held, and whether any fifteenth was held at all, asked once for each stretch without a change."""
        periods = (*person.appointments, *person.teams, *person.tags, *person.leave)
        cuts = {0, len(self.days), *(place for period in periods for place in self._covers(period))}
        cuts |= {bisect_right(self.days, event.on) for event in person.events if event.kind in GONE}
        months = [[0] * len(slots) for slots in self.slots]
        held = [False] * len(self.terms)
        for start, stop in pairwise(sorted(cuts)):
            day = self.days[start]
            if not person.serves(day):
                continue
            away = person.is_away(day)
            for number, slots in enumerate(self.slots):
                for place, (who, first, last) in enumerate(slots):
                    overlap = min(stop, last) - max(start, first)
                    if overlap > 0 and who is not None and matches(who, person, day):
                        held[number] = True
                        months[number][place] += 0 if away else overlap
        return tuple((tuple(one), is_held) for one, is_held in zip(months, held, strict=True))
