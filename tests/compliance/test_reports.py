"""Who sees whose figures and persons, on the screen and on paper (domain.md §9)."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from app.compliance import paper, queries, rules, service, words
from app.compliance.models import Standing
from app.compliance.queries import Filters
from app.hours import queries as hours
from app.kernel.errors import Forbidden, NotFound
from app.kernel.small import SMALLEST_GROUP
from app.kernel.work import Actor, working
from app.rulebook import service as rulebook
from app.rulebook.rules import read_rule_set
from app.years.models import AccountingYear
from tests.conftest import START

from .city import actor

OWN, SAME, OTHER, ABROAD = "oneself", "same unit", "other unit", "other district"
UNITS = {
    "unit_admin": ("east_organ", "east_street", "west_organ"),
    "district": ("east", "east_organ", "west_organ"),
    "city": ("party", "organ", "west_organ"),
    "personnel": ("organ", "party", "west_organ"),
    "ce": ("organ", "east_organ", "west_organ"),
}
SEEN = {
    ("unit_admin", OWN): True, ("unit_admin", SAME): True, ("unit_admin", OTHER): False, ("unit_admin", ABROAD): False,
    ("district", OWN): True, ("district", SAME): True, ("district", OTHER): True, ("district", ABROAD): False,
    ("city", OWN): True, ("city", SAME): True, ("city", OTHER): False, ("city", ABROAD): False,
    ("personnel", OWN): True, ("personnel", SAME): True, ("personnel", OTHER): False, ("personnel", ABROAD): False,
    ("ce", OWN): False, ("ce", SAME): False, ("ce", OTHER): True, ("ce", ABROAD): False,
}  # fmt: skip
"""Reader × scope → whether that person's standing is his to read. J1 also holds the bureau cadre of the organ, see below."""


def subject(city, reader, scope):
    """A person in that relation to the reader; never the bureau cadre."""
    own, other, abroad = UNITS[reader]
    return {OWN: city.readers[reader], SAME: city.people[own][1], OTHER: city.people[other][1], ABROAD: city.people[abroad][1]}[scope]


def everybody_listed(work, reach, filters):
    """All names of a list, page by page."""
    found, cursor = [], None
    while True:
        page = queries.listed(work, reach, filters, cursor, size=4)
        found += list(page.items)
        cursor = page.next
        if cursor is None:
            return found


@pytest.mark.parametrize(("reader", "scope"), SEEN, ids=[f"{reader}-{scope}" for reader, scope in SEEN])
def test_the_matrix_of_readers_and_scopes(city, college, work_as, reader, scope):
    person, is_seen = subject(city, reader, scope), SEEN[reader, scope]
    with work_as(actor(college, city.readers[reader]), write=False) as work:
        reach, today = queries.reach(work), hours.today(work)
        names = {row.person_id for status in ("short", "met", "exempt", "none")
                 for row in everybody_listed(work, reach, Filters(2026, status=status, today=today))}  # fmt: skip
        assert (person.id in names) is is_seen
        if is_seen:
            assert queries.person_year(work, person.uid, 2026)[0].person_id == person.id
        else:
            with pytest.raises(NotFound):
                queries.person_year(work, person.uid, 2026)
        assert queries.overview(work, reach, Filters(2026, today=today)).whole.persons == len(names)


def test_the_city_department_reads_the_bureau_cadre_and_the_district_does_not(city, college, work_as):
    bureau = city.people["organ"][0]
    for reader, is_seen in (("city", True), ("district", False), ("personnel", False)):
        with work_as(actor(college, city.readers[reader]), write=False) as work:
            rows = everybody_listed(work, queries.reach(work), Filters(2026, status="short", today=hours.today(work)))
            assert (bureau.id in {row.person_id for row in rows}) is is_seen


def test_figures_without_persons(city, college, work_as):
    """Finance, and the city department looking at the whole city, see joined groups and nobody's name."""
    for reader, wanted in (("finance", None), ("city", "city")):
        with work_as(actor(college, city.readers[reader]), write=False) as work:
            reach = queries.reach(work, wanted)
            view = queries.overview(work, reach, Filters(2026, today=hours.today(work)))
            assert view.whole.persons == len(city.everybody)
            assert not reach.persons
            assert all(row.tally.persons >= SMALLEST_GROUP for row in view.rows)
            with pytest.raises(Forbidden):
                queries.listed(work, reach, Filters(2026, today=hours.today(work)))


@pytest.mark.parametrize("reader", ["auditor", "cadre"])
def test_who_reads_no_reports_is_refused(city, college, work_as, reader):
    with work_as(actor(college, city.readers[reader]), write=False) as work, pytest.raises(Forbidden):
        queries.reach(work)


