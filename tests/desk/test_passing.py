"""The unit passes many clean claims in one act: its own people's, never its own, what is odd left out, undone in ten seconds."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.claims import service as claims
from app.desk import service
from app.kernel.errors import Forbidden
from app.kernel.work import working
from tests.desk import build
from tests.desk.test_manage import post
from tests.desk.test_service import later, state


@pytest.fixture
def office(college):
    return build.office(college)


def hold(office, who, uids):
    with working(office.college, office.actor(who)) as work:
        held, left = service.hold_pass(work, uids)
        return held.uid, {one.uid: one.code for one in left}


def test_clean_claims_of_the_units_people_pass_together_and_each_trail_says_so(college, office, clock):
    mine = [office.waits(who, cert_no=who) for who in ("cadre", "colleague")]
    own, theirs, past = office.waits("unit", cert_no="U-1"), office.waits("stranger", cert_no="S-1"), office.checked("cadre", "lecture")
    odd = office.waits("colleague", cert_no="K-2", title="另一培训", hours="20")
    held, left = hold(office, "unit", [*mine, own, theirs, past, odd])
    assert left == {own: "claim_own", theirs: "not_found", past: "claim_already_decided", odd: "differs"}
    assert {office.row(uid).state for uid in mine} == {"submitted"}
    later(office, clock)
    for uid in mine:
        claim, last = office.row(uid), office.trail(uid)[-1]
        assert (claim.state, claim.checked_by, claim.due_on) == ("unit_checked", office.people["unit"].id, date(2026, 12, 11))
        assert (last.act, last.by_name, last.figures["at_once"], last.n) == ("pass", "江查", 2, claim.version)
    assert {office.row(uid).state for uid in (own, theirs, odd)} == {"submitted"}
    assert state(office, held)[1]["certified"] == 2


def test_what_is_undone_never_passed(college, office, clock):
    uid = office.waits("cadre")
    held, _left = hold(office, "unit", [uid])
    with working(college, office.actor("unit")) as work:
        service.undo(work, held)
    later(office, clock)
    assert office.row(uid).state == "submitted"


@pytest.mark.parametrize("who", ["city", "cadre"])
def test_who_checks_nobody_passes_nobody(office, who):
    uid = office.waits("colleague")
    with pytest.raises(Forbidden), working(office.college, office.actor(who)) as work:
        claims.pass_many(work, [uid])
    assert office.row(uid).state == "submitted"


def test_all_that_pass_are_counted_before_the_act(client, office, clock):
    uids = [office.waits(who, cert_no=who) for who in ("cadre", "colleague")]
    client.sign_in("unit")
    assert "初审通过所选" in client.get("/manage/hours?chip=clean").get_data(as_text=True)
    page = post(client, "/manage/hours/pass?step=check&chip=clean", all="1").get_data(as_text=True)
    assert "批量初审通过 2 条，共 72 学时" in page and len(re.findall(r'name="claim"', page)) == 2
    assert post(client, "/manage/hours/pass?step=check&chip=clean", sure="1", claim=[str(uid) for uid in uids]).status_code == 303
    later(office, clock)
    assert {office.row(uid).state for uid in uids} == {"unit_checked"}
