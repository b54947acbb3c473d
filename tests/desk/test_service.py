"""A decision waits ten seconds, is carried out once or undone without a trace in the ledger; deputies; samples."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.claims import service as claims
from app.desk import service
from app.desk.models import Held, Sample
from app.desk.rules import HOLD, SampleState, Verb, drawn
from app.desk.service.holding import NothingChosen
from app.desk.service.keeping import Asked
from app.desk.service.sampling import OwnSample, SampleSeen
from app.hours import service as hours
from app.hours.models import CourseCredit
from app.jobs import service as jobs
from app.kernel.errors import Forbidden, NotFound, Refusal
from app.kernel.work import Actor, working
from app.ledger import queries as ledger
from app.people import service as people
from app.people.models import Appointment, RoleGrant, Unit
from app.people.service.accounts import RolesExclude
from app.people.service.delegating import BadDelegation, DelegationEnded
from app.rulebook import service as rulebook
from tests.claims.test_races import together
from tests.desk import build
from tests.hours import build as study

CERTIFY = Asked(Verb.CERTIFY, Decimal(30), "其中 6 学时为考察")


@pytest.fixture
def office(college):
    return build.office(college)


def hold(office, who, uid, asked=CERTIFY):
    with working(office.college, office.actor(who)) as work:
        return service.hold(work, uid, asked).uid


def later(office, clock, seconds=11):
    """The clock goes on and the worker runs what is due."""
    clock.at += timedelta(seconds=seconds)
    with working(office.college, Actor.system("test"), write=False) as work:
        ids = jobs.due(work)
    for one in ids:
        jobs.run(office.college, one)


def state(office, held):
    with working(office.college, Actor.system("test"), write=False) as work:
        row = work.session.scalars(select(Held).where(Held.uid == held)).one()
        return str(row.state), row.outcome


def lines(office, who):
    with working(office.college, Actor.system("test"), write=False) as work:
        return ledger.lines(work, office.people[who].id)


def test_nothing_stands_anywhere_before_the_ten_seconds_are_over(college, office, clock):
    uid = office.checked("cadre")
    before = len(office.trail(uid))
    held = hold(office, "city", uid)
    assert office.row(uid).state == "unit_checked" and lines(office, "cadre") == [] and len(office.trail(uid)) == before
    later(office, clock, 9)
    assert lines(office, "cadre") == []
    later(office, clock, 1)
    assert [one.hours for one in lines(office, "cadre")] == [30]
    assert state(office, held)[0] == "done"
    assert (office.trail(uid)[-1].act, office.trail(uid)[-1].by_name, office.trail(uid)[-1].ip) == ("certify", "柳定", "10.0.0.7")


def test_what_is_undone_never_was(college, office, clock):
    uid = office.checked("cadre")
    before = [(one.n, one.act) for one in office.trail(uid)]
    held = hold(office, "city", uid)
    with working(college, office.actor("city")) as work:
        service.undo(work, held)
    later(office, clock, 60)
    assert office.row(uid).state == "unit_checked" and lines(office, "cadre") == []
    assert [(one.n, one.act) for one in office.trail(uid)] == before
    hold(office, "city2", uid)


def test_after_it_was_carried_out_nothing_is_undone(college, office, clock):
    held = hold(office, "city", office.checked("cadre"))
    later(office, clock)
    with pytest.raises(service.CannotUndo), working(college, office.actor("city")) as work:
        service.undo(work, held)
    assert len(lines(office, "cadre")) == 1


def test_nobody_undoes_for_another(college, office):
    held = hold(office, "city", office.checked("cadre"))
    with pytest.raises(NotFound), working(college, office.actor("city2")) as work:
        service.undo(work, held)


def test_it_is_carried_out_once_even_if_the_job_runs_twice(college, office, clock):
    uid = office.checked("cadre")
    hold(office, "city", uid)
    clock.at += HOLD
    with working(college, Actor.system("test"), write=False) as work:
        held_id = work.session.scalars(select(Held.id)).one()
    for _ in range(2):
        with working(college, Actor.system("test")) as work:
            service.carry_out(work, held_id)
    assert len(lines(office, "cadre")) == 1


def test_the_maker_catches_up_when_the_worker_is_behind(college, office, clock):
    hold(office, "city", office.checked("cadre"))
    clock.at += HOLD
    with working(college, office.actor("city")) as work:
        service.catch_up(work)
    assert len(lines(office, "cadre")) == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(Verb.CERTIFY, Decimal(30)), "claim_verdict"),
        (Asked(Verb.CERTIFY, Decimal(99), "多"), "claim_verdict"),
        (Asked(Verb.RETURN), "claim_reason_needed"),
        (Asked(Verb.REJECT), "claim_reason_needed"),
        (Asked(Verb.PASS), "claim_already_decided"),
    ],
)
def test_what_cannot_be_is_refused_at_once_and_not_after_ten_seconds(college, office, asked, code):
    uid = office.checked("cadre")
    with pytest.raises(Refusal) as caught:
        hold(office, "city", uid, asked)
    assert caught.value.code == code
    with working(college, Actor.system("test"), write=False) as work:
        assert work.session.scalars(select(Held.id)).all() == []


def test_two_certifiers_at_once_hold_one_decision_and_the_other_is_told_who(college, office, clock):
    """ATK-A63, INV-I13."""
    uid = office.checked("cadre")
    got = together(college, [office.actor("city"), office.actor("city2")] * 4, lambda work: service.hold(work, uid, CERTIFY).by_id)
    won = [one for one in got if isinstance(one, int)]
    assert len(won) == 1
    winner = next(name for name in ("city", "city2") if office.people[name].id == won[0])
    assert {one[:2] for one in got if not isinstance(one, int)} == {("claim_already_decided", office.people[winner].name)}
    later(office, clock)
    assert len(lines(office, "cadre")) == 1


def test_a_claim_withdrawn_in_the_meantime_is_told_and_not_certified(college, office, clock):
    uid = office.checked("cadre")
    held = hold(office, "city", uid)
    with working(college, office.actor("cadre")) as work:
        claims.withdraw(work, uid)
    later(office, clock)
    assert state(office, held)[0] == "refused"
    assert state(office, held)[1]["left_out"][0][:2] == [str(uid), "not_found"]
    assert "withdrawn" in state(office, held)[1]["left_out"][0][2] or "撤回" in state(office, held)[1]["left_out"][0][2]
    assert lines(office, "cadre") == []


def test_who_has_lost_his_office_meanwhile_decides_nothing(college, office, clock):
    held = hold(office, "city", office.checked("cadre"))
    with working(college, Actor.system("test")) as work:
        work.session.execute(update(RoleGrant).where(RoleGrant.person_id == office.people["city"].id).values(to_on=date(2026, 11, 1)))
    later(office, clock)
    assert state(office, held)[0] == "refused" and lines(office, "cadre") == []


def test_own_claims_are_refused_and_the_attempt_is_kept(college, office):
    """ATK-A62."""
    uid = office.checked("city")
    with pytest.raises(Refusal) as caught:
        hold(office, "city", uid)
    assert caught.value.code == "claim_own"
    assert [(one.act, one.by_name) for one in office.trail(uid)][-1] == ("refused", "柳定")


def test_many_leave_conflicts_out_and_say_count_and_hours(college, office, clock):
    clean = [office.checked("cadre", cert_no=f"YJ-{n}", title=f"第 {n} 期") for n in range(3)]
    odd = office.checked("cadre", "lecture", hours="2")
    busy = office.checked("colleague", cert_no="K-1", title="另一期")
    own = office.checked("city", "book")
    hold(office, "city2", busy)
    with working(college, office.actor("city")) as work:
        held, left = service.hold_many(work, [*clean, odd, busy, own])
        uid, count, total = held.uid, held.count, held.hours
    assert (count, total) == (3, Decimal(108))
    assert {one.uid: one.code for one in left} == {odd: "differs", busy: "claim_already_decided", own: "claim_own"}
    assert lines(office, "cadre") == []
    later(office, clock)
    assert sorted(one.hours for one in lines(office, "cadre")) == [36, 36, 36]
    assert state(office, uid)[1]["certified"] == 3 and len(state(office, uid)[1]["left_out"]) == 3


def test_many_conflicts_alone_are_no_act(college, office):
    odd = office.checked("cadre", "lecture", hours="2")
    with pytest.raises(NothingChosen) as caught, working(college, office.actor("city")) as work:
        service.hold_many(work, [odd])
    assert [one["code"] for one in caught.value.facts["left_out"]] == ["differs"]


def test_one_that_became_odd_within_the_ten_seconds_is_left_out_and_named(college, office, clock):
    uids = [office.checked("cadre", cert_no=f"YJ-{n}", title=f"第 {n} 期") for n in range(2)]
    with working(college, office.actor("city")) as work:
        held = service.hold_many(work, uids)[0].uid
    with working(college, office.actor("cadre")) as work:
        claims.withdraw(work, uids[1])
    later(office, clock)
    assert state(office, held)[1]["certified"] == 1
    assert [row[:2] for row in state(office, held)[1]["left_out"]] == [[str(uids[1]), "not_found"]]


def lend(office, who="city", to="helper", since=date(2026, 11, 22), until=date(2026, 11, 30)):
    with working(office.college, office.actor(who)) as work:
        return people.delegate(work, office.people[to].id, since, until)[0].id


@pytest.mark.parametrize(("day", "may"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_deputy_certifies_from_the_first_day_to_the_last(college, office, clock, day, may):
    uid = office.checked("cadre")
    lend(office, since=date(2026, 11, 23), until=date(2026, 11, 25))
    clock.at += timedelta(days=day)
    if not may:
        with pytest.raises(Forbidden):
            hold(office, "helper", uid)
        return
    hold(office, "helper", uid)
    later(office, clock)
    last = office.trail(uid)[-1]
    assert (last.act, last.by_name, last.figures["on_behalf"]) == ("certify", "代理", "柳定")


def test_a_deputy_never_certifies_for_whom_he_acts(college, office):
    uid = office.checked("city")
    lend(office)
    with pytest.raises(NotFound):
        hold(office, "helper", uid)


def test_a_delegation_ends_when_it_is_taken_back_and_with_the_authority_it_was_made_of(college, office):
    uid = office.checked("cadre")
    grant = lend(office)
    assert office.actor("helper").may("claims.certify")
    with working(college, office.actor("city")) as work:
        people.end_delegation(work, grant)
    assert not office.actor("helper").may("claims.certify")
    with pytest.raises(DelegationEnded), working(college, office.actor("city")) as work:
        people.end_delegation(work, grant)
    lend(office, "city2")
    assert office.actor("helper").may("claims.certify")
    with working(college, Actor.system("test")) as work:
        work.session.execute(update(RoleGrant).where(RoleGrant.person_id == office.people["city2"].id).values(to_on=date(2026, 11, 21)))
    with pytest.raises(Forbidden):
        hold(office, "helper", uid)


def test_a_delegation_ends_with_the_service_of_its_lender_in_the_unit(college, office):
    """He holds his office where he has gone to; what he lent was that of where he was. Back in his unit it counts again."""
    uid = office.checked("cadre")
    lend(office)
    home = office.people["city"].id
    with working(college, Actor.system("test")) as work:
        post = select(Appointment.unit_id).where(Appointment.person_id == home)
        was, other = work.session.scalar(post), work.session.scalar(select(Unit.id).where(Unit.code == "czj"))
    for unit_id, may in ((other, False), (was, True)):
        with working(college, Actor.system("test")) as work:
            work.session.execute(update(Appointment).where(Appointment.person_id == home).values(unit_id=unit_id))
        assert office.actor("city").may("claims.certify")
        assert office.actor("helper").may("claims.certify") is may
    hold(office, "helper", uid)


@pytest.mark.parametrize(
    ("to", "since", "until", "refusal"),
    [
        ("stranger", date(2026, 11, 22), date(2026, 11, 30), BadDelegation),
        ("city", date(2026, 11, 22), date(2026, 11, 30), BadDelegation),
        ("helper", date(2026, 11, 21), date(2026, 11, 30), BadDelegation),
        ("helper", date(2026, 11, 30), date(2026, 11, 22), BadDelegation),
        ("helper", date(2026, 11, 22), date(2027, 11, 22), BadDelegation),
        ("officer", date(2026, 11, 22), date(2026, 11, 30), RolesExclude),
    ],
)
def test_authority_is_lent_within_the_unit_and_for_a_while(office, to, since, until, refusal):
    with pytest.raises(refusal):
        lend(office, to=to, since=since, until=until)


def test_a_deputy_lends_nothing_on(college, office):
    lend(office)
    with pytest.raises(Forbidden), working(college, office.actor("helper")) as work:
        people.delegate(work, office.people["city2"].id, date(2026, 11, 22), date(2026, 11, 23))


def test_own_authority_stands_alone_though_more_was_lent(college, office, clock):
    uid = office.checked("cadre")
    lend(office, "city", "city2")
    hold(office, "city2", uid)
    later(office, clock)
    assert "on_behalf" not in office.trail(uid)[-1].figures


def test_the_same_postings_are_drawn_every_time_and_about_as_many_as_the_share():
    """REQ: a seeded sample of 2 % of automatic postings."""
    share = Decimal("0.02")
    people_ = [f"person-{n}" for n in range(20_000)]
    chosen = {one for one in people_ if drawn("secret", one, "course:1", share)}
    assert chosen == {one for one in people_ if drawn("secret", one, "course:1", share)}
    assert 320 < len(chosen) < 480
    assert chosen != {one for one in people_ if drawn("other secret", one, "course:1", share)}
    assert not any(drawn("secret", one, "x", Decimal(0)) for one in people_[:500])
    assert all(drawn("secret", one, "x", Decimal(1)) for one in people_[:500])


def finish(college, office, who="cadre"):
    """A course finished by somebody."""
    with working(college, Actor.system("test")) as work:
        _course, version, _lectures = study.course(work, office.people["city2"], hours="2")
        study.begun(work, office.people[who], version, lectures_done=1)
        study.completes(work, office.people[who], version)
        return office.people[who].id, version.id


@pytest.fixture
def all_drawn(monkeypatch):
    """Every posting is drawn: the share of the shipped rules, put to 1."""
    from dataclasses import replace

    book = rulebook.used
    monkeypatch.setattr(rulebook, "used", lambda work, pin: one_share(book(work, pin), replace))


def one_share(book, replace):
    return replace(book, certify=replace(book.certify, sample=Decimal(1)))


def samples(college):
    with working(college, Actor.system("test"), write=False) as work:
        return list(work.session.scalars(select(Sample)))


def test_a_drawn_course_is_found_right_or_its_hours_are_taken_back(college, office, all_drawn):
    first, second = finish(college, office), finish(college, office)
    assert [(one.person_id, one.version_id, one.state) for one in samples(college)] == [(*first, "open"), (*second, "open")]
    with working(college, office.actor("city")) as work:
        service.find_right(work, *first)
        service.take_back(work, *second, "非本人学习")
    assert [one.state for one in samples(college)] == [SampleState.OK, SampleState.REVOKED]
    assert [one.hours for one in lines(office, "cadre")] == [2, 2, -2]
    with pytest.raises(SampleSeen) as caught, working(college, office.actor("city2")) as work:
        service.take_back(work, *second, "同上")
    assert caught.value.facts["who"] == "柳定"


def test_nobody_audits_himself_or_outside_his_scope(college, office, all_drawn):
    own, far = finish(college, office, "city"), finish(college, office, "west")
    with pytest.raises(OwnSample), working(college, office.actor("city")) as work:
        service.find_right(work, *own)
    with pytest.raises(NotFound), working(college, office.actor("district")) as work:
        service.find_right(work, *far)


def test_whoever_made_a_course_finds_no_sample_of_it_right(college, office, all_drawn):
    key = finish(college, office)
    with pytest.raises(hours.MadeCourse), working(college, office.actor("city2")) as work:
        service.find_right(work, *key)
    assert [one.state for one in samples(college)] == [SampleState.OPEN]
    with working(college, office.actor("city2")) as work:
        service.take_back(work, *key, "非本人学习")


def test_at_the_share_of_the_rules_hardly_anything_is_drawn_and_nothing_by_chance(college, office):
    key = finish(college, office)
    with working(college, Actor.system("test"), write=False) as work:
        credit = work.session.get_one(CourseCredit, key)
        expected = drawn(work.settings.secret_key, str(office.people["cadre"].uid), credit.activity_key, Decimal("0.02"))
    assert bool(samples(college)) == expected


def test_another_subject_waits_its_ten_seconds_with_the_decision(office, clock):
    uid = office.checked("cadre", subject="public", list_year="2026")
    with working(office.college, office.actor("city")) as work:
        service.hold(work, uid, Asked(Verb.CERTIFY, None, "不在目录内", "elective"))
    later(office, clock)
    assert office.row(uid).subject_certified == "elective" and lines(office, "cadre")[-1].subject_kind == "elective"