def test_a_row_of_small_groups_is_large_enough_and_hides_no_difference():
    """A single small unit takes the next smallest with it; else whole minus the others would tell it."""
    rows = [rules.Branch(n, f"/pc/u{n}", rules.Tally(met=met)) for n, met in enumerate((2, 9, 7))]
    joined = rules.join_small(rows)
    assert sorted(row.tally.persons for row in joined) == [9, 9]
    assert rules.join_small([rules.Branch(1, "/pc/a", rules.Tally(met=3))]) == []


def test_the_screen_is_the_workbook_is_the_paper(city, desk, college, work_as):
    page = desk("/manage/compliance/people?status=short&requirement=N3_network", "district").get_data(as_text=True)
    book = load_workbook(io.BytesIO(desk("/manage/compliance/people.xlsx?status=short&requirement=N3_network", "district").data))
    rows = [row for row in book.active.iter_rows(values_only=True) if row[0]]
    with work_as(actor(college, city.readers["district"]), write=False) as work:
        short = everybody_listed(work, queries.reach(work), Filters(2026, "N3_network", today=hours.today(work)))
        truth = {row.name: hours.my_year(work, row.person_id, 2026).evaluation.verdict("N3_network").figures[0] for row in short}
    assert [row[0] for row in rows[-len(short) :]] == [row.name for row in short]
    assert all(name in page for name in truth)
    due = [row[-1] for row in list(book.active.iter_rows())[-len(short) :]]
    assert [cell.value.date() for cell in due] == [row.due_on for row in short] and {cell.number_format for cell in due} == {"yyyy-mm-dd"}
    assert {row.name: row.shortfall for row in short} == {name: figure.shortfall for name, figure in truth.items()}
    assert "demo@1" in rows[1][0]
    assert "2026-11-22" in rows[1][0]
    assert "办事员" in rows[1][0]
    printed = desk("/manage/compliance/people.pdf?status=short&requirement=N3_network", "district")
    assert (printed.status_code, printed.data[:5]) == (200, b"%PDF-")
    assert printed.headers["Cache-Control"] == "no-store"


def test_everybody_is_in_the_workbook_and_the_paper_says_of_how_many_it_holds_the_first(city, desk, college, work_as, monkeypatch):
    """No list is cut in silence: files read it piece by piece to its end, in its order; what is printed says what is left out."""
    monkeypatch.setattr("app.compliance.queries.people.PIECE", 3)
    monkeypatch.setattr("app.compliance.reports.MOST_PRINTED", 4)
    with work_as(actor(college, city.readers["district"]), write=False) as work:
        filters = Filters(2026, status="all", today=hours.today(work))
        there = [row.name for row in queries.listed(work, queries.reach(work), filters, size=500).items]
        assert queries.count(work, queries.reach(work), filters) == len(there) > 8
    book = load_workbook(io.BytesIO(desk("/manage/compliance/people.xlsx?status=all", "district").data))
    rows = [row[0] for row in book.active.iter_rows(values_only=True) if row[0]]
    assert rows[-len(there) :] == there
    lines = list(csv.reader(io.StringIO(desk("/manage/compliance/people.csv?status=all", "district").data.decode("utf-8-sig"))))
    assert [line[0] for line in lines[1 : len(there) + 1]] == there
    for most, is_cut in ((4, True), (len(there), False)):
        monkeypatch.setattr("app.compliance.reports.MOST_PRINTED", most)
        said = text_of(desk("/manage/compliance/people.pdf?status=all", "district").data)
        assert (f"共 {len(there)} 人" in said, "前 4 人" in said) == (is_cut, is_cut), "a list that is whole says nothing of a rest"
        assert (there[3] in said, there[-1] in said) == (True, not is_cut)


