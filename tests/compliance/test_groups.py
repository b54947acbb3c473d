"""The table of figures by rank, team and requirement: what the filters find one at a time, on the screen, in files and for programs."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from app.compliance import queries, rules, service
from app.compliance.queries import Filters, Reach
from app.hours import queries as hours
from app.kernel.small import SMALLEST_GROUP
from app.people.models import TeamMembership
from tests import make

from .city import actor, figures

FILTERED = [("rank", {}), ("team", {}), ("requirement", {}), ("rank", {"requirement": "N3_network"}), ("team", {"rank": "section_below"})]


@pytest.mark.parametrize("reader", ["district", "ce"])
@pytest.mark.parametrize(("by", "more"), FILTERED, ids=[f"{by}-{'-'.join(more)}" for by, more in FILTERED])
def test_each_row_is_what_its_filter_finds(city, college, work_as, reader, by, more):
    who = actor(college, city.readers[reader])
    view = figures(college, work_as, who, by=by, **more)
    assert view.rows
    for row in view.rows:
        assert figures(college, work_as, who, **{**more, by: row.path}).whole == row.tally, row.path
    if by == "rank":
        assert sum(row.tally.persons for row in view.rows) == view.whole.persons
    if by == "team":
        assert sum(row.tally.persons for row in view.rows if row.path != "none") == view.whole.memberships


def test_the_whole_city_by_requirement_is_what_each_requirement_finds(city, college, work_as):
    """Counted along a narrower key than the others, and the same heads all the same."""
    who = actor(college, city.readers["finance"])
    rows = figures(college, work_as, who, by="requirement").rows
    assert len(rows) > 1
    for row in rows:
        alone = figures(college, work_as, who, requirement=row.path).whole
        assert row.tally == replace(alone, serving=0, trained_year=0, trained_cycle=0), row.path


def test_what_moved_since_the_month_before_is_that_of_each_row(city, college, work_as, clock):
    service.take(college)
    clock.at = clock.at.replace(month=12, day=1)
    who = actor(college, city.readers["district"])
    for by in ("rank", "team", "requirement"):
        view = figures(college, work_as, who, by=by)
        assert {row.path: view.share_before(row) for row in view.rows} == {row.path: row.tally.share for row in view.rows}, by


@pytest.mark.parametrize("by", ["rank", "team", "requirement"])
def test_the_whole_city_tells_nobody_apart_by_a_row_nor_by_what_is_left_of_the_others(city, college, work_as, by):
    view = figures(college, work_as, actor(college, city.readers["finance"]), by=by)
    assert view.rows
    assert all(row.tally.persons >= SMALLEST_GROUP for row in view.rows)
    if by != "requirement":
        assert sum(row.tally.persons for row in view.rows) == view.whole.persons, "nobody is in two rows, and nobody is left over"


def test_people_of_two_teams_are_in_both_rows_or_in_one_of_their_own():
    tallies = {1: rules.Tally(met=9), 5: rules.Tally(met=2), 4: rules.Tally(exempt=7), 0: rules.Tally(none=1)}
    seen = rules.gathered("team", tallies, rules.TEAMS, is_apart=False)
    assert [(row.path, row.tally.persons) for row in seen] == [("party_gov", 11), ("professional", 9), ("none", 1)]
    hidden = rules.without_small("team", rules.gathered("team", tallies, rules.TEAMS, is_apart=True))
    assert sorted((row.path, row.tally.persons, row.joined) for row in hidden) == [("", 10, 3), ("party_gov", 9, 1)]


@pytest.mark.parametrize("by", ["rank", "team", "requirement"])
def test_the_table_is_switched_and_handed_out(city, desk, by):
    page = desk(f"/manage/compliance?by={by}", "district").get_data(as_text=True)
    assert f"by={by}" in page
    told = desk(f"/api/v1/compliance?by={by}", "district").get_json()
    assert (told["by"], told["view"]) == (by, "own")
    assert len(told["rows"]) > 1
    text = desk(f"/manage/compliance/units.csv?by={by}", "district").data.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(desk(f"/manage/compliance/units.xlsx?by={by}", "district").data)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0]]
    for row in told["rows"]:
        numbers = [row[key] for key in ("persons", "memberships", "assessed", "met", "not_yet_due", "overdue", "exempt")]
        assert row["name"] in page
        assert ",".join([row["name"], *map(str, numbers)]) in text
        assert [row["name"], *numbers] in [list(one[:8]) for one in rows]
    assert desk(f"/manage/compliance/units.pdf?by={by}", "district").data[:5] == b"%PDF-"
    assert desk("/manage/compliance?by=nothing", "district").status_code == 404


def test_a_row_opens_its_people_for_those_who_may_see_them(city, desk):
    seen = desk("/manage/compliance?by=team", "district").get_data(as_text=True)
    assert "team=professional&amp;status=not_yet_due" in seen or "team=professional&amp;by=team&amp;status=not_yet_due" in seen
    assert "/manage/compliance/people" not in desk("/manage/compliance?by=team", "finance").get_data(as_text=True)


def test_programs_are_told_what_the_page_shows_and_no_more(city, desk):
    assert desk("/api/v1/compliance", "cadre").status_code == 403
    told = desk("/api/v1/compliance", "finance").get_json()
    assert told["view"] == "city"
    assert all(row["persons"] >= SMALLEST_GROUP for row in told["rows"])


def test_a_rank_of_everybody_but_a_few_is_not_shown_nor_joined_with_what_tells_them(college, work_as):
    """Attack: the whole city by rank, and without one; eight of ten in a unit are of a rank, so that two would be told."""
    with work_as() as work:
        root = make.unit(work, "鹏城市", code="pc", kind="city_organ")
        made = {name: make.unit(work, name, parent=root) for name in ("甲", "乙", "丙")}
        for name, heads in (("甲", (8, 2)), ("乙", (9, 6)), ("丙", (7, 8))):
            for rank, count in zip(("section_below", "division"), heads, strict=True):
                for number in range(count):
                    make.person(work, f"{name}{rank}{number}", at=made[name], rank=rank)
    service.rebuild(college, 2026)

    def asked(**more):
        with work_as(write=False) as work:
            return queries.overview(work, Reach(persons=False), Filters(2026, today=hours.today(work), **more))

    everybody = {row.path: row.tally.persons for row in asked().rows}
    assert everybody == {made["甲"].path: 10, made["乙"].path: 15, made["丙"].path: 15}
    view = asked(rank="section_below")
    assert sorted((row.path, row.tally.persons, row.joined) for row in view.rows) == [("", 15, 2), (made["乙"].path, 9, 1)]
    assert asked(rank="section_below", unit=made["甲"]).is_hidden, "the unit itself"
    assert asked(rank="section_below", unit=made["丙"]).is_hidden, "the one that is joined with it, whose figures would tell it"
    assert not asked(rank="section_below", unit=made["乙"]).is_hidden
    assert asked(rank="section_below", team="none", unit=made["甲"]).is_hidden


@pytest.mark.parametrize(
    "more", [{"rank": "section_below"}, {"team": "professional"}, {"rank": "division", "team": "professional"}], ids=str
)
def test_one_rank_of_the_whole_city_by_requirement_is_what_each_requirement_finds(college, work_as, more):
    """Heads and how many are left beside them, found in one pass over everybody: no more statements than without a rank."""
    with work_as() as work:
        root = make.unit(work, "鹏城市", code="pc", kind="city_organ")
        for name in ("甲", "乙"):
            unit = make.unit(work, name, parent=root)
            for rank in ("section_below", "division", None):
                for number in range(6):
                    one = make.person(work, f"{name}{rank}{number}", at=unit, rank=rank)
                    if name == "甲":
                        work.session.add(TeamMembership(person_id=one.id, team="professional", tier="pro_middle", is_primary=False,
                                                        from_on=make.DAY_ONE, recorded_at=work.now))  # fmt: skip
    service.rebuild(college, 2026)
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    def asked(**what):
        seen.clear()
        with work_as(write=False) as work:
            return queries.overview(work, Reach(persons=False), Filters(2026, today=hours.today(work), **what))

    event.listen(college.engine, "before_cursor_execute", note)
    asked(by="requirement")
    without = len(seen)
    view = asked(by="requirement", **more)
    assert len(seen) == without
    event.remove(college.engine, "before_cursor_execute", note)
    assert any(sum(row.tally.cells.values()) > row.tally.persons for row in view.rows)
    for row in view.rows:
        alone = asked(requirement=row.path, **more).whole
        assert row.tally == replace(alone, serving=0, trained_year=0, trained_cycle=0), row.path
        assert row.tally.cells == alone.cells
        assert sum(alone.cells.values()) == asked(requirement=row.path).whole.persons
