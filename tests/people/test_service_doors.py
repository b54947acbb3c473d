"""Signing in: locks shared by all doors, sessions that end at once, hashes that are renewed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, func, select, update

from app.kernel.clock import StoppedClock
from app.kernel.errors import Conflict, NotFound, Unavailable
from app.kernel.web import Credentials
from app.kernel.work import Actor, College, working
from app.people import service
from app.people.demo.cast import PASSWORD
from app.people.models import Account, ApiToken, DoorWatch, OldPassword, RoleGrant, SignIn
from app.people.service import doors, passwords, watch
from app.people.service.doors import WrongCredentials
from app.people.service.watch import DoorLocked, TooFast
from tests.people import build

BROWSER = Actor(ip="10.0.0.9", device="Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/126.0 Safari/537.36")


@pytest.fixture
def loaded(college: College) -> College:
    build.load(college)
    return college


def guess(college: College, name: str = "section", password: str = "wrong-Wrong-1", door: str = "page", ip: str = "10.0.0.9") -> str:
    """One attempt at one door; the code of the answer."""
    enter = {"page": doors.sign_in, "api": doors.open_token}[door]
    try:
        enter(college, replace(BROWSER, ip=ip), name, password)
    except (WrongCredentials, DoorLocked, TooFast) as refusal:
        return refusal.code
    return "in"


def who(college: College, token: str, *, bearer: bool = False) -> Actor | None:
    """Whom a cookie or bearer token opens the door to."""
    credentials = Credentials("" if bearer else token, token if bearer else "", BROWSER.device, BROWSER.ip)
    with working(college, write=False) as work:
        return service.identify(work, credentials)


def test_five_failures_at_any_doors_lock_all_of_them_for_thirty_minutes(loaded: College, clock: StoppedClock) -> None:
    assert [guess(loaded, door=door) for door in ("page", "api", "page", "api", "page")] == ["wrong_credentials"] * 5
    assert guess(loaded, password=PASSWORD, door="page") == "account_locked"
    assert guess(loaded, password=PASSWORD, door="api") == "account_locked"
    assert guess(loaded, "SECTION ", PASSWORD) == "account_locked"
    assert guess(loaded, "division", PASSWORD) == "in"
    clock.at += timedelta(minutes=29)
    assert guess(loaded, password=PASSWORD) == "account_locked"
    clock.at += timedelta(minutes=1)
    assert guess(loaded, password=PASSWORD) == "in"


def test_a_lock_says_how_long(loaded: College, clock: StoppedClock) -> None:
    for _ in range(5):
        guess(loaded)
    clock.at += timedelta(minutes=10, seconds=30)
    with pytest.raises(DoorLocked) as refusal:
        doors.sign_in(loaded, BROWSER, "section", PASSWORD)
    assert refusal.value.retry_after == 19 * 60 + 30


def test_success_forgets_the_failures_before_it(loaded: College) -> None:
    for _ in range(3):
        assert [guess(loaded) for _ in range(4)] == ["wrong_credentials"] * 4
        assert guess(loaded, password=PASSWORD) == "in"


def test_a_name_that_nobody_bears_is_locked_in_the_same_way(loaded: College) -> None:
    assert [guess(loaded, "nobody-here") for _ in range(6)] == ["wrong_credentials"] * 5 + ["account_locked"]


def test_an_address_that_tries_many_names_is_slowed_down(loaded: College, clock: StoppedClock) -> None:
    answers = [guess(loaded, f"name{n}") for n in range(25)]
    assert answers[:21] == ["wrong_credentials"] * 21
    assert "too_many_failures" in answers[21:]
    assert guess(loaded, "city", PASSWORD) == "too_many_failures"
    assert guess(loaded, "city", PASSWORD, ip="10.0.0.10") == "in"
    clock.at += timedelta(minutes=16)
    assert guess(loaded, "city", PASSWORD) == "in"


def test_guesses_sent_at_once_are_worth_no_more_than_guesses_sent_in_turn(loaded: College) -> None:
    answers: list[str] = []
    tries = [threading.Thread(target=lambda n=n: answers.append(guess(loaded, ip=f"10.1.0.{n}"))) for n in range(12)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert set(answers) <= {"wrong_credentials", "account_locked"}
    assert answers.count("wrong_credentials") == 5
    assert guess(loaded, password=PASSWORD) == "account_locked"
    with working(loaded, write=False) as work:
        assert work.session.scalar(select(func.max(DoorWatch.failures)).where(DoorWatch.subject.startswith("name:"))) == 5


def test_the_right_password_after_the_fifth_failure_was_counted_is_refused(loaded: College, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the lock falls while the right password is being hashed."""
    honest = doors.matches

    def slow(kept: str | None, password: str) -> bool:
        right = honest(kept, password)
        if password == PASSWORD:
            for _ in range(5):
                guess(loaded)
        return right

    monkeypatch.setattr(doors, "matches", slow)
    assert guess(loaded, password=PASSWORD) == "account_locked"


