"""Officers' and other privileged roles are given by two officers, each role once, never to oneself (L3-SMC1)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app
from sqlalchemy import select

from app.kernel.errors import Conflict, Forbidden
from app.kernel.work import Actor, working
from app.people import service
from app.people.models import RoleGrant, RoleRequest
from app.people.service import accounts, requesting
from app.people.service.roles import charter
from tests.people import build


@pytest.fixture
def cast(college):
    return build.load(college).cast


def ask(college, cast, who="section", role="auditor", by="security"):
    with working(college, build.actor(college, cast[by])) as work:
        return service.ask_role(work, cast[who], role, "none").id


def test_the_roles_that_need_two_are_the_three_officers_and_city_policy(college):
    known = charter(college.settings.content_dir).roles
    assert {name for name, role in known.items() if role.two_persons} == {"sys_admin", "security_admin", "auditor", "city_policy"}


@pytest.mark.parametrize("role", ["sys_admin", "security_admin", "auditor", "city_policy"])
def test_one_officer_alone_gives_none_of_them(college, cast, role):
    with pytest.raises(accounts.SecondOfficerNeeded), working(college, build.actor(college, cast["security"])) as work:
        service.grant_role(work, cast["section"], role, "none")
    ask(college, cast, role=role)
    assert role not in build.actor(college, cast["section"]).roles


def test_a_second_officer_confirms_and_both_are_on_record(college, cast):
    wanted = ask(college, cast)
    with working(college, build.actor(college, cast["sysadmin"])) as work:
        assert service.confirm_role(work, wanted).granted_by == cast["security"]
    assert "auditor" in build.actor(college, cast["section"]).roles
    with working(college, Actor.system("test"), write=False) as work:
        row = work.session.get_one(RoleRequest, wanted)
        assert (row.state, row.asked_by, row.decided_by) == ("granted", cast["security"], cast["sysadmin"])


def test_who_asked_does_not_confirm_and_nobody_confirms_his_own(college, cast):
    with pytest.raises(accounts.NotOneself):
        ask(college, cast, who="security")
    wanted = ask(college, cast)
    with pytest.raises(accounts.NotOneself), working(college, build.actor(college, cast["security"])) as work:
        service.confirm_role(work, wanted)
    with working(college, Actor.system("test")) as work:
        own = RoleRequest(person_id=cast["sysadmin"], role="city_policy", jurisdiction="none", asked_by=cast["security"], asked_at=work.now)
        work.session.add(own)
        work.session.flush()
        own_id = own.id
    for verb in (service.confirm_role, service.refuse_role):
        with pytest.raises(accounts.NotOneself), working(college, build.actor(college, cast["sysadmin"])) as work:
            verb(work, own_id)


@pytest.mark.parametrize("who", ["city", "auditor", "section", "personnel"])
def test_nobody_but_the_two_officers_decides(college, cast, who):
    wanted = ask(college, cast)
    for verb in (service.confirm_role, service.refuse_role):
        with pytest.raises(Forbidden), working(college, build.actor(college, cast[who])) as work:
            verb(work, wanted)


def test_what_is_refused_or_asked_twice_grants_nothing(college, cast):
    wanted = ask(college, cast)
    with pytest.raises(requesting.AskedAlready):
        ask(college, cast)
    with working(college, build.actor(college, cast["sysadmin"])) as work:
        service.refuse_role(work, wanted)
    with pytest.raises(requesting.RequestDecided), working(college, build.actor(college, cast["sysadmin"])) as work:
        service.confirm_role(work, wanted)
    assert "auditor" not in build.actor(college, cast["section"]).roles
    assert ask(college, cast) != wanted


def test_it_is_checked_anew_when_it_is_confirmed(college, cast):
    """A business role given meanwhile excludes the officer's."""
    wanted = ask(college, cast)
    with working(college, build.actor(college, cast["security"])) as work:
        service.grant_role(work, cast["section"], "unit_admin", "unit_subtree")
    with pytest.raises(accounts.RolesExclude), working(college, build.actor(college, cast["sysadmin"])) as work:
        service.confirm_role(work, wanted)
    with working(college, Actor.system("test"), write=False) as work:
        assert work.session.get_one(RoleRequest, wanted).state == "open"


def test_a_plain_role_is_not_asked_for(college, cast):
    with pytest.raises(requesting.NotPrivileged):
        ask(college, cast, role="unit_admin")


def test_eight_confirmations_at_once_make_one_grant(college, cast):
    wanted, officer, app = ask(college, cast), build.actor(college, cast["sysadmin"]), current_app._get_current_object()

    def confirm(_n):
        with app.app_context():
            try:
                with working(college, officer) as work:
                    return bool(service.confirm_role(work, wanted).id)
            except Conflict as refusal:
                return refusal.code

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(confirm, range(8)))
    assert got.count(True) == 1 and set(got) - {True} == {"role_request_decided"}
    with working(college, Actor.system("test"), write=False) as work:
        held = select(RoleGrant.id).where(RoleGrant.person_id == cast["section"], RoleGrant.role == "auditor")
        assert len(work.session.scalars(held).all()) == 1


def test_the_pages_ask_and_confirm(client, college, cast):
    from tests.people.test_manage_accounts import address, press

    client.sign_in("security")
    there = address(college, "section")
    assert press(client, f"{there}/roles", role="auditor", jurisdiction="none").status_code == 303
    assert "待第二名管理员确认" in client.get(there).get_data(as_text=True)
    page = client.get("/manage/role-requests").get_data(as_text=True)
    assert 'value="confirm"' not in page and 'value="refuse"' in page
    client.sign_in("sysadmin")
    page = client.get("/manage/role-requests").get_data(as_text=True)
    target = re.search(r"/manage/role-requests/\d+", page)
    answer = client.post(target[0], data={"verb": "confirm", "csrf_token": client.csrf("/account")})
    assert answer.status_code == 303 and "auditor" in build.actor(college, cast["section"]).roles
