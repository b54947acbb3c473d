"""A year in which the rules changed is judged by what each version asked for its months (domain.md §6.4, `split_year`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.quantity import ceil_to
from app.rulebook.rules import Measure, Need, Requirement, evaluate, split
from app.rulebook.rules.model import Who
from app.rulebook.rules.showing import evaluation_json
from app.rulebook.service.yearly import split_by

from .build import book, facts, leave, line, online, person, post, team
from .test_examples import D
from .test_properties import NAMES, WHO, histories

YEAR = 2026


def asking(days="12", hours="90", name="national-2023", **changes):
    """A version of the rules whose yearly requirement of training asks for other amounts."""
    rules = book(name)
    needs = (Need(Measure.DAYS, D(days), ("centralized",)), Need(Measure.HOURS, D(hours), ("centralized",)))
    changed = [replace(one, needs=needs) if one.id == "N2_annual" else one for one in rules.requirements]
    return replace(rules, requirements=tuple(changed), **({"hash": f"{days}/{hours}"} | changes))


def newer(days="18", hours="120", **changes):
    """The version in force at the end of the year, which splits it."""
    return asking(days, hours, **({"version": 2, "split_year": True} | changes))


def judged(rules, requirement="N2_annual", *lines, **more):
    return evaluate(rules, facts("national-2023", *lines, **more)).verdict(requirement)


def required(rules, requirement="N2_annual", **more):
    return [row.required for row in judged(rules, requirement, **more).figures]


def test_half_a_year_of_twelve_days_and_half_a_year_of_eighteen_are_fifteen():
    new = newer()
    rules = split(new, [asking()] * 6 + [new] * 6, YEAR)
    assert required(rules) == [D(15), D(105)]
    verdict = judged(rules, "N2_annual", line("L1", "96", "2026-03-05", "2026-03-16", days="12"))
    assert [row.shortfall for row in verdict.figures] == [D(3), D(9)], "lines of the whole year count"
    told = [note.as_json() for note in verdict.explanation if note.code == "split_year"]
    assert told[0] == {"code": "split_year", "version": "national-2023@1", "since": "2026-01-01", "until": "2026-06-30", "months": 6,
                       "of": 12, "amount": "12", "unit": "days", "bucket": "centralized"}  # fmt: skip
    assert [(one["version"], one["amount"], one["unit"]) for one in told[1:]] == [
        ("national-2023@1", "90", "hours"), ("national-2023@2", "18", "days"), ("national-2023@2", "120", "hours"),
    ]  # fmt: skip
    assert (rules.pin, rules.hash) == (new.pin, new.hash), "it goes by the version in force on 31 December"


def test_nothing_is_split_where_the_version_at_the_end_of_the_year_does_not_say_so():
    new = newer(split_year=False)
    rules = split(new, [newer(days="1")] * 6 + [new] * 6, YEAR)
    assert rules is new
    assert required(rules) == [D(18), D(120)]


@pytest.mark.parametrize(
    ("who", "days", "months"),
    [
        pytest.param(person(post(since="2026-07-10")), "9", [6], id="joined under the newer version: nothing of the older one"),
        pytest.param(person(post(until="2026-05-31")), "5", [5], id="left under the older version: nothing of the newer one"),
        pytest.param(person(leave=(leave("2026-03-01", "2026-08-28"),)), "8", [2, 4], id="leave from March to August: 2 and 4 months"),
        pytest.param(person(post(since="2026-05-20")), "10", [1, 6], id="one month of 12 and six of 18"),
    ],
)
def test_the_census_rule_counts_the_months_of_each_version(who, days, months):
    new = newer()
    verdict = judged(split(new, [asking()] * 6 + [new] * 6, YEAR), who=who)
    assert verdict.figures[0].required == D(days)
    told = [note for note in verdict.explanation if note.code == "split_year" and note.get("unit") == "days"]
    assert [note.get("months") for note in told] == months


def test_who_is_meant_may_change_with_the_version():
    """Before July the requirement was of section cadres, from July of division cadres as well."""
    new = newer()
    wider = tuple(replace(one, who=Who(team="party_gov")) if one.id == "N2_annual" else one for one in new.requirements)
    rules = split(replace(new, requirements=wider), [asking()] * 6 + [replace(new, requirements=wider)] * 6, YEAR)
    assert required(rules, who=person(post("division"))) == [D(9), D(60)]
    assert required(rules) == [D(15), D(105)]


def test_a_requirement_that_only_one_version_knows_holds_in_its_months_alone():
    dropped, added = asking(), newer()
    dropped = replace(dropped, requirements=(*dropped.requirements, Requirement("OLD", Who(), "year", _hours("24", "network"), False)))
    added = replace(added, requirements=(*added.requirements, Requirement("NEW", Who(), "year", _hours("36", "network"), False)))
    rules = split(added, [dropped] * 8 + [added] * 4, YEAR)
    assert (required(rules, "OLD"), required(rules, "NEW")) == ([D(16)], [D(12)])
    assert rules.requirements[-1].title.en == "OLD (national-2023@1)"
    late = person(post(since="2026-10-01"))
    assert judged(rules, "OLD", who=late).status == "not_applicable"


def test_a_requirement_of_another_shape_is_another_one_and_is_named_after_its_version():
    old, new = asking(), newer()
    changed = tuple(
        replace(one, needs=_hours("60", "centralized"), is_any=False) if one.id == "N2_annual" else one for one in new.requirements
    )
    new = replace(new, requirements=changed)
    rules = split(new, [old] * 6 + [new] * 6, YEAR)
    assert (required(rules), required(rules, "N2_annual@1")) == ([D(30)], [D(6), D(45)])
    assert len({one.id for one in rules.requirements}) == len(rules.requirements)


def test_what_counts_where_is_as_the_newer_version_says_and_a_bucket_of_the_older_is_kept_for_its_own():
    old, new = book("gd-cpe-2021", hash="old"), book("gd-cpe-2021", version=2, split_year=True)
    extra = Requirement("X", Who(), "year", _hours("12", "extra"), False)
    old = replace(
        old, requirements=(*old.requirements, extra), buckets={**old.buckets, "extra": replace(old.buckets["public"], id="extra")}
    )
    rules = split(new, [old] * 6 + [new] * 6, YEAR)
    engineer = person(post(None), teams=(team("professional", "pro_senior"),))
    verdict = evaluate(rules, facts("gd-cpe-2021", online("P", "6", subject_kind="public"), who=engineer)).verdict("X")
    assert [(row.required, row.counted) for row in verdict.figures] == [(D(6), D(6))]
    whole = next(one for one in rules.requirements if one.id == "CPE").needs[-1]
    assert whole.is_total
    assert set(whole.buckets) == set(new.buckets), "the total goes on meaning the buckets of its own version"


def test_the_cycle_is_not_split():
    new = newer()
    twice = tuple(replace(one, needs=tuple(replace(need, amount=need.amount * 2) for need in one.needs)) for one in asking().requirements)
    rules = split(new, [replace(asking(), requirements=twice)] * 6 + [new] * 6, YEAR)
    division = person(post("division"))
    assert required(rules, "N1_cycle", who=division) == required(new, "N1_cycle", who=division)


@pytest.mark.parametrize(("proration", "days"), [("census15", "9"), ("none", "15"), ("status_at_year_end", "15")])
def test_other_ways_of_counting_months_ask_for_the_whole_of_every_version(proration, days):
    new = newer(proration=proration)
    assert required(split(new, [asking()] * 6 + [new] * 6, YEAR), who=person(post(since="2026-07-10")))[0] == D(days)


def test_months_before_all_rules_go_by_the_first_that_were():
    old, new = asking(), newer()
    rules = split_by(new, YEAR, lambda day: None if day < date(2026, 3, 1) else old if day < date(2026, 9, 1) else new)
    assert [(one.from_on, one.pin) for one in rules.stretches] == [
        (date(2026, 1, 1), "national-2023@1"),
        (date(2026, 9, 1), "national-2023@2"),
    ]
    assert split_by(new, YEAR, lambda day: None if day < date(2026, 3, 1) else old if day < date(2026, 9, 1) else new) is rules


@given(history=histories(), name=st.sampled_from(NAMES), after=st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_splitting_where_nothing_changes_changes_nothing(history, name, after):
    """A version that only has another number splits the year into two stretches of the same amounts."""
    new = book(name, split_year=True, version=9, hash="new")
    rules = split(new, [book(name)] * after + [new] * (12 - after), YEAR)
    known = facts(name, *history, who=WHO, as_of="2027-12-31")
    assert evaluation_json(evaluate(rules, known)) == evaluation_json(evaluate(new, known))


@given(name=st.sampled_from(NAMES), after=st.integers(1, 11), history=histories())
@settings(max_examples=60, deadline=None)
def test_stretches_that_ask_the_same_come_to_the_same_figures(name, after, history):
    """The same through the sums of stretches: requirements are given the same people and amounts in each of two."""
    new = book(name, split_year=True, version=9, hash="new")
    marker = Requirement("ONLY_OLD", Who(), "year", _hours("1", next(iter(new.buckets))), False)
    two = split(new, [replace(book(name), requirements=(*new.requirements, marker))] * after + [new] * (12 - after), YEAR)
    doubled = tuple(
        replace(one, whos=(one.who, one.who), needs=tuple(replace(need, amounts=(need.amount, need.amount)) for need in one.needs))
        if one.period == "year" else one
        for one in new.requirements
    )  # fmt: skip
    known = facts(name, *history, who=WHO, as_of="2027-12-31")
    plain, parted = (evaluate(rules, known) for rules in (new, replace(new, requirements=doubled, stretches=two.stretches)))
    assert [(one.status, one.figures) for one in parted.verdicts] == [(one.status, one.figures) for one in plain.verdicts]


@given(days=st.tuples(*[st.integers(0, 4000)] * 3), cuts=st.lists(st.integers(0, 12), min_size=2, max_size=2).map(sorted))
@settings(max_examples=100, deadline=None)
def test_the_amount_is_the_weighted_sum_rounded_up_once(days, cuts):
    first, second, third = (str(D(one) / 100) for one in days)
    books = [asking(first), asking(second, version=2), newer(third, version=3)]
    counts = (cuts[0], cuts[1] - cuts[0], 12 - cuts[1])
    months = [one for one, count in zip(books, counts, strict=True) for _ in range(count)]
    found = required(split(books[-1], months, YEAR))[0]
    weighted = sum(D(one) / 100 * count for one, count in zip(days, counts, strict=True))
    assert found == ceil_to(weighted / 12, D("0.5"))


def _hours(hours, bucket):
    return (Need(Measure.HOURS, D(hours), (bucket,)),)
