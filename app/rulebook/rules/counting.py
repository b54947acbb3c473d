"""What has to be added up for a year under a rule set, and the verdicts on such sums. Pure.

The second path of decision 20: a statement over the ledger sorts live lines into the picks of a `Plan` and adds them up
into `Cell`s; `judged` turns the cells of one person into the same verdicts that `evaluate` reaches line by line.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from .evaluation import NotInForce, governs, supplemented, term_of
from .judging import InForce, Term, Verdict, required_amount, settle
from .model import ZERO, Measure, Need, RuleSet, Supplement
from .totals import Totals, Window, buckets_of, overflowed, total

Kept = TypeVar("Kept")
MOST_KNOWN = 50_000


@dataclass(frozen=True)
class Pick:
    """Lines of some buckets in some accounting years; a total also takes what was carried in and out."""

    buckets: tuple[str, ...]
    is_total: bool
    window: Window


@dataclass(frozen=True)
class Help:
    """Lines that a supplement of the rule set (by its place) may let in, in some accounting years."""

    supplement: int
    window: Window


@dataclass(frozen=True)
class Plan:
    """Everything a year of a rule set asks of the ledger. A line's mask has one bit for each pick, then for each help."""

    rule_set: RuleSet
    year: int
    terms: tuple[Term, ...]
    picks: tuple[Pick, ...]
    helps: tuple[Help, ...]
    needs: tuple[tuple[int, ...], ...]
    of_year: int
    of_cycle: int

    @property
    def years(self) -> Window:
        """Accounting years in which such lines may stand; one more on each side for graced lists."""
        windows = [*(pick.window for pick in self.picks), *(one.window for one in self.helps)]
        return Window(min(window.first for window in windows) - 1, max(window.last for window in windows) + 1)

    @property
    def is_linear(self) -> bool:
        """Whether a line and its reversal cancel in every sum, so that signed sums need not look for pairs."""
        return not (self.rule_set.flats or self.rule_set.caps or self.rule_set.carry_over)

    def help_bit(self, supplement: int, window: Window) -> int:
        """The bit of a supplement in the years of a requirement."""
        return 1 << (len(self.picks) + self.helps.index(Help(supplement, window)))


def plan_of(rule_set: RuleSet, year: int) -> Plan:
    """What a year asks for. Raises NotInForce for a year the rule set does not govern."""
    if not governs(rule_set, year):
        raise NotInForce(f"{rule_set.pin} does not govern {year}")
    terms = tuple(term_of(rule_set, requirement, year) for requirement in rule_set.requirements)
    picks: list[Pick] = []
    needs = tuple(
        tuple(_place(picks, _pick(rule_set, need, _window(term))) for need in requirement.needs)
        for requirement, term in zip(rule_set.requirements, terms, strict=True)
    )
    whole = tuple(rule_set.buckets)
    cycle = rule_set.cycle
    of_year = _place(picks, Pick(whole, False, Window(year, year)))
    in_cycle = cycle is not None and cycle.to_on is not None and year in cycle.years()
    span = Window(cycle.from_on.year, cycle.to_on.year) if in_cycle and cycle and cycle.to_on else Window(year, year)
    of_cycle = _place(picks, Pick(whole, False, span))
    windows = dict.fromkeys(_window(term) for term in terms)
    helps = tuple(Help(number, window) for number in range(len(rule_set.supplements)) for window in windows)
    return Plan(rule_set, year, terms, tuple(picks), helps, needs, 1 << of_year, 1 << of_cycle)


def _pick(rule_set: RuleSet, need: Need, window: Window) -> Pick:
    return Pick(tuple(bucket.id for bucket in buckets_of(rule_set, need)), need.is_total, window)


def _place(picks: list[Pick], pick: Pick) -> int:
    """The place of a pick; needs that ask for the same lines share one."""
    if pick not in picks:
        picks.append(pick)
    return picks.index(pick)


def _window(term: Term) -> Window:
    return Window(term.from_on.year, term.to_on.year)


