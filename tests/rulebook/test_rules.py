"""What the worked examples leave open: recognition, splitting, proration by other rules, duties that return, signed lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from app.rulebook.rules import CITY, Event, NotInForce, Status, Tag, UnknownKind, add_months, convert, evaluate
from app.rulebook.rules.model import Method, Supplement
from app.rulebook.rules.showing import duty_json, verdict_json

from .build import book, day, facts, leave, line, online, person, post, reversal, team

D = Decimal
MIDDLE = person(post(None), teams=(team("professional", "pro_middle"),))


def verdict(rules, requirement, *lines, **more):
    return verdict_json(evaluate(rules, facts(rules.id, *lines, **more)).verdict(requirement))


def duties(rules, *lines, **more):
    return {duty["id"]: duty for duty in map(duty_json, evaluate(rules, facts(rules.id, *lines, **more)).duties)}


SELF_STUDY = Supplement(frozenset({"R3"}), (("category", frozenset({"self_study_claim"})),), D(1), Fraction(1, 3), "recognised")


def test_recognised_self_study_fills_a_third_and_no_more():
    rules = book("seed-2006", supplements=(SELF_STUDY,))
    lines = [line("L1", days="9", on="2008-03-03"), line("L2", "40", "2008-05-01", category="self_study_claim", off_post=False)]
    shown = verdict(rules, "R3", *lines, who=MIDDLE, year=2008)
    assert (shown["counted"], shown["status"]) == ("78", "met")  # 54 off post, 24 of the 40
    assert {"code": "recognised", "claimed": "40", "counted": "24", "share": "1/3", "unit": "hours"} in shown["explanation"]
    assert verdict(book("seed-2006"), "R3", *lines, who=MIDDLE, year=2008)["counted"] == "54"


def test_the_share_is_one_of_the_reduced_requirement():
    rules = book("seed-2006", supplements=(SELF_STUDY,))
    half = person(post(None, since="2008-07-01"), teams=(team("professional", "pro_middle"),))
    claim = line("L1", "40", "2008-09-01", category="self_study_claim", off_post=False)
    assert verdict(rules, "R3", claim, who=half, year=2008)["counted"] == "12"


def test_a_class_over_the_turn_of_the_year_belongs_to_the_year_of_its_end_or_is_split_by_day():
    held = line("L1", "40", "2026-12-28", "2027-01-01", days="5")
    whole, split = book("national-2023"), book("national-2023", attribution="split_by_day")
    assert verdict(whole, "N2_annual", held, as_of="2027-03-01")["counted"] == ["0", "0"]
    assert verdict(whole, "N2_annual", held, year=2027)["counted"] == ["5", "40"]
    assert verdict(split, "N2_annual", held, as_of="2027-03-01")["counted"] == ["4", "32"]
    assert verdict(split, "N2_annual", held, year=2027)["counted"] == ["1", "8"]


def test_the_last_year_takes_what_splitting_floors_away():
    held = line("L1", "10", "2026-12-31", "2027-01-02", days="1")
    split = book("national-2023", attribution="split_by_day")
    assert verdict(split, "N2_annual", held, as_of="2027-03-01")["counted"][1] == "3.33"
    assert verdict(split, "N2_annual", held, year=2027)["counted"][1] == "6.67"


def test_an_accounting_year_on_the_line_goes_before_its_days():
    late = online("L1", "8", "2026-01-10", accounting_year=2025)
    assert verdict(book("national-2023"), "N3_network", late, year=2025)["counted"] == "8"
    assert verdict(book("national-2023"), "N3_network", late, year=2026)["counted"] == "0"


JULY = person(post(since="2026-07-10"))


@pytest.mark.parametrize(
    ("proration", "who", "required"),
    [
        ("census15", JULY, "25"),
        ("none", JULY, "50"),
        ("status_at_year_end", JULY, "50"),
        ("status_at_year_end", person(post(until="2026-05-31")), "50"),
        ("status_at_year_end", person(post(until="2025-05-31")), "0"),
    ],
)
def test_a_city_may_reckon_parts_of_a_year_otherwise(proration, who, required):
    assert verdict(book("national-2023", proration=proration), "N3_network", who=who)["required"] == required


def test_the_census_day_itself_counts():
    assert verdict(book("national-2023"), "N3_network", who=person(post(since="2026-12-15")))["months"] == 1
    assert verdict(book("national-2023"), "N3_network", who=person(post(since="2026-12-16")))["status"] == Status.EXEMPT
    assert verdict(book("national-2023"), "N3_network", who=person(leave=(leave("2026-03-15", "2026-03-15"),)))["months"] == 11


def test_of_several_posts_the_highest_rank_counts_and_no_rank_is_below():
    two = person(post("section_below"), post("division"))
    assert verdict(book("national-2023"), "N1_cycle", who=two)["status"] == Status.NOT_YET_DUE
    assert verdict(book("national-2023"), "N2_annual", who=two)["status"] == Status.NOT_APPLICABLE
    assert verdict(book("seed-2006"), "R2", who=person(post(None)), year=2008)["required"] == "12"


def test_a_year_no_rule_governs_is_refused_and_so_is_an_unknown_kind():
    with pytest.raises(NotInForce):
        evaluate(book("seed-2006"), facts("seed-2006", year=2011))
    with pytest.raises(UnknownKind):
        convert(book("demo"), "holiday", [60])


@pytest.mark.parametrize(("as_of", "status"), [("2026-12-30", "not_yet_due"), ("2026-12-31", "unmet"), ("2026-01-01", "not_yet_due")])
def test_unmet_is_said_when_the_last_day_is_over_and_not_before(as_of, status):
    assert verdict(book("national-2023"), "N3_network", as_of=as_of)["status"] == status


def test_a_line_posted_in_the_last_civil_minute_of_the_day_is_known():
    last = replace(online("L1", "50"), posted_at=datetime(2026, 12, 31, 23, 59, tzinfo=CITY))
    assert verdict(book("national-2023"), "N3_network", last, as_of="2026-12-31")["counted"] == "50"
    assert verdict(book("national-2023"), "N3_network", last, as_of="2026-12-30")["counted"] == "0"


def test_an_adjustment_counts_with_its_sign_and_is_no_duplicate():
    lines = [online("L1", "50", activity_key="course:1"), online("A1", "-2", entry_kind="adjustment", activity_key="course:1")]
    shown = verdict(book("national-2023"), "N3_network", *lines)
    assert (shown["counted"], shown["shortfall"]) == ("48", "2")


def test_a_reversal_whose_target_is_not_told_stands_for_itself():
    back = reversal(online("L0", "8", "2025-05-01"), "L1", "2026-02-01", accounting_year=2026)
    assert verdict(book("national-2023"), "N3_network", back, online("L2", "20"))["counted"] == "12"


def test_a_line_taken_back_is_a_reason_only_where_it_would_have_counted():
    off_post = line("L1", "8", "2026-06-05", days="1")
    lines = [off_post, reversal(off_post, "L2", "2026-07-01"), online("L3", "5", "2026-06-05")]
    reasons = {one: verdict(book("demo"), one, *lines)["explanation"] for one in ("N1_cycle", "N2_annual", "N3_network")}
    said = {one: [note["line"] for note in notes if note["code"] == "reversed"] for one, notes in reasons.items()}
    assert said == {"N1_cycle": ["L1"], "N2_annual": ["L1"], "N3_network": []}


def test_after_a_reversal_the_activity_may_be_credited_anew():
    first = online("L1", "8", activity_key="course:1")
    lines = [first, reversal(first, "L2", "2026-07-01"), online("L3", "8", "2026-08-01", activity_key="course:1")]
    assert verdict(book("national-2023"), "N3_network", *lines)["counted"] == "8"


def test_missing_figures_are_converted_and_zero_is_zero():
    rules = book("national-2023")
    assert verdict(rules, "N2_annual", line("L1", "44"))["counted"] == ["5.5", "44"]
    assert verdict(rules, "N2_annual", line("L1", None, days="1.5"))["counted"] == ["1.5", "12"]
    assert verdict(rules, "N2_annual", line("L1", "0", days="1.5"))["counted"] == ["1.5", "0"]
    assert verdict(rules, "N2_annual", line("L1", "44", days="0"))["counted"] == ["0", "44"]


def test_what_was_carried_out_leaves_the_total_and_no_bucket():
    out = line("C1", "-6", "2026-12-31", entry_kind="carry_out", category="elective", off_post=False)
    lines = [line("L1", "70", mandatory=True), line("L2", "20", "2026-07-01"), out]
    shown = verdict(book("nj-legacy"), "year", *lines, as_of="2027-03-01")
    assert (shown["counted"], shown["excess"]) == (["70", "84"], ["14", "0"])
    assert not [note for note in shown["explanation"] if note["code"] == "carry_over"]


def test_three_teams_and_their_requirements_in_the_demonstration():
    rules = book("demo")
    manager = person(post(None), teams=(team("enterprise", "ent_middle"),))
    standing = {one.id: one.status for one in evaluate(rules, facts("demo", who=manager)).verdicts}
    assert [name for name, status in standing.items() if status is not Status.NOT_APPLICABLE] == ["N2_annual", "N3_network"]
    engineer = evaluate(rules, facts("demo", online("L1", "3"), who=MIDDLE)).verdict("CPE")
    assert verdict_json(engineer)["counted"] == ["0", "0", "3", "3"]  # a course on no list is of one's own choice


def test_fixed_hours_are_the_same_for_any_length():
    rules = book("demo")
    fixed = replace(rules, conversion=replace(rules.conversion, methods={"online_course": Method("fixed", hours=D(2))}))
    assert convert(fixed, "online_course", [60, 7200]).hours == D(2)


def test_a_lecture_without_length_and_a_course_without_lectures_earn_nothing():
    assert convert(book("demo"), "online_course", [0]).hours == 0
    assert convert(book("demo"), "online_course", []).complete is False
    with pytest.raises(ValueError):
        convert(book("demo"), "online_course", [60], covered_seconds=[60, 60])


NEWCOMER = person(post(since="2008-03-01"), events=(Event("recruited", day("2008-03-01"), day("2009-02-28"), day("2008-03-10")),))


def test_a_newcomer_owes_training_before_the_post_and_within_probation():
    own = line("L1", "6", "2008-03-05", category="own_unit_class")
    found = duties(book("seed-2006"), own, who=NEWCOMER, year=2008, as_of="2008-12-31")
    assert (found["R4a_pre_post"]["status"], found["R4a_pre_post"]["satisfied_by"]) == ("met", "L1")
    assert (found["R4b_induction"]["status"], found["R4b_induction"]["due_on"]) == ("not_yet_due", "2009-02-28")
    late = line("L2", "72", "2009-04-01", class_type="induction", days="12")
    found = duties(book("seed-2006"), own, late, who=NEWCOMER, year=2009, as_of="2009-12-31")
    assert found["R4b_induction"]["explanation"][0]["code"] == "made_up"
    assert duties(book("seed-2006"), own, who=NEWCOMER, year=2009, as_of="2009-12-31")["R4b_induction"]["status"] == "unmet"


def test_duties_return_by_year_cycle_and_stretch_of_months():
    youth = person(tags=(Tag(day("2006-01-01"), None, tag="youth_worker"), Tag(day("2006-01-01"), None, tag="grassroots")))
    school = line("L1", "12", "2007-05-05", institution_kind="youth_league_school")
    found = duties(book("seed-2006"), school, who=youth, year=2007, as_of="2007-12-31")
    assert [found[name]["status"] for name in ("R9_youth", "R10_everyone", "R11_grassroots")] == ["met", "met", "met"]
    found = duties(book("seed-2006"), school, who=youth, year=2008, as_of="2008-12-31")
    assert [found[name]["status"] for name in ("R9_youth", "R10_everyone", "R11_grassroots")] == ["not_yet_due", "met", "unmet"]
    assert found["R9_youth"]["due_on"] == "2009-12-31"
    assert "R6_reserve" not in found


def test_retraining_is_a_gate_without_a_day():
    sent = person(events=(Event("appraisal_basic", day("2026-01-20")),))
    assert duties(book("demo"), who=sent)["retraining"]["status"] == "not_yet_due"
    passed = line("L1", "40", "2026-04-01", class_type="off_post_retraining", result="passed")
    assert duties(book("demo"), passed, who=sent)["retraining"]["status"] == "met"
    failed = replace(passed, result="failed")
    assert duties(book("demo"), failed, who=sent)["retraining"]["status"] == "not_yet_due"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2025-07-01", 12, "2026-07-01"), ("2026-12-15", -12, "2025-12-15"),
     ("2026-10-31", 2, "2026-12-31"), ("2023-08-30", 6, "2024-02-29")],
)  # fmt: skip
def test_months_on_a_calendar(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_the_period_within_which_a_course_counts_once():
    assert book("demo").cycle_of(2026) == "2023-2027"
    assert book("demo").cycle_of(2028) == "2028"
    assert book("gd-cpe-2021").cycle_of(2026) == "2026"
