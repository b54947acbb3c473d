"""A class that begins within sixty days stands in what comes next, with its place; none that is far off, cancelled or left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.classes import service
from app.hours import queries
from app.hours.queries.ahead import Kind
from app.kernel.work import College
from app.people import service as people
from tests.classes import build
from tests.classes.build import City, WorkAs


@pytest.fixture
def city(college: College) -> City:
    return City(college)


def test_a_cadre_is_told_of_the_classes_that_begin_soon(city: City, work_as: WorkAs, client: Any) -> None:
    today = date(2026, 11, 22)
    rows = {
        code: build.entered(work_as, code=code, title=f"班 {code}", starts_on=today + timedelta(days=ahead), off_post=False,
                            ends_on=today + timedelta(days=ahead + 4), place="1 号楼")
        for code, ahead in (("NOW", 0), ("FAR", 61), ("LAST", 60), ("LEFT", 9), ("OFF", 9), ("PAST", -1))
    }  # fmt: skip
    for row in rows.values():
        build.enrolled(work_as, row, "party-cadre")
    build.enrolled(work_as, build.entered(work_as, code="OTHER", off_post=False), "gov-cadre")
    with work_as() as work:
        service.withdraw(work, rows["LEFT"].uid, city.people["party"].uid, "不来")
        service.cancel(work, rows["OFF"].uid, "不办")
    with work_as(write=False) as work:
        me = people.actor_for(work, city.people["party"].id)
    with work_as(me, write=False) as work:
        found = [one for one in queries.ahead(work, queries.my_year(work, me.person_id, 2026), ()) if one.kind is Kind.CLASS]
    assert [(one.title, one.due_on, one.urgency) for one in found] == [
        ("班 NOW", today, "soon"), ("班 LAST", today + timedelta(days=60), "plain"),
    ]  # fmt: skip
    client.sign_in("party-cadre")
    home = client.get("/").text.split('id="next"')[1]
    assert "班 NOW" in home and "培训班，至 2026-11-26" in home and "1 号楼" in home and "班 FAR" not in home
