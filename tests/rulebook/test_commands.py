"""`flask rules …` on the command line, without a database (interfaces.md §5)."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from app.rulebook import service as rulebook
from app.rulebook.commands import rules

FACTS = {
    "rule_set": "national-2023", "year": 2026, "as_of": "2027-01-31",
    "person": {
        "appointments": [{"from": "2020-01-01", "to": None, "unit": "U1", "unit_kind": "city_organ", "rank": "section_below",
                          "position_class": "general", "is_leading": False}],
        "teams": [{"team": "party_gov", "tier": None, "primary": True, "from": "2020-01-01", "to": None}],
        "tags": [{"tag": "reserve", "from": "2021-01-01", "to": None}],
        "leave": [{"from": "2026-03-01", "to": "2026-08-28"}],
        "events": [{"kind": "promoted", "on": "2025-07-01"}],
    },
    "lines": [{"id": "L1", "entry_kind": "credit", "reverses": None, "activity_key": "class:7", "category": "special_class",
               "class_type": None, "subject_kind": None, "framework": "competence", "delivery": "offline", "selection": "assigned",
               "mandatory": True, "off_post": True, "overseas": False, "occurred_from": "2026-03-02", "occurred_to": "2026-03-06",
               "posted_at": "2026-03-07T09:00:00Z", "days": "5", "hours": "40", "span_days": 5}],
}  # fmt: skip


def run(*arguments, given=None):
    return CliRunner().invoke(rules, list(arguments), input=given)


def evaluate(text):
    return run("evaluate", "-", given=text)


def test_check_names_every_shipped_set_with_its_hash():
    result = run("check")
    assert result.exit_code == 0
    assert "demo@1 sha256 " in result.stdout


def test_check_notes_what_is_not_in_effect_yet_without_failing():
    """On standard error, by line; standard output is what it was, and a file without such keys has no note."""
    path = rulebook.FOLDER / "seed-2006@1.yaml"
    result = run("check", str(path))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{path}: seed-2006@1 sha256 {rulebook.shelf()['seed-2006@1'].hash}"]
    notes = [line.removeprefix(f"{path}:").split(": ", 1) for line in result.stderr.splitlines()]
    assert {where.split(":")[0] for where, _told in notes} == {
        str(number) for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if line.startswith(("class_quota:", "deadlines:", "  - {id: budget_ratio", "  - {id: per_capita_growth"))
    }  # fmt: skip
    assert all(told.endswith("accepted, but not in effect yet") for _where, told in notes)
    assert "尚未生效" in run("check", "--zh", str(path)).stderr
    assert run("check", str(rulebook.FOLDER / "gd-cpe-2021@1.yaml")).stderr == ""


def test_check_of_a_bad_file_names_the_line_and_fails(tmp_path):
    path = tmp_path / "demo@2.yaml"
    path.write_text("id: demo\nversion: 2.5\n", "utf-8")
    result = run("check", str(path))
    assert result.exit_code == 1
    assert f"{path}:2:10: version: write the number in quotes" in result.stdout


def test_check_of_a_missing_file_is_bad_input(tmp_path):
    assert run("check", str(tmp_path / "none.yaml")).exit_code == 2


def test_the_example_of_the_interface_is_judged():
    result = evaluate(json.dumps(FACTS))
    assert result.exit_code == 0
    verdict = json.loads(result.stdout)
    assert (verdict["rule_set"], verdict["version"], verdict["as_of"]) == ("national-2023", 1, "2027-01-31")
    annual = next(one for one in verdict["requirements"] if one["id"] == "N2_annual")
    assert (annual["required"], annual["counted"], annual["shortfall"]) == (["6", "45"], ["5", "40"], ["1", "5"])
    assert (annual["units"], annual["status"]) == (["days", "hours"], "unmet")
    assert {"code": "prorated", "months": 6, "of": 12} in annual["explanation"]


def test_facts_are_read_from_a_file_too(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), "utf-8")
    assert run("evaluate", str(path)).exit_code == 0


def changed(path, value):
    facts = json.loads(json.dumps(FACTS))
    inner = facts
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return json.dumps(facts, indent=1)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("rule_set",), "nobody", "no rule set nobody"),
        (("rule_set",), ..., "`rule_set` is missing"),
        (("year",), "2026", "a year from 1990 to 2100"),
        (("year",), 2022, "no rule set national-2023 at the end of 2022"),
        (("year",), True, "a year from 1990 to 2100"),
        (("as_of",), "2026-13-01", "a date that exists"),
        (("who",), 1, "`who` is not known here"),
        (("person",), ..., "`person`: an object"),
        (("person", "teams", 0, "team"), "party", "one of party_gov, enterprise, professional"),
        (("person", "teams", 0, "from"), None, "null is not allowed"),
        (("person", "teams", 0, "to"), "2019-12-31", "it ends before it begins"),
        (("person", "leave"), {}, "a list was expected"),
        (("person", "appointments", 0, "rank"), "king", "one of bureau, division, section_below"),
        (("person", "appointments", 0, "rank_level"), "bureau", "is not known here"),
        (("person", "events", 0, "kind"), ..., "`kind` is missing"),
        (("lines",), ..., "a list was expected"),
        (("lines", 0), 7, "an object was expected"),
        (("lines", 0, "hours"), 40, "a decimal string"),
        (("lines", 0, "hours"), 40.5, "a decimal string"),
        (("lines", 0, "hours"), "4e1", "a decimal string"),
        (("lines", 0, "hours"), "NaN", "a decimal string"),
        (("lines", 0, "hours"), "40.125", "a decimal string"),
        (("lines", 0, "hours"), "-40", "no negative hours"),
        (("lines", 0, "span_days"), "5", "a whole number"),
        (("lines", 0, "span_days"), 2**63, "a whole number"),
        (("lines", 0, "category"), "holiday", "one of dispatch"),
        (("lines", 0, "posted_at"), "2026-03-07", "a moment like"),
        (("lines", 0, "posted_at"), "2026-03-07T25:00:00Z", "a moment that exists"),
        (("lines", 0, "occurred_to"), "2026-03-01", "it ends before it begins"),
        (("lines", 0, "entry_kind"), "reversal", "must say which line it `reverses`"),
        (("lines", 0, "mandatory"), "yes", "true or false"),
        (("lines", 0, "id"), "", "a text of 1 to 200 characters"),
    ],
)
def test_malformed_facts_end_with_status_2_and_name_the_line(path, value, says):
    text = changed(path, value)
    result = evaluate(text)
    assert result.exit_code == 2
    assert result.stdout == ""
    first = result.stderr.splitlines()[0]
    assert says in result.stderr
    assert first.startswith("-:")
    assert 1 <= int(first.split(":")[1]) <= text.count("\n") + 1


def test_a_finding_stands_on_the_very_line_of_the_value():
    text = changed(("lines", 0, "hours"), 40)
    wanted = next(number for number, line in enumerate(text.splitlines(), 1) if '"hours"' in line)
    assert evaluate(text).stderr.startswith(f"-:{wanted}:")


def test_every_finding_is_told_at_once():
    facts = json.loads(json.dumps(FACTS))
    facts["year"], facts["lines"][0]["hours"], facts["person"]["teams"][0]["team"] = 1, 1, 1
    assert len(evaluate(json.dumps(facts)).stderr.splitlines()) == 3


@pytest.mark.parametrize("text", ["", "{", "[1,2", '{"a": NaN}', "[" * 100_000, '{"rule_set": 1' + "0" * 5000 + "}", "null", "\ufeff"])
def test_what_is_no_facts_at_all_ends_with_status_2(text):
    result = evaluate(text)
    assert result.exit_code == 2
    assert result.stderr.startswith("-:1:")


def test_bytes_that_are_no_text_end_with_status_2():
    assert evaluate(b"{}\n\xff").stderr.startswith("-:2:1: the facts are not UTF-8")


def test_reversals_must_take_back_what_was_given():
    facts = json.loads(json.dumps(FACTS))
    back = facts["lines"][0] | {"id": "L2", "entry_kind": "reversal", "reverses": "L1", "hours": "-8", "days": "-5", "span_days": -5}
    facts["lines"].append(back)
    result = evaluate(json.dumps(facts))
    assert result.exit_code == 2
    assert "-40 was expected" in result.stderr
    back["hours"] = "-40"
    assert json.loads(evaluate(json.dumps(facts)).stdout)["requirements"][1]["counted"] == ["0", "0"]
    facts["lines"].append(back | {"id": "L3"})
    assert "reversed twice" in evaluate(json.dumps(facts)).stderr


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["--rule-set", "national-2023", "--seconds", "8100"], ("3", True)),
        (["--rule-set", "national-2023", "--seconds", "2700", "--covered-seconds", "2430"], ("1", True)),
        (["--rule-set", "national-2023", "--seconds", "2700", "--covered-seconds", "2429"], ("0", False)),
        (["--rule-set", "yn-online-2024@1", "--seconds", "900", "--test-passed"], ("0.75", True)),
        (["--rule-set", "demo", "--seconds", "1800", "--seconds", "30"], ("1.25", True)),
    ],
)
def test_convert_prints_hours_completeness_and_why(arguments, answer):
    result = run("convert", "--kind", "online_course", *arguments)
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert (shown["hours"], shown["complete"]) == answer
    assert all("code" in one for one in shown["explanation"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rule-set", "nobody", "--kind", "online_course", "--seconds", "1"],
        ["--rule-set", "demo", "--kind", "holiday", "--seconds", "1"],
        ["--rule-set", "demo", "--kind", "online_course", "--seconds", "-1"],
        ["--rule-set", "demo", "--kind", "online_course", "--seconds", "1.5"],
        ["--rule-set", "demo", "--kind", "online_course"],
        ["--rule-set", "demo", "--kind", "online_course", "--seconds", "1", "--covered-seconds", "1", "--covered-seconds", "1"],
    ],
)
def test_convert_refuses_what_cannot_be_with_status_2(arguments):
    result = run("convert", *arguments)
    assert result.exit_code == 2
    assert result.stderr
