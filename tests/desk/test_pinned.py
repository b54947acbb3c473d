"""What is carried out after ten seconds is what was decided, by somebody who still may; and never a part of what was chosen."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from app.claims import service as claims
from app.claims.models import Claim
from app.claims.service import bulk
from app.desk import queries, service
from app.desk.models import Held
from app.desk.queries.inbox import Wanted
from app.desk.rules import Chip, Step, Tab
from app.kernel.work import Actor, working
from app.people.models import Account
from tests.desk import build
from tests.desk.test_service import hold, later, lines, state

EVERYTHING = Wanted(Step.CERTIFY, Tab.WAITING, Chip.ALL)


@pytest.fixture
def office(college):
    return build.office(college)


def written_anew(office, uid):
    """Somebody acts on the claim, and it waits again as before."""
    with working(office.college, Actor.system("test")) as work:
        work.session.execute(update(Claim).where(Claim.uid == uid).values(version=Claim.version + 1))


def test_a_claim_that_was_changed_within_the_ten_seconds_is_not_certified(office, clock):
    uid = office.checked("cadre")
    held = hold(office, "city", uid)
    written_anew(office, uid)
    later(office, clock)
    assert lines(office, "cadre") == []
    ended, outcome = state(office, held)
    assert ended == "refused" and [row[:2] for row in outcome["left_out"]] == [[str(uid), "claim_changed"]]
    hold(office, "city", uid)
    later(office, clock)
    assert len(lines(office, "cadre")) == 1, "whoever looks at it again decides on it as it stands"


@pytest.mark.parametrize("verb", ["certify", "return"])
def test_of_many_a_changed_one_is_left_out_and_named(college, office, clock, verb):
    uids = [office.checked("cadre", cert_no=f"YJ-{n}", title=f"第 {n} 期") for n in range(2)]
    with working(college, office.actor("city")) as work:
        held = (service.hold_many(work, uids) if verb == "certify" else service.hold_return(work, uids, "请补材料"))[0].uid
    written_anew(office, uids[1])
    later(office, clock)
    outcome = state(office, held)[1]
    assert outcome["certified"] == 1 and [row[:2] for row in outcome["left_out"]] == [[str(uids[1]), "claim_changed"]]


def test_what_a_disabled_account_decided_does_not_go_through_and_the_claim_is_free(college, office, clock):
    uid = office.checked("cadre")
    held = hold(office, "city", uid)
    with working(college, Actor.system("test")) as work:
        work.session.execute(update(Account).where(Account.person_id == office.people["city"].id).values(is_enabled=False))
    later(office, clock)
    ended, outcome = state(office, held)
    assert ended == "refused" and [row[:2] for row in outcome["left_out"]] == [[str(uid), "account_closed"]]
    assert lines(office, "cadre") == []
    hold(office, "city2", uid)
    later(office, clock)
    assert [line.certified_by for line in lines(office, "cadre")] == ["段审"]


def test_more_than_one_act_takes_is_refused_with_its_count_and_nothing_is_held(college, office, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    uids = [office.checked("cadre", cert_no=f"YJ-{n}", title=f"第 {n} 期") for n in range(3)]
    for act in (
        lambda work: service.hold_many(work, uids), lambda work: service.hold_return(work, uids, "请补材料"),
        lambda work: queries.chosen_uids(work, EVERYTHING), lambda work: service.certify_courses(work, [(1, n) for n in range(3)]),
        lambda work: claims.look_many(work, uids),
    ):  # fmt: skip
        with pytest.raises(claims.TooManyAtOnce) as caught, working(college, office.actor("city")) as work:
            act(work)
        assert (caught.value.facts["count"], caught.value.facts["most"]) == (3, 2)
    with working(college, office.actor("city")) as work:
        assert work.session.scalar(select(func.count()).select_from(Held)) == 0
        assert len(service.hold_many(work, uids[:2])[0].outcome["versions"]) == 2
