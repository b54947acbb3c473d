"""There is one accounting year, the city's: organs of a district change what is theirs in a closed one, and neither close nor report it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.compliance import service as compliance
from app.kernel.errors import Forbidden
from app.kernel.work import College, working
from app.years import queries, service
from tests.desk import build as desk
from tests.desk.build import Office
from tests.years.build import JANUARY, SYSTEM

REPORT = "/manage/years/2026/reports/1"


@pytest.fixture
def office(college: College, clock: Any) -> Office:
    made = desk.office(college)
    for who in ("city", "city2"):
        desk.grant(made, who, "city_policy", "city")
    desk.grant(made, "helper", "personnel", "J5")
    compliance.rebuild(college, 2026)
    clock.at = JANUARY
    return made


@pytest.mark.parametrize("who", ["district", "helper"])
def test_an_organ_that_is_not_the_citys_neither_begins_nor_finishes_closing(office: Office, who: str) -> None:
    for verb in (service.begin_closing, service.reopen):
        with pytest.raises(Forbidden), working(office.college, office.actor(who)) as work:
            verb(work, 2026)
    with pytest.raises(Forbidden):
        service.close(office.college, office.actor(who), 2026)
    with working(office.college, SYSTEM, write=False) as work:
        assert queries.years(work) == []
    with working(office.college, office.actor("city")) as work:
        service.begin_closing(work, 2026)
    with pytest.raises(Forbidden):
        service.close(office.college, office.actor(who), 2026)
    service.close(office.college, office.actor("city2"), 2026)


def test_who_began_anew_while_the_figures_were_made_does_not_close(office: Office) -> None:
    with working(office.college, office.actor("city")) as work:
        service.begin_closing(work, 2026)
    second = office.actor("city2")
    as_of = service.closable(office.college, second, 2026)
    with working(office.college, second) as work:
        service.reopen(work, 2026)
        service.begin_closing(work, 2026)
    with pytest.raises(service.SecondPersonNeeded):
        service.shut(office.college, second, 2026, as_of, {})


@pytest.mark.parametrize("who", ["district", "helper"])
def test_its_pages_offer_and_open_what_is_its_own_alone(office: Office, client: Any, who: str) -> None:
    office.checked("west")
    client.sign_in(who)
    running = client.get("/manage/years/2026").text
    assert ("/manage/years/2026/closing" in running, "西区" in running) == (False, False), "nor how many claims wait elsewhere"
    token = client.csrf("/manage/years/2026")
    assert client.post("/manage/years/2026/closing", data={"csrf_token": token}).status_code == 403
    with working(office.college, office.actor("city")) as work:
        service.begin_closing(work, 2026)
    service.close(office.college, office.actor("city2"), 2026, "个别申报仍在审核")
    closed = client.get("/manage/years/2026").text
    assert (REPORT in closed, 'name="q"' in closed) == (False, True)
    for path in (REPORT, f"{REPORT}.xlsx"):
        refused = client.get(path)
        assert (refused.status_code, "年度报告为全市口径" in refused.text) == (403, True)
    uid = office.people["east" if who == "district" else "cadre"].uid
    assert client.get(f"/manage/years/2026/people/{uid}").status_code == 200
    assert client.get(f"/manage/years/2026/people/{office.people['west'].uid}").status_code == 404
    assert "/manage/years" in client.get("/manage").text


def test_why_the_line_of_somebody_elsewhere_was_changed_is_not_told_with_the_year(office: Office, client: Any) -> None:
    with working(office.college, office.actor("city")) as work:
        service.begin_closing(work, 2026)
    service.close(office.college, office.actor("city2"), 2026)
    with working(office.college, office.actor("city")) as work:
        figures = service.Figures(date(2026, 6, 30), "漏记的培训", "special_class", Decimal(8))
        change = service.propose_adjustment(work, office.people["cadre"].id, figures, "因病漏记")
    with working(office.college, office.actor("city2")) as work:
        service.approve(work, change.uid)
    for who, is_told in (("city", True), ("district", False)):
        client.sign_in(who)
        shown = client.get("/manage/years/2026").text
        assert ("因病漏记" in shown, "重述" in shown) == (is_told, True)


def test_whose_line_is_to_be_changed_is_asked_of_those_who_can_be(office: Office, client: Any) -> None:
    desk.grant(office, "district", "ce_officer", "city")  # sees everybody, proposes only for his own district
    with working(office.college, office.actor("city")) as work:
        service.begin_closing(work, 2026)
    service.close(office.college, office.actor("city2"), 2026)
    client.sign_in("district")
    found = {}
    for name in ("east", "west"):
        person = office.people[name]
        assert client.get(f"/manage/people/{person.uid}").status_code == 200
        page = client.get("/manage/years/2026", query_string={"q": person.name}).text
        found[name] = (str(person.uid) in page, "东区" in page)
        assert client.get(f"/manage/years/2026/people/{person.uid}").status_code == (200 if found[name][0] else 404)
    assert found == {"east": (True, True), "west": (False, False)}


def test_those_who_close_are_offered_it_and_read_the_report(office: Office, client: Any) -> None:
    client.sign_in("city")
    assert "/manage/years/2026/closing" in client.get("/manage/years/2026").text
    with working(office.college, office.actor("city")) as work:
        service.begin_closing(work, 2026)
    service.close(office.college, office.actor("city2"), 2026)
    assert REPORT in client.get("/manage/years/2026").text
    assert [client.get(path).status_code for path in (REPORT, f"{REPORT}.xlsx")] == [200, 200]
