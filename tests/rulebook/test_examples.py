"""The worked examples E01-E40 of the domain description, as far as the rule engine covers them (EX-E01…E40).

E04-E07 and E33 are about watched time (tests/learning/test_examples.py), E32 about claims (tests/claims/test_service.py), E34
about attempts (tests/exams/test_marking.py); E16-E20, E23, E36, E37, E39 stand again on real facts in
tests/hours/test_people_over_time.py. E31 is the rule alone: dispatches come with classes.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.rulebook.rules import (
    Clash,
    Dispatch,
    Event,
    Status,
    clash,
    class_outcome,
    convert,
    evaluate,
    is_covered,
    is_share_reached,
    merit,
    net_down,
)
from app.rulebook.rules.model import Overflow
from app.rulebook.rules.showing import verdict_json

from .build import book, day, facts, leave, line, online, person, post, reversal, team

D = Decimal


def judged(name, requirement, *lines, **more):
    """The verdict on one requirement as the interface shows it."""
    changes = more.pop("changes", {})
    return verdict_json(evaluate(book(name, **changes), facts(name, *lines, **more)).verdict(requirement))


def figures(verdict):
    return verdict["status"], verdict["required"], verdict["counted"], verdict["shortfall"]


@pytest.mark.parametrize(
    ("name", "seconds", "test_passed", "hours"),
    [
        pytest.param("yn-online-2024", [1800, 1799, 901, 900], True, "2.75", id="E01 tiers and a test"),
        pytest.param("yn-online-2024", [1800], False, "1", id="E01 thirty minutes"),
        pytest.param("yn-online-2024", [1799], False, "0.5", id="E01 a second less"),
        pytest.param("yn-online-2024", [901], False, "0.5", id="E01 just over fifteen minutes"),
        pytest.param("yn-online-2024", [900], False, "0.25", id="E01 fifteen minutes are a micro lecture"),
        pytest.param("national-2023", [3000, 2400, 2700], False, "3", id="E02 sums, then floors once"),
        pytest.param("national-2023", [2400], False, "0.75", id="E02 forty minutes"),
        pytest.param("national-2023", [2699], False, "0.75", id="E02 a second short of an hour"),
        pytest.param("national-2023", [2700], True, "1", id="E02 a test adds nothing here"),
        pytest.param("demo", [30], False, "0.25", id="a clip of thirty seconds is a micro lecture"),
    ],
)
def test_lectures_are_converted(name, seconds, test_passed, hours):
    assert convert(book(name), "online_course", seconds, test_passed).hours == D(hours)


@pytest.mark.parametrize(("covered", "is_complete", "hours"), [(2430, True, "1"), (2429, False, "0")])
def test_e03_ninety_percent_of_a_lecture_is_complete_and_a_second_less_earns_nothing(covered, is_complete, hours):
    rules = book("national-2023")
    assert is_covered(rules, 2700, covered) is is_complete
    result = convert(rules, "online_course", [2700], covered_seconds=[covered])
    assert (result.complete, result.hours) == (is_complete, D(hours))


def test_e05_the_city_may_allow_one_and_a_half_times_the_speed():
    assert book("national-2023").max_rate == D("1.0")
    assert book("demo").max_rate == D("1.5")
    assert book("demo").daily_cap_ms == 28_800_000  # E33: eight hours


def test_e08_the_same_course_twice_counts_once():
    twice = [online(name, "4", on, activity_key="course:7@1:2023-2027") for name, on in (("L1", "2026-03-05"), ("L2", "2026-10-05"))]
    verdict = judged("national-2023", "N3_network", *twice)
    assert verdict["counted"] == "4"
    assert {"code": "duplicate", "line": "L2", "of": "L1", "hours": "4", "days": "0"} in verdict["explanation"]


def test_e09_a_class_posts_what_its_courses_have_not_posted():
    assert net_down(D(20), [D(4)]) == D(16)
    course = online("L1", "4", "2026-03-05")
    held = online("L2", "16", "2026-06-20", category="special_class", nets=("L1",))
    verdict = judged("national-2023", "N3_network", course, held)
    assert verdict["counted"] == "20"
    assert {"code": "netted", "line": "L2", "nets": ["L1"]} in verdict["explanation"]


def test_e10_online_hours_are_registered_and_count_nothing_to_off_post_days():
    lines = [line("L1", "30", "2008-03-03", days="5"), line("L2", "42", "2008-09-01", days="7"), online("L3", "40", "2008-05-01")]
    verdict = judged("seed-2006", "R2", *lines, year=2008)
    assert figures(verdict) == ("met", "12", "12", "0")
    assert {"code": "outside", "line": "L3", "hours": "40", "days": "0"} in verdict["explanation"]


def test_e11_eight_off_post_days_are_four_short():
    verdict = judged("seed-2006", "R2", line("L1", "48", "2008-03-03", days="8"), online("L2", "60", "2008-05-01"), year=2008)
    assert figures(verdict) == ("unmet", "12", "8", "4")


@pytest.mark.parametrize(
    ("days", "hours", "status", "shortfall"),
    [
        pytest.param("10", "92", "met", ["2", "0"], id="E12 met by hours"),
        pytest.param("12", "72", "met", ["0", "18"], id="E13 met by days"),
        pytest.param("11", "88", "unmet", ["1", "2"], id="E14 a day or two hours short"),
    ],
)
def test_days_or_hours_are_two_sums_and_either_will_do(days, hours, status, shortfall):
    verdict = judged("national-2023", "N2_annual", line("L1", hours, days=days))
    assert (verdict["status"], verdict["shortfall"]) == (status, shortfall)
    assert verdict["units"] == ["days", "hours"]


@pytest.mark.parametrize(("hours", "status", "shortfall"), [("49.75", "unmet", "0.25"), ("50.00", "met", "0")])
def test_e15_a_quarter_of_an_hour_decides(hours, status, shortfall):
    verdict = judged("national-2023", "N3_network", online("L1", hours))
    assert (verdict["status"], verdict["shortfall"]) == (status, shortfall)


@pytest.mark.parametrize(
    ("who", "months", "annual", "network"),
    [
        pytest.param(person(post(since="2026-07-10")), 6, ["6", "45"], "25", id="E16 joined before the 15th"),
        pytest.param(person(post(since="2026-07-20")), 5, ["5", "37.5"], "21", id="E17 joined after it"),
        pytest.param(person(leave=(leave("2026-03-01", "2026-08-28"),)), 6, ["6", "45"], "25", id="E18 maternity leave"),
        pytest.param(person(post(until="2026-05-31")), 5, ["5", "37.5"], "21", id="E37 retires"),
        pytest.param(person(events=(Event("retired", day("2026-05-31")),)), 5, ["5", "37.5"], "21", id="E37 by the event alone"),
    ],
)
def test_a_part_of_the_year_asks_for_a_part_of_the_amount(who, months, annual, network):
    verdict = judged("national-2023", "N2_annual", who=who)
    assert (verdict["months"], verdict["required"]) == (months, annual)
    assert judged("national-2023", "N3_network", who=who)["required"] == network


def test_e19_leave_all_year_is_exempt():
    away = person(leave=(leave("2025-12-01", "2027-01-31"),))
    assert judged("national-2023", "N2_annual", who=away)["status"] == Status.EXEMPT
    assert judged("national-2023", "N1_cycle", who=away)["status"] == Status.NOT_APPLICABLE


PROMOTED = person(
    post("section_below", until="2025-06-30"),
    post("division", since="2025-07-01"),
    events=(Event("promoted", day("2025-07-01")),),
)


def test_e20_a_promotion_runs_both_requirements_and_asks_for_appointment_training():
    verdict = judged("national-2023", "N2_annual", who=PROMOTED, year=2025)
    assert (verdict["months"], verdict["required"]) == (6, ["6", "45"])
    verdict = judged("national-2023", "N1_cycle", who=PROMOTED, year=2025)
    assert (verdict["months"], verdict["required"]) == (30, ["1.5", "275"])
    assert verdict["status"] == Status.NOT_YET_DUE
    duty = evaluate(book("national-2023"), facts("national-2023", who=PROMOTED, year=2025)).duties[0]
    assert (duty.id, duty.due_on, duty.status) == ("appointment", day("2026-07-01"), Status.NOT_YET_DUE)


def test_e20_thirty_days_of_appointment_training_satisfy_a_division_cadre():
    held = line("L1", "160", "2025-09-01", "2025-09-30", days="22", class_type="appointment")
    duty = evaluate(book("national-2023"), facts("national-2023", held, who=PROMOTED, year=2025)).duties[0]
    assert (duty.status, duty.satisfied_by) == (Status.MET, "L1")
    short = line("L1", "80", "2025-09-01", "2025-09-12", days="10", class_type="appointment")
    late = evaluate(book("national-2023"), facts("national-2023", short, who=PROMOTED, year=2026)).duties[0]
    assert late.status is Status.UNMET


def test_e21_three_months_or_550_hours():
    cadre = person(post("division"))
    spans = [("L1", "400", "2024-03-01", 60), ("L2", "100", "2025-03-01", 14), ("L3", "56", "2026-03-01", 7)]
    lines = [line(name, hours, on, days="1", span_days=span) for name, hours, on, span in spans]
    verdict = judged("national-2023", "N1_cycle", *lines, who=cadre)
    assert figures(verdict) == ("met", ["3", "550"], ["2.7", "556"], ["0.3", "0"])


@pytest.mark.parametrize(
    ("hours", "away", "is_completed", "posted"),
    [("160", "24", False, "0"), ("160", "22", True, "138"), ("161", "23", True, "138")],
)
def test_e22_leave_over_a_seventh_is_withdrawal_and_exactly_a_seventh_is_not(hours, away, is_completed, posted):
    rule = book("national-2023").class_rule
    assert rule is not None
    outcome = class_outcome(rule, D(hours), D(away))
    assert (outcome.is_completed, outcome.hours) == (is_completed, D(posted))


def test_e23_hours_follow_the_person_and_statistics_stay_with_the_unit():
    moved = person(post(unit="A", until="2026-08-31"), post(unit="B", since="2026-09-01"))
    lines = [line("L1", "60", "2026-05-01", days="8", unit="A"), line("L2", "35", "2026-10-01", days="5", unit="B")]
    evaluation = evaluate(book("national-2023"), facts("national-2023", *lines, who=moved))
    assert evaluation.assessed_unit == "B"
    assert dict(evaluation.activity) == {"A": D(60), "B": D(35)}
    assert verdict_json(evaluation.verdict("N2_annual"))["counted"] == ["13", "95"]


def test_e24_and_e40_a_revoked_claim_lowers_the_year_and_the_old_report_reproduces():
    claim = online("L1", "8", "2026-05-05", category="self_study_claim", activity_key="claim:book:1")
    lines = [claim, online("L2", "30", "2026-06-05"), reversal(claim, "L3", "2027-02-10")]
    first = judged("national-2023", "N3_network", *lines, as_of="2027-01-31")
    second = judged("national-2023", "N3_network", *lines, as_of="2027-03-01")
    assert (first["counted"], second["counted"]) == ("38", "30")
    assert {"code": "reversed", "line": "L1", "by": "L3", "hours": "8", "days": "0"} in second["explanation"]
    assert first == judged("national-2023", "N3_network", *lines[:2], as_of="2027-01-31")


def test_e25_a_correction_is_reversal_and_new_credit():
    wrong = online("L1", "46", activity_key="course:1")
    lines = [wrong, reversal(wrong, "L2", "2026-07-01"), online("L3", "64", posted="2026-07-02", activity_key="course:1")]
    assert judged("national-2023", "N3_network", *lines)["counted"] == "64"


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        pytest.param([line("L1", "24", category="own_unit_class")], "18", id="own-unit class is capped"),
        pytest.param([line("L1", days="3", category="overseas", overseas=True)], "18", id="three days abroad"),
        pytest.param([line("L1", days="10", category="overseas", overseas=True)], "24", id="ten days abroad are capped"),
        pytest.param([line("L1", days="15", category="overseas", overseas=True)], "24", id="fifteen days are still capped"),
        pytest.param([line("L1", days="20", category="overseas", overseas=True)], "48", id="longer abroad is a flat figure"),
        pytest.param([line("L1", "4", category="teaching")], "20", id="teaching counts five times"),
        pytest.param([line("L1", "1", category="paper", level="provincial", activity_key="paper:1"),
                      line("L2", "1", "2026-07-01", category="paper", level="provincial", activity_key="paper:1")],
                     "24", id="the same paper once"),
        pytest.param([line("L1", "20", category="degree"), line("L2", "20", "2026-07-01", category="degree")],
                     "24", id="a degree, by the year"),
    ],
)  # fmt: skip
def test_e26_caps_flats_and_multipliers(lines, counted):
    assert judged("nj-legacy", "year", *lines)["counted"][1] == counted


def test_e27_the_excess_of_a_year_is_carried_once():
    lines = [line("L1", "70", mandatory=True), line("L2", "20", "2026-07-01")]
    verdict = judged("nj-legacy", "year", *lines)
    assert (verdict["status"], verdict["counted"], verdict["excess"]) == ("met", ["70", "90"], ["14", "6"])
    assert {"code": "carry_over", "hours": "6", "into": "elective", "year": 2027, "years": 1} in verdict["explanation"]
    carried = line("C1", "6", "2027-01-31", entry_kind="carry_in", accounting_year=2027, category="elective", off_post=False)
    after = [*lines, carried, line("L3", "84", "2027-05-01", mandatory=True)]
    verdict = judged("nj-legacy", "year", *after, year=2027)
    assert verdict["counted"] == ["84", "90"]
    assert not [note for note in verdict["explanation"] if note["code"] == "carry_over"]


ENGINEER = person(post(None), teams=(team("professional", "pro_senior"),))


def cpe(public="0", professional="0", elective="0"):
    parts = (("P", public, "public"), ("Q", professional, "professional"), ("E", elective, "elective"))
    return [online(name, hours, subject_kind=kind) for name, hours, kind in parts]


def test_e28_elective_hours_are_short_unless_professional_ones_may_flow_over():
    lines = cpe("30", "50", "12")
    verdict = judged("gd-cpe-2021", "CPE", *lines, who=ENGINEER)
    assert figures(verdict) == ("unmet", ["30", "42", "18", "90"], ["30", "50", "12", "92"], ["0", "0", "6", "0"])
    flowing = {"overflow": (Overflow("professional", "elective"),)}
    verdict = judged("gd-cpe-2021", "CPE", *lines, who=ENGINEER, changes=flowing)
    assert (verdict["status"], verdict["counted"]) == ("met", ["30", "42", "20", "92"])


@pytest.mark.parametrize(
    ("finished", "list_year", "in_2025", "in_2026"),
    [
        ("2026-04-20", 2025, "30", "0"),
        ("2026-04-30", 2025, "30", "0"),
        ("2026-05-01", 2025, "0", "0"),
        ("2026-05-01", 2026, "0", "30"),
    ],
)
def test_e29_the_public_list_of_a_year_may_be_finished_until_the_end_of_april(finished, list_year, in_2025, in_2026):
    studied = online("L1", "30", finished, subject_kind="public", list_year=list_year)
    for year, hours in ((2025, in_2025), (2026, in_2026)):
        verdict = judged("gd-cpe-2021", "CPE", studied, who=ENGINEER, year=year, as_of="2027-06-30")
        assert (verdict["counted"][0], verdict["counted"][3]) == (hours, hours)


def test_e29_public_hours_alone_are_not_yet_due_within_the_grace():
    lines = cpe("20", "52", "18")
    assert judged("gd-cpe-2021", "CPE", *lines, who=ENGINEER, as_of="2027-04-29")["status"] == Status.NOT_YET_DUE
    assert judged("gd-cpe-2021", "CPE", *lines, who=ENGINEER, as_of="2027-04-30")["status"] == Status.UNMET


def test_e30_twelve_days_of_six_hours_and_ninety_percent_of_the_unit():
    middle = person(post(None), teams=(team("professional", "pro_middle"),))
    verdict = judged("seed-2006", "R3", line("L1", days="12", on="2008-03-03"), who=middle, year=2008)
    assert figures(verdict) == ("met", "72", "72", "0")
    assert judged("seed-2006", "R2", who=middle, year=2008)["status"] == Status.NOT_APPLICABLE
    assert [is_share_reached(part, 50, D("0.90")) for part in (46, 45, 44)] == [True, True, False]


@pytest.mark.parametrize(
    ("mine", "other", "found"),
    [
        pytest.param(("district", "06-10", "06-14"), ("city_organization", "06-08", "06-12"), Clash.SUPERSEDED, id="E31 the city prevails"),
        pytest.param(("city_organization", "06-08", "06-12"), ("district", "06-10", "06-14"), Clash.HOLDS, id="E31 and stays as it is"),
        pytest.param(("district", "06-12", "06-14"), ("province", "06-08", "06-12"), Clash.SUPERSEDED, id="one shared day is enough"),
        pytest.param(("district", "06-13", "06-14"), ("central", "06-08", "06-12"), Clash.NONE, id="the day after is free"),
        pytest.param(("city_organ", "06-08", "06-12"), ("city_organ", "06-10", "06-14"), Clash.UNDECIDED, id="of one rank people decide"),
        pytest.param(("city_organ", "06-08", "06-12"), ("city_organization", "06-10", "06-14"), Clash.SUPERSEDED, id="organs of one city"),
        pytest.param(("unit", "06-08", "06-12"), ("district", "06-12", "06-12"), Clash.SUPERSEDED, id="the unit gives way to all"),
    ],
)
def test_e31_the_higher_dispatch_prevails(mine, other, found):
    sent = [Dispatch(authority, day(f"2026-{first}"), day(f"2026-{last}")) for authority, first, last in (mine, other)]
    assert clash(*sent) is found


def test_e35_required_hours_are_whole_credits_and_elective_ones_half():
    lines = [online("L1", "20", mandatory=True), online("L2", "40")]
    verdict = judged("sx-credit", "credits", *lines)
    assert (verdict["units"], verdict["counted"]) == (["credits"], "40")


def test_e36_one_class_counts_in_every_team_of_the_person_and_once_in_the_city():
    both = person(post(None, unit_kind="municipal_soe"), teams=(team("enterprise", "ent_middle"), team("professional", "pro_senior")))
    held = line("L1", "8", days="1", subject_kind="professional", unit="U1")
    evaluation = evaluate(book("demo"), facts("demo", held, who=both))
    assert verdict_json(evaluation.verdict("N2_annual"))["counted"] == ["1", "8"]
    assert verdict_json(evaluation.verdict("CPE"))["counted"] == ["0", "8", "0", "8"]
    assert dict(evaluation.activity) == {"U1": D(8)}


def test_e38_merit_follows_a_reason_people_decided_on():
    rules = book("seed-2006")
    words = [merit(rules, False, reason) for reason in ("personal", "organizational", "pending", "exempt")]
    assert words == ["ineligible", "eligible_with_makeup", "blocked", "eligible"]
    assert merit(rules, True, "personal") == "eligible"


def test_e39_a_promotion_in_the_middle_of_the_first_cycle():
    cadre = person(post("section_below", until="2008-06-30"), post("division", since="2008-07-01"))
    verdict = judged("seed-2006", "R1", who=cadre, year=2008)
    assert (verdict["months"], verdict["required"], verdict["units"]) == (30, "1.5", ["months"])
    assert [judged("seed-2006", "R2", who=cadre, year=year)["required"] for year in (2006, 2007, 2008)] == ["12", "12", "6"]
    assert judged("seed-2006", "R2", who=cadre, year=2009)["status"] == Status.NOT_APPLICABLE
