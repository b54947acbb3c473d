"""Each cap, tier, rounding and boundary of the rule engine has a seeded mutant, and an example that sees it.

A mutant is the whole engine loaded anew beside the real one, with one expression of one module changed. The example is
built and judged by both; were its answer the same, the rule would stand in the code without a test that holds it.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.rulebook import rules
from app.rulebook.service import shelf

from . import build

D = Decimal
FOLDER = Path(rules.__file__).parent
QUANTITY = FOLDER.parents[1] / "kernel" / "quantity.py"
Case = tuple[str, str, str, Callable[[], object]]
"""A module, what stands in it, what the mutant has instead, and the example that sees the difference."""


class Kit:
    """An engine, and facts and rule sets made of its own classes."""

    def __init__(self, engine: Any, made: Any) -> None:
        self.engine, self.made = engine, made
        for name in ("book", "day", "facts", "leave", "line", "online", "person", "post", "reversal", "team"):
            setattr(self, name, getattr(made, name))
        self.division = made.person(made.post("division"))
        self.engineer = made.person(made.post(None), teams=(made.team("professional", "pro_senior"),))
        self.middle = made.person(made.post(None), teams=(made.team("professional", "pro_middle"),))
        promoted = engine.Event("promoted", made.day("2025-07-01"))
        self.promoted = made.person(made.post(until="2025-06-30"), made.post("division", since="2025-07-01"), events=(promoted,))

    def sent(self, *said: str) -> Callable[[], object]:
        """An example: two dispatches, each an authority with a first and a last day."""
        both = [(said[at], *(self.day(f"2026-{day}") for day in said[at + 1 : at + 3])) for at in (0, 3)]
        return lambda: str(self.engine.clash(*(self.engine.Dispatch(*one) for one in both)))

    def __getattr__(self, name: str) -> Any:
        """The builders are set in __init__."""
        raise AttributeError(name)

    def judged(self, name: str, *lines: Any, changes: dict[str, Any] | None = None, **more: Any) -> Callable[[], object]:
        """An example: a verdict on facts, as the interface shows it."""
        showing = importlib.import_module(f"{self.engine.__name__}.showing")
        return lambda: showing.evaluation_json(self.engine.evaluate(self.book(name, **(changes or {})), self.facts(name, *lines, **more)))

    def converted(self, name: str, *seconds: int, covered: list[int] | None = None, test: bool = False) -> Callable[[], object]:
        """An example: what lectures are worth."""
        return lambda: self.engine.convert(self.book(name), "online_course", list(seconds), test, covered).hours

    def class_of(self, hours: str, away: str) -> Callable[[], object]:
        """An example: how a class ends for one who was away."""
        return lambda: repr(self.engine.class_outcome(self.book("national-2023").class_rule, D(hours), D(away)))

    def parted(self, **more: Any) -> Callable[[], object]:
        """An example: a year whose first six months ask for half of what its last six ask."""
        showing = importlib.import_module(f"{self.engine.__name__}.showing")
        rules = self._of_two()
        return lambda: showing.evaluation_json(self.engine.evaluate(rules(), self.facts("national-2023", **more)))

    def _of_two(self, **changes: Any) -> Callable[[], Any]:
        old = self.book("national-2023")
        twice = tuple(replace(one, needs=tuple(replace(need, amount=need.amount * 2) for need in one.needs)) for one in old.requirements)
        new = replace(old, **({"version": 2, "hash": "new", "split_year": True, "requirements": twice} | changes))
        return lambda: self.engine.split(new, [old] * 6 + [new] * 6, 2026)

    def unsplit(self) -> Callable[[], object]:
        """An example: the same, where the version at the end of the year does not split it."""
        rules = self._of_two(split_year=False)
        return lambda: len(rules().stretches)

    def in_bulk(self, *people: Any) -> Callable[[], object]:
        """An example: what is required of several people who are judged one after another at the same bench."""
        counting, census = (importlib.import_module(f"{self.engine.__name__}.{name}") for name in ("counting", "census"))
        rules = self._of_two()

        def required() -> object:
            plan = counting.plan_of(rules(), 2026)
            bench = counting.Bench(plan, self.day("2027-01-31"), lambda verdict: [str(row.required) for row in verdict.figures])
            asked = census.Census(plan)
            return [bench.judged(asked.held(one), ()) for one in people]

        return required


def lectures(k: Any) -> list[Case]:
    """Coverage, quantum, tiers, bonus."""
    return [
        ("conversion", "Decimal(covered) >= rule", "Decimal(covered) > rule", k.converted("national-2023", 2700, covered=[2430])),
        ("conversion", "minutes_per_hour * 60)", "minutes_per_hour * 61)", k.converted("national-2023", 2700)),
        ("conversion", "if test_passed and bonus", "if bonus", k.converted("yn-online-2024", 1800)),
        ("conversion", "if missing or not", "if not", k.converted("national-2023", 2700, covered=[2429])),
        ("conversion", "if seconds == 0:", "if False:", k.converted("yn-online-2024", 0)),
        ("conversion", "floor_to(exact, rule_set.units.hour_quantum)", "exact", k.converted("national-2023", 2699)),
        ("model", "seconds >= self.at_least_seconds", "seconds > self.at_least_seconds", k.converted("yn-online-2024", 1800)),
        ("model", "seconds > self.over_seconds", "seconds >= self.over_seconds", k.converted("yn-online-2024", 900)),
        ("quantity", "to_integral_value(ROUND_FLOOR)", "to_integral_value(ROUND_CEILING)", k.converted("national-2023", 2400)),
    ]


def amounts(k: Any) -> list[Case]:
    """What is required, short and over, and how it is rounded."""
    part = k.judged("national-2023", who=k.person(k.post(since="2026-07-20")))
    long_months = replace(k.book("national-2023").units, days_per_month=1000)
    need = replace(k.book("national-2023").requirements[0].needs[0], amount=D(1))
    one_month = (replace(k.book("national-2023").requirements[0], needs=(need,)),)
    held = k.line("L1", "1", "2027-06-10", days="1", span_days=116)
    barely = k.judged("national-2023", held, who=k.person(k.post("division", since="2027-06-01")), year=2027,
                      changes={"units": long_months, "requirements": one_month})  # fmt: skip
    cpe = k.judged("gd-cpe-2021", k.online("P", "30", subject_kind="public"), who=k.engineer)
    return [
        ("quantity", "to_integral_value(ROUND_CEILING)", "to_integral_value(ROUND_FLOOR)", part),
        ("judging", 'HALF = Decimal("0.5")', 'HALF = Decimal("1")', part),
        ("judging", "amount / held.of, HALF", "amount, HALF", part),
        ("judging", "amount *= rule_set.units.days_per_month", "amount *= 31", k.judged("national-2023", who=k.division)),
        ("judging", "max(required - counted, CENT) if short", "required - counted if short", barely),
        ("judging", "ZERO if lacking else max(counted - required, ZERO)", "ZERO", k.judged("national-2023", k.online("L1", "51"))),
        ("judging", "if any(reached) if", "if all(reached) if", k.judged("national-2023", k.line("L1", "92", days="10"))),
        ("judging", "else all(reached)", "else any(reached)", cpe),
    ]


def census(k: Any) -> list[Case]:
    """Day 15, and the first and last day of everything dated."""
    retired = k.engine.Event("retired", k.day("2026-05-15"))
    away = k.person(leave=(k.leave("2026-03-01", "2026-08-28"),))
    from_the_15th = k.judged("national-2023", who=k.person(k.post(since="2026-07-15")))
    return [
        ("judging", "month % 12 + 1, 15)", "month % 12 + 1, 16)", k.judged("national-2023", who=k.person(k.post(since="2026-07-16")))),
        ("judging", "month % 12 + 1, 15)", "month % 12 + 1, 14)", from_the_15th),
        ("judging", "is_held and not person.is_away(day)]", "is_held]", k.judged("national-2023", who=away)),
        ("facts", "self.from_on <= day and (self", "self.from_on < day and (self", from_the_15th),
        ("facts", "day <= self.to_on)", "day < self.to_on)", k.judged("national-2023", who=k.person(k.post(until="2026-05-15")))),
        ("facts", "event.on < day)", "event.on <= day)", k.judged("national-2023", who=k.person(events=(retired,)))),
        ("facts", "if next(gone, None) is not None:", "if False:",
         k.judged("national-2023", who=k.person(events=(k.engine.Event("left", k.day("2026-03-01")),)))),
    ]  # fmt: skip


def moments(k: Any) -> list[Case]:
    """When a time is over, what was known by then, to which year a line belongs."""
    rest = [k.online("Q", "52", subject_kind="professional"), k.online("E", "18", subject_kind="elective")]
    listed = k.online("L1", "30", "2026-04-30", subject_kind="public", list_year=2025)
    night = replace(k.online("L1", "8"), posted_at=datetime(2026, 12, 31, 16, tzinfo=UTC))
    across = k.line("L1", "7", "2025-12-30", "2026-01-01", days="1")
    split = {"year": 2025, "changes": {"attribution": "split_by_day"}}
    short = k.judged("gd-cpe-2021", k.online("P", "20", subject_kind="public"), who=k.engineer, as_of="2027-02-01")
    return [
        ("judging", "Status.UNMET if as_of >= last", "Status.UNMET if as_of > last", k.judged("national-2023", as_of="2026-12-31")),
        ("judging", "date(term.to_on.year + 1, month, day)", "date(term.to_on.year, 12, 31)",
         k.judged("gd-cpe-2021", *rest, who=k.engineer, as_of="2027-02-01")),
        ("judging", "else min(lacking)", "else max(lacking)", short),
        ("lines", ".date() <= as_of)", ".date() < as_of)",
         k.judged("national-2023", k.online("L1", "8", "2026-06-30"), as_of="2026-06-30")),
        ("lines", "posted_at.astimezone(CITY)", "posted_at", k.judged("national-2023", night, as_of="2026-12-31")),
        ("lines", "occurred_to <= limit", "occurred_to < limit",
         k.judged("gd-cpe-2021", listed, who=k.engineer, year=2025, as_of="2026-06-30")),
        ("lines", "(last - first).days + 1, total)", "(last - first).days, total)", k.judged("national-2023", across, **split)),
        ("totals", "self.first <= year", "self.first < year", k.judged("national-2023", k.online("L1", "8"))),
        ("totals", "year <= self.last", "year < self.last", k.judged("national-2023", k.online("L1", "8"))),
    ]  # fmt: skip


def worths(k: Any) -> list[Case]:
    """Flats, multipliers, the caps of a class and of a year, credits, one activity once."""
    flats = [replace(one, lines=replace(one.lines, days_gt=D(15))) for one in k.book("nj-legacy").flats if one.lines.days_gt is not None]
    abroad = [k.line("L1", days=days, category="overseas", overseas=True) for days in ("20", "15")]
    degrees = [k.line("L1", "20", category="degree"), k.line("L2", "20", "2026-07-01", category="degree")]
    mixed = [degrees[0], replace(degrees[1], mandatory=True)]
    need = replace(k.book("nj-legacy").requirements[0].needs[-1], measure=k.engine.Measure.CREDITS)
    in_credits = {"credit_elective": D("0.5"), "requirements": (replace(k.book("nj-legacy").requirements[0], needs=(need,)),)}
    twice = [k.online("L1", "4", activity_key="a"), k.online("L2", "4", "2026-07-01", activity_key="a")]
    back = k.reversal(twice[0], "L2", "2026-07-01")
    le = replace(k.book("nj-legacy").caps[0], lines=replace(k.book("nj-legacy").caps[0].lines, clause=(), days_le=D(15)), hours=D(5))
    return [
        ("lines", "if flat is not None:", "if False:", k.judged("nj-legacy", abroad[0])),
        ("model", "days <= self.days_gt", "days < self.days_gt", k.judged("nj-legacy", abroad[1], changes={"flats": tuple(flats)})),
        ("model", "days > self.days_le", "days >= self.days_le",
         k.judged("nj-legacy", k.line("L1", "90", days="15"), changes={"caps": (replace(le, per_year=False),)})),
        ("lines", "hours *= times.factor", "hours *= 4", k.judged("nj-legacy", k.line("L1", "4", category="teaching"))),
        ("lines", "return min(caps)", "return hours", k.judged("nj-legacy", k.line("L1", "24", category="own_unit_class"))),
        ("totals", "part = min(item.hours, left)", "part = item.hours", k.judged("nj-legacy", *degrees)),
        ("totals", "if claimed > limit:", "if claimed >= limit:", k.judged("nj-legacy", k.line("L1", "24", category="degree"))),
        ("totals", "-item.factor))", "item.factor))", k.judged("nj-legacy", *mixed, changes=in_credits)),
        ("lines", "line.activity_key in first:", "False:", k.judged("national-2023", *twice)),
        ("lines", "if line.id in undone:", "if False:", k.judged("national-2023", twice[0], back)),
        ("lines", "rule_set.credit_mandatory if", "rule_set.credit_elective if",
         k.judged("sx-credit", k.online("L1", "20", mandatory=True))),
    ]  # fmt: skip


def sums(k: Any) -> list[Case]:
    """What moves between buckets, years and measures."""
    model = importlib.import_module(f"{k.engine.__name__}.model")
    flowing = {"overflow": (model.Overflow("professional", "elective"),)}
    clause = (("category", frozenset({"self_study_claim"})),)
    recognised = {"supplements": (model.Supplement(frozenset({"R3"}), clause, D(1), Fraction(1, 3), "recognised"),)}
    claim = k.online("L1", "40", "2008-05-01", category="self_study_claim")
    carried = k.line("C1", "6", "2027-01-31", entry_kind="carry_in", accounting_year=2027, category="elective", off_post=False)
    full = k.line("L3", "84", "2027-05-01", mandatory=True)
    classes = k.line("L1", days="12", on="2008-03-03")
    return [
        ("totals", "moved[source].hours - required[source]", "moved[source].hours",
         k.judged("gd-cpe-2021", k.online("Q", "50", subject_kind="professional"), who=k.engineer, changes=flowing)),
        ("totals", "if surplus > 0:", "if surplus >= 0:",
         k.judged("gd-cpe-2021", k.online("Q", "42", subject_kind="professional"), who=k.engineer, changes=flowing)),
        ("lines", "days * rule_set.units.hours_per_day", "days * 8", k.judged("seed-2006", classes, who=k.middle, year=2008)),
        ("evaluation", "min(claimed, _share(rule, required))", "claimed",
         k.judged("seed-2006", claim, who=k.middle, year=2008, changes=recognised)),
        ("carrying", "row.counted - total.carried_in - row.required", "row.counted - row.required",
         k.judged("nj-legacy", carried, full, year=2027)),
        ("carrying", "if excess is None or hours <= 0:", "if excess is None:",
         k.judged("nj-legacy", k.line("L1", "84", mandatory=True))),
    ]  # fmt: skip


def beside(k: Any) -> list[Case]:
    """Classes, coverage, merit."""

    def merit() -> object:
        return k.engine.merit(k.book("seed-2006"), False, "exempt")

    inside = "max(class_hours - sum(credited_inside, ZERO), ZERO)"
    return [
        ("classes", ".denominator > class_hours", ".denominator >= class_hours", k.class_of("161", "23")),
        ("classes", "class_hours - leave_hours if", "class_hours if", k.class_of("160", "22")),
        ("classes", inside, inside[4:-7], lambda: k.engine.net_down(D(4), [D(6)])),
        ("classes", "Decimal(part) >= at_least", "Decimal(part) > at_least", lambda: k.engine.is_share_reached(45, 50, D("0.90"))),
        ("classes", "mine.last < other.first", "mine.last <= other.first", k.sent("unit", "06-08", "06-10", "district", "06-10", "06-12")),
        ("classes", "other.last < mine.first", "other.last <= mine.first", k.sent("unit", "06-10", "06-12", "district", "06-08", "06-10")),
        ("classes", "if rank == against", "if rank > against", k.sent("unit", "06-08", "06-10", "unit", "06-10", "06-12")),
        ("classes", "rank > against else", "rank < against else", k.sent("unit", "06-08", "06-10", "district", "06-10", "06-12")),
        ("classes", 'is_met or reason == "exempt"', "is_met", merit),
    ]


def duties(k: Any) -> list[Case]:
    """When an obligation begins, is due, is over; how long its training must be."""
    more = {"days": "22", "span_days": 30, "class_type": "appointment"}
    held = [k.line("L1", "160", first, last, **more) for first, last in (("2026-06-02", "2026-07-01"), ("2025-05-02", "2025-05-31"))]
    recruited = k.engine.Event("recruited", k.day("2026-01-05"), probation_end=k.day("2027-01-04"))
    on_the_day = k.judged("national-2023", who=k.promoted, as_of="2026-07-01")
    signed = [k.line("A1", hours, "2026-06-02", "2026-06-30", entry_kind="adjustment", **more | {"days": days})
              for hours, days in (("160", "22"), ("-160", "-22"))]  # fmt: skip
    return [
        ("obligations", "proof.occurred_to > due", "proof.occurred_to >= due", k.judged("national-2023", held[0], who=k.promoted)),
        ("obligations", "due is not None and facts.as_of >= due", "due is not None and facts.as_of > due", on_the_day),
        ("obligations", "_days(rule_set, line) >= needed", "_days(rule_set, line) > needed",
         k.judged("national-2023", held[0], who=k.promoted)),
        ("obligations", '{"credit", "adjustment"}', '{"credit"}', k.judged("national-2023", signed[0], who=k.promoted)),
        ("obligations", " or _takes_away(line)", "", k.judged("national-2023", signed[1], who=k.promoted)),
        ("obligations", "add_months(event.on, -12)", "add_months(event.on, 0)",
         k.judged("national-2023", held[1], who=k.promoted, year=2025)),
        ("obligations", "return event.probation_end", "return event.on", k.judged("national-2023", who=k.person(events=(recruited,)))),
        ("obligations", "- 28, 0)), following - timedelta(days=1))", "- 28, 0)), date.max)",
         lambda: k.engine.add_months(k.day("2026-01-31"), 1)),
        ("obligations", "year, number = month // 12, month % 12 + 1", "year, number = month // 12, month % 12 + 2",
         lambda: k.engine.add_months(k.day("2025-07-01"), 12)),
    ]  # fmt: skip


def parted(k: Any) -> list[Case]:
    """A year that is split by dates: whose months, whose amounts, and that the bench tells stretches apart."""
    halves = k.person(k.post(until="2026-06-30")), k.person(k.post(since="2026-07-01"))
    division = k.parted(who=k.division)
    return [
        ("splitting", "not rule_set.split_year or ", "", k.unsplit()),
        ("splitting", "monthrange(year, numbers[-1])[1]", "14", k.parted()),
        ("splitting", "date(year, numbers[0], 1)", "date(year, numbers[0], 16)", k.parted()),
        ("splitting", 'if one.period != "year":', "if False:", division),
        ("splitting", "twin.needs[place].amount for", "need.amount for", k.parted()),
        ("judging", "each * months for each", "each * held.months for each", k.parted()),
        ("judging", "sum(map(one.covers, counted))", "len(counted)", k.parted(who=halves[0])),
        ("counting", "held.touched, held.split, *totals", "held.touched, *totals", k.in_bulk(*halves)),
        ("census", "bisect_right(self.days, part.to_on))", "bisect_left(self.days, part.from_on))", k.in_bulk(*halves)),
    ]


GROUPS = (lectures, amounts, census, moments, worths, sums, beside, duties, parted)


class Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module of the engine out changed."""

    def __init__(self, module: str, old: str, new: str) -> None:
        self.path = QUANTITY if module == "quantity" else FOLDER / f"{module}.py"
        self.name = "app.kernel.quantity" if module == "quantity" else f"{rules.__name__}.{module}"
        source = self.path.read_text(encoding="utf-8")
        assert source.count(old) == 1, f"the mutant {old!r} no longer fits {module}"
        self.source = source.replace(old, new)

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> Any:
        """The changed module; all others come from where they always do."""
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.path)) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source."""
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


@contextmanager
def planted(module: str, old: str, new: str) -> Iterator[Kit]:
    """An engine with a mutant in it, and facts and rule sets of its own; the real one stands again afterwards."""
    finder = Planted(module, old, new)
    shelved = list(shelf().values())

    def mine(name: str) -> bool:
        return name.startswith(rules.__name__) or name in ("app.kernel.quantity", build.__name__)

    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if mine(name)}
    sys.meta_path.insert(0, finder)
    try:
        engine, made = importlib.import_module(rules.__name__), importlib.import_module(build.__name__)
        anew = {one.pin: engine.read_rule_set(one.body, one.hash) for one in shelved}
        made.shelf = lambda: anew  # type: ignore[attr-defined]
        yield Kit(engine, made)
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if mine(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        for name, one in kept.items():
            above, _, own = name.rpartition(".")
            setattr(sys.modules[above], own, one)


HONEST = Kit(rules, build)
SEEDED = [(group, place, case) for group in GROUPS for place, case in enumerate(group(HONEST))]


@pytest.mark.parametrize(("group", "place", "case"), SEEDED, ids=[f"{case[0]}: {case[1]} -> {case[2]}" for _group, _place, case in SEEDED])
def test_the_example_sees_the_mutant(group: Any, place: int, case: Case) -> None:
    module, old, new, example = case
    with planted(module, old, new) as kit:
        try:
            seen = group(kit)[place][3]()
        except (ArithmeticError, KeyError, ValueError) as broken:
            seen = type(broken)
    assert seen != example()


def test_an_engine_loaded_anew_without_a_mutant_says_the_same() -> None:
    """Negative control: loading beside changes nothing by itself."""
    with planted("notes", "The shape of interfaces.md", "The form of interfaces.md") as kit:
        assert kit.engine is not rules
        assert [case[3]() for group in GROUPS for case in group(kit)] == [case[3]() for _group, _place, case in SEEDED]
    assert importlib.import_module(rules.__name__) is rules
