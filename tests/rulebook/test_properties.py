"""What holds for every history: order never matters, adding never lowers, the past never changes (issue text of the rule engine)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rulebook.rules import Figure, Line, convert, evaluate
from app.rulebook.rules.showing import evaluation_json

from .build import book, facts, leave, line, person, post, reversal, team

NAMES = ("demo", "national-2023", "gd-cpe-2021", "mohrss-2015", "nj-legacy", "sx-credit", "yn-online-2024")
CATEGORIES = ("special_class", "online_course", "own_unit_class", "overseas", "teaching", "degree", "paper", "central_group", "dispatch")
WHO = person(post("section_below", until="2026-06-30"), post("division", since="2026-07-01"),
             teams=(team("party_gov"), team("professional", "pro_senior")), leave=(leave("2026-02-01", "2026-03-31"),))  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Line]:
    """Up to eight lines of 2025 and 2026, some taken back."""
    lines: list[Line] = []
    for number in range(draw(st.integers(0, 8))):
        start = date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 729)))
        category = draw(st.sampled_from(CATEGORIES))
        one = line(
            f"L{number}",
            str(Decimal(draw(st.integers(0, 20000))) / 100),
            start.isoformat(),
            (start + timedelta(days=draw(st.integers(0, 20)))).isoformat(),
            days=draw(st.sampled_from([None, "0", "0.5", "3", "16"])),
            category=category,
            delivery="online" if category == "online_course" else "offline",
            off_post=draw(st.booleans()),
            mandatory=draw(st.booleans()),
            level=draw(st.sampled_from([None, "provincial"])),
            subject_kind=draw(st.sampled_from([None, "public", "professional", "elective"])),
            activity_key=draw(st.sampled_from([None, "a:1", "a:2", f"own:{number}"])),
        )
        lines.append(one)
        if draw(st.integers(0, 4)) == 0:
            lines.append(reversal(one, f"R{number}", (one.occurred_to + timedelta(days=draw(st.integers(0, 300)))).isoformat()))
    return lines


def judged(name, lines, as_of="2027-12-31", year=2026):
    return evaluation_json(evaluate(book(name), facts(name, *lines, who=WHO, as_of=as_of, year=year)))


@given(history=histories(), shuffle=st.randoms(use_true_random=False), name=st.sampled_from(NAMES))
@settings(max_examples=150, deadline=None)
def test_the_order_of_lines_never_matters(history, shuffle, name):
    mixed = list(history)
    shuffle.shuffle(mixed)
    assert judged(name, mixed) == judged(name, history)


@given(history=histories(), name=st.sampled_from(NAMES))
@settings(max_examples=150, deadline=None)
def test_adding_a_line_never_lowers_a_figure(history, name):
    """Beyond caps: a cap may leave a figure where it was, never lower it."""
    more = line("NEW", "8", "2026-11-01", days="1", mandatory=True, subject_kind="professional", posted="2027-06-01")
    before, after = (evaluate(book(name), facts(name, *lines, who=WHO, as_of="2027-12-31")) for lines in (history, [*history, more]))
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        for was, became in zip(old.figures, new.figures, strict=True):
            assert became.counted >= was.counted
            assert became.shortfall <= was.shortfall


@given(history=histories(), name=st.sampled_from(NAMES), late=histories())
@settings(max_examples=100, deadline=None)
def test_a_verdict_as_of_a_past_day_never_changes(history, name, late):
    as_of = date(2026, 9, 30)
    later = [one for one in late if one.entry_kind == "credit" and one.posted_at.date() > as_of]
    renamed = [line(f"X{number}", str(one.hours), "2026-12-01") for number, one in enumerate(later)]
    known = judged(name, history, as_of.isoformat())
    assert judged(name, [*history, *renamed], as_of.isoformat()) == known


def consistent(row: Figure) -> bool:
    """Over and short are two sides of one difference."""
    if row.shortfall:
        return row.excess == 0 and row.shortfall == row.required - row.counted
    return row.counted >= row.required and row.excess == row.counted - row.required


@given(history=histories(), name=st.sampled_from(NAMES))
@settings(max_examples=100, deadline=None)
def test_required_counted_excess_and_shortfall_add_up(history, name):
    evaluation = evaluate(book(name), facts(name, *history, who=WHO))
    assert all(consistent(row) for verdict in evaluation.verdicts for row in verdict.figures)


@given(history=histories())
@settings(max_examples=50, deadline=None)
def test_a_reversed_line_leaves_no_trace_in_any_figure(history):
    kept = [one for one in history if one.entry_kind == "credit"]
    one = line("Z", "12", "2026-05-05", days="1.5", mandatory=True)
    back = reversal(one, "ZR", "2027-01-05")
    with_pair, without = (
        evaluate(book("nj-legacy"), facts("nj-legacy", *lines, who=WHO, as_of="2027-12-31")) for lines in ([*kept, one, back], kept)
    )
    assert [verdict.figures for verdict in with_pair.verdicts] == [verdict.figures for verdict in without.verdicts]


@given(lengths=st.lists(st.integers(1, 20_000), min_size=1, max_size=6), name=st.sampled_from(NAMES))
@settings(max_examples=100, deadline=None)
def test_longer_lectures_are_never_worth_less_and_tests_never_cost(lengths, name):
    rules = book(name)
    plain = convert(rules, "online_course", lengths)
    assert convert(rules, "online_course", [length + 60 for length in lengths]).hours >= plain.hours
    assert convert(rules, "online_course", lengths, test_passed=True).hours >= plain.hours
    assert plain.hours % rules.units.hour_quantum == 0


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_of_a_verdict_is_a_float(name):
    shown = judged(name, [line("L1", "33.33", days="3")])

    def walk(value):
        assert not isinstance(value, float)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(shown)