@pytest.mark.parametrize(("state", "said"), [("open", ""), ("closed", "2025（2026-01-20 结账）"), ("restated", "2025（2026-03-02 重述）")])
def test_a_closed_year_is_named_on_the_page_and_on_whatever_leaves_the_house(city, desk, college, work_as, state, said):
    service.rebuild(college, 2025)
    with work_as() as work:
        closed, restated = (datetime(2026, *day, 3, tzinfo=UTC) for day in ((1, 20), (3, 2)))
        work.session.add(AccountingYear(year=2025, state=state, opened_at=work.now, closed_at=closed if state != "open" else None,
                                        restated_at=restated if state == "restated" else None))  # fmt: skip
    for name in ("", "/people", "/units.csv", "/people.csv"):
        page = desk(f"/manage/compliance{name}?year=2025&status=all", "district").data.decode()
        assert (said in page) if said else ("结账）" not in page and "重述）" not in page), name
        assert "demo@1" in page
        assert said not in desk(f"/manage/compliance{name}?status=all", "district").data.decode() or not said, "the present year is open"
    told = desk("/api/v1/compliance?year=2025", "district").get_json()["closing"]
    days = {"closed": closed, "restated": restated}
    assert told == ({"restated": state == "restated", "at": days[state].isoformat()} if said else None)
    assert desk("/api/v1/compliance", "district").get_json()["closing"] is None, "the present year is open"
    for name in ("units", "people"):
        book = load_workbook(io.BytesIO(desk(f"/manage/compliance/{name}.xlsx?year=2025&status=all", "district").data))
        assert said in book.active["A2"].value
        assert said in text_of(desk(f"/manage/compliance/{name}.pdf?year=2025&status=all", "district").data)


def text_of(paper_of_people):
    """All words of a PDF."""
    document = pdfium.PdfDocument(paper_of_people)
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_the_table_of_units_is_handed_out_with_the_figures_of_the_screen(city, desk, college, work_as):
    book = load_workbook(io.BytesIO(desk("/manage/compliance/units.xlsx?view=city", "city").data))
    rows = [row for row in book.active.iter_rows(values_only=True) if row[0]]
    with work_as(actor(college, city.readers["city"]), write=False) as work:
        whole = queries.overview(work, queries.reach(work, "city"), Filters(2026, today=hours.today(work))).whole
    assert rows[-1][1:7] == (whole.persons, whole.memberships, whole.assessed, whole.met, whole.not_yet_due, whole.unmet)
    assert whole.memberships == whole.persons + 3
    assert desk("/manage/compliance/units.pdf", "finance").data[:5] == b"%PDF-"


@pytest.mark.parametrize(("name", "is_hidden"), [("party", True), ("west", True), ("organ", False), ("east", False)])
def test_no_figures_of_a_small_unit_nor_of_its_complement_without_persons(city, desk, college, work_as, name, is_hidden):
    """Four serve in the party organ; the west, six, is joined with it: the figures of either would tell those of the four."""
    unit = city.units[name]
    with work_as(actor(college, city.readers["city"]), write=False) as work:
        filters = Filters(2026, unit=unit, today=hours.today(work))
        view = queries.overview(work, queries.reach(work, "city"), filters)
    assert (view.is_hidden, view.whole.persons == 0) == (is_hidden,) * 2 and not (is_hidden and view.rows)
    told = "不予显示"
    page = desk(f"/manage/compliance?view=city&unit={unit.uid}", "city").get_data(as_text=True)
    assert (told in page, "个队伍身份" in page) == (is_hidden, not is_hidden)
    for address in ("units.xlsx", "units.csv"):
        data = desk(f"/manage/compliance/{address}?view=city&unit={unit.uid}", "finance").data
        said = (
            str(list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)))
            if address == "units.xlsx"
            else data.decode("utf-8-sig")
        )
        assert (told in said, "合计" in said) == (is_hidden, not is_hidden)
    assert desk(f"/manage/compliance/units.pdf?view=city&unit={unit.uid}", "finance").data[:5] == b"%PDF-"


def test_a_share_of_few_people_is_not_shown_where_persons_are_not_told_apart(city, college, work_as):
    """Three professionals in all; who reads of persons, as the district does of its own, reads the share, too."""
    for reader, wanted, count in (("city", "city", 0), ("district", None, 3)):
        with work_as(actor(college, city.readers[reader]), write=False) as work:
            view = queries.overview(work, queries.reach(work, wanted), Filters(2026, today=hours.today(work)))
            assert view.ce.of == count


