"""What the auditor reads of courses that somebody decided on by hand, and of a span of days that ends before it begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.admin import queries
from app.admin.queries import View, Wanted
from app.hours import service as hours
from app.kernel.work import Actor, working
from tests import make
from tests.desk import build
from tests.desk.build import PASSWORD
from tests.desk.test_service import finish
from tests.house.test_statements import counted

PAGE, BACKWARDS = "/manage/audit?view=courses", "since=2026-11-22&until=2026-11-21"


@pytest.fixture
def office(college: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> build.Office:
    """Courses wait for a person: one was certified, one declined, one still waits; and there are two auditors."""
    build.courses_by_hand(monkeypatch)
    made = build.office(college)
    with working(college, Actor.system("test")) as work:
        for user_name, name, jurisdiction in (("auditor", "闻鉴", "city"), ("auditor-none", "闻无", "none")):
            made.people[user_name] = make.person(work, name)
            make.account(work, made.people[user_name], user_name, PASSWORD)
            make.grant(work, made.people[user_name], "auditor", jurisdiction)
    finish(college, made, "colleague")
    for who, decide in (("cadre", hours.certify_credit), ("east", lambda work, *key: hours.decline_credit(work, *key, "测验由他人代答"))):
        key = finish(college, made, who)
        clock.at += timedelta(minutes=1)
        with working(college, made.actor("city")) as work:
            decide(work, *key)
    return made


def deeds(office: build.Office, who: str = "auditor", **narrowed: Any) -> list[tuple[str, str, str]]:
    with working(office.college, office.actor(who), write=False) as work:
        return [(one.state, one.name, one.by_name) for one in queries.course_deeds(work, Wanted(View.COURSES, **narrowed)).items]


def test_what_was_decided_by_hand_stands_in_the_trail_and_what_waits_does_not(office: build.Office, client: Any) -> None:
    assert deeds(office) == [("declined", "东方", "柳定"), ("posted", "李学", "柳定")]
    client.sign_in("auditor")
    with counted(office.college) as seen:
        page = client.get(PAGE).text
    assert len(seen) <= 10
    assert ("测验由他人代答" in page, "不予认定" in page, f"/manage/audit/people/{office.people['cadre'].uid}/lines/1" in page) == (
        True,
    ) * 3
    content = client.get("/manage/audit.csv?view=courses").text
    assert "测验由他人代答" in content
    assert content.count("柳定") == 2


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({"kind": "posted"}, ["李学"]),
        ({"kind": "declined"}, ["东方"]),
        ({"person": "东方"}, ["东方"]),
        ({"officer": "city"}, ["东方", "李学"]),
        ({"officer": "city2"}, []),
        ({"unit": "东区教育局"}, ["东方"]),
    ],
)
def test_it_is_narrowed_by_what_was_made_of_it_person_hand_and_unit(office: build.Office, narrowed: Any, names: list[str]) -> None:
    assert [name for _state, name, _by in deeds(office, **narrowed)] == names


def test_an_auditor_of_nobody_and_an_organ_that_certifies_read_none_of_it(office: build.Office) -> None:
    assert (deeds(office, "auditor-none"), deeds(office, "city")) == ([], [])


def test_its_pages_follow_one_another(office: build.Office) -> None:
    with working(office.college, office.actor("auditor"), write=False) as work:
        first = queries.course_deeds(work, Wanted(View.COURSES), size=1)
        second = queries.course_deeds(work, Wanted(View.COURSES), first.next, size=1)
    assert [one.name for one in (*first.items, *second.items)] == ["东方", "李学"]
    assert (first.next is None, second.next) == (False, None)


@pytest.mark.parametrize("view", list(View))
def test_days_that_end_before_they_begin_are_told_at_their_field(office: build.Office, client: Any, view: View) -> None:
    client.sign_in("auditor")
    told = 'id="f-until-err"'
    assert told in client.get(f"/manage/audit?view={view}&{BACKWARDS}").text
    assert told not in client.get(f"/manage/audit?view={view}&since=2026-11-21&until=2026-11-21").text
