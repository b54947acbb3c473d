"""The pure rules of claims as tables: moves, fields, suggestions, findings, verdicts, deadlines; mutants must be seen."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.models import LIVE_STATES
from app.claims.rules import (
    LIVE,
    NEXT,
    Beside,
    Calendar,
    ClaimState,
    Entered,
    Facts,
    Finding,
    Level,
    Span,
    Verdict,
    deadline_on,
    deciding,
    fields,
    is_escalated,
    may_appeal,
    missing,
    read,
    risk,
    suggest,
    verdict_wrong,
)
from app.claims.rules import kinds as kinds_module
from app.claims.rules.keys import activity_key, folded, title_hash
from app.claims.rules.suggest import Suggestion
from app.claims.service import book as book_file
from app.rulebook import service as rulebook

findings = import_module("app.claims.rules.findings")
CONTENT = Path(__file__).resolve().parents[2] / "content"
BOOK = book_file.load(CONTENT)
RULES = rulebook.rule_set("demo", date(2026, 11, 22))
UNITS = RULES.units
EVER_SHIPPED = {"book", "lecture", "degree", "paper", "teaching", "central_group", "certificate", "online_elsewhere", "class_elsewhere",
                "overseas", "field_study"}  # fmt: skip
S = ClaimState


def entered(kind: str, first: str = "2026-05-12", last: str = "", **words: str) -> Entered:
    found, faults = read(BOOK.kinds[kind], {"title": "题", "occurred_from": first, "occurred_to": last or first, **words})
    assert faults == ()
    return found


def test_a_kind_once_shipped_stays():
    assert set(BOOK.kinds) >= EVER_SHIPPED


def test_the_live_states_are_the_same_in_the_rules_and_in_the_database():
    assert set(LIVE_STATES.partition("IN (")[2].rstrip(")").replace("'", "").split(", ")) == set(LIVE)


def test_every_state_is_reached_and_the_ends_are_ends():
    assert {to for moves in NEXT.values() for to in moves} | {S.DRAFT} == set(S)
    assert {state for state, moves in NEXT.items() if not moves} == {S.REJECTED, S.WITHDRAWN, S.REVOKED}
    assert S.CERTIFIED not in NEXT[S.SUBMITTED], "nothing is certified without the unit's step"


@pytest.mark.parametrize(
    ("kind", "words", "hours", "days"),
    [
        ("book", {"author": "甲", "pages": "319"}, "15.75", "0"),  # 15.95 floored to a quarter
        ("book", {"author": "甲", "pages": "400"}, "20", "0"),
        ("book", {"author": "甲", "pages": "401"}, "20", "0"),  # the cap
        ("book", {"author": "甲", "pages": "19"}, "0.75", "0"),
        ("lecture", {"host": "甲", "minutes": "135"}, "3", "0"),
        ("lecture", {"host": "甲", "minutes": "134"}, "2.75", "0"),
        ("lecture", {"host": "甲", "minutes": "720"}, "16", "0"),
        ("lecture", {"host": "甲", "minutes": "2400"}, "16", "0"),
        ("central_group", {"host": "甲", "minutes": "180"}, "4", "0.5"),
        ("central_group", {"host": "甲", "minutes": "179"}, "3.75", "0.25"),
        ("central_group", {"host": "甲", "minutes": "2400"}, "24", "1"),  # three days do not fit into one date
        ("paper", {"journal": "甲", "level": "provincial"}, "16", "0"),
        ("degree", {"level": "master", "credits": "2.5"}, "10", "0"),
        ("certificate", {"issuer": "甲", "cert_no": "1", "printed_hours": "36.1"}, "36", "0"),
        ("certificate", {"issuer": "甲", "cert_no": "1", "printed_hours": "61"}, "60", "0"),
        ("overseas", {"country": "甲", "approval": "1", "last": "2026-05-14"}, "24", "3"),
        ("field_study", {"place": "甲", "last": "2026-05-14"}, "12", "1.5"),
        ("field_study", {"place": "甲", "last": "2026-05-22"}, "20", "5.5"),
    ],
)
def test_what_a_claim_comes_to(kind, words, hours, days):
    found = suggest(BOOK.kinds[kind], entered(kind, **words), RULES)
    assert (found.hours, found.days) == (Decimal(hours), Decimal(days))
    assert found.notes


def test_the_rule_set_says_what_an_hour_and_a_day_are():
    long_hours = replace(RULES, units=replace(UNITS, minutes_per_hour=60, hours_per_day=Decimal(6)))
    lecture = entered("lecture", host="甲", minutes="120")
    assert [suggest(BOOK.kinds["lecture"], lecture, book).hours for book in (RULES, long_hours)] == [Decimal("2.5"), Decimal(2)]
    assert suggest(BOOK.kinds["overseas"], entered("overseas", country="甲", approval="1"), long_hours).hours == 6


def test_nothing_is_suggested_before_enough_is_known():
    assert suggest(BOOK.kinds["book"], Entered(title="题"), RULES) is None
    assert suggest(BOOK.kinds["overseas"], Entered(title="题"), RULES) is None


@given(pages=st.integers(1, 3000), more=st.integers(0, 500))
def test_more_pages_are_never_worth_less(pages, more):
    less, later = (suggest(BOOK.kinds["book"], Entered(values={"pages": count}), RULES) for count in (pages, pages + more))
    assert less.hours <= later.hours <= 20
    assert less.hours % UNITS.hour_quantum == 0


@pytest.mark.parametrize(
    ("words", "field", "code"),
    [
        ({"title": "字" * 121}, "title", "too_long"),
        ({"title": "<b>题"}, "title", "plain_text"), ({"note": "a\x07"}, "note", "plain_text"),
        ({"pages": "-3"}, "pages", "whole_number"), ({"pages": "3.5"}, "pages", "whole_number"),
        ({"pages": "３０００１"}, "pages", "out_of_range"),
        ({"pages": "0"}, "pages", "out_of_range"), ({"pages": "3001"}, "pages", "out_of_range"), ({"hours": "1e3"}, "hours", "number"),
        ({"hours": "NaN"}, "hours", "number"), ({"hours": "1.234"}, "hours", "number"), ({"hours": "0"}, "hours", "out_of_range"),
        ({"hours": "1001"}, "hours", "out_of_range"), ({"occurred_from": "2026-02-30"}, "occurred_from", "no_day"),
        ({"occurred_from": "12/05/2026"}, "occurred_from", "no_day"), ({"occurred_from": "1999-12-31"}, "occurred_from", "out_of_range"),
        ({"occurred_from": "2101-01-01"}, "occurred_from", "out_of_range"),
        ({"occurred_from": "2026-05-13", "occurred_to": "2026-05-12"}, "occurred_to", "ends_before"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(words, field, code):
    assert [(fault.field, fault.code) for fault in read(BOOK.kinds["book"], words)[1]] == [(field, code)]


@pytest.mark.parametrize(
    "words",
    [
        {"pages": "1"},
        {"pages": "3000"},
        {"hours": "0.01"},
        {"hours": "1000"},
        {"hours": "１２"},
        {"pages": "２００"},
        {"title": "字" * 120},
    ],
)
def test_the_bounds_themselves_are_taken(words):
    assert read(BOOK.kinds["book"], words)[1] == ()


def test_a_single_day_needs_no_last_day_and_unknown_fields_are_left_alone():
    found, faults = read(BOOK.kinds["book"], {"occurred_from": "2026-05-12", "state": "certified", "hours_certified": "99"})
    assert (found.occurred_to, found.values, faults) == (date(2026, 5, 12), {}, ())


def test_what_a_claim_needs_before_it_is_handed_in():
    assert [one.field for one in missing(BOOK.kinds["paper"], Entered())] == ["title", "occurred_from", "journal", "level"]


@given(st.text(max_size=300))
def test_any_text_is_taken_whole_or_refused(text):
    got = fields.plain_text("note", text, 500)
    assert isinstance(got, fields.Fault) or not fields.UNPRINTED.search(got)


def test_one_activity_has_one_key_however_it_is_written():
    one = replace(entered("book", author="甲", pages="9"), title="《之江 案例》")
    assert activity_key(BOOK.kinds["book"], one) == f"claim:book:{title_hash('之江案例')}:20260512-20260512"
    first, second = (
        entered("certificate", issuer=issuer, cert_no=no, printed_hours="8") for issuer, no in (("省 学院", "A-1"), ("省学院", "ａ１"))
    )
    assert activity_key(BOOK.kinds["certificate"], first) == activity_key(BOOK.kinds["certificate"], second) == "ext:省学院:a1"


@given(st.text(max_size=80), st.text(max_size=60))
def test_keys_fit_the_ledger(issuer, cert_no):
    one = Entered(values={"issuer": issuer, "cert_no": cert_no})
    key = activity_key(BOOK.kinds["certificate"], one)
    assert len(key) <= 130 and '"' not in key and "\\" not in key
    assert folded(folded(issuer)) == folded(issuer)


DAY = date(2026, 5, 12)
CLEAN = Facts(today=date(2026, 11, 22), occurred_from=DAY, occurred_to=DAY, is_exact=True, hours=Decimal(3), days=Decimal(0),
              suggestion=Suggestion(Decimal(3), Decimal(0), ()), deadline_on=date(2027, 1, 15))  # fmt: skip
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"today": DAY}, []),
        ({"today": BEFORE}, ["future"]),
        ({"hours": Decimal(24), "suggestion": None}, []),
        ({"hours": Decimal("24.01"), "suggestion": None}, ["over_24_hours"]),
        ({"days": Decimal(1)}, []),
        ({"days": Decimal("1.01")}, ["over_one_day", "day_full"]),
        ({"credited_seq": 7}, ["credited"]),
        ({"has_live_twin": True}, ["claimed_already"]),
        ({"beside": Beside(lines=[Span(DAY, DAY, "班", off_post=True)])}, ["overlap_class"]),
        ({"beside": Beside(lines=[Span(BEFORE, AFTER, "班", off_post=True)])}, ["overlap_class"]),
        ({"beside": Beside(lines=[Span(DAY, DAY, "网课")])}, []),
        ({"beside": Beside(lines=[Span(BEFORE, BEFORE, "班", off_post=True), Span(AFTER, AFTER, "班", off_post=True)])}, []),
        ({"beside": Beside(lines=[Span(DAY, DAY, "班", off_post=True)]), "is_exact": False}, []),
        ({"beside": Beside(classes=[Span(BEFORE, AFTER, "进修班")])}, ["overlap_member"]),
        ({"beside": Beside(classes=[Span(BEFORE, BEFORE, "进修班"), Span(AFTER, AFTER, "进修班")])}, []),
        ({"beside": Beside(classes=[Span(DAY, DAY, "进修班")]), "is_exact": False}, []),
        ({"beside": Beside(leave=[Span(DAY, AFTER)])}, ["overlap_leave"]),
        ({"beside": Beside(leave=[Span(AFTER, AFTER)])}, []),
        ({"beside": Beside(claims=[Span(DAY, DAY, "他")])}, ["overlap_claim"]),
        ({"beside": Beside(claims=[Span(DAY, DAY, "书", is_exact=False)])}, []),
        ({"same_titles": [Span(BEFORE, BEFORE)]}, ["same_title"]),
        ({"certificate_elsewhere": True}, ["same_certificate_elsewhere"]),
        ({"files": 1}, ["same_file"]),
        ({"files_elsewhere": 1}, ["same_file_elsewhere"]),
        ({"deadline_on": date(2026, 11, 22)}, []),
        ({"deadline_on": date(2026, 11, 21)}, ["late"]),
        ({"days": Decimal("0.5"), "taken": {DAY: Decimal("0.5")}}, []),
        ({"days": Decimal("0.51"), "taken": {DAY: Decimal("0.5")}}, ["day_full"]),
        ({"hours": Decimal("2.99")}, ["differs"]),
        ({"cap": Decimal(18), "year_hours": Decimal(15)}, []),
        ({"cap": Decimal(18), "year_hours": Decimal("15.01")}, ["over_cap"]),
    ],
)
def test_what_is_found(changed, codes):
    assert [one.code for one in findings.findings(replace(CLEAN, **changed))] == codes


def test_findings_that_stop_come_first_then_by_weight():
    facts = replace(CLEAN, hours=Decimal(25), beside=Beside(lines=[Span(DAY, DAY, "班", off_post=True)]), files_elsewhere=2)
    found = findings.findings(facts)
    assert [one.code for one in found] == ["over_24_hours", "same_file_elsewhere", "overlap_class", "differs"]
    assert risk(found) == 40 + 30 + 10
    assert risk([Finding("same_file_elsewhere", Level.ASK)] * 3) == 99
    assert [Finding.of_json(one.as_json()) for one in found] == list(found)


@pytest.mark.parametrize(
    ("hours", "days", "reason", "found", "why"),
    [
        ("36", "5", "", False, None), ("36", "5", "", True, "reason_needed"), ("36", "5", "属实", True, None),
        ("35.99", "5", "", False, "reason_needed"), ("36", "4.75", "", False, "reason_needed"), ("30", "4", "考察不计", False, None),
        ("36.01", "5", "多", False, "more_than_claimed"), ("36", "5.25", "多", False, "more_than_claimed"),
        ("0", "0", "无", False, "not_positive"), ("0.01", "0", "少", False, None), ("1", "-0.25", "负", False, "not_positive"),
    ],
)  # fmt: skip
def test_what_may_be_certified(hours, days, reason, found, why):
    odd = [Finding("late", Level.ASK)] if found else [Finding("seen", Level.INFO)]
    asked = Verdict(Decimal(hours), Decimal(days), reason)
    assert verdict_wrong(asked, claimed_hours=Decimal(36), claimed_days=Decimal(5), dates=5, found=odd) == why


def test_dates_bound_what_is_certified_whatever_was_claimed():
    for hours, days, why in (("24", "1", None), ("24.01", "1", "more_than_dates"), ("24", "1.01", "more_than_dates")):
        asked = Verdict(Decimal(hours), Decimal(days), "理由")
        assert verdict_wrong(asked, claimed_hours=Decimal(99), claimed_days=Decimal(9), dates=1, found=[]) == why


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-22", 10, "2026-12-04"), ("2026-11-20", 1, "2026-11-23"), ("2026-11-23", 1, "2026-11-24"),
        ("2026-09-30", 1, "2026-10-08"),  # the National Day week
        ("2026-10-09", 1, "2026-10-10"),  # a Saturday that is worked
        ("2026-02-13", 2, "2026-02-24"),  # the Saturday before, then the Spring Festival
        ("2027-01-08", 1, "2027-01-11"),  # a year without a table: Monday to Friday
    ],
)  # fmt: skip
def test_working_days(start, count, end):
    assert BOOK.calendar.after(date.fromisoformat(start), count) == date.fromisoformat(end)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(1, 60))
def test_a_deadline_is_a_working_day_with_so_many_before_it(day, count):
    end = BOOK.calendar.after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert BOOK.calendar.is_worked(end) and sum(map(BOOK.calendar.is_worked, between)) == count
    assert Calendar().after(day, count) >= day + timedelta(days=count)


def test_deadlines():
    assert deadline_on(date(2026, 3, 1), RULES.claim_deadline) == date(2027, 1, 15)
    assert [is_escalated(DAY, today) for today in (BEFORE, DAY, AFTER)] == [False, False, True]
    assert not is_escalated(None, DAY)


def test_what_may_be_appealed():
    assert [state for state in S if may_appeal(state, 36, 36)] == [S.REJECTED, S.REVOKED]
    assert may_appeal(S.CERTIFIED, Decimal(36), Decimal(30))


MUTANTS = [
    (findings, "facts.occurred_to > facts.today", "facts.occurred_to >= facts.today", {"today": DAY}),
    (findings, "facts.hours > HOURS_OF_A_DATE * facts.dates", "facts.hours >= HOURS_OF_A_DATE * facts.dates",
     {"hours": Decimal(24), "suggestion": None}),
    (findings, "facts.days > facts.dates", "facts.days >= facts.dates", {"days": Decimal(1)}),
    (findings, "facts.today > facts.deadline_on", "facts.today >= facts.deadline_on", {"deadline_on": date(2026, 11, 22)}),
    (findings, "facts.days > free", "facts.days >= free", {"days": Decimal("0.5"), "taken": {DAY: Decimal("0.5")}}),
    (findings, "facts.year_hours + facts.hours > facts.cap", "facts.year_hours + facts.hours >= facts.cap",
     {"cap": Decimal(18), "year_hours": Decimal(15)}),
    (findings, "if one.off_post]", "]", {"beside": Beside(lines=[Span(DAY, DAY, "网课")])}),
    (findings, "if facts.is_exact else ()", "if True else ()", {"is_exact": False, "beside": Beside(leave=[Span(DAY, DAY)])}),
]  # fmt: skip


def mutated(module: ModuleType, old: str, new: str) -> dict:
    """The module with one expression changed."""
    source = inspect.getsource(module)
    assert source.count(old) == 1, f"the mutant {old!r} no longer fits"
    names: dict = {"__name__": module.__name__}
    exec(compile(source.replace(old, new), module.__file__, "exec"), names)
    return names


@pytest.mark.parametrize(("module", "old", "new", "changed"), MUTANTS)
def test_each_boundary_has_a_mutant_that_is_seen(module, old, new, changed):
    facts = replace(CLEAN, **changed)
    honest = [one.code for one in findings.findings(facts)]
    assert [one.code for one in mutated(module, old, new)["findings"](facts)] != honest


@pytest.mark.parametrize(("old", "new"), [("from_on <= last", "from_on < last"), ("first <= self.to_on", "first < self.to_on")])
def test_a_shared_date_at_either_end_is_an_overlap(old, new):
    before, after = (BEFORE, DAY), (DAY, AFTER)
    assert Span(*before).meets(*after) and Span(*after).meets(*before)
    mutant = mutated(findings, old, new)["Span"]
    assert not (mutant(*before).meets(*after) and mutant(*after).meets(*before))


@pytest.mark.parametrize(
    ("old", "new", "asked", "dates"),
    [
        ("verdict.hours > claimed_hours", "verdict.hours > 2 * claimed_hours", Verdict(Decimal("36.01"), Decimal(5), "x"), 5),
        ("verdict.days > claimed_days", "verdict.days > 2 * claimed_days", Verdict(Decimal(36), Decimal("5.25"), "x"), 9),
        ("verdict.hours <= 0", "verdict.hours < 0", Verdict(Decimal(0), Decimal(0), "x"), 5),
        ("HOURS_OF_A_DATE * dates", "HOURS_OF_A_DATE * (dates + 1)", Verdict(Decimal(36), Decimal(1), "x"), 1),
        ("(differs or asks(found))", "asks(found)", Verdict(Decimal(30), Decimal(5)), 5),
        ("(differs or asks(found))", "differs", Verdict(Decimal(36), Decimal(5)), 5),
    ],
)
def test_each_limit_of_a_verdict_has_a_mutant_that_is_seen(old, new, asked, dates):
    facts = {"claimed_hours": Decimal(36), "claimed_days": Decimal(5), "dates": dates, "found": [Finding("late", Level.ASK)]}
    if old.startswith("(differs") and new == "asks(found)":
        facts["found"] = []
    assert mutated(deciding, old, new)["verdict_wrong"](asked, **facts) != verdict_wrong(asked, **facts)


GOOD = (CONTENT / "claims.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("category: teaching", "category: hobby", "kinds[4].category"),
        ("- id: lecture", "- id: book", "the kind book is used twice"),
        ("field: pages, per: 20", "field: chapters, per: 20", "needs a required field"),
        ('hours: "1", at_most: "20"', 'at_most: "20"', "needs per and hours"),
        ("city: \"8\"", "town: \"8\"", "every choice needs its hours"),
        ('share: "0.5"', 'share: "1.5"', "a share above 0"),
        ("{name: pages,", "{name: hours,", "the name hours is taken"),
        ("min: 1, max: 3000", "min: 3001, max: 3000", "the greatest value is less than the least"),
        ("min: 1, max: 3000", "min: 1.5, max: 3000", "write the number in quotes"),
        ("{from: 2026-01-01, to: 2026-01-03}", "{from: 2026-01-04, to: 2026-01-03}", "ends before it begins"),
        ("open: [2026-01-04", "open: [2026-02-30", "no calendar has the day"),
        ("{class_hours: class_hours,", "{class_hours: approval,", "attendance names fields of type decimal"),
        ("leave_hours: leave_hours}", "leave_hours: class_hours}", "are two fields"),
        ("dates: exact\n    fields:\n      - {name: issuer", "dates: spread\n    fields:\n      - {name: issuer", "exact dates"),
        ("unit_check: 10", "unit_check: 0", "less than"),
        ("delivery: online", "deliver: online", "is not known here"),
        ("version: 1", "version: &v 1", "anchors"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_named_with_its_line(old, new, told):
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    _document, found = book_file.examine(text.encode(), CONTENT)
    assert any(told in one.text("claims.yaml") for one in found), [one.text("claims.yaml") for one in found]
    lines = [number for number, (a, b) in enumerate(zip(GOOD.splitlines(), text.splitlines(), strict=False), start=1) if a != b]
    assert any(abs(one.line - lines[0]) <= 12 for one in found)


def test_the_shipped_file_is_good():
    assert book_file.examine(GOOD.encode(), CONTENT)[1] == []
    assert book_file.examine(b"\xff", CONTENT)[1][0].message == "the file is not UTF-8 text"
    assert isinstance(kinds_module.read(book_file.examine(GOOD.encode(), CONTENT)[0].value), kinds_module.Book)