@pytest.mark.parametrize(("tiers", "count"), [([], 3), (["pro_middle"], 3), (["pro_senior"], 0)])
def test_the_goals_and_whom_they_are_of_are_those_of_the_rule_file(city, desk, college, work_as, tiers, count):
    """A version with other indicators moves the page: the share wanted, whom it is of, and whether it is reached (T05, G07)."""
    of = {"team": "professional"} | ({"tier_in": tiers} if tiers else {})
    kpi = [{"id": "annual_share", "measure": "distinct_trained", "of": "all", "about": "0.31"},
           {"id": "ce_coverage", "measure": "participants", "of": of, "at_least": "0.76"}]  # fmt: skip
    before = desk("/manage/compliance", "district").get_data(as_text=True)
    assert "90%" in before
    with work_as() as work:
        body = {**rulebook.shelf()["demo@1"].body, "version": 2, "kpi": kpi}
        rulebook.adopt(work, read_rule_set(body, "0" * 64), from_on=date(2026, 1, 1), proposed_by="甲")
    with work_as(actor(college, city.readers["district"]), write=False) as work:
        view = queries.overview(work, queries.reach(work), Filters(2026, today=hours.today(work)))
    assert (view.ce.of, view.ce.goal, view.yearly.goal) == (count, Decimal(76), Decimal(31))
    page = desk("/manage/compliance", "district").get_data(as_text=True)
    assert "76%" in page
    assert "31%" in page
    assert "90%" not in page


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"])
def test_a_name_that_is_a_formula_stays_a_name(name):
    report = paper.Report("表", ["截至"], ["姓名", "学时"], [[name, 1.5]], "读者", (20, 10))
    cells = list(load_workbook(io.BytesIO(paper.workbook(report, START))).active.iter_rows())[-1]
    assert (cells[0].data_type, cells[0].value, cells[0].quotePrefix) == ("s", name, True), "the workbook itself says that it is a text"
    assert (cells[1].data_type, cells[1].value) == ("n", 1.5)
    rows = list(csv.reader(io.StringIO(paper.separated(report).decode("utf-8-sig"))))
    assert rows[:2] == [["姓名", "学时"], [f"'{name}", "1.5"]], "a CSV file has no way but the apostrophe"


def test_a_workbook_of_many_rows_is_written_in_one_pass():
    report = paper.Report(
        "达标/情况[表]", ["截至"], ["姓名", "学时"], [[f"学员{number}", number] for number in range(20_000)], "读者", (20, 10)
    )
    began = time.process_time()
    made = paper.workbook(report, START)
    assert time.process_time() - began < 20, "every row looked at the rows before it"
    sheet = load_workbook(io.BytesIO(made), read_only=True).active
    assert [row[0] for row in sheet.iter_rows(min_row=5, values_only=True)] == [f"学员{number}" for number in range(20_000)]


def test_pages_open_by_drilling_and_by_figure(city, desk):
    page = desk("/manage/compliance", "district").get_data(as_text=True)
    assert "鹏东街道" in page
    assert "鹏西区教育局" not in page
    assert "status=not_yet_due" in page
    east = city.units["east"]
    assert (
        desk(f"/manage/compliance?unit={east.uid}&requirement=N2_annual&rank=section_below&team=party_gov", "district").status_code == 200
    )
    assert desk(f"/manage/compliance/people/{city.people['east_street'][1].uid}?year=2026", "district").status_code == 200
    assert desk("/manage/compliance?requirement=nothing", "district").status_code == 404
    assert desk("/manage/compliance?unit=nothing", "district").status_code == 404
    assert desk("/manage/compliance/people", "finance").status_code == 403
    assert desk("/manage/compliance?year=2019", "district").status_code == 404


LINK = re.compile(r'<a href="(/manage/compliance/people\?[^"]*)">([\d,]+)</a>')


@pytest.mark.parametrize("by", ["unit", "team"])
def test_every_figure_opens_exactly_its_people(city, desk, college, work_as, by):
    """Whatever number on the page is a link leads to a list of so many people; coverage and memberships among them."""
    page = desk(f"/manage/compliance?by={by}", "district").get_data(as_text=True)
    found = {html.unescape(address): int(number.replace(",", "")) for address, number in LINK.findall(page)}
    asked = {parse_qs(urlsplit(address).query)["status"][0] for address in found}
    assert {"all", "assessed", "serving", "trained", "covered"} <= asked
    with work_as(actor(college, city.readers["district"]), write=False) as work:
        for address, number in found.items():
            filters = queries.read_filters(work, {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()})
            assert len(everybody_listed(work, queries.reach(work), filters)) == number, address
    assert "status=not_trained" in page
    assert "/manage/compliance/people" not in desk(f"/manage/compliance?by={by}", "finance").get_data(as_text=True)


def test_a_reminder_stands_on_the_home_page_until_it_is_read(city, desk, work_as):
    someone = city.readers["cadre"]
    assert desk("/manage/compliance/remind", "personnel", who=str(someone.uid), year="2026").status_code == 303
    assert "办事员" in (page := desk("/reminders?part=1", "cadre").get_data(as_text=True))
    assert "/reminders/read" in page
    assert 'data-load="/reminders?part=1"' in desk("/", "cadre").get_data(as_text=True)
    again = desk("/manage/compliance/remind", "personnel", who=str(someone.uid), year="2026")
    assert again.status_code == 409 and "七天之内已被提醒过" in again.text and 'name="who"' in again.text
    none = desk("/manage/compliance/remind", "personnel", year="2026")
    assert (
        none.status_code == 422 and "请先在名单上勾选" in none.text and "七天之内已被提醒过" not in none.text and 'name="who"' in none.text
    )
    assert desk("/reminders/read", "cadre", seen="1").status_code == 303
    assert "/reminders/read" not in desk("/reminders?part=1", "cadre").get_data(as_text=True)


