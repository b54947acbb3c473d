"""My record for programs (interfaces.md §4.3)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.hours import build

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def signed_in(client, work_as):
    """A section cadre with one line, signed in."""
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "依法行政", "42.5", date(2026, 5, 4))
    client.sign_in("lixue")
    return client


def test_me_says_who_i_am(signed_in):
    me = signed_in.get("/api/v1/me").json
    assert (me["name"], me["post"], me["rank"], me["rule_set"], me["year"]) == ("李学", "主任科员", "section_below", "demo", 2026)
    assert me["unit"]["name"] == "市人事局"
    assert me["teams"] == [{"team": "party_gov", "tier": None, "primary": True}]


def test_my_year_is_the_verdict_of_the_command_line(signed_in):
    year = signed_in.get("/api/v1/me/year/2026").json
    assert (year["rule_set"], year["version"], year["as_of"]) == ("demo", 1, "2026-11-22")
    network = next(one for one in year["requirements"] if one["id"] == "N3_network")
    assert (network["required"], network["counted"], network["shortfall"], network["excess"]) == ("50", "42.5", "7.5", "0")
    assert network["status"] == "not_yet_due"
    annual = next(one for one in year["requirements"] if one["id"] == "N2_annual")
    assert (annual["required"], annual["units"]) == (["12", "90"], ["days", "hours"])
    assert {"code": "counted", "line": "1", "hours": "42.5", "days": "0"} in network["explanation"]
    assert year["pending"]["N3_network"] == "0"


@pytest.mark.parametrize("year", ["1999", "2022", "99999", "0", "-1", "abc"])
def test_a_year_without_rules_is_not_found(signed_in, year):
    answer = signed_in.get(f"/api/v1/me/year/{year}")
    assert answer.status_code == 404


def test_without_sign_in_there_is_no_record(client):
    for path in ("/api/v1/me", "/api/v1/me/year/2026"):
        assert client.get(path).status_code == 401
