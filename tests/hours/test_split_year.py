"""A rule set that changes in mid-year and says `split_year`: my year, its page and the standings say the same (domain.md §6.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.compliance import service as compliance
from app.compliance.models import Standing
from app.hours import queries
from app.kernel.work import Actor, College, working
from app.rulebook import service as rulebook
from app.rulebook.rules import RuleSet, read_rule_set
from tests.hours import build

D = Decimal
SYSTEM = Actor.system("test")
FROM = date(2026, 9, 1)


def version(number: int, hours: int, *, splits: bool) -> RuleSet:
    """The shipped rules with another number of network hours a year."""
    body: dict[str, Any] = {**rulebook.shelf()["demo@1"].body, "version": number, "split_year": splits}
    asked = [{**one, "need": {"all_of": [{"hours": hours}]}} if one["id"] == "N3_network" else one for one in body["requirements"]]
    body["requirements"] = asked
    return read_rule_set(body, rulebook.digest(body))


def adopt(college: College, book: RuleSet, from_on: date = FROM) -> None:
    with working(college, SYSTEM) as work:
        rulebook.adopt(work, rulebook.use(work, book), from_on=from_on, proposed_by="甲")


@pytest.mark.parametrize(
    ("splits", "from_on", "year", "required"),
    [
        pytest.param(True, FROM, 2026, "54", id="8 months of 50 hours and 4 of 62"),
        pytest.param(True, date(2026, 9, 16), 2026, "53", id="from the 16th on, September goes by the older version"),
        pytest.param(True, date(2026, 9, 15), 2026, "54", id="from the 15th on, by the newer one"),
        pytest.param(True, FROM, 2027, "62", id="the year after is not split"),
        pytest.param(False, FROM, 2026, "62", id="a version that does not say so governs the whole year"),
    ],
)
def test_the_person_and_the_standings_are_asked_for_the_same(
    college: College, splits: bool, from_on: date, year: int, required: str
) -> None:
    with working(college, SYSTEM) as work:
        person = build.cadre(work)
        build.posted(work, person, "数字政府建设", "53.5", date(year, 6, 1))
    adopt(college, version(2, 62, splits=splits), from_on)
    compliance.rebuild(college, year)
    with working(college, SYSTEM, write=False) as work:
        found = queries.my_year(work, person.id, year).evaluation.verdict("N3_network").figures[0]
        row = work.session.get_one(Standing, (person.id, year, "N3_network"))
        assert (found.required, row.required) == (D(required), D(required))
        assert str(row.state) == ("met" if required == "53" else "short")
        assert queries.book_of(work, year).pin == "demo@2"


def test_a_report_of_a_day_before_the_change_was_decided_is_not_split(college: College, clock: Any) -> None:
    decided = clock.at
    adopt(college, version(2, 62, splits=True))
    with working(college, SYSTEM, write=False) as work:
        before = rulebook.of_year(work, "demo", 2026, known_at=decided.replace(year=2025))
        assert (before.pin, before.stretches) == ("demo@1", ())
        now = rulebook.of_year(work, "demo", 2026, known_at=decided)
        assert [(one.from_on, one.to_on, one.pin) for one in now.stretches] == [
            (date(2026, 1, 1), date(2026, 8, 31), "demo@1"), (date(2026, 9, 1), date(2026, 12, 31), "demo@2"),
        ]  # fmt: skip


def test_a_college_that_goes_by_one_version_is_never_split(college: College) -> None:
    adopt(college, version(2, 62, splits=True))
    with working(college, SYSTEM, write=False) as work:
        assert rulebook.of_year(work, "demo@2", 2026).stretches == ()


def test_a_version_that_is_tried_is_split_at_the_day_it_is_proposed_for(college: College) -> None:
    tried = version(2, 62, splits=True)
    with working(college, SYSTEM, write=False) as work:
        book = rulebook.of_year(work, "demo", 2026, book=tried, from_on=FROM)
        assert [one.pin for one in book.stretches] == ["demo@1", "demo@2"]
        assert rulebook.of_year(work, "demo", 2026).pin == "demo@1"


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("language", "said", "rule"),
    [
        ("zh", "2026-01-01 至 2026-08-31 适用 demo@1：网络自学全年 50 学时，按其中 8/12 个月计算。", "本年度规则有变更"),
        ("en", "From 2026-09-01 to 2026-12-31 by demo@2: Network study 62 hours a year, of which 4 of 12 months count.",
         "The rules change in this year."),
    ],
)  # fmt: skip
def test_the_pages_say_which_version_asked_what(client: Any, college: College, language: str, said: str, rule: str) -> None:
    with working(college, SYSTEM) as work:
        build.cadre(work)
    adopt(college, version(2, 62, splits=True))
    client.sign_in("lixue")
    client.set_cookie("lang", language)
    assert said in " ".join(client.get("/hours?year=2026").get_data(as_text=True).split())
    rules = client.get("/hours/rules").get_data(as_text=True)
    assert rule in rules
    assert "2026-08-31" in rules


@pytest.mark.sqlite_only
def test_the_page_of_an_adopted_version_says_from_which_day_it_was_adopted(college: College, client: Any, work_as: Any) -> None:
    with work_as() as work:
        build.cadre(work)
    adopt(college, version(2, 62, splits=False))
    client.sign_in("lixue")
    for address, day in (("/hours/rules", FROM), ("/hours/rules/demo@1", date(2023, 1, 1))):
        assert f"自 {day} 起施行" in client.get(address).get_data(as_text=True), address
