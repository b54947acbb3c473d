"""The security officer's pages: first passwords, locks, roles; never his own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.kernel.paging import SIZE
from app.kernel.work import College, working
from app.people.demo.cast import CAST, PASSWORD
from app.people.models import Account, Person, RoleGrant
from tests.people import build
from tests.people.test_service_doors import guess

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def loaded(app: Flask) -> College:
    college: College = app.extensions["college"]
    build.load(college)
    return college


def address(college: College, user_name: str) -> str:
    with working(college, write=False) as work:
        uid = work.session.scalars(select(Person.uid).join(Account).where(Account.user_name == user_name)).one()
    return f"/manage/accounts/{uid}"


def press(client: Any, path: str, **fields: str) -> Any:
    return client.post(path, data={**fields, "csrf_token": client.csrf("/manage/accounts")})


def test_accounts_are_listed_and_found(client: Any, loaded: College) -> None:
    client.sign_in("security")
    every = client.get("/manage/accounts").get_data(as_text=True)
    assert re.findall(r'class="who"[^>]*>([^<]+)<', every) == sorted(re.findall(r'class="who"[^>]*>([^<]+)<', every))
    further = client.get(re.findall(r'href="(/manage/accounts\?page=[^"]+)"', every)[0]).get_data(as_text=True)
    assert [listed.count('class="who"') for listed in (every, further)] == [SIZE, len(CAST) - SIZE]
    for words in ("SECTION", "若溪"):
        assert re.findall(r'class="who"[^>]*>([^<]+)<', client.get(f"/manage/accounts?q={words}").get_data(as_text=True)) == ["section"]


@pytest.mark.parametrize("who", ["city", "sysadmin", "auditor", "section"])
def test_nobody_else_sees_them(client: Any, loaded: College, who: str) -> None:
    client.sign_in(who)
    assert client.get("/manage/accounts").status_code == 403
    assert press(client, f"{address(loaded, 'section')}/password").status_code == 403


def test_a_first_password_is_shown_once_and_opens_the_door(app: Flask, client: Any, loaded: College) -> None:
    client.sign_in("security")
    shown = press(client, f"{address(loaded, 'section')}/password").get_data(as_text=True)
    fresh = re.findall(r'data-copy="([^"]+)"', shown)[0]
    assert fresh not in client.get(address(loaded, "section")).get_data(as_text=True)
    assert guess(loaded, password=PASSWORD) == "wrong_credentials"
    assert guess(loaded, password=fresh) == "in"
    assert "初始密码未修改" in client.get(address(loaded, "section")).get_data(as_text=True)


def test_a_lock_is_seen_and_opened(client: Any, loaded: College) -> None:
    for _ in range(5):
        guess(loaded)
    client.sign_in("security")
    assert "已锁定" in client.get(address(loaded, "section")).get_data(as_text=True)
    assert press(client, f"{address(loaded, 'section')}/unlock").status_code == 303
    assert guess(loaded, password=PASSWORD) == "in"


def test_a_disabled_account_is_shut_until_it_is_enabled(client: Any, loaded: College) -> None:
    client.sign_in("security")
    press(client, f"{address(loaded, 'section')}/enabled")
    assert guess(loaded, password=PASSWORD) == "wrong_credentials"
    press(client, f"{address(loaded, 'section')}/enabled", enabled="1")
    assert guess(loaded, password=PASSWORD) == "in"


def test_roles_are_granted_and_withdrawn_on_the_page(client: Any, loaded: College) -> None:
    client.sign_in("security")
    path = address(loaded, "section")
    assert press(client, f"{path}/roles", role="unit_admin", jurisdiction="unit_subtree").status_code == 303
    assert "单位培训管理员" in client.get(path).get_data(as_text=True)
    again = press(client, f"{path}/roles", role="unit_admin", jurisdiction="unit_subtree")
    assert again.status_code == 422
    assert "已在此管理权限内担任该角色" in again.get_data(as_text=True)
    excluded = press(client, f"{path}/roles", role="auditor", jurisdiction="none")
    assert "不能与“单位培训管理员”兼任" in excluded.get_data(as_text=True)
    assert press(client, f"{path}/roles", role="emperor", jurisdiction="none").status_code == 422
    with working(loaded, write=False) as work:
        grant = work.session.scalars(select(RoleGrant.id).order_by(RoleGrant.id.desc())).first()
    assert press(client, f"{path}/roles/{grant}/withdraw").status_code == 303
    assert press(client, f"{path}/roles/{grant}/withdraw").status_code == 409


def test_an_officer_finds_no_buttons_on_his_own_account(client: Any, loaded: College) -> None:
    client.sign_in("security")
    path = address(loaded, "security")
    html = client.get(path).get_data(as_text=True)
    assert "须由另一名管理员办理" in html
    assert f"{path}/password" not in html
    for act in ("password", "unlock", "enabled"):
        assert press(client, f"{path}/{act}").status_code == 403
    assert press(client, f"{path}/roles", role="auditor", jurisdiction="none").status_code == 403


def newcomer(college: College) -> Person:
    """Somebody of the roll who has no account."""
    with working(college, write=False) as work:
        return work.session.scalars(select(Person).where(Person.id.not_in(select(Account.person_id))).order_by(Person.id).limit(1)).one()


def test_somebody_of_the_roll_gets_an_account_a_first_password_and_comes_in(client: Any, loaded: College) -> None:
    person = newcomer(loaded)
    client.sign_in("security")
    page = client.get(f"/manage/accounts?q={person.name}").get_data(as_text=True)
    assert "尚无账号" in page and str(person.uid) in page and "没有符合条件的账号" not in page
    assert str(person.uid) not in client.get("/manage/accounts").get_data(as_text=True)
    opened = press(client, f"/manage/accounts?q={person.name}", person=str(person.uid), user_name="Xin.Ren")
    assert (opened.status_code, opened.headers["Location"]) == (303, f"/manage/accounts/{person.uid}")
    shown = press(client, f"/manage/accounts/{person.uid}/password").get_data(as_text=True)
    assert guess(loaded, "xin.ren", password=re.findall(r'data-copy="([^"]+)"', shown)[0]) == "in"
    assert str(person.uid) not in "".join(
        re.findall(r'name="person" value="[^"]+"', client.get(f"/manage/accounts?q={person.name}").get_data(as_text=True))
    )


@pytest.mark.parametrize(("user_name", "sentence"), [("", "请填写用户名"), ("SECTION", "用户名已被使用"), ("two words", "空格")])
def test_a_user_name_that_cannot_be_is_said_beside_the_person(client: Any, loaded: College, user_name: str, sentence: str) -> None:
    person = newcomer(loaded)
    client.sign_in("security")
    answer = press(client, f"/manage/accounts?q={person.name}", person=str(person.uid), user_name=user_name)
    assert answer.status_code == 422 and sentence in answer.get_data(as_text=True)
    assert newcomer(loaded).id == person.id


def test_nobody_else_opens_accounts_and_nobody_without_a_place_gets_one(client: Any, loaded: College) -> None:
    client.sign_in("city")
    assert press(client, "/manage/accounts", person=str(newcomer(loaded).uid), user_name="a1").status_code == 403
    client.sign_in("security")
    for person in ("", "x", "00000000-0000-7000-8000-000000000000"):
        assert press(client, "/manage/accounts", person=person, user_name="a1").status_code == 404