def test_a_try_waits_for_the_one_that_is_being_counted_at_the_same_moment(loaded: College) -> None:
    """On PostgreSQL, where two write at once, the right password must not slip in beside the fifth failure."""
    assert [guess(loaded) for _ in range(4)] == ["wrong_credentials"] * 4
    answers: list[str] = []
    other = threading.Thread(target=lambda: answers.append(guess(loaded, password=PASSWORD, ip="10.1.0.1")))
    with working(loaded, BROWSER) as work:
        watch.refuse_if_shut_now(work, "section")
        watch.count_failure(work, "section")
        other.start()
        other.join(timeout=1)
        assert answers == [], "it waits until the failure stands"
    other.join()
    assert answers == ["account_locked"]


def test_unknown_names_cost_the_same_hash(loaded: College, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []
    honest = passwords.matches
    monkeypatch.setattr(doors, "matches", lambda kept, password: seen.append(kept) or honest(kept, password))
    guess(loaded, "nobody-here")
    guess(loaded, "section")
    assert seen[0] is None
    assert seen[1] is not None
    assert not passwords.matches(None, "")


@pytest.mark.parametrize("change", [{"is_enabled": False}, {"password_hash": None}])
def test_a_disabled_account_or_one_without_password_is_as_wrong_as_any(loaded: College, change: dict[str, object]) -> None:
    with working(loaded) as work:
        work.session.execute(update(Account).where(Account.user_name == "section").values(**change))
    assert guess(loaded, password=PASSWORD) == "wrong_credentials"


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(loaded: College) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with working(loaded) as work:
        work.session.execute(update(Account).where(Account.user_name == "section").values(password_hash=old))
    assert guess(loaded, password=PASSWORD) == "in"
    with working(loaded, write=False) as work:
        kept = work.session.scalar(select(Account.password_hash).where(Account.user_name == "section"))
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_session_knows_its_person_device_and_roles(loaded: College) -> None:
    token = doors.sign_in(loaded, BROWSER, "city", PASSWORD).token
    actor = who(loaded, token)
    assert actor is not None
    assert actor.device == "Chrome · Windows"
    assert {"organization_dept", "city_policy", "cadre"} == actor.roles
    assert {"claims.certify", "learning.study", "reports.city"} <= actor.actions
    assert not actor.must_change_password
    with working(loaded, write=False) as work:
        kept = work.session.scalars(select(SignIn)).one()
        assert token not in (kept.token_hash, str(kept.uid))


@pytest.mark.parametrize("bearer", [False, True])
def test_whatever_ends_a_session_shows_at_the_next_request(loaded: College, bearer: bool) -> None:
    """ATK-A30: signed out, password changed, account disabled, person gone."""
    enter = doors.open_token if bearer else doors.sign_in

    def opened() -> str:
        token = enter(loaded, BROWSER, "section", PASSWORD).token
        assert who(loaded, token, bearer=bearer) is not None
        return token

    first = opened()
    actor = who(loaded, first, bearer=bearer)
    assert actor is not None
    with working(loaded, actor) as work:
        doors.sign_out(work)
    assert who(loaded, first, bearer=bearer) is None

    second = opened()
    with working(loaded, Actor.system("test")) as work:
        service.set_enabled(work, service.account_named(work, "section"), enabled=False)
    assert who(loaded, second, bearer=bearer) is None
    with working(loaded, Actor.system("test")) as work:
        service.set_enabled(work, service.account_named(work, "section"), enabled=True)
    assert who(loaded, second, bearer=bearer) is None


def test_a_changed_password_ends_all_other_doors_and_keeps_this_one(loaded: College) -> None:
    here, there = (doors.sign_in(loaded, BROWSER, "section", PASSWORD).token for _ in range(2))
    program = doors.open_token(loaded, BROWSER, "section", PASSWORD).token
    actor = who(loaded, here)
    assert actor is not None
    passwords.change_password(loaded, actor, PASSWORD, "Neu-es-Wort-77")
    assert who(loaded, here) is not None
    assert who(loaded, there) is None
    assert who(loaded, program, bearer=True) is None
    assert guess(loaded, password=PASSWORD) == "wrong_credentials"
    assert guess(loaded, password="Neu-es-Wort-77") == "in"


def test_a_withdrawn_role_is_gone_at_the_next_request(loaded: College) -> None:
    token = doors.sign_in(loaded, BROWSER, "reviewer", PASSWORD).token
    actor = who(loaded, token)
    assert actor is not None and "catalogue.publish" in actor.actions
    with working(loaded, Actor.system("test")) as work:
        held = work.session.scalars(select(RoleGrant).where(RoleGrant.person_id == actor.person_id)).one()
        service.withdraw_role(work, held.person_id, held.id)
    again = who(loaded, token)
    assert again is not None and "catalogue.publish" not in again.actions


@pytest.mark.parametrize(("name", "minutes"), [("section", 30), ("security", 15), ("city", 15)])
def test_sessions_idle_out_sooner_for_administrators(loaded: College, clock: StoppedClock, name: str, minutes: int) -> None:
    token = doors.sign_in(loaded, BROWSER, name, PASSWORD).token
    clock.at += timedelta(minutes=minutes)
    assert who(loaded, token) is not None
    clock.at += timedelta(minutes=minutes + 6)
    assert who(loaded, token) is None


def test_a_session_in_use_lives_twelve_hours_and_writes_every_five_minutes(loaded: College, clock: StoppedClock) -> None:
    token = doors.sign_in(loaded, BROWSER, "section", PASSWORD).token
    seen = set()
    for _ in range(36):
        clock.at += timedelta(minutes=20)
        assert who(loaded, token) is not None
        assert who(loaded, token) is not None
        with working(loaded, write=False) as work:
            seen.add(work.session.scalar(select(SignIn.last_seen_at)))
    assert len(seen) == 36
    clock.at += timedelta(minutes=1)
    assert who(loaded, token) is None


def test_within_five_minutes_reading_writes_nothing(loaded: College, clock: StoppedClock) -> None:
    token = doors.sign_in(loaded, BROWSER, "section", PASSWORD).token
    begun = clock.at
    clock.at += timedelta(minutes=4, seconds=59)
    assert who(loaded, token) is not None
    with working(loaded, write=False) as work:
        assert work.session.scalar(select(SignIn.last_seen_at)) == begun


def test_tokens_end_after_twelve_hours(loaded: College, clock: StoppedClock) -> None:
    opened = doors.open_token(loaded, BROWSER, "section", PASSWORD)
    assert opened.expires_at == clock.at + timedelta(hours=12)
    clock.at += timedelta(hours=12)
    assert who(loaded, opened.token, bearer=True) is None


def test_nobody_revokes_another_persons_doors(loaded: College) -> None:
    doors.sign_in(loaded, BROWSER, "section", PASSWORD)
    doors.open_token(loaded, BROWSER, "section", PASSWORD)
    actor = who(loaded, doors.sign_in(loaded, BROWSER, "division", PASSWORD).token)
    assert actor is not None
    with working(loaded, write=False) as work:
        session = work.session.scalars(select(SignIn.uid).order_by(SignIn.id)).first()
        token = work.session.scalars(select(ApiToken.uid)).one()
    assert session is not None
    with working(loaded, actor) as work:
        with pytest.raises(NotFound):
            doors.revoke_session(work, session)
        with pytest.raises(NotFound):
            doors.revoke_token(work, token)


@pytest.mark.parametrize(
    ("present", "wanted", "code"),
    [
        ("nicht-Dieses-1", "Neu-es-Wort-77", "wrong_password"),
        (PASSWORD, "kurz-A1", "weak_password"),
        (PASSWORD, "He-ruoxi-section-1", "weak_password"),
        (PASSWORD, PASSWORD, "password_used_before"),
    ],
)
def test_a_password_that_cannot_be_is_refused_by_code(loaded: College, present: str, wanted: str, code: str) -> None:
    actor = who(loaded, doors.sign_in(loaded, BROWSER, "section", PASSWORD).token)
    assert actor is not None
    with pytest.raises(passwords.Invalid) as refusal:
        passwords.change_password(loaded, actor, present, wanted)
    assert refusal.value.code == code
    assert guess(loaded, password=PASSWORD) == "in"


def test_guessing_the_present_password_shuts_the_same_door(loaded: College, clock: StoppedClock) -> None:
    """THR-T22: a stolen session is no way round the lock-out, and the change counts with the page and the API."""
    actor = who(loaded, doors.sign_in(loaded, BROWSER, "section", PASSWORD).token)
    assert actor is not None
    assert [guess(loaded, door=door) for door in ("page", "api")] == ["wrong_credentials"] * 2
    for number in range(3):
        with pytest.raises(passwords.WrongPassword):
            passwords.change_password(loaded, actor, f"falsch-Ja-{number}", "Neu-es-Wort-77")
    with pytest.raises(DoorLocked):
        passwords.change_password(loaded, actor, PASSWORD, "Neu-es-Wort-77")
    assert guess(loaded, password=PASSWORD) == "account_locked"
    assert guess(loaded, "division", PASSWORD) == "in"
    clock.at += timedelta(minutes=30)
    passwords.change_password(loaded, actor, PASSWORD, "Neu-es-Wort-77")
    assert guess(loaded, password="Neu-es-Wort-77") == "in"


def test_the_last_five_passwords_are_not_taken_again(loaded: College) -> None:
    words = [PASSWORD, *(f"Neu-es-Wort-7{n}" for n in range(6))]
    actor = who(loaded, doors.sign_in(loaded, BROWSER, "section", PASSWORD).token)
    assert actor is not None
    for old, new in pairwise(words):
        passwords.change_password(loaded, actor, old, new)
    with pytest.raises(passwords.UsedBefore):
        passwords.change_password(loaded, actor, words[-1], words[-4])
    passwords.change_password(loaded, actor, words[-1], words[0])
    with working(loaded, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(OldPassword)) == 5


def test_two_changes_at_once_let_one_win(loaded: College, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = who(loaded, doors.sign_in(loaded, BROWSER, "section", PASSWORD).token)
    assert actor is not None
    honest = passwords.hashed

    def raced(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", honest)
        passwords.change_password(loaded, actor, PASSWORD, "Ein-and-res-99")
        return honest(password)

    monkeypatch.setattr(passwords, "hashed", raced)
    with pytest.raises(Conflict):
        passwords.change_password(loaded, actor, PASSWORD, "Neu-es-Wort-77")
    assert guess(loaded, password="Ein-and-res-99") == "in"


def test_one_hash_at_a_time_and_whoever_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_FOR_SLOT", 0.05)
    with passwords.hash_slot(), pytest.raises(Unavailable):
        passwords.hashed("anything")


def test_a_first_password_must_be_changed_and_is_told_once(loaded: College) -> None:
    for _ in range(5):
        guess(loaded)
    fresh = service.issue_password(loaded, Actor.system("test"), " Section")
    opened = doors.sign_in(loaded, BROWSER, "section", fresh)
    assert opened.must_change_password
    actor = who(loaded, opened.token)
    assert actor is not None and actor.must_change_password
    passwords.change_password(loaded, actor, fresh, "Neu-es-Wort-77")
    again = who(loaded, opened.token)
    assert again is not None and not again.must_change_password


def test_mlps3_asks_for_a_new_password_after_ninety_days(loaded: College, clock: StoppedClock) -> None:
    strict = replace(loaded.settings, account_profile="mlps3")
    clock.at += timedelta(days=91)
    token = doors.sign_in(loaded, BROWSER, "section", PASSWORD).token
    for settings, asked in ((loaded.settings, False), (strict, True)):
        with working(loaded, write=False) as work:
            work.college = replace(loaded, settings=settings)
            actor = service.identify(work, Credentials(token, "", "", ""))
            assert actor is not None
            assert actor.must_change_password is asked


def test_who_is_behind_a_request_is_found_with_his_roles_in_one_statement(loaded: College, statements: list[str]) -> None:
    token = doors.sign_in(loaded, BROWSER, "city", PASSWORD).token
    statements.clear()
    found = who(loaded, token) or Actor()
    assert [statement[:6] for statement in statements if statement != "BEGIN"] == ["SELECT"]
    with working(loaded, write=False) as work:
        same = service.actor_for(work, found.person_id or 0)
    assert (found.roles, set(found.grants)) == (same.roles, set(same.grants))


@pytest.fixture
def statements(college: College) -> Iterator[list[str]]:
    """Every statement the engine is given."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(college.engine, "before_cursor_execute", note)
    yield found
    event.remove(college.engine, "before_cursor_execute", note)
