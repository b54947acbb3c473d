"""What officers may do for accounts, and never for themselves; roles that exclude one another."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.kernel.clock import civil
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.work import Actor, College, working
from app.people import service
from app.people.models import Account, Person, RoleGrant
from app.people.service import accounts, roles, sealing
from app.people.service.identity import DEPUTY
from app.people.service.roles import BadRoles, charter
from tests.people import build

CONTENT = Path("content")


@pytest.fixture
def cast(college: College) -> dict[str, int]:
    return build.load(college).cast


def test_an_officer_resets_others_and_never_himself(college: College, cast: dict[str, int]) -> None:
    officer = build.actor(college, cast["security"])
    assert len(service.issue_password(college, officer, "section")) == 17
    with pytest.raises(accounts.NotOneself):
        service.issue_password(college, officer, "security")
    with pytest.raises(NotFound):
        service.issue_password(college, officer, "nobody")
    with working(college, officer) as work, pytest.raises(accounts.NotOneself):
        service.grant_role(work, cast["security"], "auditor", "none")


def test_without_the_action_nobody_touches_accounts(college: College, cast: dict[str, int]) -> None:
    for name in ("city", "sysadmin", "auditor", "section"):
        with pytest.raises(Forbidden):
            service.issue_password(college, build.actor(college, cast[name]), "division")


@pytest.mark.parametrize(
    ("who", "role"), [("auditor", "sys_admin"), ("sysadmin", "security_admin"), ("city", "auditor"), ("sysadmin", "reviewer")]
)
def test_officers_exclude_one_another_and_all_business_roles(college: College, cast: dict[str, int], who: str, role: str) -> None:
    with working(college, Actor.system("test")) as work, pytest.raises(accounts.RolesExclude):
        service.grant_role(work, cast[who], role, "none")


@pytest.mark.parametrize(("days", "excludes"), [(0, True), (30, True), (-1, False)])
def test_what_is_lent_for_a_while_excludes_an_office_until_its_last_day(
    college: College, cast: dict[str, int], days: int, excludes: bool
) -> None:
    with working(college, Actor.system("test")) as work:
        day = civil(work.now).date()
        work.session.add(
            RoleGrant(person_id=cast["section"], role=DEPUTY, jurisdiction="city", unit_id=None, from_on=day - timedelta(days=10),
                      to_on=day + timedelta(days=days), granted_by=cast["city"])
        )  # fmt: skip
        work.session.flush()
        with pytest.raises(accounts.RolesExclude) if excludes else nullcontext():
            service.grant_role(work, cast["section"], "auditor", "none")


def test_a_role_is_granted_from_today_and_withdrawn_at_once(college: College, cast: dict[str, int]) -> None:
    with working(college, build.actor(college, cast["security"])) as work:
        grant = service.grant_role(work, cast["section"], "unit_admin", "unit_subtree")
        assert grant.granted_by == cast["security"]
    assert "people.see" in build.actor(college, cast["section"]).actions
    with working(college, build.actor(college, cast["security"])) as work:
        with pytest.raises(Conflict):
            service.withdraw_role(work, cast["division"], grant.id)
        service.withdraw_role(work, cast["section"], grant.id)
        with pytest.raises(Conflict):
            service.withdraw_role(work, cast["section"], grant.id)
    assert "people.see" not in build.actor(college, cast["section"]).actions
    with working(college, build.actor(college, cast["security"])) as work:
        service.grant_role(work, cast["section"], "unit_admin", "unit_subtree")
        with pytest.raises(accounts.AlreadyHeld):
            service.grant_role(work, cast["section"], "unit_admin", "unit_subtree")


@pytest.mark.parametrize(("role", "jurisdiction"), [("emperor", "city"), ("unit_admin", "galaxy"), ("cadre", "self")])
def test_a_role_that_is_not_is_refused(college: College, cast: dict[str, int], role: str, jurisdiction: str) -> None:
    with working(college, Actor.system("test")) as work, pytest.raises(accounts.UnknownRole):
        service.grant_role(work, cast["section"], role, jurisdiction)


def test_a_grant_may_start_from_another_unit_than_ones_own(college: College, cast: dict[str, int]) -> None:
    with working(college, Actor.system("test")) as work:
        unit = work.session.scalars(select(accounts.Unit).where(accounts.Unit.name_zh == "市人事局")).one()
        service.grant_role(work, cast["division"], "unit_admin", "unit_subtree", unit)
    with working(college, build.actor(college, cast["division"]), write=False) as work:
        assert service.may_over(work, "people.see", cast["personnel"])
        assert not service.may_over(work, "people.see", cast["section"])


def test_an_account_is_opened_once_under_one_spelling(college: College, cast: dict[str, int]) -> None:
    with working(college, Actor.system("test")) as work:
        someone = work.session.scalars(select(Person.uid).where(Person.id.not_in(select(Account.person_id))).limit(2)).all()
        opened = service.open_account(work, someone[0], " Zhang.San ")
        assert (opened.user_name, opened.must_change, opened.password_hash) == ("zhang.san", True, None)
        for person, name in ((someone[0], "other"), (someone[1], "ZHANG.SAN"), (someone[1], "section")):
            with pytest.raises(accounts.UserNameTaken):
                service.open_account(work, person, name)
        with pytest.raises(Invalid):
            service.open_account(work, someone[1], "two words")


def test_the_shipped_roles_and_jurisdictions_can_be_read() -> None:
    known = charter(CONTENT)
    assert {"cadre", "instructor", "reviewer", "unit_admin", "organization_dept", "personnel", "finance", "school"} <= set(known.roles)
    assert {role.name for role in known.roles.values() if role.officer} == {"sys_admin", "security_admin", "auditor"}
    assert {"self", "unit_subtree", *(f"J{n}" for n in range(1, 10))} <= set(known.jurisdictions)
    assert [role.name for role in known.everyones] == ["cadre"]
    business = {"claims.certify", "people.see", "ledger.adjust", "catalogue.author"}
    assert not any(known.roles[name].actions & business for name in ("sys_admin", "security_admin", "auditor"))


ROLE = '[a]\ntitle="甲"\ntitle_en="A"\nactions=["x.y"]\n'


@pytest.mark.parametrize(
    ("toml", "yaml", "words"),
    [
        ("[a", "{}", "roles.toml"),
        (ROLE + 'colour="red"\n', "{}", "colour"),
        ('[a]\ntitle="甲"\ntitle_en="A"\nactions="x.y"\n', "{}", "actions"),
        ('[a]\nactions=["x.y"]\n', "{}", "title"),
        (ROLE, "a: [", "jurisdictions.yaml"),
        (ROLE, "a: 1", "jurisdictions.yaml"),
        (ROLE, "a: {predicate: {tag: 1}}", "a.tag"),
        (ROLE, "a: {predicate: {tag: t}, kinds: book}", "a.kinds"),
        (ROLE, "a: {predicate: {tag: t}, kinds: []}", "a.kinds"),
    ],
)
def test_files_that_cannot_be_read_are_refused_by_place(tmp_path: Path, toml: str, yaml: str, words: str) -> None:
    (tmp_path / "roles.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "jurisdictions.yaml").write_text(yaml, encoding="utf-8")
    with pytest.raises(BadRoles) as refusal:
        roles.charter(tmp_path)
    assert words in str(refusal.value)


def test_a_sealed_number_opens_with_its_secret_only_and_shows_a_touched_byte() -> None:
    here, there = sealing.Seal("a" * 40), sealing.Seal("b" * 40)
    stored = here.closed("11010119900307123X")
    assert here.opened(stored) == "11010119900307123X"
    with pytest.raises(sealing.Unreadable):
        there.opened(stored)
    for at in (0, 5, 20, len(stored) - 1):
        touched = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
        with pytest.raises(sealing.Unreadable):
            here.opened(touched)
    assert here.hashed("11010119900307123X") == here.both("11010119900307123X")[0] != there.hashed("11010119900307123X")
    assert here.closed("110101199003071230")[1:13] != stored[1:13]
    assert sealing.masked("11010119900307123X") == "110101********123X"
    assert sealing.masked("123") == "***"
