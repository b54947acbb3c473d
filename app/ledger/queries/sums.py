"""What the lines of many people come to under a rule set, in one statement (decision 20, PERF-G9).

The engine sorts each line into the picks of a plan, works out what it counts (flats, multipliers, caps of a class) and
adds up lines that every rule treats alike; caps of the year, supplements and overflow are left to the pure judge.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from app.kernel.clock import midnight
from app.kernel.work import Work
from app.ledger.models import LedgerEntry
from app.rulebook.rules.counting import Cell, Help, Pick, Plan
from app.rulebook.rules.model import Bucket, Clause, Selector
from app.rulebook.rules.totals import Window

Condition = ColumnElement[Any]
Whose = tuple[Condition, Mapping[str, Any]]
"""Whose lines are asked for: a condition that is the same object each time, and what is given to it."""

CARRIES = ("carry_in", "carry_out")
FURTHER = frozenset({"class_type", "level", "result", "institution_kind"})
LARGEST = 10**15
MOST_CELLS = 50_000
MOST_MADE = 16

_OF_PEOPLE = LedgerEntry.person_id.in_(bindparam("people", expanding=True))
_OF_SPAN = LedgerEntry.person_id.between(bindparam("first"), bindparam("last"))


class Sums:
    """The statement of one plan on one engine; made once, run for one span of people after another."""

    def __init__(self, dialect: str, plan: Plan, as_of: date) -> None:
        self.plan, self.book, self.is_sqlite = plan, plan.rule_set, dialect == "sqlite"
        self.until = midnight(as_of + timedelta(days=1))
        self.scale = self._scale()
        self._cells: dict[tuple[Any, ...], Cell] = {}
        self.factors = [one * self.book.units.credit_per_hour for one in (self.book.credit_elective, self.book.credit_mandatory)]
        self.statement = self._statement()

    def of(self, work: Work, people: Whose) -> Iterator[tuple[int, list[Cell]]]:
        """Cells of each of these people who has lines, by person."""
        condition, given = people
        rows = work.session.execute(self.statement(condition), given)
        known, cell = self._cells, self._cell
        for person_id, own in groupby(rows, key=itemgetter(0)):
            yield person_id, [known.get(row[1:]) or cell(row[1:]) for row in own]

    def _cell(self, row: tuple[Any, ...]) -> Cell:
        """The cell of a row of figures; the same few thousand come again and again."""
        if len(self._cells) >= MOST_CELLS:
            self._cells.clear()
        made = self._cells[row] = self._made(*row)
        return made

    def _made(self, mask: Any, days: Any, gross: Any, worth: Any, span: Any, *more: Any) -> Cell:
        hours = self._exact(gross, 2)
        if not more:
            return Cell(
                int(mask), self._exact(days, 2), hours, hours if worth is None else self._exact(worth, 2), int(span), self.factors[0]
            )
        factor, cap, year, _negative, carried = more
        return Cell(
            mask=int(mask), days=self._exact(days, 2), gross_hours=hours, hours=self._exact(worth, 2 + self.scale), span_days=int(span),
            factor=self.factors[factor], cap=cap, year=year or 0, carried_in=self._exact(carried, 2 + self.scale),
        )  # fmt: skip

    @staticmethod
    def _exact(number: Any, places: int) -> Decimal:
        """A whole number of small parts as a figure."""
        return Decimal(int(number)).scaleb(-places)

    def _statement(self) -> Any:
        """The statement as a function of the condition on LedgerEntry.person_id; one for each condition."""
        worth, is_plain = self._worth(), self._is_plain
        columns = [
            LedgerEntry.person_id, self._mask().label("mask"), self._hundredths(LedgerEntry.days).label("days"),
            self._hundredths(LedgerEntry.hours).label("gross"), worth.label("worth"), LedgerEntry.span_days,
        ]  # fmt: skip
        if not is_plain:
            columns += [self._factor().label("factor"), self._cap().label("cap"), self._cap_year().label("year"),
                        case((worth < 0, 1), else_=0).label("negative"),
                        case((LedgerEntry.entry_kind == "carry_in", worth), else_=0).label("carried")]  # fmt: skip

        @cache
        def statement(people: Condition) -> Any:
            lines = select(*columns).where(people, *self._live()).subquery("line")
            key = [lines.c.person_id, lines.c.mask]
            more = [] if is_plain else [lines.c.factor, lines.c.cap, lines.c.year, lines.c.negative]
            figures = [func.sum(lines.c.days), func.sum(lines.c.gross), literal(None) if is_plain else func.sum(lines.c.worth),
                       func.sum(lines.c.span_days)]  # fmt: skip
            carried = [] if is_plain else [func.sum(lines.c.carried)]
            return select(*key, *figures, *more, *carried).where(lines.c.mask != 0).group_by(*key, *more).order_by(lines.c.person_id)

        return statement

    @property
    def _is_plain(self) -> bool:
        """Hours count as they stand, without credits, caps or anything carried: one row for each mask."""
        book = self.book
        return self.plan.is_linear and not (book.multipliers or book.carry_over) and len(set(self.factors)) == 1 and self.factors[0] == 1

    def _live(self) -> list[Condition]:
        """Lines of the years asked for, posted by the end of the day, that still stand.

        Where sums are linear a line and its reversal, its exact negative (domain.md §7-3), both go in and cancel.
        """
        years = self.plan.years
        known = [LedgerEntry.accounting_year.between(years.first, years.last), LedgerEntry.posted_at < self.until]
        if self.plan.is_linear:
            return known
        later = aliased(LedgerEntry, name="later")
        undone = select(1).where(later.person_id == LedgerEntry.person_id, later.reverses == LedgerEntry.seq, later.posted_at < self.until)
        return [*known, LedgerEntry.entry_kind != "reversal", ~undone.exists()]

    def _mask(self) -> Condition:
        """One bit for each pick and each help of the plan that the line falls into."""
        conditions = [self._picked(pick) for pick in self.plan.picks] + [self._helped(one) for one in self.plan.helps]
        return sum((case((one, 1 << place), else_=0) for place, one in enumerate(conditions)), literal(0, Integer))

    def _picked(self, pick: Pick) -> Condition:
        """The twin of `totals.chosen` in SQL."""
        buckets = [self.book.buckets[name] for name in pick.buckets]
        is_carry, year = LedgerEntry.entry_kind.in_(CARRIES), self._within(LedgerEntry.accounting_year, pick.window)
        plain = [bucket for bucket in buckets if bucket.grace is None]
        parts = [and_(year, or_(*(self._accepts(bucket) for bucket in plain)))] if plain else []
        parts += [and_(self._accepts(bucket), self._graced(bucket, pick.window)) for bucket in buckets if bucket.grace is not None]
        if not self.book.carry_over:
            return and_(~is_carry, or_(*parts)) if not pick.is_total else or_(and_(is_carry, year), and_(~is_carry, or_(*parts)))
        targets = {rule.into for rule in self.book.carry_over}
        carries = is_carry if pick.is_total else LedgerEntry.entry_kind == "carry_in" if targets & set(pick.buckets) else ~true()
        return or_(and_(carries, year), and_(~is_carry, or_(*parts)))

    def _helped(self, one: Help) -> Condition:
        clause = self.book.supplements[one.supplement].clause
        return and_(self._within(LedgerEntry.accounting_year, one.window), self._holds(clause))

    def _accepts(self, bucket: Bucket) -> Condition:
        return or_(*(self._holds(clause) for clause in bucket.clauses))

    def _graced(self, bucket: Bucket, window: Window) -> Condition:
        """The year a list belongs to where one is named and was finished in time (EX-E29), else the line's own."""
        month, day = bucket.grace or (12, 31)
        listed = self._further("list_year")
        number = cast(listed, Integer)
        limit: Condition
        if self.is_sqlite:
            limit = func.printf(f"%04d-{month:02d}-{day:02d}", number + 1)
            in_time = type_coerce(LedgerEntry.occurred_to, Numeric) <= limit
        else:
            in_time = LedgerEntry.occurred_to <= func.make_date(number + 1, month, day)
        return case(
            (listed.is_(None), self._within(LedgerEntry.accounting_year, window)), else_=and_(self._within(number, window), in_time)
        )

    @staticmethod
    def _within(year: Any, window: Window) -> Condition:
        one_year: Condition = year == window.first
        return one_year if window.first == window.last else year.between(window.first, window.last)

    def _holds(self, clause: Clause) -> Condition:
        return and_(true(), *(self._is_one_of(name, values) for name, values in clause))

    def _is_one_of(self, name: str, values: frozenset[str | bool | None]) -> Condition:
        """The twin of `model.holds` for one condition."""
        column: Any = self._further(name) if name in FURTHER else self._mandatory() if name == "mandatory" else getattr(LedgerEntry, name)
        if name in {"mandatory", "off_post", "overseas"}:
            return or_(*(column.is_(bool(value)) for value in sorted(values, key=str)))
        words = sorted(str(value) for value in values if value is not None)
        parts = [column == words[0]] if len(words) == 1 else [column.in_(words)] if words else []
        return or_(*parts, *([column.is_(None)] if None in values else []))

    def _further(self, name: str) -> Condition:
        """An axis that only some lines have."""
        found = (
            func.json_extract(LedgerEntry.axes, f"$.{name}")
            if self.is_sqlite
            else cast(type_coerce(LedgerEntry.axes, Numeric), JSONB)[name].astext
        )
        return case((type_coerce(LedgerEntry.axes, Numeric) == "{}", None), else_=found)

    def _mandatory(self) -> Condition:
        found = self._further("mandatory")
        return func.coalesce(found == 1 if self.is_sqlite else found == "true", ~true())

    def _hundredths(self, column: Any) -> Condition:
        """A figure in whole hundredths: as SQLite keeps it, and as PostgreSQL is told to."""
        return type_coerce(column, BigInteger) if self.is_sqlite else cast(type_coerce(column, Numeric) * 100, BigInteger)

    def _scale(self) -> int:
        """Decimal places that multipliers add to those of the hours."""
        return max((max(0, -int(rule.factor.normalize().as_tuple().exponent)) for rule in self.book.multipliers), default=0)

    def _whole(self, hours: Decimal) -> int:
        return int(hours.scaleb(2 + self.scale))

    def _worth(self) -> Condition:
        """The twin of `lines.worth`: flat, else multiplied, else as it stands; then at most the caps of a class."""
        is_credit = LedgerEntry.entry_kind == "credit"
        hours = self._hundredths(LedgerEntry.hours)
        times = [(self._picks(rule.lines), hours * int(rule.factor.scaleb(self.scale))) for rule in self.book.multipliers]
        worth: Condition = case(*times, else_=hours * 10**self.scale) if times else hours * 10**self.scale
        least = func.min if self.is_sqlite else func.least
        for cap in self.book.caps:
            if not cap.per_year:
                limit = case((and_(is_credit, self._picks(cap.lines)), self._whole(cap.hours)), else_=LARGEST)
                worth = least(worth, limit)
        flats = [(and_(is_credit, self._picks(flat.lines)), self._whole(flat.hours)) for flat in self.book.flats]
        counted: Condition = case(*flats, else_=worth) if flats else worth
        if not self.book.carry_over:
            return counted
        return case((LedgerEntry.entry_kind.in_(CARRIES), hours * 10**self.scale), else_=counted)

    def _picks(self, selector: Selector) -> Condition:
        days, parts = self._hundredths(LedgerEntry.days), [self._holds(selector.clause)]
        if selector.days_gt is not None:
            parts.append(days > int(selector.days_gt * 100))
        if selector.days_le is not None:
            parts.append(days <= int(selector.days_le * 100))
        return and_(*parts)

    def _factor(self) -> Condition:
        return case((self._mandatory(), 1), else_=0) if self.factors[0] != self.factors[1] else literal(0, Integer)

    def _cap(self) -> Condition:
        """The place of the first cap of the year that is about the line."""
        caps = [(self._capped(cap.lines), place) for place, cap in enumerate(self.book.caps) if cap.per_year]
        return case(*caps, else_=None) if caps else literal(None, Integer)

    def _capped(self, selector: Selector) -> Condition:
        """Lines under a cap of the year; what is carried from year to year is under none."""
        return and_(LedgerEntry.entry_kind.not_in(CARRIES), self._picks(selector))

    def _cap_year(self) -> Condition:
        caps = [(self._capped(cap.lines), LedgerEntry.accounting_year) for cap in self.book.caps if cap.per_year]
        return case(*caps, else_=None) if caps else literal(None, Integer)


_made: dict[Hashable, Sums] = {}


def sums_of(dialect: str, plan: Plan, as_of: date) -> Sums:
    """The sums of a plan, with cells of their own; the statement is made once for a day, as it takes longer to make than to ask."""
    key = (dialect, plan.rule_set.pin, plan.year, as_of)
    found = _made.get(key)
    if found is None or found.book is not plan.rule_set:
        if len(_made) >= MOST_MADE:
            _made.clear()
        found = _made[key] = Sums(dialect, plan, as_of)
    mine = copy(found)
    mine._cells = {}
    return mine


def of_people(person_ids: Sequence[int]) -> Whose:
    """The lines of these people."""
    return _OF_PEOPLE, {"people": person_ids}


def of_span(first: int, last: int) -> Whose:
    """The lines of people from one number to another, both included."""
    return _OF_SPAN, {"first": first, "last": last}
