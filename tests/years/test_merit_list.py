"""The list of who may be considered for merit awards: by people's decisions, within scope, as page and workbook (I05)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.compliance.models import WHOLE, Standing
from app.kernel.work import Actor, College, Grant, working
from app.people.models import PersonEvent, Unit
from app.people.rules.jurisdiction import SomePost, Under
from app.years import queries, service
from app.years.queries import merit
from app.years.rules import Reason
from tests import make
from tests.hours.build import cadre
from tests.years import build
from tests.years.build import SYSTEM, Small


@pytest.fixture
def made(college: College, clock: Any) -> Small:
    found = build.city(college)
    clock.at = build.JANUARY
    return found


def listed(college: College, actor: Actor, word: str = "", unit: Unit | None = None) -> dict[str, str]:
    with working(college, actor, write=False) as work:
        return {one.name: one.word for one in merit.candidates(work, 2026, word, unit).items if one.name in ("何达标", "许未达")}


def decided(college: College, made: Small, reason: Reason) -> None:
    with working(college, made.authority) as work:
        service.decide(work, made.short.id, 2026, reason, "经核实")


@pytest.mark.parametrize(
    ("reason", "word"),
    [(None, "blocked"), (Reason.PERSONAL, "ineligible"), (Reason.ORGANIZATIONAL, "eligible_with_makeup"), (Reason.EXEMPT, "eligible")],
)
def test_the_list_says_what_each_persons_own_page_says(college: College, made: Small, reason: Reason | None, word: str) -> None:
    if reason is not None:
        decided(college, made, reason)
    expected = {"何达标": "eligible", "许未达": word}
    assert listed(college, made.authority) == expected
    with working(college, SYSTEM, write=False) as work:
        own = {one.name: service.merit_of(work, one.id, 2026) for one in (made.met, made.short)}
        assert {name: found.word for name, found in own.items() if found} == expected
    for one in set(expected.values()):
        assert listed(college, made.authority, one) == {name: has for name, has in expected.items() if has == one}
    with working(college, made.authority, write=False) as work:
        counts = merit.tally(work, 2026, None)
        assert {name: counts[name] for name in set(expected.values())} == {
            one: len(merit.candidates(work, 2026, one, None).items) for one in set(expected.values())
        }


def test_excellent_ones_come_first_where_the_rules_say_so(college: College, made: Small) -> None:
    with working(college, SYSTEM) as work:
        on = datetime(2026, 12, 20, tzinfo=UTC).date()
        work.session.add(PersonEvent(person_id=made.met.id, kind="appraisal_excellent", happened_on=on, recorded_at=work.now))
    assert listed(college, made.authority)["何达标"] == "priority"


def test_nothing_is_said_before_the_grace_is_over(college: College, made: Small) -> None:
    with working(college, SYSTEM) as work:
        work.session.get_one(Standing, (made.short.id, 2026, WHOLE)).due_on = datetime(2027, 4, 30, tzinfo=UTC).date()
    assert listed(college, made.authority)["许未达"] == "running"
    with working(college, SYSTEM, write=False) as work:
        assert service.merit_of(work, made.short.id, 2026) is None


def test_a_cycle_that_outlasts_the_year_is_no_year_left_uncompleted(college: College, clock: Any, made: Small) -> None:
    """Five years end with 2027: who lacks nothing but them has completed 2026, then and when they are over."""
    with working(college, SYSTEM) as work:
        work.session.get_one(Standing, (made.short.id, 2026, WHOLE)).due_on = datetime(2027, 12, 31, tzinfo=UTC).date()
    for now in (clock.at, datetime(2028, 3, 1, tzinfo=UTC)):
        clock.at = now
        assert listed(college, made.authority)["许未达"] == "eligible"
        with working(college, made.authority, write=False) as work:
            found = service.merit_of(work, made.short.id, 2026)
            assert found is not None and (found.word, found.is_met) == ("eligible", True)
            assert "许未达" not in {one.name for one in queries.incomplete(work, 2026, "open", None).items}
    with working(college, made.authority) as work, pytest.raises(service.NothingUnmet):
        service.decide(work, made.short.id, 2026, Reason.PERSONAL, "本周期未完成")


def test_a_unit_sees_its_own_people_and_nobody_elses(college: College, made: Small) -> None:
    """Scope: who explains for one unit lists it, whatever unit the address names."""
    with working(college, SYSTEM) as work:
        here = work.session.scalars(
            select(Unit).join(Standing, Standing.unit_id == Unit.id).where(Standing.person_id == made.met.id)
        ).first()
        assert here is not None
        other = make.unit(work, code="other-unit", name="另一单位")
        grants = {one.code: (Grant("years.explain", SomePost(Under(one.path))),) for one in (here, other)}
    theirs = [Actor(person_id=made.unit_admin.person_id, name="单位", actions=frozenset({"years.explain"}), grants=grants[code])
              for code in (here.code, other.code)]  # fmt: skip
    assert listed(college, theirs[0]) == {"何达标": "eligible", "许未达": "blocked"}
    assert listed(college, theirs[1]) == {} == listed(college, theirs[1], unit=here)
    assert listed(college, made.authority, unit=other) == {}
    assert len(listed(college, made.authority, unit=here)) == 2
    with working(college, theirs[1], write=False) as work:
        assert sum(merit.tally(work, 2026, None).values()) == 0


def test_page_and_workbook_name_the_reason_and_who_decided(client: Any, college: College, made: Small) -> None:
    decided(college, made, Reason.PERSONAL)
    with working(college, SYSTEM) as work:
        officer = cadre(work, "decides", name="部门戊")
        make.grant(work, officer, "personnel", "city")
    client.sign_in("decides")
    page = client.get("/manage/merit?year=2026").get_data(as_text=True)
    assert "何达标" in page and "许未达" in page and "个人原因" in page and "经核实" in page and "部门丁" in page
    assert "许未达" not in client.get("/manage/merit?year=2026&view=eligible").get_data(as_text=True)
    file = client.get("/manage/merit.xlsx?year=2026")
    assert file.headers["Cache-Control"] == "no-store"
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(file.data)).active.iter_rows()]
    told = next(row for row in rows if row[0] == "许未达")
    assert told[3] == "不得参加评优"
    assert ("经核实" in told[6], told[7]) == (True, "部门丁")
    assert any("部门戊" in str(row[0]) for row in rows[:3]), "the file says who took it out"
    empty = client.get("/manage/merit?year=2026&view=priority").get_data(as_text=True)
    assert "名单上没有人员。" in empty and "merit.xlsx" not in empty
    for wrong in ("year=2027", "year=2026&view=x", "year=2026&unit=nowhere"):
        assert client.get(f"/manage/merit?{wrong}").status_code == 404


def test_nobody_without_a_part_in_it_sees_the_list(client: Any, college: College, made: Small) -> None:
    with working(college, SYSTEM) as work:
        cadre(work, "nobody")
    client.sign_in("nobody")
    assert [client.get(f"/manage/{one}?year=2026").status_code for one in ("merit", "merit.xlsx")] == [403, 403]
