"""Leave from a class elsewhere: what of it counts, when nothing does, and what the desk is told (EX-E22)."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from app.claims import service, words
from app.claims.rules import Entered, read, suggest
from app.claims.service import book as book_file
from app.claims.service import refusals
from app.desk import showing
from app.ledger import queries as ledger
from app.rulebook import service as rulebook
from tests.claims import build

KIND = book_file.load(Path(__file__).resolve().parents[2] / "content").kinds["class_elsewhere"]
NATIONAL = rulebook.rule_set("national-2023", date(2026, 11, 22))
FULL = replace(NATIONAL, class_rule=replace(NATIONAL.class_rule, hours_on_completion="full"))
SILENT = replace(NATIONAL, class_rule=None)
CLASS = {
    "title": "处级干部进修班",
    "occurred_from": "2026-05-06",
    "occurred_to": "2026-05-25",
    "issuer": "省委党校",
    "cert_no": "JX-2026-7",
}
"""Twenty dates: 160 hours at eight a day."""
E22 = [("160", "24", "0", "0", "class_withdrawn"), ("160", "22", "138", "17.25", "class_attended")]
LONGER = {"occurred_to": "2026-05-26"}
D = Decimal


def entered(**more: str) -> Entered:
    found, faults = read(KIND, {**CLASS, **more})
    assert faults == ()
    return found


def codes(found) -> list[str]:
    return [note.code for note in found.notes]


@pytest.mark.parametrize(("whole", "leave", "hours", "days", "code"), E22)
def test_e22_leave_over_a_seventh_gives_nothing_and_below_it_the_hours_attended(whole, leave, hours, days, code):
    found = suggest(KIND, entered(class_hours=whole, leave_hours=leave), NATIONAL)
    assert (found.hours, found.days) == (D(hours), D(days))
    assert codes(found) == ["by_day", code]


def test_e22_exactly_a_seventh_is_completed():
    found = suggest(KIND, entered(class_hours="161", leave_hours="23", **LONGER), NATIONAL)
    assert (found.hours, codes(found)) == (138, ["by_day", "class_attended"])
    over = suggest(KIND, entered(class_hours="161", leave_hours="23.01", **LONGER), NATIONAL)
    assert (over.hours, over.days, codes(over)) == (0, 0, ["by_day", "class_withdrawn"])


@pytest.mark.parametrize(
    ("more", "book", "hours", "days", "code"),
    [
        ({}, NATIONAL, "160", "20", None),
        ({"leave_hours": "0"}, NATIONAL, "160", "20", "class_whole"),
        ({"leave_hours": "22"}, NATIONAL, "138", "17.25", "class_attended"),  # the hours of the class are those of its dates
        ({"leave_hours": "24"}, NATIONAL, "0", "0", "class_withdrawn"),
        ({"class_hours": "120"}, NATIONAL, "120", "20", "class_whole"),
        ({"class_hours": "400"}, NATIONAL, "160", "20", "class_dates"),  # never more than the dates give
        ({"class_hours": "160", "leave_hours": "22"}, FULL, "160", "20", "class_whole"),
        ({"class_hours": "160", "leave_hours": "24"}, FULL, "0", "0", "class_withdrawn"),
        ({"class_hours": "160", "leave_hours": "24"}, SILENT, "160", "20", "leave_no_rule"),
        ({"class_hours": "120"}, SILENT, "160", "20", None),
    ],
)
def test_what_a_class_comes_to(more, book, hours, days, code):
    found = suggest(KIND, entered(**more), book)
    assert (found.hours, found.days) == (D(hours), D(days))
    assert (codes(found)[1:] or [None])[-1] == code


def test_no_leave_is_longer_than_its_class():
    _entered, faults = read(KIND, {**CLASS, "class_hours": "40", "leave_hours": "40.5"})
    assert [(one.field, one.code) for one in faults] == [("leave_hours", "more_leave")]
    assert "40" in words.fault(faults[0])
    assert read(KIND, {**CLASS, "class_hours": "40", "leave_hours": "40"})[1] == ()
    assert [one.code for one in read(KIND, {**CLASS, "leave_hours": "-1"})[1]] == ["number"]


@pytest.mark.parametrize(
    ("old", "new", "more"),
    [
        ("if not found.is_completed:", "if False:", {"class_hours": "160", "leave_hours": "24"}),
        ("min(found.hours, hours)", "found.hours", {"class_hours": "400"}),
        ("days_left(days, found.hours, total)", "days", {"leave_hours": "22"}),
    ],
)
def test_each_guard_has_a_mutant_that_is_seen(old, new, more):
    module = import_module("app.claims.rules.suggest")
    source = inspect.getsource(module)
    assert source.count(old) == 1, old
    names: dict = {"__name__": module.__name__}
    exec(compile(source.replace(old, new), str(module.__file__), "exec"), names)
    mutant, honest = names["suggest"](KIND, entered(**more), NATIONAL), suggest(KIND, entered(**more), NATIONAL)
    assert (mutant.hours, mutant.days, codes(mutant)) != (honest.hours, honest.days, codes(honest))


def draft(college, by, **more: str):
    return build.draft(college, by, "class_elsewhere", **{**CLASS, **more})


def test_e22_through_a_claim_the_hours_attended_reach_the_ledger(college, work_as):
    cast = build.cast(college)
    uid = draft(college, cast.cadre, class_hours="160", leave_hours="22")
    with work_as(cast.cadre) as work:
        assert service.submit(work, uid).findings == []
    with work_as(cast.unit) as work:
        service.pass_on(work, uid)
    with work_as(cast.city) as work:
        service.certify(work, uid)
    with work_as(write=False) as work:
        (line,) = ledger.lines(work, cast.cadre.person_id)
    assert (line.hours, line.days) == (138, D("17.25"))


def test_e22_through_a_claim_too_much_leave_is_explained_and_found_at_the_desk(college, work_as):
    cast = build.cast(college)
    uid = draft(college, cast.cadre, class_hours="160", leave_hours="24")
    with pytest.raises(refusals.BadClaim) as refused, work_as(cast.cadre) as work:
        service.submit(work, uid)
    (fault,) = refused.value.facts["faults"]
    assert (fault["field"], fault["code"]) == ("hours", "no_hours")
    assert all(figure in fault["sentence"] for figure in ("160", "24", "1/7"))
    assert build.row(college, uid).state == "draft"
    with work_as(cast.cadre) as work:
        service.edit(work, uid, {**CLASS, "class_hours": "160", "leave_hours": "24", "hours": "136"})
    with work_as(cast.cadre) as work:
        found = {one["code"]: one for one in service.submit(work, uid).findings}
    assert set(found) == {"over_leave", "differs"}
    assert found["over_leave"] == {"code": "over_leave", "level": "ask", "leave": "24", "whole": "160", "limit": "1/7"}
    assert showing.is_serious("over_leave") and showing.code_word("over_leave") != "over_leave"
    assert build.row(college, uid).risk >= 25
    with work_as(cast.unit) as work:
        service.pass_on(work, uid, "病假证明已核")
    with pytest.raises(refusals.BadVerdict), work_as(cast.city) as work:
        service.certify(work, uid)  # what was found wants a reason


def test_leave_at_the_limit_has_no_finding(college, work_as):
    cast = build.cast(college)
    uid = draft(college, cast.cadre, class_hours="161", leave_hours="23", **LONGER)
    with work_as(cast.cadre) as work:
        claim = service.submit(work, uid)
        assert (claim.findings, claim.hours_claimed) == ([], 138)
