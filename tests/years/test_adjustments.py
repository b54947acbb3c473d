"""An adjustment in a closed year counts where its training belongs: network, months, continuing education, duties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest

from app.compliance import service as compliance
from app.hours import queries as hours
from app.kernel.work import College, working
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.people import service as people
from app.people.models import PersonEvent
from app.rulebook.rules import Evaluation, Status
from app.years import queries, service
from tests import make
from tests.desk.build import PASSWORD
from tests.ledger.build import line as ledger_line
from tests.years.build import JANUARY, SYSTEM

D = Decimal


@pytest.fixture
def whose(college: College, clock: Any) -> dict[str, Any]:
    """A cadre, a head of division and a professional, none with a line, in a closed 2026; two people may change it."""
    with working(college, SYSTEM) as work:
        unit = make.unit(work, "鹏城市", code="pc")
        found = {
            "cadre": make.person(work, "许未达", at=unit),
            "head": make.person(work, "何处长", at=unit, rank="division"),
            "professional": make.person(work, "沈工", at=unit, rank=None, team="professional", tier="pro_middle"),
        }
        for user_name, name, role in (("first", "经办甲", "organization_dept"), ("second", "上级乙", "city_policy")):
            person = make.person(work, name, at=unit)
            make.account(work, person, user_name, PASSWORD)
            make.grant(work, person, role, "city")
            if user_name == "first":
                make.grant(work, person, "city_policy", "none")
            found[user_name] = person
    compliance.rebuild(college, 2026)
    clock.at = JANUARY
    first, second = (actor(college, found[name].id) for name in ("first", "second"))
    with working(college, first) as work:
        service.begin_closing(work, 2026)
    service.close(college, second, 2026)
    return found


def actor(college: College, person_id: int) -> Any:
    with working(college, SYSTEM, write=False) as work:
        return people.actor_for(work, person_id)


def adjusted(college: College, whose: dict[str, Any], name: str, **figures: Any) -> Any:
    """Proposed and approved by the two, and what stands in the ledger then."""
    told = {"occurred_on": date(2026, 6, 30), "title": "漏记的培训", "category": "special_class", "hours": D(8), **figures}
    with working(college, actor(college, whose["first"].id)) as work:
        change = service.propose_adjustment(work, whose[name].id, service.Figures(**told), "签到表漏登")
    with working(college, actor(college, whose["second"].id)) as work:
        service.approve(work, change.uid)
    with working(college, SYSTEM, write=False) as work:
        return ledger.lines(work, whose[name].id)[-1]


def evaluation(college: College, person: Any) -> Evaluation:
    with working(college, SYSTEM, write=False) as work:
        return hours.my_year(work, person.id, 2026).evaluation


def counted(college: College, person: Any, requirement: str) -> list[str]:
    (verdict,) = [one for one in evaluation(college, person).verdicts if one.requirement.id == requirement]
    return [f"{row.counted:f}" for row in verdict.figures]


def test_network_hours_that_were_left_out_are_network_hours(college, whose):
    assert counted(college, whose["cadre"], "N3_network") == ["0"]
    line = adjusted(college, whose, "cadre", category="online_course", occurred_from=date(2026, 6, 1), hours=D("49.5"))
    assert (line.entry_kind, line.delivery, line.off_post) == ("adjustment", "online", False)
    adjusted(college, whose, "cadre", hours=D("3"), delivery="online")
    assert D(counted(college, whose["cadre"], "N3_network")[0]) == D("52.5")
    adjusted(college, whose, "cadre", category="online_course", hours=D("-2.5"))
    assert D(counted(college, whose["cadre"], "N3_network")[0]) == D(50)
    adjusted(college, whose, "cadre", hours=D(24))  # the negative control: on the spot it is no network study
    assert D(counted(college, whose["cadre"], "N3_network")[0]) == D(50)


def test_the_calendar_days_of_an_off_post_class_are_months_of_the_cycle(college, whose):
    class_of_june = {"occurred_from": date(2026, 6, 1), "days": D(22), "hours": D(176), "off_post": True}
    line = adjusted(college, whose, "head", **class_of_june)
    assert (line.span_days, line.days, line.occurred_from) == (30, D(22), date(2026, 6, 1))
    assert D(counted(college, whose["head"], "N1_cycle")[0]) == 1
    adjusted(college, whose, "head", hours=D(4), off_post=True)  # hours alone, for a class that is on record: no more days
    assert D(counted(college, whose["head"], "N1_cycle")[0]) == 1
    adjusted(college, whose, "head", hours=D(0), off_post=True, span_days=-15)
    assert D(counted(college, whose["head"], "N1_cycle")[0]) == D("0.5")
    taken = adjusted(college, whose, "head", hours=D(-8), days=D(-1), off_post=True)
    assert taken.span_days == -1


def test_continuing_education_moves_by_the_subject_that_is_said_or_usual(college, whose):
    adjusted(college, whose, "professional", occurred_from=date(2026, 6, 24), hours=D(42))
    adjusted(college, whose, "professional", category="self_study_claim", hours=D(18))
    adjusted(college, whose, "professional", hours=D(12), subject_kind="public")
    assert [D(one) for one in counted(college, whose["professional"], "CPE")] == [12, 42, 18, 72]
    adjusted(college, whose, "professional", hours=D(18), subject_kind="public", axes={"list_year": 2026})
    verdicts = {one.requirement.id: one.status for one in evaluation(college, whose["professional"]).verdicts}
    assert verdicts["CPE"] is Status.MET


@pytest.mark.parametrize(("year", "subject"), [(2024, "public"), (2027, "public"), (2026, "professional")])
def test_a_list_of_another_year_or_of_no_public_subject_is_refused(college, whose, year, subject):
    with pytest.raises(service.WrongList):
        adjusted(college, whose, "professional", subject_kind=subject, axes={"list_year": year})


def test_an_appointment_class_that_was_left_out_meets_the_duty(college, whose):
    with working(college, SYSTEM) as work:
        work.session.add(PersonEvent(person_id=whose["head"].id, kind="promoted", happened_on=date(2026, 1, 5), recorded_at=work.now))

    def duty() -> Any:
        (found,) = [one for one in evaluation(college, whose["head"]).duties if one.id == "appointment"]
        return found.status

    named = {"occurred_from": date(2026, 5, 1), "days": D(20), "hours": D(160), "off_post": True}
    adjusted(college, whose, "head", **named, axes={"class_type": "refresher"})
    adjusted(college, whose, "head", **named | {"days": D(-20), "hours": D(-160)}, axes={"class_type": "appointment"}, span_days=40)
    assert duty() is Status.UNMET
    adjusted(college, whose, "head", **named, axes={"class_type": "appointment"})
    assert duty() is Status.MET


def test_the_form_says_all_of_it(college, client, whose):
    client.sign_in("first")
    address = f"/manage/years/2026/people/{whose['professional'].uid}"
    sent = {
        "title": "任职培训班", "category": "main_class", "occurred_from": "2026-04-01", "occurred_on": "2026-04-30", "hours": "120",
        "days": "15", "off_post": "y", "span_days": "", "delivery": "", "subject_kind": "public", "list_year": "2025",
        "class_type": "appointment", "result": "passed", "institution_kind": "party_school", "level": "", "reason": "漏登",
        "csrf_token": client.csrf(address),
    }  # fmt: skip
    page = client.post(f"{address}/adjust", data={**sent, "list_year": "2023"})
    assert page.status_code == 422
    assert "只有公需科目" in page.get_data(as_text=True)
    page = client.post(f"{address}/adjust", data={**sent, "occurred_on": "2026-03-31"}).get_data(as_text=True)
    assert '<a href="#occurred_on">培训日期（多日的填最后一日）：不能早于第一天。</a>' in page, "the field is named once"
    page = client.post(f"{address}/adjust", data={**sent, "occurred_on": "2027-01-05"})
    assert page.status_code == 422
    assert '<a href="#occurred_on">培训日期（多日的填最后一日）：2027 年度尚未结账' in page.get_data(as_text=True)
    assert client.post(f"{address}/adjust", data=sent).status_code == 303
    with working(college, actor(college, whose["second"].id)) as work:
        (change,) = queries.changes(work, 2026, None).items
        service.approve(work, change.change.uid)
    client.sign_in("second")
    page = client.get("/manage/years/2026").get_data(as_text=True)
    assert "2026-04-01 – 2026-04-30 · 15 天 · 30 个自然日 · 面授 · 公需科目 · 任职培训 · 合格 · 党校 · 列入 2025 年度目录" in page
    with working(college, SYSTEM, write=False) as work:
        (line,) = ledger.lines(work, whose["professional"].id)
    assert (line.span_days, line.delivery, line.subject_kind, line.off_post) == (30, "offline", "public", True)
    assert line.axes == {"class_type": "appointment", "result": "passed", "institution_kind": "party_school", "list_year": 2025}


@pytest.mark.sqlite_only
def test_a_refused_reason_leads_back_and_a_line_is_proposed_to_be_taken_back_once(college, client, whose):
    line = adjusted(college, whose, "cadre")
    client.sign_in("first")
    page = f"/manage/years/2026/people/{whose['cadre'].uid}"
    reverse = f"{page}/lines/{line.seq}/reverse"
    assert f'action="{reverse}"' in client.get(page).get_data(as_text=True)
    blank = {"csrf_token": client.csrf(page), "reason": "   "}
    refused = client.post(reverse, data=blank, headers={"Referer": f"http://localhost{page}?q=x"})
    assert refused.status_code == 422 and f'href="{page}?q=x"' in refused.get_data(as_text=True)
    foreign = client.post(reverse, data=blank, headers={"Referer": "http://example.org/"})
    assert "example.org" not in foreign.get_data(as_text=True) and "返回上一页" not in foreign.get_data(as_text=True)
    assert client.post(reverse, data={**blank, "reason": "重复登记"}).status_code == 303
    waits = client.get(page).get_data(as_text=True)
    assert f'action="{reverse}"' not in waits and "等待另一人审批" in waits


def hours_of(college: College, person: Any) -> Decimal:
    with working(college, SYSTEM, write=False) as work:
        return sum((one.hours for one in ledger.lines(work, person.id, 2026)), D(0))


def proposed(college: College, whose: dict[str, Any], hours: Decimal) -> UUID:
    with working(college, actor(college, whose["first"].id)) as work:
        figures = service.Figures(date(2026, 6, 30), "漏记的培训", "special_class", hours)
        return service.propose_adjustment(work, whose["cadre"].id, figures, "签到表有误").uid


def test_a_line_of_which_something_was_taken_away_is_taken_back_after_that(college, whose):
    whole = adjusted(college, whose, "cadre")
    with working(college, actor(college, whose["first"].id)) as work:
        before = service.propose_reversal(work, whose["cadre"].id, whole.seq, "重复登记").uid
    less = adjusted(college, whose, "cadre", hours=D(-3))
    with pytest.raises(service.BadAdjustment) as refused, working(college, actor(college, whose["second"].id)) as work:
        service.approve(work, before)
    assert (refused.value.field, refused.value.facts["why"]) == ("hours", "more_than_year_holds")
    assert hours_of(college, whose["cadre"]) == 5
    with working(college, actor(college, whose["first"].id)) as work:
        service.withdraw(work, before)
    with pytest.raises(service.BadAdjustment), working(college, actor(college, whose["first"].id)) as work:
        service.propose_reversal(work, whose["cadre"].id, whole.seq, "重复登记")
    for seq in (less.seq, whole.seq):
        with working(college, actor(college, whose["first"].id)) as work:
            change = service.propose_reversal(work, whose["cadre"].id, seq, "重复登记")
        with working(college, actor(college, whose["second"].id)) as work:
            service.approve(work, change.uid)
    assert hours_of(college, whose["cadre"]) == 0


def test_a_kind_that_stood_below_nothing_is_put_right_by_adding(college, whose):
    """No bound was kept once: what is below nothing since then takes no more away, and an adjustment brings it back."""
    old = ledger_line(whose["cadre"].id, category="special_class", hours=D(-5), activity_key=None, delivery="offline")
    with working(college, SYSTEM) as work, ledger_service.approved(work):
        ledger_service.adjust(work, old, "旧系统误减")
    with pytest.raises(service.BadAdjustment):
        proposed(college, whose, D(-1))
    adjusted(college, whose, "cadre", hours=D(5))
    assert hours_of(college, whose["cadre"]) == 0


def test_two_approved_at_once_take_no_more_away_than_there_is(college, whose):
    adjusted(college, whose, "cadre")
    waiting, came, second = [proposed(college, whose, D(-8)) for _ in range(2)], list[str](), actor(college, whose["second"].id)
    start = Barrier(2)

    def approve(uid: UUID) -> None:
        start.wait()
        try:
            with working(college, second) as work:
                service.approve(work, uid)
            came.append("approved")
        except service.BadAdjustment as refusal:
            came.append(str(refusal.facts["why"]))

    both = [Thread(target=approve, args=(uid,)) for uid in waiting]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(came) == ["approved", "more_than_year_holds"]
    assert hours_of(college, whose["cadre"]) == 0
