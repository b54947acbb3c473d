"""A unit moved or renamed in mid-year keeps its past: figures of a year that is over name and gather units as they stood at its end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.compliance import queries
from app.compliance import service as compliance
from app.kernel.work import Actor, College, working
from app.people.models import Unit
from app.people.service import changing
from app.years.queries import merit
from tests import make
from tests.desk.build import PASSWORD

ORDER = "鹏编〔2026〕7号"
SYSTEM = Actor.system("test")


class Town:
    """The street hung below 甲区 under its old name in 2025, and since May 2026 hangs below 乙区 under a new one."""

    def __init__(self, college: College) -> None:
        self.college = college
        with working(college, SYSTEM) as work:
            root = make.unit(work, "鹏城市", code="c", kind="city")
            self.first = make.unit(work, "甲区", parent=root, code="d", kind="district")
            self.second = make.unit(work, "乙区", parent=root, code="e", kind="district")
            self.street = make.unit(work, "梧桐街道", parent=self.first, code="s", name_en="Wutong")
            self.office = make.unit(work, "梧桐社区", parent=self.street, code="o")
            self.quiet = make.unit(work, "乙区教育局", parent=self.second, code="q")
            self.people = [make.person(work, f"许{word}行", at=self.office if word == "一" else self.street) for word in "一二三"]
            make.person(work, "何同", at=self.quiet)
            self.officer = make.person(work, "柳定", at=root)
            make.account(work, self.officer, "officer", PASSWORD)
            for role in ("organization_dept", "city_policy"):
                make.grant(work, self.officer, role, "city")
        with working(college, SYSTEM) as work:
            changing.rename(work, self.street.uid, ("桐林街道", "Tonglin"), date(2026, 4, 1), ORDER)
        with working(college, SYSTEM) as work:
            changing.move(work, self.street.uid, "乙区", date(2026, 5, 1), ORDER)
        for year in (2025, 2026):
            compliance.rebuild(college, year)

    def reader(self) -> Actor:
        return make.actor(self.officer, "reports.unit", "years.decide")

    def asked(self, year: int, read: Any, **words: str) -> Any:
        with working(self.college, self.reader(), write=False) as work:
            return read(work, queries.reach(work), queries.read_filters(work, {"year": str(year), "status": "all", **words}))


@pytest.fixture
def town(college: College) -> Town:
    return Town(college)


def rows(view: Any) -> dict[str, int]:
    return {view.names[row.unit_id].name: row.tally.persons for row in view.rows}


def test_figures_by_unit_are_gathered_along_the_tree_of_the_years_end(town: Town) -> None:
    assert rows(town.asked(2025, queries.overview)) == {"甲区": 3, "乙区": 1, "鹏城市": 1}
    assert rows(town.asked(2026, queries.overview)) == {"乙区": 4, "鹏城市": 1}
    below = town.asked(2025, queries.overview, unit=str(town.first.uid))
    assert (rows(below), below.whole.persons) == ({"梧桐街道": 3}, 3)
    assert town.asked(2025, queries.overview, unit=str(town.second.uid)).whole.persons == 1
    assert town.asked(2026, queries.overview, unit=str(town.first.uid)).whole.persons == 0


def test_the_way_down_to_a_unit_is_that_of_the_year(town: Town) -> None:
    ways = {year: [one.name for one in town.asked(year, queries.overview, unit=str(town.office.uid)).trail] for year in (2025, 2026)}
    assert ways == {2025: ["鹏城市", "甲区", "梧桐街道", "梧桐社区"], 2026: ["鹏城市", "乙区", "桐林街道", "梧桐社区"]}


def test_the_people_behind_the_figures_are_listed_by_the_same_tree(town: Town) -> None:
    for year, unit, found in ((2025, town.first, 3), (2025, town.second, 1), (2026, town.first, 0), (2026, town.second, 4)):
        assert town.asked(year, queries.count, unit=str(unit.uid)) == found, (year, unit.name_zh)
    named = {year: {one.unit for one in town.asked(year, queries.listed, unit=str(town.street.uid)).items} for year in (2025, 2026)}
    assert named == {2025: {"梧桐街道", "梧桐社区"}, 2026: {"桐林街道", "梧桐社区"}}
    with working(town.college, town.reader(), write=False) as work:
        subjects = [queries.person_year(work, town.people[1].uid, year)[0].unit for year in (2025, 2026)]
    assert subjects == ["梧桐街道", "桐林街道"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_exports_and_the_interface_say_the_same(town: Town, client: Any, language: str) -> None:
    client.sign_in("officer")
    old, new = ("梧桐街道", "桐林街道") if language == "zh" else ("Wutong", "Tonglin")
    asked = f"unit={town.street.uid}&status=all"
    for path in ("/manage/compliance", "/manage/compliance/units.csv", "/manage/compliance/people", "/manage/compliance/people.csv"):
        texts = [client.get(f"{path}?{asked}&year={year}&lang={language}").get_data(as_text=True) for year in (2025, 2026)]
        assert [(old in text, new in text) for text in texts] == [(True, False), (False, True)], path
    by_api = [client.get(f"/api/v1/compliance?year={year}").json["rows"] for year in (2025, 2026)]
    assert ["甲区" in {row["name"] for row in found} for found in by_api] == [True, False]


def test_lists_of_who_did_not_complete_a_closed_year_name_units_as_they_were(town: Town) -> None:
    with working(town.college, town.reader(), write=False) as work:
        unit = merit.unit_of(work, "d", 2025)
        found = merit.candidates(work, 2025, "", unit).items
    assert {one.unit for one in found} == {"梧桐街道", "梧桐社区"} and len(found) == 3


def test_a_unit_that_came_later_or_never_changed_is_as_it_stands(town: Town, college: College) -> None:
    with working(college, SYSTEM) as work:
        unit = work.session.get_one(Unit, town.quiet.id)
        unit.valid_from = date(2026, 2, 1)
    view = town.asked(2025, queries.overview, unit=str(town.second.uid))
    assert rows(view) == {"乙区教育局": 1}
