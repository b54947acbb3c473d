"""The role matrix of domain.md §9, row by row, with the roles and jurisdictions that ship: own, same unit, other unit, other district.

Each row is an organ. What its list shows, what it may decide, what its file would hold, and that nobody reaches his own.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from app.claims import service as claims
from app.claims.models import Claim
from app.claims.rules.keys import title_hash
from app.claims.service import moving
from app.desk import queries, service
from app.desk.queries.inbox import Wanted
from app.desk.rules import Step, Verb
from app.desk.service.keeping import Asked
from app.kernel.errors import Refusal
from app.kernel.ids import person_uid
from app.kernel.work import Actor, working
from app.people import service as people
from app.people.models import Appointment, CadreTag, Person
from tests import make

DAY = date(2026, 3, 2)
ORGAN, MANAGING = "organization_dept", "managing_dept"
EVERYBODY = frozenset({
    "bureau", "party clerk", "publicist", "central group", "united", "stationed", "clerk", "doctor", "soe manager", "soe leader",
    "private manager", "worker", "east clerk", "east bureau", "east planner", "west clerk",
})  # fmt: skip
CERTIFIES = [
    ("市委组织部", ORGAN, "J1", "party", {"bureau", "party clerk", "publicist", "central group", "united", "soe leader", "east bureau"}),
    ("市委宣传部", "party_line", "J2", "party", {"central group", "publicist"}),
    ("市委统战部", "party_line", "J3", "party", {"united"}),
    ("驻鹏工委", MANAGING, "J4", "party", {"stationed"}),
    ("市人事局", "personnel", "J5", "gov", {"clerk"}),
    ("市人事局（继续教育）", "ce_officer", "J5_ce", "gov", {"doctor"}),
    ("市国资委", MANAGING, "J6", "gov", {"soe manager", "soe leader"}),
    ("市贸工局", MANAGING, "J7", "gov", {"private manager"}),
    ("市劳动保障局", MANAGING, "J8", "gov", {"worker"}),
    ("区委组织部", ORGAN, "J9", "east", {"east clerk", "east planner"}),
    ("区政府部门", "district_dept", "district_line", "east", {"east clerk"}),
]
"""Organ, role, jurisdiction, where its officer serves, whom it certifies."""
CHECKS = [
    ("单位培训管理员", "unit_admin", "unit_subtree", "gov", {"clerk"}),
    ("单位培训管理员（区）", "unit_admin", "unit_subtree", "east", {"east clerk", "east bureau"}),
]
VALUES = {"central_group": {"host": "某党委", "minutes": 135}, "book": {"author": "某", "pages": 60}}
SHUT = [
    ("市财政局", "finance"), ("培训机构", "school"), ("授课教师", "instructor"), ("审核专家", "reviewer"), ("系统管理员", "sys_admin"),
    ("安全管理员", "security_admin"), ("审计员", "auditor"), ("干部", ""), ("全市政策与统计", "city_policy"),
    ("市发改局", "development"), ("职能部门", "functional_dept"), ("班主任", "class_teacher"),
]  # fmt: skip
"""Organs that neither check nor certify anybody's hours."""


