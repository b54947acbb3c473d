"""Two steps are two natural persons on two authorities: who lends his, and his deputy on it, are one (ATK-A62)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.claims import service as claims
from app.claims.service import refusals
from app.desk.queries import Wanted, sheet
from app.desk.rules import VERBS, Step
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import working
from tests.desk import build
from tests.desk.test_service import lend
from tests.years.test_claims_of_a_closed_year import changes, close, service

LATE = timedelta(days=14)
"""After so many the unit has let its time pass, and the authority takes its step."""


@pytest.fixture
def office(college):
    return build.office(college)


def passed(office, clock, by, until=date(2026, 12, 20)):
    """A claim of which `by` of the authority took the unit's step; `helper` is the deputy of `city` all the while."""
    uid = office.waits("cadre")
    lend(office, until=until)
    clock.at += LATE
    with working(office.college, office.actor(by)) as work:
        claims.pass_on(work, uid)
    return uid


def refused(office, who, uid, act, *more):
    with pytest.raises(refusals.SamePerson) as caught, working(office.college, office.actor(who)) as work:
        act(work, uid, *more)
    return caught.value.code


@pytest.mark.parametrize(("first", "then"), [("city", "helper"), ("helper", "city"), ("helper", "admin")])
def test_no_authority_takes_both_steps_by_two_persons(office, clock, first, then):
    uid = passed(office, clock, first)
    if then == "admin":
        lend(office, to="admin", since=date(2026, 12, 6), until=date(2026, 12, 20))
    for act in (claims.certify, lambda *a: claims.reject(*a, "否"), lambda *a: claims.give_back(*a, "否")):
        assert refused(office, then, uid, act) == "claim_same_authority"
    last = office.trail(uid)[-1]
    assert (last.act, last.reason, last.by_id) == ("refused", "claim_same_authority", office.people[then].id)
    assert last.figures.get("on_behalf", "柳定") == "柳定" and ("on_behalf" in last.figures) == (then != "city")
    with working(office.college, office.actor(then), write=False) as work:
        shown = sheet(work, Wanted(Step.CERTIFY), uid)
        assert shown.verbs == () and shown.bar.startswith("该申报的另一步由同一权限")
        for look in (claims.look_many, claims.look_return):
            looked = look(work, [uid])
            assert (looked.claims, [one.code for one in looked.left_out]) == ((), ["claim_same_authority"])
    with working(office.college, office.actor("city2")) as work:
        claims.certify(work, uid)
    assert office.row(uid).state == "certified"


def test_the_authority_is_offered_the_step_of_the_unit_only_once_its_day_has_passed(office, clock):
    uid = office.waits("cadre")
    with working(office.college, office.actor("city"), write=False) as work:
        shown = sheet(work, Wanted(Step.CERTIFY), uid)
    assert shown.verbs == () and "代为初审" in shown.bar
    with pytest.raises(Forbidden), working(office.college, office.actor("city")) as work:
        claims.pass_on(work, uid)
    clock.at += LATE
    with working(office.college, office.actor("city"), write=False) as work:
        shown = sheet(work, Wanted(Step.CERTIFY), uid)
    assert shown.verbs == VERBS[Step.CHECK] and shown.bar == ""


def test_a_step_taken_by_a_deputy_bears_both_names_also_where_the_unit_was_late(office, clock):
    uid = passed(office, clock, "helper")
    last, claim = office.trail(uid)[-1], office.row(uid)
    assert (last.act, last.by_name, last.figures["on_behalf"]) == ("pass", "代理", "柳定")
    assert (claim.checked_by, claim.checked_for) == (office.people["helper"].id, office.people["city"].id)


@pytest.mark.parametrize("at_once", [False, True])
def test_a_deputy_of_two_decides_on_the_authority_that_had_no_part(office, clock, at_once):
    uid = passed(office, clock, "city")
    lend(office, "city2", since=date(2026, 12, 6), until=date(2026, 12, 20))
    with working(office.college, office.actor("helper")) as work:
        if at_once:
            assert claims.certify_many(work, [uid]).certified == (uid,)
        else:
            claims.certify(work, uid)
    claim, last = office.row(uid), office.trail(uid)[-1]
    assert (claim.decided_by, claim.decided_for) == (office.people["helper"].id, office.people["city2"].id)
    assert (last.act, last.figures["on_behalf"]) == ("certify", "段审")


def test_who_lent_the_authority_of_a_decision_does_not_hear_the_appeal_against_it(office):
    uid = office.checked("cadre")
    lend(office)
    with working(office.college, office.actor("helper")) as work:
        claims.reject(work, uid, "证明不清楚")
    with working(office.college, office.actor("cadre")) as work:
        claims.appeal(work, uid, "原件可查")
    for who, code in (("helper", "claim_same_person"), ("city", "claim_same_authority")):
        with pytest.raises(refusals.SamePerson) as caught, working(office.college, office.actor(who)) as work:
            claims.hear(work, uid, hours=None, reason="维持")
        assert caught.value.code == code
        with working(office.college, office.actor(who), write=False) as work:
            assert sheet(work, Wanted(Step.CERTIFY), uid).bar
    with working(office.college, office.actor("city2")) as work:
        claims.hear(work, uid, hours=None, reason="维持")


def test_nobody_decides_his_own_by_a_deputy_acting_on_his_authority(office):
    uid = office.checked("city")
    lend(office)
    for act in (claims.certify, lambda *a: claims.reject(*a, "否")):
        with pytest.raises(NotFound), working(office.college, office.actor("helper")) as work:
            act(work, uid)
    with working(office.college, office.actor("helper"), write=False) as work:
        assert [one.code for one in claims.look_many(work, [uid]).left_out] == ["not_found"]


def test_who_lent_his_authority_is_not_the_superior_of_what_was_put_up_on_it(office, clock):
    uid = office.checked("cadre")
    for who in ("helper", "admin", "city"):
        build.grant(office, who, "city_policy", "city")
    close(office, clock)
    day = clock.at.date()
    lend(office, since=day, until=day + timedelta(days=20))
    with working(office.college, office.actor("helper")) as work:
        claims.certify(work, uid, hours=Decimal(30), reason="其中 6 学时为考察，不计")
    (change,) = changes(office)
    with pytest.raises(service.SecondPersonNeeded), working(office.college, office.actor("city")) as work:
        service.approve(work, change.uid, "同意")
    with working(office.college, office.actor("admin")) as work:
        service.approve(work, change.uid, "同意")
    assert office.row(uid).state == "certified"
