"""Decisions on courses that wait, on drawn ones and on appeals wait their ten seconds as those on claims do: undone they never were."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.claims import service as claims
from app.claims.models import Appeal, Claim
from app.desk import queries, service
from app.desk.models import HeldCourse
from app.desk.queries.inbox import Wanted
from app.desk.rules import Step, Tab, Verb
from app.desk.service.courses import NoCourse
from app.desk.service.keeping import Asked
from app.hours import service as hours
from app.hours.models import CourseCredit
from app.kernel.errors import NotFound, Refusal
from app.kernel.work import Actor, working
from app.people.models import Account, Unit
from tests import make
from tests.claims.test_races import together
from tests.desk import build
from tests.desk.test_manage import post
from tests.desk.test_service import all_drawn, finish, hold, later, lines, samples, state  # noqa: F401  # a fixture

CERTIFY = Asked(Verb.CERTIFY_COURSES)
DECLINE = Asked(Verb.DECLINE, reason="测验由他人代答")
FOUND, TAKE_BACK = Asked(Verb.FOUND), Asked(Verb.TAKE_BACK, reason="非本人学习")
GRANT, UPHOLD = Asked(Verb.GRANT, Decimal(36), "属实"), Asked(Verb.UPHOLD, None, "维持")


@pytest.fixture
def office(college):
    """With a third certifier, who made no course: `city2` made all of them."""
    made = build.office(college)
    with working(college, Actor.system("test")) as work:
        person = made.people["admin2"] = make.person(work, "章二", at=work.session.scalars(select(Unit).where(Unit.code == "pc")).one())
        make.account(work, person, "admin2", build.PASSWORD)
        make.grant(work, person, "organization_dept", "city")
    return made


@pytest.fixture
def by_hand(monkeypatch):
    """The rule set says that courses wait for a person."""
    build.courses_by_hand(monkeypatch)


def decide(office, who, keys, asked=CERTIFY):
    with working(office.college, office.actor(who)) as work:
        return service.hold_courses(work, keys, asked)[0].uid


def look(office, who, key, asked=FOUND):
    with working(office.college, office.actor(who)) as work:
        return service.hold_sample(work, key, asked).uid


def undo(office, who, held):
    with working(office.college, office.actor(who)) as work:
        service.undo(work, held)


def credit(office, key):
    with working(office.college, Actor.system("test"), write=False) as work:
        return work.session.get_one(CourseCredit, key)


def appealed(office, clock, who="cadre"):
    """A claim certified below what was claimed by `city`, appealed against."""
    uid = office.checked(who)
    hold(office, "city", uid)
    later(office, clock)
    with working(office.college, office.actor(who)) as work:
        claims.appeal(work, uid, "证明为 36 学时")
    return uid


def appeal_of(office, uid):
    with working(office.college, Actor.system("test"), write=False) as work:
        return work.session.scalars(select(Appeal).join(Claim, Claim.id == Appeal.claim_id).where(Claim.uid == uid)).one()


def listed(office, who):
    with working(office.college, office.actor(who), write=False) as work:
        counts = queries.counts(work, Step.CERTIFY)
        rows = len(queries.pending_courses(work).items), len(queries.samples(work).items)
        assert rows == (counts["courses"].number, counts["samples"].number), "the figures say what the lists show"
        return rows


@pytest.mark.parametrize(("asked", "ends"), [(CERTIFY, "posted"), (DECLINE, "declined")])
def test_a_course_is_decided_after_ten_seconds_in_the_name_of_who_did(office, clock, by_hand, asked, ends):
    key = finish(office.college, office)
    assert listed(office, "city2") == (1, 0)
    held = decide(office, "city", [key], asked)
    assert listed(office, "city2") == (0, 0)
    later(office, clock, 9)
    assert credit(office, key).state == "pending" and lines(office, "cadre") == []
    later(office, clock, 1)
    assert (credit(office, key).state, credit(office, key).decided_by) == (ends, office.people["city"].id)
    assert [one.certified_by for one in lines(office, "cadre")] == (["柳定"] if ends == "posted" else [])
    assert state(office, held)[0] == "done"
    with pytest.raises(service.CannotUndo):
        undo(office, "city", held)


def test_a_course_decision_that_is_undone_never_was_and_another_decides(office, clock, by_hand):
    key = finish(office.college, office)
    held = decide(office, "city", [key])
    with pytest.raises(NotFound):
        undo(office, "city2", held)
    undo(office, "city", held)
    later(office, clock, 60)
    assert credit(office, key).state == "pending" and lines(office, "cadre") == [] and state(office, held)[0] == "undone"
    decide(office, "admin2", [key])
    later(office, clock)
    assert [one.certified_by for one in lines(office, "cadre")] == ["章二"]


def test_two_at_once_hold_one_decision_on_a_course_and_the_other_is_told_who(college, office, clock, by_hand):
    """ATK-A63; and whoever comes within the ten seconds finds it taken, be it to decline it."""
    key = finish(college, office, "colleague")
    got = together(
        college, [office.actor("city"), office.actor("admin2")] * 3, lambda work: service.hold_courses(work, [key], CERTIFY)[0].by_id
    )
    won = [one for one in got if isinstance(one, int)]
    assert len(won) == 1
    winner, other = ("city", "admin2") if won[0] == office.people["city"].id else ("admin2", "city")
    assert all(office.people[winner].name in one[2] for one in got if not isinstance(one, int)) and len(got) == 6
    with pytest.raises(NoCourse) as caught:
        decide(office, other, [key], DECLINE)
    assert office.people[winner].name in caught.value.sentence
    later(office, clock)
    assert [one.certified_by for one in lines(office, "colleague")] == [office.people[winner].name]


def test_of_many_courses_what_cannot_be_is_left_out_at_once_and_named(college, office, clock, by_hand):
    mine, other, own = finish(college, office), finish(college, office, "colleague"), finish(college, office, "city")
    decide(office, "admin2", [other])
    with working(college, office.actor("city")) as work:
        held, left = service.hold_courses(work, [mine, other, own, mine], CERTIFY)
        assert (held.count, held.hours) == (1, 2)
    assert [(one.key, one.code) for one in left] == [(other, "credit_already_decided"), (own, "credit_own")]
    with working(college, office.actor("city"), write=False) as work:
        named = queries.named(work, [name for name, _code, _why in held.outcome["left_out"]])
    assert list(named) == [f"{other[0]}.{other[1]}"] and named[f"{other[0]}.{other[1]}"].startswith("何同 · ")
    later(office, clock)
    assert [len(lines(office, who)) for who in ("cadre", "colleague", "city")] == [1, 1, 0]


def test_what_cannot_be_on_a_course_is_refused_at_once(college, office, by_hand):
    key = finish(college, office)
    with pytest.raises(hours.ReasonMissing):
        decide(office, "city", [key], Asked(Verb.DECLINE, reason=" "))
    with pytest.raises(NoCourse):
        decide(office, "city2", [key])
    with pytest.raises(NoCourse):
        decide(office, "district", [key], DECLINE)
    with pytest.raises(NoCourse):
        decide(office, "city", [])
    with working(college, Actor.system("test"), write=False) as work:
        assert work.session.scalars(select(HeldCourse)).all() == []


def changed(office, key):
    with working(office.college, Actor.system("test")) as work:
        mine = CourseCredit.person_id == key[0], CourseCredit.version_id == key[1]
        work.session.execute(update(CourseCredit).where(*mine).values(hours=Decimal(5)))


def test_a_course_whose_hours_were_changed_within_the_ten_seconds_is_left_out(college, office, clock, by_hand):
    keys = [finish(college, office), finish(college, office, "colleague")]
    held = decide(office, "city", keys)
    changed(office, keys[1])
    later(office, clock)
    outcome = state(office, held)[1]
    assert outcome["certified"] == 1 and [row[:2] for row in outcome["left_out"]] == [[f"{keys[1][0]}.{keys[1][1]}", "credit_changed"]]
    assert lines(office, "colleague") == []


def test_what_a_disabled_account_decided_on_a_course_does_not_go_through(college, office, clock, by_hand):
    key = finish(college, office)
    held = decide(office, "city", [key])
    with working(college, Actor.system("test")) as work:
        work.session.execute(update(Account).where(Account.person_id == office.people["city"].id).values(is_enabled=False))
    later(office, clock)
    assert state(office, held) == (
        "refused",
        {"left_out": [[f"{key[0]}.{key[1]}", "account_closed", state(office, held)[1]["left_out"][0][2]]]},
    )
    assert credit(office, key).state == "pending"
    decide(office, "admin2", [key])


@pytest.mark.parametrize(("asked", "hours_left"), [(FOUND, [2]), (TAKE_BACK, [2, -2])])
def test_a_sample_is_decided_after_ten_seconds_or_undone(college, office, clock, all_drawn, asked, hours_left):  # noqa: F811
    key = finish(college, office)
    first = look(office, "city", key, asked)
    assert listed(office, "admin2") == (0, 0)
    undo(office, "city", first)
    later(office, clock, 60)
    assert [str(one.state) for one in samples(college)] == ["open"] and [one.hours for one in lines(office, "cadre")] == [2]
    look(office, "admin2", key, asked)
    with pytest.raises(service.CourseHeld) as caught:
        look(office, "city", key, FOUND)
    assert caught.value.facts["who"] == "章二"
    assert [one.hours for one in lines(office, "cadre")] == [2]
    later(office, clock)
    assert [one.hours for one in lines(office, "cadre")] == hours_left
    assert [one.seen_by for one in samples(college)] == [office.people["admin2"].id]


def test_a_sample_whose_hours_were_changed_within_the_ten_seconds_waits_again(college, office, clock, all_drawn):  # noqa: F811
    key = finish(college, office)
    held = look(office, "city", key, TAKE_BACK)
    changed(office, key)
    later(office, clock)
    ended, outcome = state(office, held)
    assert ended == "refused" and outcome["left_out"][0][1] == "credit_changed"
    assert [str(one.state) for one in samples(college)] == ["open"] and listed(office, "city") == (0, 1)


def test_two_looking_at_one_sample_at_once_hold_one_finding(college, office, clock, all_drawn):  # noqa: F811
    key = finish(college, office)
    got = together(
        college, [office.actor("city"), office.actor("admin2")] * 3, lambda work: service.hold_sample(work, key, TAKE_BACK).by_id
    )
    assert len([one for one in got if isinstance(one, int)]) == 1
    assert {one[0] for one in got if not isinstance(one, int)} == {"credit_already_decided"}
    later(office, clock)
    assert [one.hours for one in lines(office, "cadre")] == [2, -2]


@pytest.mark.parametrize(("asked", "ends", "hours_left"), [(GRANT, "granted", [30, -30, 36]), (UPHOLD, "upheld", [30])])
def test_an_appeal_is_decided_after_ten_seconds_or_undone(college, office, clock, asked, ends, hours_left):
    uid = appealed(office, clock)
    before = len(office.trail(uid))
    undo(office, "city2", hold(office, "city2", uid, asked))
    later(office, clock, 60)
    assert appeal_of(office, uid).state == "open" and len(office.trail(uid)) == before
    hold(office, "city2", uid, asked)
    assert appeal_of(office, uid).state == "open" and [one.hours for one in lines(office, "cadre")] == [30]
    with working(college, office.actor("admin2"), write=False) as work:
        assert queries.inbox(work, Wanted(Step.CERTIFY, Tab.APPEALS)).page.items == ()
        assert queries.counts(work, Step.CERTIFY)["appeals"].number == 0
    later(office, clock)
    assert appeal_of(office, uid).state == ends and [one.hours for one in lines(office, "cadre")] == hours_left
    assert appeal_of(office, uid).heard_by == office.people["city2"].id


def test_two_hearing_one_appeal_at_once_hold_one_decision_and_the_other_is_told_who(college, office, clock):
    uid = appealed(office, clock)
    got = together(college, [office.actor("city2"), office.actor("admin2")] * 3, lambda work: service.hold(work, uid, GRANT).by_id)
    won = [one for one in got if isinstance(one, int)]
    assert len(won) == 1
    winner = next(name for name in ("city2", "admin2") if office.people[name].id == won[0])
    assert {one[:2] for one in got if not isinstance(one, int)} == {("claim_already_decided", office.people[winner].name)}
    later(office, clock)
    assert [one.hours for one in lines(office, "cadre")] == [30, -30, 36]


def test_an_appeal_whose_claim_was_changed_within_the_ten_seconds_is_looked_at_again(college, office, clock):
    uid = appealed(office, clock)
    held = hold(office, "city2", uid, GRANT)
    with working(college, Actor.system("test")) as work:
        work.session.execute(update(Claim).where(Claim.uid == uid).values(version=Claim.version + 1))
    later(office, clock)
    ended, outcome = state(office, held)
    assert ended == "refused" and outcome["left_out"][0][:2] == [str(uid), "claim_changed"]
    assert appeal_of(office, uid).state == "open"


def test_who_had_a_part_in_the_decision_is_refused_before_anything_is_held(college, office, clock):
    uid = appealed(office, clock)
    with pytest.raises(Refusal) as caught:
        hold(office, "city", uid, GRANT)
    assert caught.value.code == "claim_same_person" and office.trail(uid)[-1].act == "refused"
    hold(office, "city2", uid, UPHOLD)


def test_an_appeal_granted_in_a_form_of_a_decision_is_none(client, office, clock):
    """The form of a decision knows its own four verbs only: another returns the claim, and here there is nothing to return."""
    uid = appealed(office, clock)
    client.sign_in("city2")
    for verb in ("grant", "uphold", "take_back", "many"):
        assert post(client, f"/manage/hours/{uid}/decide?tab=appeals", verb=verb, hours="36", reason="属实").status_code == 409
    later(office, clock)
    assert appeal_of(office, uid).state == "open"


def test_the_page_of_courses_holds_undoes_and_says_what_was_left_out(client, office, clock, by_hand):
    first, second = finish(office.college, office), finish(office.college, office, "colleague")
    client.sign_in("city")
    page = client.get("/manage/hours/courses").get_data(as_text=True)
    chosen = re.findall(r'name="course" value="([^"]+)" checked', page)
    assert len(chosen) == 2 and "10 秒" in page
    empty = post(client, "/manage/hours/courses", course=chosen[:1], verb="decline", reason=" ")
    assert empty.status_code == 422 and "未作任何更改" in empty.get_data(as_text=True)
    assert post(client, "/manage/hours/courses", course=chosen, verb="certify").status_code == 303
    page = client.get("/manage/hours/courses").get_data(as_text=True)
    assert "认定 2 门课程，共 4 学时" in page and 'name="course"' not in page
    undo_at = re.search(r"/manage/hours/decisions/[0-9a-f-]+/undo", page)[0]
    assert post(client, undo_at, next="/manage/hours/courses").location.endswith("/manage/hours/courses")
    assert len(re.findall(r'name="course" value', client.get("/manage/hours/courses").get_data(as_text=True))) == 2
    client.sign_in("city2")
    assert post(client, "/manage/hours/courses", course=chosen, verb="certify").status_code == 409, "whoever made both courses"
    assert post(client, "/manage/hours/courses", course=chosen[:1], verb="decline", reason="非本人学习").status_code == 303
    client.sign_in("city")
    answer = post(client, "/manage/hours/courses", course=chosen, verb="certify")
    page = client.get(answer.location).get_data(as_text=True)
    assert "段审刚刚已对该课程作出决定" in page and "未纳入" in page and re.search(r"(李学|何同) · ", page)
    later(office, clock)
    assert sorted([credit(office, first).state, credit(office, second).state]) == ["declined", "posted"]


def test_the_page_of_samples_holds_and_undoes(client, office, clock, all_drawn):  # noqa: F811
    finish(office.college, office)
    client.sign_in("city")
    action = re.search(r"/manage/hours/samples/[0-9a-f-]+/[0-9a-f-]+", client.get("/manage/hours/samples").get_data(as_text=True))[0]
    refused = post(client, action, verb="revoke", reason="")
    assert refused.status_code == 422 and f"{action}" in refused.text.partition('aria-invalid="true"')[0] and 'id="s-1-err"' in refused.text
    assert post(client, action, verb="revoke", reason="非本人学习").status_code == 303
    page = client.get("/manage/hours/samples").get_data(as_text=True)
    assert "的 2 学时" in page and action not in page
    client.sign_in("admin2")
    other = post(client, action, verb="ok")
    assert other.status_code == 409 and "柳定刚刚已对该课程作出决定" in other.get_data(as_text=True)
    assert [one.hours for one in lines(office, "cadre")] == [2]
    later(office, clock)
    assert [one.hours for one in lines(office, "cadre")] == [2, -2]


def test_outside_the_scope_nobody_is_told_who_decided_a_moment_ago(office, clock, all_drawn):  # noqa: F811
    uid, key = office.checked("west"), finish(office.college, office, "west")
    hold(office, "city", uid)
    look(office, "city", key)
    with pytest.raises(NotFound):
        hold(office, "district", uid)
    with pytest.raises(NotFound):
        look(office, "district", key)


def test_outside_the_scope_nobody_is_told_who_decided_on_a_course_that_waits(office, clock, by_hand):
    key = finish(office.college, office, "west")
    decide(office, "city", [key])
    with pytest.raises(NoCourse) as caught:
        decide(office, "district", [key])
    assert "柳定" not in caught.value.sentence
    with pytest.raises(NoCourse) as caught:
        decide(office, "admin2", [key])
    assert "柳定" in caught.value.sentence