class World:
    """A city of few people, one of each kind, each with a claim that waits for its unit and one that waits for certification."""

    def __init__(self, college):
        self.college, self.people, self.uids = college, {}, {}
        with working(college, Actor.system("test")) as work:
            root = make.unit(work, "鹏城市", code="pc")
            east, west = (
                make.unit(work, f"{name}区", parent=root, code=code, level="district") for name, code in (("东", "d1"), ("西", "d2"))
            )
            of_district = {"kind": "district_organ", "level": "district", "sector": "government"}
            self.units = {
                "party": make.unit(work, "市委办", parent=root, sector="party_mass"),
                "press": make.unit(work, "市委宣传部", parent=root, sector="party_mass", system_line="publicity"),
                "gov": make.unit(work, "市城管局", parent=root, sector="government", system_line="urban"),
                "other": make.unit(work, "市直机关服务中心", parent=root, sector="other"),
                "hospital": make.unit(work, "市医院", parent=root, kind="hospital", sector="public"),
                "soe": make.unit(work, "地铁集团", parent=root, kind="municipal_soe", sector="enterprise"),
                "private": make.unit(work, "民营公司", parent=root, kind="private_enterprise", sector="enterprise"),
                "station": make.unit(work, "驻鹏单位", parent=root, kind="stationed", sector="other"),
                "east": make.unit(work, "东区城管局", parent=east, system_line="urban", **of_district),
                "east plan": make.unit(work, "东区发改局", parent=east, system_line="development", **of_district),
                "west": make.unit(work, "西区城管局", parent=west, system_line="urban", **of_district),
            }
            for name, unit, more in (
                ("bureau", "other", {"rank": "bureau"}), ("party clerk", "party", {}), ("publicist", "press", {"leads": True}),
                ("central group", "party", {"tag": "central_group"}), ("united", "party", {"tag": "non_party"}),
                ("stationed", "station", {"political": "cpc"}), ("clerk", "gov", {}), ("doctor", "hospital", {"team": "professional"}),
                ("soe manager", "soe", {"team": "enterprise", "tier": "ent_middle"}),
                ("soe leader", "soe", {"team": "enterprise", "tier": "ent_senior", "leads": True}),
                ("private manager", "private", {"team": "enterprise", "tier": "ent_senior"}),
                ("worker", "hospital", {"tag": "skilled_worker"}),
                ("east clerk", "east", {}), ("east bureau", "east", {"rank": "bureau"}), ("east planner", "east plan", {}),
                ("west clerk", "west", {}),
            ):  # fmt: skip
                self._person(work, name, self.units[unit], **more)
            self.checker = make.person(work, "章总", at=root)
            for name in [*self.people]:
                self.claim(work, name)

    def _person(self, work, name, unit, *, rank="section_below", leads=False, tag="", political=None, team="party_gov", tier=None):
        one = make.person(work, name, at=unit, rank=rank, team=team, tier=tier, political_status=political)
        if leads:
            work.session.query(Appointment).filter_by(person_id=one.id).update({"is_leading": True})
        if tag:
            work.session.add(CadreTag(person_id=one.id, tag=tag, from_on=make.DAY_ONE, recorded_at=work.now))
        self.people[name] = one
        return one

    def claim(self, work, name, kind="central_group"):
        """Two of a kind that every organ may decide: one waits for the unit, one was passed by somebody else."""
        for state, day in (("submitted", DAY), ("unit_checked", DAY + timedelta(days=7))):
            uid = person_uid(self.people[name].id, work.now + timedelta(milliseconds=len(self.uids)))
            self.uids[name, state] = uid
            work.session.execute(insert(Claim), [{
                "person_id": self.people[name].id, "id": moving.row_id(uid), "uid": uid, "kind": kind, "state": state, "version": 1,
                "title": f"{name} {state}", "title_hash": title_hash(f"{name} {state}"), "values": VALUES.get(kind, {}),
                "occurred_from": day, "occurred_to": day, "hours_claimed": 3, "days_claimed": 0, "hours_suggested": 3,
                "rule_set_version": "demo@1", "activity_key": f"claim:{name}:{state}", "submitted_at": work.now,
                "due_on": date(2026, 12, 1), "checked_by": self.checker.id if state == "unit_checked" else None,
                "created_at": work.now, "changed_at": work.now,
            }])  # fmt: skip

    def officer(self, role, jurisdiction, unit):
        """Somebody in that office, who is a claimant as well."""
        with working(self.college, Actor.system("test")) as work:
            self._person(work, "officer", self.units[unit])
            self.claim(work, "officer")
            if role:
                make.grant(work, work.session.get_one(Person, self.people["officer"].id), role, jurisdiction)
        with working(self.college, Actor.system("test"), write=False) as work:
            return people.actor_for(work, self.people["officer"].id)

    def shown(self, actor, step):
        """Whose claims the list shows, and whose a file would hold."""
        with working(self.college, actor, write=False) as work:
            listed = {row.name for row in queries.inbox(work, Wanted(step)).page.items}
            few = queries.few_of(work, step)
            assert listed == {row.name for row in queries.inbox(work, Wanted(step, few=few)).page.items}
            assert listed == {row.name for row in queries.listed(work, Wanted(step, few=few), 100)}
            assert queries.counts(work, step, few)["all"].number == len(listed)
            return listed

    def decided(self, actor, verb, reason=""):
        """Over whom the decision is taken; every other one is refused and leaves nothing."""
        state = "submitted" if verb is Verb.PASS else "unit_checked"
        done, refused = set(), {}
        for name in self.people:
            try:
                with working(self.college, actor) as work:
                    service.hold(work, self.uids[name, state], Asked(verb, reason=reason))
                done.add(name)
            except Refusal as refusal:
                refused[name] = refusal.code
        return done, refused


