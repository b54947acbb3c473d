"""Two paths, one truth: totals by SQL and lines by Python lead to the same verdicts (decision 20, EX-E01…E40)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.ledger.queries.sums import Sums, of_people, sums_of
from app.rulebook.rules import CITY, Event, Status, Tag, Verdict, evaluate, governs, split
from app.rulebook.rules.census import Census
from app.rulebook.rules.counting import judged, plan_of
from app.rulebook.rules.judging import in_force
from app.rulebook.rules.model import Cap, Measure, Need, Overflow, Requirement, Selector, Supplement, Who
from tests import make
from tests.rulebook import test_examples
from tests.rulebook.build import book, facts, leave, person, post, team
from tests.rulebook.test_properties import NAMES, histories

from .build import cases, examples, keep, posted

D = test_examples.D
EXAMPLES = list(examples())


def by_sums(work, rules, known, person_id):
    """The verdicts of the second path, by requirement."""
    plan = plan_of(rules, known.year)
    sums = Sums(work.session.get_bind().dialect.name, plan, known.as_of)
    cells = dict(sums.of(work, of_people([person_id]))).get(person_id, [])
    held = Census(plan).held(known.person)
    return {verdict.id: verdict for verdict in judged(plan, held, cells, known.as_of)}


def by_lines(rules, known):
    """The verdicts of the first path, without their reasons; what does not touch the person is left out."""
    return {verdict.id: replace(verdict, explanation=()) for verdict in evaluate(rules, known).applicable}


def is_for_the_ledger(rules, known):
    """The ledger keeps the year of each line and both its figures, so that nothing is left to be split or converted."""
    return governs(rules, known.year) and (rules.attribution != "split_by_day" or all(one.accounting_year for one in known.lines))


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{n}-{name[5:45]}" for n, (name, _) in enumerate(EXAMPLES)])
def test_every_worked_example_runs_through_both_paths(work_as, monkeypatch, name, example):
    found = cases(example, lambda judge: monkeypatch.setattr(test_examples, "evaluate", judge))
    with work_as() as work:
        for rules, known in found:
            someone = make.person(work)
            keep(work, rules, someone.id, known.lines)
            assert by_sums(work, rules, known, someone.id) == by_lines(rules, known), name


def test_the_examples_that_are_about_evaluation_are_really_judged(monkeypatch):
    counts = {name: 0 for name, _ in EXAMPLES}
    for name, example in EXAMPLES:
        counts[name] += len(cases(example, lambda judge: monkeypatch.setattr(test_examples, "evaluate", judge)))
    about = ("e08", "e09", "e10", "e11", "days_or_hours", "e15", "a_part_of", "e19", "e20", "e21", "e23", "e24", "e25", "e26", "e27",
             "e28", "e29", "e30", "e35", "e36", "e39")  # fmt: skip
    assert all(any(word in name and count for name, count in counts.items()) for word in about), counts


@st.composite
def lives(draw):
    """A person over time: posts, teams, lists, leave and an end, around two years."""
    day = st.dates(date(2022, 6, 1), date(2027, 6, 30))

    def span():
        first = draw(day)
        return first.isoformat(), draw(st.none() | st.dates(first, date(2028, 1, 31)).map(date.isoformat))

    posts = tuple(
        post(draw(st.sampled_from(["bureau", "division", "section_below", None])), *span(), unit_kind=draw(st.sampled_from(
            ["city_organ", "municipal_soe"])), is_leading=draw(st.booleans()))
        for _ in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    teams = tuple(
        team(draw(st.sampled_from(["party_gov", "enterprise", "professional"])), draw(st.sampled_from([None, "pro_middle", "ent_middle"])),
             *span())
        for _ in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    away = tuple(leave(first, last or "2028-01-31") for first, last in (span() for _ in range(draw(st.integers(0, 2)))))
    tags = tuple(Tag(draw(day), None, "reserve") for _ in range(draw(st.integers(0, 1))))
    gone = tuple(Event("retired", draw(day)) for _ in range(draw(st.integers(0, 1))))
    return person(*posts, teams=teams, leave=away, tags=tags, events=gone)


@given(who=lives(), more=st.lists(lives(), max_size=2), name=st.sampled_from((*NAMES, "seed-2006")), year=st.integers(2024, 2027),
       proration=st.sampled_from(["census15", "census15", "none", "status_at_year_end"]), after=st.integers(0, 12))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_the_census_of_shapes_is_the_census_of_persons(who, more, name, year, proration, after):
    if name == "seed-2006":
        year -= 17
    rules = parted(book(name, proration=proration), year, after) if after else book(name, proration=proration)
    plan = plan_of(rules, year)
    census = Census(plan)
    for one in (who, *more, who):
        expected = tuple(in_force(rules, requirement, one, term) for requirement, term in zip(rules.requirements, plan.terms, strict=True))
        assert census.held(one) == expected


NOW = date(2027, 12, 31)
VARIANTS = (
    {},
    {"overflow": (Overflow("professional", "elective"),)},
    {"credit_elective": D("0.5"), "caps": (Cap(Selector((("category", frozenset({"degree", "teaching"})),)), True, D("37.5")),)},
    {"supplements": None},
    {"split_year": True},
    {"split_year": True, "overflow": (Overflow("professional", "elective"),), "supplements": None},
)  # fmt: skip


def parted(rules, year, after=5):
    """The rules of a year whose first months went by a version that asked for less, of other people, and for one thing more."""
    needs = [tuple(replace(need, amount=need.amount * D("0.7")) for need in one.needs) for one in rules.requirements]
    older = [replace(one, needs=some) for one, some in zip(rules.requirements, needs, strict=True)]
    older[0] = replace(older[0], who=replace(older[-1].who, rank_in=frozenset({"division", "section_below"})))
    extra = Requirement("OLD", Who(), "year", (Need(Measure.HOURS, D(20), (next(iter(rules.buckets)),)),), False)
    old, new = replace(rules, requirements=(*older, extra), hash="old"), replace(rules, version=99, split_year=True)
    return split(new, [old] * after + [new] * (12 - after), year)


def varied(name, number, year):
    """A shipped rule set, perhaps with something switched on that it leaves off."""
    rules = book(name)
    changes = dict(VARIANTS[number])
    if changes.pop("split_year", False):
        rules = parted(rules, year)
        assert rules.stretches
    if "supplements" in changes:
        clause = (("category", frozenset({"teaching", "paper", "online_course"})),)
        share = Fraction(1, 3)
        changes["supplements"] = (Supplement(frozenset(one.id for one in rules.requirements), clause, D("0.5"), share, "recognition"),)
    return replace(rules, **changes)


@pytest.fixture
def college_of_one(work_as):
    """A unit of work in which a history may be tried; nothing of it is kept."""
    with work_as() as work:
        yield work


@given(history=histories(), who=lives(), name=st.sampled_from(NAMES), number=st.integers(0, len(VARIANTS) - 1),
       year=st.sampled_from([2025, 2026]), as_of=st.dates(date(2025, 6, 1), date(2027, 12, 31)))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_histories_lead_to_the_same_verdicts(college_of_one, history, who, name, number, year, as_of):
    rules = varied(name, number, year)
    known = facts(name, *(one for one in history if one.id in posted(rules, history)), who=who, year=year, as_of=as_of.isoformat())
    work = college_of_one
    with work.session.begin_nested() as trial:
        someone = make.person(work)
        keep(work, rules, someone.id, known.lines)
        assert by_sums(work, rules, known, someone.id) == by_lines(rules, known)
        trial.rollback()


def test_a_sum_that_is_wrong_by_a_quarter_of_an_hour_is_seen(college_of_one):
    """The comparison can fail: a history that lacks one line is another history."""
    rules = book("demo")
    lines = [test_examples.online(f"L{n}", "0.25", "2026-03-05", activity_key=f"a:{n}") for n in range(200)]
    known = facts("demo", *lines)
    someone = make.person(college_of_one)
    keep(college_of_one, rules, someone.id, lines[:-1])
    found = by_sums(college_of_one, rules, known, someone.id)
    assert isinstance(found["N3_network"], Verdict)
    assert (found["N3_network"].status, by_lines(rules, known)["N3_network"].status) == (Status.UNMET, Status.MET)


def test_a_line_counts_from_the_end_of_the_day_it_was_posted(college_of_one):
    rules = book("demo")
    late = replace(test_examples.online("L1", "50"), posted_at=(test_examples.online("L1", "50").posted_at + timedelta(hours=13)))
    someone = make.person(college_of_one)
    keep(college_of_one, rules, someone.id, [late])
    assert late.posted_at.astimezone(CITY).date() == date(2026, 6, 11)
    for as_of in ("2026-06-10", "2026-06-11"):
        known = facts("demo", late, as_of=as_of)
        assert by_sums(college_of_one, rules, known, someone.id) == by_lines(rules, known)


@pytest.mark.sqlite_only
def test_the_statement_of_a_plan_is_made_once_for_a_day_and_never_used_for_other_rules():
    rules = book("demo")
    first = sums_of("sqlite", plan_of(rules, 2026), date(2026, 7, 1))
    assert sums_of("sqlite", plan_of(rules, 2026), date(2026, 7, 1)).statement is first.statement
    edited = book("demo")  # read anew under the same name and number: what it says may differ
    others = [("sqlite", rules, 2026, 2), ("sqlite", rules, 2025, 1), ("postgresql", rules, 2026, 1), ("sqlite", edited, 2026, 1)]
    made = [sums_of(name, plan_of(one, year), date(2026, 7, day)).statement for name, one, year, day in others]
    assert len({first.statement, *made}) == 5
