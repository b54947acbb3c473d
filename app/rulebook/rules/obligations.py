"""Duties apart from the yearly amounts: set off by an event, or returning with the period (domain.md §6.2). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .facts import Event, Facts, Line, matches
from .judging import Status, Term, year_term
from .lines import figures
from .model import ZERO, Obligation, RuleSet, holds
from .notes import Note

PROOFS = frozenset({"credit", "adjustment"})
"""Kinds of entries by which training is on record."""


@dataclass(frozen=True)
class Duty:
    """One obligation of one person: since when, until when, and where it stands."""

    obligation: Obligation
    status: Status
    since: date
    due_on: date | None
    satisfied_by: str | None
    explanation: tuple[Note, ...]

    @property
    def id(self) -> str:
        """The id of the obligation in the rule set."""
        return self.obligation.id


def duties(rule_set: RuleSet, facts: Facts, standing: Sequence[Line]) -> tuple[Duty, ...]:
    """Every obligation that touches the person in the year, in rule order; those of events in order of their day."""
    found: list[Duty] = []
    for obligation in rule_set.obligations:
        if obligation.trigger:
            events = sorted((event for event in facts.person.events if event.kind in obligation.trigger), key=lambda event: event.on)
            found += [duty for event in events if (duty := _after_event(rule_set, obligation, event, facts, standing))]
        elif duty := _returning(rule_set, obligation, facts, standing):
            found.append(duty)
    return tuple(found)


def _after_event(rule_set: RuleSet, obligation: Obligation, event: Event, facts: Facts, standing: Sequence[Line]) -> Duty | None:
    """Due before a day the event names, or within months after it; training of the year before the event counts too."""
    start = date(facts.year, 1, 1)
    if event.on > min(facts.as_of, date(facts.year, 12, 31)):
        return None
    due = _due(obligation, event)
    opens = add_months(event.on, -12)
    proof = _proof(rule_set, obligation, standing, Term(opens, facts.as_of), event.on, facts)
    if proof is not None and proof.occurred_to < start and event.on < start:
        return None
    if proof is not None:
        late = due is not None and proof.occurred_to > due
        note = Note.of("made_up" if late else "satisfied", line=proof.id, on=proof.occurred_to, due=due)
        return Duty(obligation, Status.MET, event.on, due, proof.id, (note,))
    is_over = due is not None and facts.as_of >= due
    note = Note.of("overdue" if is_over else "open", due=due, gate=obligation.gate, trigger=event.kind, on=event.on)
    return Duty(obligation, Status.UNMET if is_over else Status.NOT_YET_DUE, event.on, due, None, (note,))


def _due(obligation: Obligation, event: Event) -> date | None:
    """The last day for an obligation set off by an event; none where the event does not say."""
    if obligation.due_before == "probation_end":
        return event.probation_end
    if obligation.due_before == "post_start":
        return event.post_start or event.on
    return add_months(event.on, obligation.within_months) if obligation.within_months is not None else None


def _returning(rule_set: RuleSet, obligation: Obligation, facts: Facts, standing: Sequence[Line]) -> Duty | None:
    """Once in every year, cycle, or number of months, for those who are meant on the day of the evaluation."""
    term = _term(rule_set, obligation, facts)
    day = min(max(facts.as_of, term.from_on), term.to_on)
    person = facts.person
    if not (matches(obligation.who, person, day) and person.serves(day)):
        return None
    proof = _proof(rule_set, obligation, standing, Term(term.from_on, min(term.to_on, facts.as_of)), day, facts)
    if proof is not None:
        note = Note.of("satisfied", line=proof.id, on=proof.occurred_to, due=term.to_on)
        return Duty(obligation, Status.MET, term.from_on, term.to_on, proof.id, (note,))
    is_over = facts.as_of >= term.to_on
    note = Note.of("overdue" if is_over else "open", due=term.to_on)
    return Duty(obligation, Status.UNMET if is_over else Status.NOT_YET_DUE, term.from_on, term.to_on, None, (note,))


def _term(rule_set: RuleSet, obligation: Obligation, facts: Facts) -> Term:
    """The year, the cycle, or the stretch of months that holds the year's last day, counted from the cycle's start."""
    cycle = rule_set.cycle
    in_cycle = cycle is not None and cycle.to_on is not None and facts.year in cycle.years()
    if obligation.every == "cycle" and in_cycle and cycle is not None and cycle.to_on is not None:
        return Term(cycle.from_on, cycle.to_on)
    if obligation.every_months is None:
        return year_term(facts.year)
    start = obligation.since or (cycle.from_on if in_cycle and cycle is not None else rule_set.effective.from_on)
    begun = start
    while (following := add_months(begun, obligation.every_months)) <= date(facts.year, 12, 31):
        begun = following
    return Term(begun, following - timedelta(days=1))


def _proof(rule_set: RuleSet, obligation: Obligation, standing: Sequence[Line], term: Term, rank_on: date, facts: Facts) -> Line | None:
    """The first standing line in the term that satisfies the conditions, long enough for the person's rank.

    A credit, or an adjustment that adds: training that was left out is proof as well once it is entered in the closed year.
    """
    needed = obligation.min_days.get(facts.person.rank(rank_on) or "", obligation.min_days.get("*", ZERO))
    for line in sorted(standing, key=lambda line: (line.occurred_to, line.order)):
        if line.entry_kind not in PROOFS or line.is_nothing or _takes_away(line) or not term.from_on <= line.occurred_to <= term.to_on:
            continue
        if holds(obligation.evidence.clause, line) and _days(rule_set, line) >= needed:
            return line
    return None


def _takes_away(line: Line) -> bool:
    """Whether a signed line lowers the record, which proves nothing."""
    return min(line.hours or ZERO, line.days or ZERO) < 0


def _days(rule_set: RuleSet, line: Line) -> Decimal:
    """Training days of a line; calendar days of the class where they are more (30 days are meant as a class)."""
    return max(figures(rule_set, line)[0], Decimal(line.calendar_days))


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last day of a shorter month."""
    month = day.year * 12 + day.month - 1 + months
    year, number = month // 12, month % 12 + 1
    following = date(year + number // 12, number % 12 + 1, 1)
    return min(date(year, number, min(day.day, 28)) + timedelta(days=max(day.day - 28, 0)), following - timedelta(days=1))
