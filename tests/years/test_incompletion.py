"""Who did not complete a year: explained by the unit, decided by the authority, shown to the person (I05, EX-E38)."""

from __future__ import annotations

from typing import Any

import pytest

from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor, College, working
from app.people.models import Person
from app.people.service.passwords import hashed
from app.years import queries, service
from app.years.rules import Reason
from tests import make
from tests.house.test_statements import MOST, counted
from tests.years import build
from tests.years.build import SYSTEM, Small


@pytest.fixture
def made(college: College) -> Small:
    return build.city(college)


def merit(college: College, person: Any) -> str | None:
    with working(college, SYSTEM, write=False) as work:
        found = service.merit_of(work, person.id, 2026)
        return found.word if found else None


def test_nothing_is_decided_while_the_year_runs_and_never_by_itself(college: College, clock: Any, made: Small) -> None:
    assert merit(college, made.short) is None
    with pytest.raises(service.NothingUnmet), working(college, made.unit_admin) as work:
        service.explain(work, made.short.id, 2026, Reason.PERSONAL, "没有原因")
    clock.at = build.JANUARY
    assert (merit(college, made.met), merit(college, made.short)) == ("eligible", "blocked")


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        (Reason.PERSONAL, "ineligible"),
        (Reason.ORGANIZATIONAL, "eligible_with_makeup"),
        (Reason.EXEMPT, "eligible"),
        (Reason.PENDING, "blocked"),
    ],
)
def test_what_is_decided_says_what_it_means_for_merit(college: College, clock: Any, made: Small, reason: Reason, word: str) -> None:
    clock.at = build.JANUARY
    with working(college, made.unit_admin) as work:
        service.explain(work, made.short.id, 2026, Reason.ORGANIZATIONAL, "抽调专班")
    assert merit(college, made.short) == "blocked"
    with working(college, made.authority) as work:
        service.decide(work, made.short.id, 2026, reason, "经核实")
    assert merit(college, made.short) == word
    again = pytest.raises(service.DecidedAlready) if reason != Reason.PENDING else _nothing()
    with again, working(college, made.authority) as work:
        service.decide(work, made.short.id, 2026, Reason.PERSONAL, "再议")


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def test_two_people_and_never_ones_own(college: College, clock: Any, made: Small) -> None:
    clock.at = build.JANUARY
    with working(college, made.authority) as work:
        service.explain(work, made.short.id, 2026, Reason.PERSONAL, "未参加")
    with pytest.raises(service.SecondPersonNeeded), working(college, made.authority) as work:
        service.decide(work, made.short.id, 2026, Reason.PERSONAL, "本人说明")
    own = Actor(person_id=made.short.id, name="许未达", actions=made.authority.actions, grants=made.authority.grants)
    for act in (service.explain, service.decide):
        with pytest.raises(service.OwnAffair), working(college, own) as work:
            act(work, made.short.id, 2026, Reason.EXEMPT, "本人")
    with pytest.raises(Forbidden), working(college, made.unit_admin) as work:
        service.decide(work, made.short.id, 2026, Reason.EXEMPT, "越权")
    outside = Actor(person_id=made.authority.person_id, name="x", actions=made.authority.actions)
    with pytest.raises(NotFound), working(college, outside) as work:
        service.decide(work, made.short.id, 2026, Reason.EXEMPT, "不在范围")
    with pytest.raises(service.NothingUnmet), working(college, made.authority) as work:
        service.decide(work, made.met.id, 2026, Reason.EXEMPT, "已达标")


def test_the_page_says_what_is_lacking_and_leads_to_the_lines_in_few_statements(
    college: College, client: Any, clock: Any, made: Small
) -> None:
    with working(college, SYSTEM) as work:
        root = make.unit(work, "鹏城市", code="pc")
        for user_name, roles in (("decides", ("organization_dept",)), ("explains", ())):
            person = make.person(work, f"办理{len(roles)}", at=root)
            make.account(work, person, user_name, hashed("Study-2026-demo"))
            for role in roles:
                make.grant(work, person, role, "city")
        uid = work.session.get_one(Person, made.short.id).uid
    clock.at = build.JANUARY
    with working(college, made.unit_admin) as work:
        service.explain(work, made.short.id, 2026, Reason.PERSONAL, "家中有事")
    client.sign_in("decides")
    client.get("/manage/incomplete")
    with counted(college) as statements:
        html = client.get(f"/manage/incomplete/2026/{uid}").get_data(as_text=True)
    assert len(statements) <= MOST, statements
    lacking = html[html.index('id="lacks"') :].partition("</ul>")[0]
    assert "42 学时" in lacking and "12 天或 90 学时" in lacking, "of 50 network hours the 8 that he has"
    assert f"/manage/compliance/people/{uid}?year=2026" in html
    assert "个人原因：家中有事" in html and "personal: " not in html


@pytest.mark.sqlite_only
def test_the_page_offers_the_step_that_its_reader_may_take(college: College, client: Any, clock: Any, made: Small) -> None:
    with working(college, SYSTEM) as work:
        root = make.unit(work, "鹏城市", code="pc")
        for user_name, roles in (
            ("both", ("organization_dept", "unit_admin")),
            ("other", ("organization_dept",)),
            ("unit", ("unit_admin",)),
        ):
            person = make.person(work, user_name, at=root)
            make.account(work, person, user_name, hashed("Study-2026-demo"))
            for role in roles:
                make.grant(work, person, role, "city")
        make.account(work, made.short, "himself", hashed("Study-2026-demo"))
        make.grant(work, made.short, "organization_dept", "city")
        uid = work.session.get_one(Person, made.short.id).uid
    clock.at = build.JANUARY
    page = f"/manage/incomplete/2026/{uid}"

    def offered(user_name: str) -> tuple[bool, bool]:
        client.sign_in(user_name)
        html = client.get(page).get_data(as_text=True)
        return f'action="{page}/decide"' in html, f'action="{page}/explain"' in html

    assert (offered("both"), offered("himself")) == ((True, False), (False, False))
    assert offered("unit") == (False, True)
    assert 'value="pending"' not in client.get(page).get_data(as_text=True), "a unit gives a reason or says nothing"
    client.sign_in("both")
    told = {"csrf_token": client.csrf(page), "reason": "personal", "text": "未参加"}
    assert client.post(f"{page}/explain", data=told).status_code == 303
    assert (offered("both"), offered("other")) == ((False, False), (True, False))
    client.sign_in("other")
    assert client.post(f"{page}/decide", data={**told, "csrf_token": client.csrf(page)}).status_code == 303
    assert offered("other") == (False, False)


def test_the_undecided_are_listed_within_scope_page_after_page(college: College, clock: Any, made: Small, monkeypatch: Any) -> None:
    clock.at = build.JANUARY
    monkeypatch.setattr(queries, "SIZE", 2)
    with working(college, made.authority, write=False) as work:
        everybody, cursor = [], None
        while True:
            page = queries.incomplete(work, 2026, "open", cursor)
            everybody += [one.person_id for one in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert len(everybody) == len(set(everybody)) == 5  # the short one and the four who act, who have studied nothing
    assert made.met.id not in everybody
    with working(college, made.authority) as work:
        service.decide(work, made.short.id, 2026, Reason.EXEMPT, "产假")
        assert [one.person_id for one in queries.incomplete(work, 2026, "decided", None).items] == [made.short.id]
    with working(college, Actor(person_id=made.met.id, name="x", actions=made.authority.actions), write=False) as work:
        assert queries.incomplete(work, 2026, "open", None).items == ()
