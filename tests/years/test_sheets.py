"""The report of a year as a workbook says what its page says; a transcript says which of its years are closed or restated."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from app.hours import queries as hours
from app.hours.printing import wording
from app.kernel.work import College, working
from app.people.models import Person
from app.people.service import changing
from app.years import queries, service
from tests import make
from tests.hours.build import cadre
from tests.years import build
from tests.years.build import SYSTEM, Small


@pytest.fixture
def made(college: College) -> Small:
    return build.city(college)


def restated(college: College, clock: Any, made: Small) -> None:
    """The year is closed, a line of it taken back in February, and its report issued anew."""
    build.close(college, clock, made)
    clock.at += timedelta(days=20)
    with working(college, made.first) as work:
        change = service.propose_reversal(work, made.short.id, 1, "查实代学")
    with working(college, made.second) as work:
        service.approve(work, change.uid)
    service.reissue(college, 2026)


def test_the_workbook_of_an_issue_says_what_its_page_says(client: Any, college: College, clock: Any, made: Small) -> None:
    restated(college, clock, made)
    with working(college, SYSTEM) as work:
        officer = cadre(work, "reads", name="部门戊")
        make.grant(work, officer, "city_policy", "city")
    client.sign_in("reads")
    page = client.get("/manage/years/2026/reports/2").get_data(as_text=True)
    assert "/manage/years/2026/reports/2.xlsx" in page
    file = client.get("/manage/years/2026/reports/2.xlsx")
    assert file.headers["Cache-Control"] == "no-store"
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(file.data)).active.iter_rows()]
    with working(college, SYSTEM, write=False) as work:
        report = queries.report(work, 2026, 2)
    told = {row[0]: row[1:] for row in rows if row}
    assert Decimal(str(told["学时合计"][0])) == Decimal(report.figures["hours"])
    assert told["网络自学"][:2] == [1, report.figures["requirements"]["N3_network"]["unmet"]]
    late = next(row for row in rows if row and len(row) > 6 and row[6] == "查实代学")
    assert (late[1], Decimal(str(late[3]))) == (f"{made.short.id}-2", Decimal(-8))
    assert any("部门戊" in str(row[0]) for row in rows[:6] if row), "the file says who took it out"
    first = [
        [cell.value for cell in row]
        for row in load_workbook(io.BytesIO(client.get("/manage/years/2026/reports/1.xlsx").data)).active.iter_rows()
    ]
    assert not any("查实代学" in row for row in first), "the older issue stays as it was"
    assert client.get("/manage/years/2026/reports/3.xlsx").status_code == 404


def test_a_promotion_after_the_year_moves_none_of_its_yearly_figures_and_the_cycle_says_what_it_is(
    college: College, client: Any, clock: Any, made: Small
) -> None:
    with working(college, SYSTEM) as work:
        make.grant(work, cadre(work, "reads", name="部门戊"), "city_policy", "city")
    build.close(college, clock, made)
    then = service.figures(college, 2026, date(2027, 1, 20))
    clock.at = datetime(2027, 6, 30, 2, 0, tzinfo=UTC)
    with working(college, SYSTEM) as work:
        short = work.session.get_one(Person, made.short.id)
        changing.promote(work, short.uid, changing.Terms("", "副处长", "division"), date(2027, 3, 1), "鹏组干〔2027〕3号")
    assert service.figures(college, 2026, date(2027, 1, 20)) == then, "what was not known by then"
    reissued = service.reissue(college, 2026).figures["requirements"]
    yearly = {name: tally for name, tally in reissued.items() if name != "N1_cycle"}
    before = then["requirements"]
    assert yearly == {name: tally for name, tally in before.items() if name != "N1_cycle"}, "the rank of the year that is judged"
    assert (before.get("N1_cycle"), reissued["N1_cycle"]) == (None, {"not_yet_due": 1}), "of the years to 2027 he has ten months as such"
    over = "2023—2027 各年合并计算，截至本期报告之日"
    client.sign_in("reads")
    assert client.get("/manage/years/2026/reports/2").get_data(as_text=True).count(over) == 1
    assert over not in client.get("/manage/years/2026/reports/1").get_data(as_text=True)
    rows = load_workbook(io.BytesIO(client.get("/manage/years/2026/reports/2.xlsx").data)).active.iter_rows(values_only=True)
    assert sum(over in row for row in rows) == 1


def test_nobody_without_a_part_in_it_takes_a_report_out(client: Any, college: College, clock: Any, made: Small) -> None:
    build.close(college, clock, made)
    with working(college, SYSTEM) as work:
        cadre(work, "nobody")
    client.sign_in("nobody")
    assert client.get("/manage/years/2026/reports/1.xlsx").status_code == 403


def test_a_transcript_says_which_of_its_years_are_closed_and_restated(college: College, clock: Any, made: Small) -> None:
    def told(period: str = "year") -> dict[str, str]:
        with working(college, SYSTEM, write=False) as work:
            return dict(wording.words_of(hours.transcript(work, made.short.id, 2026, period)).facts)

    assert "Closed years" not in told() and "已结账年度" not in told()
    build.close(college, clock, made)
    assert any("2026" in value and "2027-01-20" in value for term, value in told().items() if term in {"Closed years", "已结账年度"})
    clock.at += timedelta(days=1)
    restated_on = clock.at + timedelta(days=20)
    clock.at = restated_on
    with working(college, made.first) as work:
        change = service.propose_reversal(work, made.short.id, 1, "查实代学")
    with working(college, made.second) as work:
        service.approve(work, change.uid)
    for period in ("year", "cycle"):
        value = next(value for term, value in told(period).items() if term in {"Closed years", "已结账年度"})
        assert f"{restated_on:%Y-%m-%d}" in value and "2027-01-20" not in value
