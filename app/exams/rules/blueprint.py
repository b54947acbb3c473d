"""A paper by blueprint (组卷蓝图): what it wants of the bank, whether the bank can give it, and one candidate's draw. Pure.

A row wants some questions of a topic, a kind and a range of difficulty. Questions with the same fingerprint say the same
and are one *choice*: at most one of them stands in a paper. Rows may compete for the same choices; what they can have
together is a flow from choices to rows, so `shortages` is exact, not a bound. No key is looked at (ATK-A56).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import Any

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import Fault
from app.exams.rules.assembly import NotEnough
from app.exams.rules.lots import Lots

MOST_ROWS, MOST_QUESTIONS = 40, 300
EASIEST, HARDEST = 1, 5


@dataclass(frozen=True)
class Row:
    """So many questions of a topic (any for ""), a kind and a range of difficulty, each worth `points`."""

    topic: str
    kind: Kind
    count: int
    points: Decimal
    lowest: int = EASIEST
    highest: int = HARDEST

    def takes(self, item: Item) -> bool:
        """Whether this question may stand in this row."""
        return self.kind == item.kind and self.topic in ("", item.topic) and self.lowest <= item.difficulty <= self.highest

    def as_json(self) -> list[Any]:
        """The row as it is stored."""
        return [self.topic, self.kind.value, self.count, str(self.points), self.lowest, self.highest]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Row:
        """The row from what is stored."""
        topic, kind, count, points, lowest, highest = stored
        return cls(topic, Kind(kind), count, Decimal(points), lowest, highest)


@dataclass(frozen=True)
class Item:
    """A question of the bank as a blueprint sees it: no words, no key."""

    question: int
    topic: str
    kind: Kind
    difficulty: int
    fingerprint: str


def faults(rows: Sequence[Row]) -> list[Fault]:
    """What keeps these rows from being a blueprint; fields are `rows.<number from 0>.<name>`."""
    if not rows:
        return [Fault("rows", "rows_needed")]
    if len(rows) > MOST_ROWS:
        return [Fault("rows", "too_many_rows")]
    found = [Fault(f"rows.{at}.{name}", code) for at, row in enumerate(rows) for name, code in _row_faults(row)]
    if not found and sum(row.count for row in rows) > MOST_QUESTIONS:
        found.append(Fault("rows", "too_many_questions"))
    return found


def _row_faults(row: Row) -> Iterable[tuple[str, str]]:
    if len(row.topic) > 60:
        yield "topic", "too_long"
    if not 1 <= row.count <= MOST_QUESTIONS:
        yield "count", "count_outside"
    if not row.points.is_finite() or not 0 < row.points <= 100 or row.points != round(row.points, 2):
        yield "points", "points_outside"
    if not EASIEST <= row.lowest <= HARDEST:
        yield "lowest", "difficulty_outside"
    if not EASIEST <= row.highest <= HARDEST:
        yield "highest", "difficulty_outside"
    elif row.lowest > row.highest:
        yield "highest", "difficulty_backwards"


Choice = int | Sequence[Sequence[int]]
"""Questions that say the same, as [question, the rows it fits as bits]; the number alone of a question that has no twin."""


def _members(choice: Choice, bits: int, without: Collection[int]) -> list[tuple[int, int]]:
    """The questions of a choice that are still asked, each with the rows it fits."""
    if isinstance(choice, int):
        return [] if choice in without else [(choice, bits)]
    return [(question, fits) for question, fits in choice if question not in without]


def _fits(members: Iterable[tuple[int, int]]) -> int:
    """The rows that some of these questions fits, as bits."""
    return reduce(or_, (fits for _question, fits in members), 0)


@dataclass(frozen=True)
class Stock:
    """What a bank has for a blueprint: choices, gathered by the rows they fit (as bits)."""

    groups: Mapping[int, Sequence[Choice]]

    def fitting(self, row: int) -> int:
        """How many choices fit a row, were it alone."""
        return sum(len(choices) for bits, choices in self.groups.items() if bits >> row & 1)

    @cached_property
    def alone(self) -> frozenset[int]:
        """The rows whose choices fit no other row."""
        bits = [one for one in self.groups if one.bit_count() == 1]
        return frozenset(one.bit_length() - 1 for one in bits if not any(one & other for other in self.groups if other != one))

    def without(self, known: Collection[int]) -> Stock:
        """What is left of it when these questions are not asked."""
        groups: dict[int, list[Choice]] = defaultdict(list)
        for bits, choices in self.groups.items():
            for choice in choices:
                if members := _members(choice, bits, known):
                    groups[_fits(members)].append(choice if isinstance(choice, int) else members)
        return Stock(groups)

    def as_json(self) -> list[Any]:
        """The stock as it is stored."""
        return [[bits, list(choices)] for bits, choices in self.groups.items()]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Stock:
        """The stock from what is stored."""
        return cls(dict(stored))


def stock(rows: Sequence[Row], items: Iterable[Item]) -> Stock:
    """What of these questions the rows can use; the order of `items` does not matter."""
    by_facts: dict[tuple[str, Kind, int], int] = {}
    alike: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for item in items:
        facts = (item.topic, item.kind, item.difficulty)
        if facts not in by_facts:
            by_facts[facts] = sum(1 << at for at, row in enumerate(rows) if row.takes(item))
        if by_facts[facts]:
            alike[item.fingerprint].append((item.question, by_facts[facts]))
    groups: dict[int, list[Choice]] = defaultdict(list)
    for members in alike.values():
        groups[_fits(members)].append(members[0][0] if len(members) == 1 else [list(one) for one in sorted(members)])
    return Stock({bits: sorted(groups[bits], key=_first) for bits in sorted(groups)})


def _first(choice: Choice) -> int:
    return choice if isinstance(choice, int) else choice[0][0]


@dataclass
class _Seats:
    """Choices seated in rows; a row gives one up where another row can take its place (augmenting paths)."""

    free: list[int]
    held: list[Counter[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.held = [Counter() for _ in self.free]

    @property
    def is_full(self) -> bool:
        """Whether every row has what it wants."""
        return not any(self.free)

    def seat(self, bits: int) -> bool:
        """Seat one more choice that fits these rows; False when no rearrangement makes room for it."""
        came: dict[int, tuple[int, int]] = {}
        queue = deque(self._reach(bits, -1, came))
        while queue:
            row = queue.popleft()
            if self.free[row]:
                self._take(row, came)
                return True
            for held in self.held[row]:
                queue.extend(self._reach(held, row, came))
        return False

    def _reach(self, bits: int, giver: int, came: dict[int, tuple[int, int]]) -> list[int]:
        new = [row for row in _rows_of(bits, len(self.free)) if row not in came]
        came.update(dict.fromkeys(new, (giver, bits)))
        return new

    def _take(self, row: int, came: Mapping[int, tuple[int, int]]) -> None:
        self.free[row] -= 1
        while True:
            giver, bits = came[row]
            self.held[row][bits] += 1
            if giver < 0:
                return
            self.held[giver][bits] -= 1
            if not self.held[giver][bits]:
                del self.held[giver][bits]
            row = giver

    def rivals(self, row: int) -> frozenset[int]:
        """The row and all rows that hold what it, or a rival of it, could use: together they want more than there is."""
        found, before = 1 << row, 0
        while found != before:
            before = found
            for other, held in enumerate(self.held):
                if any(bits & found for bits in held):
                    found |= 1 << other
        return frozenset(_rows_of(found, len(self.free)))


def _rows_of(bits: int, rows: int) -> list[int]:
    return [row for row in range(rows) if bits >> row & 1]


@dataclass(frozen=True)
class Shortage:
    """Rows (numbers from 0) that together want more different questions than the bank has for them."""

    rows: tuple[int, ...]
    wanted: int
    there: int

    @property
    def lacking(self) -> int:
        """How many are missing."""
        return self.wanted - self.there


def shortages(rows: Sequence[Row], of: Stock) -> list[Shortage]:
    """What is missing, exactly; nothing when a paper can be drawn. Rows that do not compete are told one by one."""
    seats = _Seats([row.count for row in rows])
    for bits, choices in of.groups.items():
        for _choice in choices:
            if not seats.seat(bits):
                break
    found = {seats.rivals(at) for at, free in enumerate(seats.free) if free}
    told = []
    for rivals in sorted(found, key=sorted):
        wanted = sum(rows[at].count for at in rivals)
        told.append(Shortage(tuple(sorted(rivals)), wanted, wanted - sum(seats.free[at] for at in rivals)))
    return told


def draw(key: bytes, rows: Sequence[Row], of: Stock, without: Collection[int] = ()) -> list[list[int]]:
    """The questions of one paper, row by row, each row in random order; `without` are questions no longer asked.

    A row that shares no choice with another takes a sample of its own; rows that compete are seated together.
    """
    lots = Lots(key, "blueprint")
    alone = {at: _sampled(lots, row.count, of.groups[1 << at], 1 << at, without) for at, row in enumerate(rows) if at in of.alone}
    wanted = [0 if at in alone else row.count for at, row in enumerate(rows)]
    seated = _seat_all(lots, wanted, of, without) if any(wanted) else [[] for _row in rows]
    return [alone.get(at, questions) for at, questions in enumerate(seated)]


def _sampled(lots: Lots, count: int, choices: Sequence[Choice], bits: int, without: Collection[int]) -> list[int]:
    """So many questions of these choices, each choice equally likely, of a choice with twins one of them."""
    found: list[int] = []
    for choice in lots.sample(choices):
        if members := _members(choice, bits, without):
            found.append(members[lots.below(len(members))][0] if len(members) > 1 else members[0][0])
            if len(found) == count:
                return found
    raise NotEnough("the bank cannot fill this blueprint")


def _seat_all(lots: Lots, wanted: Sequence[int], of: Stock, without: Collection[int]) -> list[list[int]]:
    """Rows that compete for choices.

    Choices are drawn evenly and kept where they can be seated; once one of a group cannot, none of that group ever can
    (what fits is a matroid), so a draw looks at hardly more choices than it takes, however large the bank.
    """
    seats = _Seats(list(wanted))
    pools = {bits: list(choices) for bits, choices in of.groups.items() if any(wanted[at] for at in _rows_of(bits, len(wanted)))}
    taken: dict[int, list[Choice]] = defaultdict(list)
    while not seats.is_full:
        bits, choice = _lot(lots, pools)
        left = _fits(_members(choice, bits, without)) if without else bits
        if left and seats.seat(left):
            taken[left].append(choice)
        elif left == bits:
            del pools[bits]
    return [lots.order(_seated(lots, at, held, taken, without)) for at, held in enumerate(seats.held)]


def _seated(lots: Lots, row: int, held: Mapping[int, int], taken: Mapping[int, list[Choice]], without: Collection[int]) -> list[int]:
    """The questions of a row: of each choice it holds, one that fits it."""
    found = []
    for bits in sorted(held):
        for _one in range(held[bits]):
            fitting = [question for question, fits in _members(taken[bits].pop(), bits, without) if fits >> row & 1]
            found.append(fitting[lots.below(len(fitting))])
    return found


def _lot(lots: Lots, pools: Mapping[int, list[Choice]]) -> tuple[int, Choice]:
    """Take one choice out of all that are left, each equally likely."""
    total = sum(map(len, pools.values()))
    if not total:
        raise NotEnough("the bank cannot fill this blueprint")
    at = lots.below(total)
    for bits, pool in pools.items():
        if at < len(pool):
            pool[at], pool[-1] = pool[-1], pool[at]
            return bits, pool.pop()
        at -= len(pool)
    raise AssertionError("unreachable")
