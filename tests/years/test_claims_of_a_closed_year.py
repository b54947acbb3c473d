"""Claims and the closing of their year: none that came in time is stranded, what is decided later needs a superior (domain.md §6.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.claims import service as claims
from app.claims.service import refusals
from app.desk import service as desk_service
from app.desk import showing
from app.desk.rules import Verb
from app.desk.service.keeping import Asked
from app.kernel.work import College, working
from app.ledger import queries as ledger
from app.years import queries, service
from app.years.models import YearChange
from app.years.queries import open_claims
from app.years.words import told
from tests.claims import build as claiming
from tests.desk import build as desk
from tests.desk.build import Office
from tests.years.build import JANUARY, SYSTEM

YEAR = 2026


@pytest.fixture
def office(college: College) -> Office:
    made = desk.office(college)
    for who in ("helper", "admin"):
        desk.grant(made, who, "city_policy", "city")
    return made


def close(office: Office, clock: Any, reason: str = "个别申报仍在审核") -> None:
    clock.at = JANUARY
    with working(office.college, office.actor("admin")) as work:
        service.begin_closing(work, YEAR)
    service.close(office.college, office.actor("helper"), YEAR, reason)


def changes(office: Office) -> list[YearChange]:
    with working(office.college, SYSTEM, write=False) as work:
        return list(work.session.query(YearChange).order_by(YearChange.id))


def lines(office: Office) -> list[Decimal]:
    with working(office.college, SYSTEM, write=False) as work:
        return [line.hours for line in ledger.lines(work, office.people["cadre"].id)]


def certify(office: Office, uid: UUID, by: str = "city") -> None:
    with working(office.college, office.actor(by)) as work:
        claims.certify(work, uid, hours=Decimal(30), reason="其中 6 学时为考察，不计")


def approve(office: Office, uid: UUID, by: str = "helper") -> YearChange:
    with working(office.college, office.actor(by)) as work:
        return service.approve(work, uid)


def test_a_year_is_not_closed_while_claims_that_came_in_time_wait(office: Office, clock: Any) -> None:
    office.waits("cadre")
    office.checked("east", "book")
    with pytest.raises(service.ClaimsOpen) as refused:
        close(office, clock, reason=" ")
    assert refused.value.facts["count"] == 2
    with working(office.college, SYSTEM, write=False) as work:
        told = [(one.code, one.submitted, one.unit_checked, one.appeals) for one in open_claims.waiting(work, YEAR)]
        assert told == [("d1e", 0, 1, 0), ("rsj", 1, 0, 0)]
        assert open_claims.waiting(work, YEAR - 1) == []
    service.close(office.college, office.actor("helper"), YEAR, "材料尚在核实，逾期不候")
    with working(office.college, SYSTEM, write=False) as work:
        assert [one.reason for one in queries.trail(work, f"year:{YEAR}") if one.act == "closed"] == ["材料尚在核实，逾期不候"]


def test_what_came_after_the_last_day_holds_no_year_up(office: Office, clock: Any) -> None:
    clock.at = datetime(2027, 1, 15, 15, 59, tzinfo=UTC)  # the last minute of 15 January
    office.waits("cadre")
    clock.at = datetime(2027, 1, 15, 16, 1, tzinfo=UTC)
    office.waits("east", note="逾期")
    with working(office.college, SYSTEM, write=False) as work:
        assert open_claims.in_time(work, YEAR) == 1


def test_nothing_new_is_claimed_into_a_closed_year_but_what_was_returned_comes_back(office: Office, clock: Any) -> None:
    fresh, returned = claiming.draft(office.college, office.actor("cadre"), "book"), office.waits("cadre")
    with working(office.college, office.actor("unit")) as work:
        claims.give_back(work, returned, "请补页码")
    close(office, clock)
    with pytest.raises(refusals.ClaimYearClosed) as refused, working(office.college, office.actor("cadre")) as work:
        claims.submit(work, fresh)
    assert refused.value.facts["field"] == "occurred_to"
    with working(office.college, office.actor("cadre")) as work:
        claims.complete(work, returned)
        assert claims.submit(work, returned).state == "submitted"


def test_a_claim_certified_after_closing_is_posted_by_a_superior(office: Office, clock: Any) -> None:
    uid = office.checked("cadre")
    close(office, clock)
    certify(office, uid)
    assert office.row(uid).state == "unit_checked" and lines(office) == []
    with pytest.raises(service.BeforeASuperior):
        certify(office, uid, "city2")
    (change,) = changes(office)
    assert (change.kind, change.hours, change.year) == ("claim", 30, YEAR)
    with working(office.college, office.actor("helper"), write=False) as work:
        assert [row.change.uid for row in queries.changes(work, YEAR, None).items] == [change.uid]
    desk.grant(office, "city", "city_policy", "city")
    with pytest.raises(service.SecondPersonNeeded):
        approve(office, change.uid, "city")
    approve(office, change.uid)
    claim = office.row(uid)
    assert (claim.state, claim.hours_certified, claim.decided_by) == ("certified", 30, office.people["city"].id)
    assert lines(office) == [30] and changes(office)[0].entry_seq == claim.entry_seq
    assert [(one.act, one.by_name) for one in office.trail(uid)][-2:] == [("put_up", "柳定"), ("certify", "柳定")]
    with working(office.college, SYSTEM, write=False) as work:
        assert str(queries.years(work)[0].state) == "restated"


def test_the_page_of_a_closed_year_asks_for_nothing_before_its_closing(office: Office, clock: Any, client: Any) -> None:
    office.checked("cadre")
    client.sign_in("helper")
    before = client.get(f"/manage/years/{YEAR}").text
    close(office, clock)
    client.sign_in("helper")
    after = client.get(f"/manage/years/{YEAR}").text
    assert ("办结后方可结账" in before, "该年度已结账，现在认定的须报上级批准" in before) == (True, False)
    assert ("办结后方可结账" in after, "该年度已结账，现在认定的须报上级批准" in after) == (False, True)


def test_many_at_once_leave_out_what_needs_a_superior(office: Office, clock: Any) -> None:
    uid = office.checked("cadre")
    close(office, clock)
    with working(office.college, office.actor("city")) as work:
        done = claims.certify_many(work, [uid])
    assert done.certified == () and [one.code for one in done.left_out] == ["claim_needs_superior"]


def test_a_superior_who_refuses_hands_the_claim_back(office: Office, clock: Any) -> None:
    uid = office.checked("cadre")
    close(office, clock)
    certify(office, uid)
    with working(office.college, office.actor("helper")) as work:
        service.refuse(work, changes(office)[0].uid, "证明不足")
    last = office.trail(uid)[-1]
    assert (last.act, last.reason, office.row(uid).state) == ("turn_down", "证明不足", "unit_checked")
    with working(office.college, office.actor("city")) as work:
        claims.reject(work, uid, "证明不足")
    assert office.row(uid).state == "rejected"


def test_what_an_appeal_grants_after_closing_is_posted_by_a_superior(office: Office, clock: Any) -> None:
    uid = office.checked("cadre")
    clock.at = datetime(2027, 1, 14, 2, tzinfo=UTC)
    certify(office, uid)
    close(office, clock)
    with working(office.college, office.actor("cadre")) as work:
        claims.appeal(work, uid, "考察含三个半天讲授")
    with working(office.college, office.actor("city2")) as work:
        assert claims.hear(work, uid, hours=Decimal(34), reason="讲授部分属实").state == "open"
    (change,) = changes(office)
    assert (change.kind, lines(office)) == ("appeal", [30])
    approve(office, change.uid)
    assert (lines(office), office.row(uid).hours_certified) == ([30, -30, 34], 34)
    with working(office.college, SYSTEM, write=False) as work:
        heard = claims.appeal_of(work, office.row(uid))
        assert heard is not None and (heard.state, heard.heard_by) == ("granted", office.people["city2"].id)


def test_nothing_is_posted_when_the_claim_moved_on_meanwhile(office: Office, clock: Any) -> None:
    uid = office.checked("cadre")
    close(office, clock)
    certify(office, uid)
    with working(office.college, office.actor("cadre")) as work:
        claims.withdraw(work, uid)
    with pytest.raises(service.Overtaken):
        approve(office, changes(office)[0].uid)
    assert lines(office) == [] and changes(office)[0].state == "proposed"


def test_a_claim_of_the_present_year_asks_no_superior(office: Office, clock: Any) -> None:
    """The negative control."""
    uid = office.checked("cadre")
    certify(office, uid)
    assert (lines(office), changes(office)) == ([30], [])


def test_another_subject_goes_before_the_superior_with_the_claim_and_the_strip_says_so(office: Office, clock: Any) -> None:
    uid = office.checked("cadre", subject="public", list_year=str(YEAR))
    close(office, clock)
    with working(office.college, office.actor("city")) as work:
        held = desk_service.hold(work, uid, Asked(Verb.CERTIFY, None, "不在目录内", "elective"))
        assert "报上级批准：该年度已结账" in showing.first_words(held)
    clock.at += timedelta(seconds=10)
    with working(office.college, SYSTEM) as work:
        desk_service.carry_out(work, held.id)
    (change,) = changes(office)
    assert change.subject_kind == "elective" and told(change) == ["个人选修"]
    approve(office, change.uid)
    assert office.row(uid).subject_certified == "elective"
