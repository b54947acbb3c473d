"""The page of a unit that was moved, renamed or closed in mid-year: what it was called, where it hung, until when it was there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.kernel.work import College
from app.people.service import changing
from app.people.service.passwords import hashed
from tests import make
from tests.people.test_changing import ORDER, Town, terms


@pytest.fixture
def town(college: College, client: Any, work_as: Any) -> Town:
    found = Town(college)
    with work_as() as work:
        make.grant(work, found.me, "organization_dept", "city")
        make.account(work, found.me, "office", hashed("Study-2026-demo"))
    client.sign_in("office")
    return found


def shown(client: Any, unit: Any, query: str = "") -> tuple[int, str]:
    answer = client.get(f"/manage/units/{unit.uid}{query}")
    return answer.status_code, " ".join(answer.get_data(as_text=True).split())


def test_a_unit_that_was_moved_shows_below_which_it_hung(town: Town, client: Any) -> None:
    town.do(changing.rename, town.district, ("甲新区", "New district"), date(2026, 6, 1), ORDER, by=town.city)
    town.do(changing.move, town.street, "市", date(2026, 8, 1), ORDER, by=town.city)
    town.do(changing.move, town.street, "乙区", date(2026, 8, 1), ORDER, by=town.city)
    status, html = shown(client, town.street)
    past = html.partition('id="past"')[2].partition("</section>")[0]
    assert status == 200
    assert "隶属市" not in past, "nor where it hung on no day"
    assert past.index("隶属乙区") < past.index("隶属甲区"), "as the one above was called when the unit came to hang there"


@pytest.mark.sqlite_only
def test_the_page_of_a_closed_unit_shows_its_last_day(town: Town, client: Any) -> None:
    town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), ORDER)
    token = client.csrf(f"/manage/units/{town.street.uid}/changes/close")
    sent = {"csrf_token": token, "since": "2026-09-30", "basis": ORDER}
    answer = client.post(f"/manage/units/{town.street.uid}/changes/close", data=sent, follow_redirects=True)
    assert answer.status_code == 200 and "已登记" in answer.get_data(as_text=True)
    status, html = shown(client, town.street)
    assert (status, 'value="2026-09-30"' in html) == (200, True)
    assert "该单位已于" in html and f"/manage/units/{town.street.uid}/changes/" not in html
    assert shown(client, town.street, "?on=2026-10-01")[0] == 422
