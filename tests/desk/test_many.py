"""Returning many with one reason, and the list as a file: counted first, undone in ten seconds, scope-safe, formula-safe."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

import pytest
from openpyxl import load_workbook

from app.claims import service as claims
from app.desk import queries, service
from app.desk.rules import Verb
from app.desk.service.holding import NothingChosen
from app.desk.showing import number
from app.kernel.errors import Refusal
from app.kernel.work import working
from app.kernel.workbook import separated
from tests.desk import build
from tests.desk.test_manage import post
from tests.desk.test_service import hold, later, state


@pytest.fixture
def office(college):
    return build.office(college)


def send_back(office, who, uids, reason="请补盖章页"):
    with working(office.college, office.actor(who)) as work:
        held, left = service.hold_return(work, uids, reason)
        return held.uid, {one.uid: one.code for one in left}


def test_many_are_returned_with_one_reason_and_each_trail_says_so(college, office, clock):
    uids = [office.checked(who, cert_no=who) for who in ("cadre", "colleague", "stranger")]
    held, left = send_back(office, "city", uids)
    assert left == {} and {office.row(uid).state for uid in uids} == {"unit_checked"}
    later(office, clock)
    for uid in uids:
        claim, last = office.row(uid), office.trail(uid)[-1]
        assert (claim.state, claim.reason, claim.due_on) == ("returned", "请补盖章页", None)
        assert (last.act, last.by_name, last.reason, last.figures["at_once"], last.n) == ("return", "柳定", "请补盖章页", 3, claim.version)
    assert state(office, held)[1]["certified"] == 3


def test_the_unit_returns_many_of_its_own_people_only(college, office, clock):
    mine, theirs = office.waits("cadre"), office.waits("stranger", cert_no="S-1")
    past = office.checked("colleague", cert_no="K-1")
    _held, left = send_back(office, "unit", [mine, theirs, past])
    assert left == {theirs: "not_found", past: "claim_already_decided"}
    later(office, clock)
    assert (office.row(mine).state, office.row(theirs).state, office.row(past).state) == ("returned", "submitted", "unit_checked")


def test_what_is_undone_was_never_returned(college, office, clock):
    uids = [office.checked(who, cert_no=who) for who in ("cadre", "colleague")]
    held, _left = send_back(office, "city", uids)
    with working(college, office.actor("city")) as work:
        service.undo(work, held)
    later(office, clock, 60)
    assert {office.row(uid).state for uid in uids} == {"unit_checked"}


def test_conflicts_are_left_out_and_named(college, office, clock):
    free, busy, own = office.checked("cadre"), office.checked("colleague", cert_no="K-1"), office.checked("city", "book")
    hold(office, "city2", busy)
    held, left = send_back(office, "city", [free, busy, own])
    assert left == {busy: "claim_already_decided", own: "claim_own"}
    with working(college, office.actor("cadre")) as work:
        claims.withdraw(work, free)
    later(office, clock)
    assert [row[:2] for row in state(office, held)[1]["left_out"]][-1] == [str(free), "not_found"]
    assert office.row(free).state == "withdrawn"


def test_a_reason_is_needed_and_nothing_at_all_is_no_act(college, office):
    uid = office.checked("cadre")
    with pytest.raises(Refusal) as caught:
        send_back(office, "city", [uid], " ")
    assert caught.value.code == "claim_reason_needed"
    with pytest.raises(Refusal) as caught:
        send_back(office, "city", [uid], "<script>alert(1)</script>")
    assert caught.value.code == "claim_reason_needed"
    with pytest.raises(NothingChosen):
        send_back(office, "district", [uid])


def test_who_took_the_first_step_does_not_return_at_the_second(college, office):
    uid = office.waits("cadre")
    with working(college, office.actor("admin")) as work:
        claims.pass_on(work, uid)
    build.grant(office, "admin", "organization_dept", "city")
    with pytest.raises(NothingChosen) as caught:
        send_back(office, "admin", [uid])
    assert [one["code"] for one in caught.value.facts["left_out"]] == ["claim_same_person"]


def test_the_page_says_the_count_first_and_keeps_what_was_typed(client, office, clock):
    uids = [office.checked(who, cert_no=who) for who in ("cadre", "colleague")]
    client.sign_in("city")
    chosen = [str(uid) for uid in uids]
    look = post(client, "/manage/hours/return", claim=chosen).get_data(as_text=True)
    assert "退回 2 条" in look and "72 学时" in look
    assert post(client, "/manage/hours/return", claim=chosen, sure="1", reason="").status_code == 422
    assert post(client, "/manage/hours/return", claim=chosen, sure="1", reason="请补盖章页").status_code == 303
    page = client.get("/manage/hours").get_data(as_text=True)
    assert "退回 2 条" in page and re.search(r"/manage/hours/decisions/[0-9a-f-]+/undo", page)
    later(office, clock)
    assert {office.row(uid).reason for uid in uids} == {"请补盖章页"}


def test_the_page_of_many_names_the_person_his_unit_the_title_and_the_hours(client, office, clock):
    mine, odd, theirs = office.checked("cadre"), office.checked("colleague", "lecture", hours="2"), office.checked("east", cert_no="E-1")
    own = office.checked("city", "book")
    client.sign_in("city")
    here = re.sub(r"\s+", " ", post(client, "/manage/hours/many", claim=[str(one) for one in (mine, odd, own)]).get_data(as_text=True))
    with working(office.college, office.actor("city")) as work:
        rows = queries.told(work, [mine, odd, own, theirs])
    for uid in (mine, odd, own):
        row = rows[uid]
        assert f"<b>{row.name}</b> · {row.unit}<br>{row.claim.title}" in here, row
        assert f"{row.claim.hours_claimed.normalize():f} 学时" in here
    client.sign_in("district")
    there = post(client, "/manage/hours/return", claim=[str(mine), str(theirs)]).get_data(as_text=True)
    assert rows[theirs].name in there
    assert number(mine) in there and rows[mine].name not in there, "whom he may not decide about he is not told"
    client.sign_in("city")
    post(client, "/manage/hours/many", claim=[str(mine), str(odd)], sure="1")
    later(office, clock)
    held = post(client, "/manage/hours/many", claim=[str(mine), str(office.checked("colleague", cert_no="K-9"))], sure="1")
    assert f"<b>{rows[mine].name}</b>" in client.get(held.headers["Location"]).get_data(as_text=True)


def sheet_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.data)).active.iter_rows()]


def csv_of(client, address):
    answer = client.get(address)
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_list_as_a_file_holds_what_the_screen_shows(client, office):
    clean, odd = office.checked("cadre"), office.checked("colleague", "lecture", hours="2")
    client.sign_in("city")
    for rows in (sheet_of(client, "/manage/hours/list.xlsx"), csv_of(client, "/manage/hours/list.csv")):
        head = next(n for n, row in enumerate(rows) if row and row[0] == "编号")
        assert {row[0] for row in rows[head + 1 :]} == {number(uid) for uid in (clean, odd)}
        about = " ".join(str(cell) for row in rows[:head] for cell in row if cell)
        assert "demo@1" in about and "2026-11-22" in about and "柳定" in about
    rows = sheet_of(client, "/manage/hours/list.xlsx?chip=odd")
    assert [row[4] for row in rows if row[0] == number(odd)] == ["宏观经济形势"]
    assert number(clean) not in {row[0] for row in rows}
    assert [float(row[7]) for row in rows if row[0] == number(odd)] == [2]
    assert all(isinstance(row[place], datetime) for row in rows if row[0] == number(odd) for place in (5, 6, 13, 14))


@pytest.mark.parametrize(("who", "seen"), [("city", {"cadre", "east"}), ("district", {"east"}), ("unit", set())])
def test_a_file_never_holds_more_than_the_scope(client, office, who, seen):
    uids = {name: office.checked(name, cert_no=name) for name in ("cadre", "east")}
    client.sign_in(who)
    for ending in ("xlsx", "csv"):
        rows = (sheet_of if ending == "xlsx" else csv_of)(client, f"/manage/hours/list.{ending}")
        held = {row[0] for row in rows if row}
        assert {name for name, uid in uids.items() if number(uid) in held} == seen


def test_whoever_may_not_enter_gets_no_file(client, office):
    client.sign_in("cadre")
    assert client.get("/manage/hours/list.csv").status_code == 403


FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\n=1", "|calc")


@pytest.mark.parametrize("title", FORMULAS)
def test_no_title_is_calculated_by_a_spreadsheet(client, office, title):
    office.checked("cadre", title=title.strip() or title)
    client.sign_in("city")
    answer = client.get("/manage/hours/list.xlsx")
    cells = [cell for row in load_workbook(io.BytesIO(answer.data)).active.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(cell.value == title.strip() for cell in cells)
    assert f"'{title.strip()}" in {row[4] for row in csv_of(client, "/manage/hours/list.csv") if len(row) > 4}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_separated_text_begins_with_nothing_that_calculates(text):
    """Negative control beside it: a harmless text and a negative figure stay as they are."""
    line = separated([[text, "读书", -1]]).decode("utf-8-sig")
    fields = next(csv.reader(io.StringIO(line)))
    assert fields[0].startswith("'") and fields[1:] == ["读书", "-1"]


def test_the_verb_fits_its_column():
    assert max(len(str(verb)) for verb in Verb) <= 10
