"""The desk in the browser: who sees what, plain forms, many at once, races told on the page, hearings (domain.md §8, §9)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from app.claims import service as claims
from app.claims.models import Claim
from app.desk import queries
from app.desk.queries.inbox import SIZE, Wanted
from app.desk.rules import Chip, Step, Tab
from app.kernel.work import Actor, working
from app.people import service as people
from app.people.models import RoleGrant
from tests.desk import build
from tests.desk.test_service import hold, later, lines


@pytest.fixture
def office(college):
    return build.office(college)


def names(office, who, wanted):
    with working(office.college, office.actor(who), write=False) as work:
        return sorted(row.name for row in queries.inbox(work, wanted).page.items)


PEOPLE = ("cadre", "colleague", "stranger", "east", "west", "unit", "city", "district")


@pytest.mark.parametrize(
    ("who", "step", "seen"),
    [
        ("unit", Step.CHECK, ["何同", "李学"]),
        ("admin", Step.CHECK, ["东方", "何同", "区管", "李学", "柳定", "江查", "西门", "陈外"]),
        ("district", Step.CERTIFY, []),
        ("cadre", Step.CHECK, []),
    ],
)
def test_each_sees_the_claims_of_his_own_people_and_never_his_own(office, who, step, seen):
    """domain.md §9 × scope: own, same unit, other unit, other district."""
    for user_name in PEOPLE:
        office.waits(user_name, cert_no=user_name)
    assert names(office, who, Wanted(step)) == seen


def test_the_authority_sees_its_district_or_the_city_once_the_unit_has_passed(office):
    for user_name in PEOPLE:
        office.checked(user_name, cert_no=user_name)
    assert names(office, "district", Wanted(Step.CERTIFY)) == ["东方"]
    assert names(office, "city", Wanted(Step.CERTIFY)) == ["东方", "何同", "区管", "李学", "江查", "西门", "陈外"]
    with working(office.college, office.actor("district"), write=False) as work:
        few = queries.few_of(work, Step.CERTIFY)
        assert few is not None
        assert [row.name for row in queries.inbox(work, Wanted(Step.CERTIFY, few=few)).page.items] == ["东方"]
        assert str(queries.counts(work, Step.CERTIFY, few)[Chip.ALL]) == "1"


def test_chips_split_the_waiting_and_count_what_they_show(office):
    clean, odd = office.checked("cadre"), office.checked("colleague", "lecture", hours="2")
    soon = office.checked("stranger", cert_no="S-1")
    with working(office.college, Actor.system("test")) as work:
        work.session.execute(update(Claim).where(Claim.uid != soon).values(due_on=date(2026, 12, 30)))
        work.session.execute(update(Claim).where(Claim.uid == soon).values(due_on=date(2026, 11, 25)))
    with working(office.college, office.actor("city"), write=False) as work:
        counts = queries.counts(work, Step.CERTIFY)
        shown = {chip: {row.claim.uid for row in queries.inbox(work, Wanted(Step.CERTIFY, chip=chip)).page.items} for chip in Chip}
    assert shown[Chip.CLEAN] == {clean, soon} and shown[Chip.ODD] == {odd} and shown[Chip.SOON] == {soon}
    assert {chip: counts[chip].number for chip in Chip} == {chip: len(shown[chip]) for chip in Chip}


def test_the_odd_ones_are_ranked_by_risk(office):
    light = office.checked("cadre", "lecture", hours="2")
    heavy = office.checked("colleague", cert_no="same")
    with working(office.college, Actor.system("test")) as work:
        work.session.execute(update(Claim).where(Claim.uid == heavy).values(risk=40))
    with working(office.college, office.actor("city"), write=False) as work:
        assert [row.claim.uid for row in queries.inbox(work, Wanted(Step.CERTIFY, chip=Chip.ODD)).page.items] == [heavy, light]


@pytest.mark.parametrize("chip", [Chip.ALL, Chip.ODD])
def test_pages_follow_one_another_without_gap_or_double(college, office, chip):
    uid = office.checked("cadre")
    with working(college, Actor.system("test")) as work:
        kept = claims.find(work, uid)
        given = {column.key: getattr(kept, column.key) for column in Claim.__mapper__.column_attrs}
        for n in range(2 * SIZE + 5):
            fresh = {**given, "id": given["id"] + 1 + n, "uid": work.new_uid(), "activity_key": f"k{n}", "risk": n % 3,
                     "due_on": date(2026, 12, 1 + n % 20)}  # fmt: skip
            work.session.add(Claim(**fresh))
    with working(college, office.actor("city"), write=False) as work:
        seen, cursor = [], None
        while True:
            found = queries.inbox(work, Wanted(Step.CERTIFY, chip=chip), cursor).page
            seen += [row.claim.id for row in found.items]
            cursor = found.next
            if cursor is None:
                break
        expected = len(seen)
        assert len(set(seen)) == expected == (2 * SIZE + 6 if chip is Chip.ALL else sum(1 for n in range(2 * SIZE + 5) if n % 3))


@pytest.mark.parametrize("tab", ["", "chip=odd", "tab=returned", "tab=done"])
@pytest.mark.parametrize("page", ["x", "WzFd", "W10", "Wy0xXQ", "WyJ4Il0", "WzksMTAwMDAwMDAwMDAwMCwxXQ"])
def test_hostile_cursors_are_refused_or_end_the_list(client, office, tab, page):
    client.sign_in("city")
    assert client.get(f"/manage/hours?{tab}&page={page}").status_code in (200, 422)


def test_filters_by_unit_kind_and_time(office):
    office.checked("cadre")
    office.checked("east", "book")
    assert names(office, "city", Wanted(Step.CERTIFY, unit="东区")) == ["东方"]
    assert names(office, "city", Wanted(Step.CERTIFY, kind="certificate")) == ["李学"]
    assert names(office, "city", Wanted(Step.CERTIFY, since=date(2026, 11, 23))) == []
    assert names(office, "city", Wanted(Step.CERTIFY, since=date(2026, 11, 22), until=date(2026, 11, 22))) == ["东方", "李学"]


def post(client, path, **form):
    return client.post(path, data={"csrf_token": client.csrf("/account"), **form})


def test_a_claim_is_decided_by_a_plain_form_and_undone_by_another(client, office, clock):
    uid = office.checked("cadre")
    client.sign_in("city")
    page = client.get("/manage/hours").get_data(as_text=True)
    assert "应急管理培训" in page and f"/manage/hours/{uid}/decide" in page
    answer = post(client, f"/manage/hours/{uid}/decide", verb="certify", hours="30", reason="按证明载明的 5 天认定")
    assert answer.status_code == 303
    after = client.get(answer.location).get_data(as_text=True)
    undo = re.search(r"/manage/hours/decisions/[0-9a-f-]+/undo", after)
    assert undo is not None and 'data-runs="10"' in after
    assert lines(office, "cadre") == []
    assert post(client, undo[0]).status_code == 303
    later(office, clock)
    assert lines(office, "cadre") == [] and office.row(uid).state == "unit_checked"


def test_the_loser_of_a_race_sees_the_claim_as_it_stands_and_who_was_quicker(client, office):
    uid = office.checked("cadre")
    hold(office, "city2", uid)
    client.sign_in("city")
    answer = post(client, f"/manage/hours/{uid}/decide", verb="certify", hours="36")
    assert answer.status_code == 409
    assert "段审" in answer.get_data(as_text=True) and "应急管理培训" in answer.get_data(as_text=True)


def test_after_the_race_the_page_shows_the_state_that_was_won(client, office, clock):
    uid = office.checked("cadre")
    hold(office, "city2", uid)
    later(office, clock)
    client.sign_in("city")
    answer = post(client, f"/manage/hours/{uid}/decide", verb="reject", reason="不符")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "段审" in page and 'value="certify"' not in page


def test_a_missing_reason_keeps_what_was_typed(client, office):
    uid = office.checked("cadre")
    client.sign_in("city")
    answer = post(client, f"/manage/hours/{uid}/decide", verb="certify", hours="30")
    assert answer.status_code == 422
    assert re.search(r'id="hours"[^>]*value="30"', answer.get_data(as_text=True))
    assert re.search(r'id="reason"[^>]*aria-invalid="true"', answer.get_data(as_text=True))
    assert re.search(r'id="reason-err" data-reason-asked>.*请写明理由', answer.get_data(as_text=True))
    assert post(client, f"/manage/hours/{uid}/decide", verb="certify", hours="三十", reason="否").status_code == 422


def test_no_reason_stands_there_that_nobody_wrote_and_over_findings_one_is_asked_for(client, office):
    odd, clean = office.checked("colleague", "lecture", hours="2"), office.checked("cadre")
    client.sign_in("city")
    fields = [
        re.search(r'<input [^>]*id="reason"[^>]*>', client.get(f"/manage/hours/{uid}").get_data(as_text=True)) for uid in (odd, clean)
    ]
    assert [one and re.findall(r'(?:value|data-reason)="([^"]*)"', one[0]) for one in fields] == [
        ["", "return reject certify"], ["", "return reject"],
    ]  # fmt: skip
    assert post(client, f"/manage/hours/{odd}/decide", verb="certify").status_code == 422
    assert post(client, f"/manage/hours/{clean}/decide", verb="certify").status_code == 303


def test_many_first_say_count_and_hours_and_then_act(client, office, clock):
    uids = [office.checked("cadre", cert_no=f"YJ-{n}", title=f"第 {n} 期") for n in range(3)]
    odd = office.checked("colleague", "lecture", hours="2")
    client.sign_in("city")
    look = post(client, "/manage/hours/many", claim=[str(one) for one in (*uids, odd)])
    page = look.get_data(as_text=True)
    assert look.status_code == 200 and "3 条，共 108 学时" in page and str(odd)[:13].upper() in page
    act = post(client, "/manage/hours/many", claim=[str(one) for one in (*uids, odd)], sure="1")
    assert act.status_code == 303 and str(odd)[:13].upper() in client.get(act.location).get_data(as_text=True)
    later(office, clock)
    assert len(lines(office, "cadre")) == 3


def test_all_that_pass_go_with_one_button(client, office, clock):
    for n in range(3):
        office.checked("cadre", cert_no=f"YJ-{n}", title=f"第 {n} 期")
    client.sign_in("city")
    look = post(client, "/manage/hours/many?chip=clean", all="1").get_data(as_text=True)
    assert "3 条，共 108 学时" in look
    assert post(client, "/manage/hours/many?chip=clean", all="1", sure="1").status_code == 303
    later(office, clock)
    assert len(lines(office, "cadre")) == 3


@pytest.mark.parametrize(("who", "status"), [("district", 404), ("unit", 404), ("cadre", 403), ("city", 200)])
def test_outside_the_scope_there_is_no_claim_and_no_proof(client, office, who, status):
    uid = office.checked("stranger")
    client.sign_in(who)
    assert client.get(f"/manage/hours/{uid}").status_code == status


def test_proof_is_shown_so_that_nothing_in_it_can_run(client, office):
    uid = office.checked("cadre")
    client.sign_in("city")
    address = re.search(rf"/hours/claims/{uid}/evidence/[0-9a-f-]+", client.get(f"/manage/hours/{uid}").get_data(as_text=True))
    answer = client.get(address[0])
    assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    answer.close()


def test_an_appeal_is_heard_by_another_than_who_decided(client, office, clock):
    uid = office.checked("cadre")
    hold(office, "city", uid)
    later(office, clock)
    with working(office.college, office.actor("cadre")) as work:
        claims.appeal(work, uid, "证明为 36 学时")
    client.sign_in("city")
    page = client.get("/manage/hours?tab=appeals").get_data(as_text=True)
    assert "证明为 36 学时" in page and 'value="grant"' not in page
    assert post(client, f"/manage/hours/{uid}/hear?tab=appeals", verb="grant", hours="36", reason="属实").status_code == 403
    client.sign_in("city2")
    empty = post(client, f"/manage/hours/{uid}/hear?tab=appeals", verb="grant", hours=" ", reason="属实")
    assert empty.status_code == 422 and "请填写学时" in empty.get_data(as_text=True), "an empty field must not turn a grant into a refusal"
    assert post(client, f"/manage/hours/{uid}/hear?tab=appeals", verb="grant", hours="36", reason="属实").status_code == 303
    assert [one.hours for one in lines(office, "cadre")] == [30], "it waits its ten seconds"
    page = client.get("/manage/hours?tab=appeals").get_data(as_text=True)
    assert "支持“" in page and "data-undo" in page and str(uid) not in page.partition("desk-strip")[2].partition("<table")[2]
    later(office, clock)
    assert [one.hours for one in lines(office, "cadre")] == [30, -30, 36]


def test_a_certified_claim_is_revoked_with_a_reason_and_both_lines_stay(client, office, clock):
    uid = office.checked("cadre")
    hold(office, "city", uid)
    later(office, clock)
    client.sign_in("city2")
    assert 'name="reason"' in client.get(f"/manage/hours/{uid}?tab=done").get_data(as_text=True)
    assert post(client, f"/manage/hours/{uid}/revoke?tab=done", reason="").status_code == 422
    assert post(client, f"/manage/hours/{uid}/revoke?tab=done", reason="证书无效").status_code == 303
    assert sum((one.hours for one in lines(office, "cadre")), Decimal(0)) == 0


def test_the_pages_of_courses_samples_and_deputies_open(client, office):
    client.sign_in("city")
    for path in ("/manage/hours/courses", "/manage/hours/samples", "/manage/hours/delegations"):
        assert client.get(path).status_code == 200
    helper = office.people["helper"].id
    refused = post(client, "/manage/hours/delegations", person="²", from_on="2026-11-22", to_on="2026-11-25")
    assert refused.status_code == 422
    said = refused.get_data(as_text=True)
    assert 'href="#person">受托人：请选择本单位同事。' in said and 'name="to_on" min="2026-11-22" value="2026-11-25"' in said
    assert post(client, "/manage/hours/delegations", person=str(helper), from_on="2026-11-22", to_on="2026-11-25").status_code == 303
    page = client.get("/manage/hours/delegations").get_data(as_text=True)
    ends = re.search(r"/manage/hours/delegations/\d+/end", page)
    assert "代理" in page and ends is not None
    assert post(client, ends[0]).status_code == 303
    with working(office.college, office.actor("city"), write=False) as work:
        assert people.delegations(work) == []
    assert post(client, "/manage/hours/delegations", person="x", from_on="", to_on="").status_code == 422


def test_a_list_of_days_that_end_before_they_begin_says_so(client, office):
    client.sign_in("city")
    assert "结束日期早于开始日期。" in client.get("/manage/hours?since=2026-11-22&until=2026-11-21").text
    assert "结束日期早于开始日期。" not in client.get("/manage/hours?since=2026-11-21&until=2026-11-21").text


def test_what_a_unit_let_pass_reaches_the_authority(client, office, clock):
    uid = office.waits("cadre")
    clock.at += timedelta(days=30)
    client.sign_in("city")
    assert str(uid) in client.get("/manage/hours?chip=escalated").get_data(as_text=True)
    assert post(client, f"/manage/hours/{uid}/decide?chip=escalated", verb="pass").status_code == 303
    later(office, clock)
    assert office.row(uid).state == "unit_checked"
    assert "须由他人认定" in client.get(f"/manage/hours/{uid}").get_data(as_text=True)


def test_decided_and_returned_claims_have_their_own_lists(office, clock):
    from app.desk.rules import Verb
    from app.desk.service.keeping import Asked

    hold(office, "city", office.checked("cadre"))
    hold(office, "city", office.checked("colleague", cert_no="R-1"), Asked(Verb.RETURN, None, "请补盖章页"))
    later(office, clock)
    assert names(office, "city", Wanted(Step.CERTIFY, Tab.DONE)) == ["李学"]
    assert names(office, "city", Wanted(Step.CERTIFY, Tab.RETURNED)) == ["何同"]


def test_what_is_past_its_day_is_a_list_of_its_own_and_says_that_it_went_above(client, office, clock):
    uid = office.checked("east")
    client.sign_in("district")
    assert str(uid) not in client.get("/manage/hours?chip=late").get_data(as_text=True)
    clock.at += timedelta(days=30)
    with working(office.college, Actor.system("claims")) as work:
        claims.escalate(work)
    client.sign_in("district")
    page = client.get("/manage/hours?chip=late").get_data(as_text=True)
    assert str(uid) in page and "已超期" in page and "提请上级" in page and "已超期 <b class" in page
    assert "应于 2026-12-11 前办结" in page, "the trail says it"


def test_the_superior_hears_an_appeal_of_a_district_with_one_officer(client, office, clock):
    """The officer of the city, who certifies nobody of the district, finds it in a list of his own."""
    with working(office.college, Actor.system("test")) as work:
        work.session.execute(
            update(RoleGrant).where(RoleGrant.jurisdiction == "city", RoleGrant.role == "organization_dept").values(jurisdiction="J1")
        )
    uid = office.checked("east")
    hold(office, "district", uid)
    later(office, clock)
    with working(office.college, office.actor("east")) as work:
        claims.appeal(work, uid, "证明为 36 学时")
    client.sign_in("city")
    assert client.get(f"/manage/hours/{uid}?step=hear&tab=appeals").status_code == 404
    with working(office.college, Actor.system("claims")) as work:
        claims.escalate(work)
    page = client.get("/manage/hours?step=hear&tab=appeals").get_data(as_text=True)
    assert "证明为 36 学时" in page and 'value="grant"' in page and "提请本级" in page
    assert post(client, f"/manage/hours/{uid}/hear?step=hear&tab=appeals", verb="grant", hours="36", reason="属实").status_code == 303
    later(office, clock)
    assert [one.hours for one in lines(office, "east")] == [30, -30, 36]
    assert client.get(f"/manage/hours/{uid}?step=hear&tab=done").status_code == 200


def test_the_subject_is_chosen_beside_the_hours_and_the_difference_is_marked(client, office, clock):
    uid = office.checked("cadre", subject="public", list_year="2026")
    client.sign_in("city")
    page = client.get(f"/manage/hours/{uid}").get_data(as_text=True)
    assert re.search(r'<option value="public" selected>公需科目 （申报）</option>', page)
    assert post(client, f"/manage/hours/{uid}/decide", verb="certify", hours="36", subject="elective", reason="").status_code == 422
    assert (
        post(client, f"/manage/hours/{uid}/decide", verb="certify", hours="36", subject="elective", reason="属个人选修").status_code == 303
    )
    later(office, clock)
    assert '<b class="diff">认定科目为个人选修，申报为公需科目。</b>' in client.get(f"/manage/hours/{uid}?tab=done").get_data(as_text=True)


@pytest.mark.parametrize("hours", ["1e99999", "1e30", "-1", "NaN", "sNaN", "1e-9999", "Infinity"])
def test_hours_that_are_none_are_refused_by_name(client, office, hours):
    uid = office.checked("cadre")
    client.sign_in("city")
    answer = post(client, f"/manage/hours/{uid}/decide", verb="certify", hours=hours, reason="按证明")
    assert answer.status_code == 422 and office.row(uid).state == "unit_checked"
    assert 'id="hours-err"' in answer.text, "it is told at its field"


@pytest.mark.parametrize("narrowed", ["until=9999-12-31", "since=0001-01-01", "since=9999-12-31&until=0001-01-01"])
def test_days_at_the_end_of_the_calendar_narrow_nothing(client, office, narrowed):
    uid = office.checked("cadre")
    client.sign_in("city")
    for page in ("/manage/hours", f"/manage/hours/{uid}", "/manage/hours/list.csv"):
        answer = client.get(f"{page}?{narrowed}")
        assert answer.status_code == 200 and "应急管理培训" in answer.get_data(as_text=True), page
