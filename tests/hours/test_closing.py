"""What would close the gap: the menu of a person, its order, and that it promises what the rules then grant (REQ-R19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.hours.rules import Choice, Reader, gaps, plan
from app.rulebook.rules import evaluate
from tests.rulebook.build import book, day, facts, leave, line, online, person, post, team

D = Decimal
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SECTION = Reader("section_below", "general", frozenset({"party_gov"}))
ENGINEER = Reader(None, "technical", frozenset({"professional"}))
PROFESSIONAL = person(post(None), teams=(team("professional", "pro_senior"),))


def choice(uid: str, hours: str = "1", minutes: int = 30, **more) -> Choice:
    plain = {"title": uid, "title_en": "", "framework": "competence", "subject_kind": None, "is_compulsory": False, "is_begun": False}
    return Choice(uid=uid, hours=D(hours), left_ms=minutes * 60_000, activity_key=f"course:{uid}@1:2023-2027", **(plain | more))


def judged(*lines, who=None, name="demo"):
    return evaluate(book(name), facts(name, *lines, who=who, as_of="2026-11-22"))


def offered(evaluation, menu, reader=SECTION, credited=frozenset(), most=6):
    return plan(evaluation, menu, reader, credited, NOW, most)


def names(found):
    return [step.choice.uid for step in found.steps]


def test_the_course_with_most_hours_for_a_minute_comes_first():
    menu = [choice("slow", "1", 60), choice("quick", "0.5", 10), choice("long", "4", 90)]
    assert names(offered(judged(), menu)) == ["quick", "long", "slow"]


def test_what_is_left_to_watch_decides_and_not_the_whole_length():
    assert names(offered(judged(), [choice("new", "1", 30), choice("begun", "1", 12, is_begun=True)])) == ["begun", "new"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"hours": "2", "minutes": 60}, {"hours": "1", "minutes": 30}, id="the larger step"),
        pytest.param({"is_compulsory": True}, {}, id="compulsory before free choice"),
        pytest.param({"is_begun": True}, {}, id="begun before new"),
    ],
)
def test_equal_ones_are_ordered(first, second):
    assert names(offered(judged(), [choice("b", **second), choice("a", **first)])) == ["a", "b"]


@pytest.mark.parametrize(
    ("audience", "reader", "is_offered"),
    [
        ({}, SECTION, True),
        ({"levels": ("section_below",)}, SECTION, True),
        ({"levels": ("bureau", "division")}, SECTION, False),
        ({"levels": ("bureau",)}, ENGINEER, False),
        ({"position_classes": ("technical",)}, SECTION, False),
        ({"position_classes": ("technical", "general")}, SECTION, True),
        ({"teams": ("enterprise",)}, SECTION, False),
        ({"teams": ("enterprise", "party_gov")}, SECTION, True),
        ({"levels": ("section_below",), "teams": ("enterprise",)}, SECTION, False),
    ],
)
def test_the_menu_is_by_rank_position_class_and_team(audience, reader, is_offered):
    assert names(offered(judged(), [choice("a", **audience)], reader)) == (["a"] if is_offered else [])


def test_what_is_credited_or_waits_for_it_is_not_offered():
    menu = [choice("known"), choice("new")]
    assert names(offered(judged(), menu, credited=frozenset({menu[0].activity_key}))) == ["new"]


def test_a_subject_that_is_not_short_is_not_offered():
    lines = [online("P", "30", subject_kind="public"), online("E", "18", subject_kind="elective")]
    menu = [choice("public", subject_kind="public"), choice("pro", subject_kind="professional"), choice("free")]
    found = offered(judged(*lines, who=PROFESSIONAL), menu, ENGINEER)
    assert names(found)[0] == "pro"
    assert [gap.place for gap, _hours in found.steps[0].closes] == [1, 3], "the kind and the total"


def test_only_what_is_still_short_is_promised_and_then_the_plan_ends():
    lines = [online("L", "49.5")]
    found = offered(judged(*lines), [choice("a", "4"), choice("b", "2")])
    assert [(step.choice.uid, step.hours) for step in found.steps] == [("a", D("0.5"))]
    assert [left for _gap, left in found.left] == [D(0)]
    assert found.suitable == 2


def test_off_post_training_is_no_gap_for_courses():
    found = offered(judged(), [choice("a")])
    assert [(gap.verdict_id, gap.takes_courses) for gap in found.gaps] == [("N2_annual", False), ("N3_network", True)]
    assert [gap.verdict_id for gap in found.others] == ["N2_annual"]


def test_nothing_short_is_no_gap():
    done = [online("L", "50"), line("C", "90", days="12")]
    assert gaps(judged(*done)) == ()
    assert gaps(judged(who=person(leave=(leave("2025-12-01", "2027-01-31"),)))) == ()


def test_a_kind_under_a_cap_of_the_year_is_not_promised():
    evaluation = judged(name="nj-legacy")
    capped = replace(evaluation.rule_set.caps[0], per_year=True, hours=D(10))
    capped = replace(capped, lines=replace(capped.lines, clause=(("category", frozenset({"online_course"})),), days_gt=None, days_le=None))
    evaluation = replace(evaluation, rule_set=replace(evaluation.rule_set, caps=(capped,)))
    assert names(offered(evaluation, [choice("a", is_compulsory=True)])) == []


CHOICES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 240), st.sampled_from([None, "public", "professional", "elective"]), st.booleans()),
    max_size=10,
)
HISTORY = st.lists(st.tuples(st.integers(1, 120), st.sampled_from(["public", "professional", "elective"])), max_size=4)


@given(CHOICES, HISTORY, st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_the_rules_then_grant_what_the_plan_promised(menu, history, most):
    """Studying the plan leaves exactly what the plan says is left, whichever order it is studied in."""
    lines = [online(f"H{n}", str(quarters), subject_kind=kind) for n, (quarters, kind) in enumerate(history)]
    courses = [
        choice(f"C{n}", str(D(quarters) / 4), minutes, subject_kind=kind, is_compulsory=compulsory)
        for n, (quarters, minutes, kind, compulsory) in enumerate(menu)
    ]
    found = offered(judged(*lines, who=PROFESSIONAL), courses, ENGINEER, most=most)
    studied = [step.choice.line(day("2026-11-22"), NOW) for step in found.steps]
    after = judged(*lines, *reversed(studied), who=PROFESSIONAL).verdict("CPE")
    assert {gap.place: left for gap, left in found.left} == {gap.place: after.figures[gap.place].shortfall for gap, _left in found.left}