def test_the_whole_list_is_reminded_within_scope(city, desk, work_as):
    assert desk("/manage/compliance/remind", "district", all="1", year="2026", requirement="N3_network", status="short").status_code == 303
    assert "/reminders/read" not in desk("/reminders?part=1", "cadre").get_data(as_text=True)


def test_lists_go_on_where_they_ended(city, college, work_as):
    """Equal shortfalls do not lose or repeat anybody at the turn of a page."""
    with work_as() as work:
        work.session.execute(update(Standing).values(missing=500).where(Standing.state == "short"))
    with work_as(actor(college, city.readers["district"]), write=False) as work:
        filters = Filters(2026, status="short", today=hours.today(work))
        paged = everybody_listed(work, queries.reach(work), filters)
        whole = queries.listed(work, queries.reach(work), filters, size=500).items
    assert [row.person_id for row in paged] == [row.person_id for row in whole]
    assert len(whole) > 8


def test_lacking_is_never_nothing_while_something_is():
    figure = rules.Figure(measure=None, required=Decimal(5000), gross=Decimal(0), counted=Decimal(4999), excess=Decimal(0),
                          shortfall=Decimal(1), bucket=None, is_total=False)  # fmt: skip
    assert rules.lacking(figure) == 1
    assert rules.lacking(replace(figure, shortfall=Decimal(0), counted=Decimal(5000))) == 0
    assert rules.lacking(replace(figure, shortfall=Decimal(5000), counted=Decimal(0))) == 1000


def test_shares_are_floored_so_that_full_means_everybody():
    assert rules.percent(999, 1000) == Decimal("99.9")
    assert rules.percent(9999, 10000) == Decimal("99.9")
    assert rules.percent(0, 0) is None


def test_what_is_joined_in_the_whole_is_joined_in_each_requirement():
    """Six professionals are asked for continuing education alone; three people of another unit for something else."""
    paths = {1: "/pc/small", 2: "/pc/six", 3: "/pc/large"}
    whole = {1: rules.Tally(unmet=3), 2: rules.Tally(met=6), 3: rules.Tally(met=30)}
    ce = {2: rules.Tally(met=6), 3: rules.Tally(met=20)}
    rows, of_ce = rules.branches(whole, paths, "/pc"), rules.branches({2: ce[2], 3: ce[3]}, paths, "/pc")
    assert {row.path: row.tally.persons for row in rules.join_small(rows)} == {"/pc/large": 30, "": 9}
    assert {row.path for row in rules.join_small(of_ce)} == {"/pc/six", "/pc/large"}, "nine less six would tell the three, all overdue"
    assert {row.path: row.tally.persons for row in rules.without_small("unit", of_ce, rows)} == {"": 26}
    assert not rules.stands_alone(ce, paths, "/pc/six", whole) and not rules.stands_alone(ce, paths, "/pc/large", whole)
    many = whole | {1: rules.Tally(unmet=3), 4: rules.Tally(unmet=4)}  # seven whom it does not touch hide each other
    told = rules.without_small("unit", of_ce, rules.branches(many, paths | {4: "/pc/four"}, "/pc"))
    assert {row.path: row.tally.persons for row in told} == {"/pc/large": 20, "/pc/six": 6}
    everybody = rules.without_small("unit", rows, rows)
    assert {row.path: row.tally.persons for row in everybody} == {"/pc/large": 30, "": 9}


def test_what_is_lacking_of_several_needs_is_named_even_where_it_is_one(college):
    figures = [["public", "hours", "30", "30", "0"], ["professional", "hours", "42", "12", "30"], ["elective", "hours", "18", "18", "0"]]
    with working(college, Actor.system("test"), write=False) as work:
        book = hours.book_of(work, 2026)
    assert words.lacking_word(figures, book, is_any=False) == "专业科目 30 学时"
    figures[0][4] = "5"
    assert words.lacking_word(figures, book, is_any=False) == "公需科目 5 学时，专业科目 30 学时"
    assert words.lacking_word([["", "days", "12", "0", "12"], ["", "hours", "90", "0", "90"]], book, is_any=True) == "12 天或 90 学时"
    assert words.lacking_word(figures[:1], book, is_any=False) == "", "one figure goes without a name"