@pytest.fixture
def world(college):
    return World(college)


@pytest.mark.parametrize(("organ", "role", "jurisdiction", "unit", "whom"), CERTIFIES, ids=[row[0] for row in CERTIFIES])
def test_an_organ_certifies_those_it_manages_and_nobody_else(world, organ, role, jurisdiction, unit, whom):
    officer = world.officer(role, jurisdiction, unit)
    assert world.shown(officer, Step.CERTIFY) == whom
    done, refused = world.decided(officer, Verb.CERTIFY)
    assert done == whom
    assert refused.pop("officer") == "claim_own"
    assert set(refused) == EVERYBODY - whom and set(refused.values()) == {"not_found"}
    with working(world.college, officer, write=False) as work:
        some = [world.uids[name, "unit_checked"] for name in world.people]
        assert {claim.person_id for claim in claims.look_many(work, some).claims} <= {world.people[name].id for name in whom}


@pytest.mark.parametrize(("organ", "role", "jurisdiction", "unit", "whom"), CHECKS, ids=[row[0] for row in CHECKS])
def test_a_unit_checks_its_own_people_and_certifies_nobody(world, organ, role, jurisdiction, unit, whom):
    officer = world.officer(role, jurisdiction, unit)
    assert world.shown(officer, Step.CHECK) == whom
    done, refused = world.decided(officer, Verb.PASS)
    assert done == whom
    assert refused.pop("officer") == "claim_own"
    assert set(refused.values()) == {"not_found"}
    assert world.decided(officer, Verb.CERTIFY)[0] == set()


@pytest.mark.parametrize(("organ", "role"), SHUT, ids=[row[0] for row in SHUT])
def test_who_decides_no_hours_finds_the_desk_shut(world, organ, role):
    officer = world.officer(role, "city", "gov")
    assert not officer.may("desk.open") and not officer.may("claims.check") and not officer.may("claims.certify")
    for verb in (Verb.PASS, Verb.CERTIFY, Verb.RETURN, Verb.REJECT):
        done, refused = world.decided(officer, verb)
        assert done == set() and set(refused.values()) <= {"forbidden"}
    with working(world.college, officer, write=False) as work:
        assert queries.steps_of(work) == () and not queries.inbox(work, Wanted(Step.CERTIFY)).page.items


@pytest.mark.parametrize(("organ", "role", "jurisdiction", "unit", "whom"), CERTIFIES, ids=[row[0] for row in CERTIFIES])
def test_the_superior_of_an_organ_decides_what_was_let_pass_there_and_no_other_organ_does(
    world, clock, organ, role, jurisdiction, unit, whom
):
    """市委组织部 stands above the districts and the bureaus; nobody else stands above anybody."""
    officer = world.officer(role, jurisdiction, unit)
    below = EVERYBODY - whom if jurisdiction == "J1" else set()
    assert officer.may("claims.hear") is (jurisdiction == "J1")
    assert world.shown(officer, Step.HEAR) == set(), "nothing was let pass yet"
    clock.at += timedelta(days=10)
    with working(world.college, Actor.system("claims")) as work:
        claims.escalate(work)
    with working(world.college, Actor.system("test"), write=False) as work:
        officer = people.actor_for(work, world.people["officer"].id)
    assert world.shown(officer, Step.HEAR) == below
    done, refused = world.decided(officer, Verb.REJECT, "超期代办")
    assert done == whom | below
    assert refused.pop("officer") == "claim_own" and set(refused.values()) <= {"not_found"}


def test_the_superior_does_not_reach_what_waits_in_time(world):
    officer = world.officer(ORGAN, "J1", "party")
    done, _refused = world.decided(officer, Verb.CERTIFY)
    assert done and not done & {"east clerk", "west clerk", "clerk", "doctor"}
