"""Rule files: every kind of mistake is found with its line, the key and what was expected; the old version stays in force."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from app.rulebook import service
from app.rulebook.service import files, positions
from app.rulebook.service.chinese import in_chinese
from app.rulebook.service.positions import Unreadable, read_json, read_yaml

GOOD = """id: test-set
version: 1
title: 规则
basis: [条例]
effective: {from: 2026-01-01, to: null}
units: {minutes_per_hour: 45, hours_per_day: 8, hour_quantum: "0.25"}
conversion:
  online_course: {method: linear}
buckets:
  network:
    accept: {delivery: [online]}
requirements:
  - id: N3
    who: {team: party_gov}
    period: year
    bucket: network
    need: {all_of: [{hours: 50}]}
proration: census15
"""


def findings(text, name="test-set@1.yaml"):
    return [finding.text("F") for finding in service.examine(name, text.encode())[1]]


def test_each_key_that_is_missing_is_named():
    said = " ".join(findings(GOOD.replace("proration: census15\n", "").replace("title: 规则\n", "")))
    assert "the key proration is missing" in said and "the key title is missing" in said


def test_a_sound_file_has_no_findings():
    assert findings(GOOD) == []


@pytest.mark.parametrize(
    ("was", "becomes", "line", "says"),
    [
        ("hours: 50", "hours: 37.5", 17, 'write the number in quotes: "37.5"'),
        ("minutes_per_hour: 45", "minutes_per_hour: 45.0", 6, "write the number in quotes"),
        ("team: party_gov", "team: party_goy", 14, "is not one of party_gov, enterprise, professional"),
        ("team: party_gov", "teem: party_gov", 14, "the key teem is not known here"),
        ("    bucket: network\n", "    bucket: netwerk\n", 16, "there is no bucket netwerk; there are network"),
        ("proration: census15\n", "", 1, "the key proration is missing"),
        ("period: year", "period: month", 15, "is not one of year, cycle"),
        ("period: year", "period: cycle", 15, "the rule set has no `cycle`"),
        ("{hours: 50}", "{hours: 50, days: 6}", 17, "exactly one of months, days, hours, credits"),
        ("{hours: 50}", "{hours: -50}", 17, "-50 is less than 1"),
        ("{hours: 50}", '{hours: "50 h"}', 17, "does not fit"),
        ("all_of", "some_of", 17, "the key some_of is not known here"),
        ("to: null", "to: 2025-12-31", 5, "effective ends before it begins"),
        ("from: 2026-01-01", "from: 2026-02-30", 5, "no calendar has the day 2026-02-30"),
        ("from: 2026-01-01", "from: 1 Jan 2026", 5, "does not fit"),
        ("method: linear", "method: tiered", 8, "the key tiers is missing"),
        ("method: linear", "method: fixed", 8, "the key hours is missing"),
        ("method: linear", "method: quadratic", 8, "is not one of linear, tiered, fixed"),
        ("version: 1\n", "version: 1\nversion: 2\n", 3, "the key version stands here twice"),
        ("version: 1\n", "", 1, "the key version is missing"),
        ("version: 1\n", "version: 2\n", 2, "must be called test-set@2.yaml"),
        ("title: 规则", "title: &a 规则", 3, "anchors and aliases are not used"),
        ("title: 规则", "title: [规则", 4, "this is no YAML"),
        ("proration: census15", "proration: census15\ncaps: [{per: year, hours: 18}]", 19, "does not fit"),
        ("proration: census15", "proration: census15\ngrace: [{bucket: public, until: 04-30}]", 19, "there is no bucket public"),
        (
            "proration: census15",
            "proration: census15\ncarry_over: [{from: total_excess, to: network, years: 1}, {from: total_excess, to: network, years: 1}]",
            19,
            "one entry was expected",
        ),
        (
            "proration: census15",
            "proration: census15\nobligations:\n  - id: O\n    every: year\n    hwo: {all: true}",
            22,
            "the key hwo is not known",
        ),
        ("minutes_per_hour: 45", "minutes_per_hour: 45,\n  minuts: 2", 7, "the key minuts is not known here"),
        ("proration: census15", "proration: census15\nprorating: none", 19, "the key prorating is not known here"),
        ('hour_quantum: "0.25"', 'hour_quantum: "0.00"', 6, "expected: A number above 0"),
        ("hours_per_day: 8", "hours_per_day: 0", 6, "0 is less than 1"),
        ("{hours: 50}", "{hours: 0}", 17, "0 is less than 1"),
        ("{hours: 50}", "{months: 3}", 17, "months need `days_per_month`"),
        ("proration: census15", "proration: census15\nclaim_deadline: 02-30", 19, "expected: A day of every year"),
        ("proration: census15", "proration: census15\ngrace: [{bucket: network, until: 02-29}]", 19, "expected: A day of every year"),
        ("proration: census15", "proration: census15\noverflow: [{from: network, to: network}]", 19, "another bucket was expected"),
        (
            "proration: census15",
            'proration: census15\nclass_rules: {leave_limit: "7/1", over_limit: withdraw, hours_on_completion: full}',
            19,
            "a share of at most one was expected, not 7/1",
        ),
        ("method: linear}", 'method: linear}\n  coverage_required: "0"', 9, "a share above nought"),
        ("proration: census15", "proration: census15\nobligations: [{id: O, who: {all: true}, every: P}]", 19, "does not fit"),
        (
            "proration: census15",
            "proration: census15\nobligations: [{id: O, who: {all: true}, every: year, from: 2026-02-30}]",
            19,
            "no calendar has the day 2026-02-30",
        ),
        ("proration: census15", "proration: census15\ndeadlines: {report: 2026-02-30}", 19, "no calendar has the day 2026-02-30"),
        (
            "proration: census15",
            "proration: census15\nkpi: [{id: K, measure: nonsense, direction: increasing}]",
            19,
            "is not one of distinct_trained",
        ),
        (
            "proration: census15",
            'proration: census15\nkpi: [{id: K, measure: participants, between: ["0.5", "0.2"]}]',
            19,
            "a range from low to high was expected, not 0.5 to 0.2",
        ),
        ("proration: census15", "proration: yes", 18, "true, false or null was expected"),
        ("    accept: {delivery: [online]}", "    accept: {}", 11, "does not fit"),
    ],
)
def test_each_mistake_names_its_line_and_what_was_expected(was, becomes, line, says):
    assert was in GOOD
    found = findings(GOOD.replace(was, becomes, 1))
    assert any(one.startswith(f"F:{line}:") and says in one for one in found), found
    for finding in service.examine("test-set@1.yaml", GOOD.replace(was, becomes, 1).encode())[1]:
        assert re.search("[\u4e00-\u9fff]", in_chinese(finding.message)), "every finding has a Chinese sentence"


def test_what_was_expected_is_said_in_chinese_for_every_shape_the_schema_describes():
    def described(schema):
        if isinstance(schema, dict):
            yield from [schema["description"]] if isinstance(schema.get("description"), str) else []
        for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            yield from described(part)

    for words in described(files.definitions()):
        told = in_chinese(f'"x" does not fit; expected: {words}')
        assert not re.search(r"[a-z]{3,} [a-z]+ [a-z]+", told), told
        assert re.search("[\u4e00-\u9fff]", told.partition("：")[2]), told


TIERS = "{method: tiered, tiers: [%s]}"


@pytest.mark.parametrize(
    ("tiers", "says"),
    [
        ("{over_minutes: 15, hours: 1}, {at_least_minutes: 30, hours: 1}, {hours: 1}", "from long to short"),
        ("{over_minutes: 15, hours: 1}", "the last has none"),
        ("{hours: 1}, {over_minutes: 15, hours: 1}", "every tier but the last needs a bound"),
        ("{over_minutes: 15, at_least_minutes: 20, hours: 1}, {hours: 1}", "does not fit"),
    ],
)
def test_tiers_must_cover_every_length(tiers, says):
    found = findings(GOOD.replace("{method: linear}", TIERS % tiers))
    assert any(says in one for one in found), found


def test_bytes_that_are_no_text_are_a_finding_with_their_line():
    document, found = service.examine("x@1.yaml", b"id: x\n\xff\xfe")
    assert document is None
    assert (found[0].line, found[0].message) == (2, "the file is not UTF-8 text")


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "- 1\n- 2\n", "just words", "a: !!python/object:os.system {}", "? [1]\n: 2", "x: .nan"]
)
def test_texts_that_are_no_rule_set_are_findings_never_errors(text):
    assert findings(text)


def test_aliases_cannot_blow_up():
    bomb = "a: &a [x, x]\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20))
    assert any("anchors and aliases" in one for one in findings(bomb))


def test_deep_nesting_is_refused():
    with pytest.raises(Unreadable):
        read_yaml("[" * 200 + "]" * 200)


def test_places_in_json_are_exact():
    document = read_json('{"a": [1,\n  {"b": "x\\"}"}],\n\t"c": null}')
    assert document.places[("a", 1, "b")] == (2, 4)
    assert document.places[("c",)] == (3, 2)
    assert document.value == {"a": [1, {"b": 'x"}'}], "c": None}


def test_a_json_member_twice_is_refused():
    with pytest.raises(Unreadable) as refused:
        read_json('{"a": 1,\n "a": 2}')
    assert refused.value.finding.line == 2


def test_a_bad_file_is_left_out_and_the_old_version_stays_in_force(tmp_path, caplog):
    (tmp_path / "test-set@1.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "test-set@2.yaml").write_text(GOOD.replace("version: 1", "version: 2").replace("all_of", "some_of"), "utf-8")
    service.shelf.cache_clear()
    try:
        assert list(service.shelf(tmp_path)) == ["test-set@1"]
        assert "test-set@2.yaml:17:" in caplog.text
    finally:
        service.shelf.cache_clear()


def test_all_eight_sets_are_shipped_and_sound():
    names = {"demo", "gd-cpe-2021", "mohrss-2015", "national-2023", "nj-legacy", "seed-2006", "sx-credit", "yn-online-2024"}
    assert {one.id for one in service.shelf().values()} == names
    files = list(service.FOLDER.glob("*.yaml"))
    assert len(files) == len(service.shelf())


def test_the_hash_is_of_what_the_rules_say_and_not_of_their_spacing():
    first, _ = service.examine("test-set@1.yaml", GOOD.encode())
    second, _ = service.examine("test-set@1.yaml", (GOOD.replace("{all_of: [{hours: 50}]}", "\n      all_of:\n      - hours: 50")).encode())
    third, _ = service.examine("test-set@1.yaml", GOOD.replace("hours: 50", "hours: 51").encode())
    assert first and second and third
    assert service.digest(first.value) == service.digest(second.value) != service.digest(third.value)


def test_the_schema_is_one_and_valid():
    from app.rulebook.service.files import validator

    schema = json.loads((service.FOLDER / "schema.json").read_text("utf-8"))
    assert validator().schema == schema


def test_a_bare_id_is_the_highest_version_in_force_on_the_day():
    assert service.rule_set("demo", date(2026, 11, 22)).pin == "demo@1"
    assert service.rule_set("seed-2006@1", date(2026, 11, 22)).pin == "seed-2006@1"
    with pytest.raises(service.NoSuchRuleSet):
        service.rule_set("seed-2006", date(2026, 11, 22))
    for name in ("demo@99", "nobody", "../demo", "demo@", "", "DEMO"):
        with pytest.raises(service.NoSuchRuleSet):
            service.rule_set(name, date(2026, 11, 22))


def test_the_schema_of_rule_files_is_a_schema():
    Draft202012Validator.check_schema(files.validator().schema)


ODD = ("", "a: 1\na: 2", "a: &x 1\nb: *x", "a: [1, 2", "a: !!python/none x", "a:\tb", "- é\n-  \u4e2d: [x, {y: z}]\n", "a: |\n  b\n  c\n",
       "[" * 50 + "]" * 50, "a: 1.5", "%YAML 9.9\n---\na: b", "a: \x00", "--- a\n--- b", "? [x]\n: y")  # fmt: skip


@pytest.mark.parametrize("text", [GOOD, *ODD, *(path.read_text("utf-8") for path in sorted(files.FOLDER.glob("*.yaml")))])
def test_the_quick_reader_says_what_the_slow_one_says(text, monkeypatch):
    def told():
        try:
            return read_yaml(text)
        except Unreadable as error:
            return error.finding

    assert positions.QUICK is not None
    quick = told()
    monkeypatch.setattr(positions, "QUICK", None)
    assert quick == told()
