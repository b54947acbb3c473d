"""The doors as pages: sign-in, account, password, sessions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.kernel.work import Actor, College, working
from app.people import service
from app.people.demo.cast import CAST, PASSWORD
from app.people.models import Account, SignIn
from tests.people import build

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def loaded(app: Flask) -> College:
    college: College = app.extensions["college"]
    build.load(college)
    return college


def post(client: Any, path: str, **fields: Any) -> Any:
    """Post a form with the token of the page one is on."""
    return client.post(path, data={**fields, "csrf_token": client.csrf("/sign-in" if path == "/sign-in" else "/account/sessions")})


def test_the_card_asks_for_name_and_password_and_nothing_else(client: Any, loaded: College) -> None:
    html = client.get("/sign-in").get_data(as_text=True)
    assert 'name="user_name"' in html
    assert 'autocomplete="current-password"' in html
    assert "登录" in html
    assert "style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


def test_whoever_signs_in_goes_where_he_wanted(client: Any, loaded: College) -> None:
    assert client.get("/account?x=1").headers["Location"] == "/sign-in?next=/account?x%3D1"
    answer = post(client, "/sign-in", user_name=" DIVISION ", password=PASSWORD, next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    page = client.get("/account").get_data(as_text=True)
    assert "陆知行" in page
    assert "449000********0031" in page
    assert client.get("/sign-in").headers["Location"] == "/"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "/a\r\nX: y", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_elsewhere(client: Any, loaded: College, target: str) -> None:
    answer = post(client, "/sign-in", user_name="division", password=PASSWORD, next=target)
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_under_the_field_and_nothing_else(client: Any, loaded: College) -> None:
    known = post(client, "/sign-in", user_name="division", password="nicht-Dieses-1")
    unknown = post(client, "/sign-in", user_name="nobody", password="nicht-Dieses-1")
    assert (known.status_code, unknown.status_code) == (401, 401)
    assert "用户名或密码不正确。" in known.get_data(as_text=True)
    strip = lambda answer: re.sub(r'(value|content)="[^"]*"', "", answer.get_data(as_text=True))  # noqa: E731  # names and tokens differ
    assert strip(known) == strip(unknown)
    assert "nicht-Dieses-1" not in known.get_data(as_text=True)


def test_a_locked_door_says_so_with_429_on_every_door(client: Any, loaded: College) -> None:
    for _ in range(5):
        assert post(client, "/sign-in", user_name="division", password="nicht-Dieses-1").status_code == 401
    locked = post(client, "/sign-in", user_name="division", password=PASSWORD)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "1800")
    assert "30 分钟" in locked.get_data(as_text=True)
    api = client.post("/api/v1/tokens", json={"username": "division", "password": PASSWORD})
    assert (api.status_code, api.headers["Retry-After"], api.json["code"]) == (429, "1800", "account_locked")


def test_empty_fields_are_told_by_field(client: Any, loaded: College) -> None:
    answer = post(client, "/sign-in", user_name="", password="")
    assert answer.status_code == 422
    assert "请输入用户名。" in answer.get_data(as_text=True)


def test_without_the_token_of_the_page_nobody_enters(client: Any, loaded: College) -> None:
    client.get("/sign-in")
    assert client.post("/sign-in", data={"user_name": "division", "password": PASSWORD}).status_code == 403


def test_signing_in_changes_the_session_and_signing_out_ends_it(client: Any, loaded: College) -> None:
    before = client.get("/sign-in").headers.get("Set-Cookie")
    answer = client.sign_in("division")
    cookie = answer.headers["Set-Cookie"]
    assert cookie != before
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/account").status_code == 200
    out = post(client, "/sign-out")
    assert out.headers["Location"] == "/sign-in"
    assert client.get("/account").status_code == 303
    client.set_cookie("college", re.findall(r"college=([^;]+)", cookie)[0])
    assert client.get("/account").status_code == 303


def test_demo_accounts_stand_on_the_card_in_the_demo_only(app: Flask, client: Any, loaded: College) -> None:
    assert "Study-2026-demo" not in client.get("/sign-in").get_data(as_text=True)
    object.__setattr__(loaded.settings, "app_env", "demo")
    page = client.get("/sign-in?next=/account").get_data(as_text=True)
    assert all(f">{member.user_name}</a>" in page for member in CAST)
    filled = client.get("/sign-in?as=division&next=/account").get_data(as_text=True)
    assert 'value="division"' in filled
    assert f'value="{PASSWORD}"' in filled
    assert 'value="/account"' in filled
    assert f'value="{PASSWORD}"' not in client.get("/sign-in?as=somebody").get_data(as_text=True)


def first_password(college: College, name: str) -> str:
    return service.issue_password(college, Actor.system("test"), name)


def test_an_initial_password_opens_nothing_but_its_change(client: Any, loaded: College) -> None:
    fresh = first_password(loaded, "division")
    answer = client.sign_in("division", fresh)
    assert answer.headers["Location"] == "/account/password"
    for path in ("/", "/account", "/account/sessions", "/courses"):
        page = client.get(path)
        assert (page.status_code, page.headers.get("Location")) == (303, "/account/password"), path
    api = client.get("/api/v1/tokens")
    assert (api.status_code, api.json["code"]) == (403, "password_change_required")
    form = client.get("/account/password").get_data(as_text=True)
    assert "请先设置自己的密码" in form
    token = client.csrf("/account/password")
    weak = client.post("/account/password", data={"present": fresh, "wanted": "kurz", "again": "kurz", "csrf_token": token})
    assert weak.status_code == 422
    assert "至少使用 10 个字符" in weak.get_data(as_text=True)
    good = client.post(
        "/account/password", data={"present": fresh, "wanted": "Neu-es-Wort-77", "again": "Neu-es-Wort-77", "csrf_token": token}
    )
    assert good.headers["Location"] == "/account/sessions"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"present": "nicht-Dieses-1"}, "当前密码不正确。"),
        ({"again": "Anders-es-Wort-7"}, "两次输入的新密码不一致。"),
        ({"wanted": "陆知行-Aa-2026-xx", "again": "陆知行-Aa-2026-xx"}, "密码中不要包含姓名"),
        ({"wanted": PASSWORD, "again": PASSWORD}, "该密码以前用过"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_told_by_field(client: Any, loaded: College, fields: dict[str, str], sentence: str) -> None:
    client.sign_in("division")
    answer = post(client, "/account/password", **{"present": PASSWORD, "wanted": "Neu-es-Wort-77", "again": "Neu-es-Wort-77", **fields})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def test_signing_in_again_ends_the_session_this_browser_had(client: Any, loaded: College) -> None:
    client.sign_in("division")
    token = client.csrf("/account")
    client.post("/sign-in", data={"user_name": "section", "password": PASSWORD, "csrf_token": token})
    assert "何若溪" in client.get("/account").get_data(as_text=True)
    with working(loaded, write=False) as work:
        assert [row is None for row in work.session.scalars(select(SignIn.revoked_at).order_by(SignIn.id))] == [False, True]


def test_one_signs_another_device_out_and_it_is_out_at_once(app: Flask, client: Any, loaded: College) -> None:
    client.sign_in("division")
    other = type(client)(app, app.response_class)
    other.sign_in("division")
    with working(loaded, write=False) as work:
        uids = list(work.session.scalars(select(SignIn.uid).order_by(SignIn.id)))
    html = client.get("/account/sessions").get_data(as_text=True)
    assert all(f"/account/sessions/{uid}/revoke" in html for uid in uids)
    assert html.count("本机") == 1
    assert post(client, f"/account/sessions/{uids[1]}/revoke").status_code == 303
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200
    assert post(client, f"/account/sessions/{uids[0]}/revoke").headers["Location"] == "/sign-in"
    assert client.get("/account").status_code == 303


def test_one_signs_all_others_out(app: Flask, client: Any, loaded: College) -> None:
    client.sign_in("division")
    other = type(client)(app, app.response_class)
    other.sign_in("division")
    token = client.post("/api/v1/tokens", json={"username": "division", "password": PASSWORD}).json["token"]
    post(client, "/account/sessions/revoke-others")
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert app.test_client().get("/api/v1/tokens", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_disabled_account_is_out_at_the_next_click(client: Any, loaded: College) -> None:
    client.sign_in("division")
    with working(loaded) as work:
        work.session.execute(update(Account).where(Account.user_name == "division").values(is_enabled=False))
    assert client.get("/account").status_code == 303
    assert client.get("/api/v1/tokens").status_code == 401


def test_every_account_page_is_a_page_and_counts_few_statements(client: Any, loaded: College) -> None:
    from sqlalchemy import event

    client.sign_in("engineer")
    found: list[str] = []
    event.listen(loaded.engine, "before_cursor_execute", lambda *rest: found.append(rest[2]))
    for path in ("/account", "/account/password", "/account/sessions"):
        found.clear()
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert len([one for one in found if one != "BEGIN"]) <= 10
        assert "<h1" in answer.get_data(as_text=True)


def test_in_english_the_pages_are_english(client: Any, loaded: College) -> None:
    client.sign_in("engineer")
    for path in ("/account", "/account/password", "/account/sessions"):
        text = re.sub(r"<[^>]*>", "", client.get(f"{path}?lang=en").get_data(as_text=True).partition("<main")[2].partition("</main>")[0])
        names = "".join(member.name for member in CAST) + "高级工程师、技术中心经理鹏城投资集团中文"
        assert not [sign for sign in text if "\u4e00" <= sign <= "\u9fff" and sign not in names], path


def test_sign_ins_are_rows_and_nothing_of_the_secret_is_kept(client: Any, loaded: College) -> None:
    client.sign_in("division")
    with client.session_transaction() as session:
        token = session["_user_id"]
    with working(loaded, write=False) as work:
        row = work.session.scalars(select(SignIn)).one()
        assert token not in repr(vars(row))
        assert work.session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_what_is_no_page_is_refused_without_a_cookie(client: Any, loaded: College) -> None:
    """A segment that a player asks for in vain puts no cookie over the one of whoever signs in beside it."""
    for wanted in ("*/*", "video/*", "image/avif,image/webp,*/*;q=0.8"):
        refused = client.get("/account", headers={"Accept": wanted})
        assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
        assert "Set-Cookie" not in refused.headers, wanted
    page = client.get("/not-here", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.mimetype) == (404, "text/html") and "Set-Cookie" in page.headers
