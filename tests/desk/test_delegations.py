"""The page on which authority is lent to a colleague: each fault at its field, no day twice to the same person."""

from __future__ import annotations

import re

import pytest

from tests.desk import build
from tests.desk.test_manage import post
from tests.desk.test_service import hold, later, lend


@pytest.fixture
def office(college):
    return build.office(college)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("", "2026-11-25"), 'href="#from_on">开始日期：请填写开始日期。'),
        (("2026-11-21", "2026-11-25"), 'href="#from_on">开始日期：早于今天（2026-11-22）。'),
        (("2026-11-22", ""), 'href="#to_on">结束日期（至多 92 天）：请填写结束日期。'),
        (("2026-11-22", "31.12.2026"), 'href="#to_on">结束日期（至多 92 天）：请填写结束日期。'),
        (("2026-11-24", "2026-11-23"), 'href="#to_on">结束日期（至多 92 天）：不能早于第一天。'),
        (("2026-11-22", "2027-02-23"), 'href="#to_on">结束日期（至多 92 天）：最多委托 92 天，即至 2027-02-22。'),
    ],
)
def test_each_fault_of_a_delegation_is_told_at_its_field(client, office, days, told):
    client.sign_in("city")
    from_on, to_on = days
    answer = post(client, "/manage/hours/delegations", person=str(office.people["helper"].id), from_on=from_on, to_on=to_on)
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


@pytest.mark.parametrize("days", [("2026-11-25", "2026-11-30"), ("2026-11-22", "2026-11-22"), ("2026-11-22", "2026-11-30")])
def test_days_that_are_lent_to_somebody_are_not_lent_to_him_twice(client, office, days):
    client.sign_in("city")

    def lend(who, from_on, to_on):
        return post(client, "/manage/hours/delegations", person=str(office.people[who].id), from_on=from_on, to_on=to_on)

    assert lend("helper", "2026-11-22", "2026-11-25").status_code == 303
    refused = lend("helper", *days)
    assert refused.status_code == 422
    told = "该同事在这些日期已受您委托（2026-11-22 – 2026-11-25）。请改选日期，或先结束原委托。"
    assert f'href="#from_on">开始日期：{told}' in refused.text
    assert told in refused.text.partition('id="from_on-err"')[2]
    assert lend("helper", "2026-11-26", "2026-11-30").status_code == 303, "the day after is free"
    for end in re.findall(r"/manage/hours/delegations/\d+/end", client.get("/manage/hours/delegations").text):
        assert post(client, end).status_code == 303
    assert lend("helper", *days).status_code == 303, "what has ended is free again"


def test_the_claimant_reads_who_decided_and_for_whom(client, office, clock):
    uid = office.checked("cadre")
    lend(office)
    hold(office, "helper", uid)
    later(office, clock)
    client.sign_in("cadre")
    page = client.get(f"/hours/claims/{uid}").text
    assert "代理（代柳定）" in page
