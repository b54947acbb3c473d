"""Which organ decides claims of which kind (domain.md §9): the publicity department certifies sessions of central groups only."""

from __future__ import annotations

from datetime import date

import pytest

from app.claims import service as claims
from app.claims.models import Claim
from app.claims.rules.keys import title_hash
from app.claims.service import moving
from app.desk import queries, service
from app.desk.queries.inbox import Wanted, one
from app.desk.rules import Step, Verb
from app.desk.service.keeping import Asked
from app.kernel.errors import NotFound, Refusal
from app.kernel.work import Actor, working
from app.people import queries as people
from app.people import service as identity
from app.people.service import charter
from tests import make
from tests.desk.test_matrix import CERTIFIES, World

SESSIONS = "central_group"
KINDS = sorted(
    ("book", "lecture", "degree", "paper", "teaching", "central_group", "certificate", "online_elsewhere", "class_elsewhere", "overseas",
     "field_study")
)  # fmt: skip
MAY = {"市委宣传部": {SESSIONS}}
"""Organs that decide some kinds only; every other one decides all of them."""


@pytest.fixture
def world(college):
    return World(college)


def of_every_kind(world, name):
    """A claim of each kind that waits for certification, of this person; by kind."""
    made = {}
    with working(world.college, Actor.system("test")) as work:
        assert sorted(claims.kinds(work).kinds) == KINDS
        person = world.people[name]
        for number, kind in enumerate(KINDS):
            uid, day = moving.fresh_uid(work, Claim, person.id), date(2026, 2, 1 + number)
            work.session.add(Claim(
                person_id=person.id, id=moving.row_id(uid), uid=uid, kind=kind, state="unit_checked", version=1, title=kind,
                title_hash=title_hash(kind), values={}, occurred_from=day, occurred_to=day, hours_claimed=1, days_claimed=0,
                hours_suggested=1, rule_set_version="demo@1", activity_key=f"claim:{name}:{kind}", submitted_at=work.now,
                due_on=date(2026, 12, 1), checked_by=world.checker.id, created_at=work.now, changed_at=work.now, findings=[], risk=0,
            ))  # fmt: skip
            work.session.flush()
            made[kind] = uid
    return made


@pytest.mark.parametrize(("organ", "role", "jurisdiction", "unit", "whom"), CERTIFIES, ids=[row[0] for row in CERTIFIES])
def test_an_organ_sees_and_decides_claims_of_its_kinds_only(world, organ, role, jurisdiction, unit, whom):
    made, officer = of_every_kind(world, min(whom)), world.officer(role, jurisdiction, unit)
    may = MAY.get(organ, set(KINDS))
    with working(world.college, officer, write=False) as work:
        few = queries.few_of(work, Step.CERTIFY)
        by_uid = {uid: kind for kind, uid in made.items()}
        for wanted in (Wanted(Step.CERTIFY), Wanted(Step.CERTIFY, few=few)):
            assert {by_uid[row.claim.uid] for row in queries.inbox(work, wanted).page.items if row.claim.uid in by_uid} == may
        listed = queries.inbox(work, Wanted(Step.CERTIFY)).page.items
        assert queries.counts(work, Step.CERTIFY, few)["all"].number == len(listed)
        assert {by_uid[claim.uid] for claim in claims.look_many(work, list(made.values())).claims} <= may
        assert {by_uid[claim.uid] for claim in claims.look_return(work, list(made.values())).claims} == may
        assert {kind for kind, uid in made.items() if one(work, Wanted(Step.CERTIFY), uid) is not None} == may
    done, refused = set(), set()
    for kind, uid in made.items():
        try:
            with working(world.college, officer) as work:
                service.hold(work, uid, Asked(Verb.RETURN, reason="请补充"))
            done.add(kind)
        except Refusal as refusal:
            refused.add(refusal.code)
    assert (done, refused) == (may, {"not_found"} if may < set(KINDS) else set())


def test_who_decides_some_kinds_only_reads_reports_of_all_his_people_and_decides_no_courses(world):
    officer = world.officer("organization_dept", "J2", "party")
    with working(world.college, officer, write=False) as work:
        scope = people.scope_of(work, "claims.certify")
        assert scope.predicates == () and [kinds for kinds, _ in scope.by_kind] == [(SESSIONS,)]
        publicist = world.people["publicist"].id
        assert people.may_over(work, "reports.unit", publicist)
        assert people.may_over(work, "claims.certify", publicist, SESSIONS)
        assert not people.may_over(work, "claims.certify", publicist, "book")
        with pytest.raises(NotFound):
            people.require_over(work, "claims.certify", publicist)


def test_a_deputy_decides_the_kinds_of_who_lent_them_and_is_named_for_those_only(world):
    with working(world.college, Actor.system("test")) as work:
        deputy, lender = make.person(work, "代办", at=world.units["party"]), make.person(work, "主办", at=world.units["party"])
        make.account(work, deputy)
        for area in ("J1", "J2"):
            make.grant(work, lender, "organization_dept", area)
        make.grant(work, deputy, "organization_dept", "J2")
    with working(world.college, Actor.system("test"), write=False) as work:
        lends = identity.actor_for(work, lender.id)
    with working(world.college, lends) as work:
        identity.delegate(work, deputy.id, date(2026, 11, 22), date(2026, 11, 30))
    with working(world.college, Actor.system("test"), write=False) as work:
        acts = identity.actor_for(work, deputy.id)
    with working(world.college, acts, write=False) as work:
        publicist = world.people["publicist"].id
        assert people.on_behalf(work, "claims.certify", publicist, SESSIONS) is None
        assert people.on_behalf(work, "claims.certify", publicist, "book").on_behalf == "主办"


def test_every_kind_that_a_jurisdiction_names_is_one_that_can_be_claimed(college):
    with working(college, Actor.system("test"), write=False) as work:
        known = charter(work.settings.content_dir).jurisdictions
        limited = {name: area.kinds for name, area in known.items() if area.kinds}
        assert limited == {"J2": frozenset({SESSIONS})}
        assert set().union(*limited.values()) <= set(claims.kinds(work).kinds)
