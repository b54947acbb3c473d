"""The home page tells what became of one's claims, and for a fortnight only."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.claims import service as claims
from app.hours import queries
from app.hours.queries import Kind
from app.hours.rules import Urgency
from app.kernel.work import College, working
from tests.claims import build


def news(college: College, cast: build.Cast, by: Any = None) -> list[tuple[str, Any, str]]:
    with working(college, by or cast.cadre, write=False) as work:
        year = queries.my_year(work, work.person_id, queries.today(work).year)
        found = [one for one in queries.ahead(work, year, ()) if one.kind is Kind.CLAIM]
        return [(one.figures["what"], one.due_on, one.figures["reason"]) for one in found]


@pytest.fixture
def cast(college: College) -> build.Cast:
    return build.cast(college)


def test_a_returned_claim_says_what_is_wanted_and_until_when(college: College, clock: Any, cast: build.Cast) -> None:
    uid = build.handed_in(college, cast.cadre)
    assert news(college, cast) == []
    with working(college, cast.unit) as work:
        claims.give_back(work, uid, "请补第 3 页")
    assert news(college, cast) == [("returned", date(2027, 1, 15), "请补第 3 页")]
    assert news(college, cast, cast.unit) == []
    clock.at = datetime(2027, 1, 10, 2, tzinfo=UTC)  # it wants something until it is done, and more so near the day
    with working(college, cast.cadre, write=False) as work:
        year = queries.my_year(work, work.person_id, 2027)
        (one,) = [one for one in queries.ahead(work, year, ()) if one.kind is Kind.CLAIM]
    assert one.urgency is Urgency.SOON and one.href == f"/hours/claims/{uid}"


def test_what_has_a_day_stands_in_the_order_of_days_a_claim_like_a_requirement(college: College, cast: build.Cast) -> None:
    uid = build.handed_in(college, cast.cadre)
    with working(college, cast.unit) as work:
        claims.give_back(work, uid, "请补第 3 页")
    with working(college, cast.cadre, write=False) as work:
        found = queries.ahead(work, queries.my_year(work, work.person_id, 2026), ())
    days = [one.due_on for one in found if one.due_on is not None]
    assert days == sorted(days) and {date(2026, 12, 31), date(2027, 1, 15)} <= set(days)


def test_decisions_are_news_for_a_fortnight(college: College, clock: Any, cast: build.Cast) -> None:
    certified, rejected = build.checked(college, cast), build.checked(college, cast, "book")
    with working(college, cast.city) as work:
        claims.certify(work, certified, hours=Decimal(30), reason="其中 6 学时为考察")
        claims.reject(work, rejected, "不是读书笔记")
    assert sorted(news(college, cast)) == [("certified", None, "其中 6 学时为考察"), ("rejected", None, "不是读书笔记")]
    clock.at += timedelta(days=13)
    with working(college, cast.cadre) as work:
        claims.appeal(work, rejected, "笔记在第二页")
    with working(college, cast.other_city) as work:
        claims.hear(work, rejected, hours=None, reason="第二页亦非笔记")
    clock.at += timedelta(days=2)
    assert news(college, cast) == [("heard", None, "第二页亦非笔记")]
    clock.at += timedelta(days=13)
    assert news(college, cast) == []


def test_the_page_shows_it_with_a_link(college: College, cast: build.Cast, client: Any) -> None:
    build.account(college, cast.cadre, "lixue")
    uid = build.handed_in(college, cast.cadre)
    with working(college, cast.unit) as work:
        claims.give_back(work, uid, "请补第 3 页")
    client.sign_in("lixue")
    shown = client.get("/").text
    assert f'href="/hours/claims/{uid}"' in shown
    assert "申报已退回" in shown and "请补第 3 页" in shown