@dataclass(frozen=True, slots=True)
class Cell:
    """Live lines of one person that the rule set treats alike, added up. `year` tells only under a cap of the year."""

    mask: int
    days: Decimal
    gross_hours: Decimal
    hours: Decimal
    span_days: int
    factor: Decimal = Decimal(1)
    cap: int | None = None
    year: int = 0
    carried_in: Decimal = ZERO

    @property
    def gross_days(self) -> Decimal:
        """Days count as they are certified."""
        return self.days

    @property
    def credits(self) -> Decimal:
        """Hours times the factor of required or elective study."""
        return self.hours * self.factor


class Bench(Generic[Kept]):
    """Judges the cells of one person after another and remembers what it has judged: many people have the same sums.

    `keep` makes of a verdict, which has no reasons, what the caller wants to have of it.
    """

    def __init__(self, plan: Plan, as_of: date, keep: Callable[[Verdict], Kept]) -> None:
        self.plan, self.as_of, self.keep = plan, as_of, keep
        self._known: dict[Hashable, Kept] = {}

    def judged(self, held: Sequence[InForce], cells: Sequence[Cell]) -> list[Kept]:
        """What is kept of the verdict on every requirement that touches the person, in rule order."""
        sums: dict[int, Totals] = {}
        return [self._one(number, mine, cells, sums) for number, mine in enumerate(held) if mine.months or mine.touched]

    def _one(self, number: int, held: InForce, cells: Sequence[Cell], sums: dict[int, Totals]) -> Kept:
        """One requirement; only what lies outside its needs may make equal sums differ."""
        book, totals = self.plan.rule_set, []
        for place in self.plan.needs[number]:
            if place not in sums:
                bit = 1 << place
                sums[place] = total(book, [cell for cell in cells if cell.mask & bit])
            totals.append(sums[place])
        if book.supplements:
            return self.keep(_verdict(self.plan, number, held, totals, cells, self.as_of))
        key = (number, held.months, held.touched, held.split, *totals)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = self._known[key] = self.keep(_verdict(self.plan, number, held, totals, cells, self.as_of))
        return found


def judged(plan: Plan, held: Sequence[InForce], cells: Sequence[Cell], as_of: date) -> list[Verdict]:
    """Verdicts, without their reasons, on every requirement that touches one person."""
    return Bench(plan, as_of, lambda verdict: verdict).judged(held, cells)


def _verdict(plan: Plan, number: int, held: InForce, totals: Sequence[Totals], cells: Sequence[Cell], as_of: date) -> Verdict:
    book, requirement = plan.rule_set, plan.rule_set.requirements[number]
    required = [required_amount(book, need, held) for need in requirement.needs]
    if book.supplements:
        places = plan.needs[number]
        totals = [
            supplemented(requirement, need, amount, sum_, _claims(plan, number, need, 1 << place, cells))[0]
            for need, amount, sum_, place in zip(requirement.needs, required, totals, places, strict=True)
        ]
    if book.overflow:
        totals = overflowed(book, requirement.needs, required, totals)[0]
    return settle(book, requirement, held, plan.terms[number], as_of, totals, required)


def _claims(plan: Plan, number: int, need: Need, bit: int, cells: Iterable[Cell]) -> list[tuple[Supplement, Decimal]]:
    """What lines outside the need come to, for each supplement of the rule set."""
    found = []
    for place, rule in enumerate(plan.rule_set.supplements):
        help_bit = plan.help_bit(place, _window(plan.terms[number]))
        outside = [cell for cell in cells if cell.mask & help_bit and not cell.mask & bit]
        found.append((rule, sum((cell.days if need.measure is Measure.DAYS else cell.hours for cell in outside), ZERO)))
    return found


def is_trained(cells: Iterable[Cell], bit: int) -> bool:
    """At least one live line with hours or days in some bucket of the rule set, not only hours carried in (REQ-G02, REQ-G07, REQ-T05)."""
    mine = [cell for cell in cells if cell.mask & bit]
    return sum((cell.gross_hours - cell.carried_in for cell in mine), ZERO) > 0 or sum((cell.days for cell in mine), ZERO) > 0


__all__ = ["Bench", "Cell", "Help", "Pick", "Plan", "is_trained", "judged", "plan_of"]
