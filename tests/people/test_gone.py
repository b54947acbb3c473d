"""Whoever holds no post stays in the scope he served in last, by every reader; an end of service entered by mistake is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.compliance import queries as figures
from app.compliance import service as compliance
from app.compliance.models import Standing
from app.kernel.errors import NotFound
from app.kernel.work import Actor, College, working
from app.people import queries
from app.people.models import Appointment, CadreTag, PeopleTrail, Person, PersonEvent, RoleGrant, TeamMembership
from app.people.queries import facts
from app.people.rules import SomePost, Under
from app.people.rules.spells import counts_to, without_post
from app.people.service import changing
from app.people.service.changing import LastDay
from app.people.service.changing.returning import EnteredSince, StillServing
from app.people.service.changing.subject import BasisNeeded, OfClosedYear, OutsideScope, OwnRecord
from tests import make
from tests.people.test_changing import ORDER, Town, standing_post, terms
from tests.years import build as years

LAST = date(2026, 10, 31)
WRONG = "误录，已更正"


@pytest.fixture
def town(college: College) -> Town:
    return Town(college)


def sees(town: Town, by: Actor) -> bool:
    """Whether an officer has the cadre: on his list, by his page, in compliance as a set and along an order, all of them alike."""
    with working(town.college, by, write=False) as work:
        here = town.cadre.id
        ways = {
            here in {one.person_id for one in queries.people(work).items},
            here in {one.person_id for one in queries.people(work, "许一行").items},
            queries.may_over(work, "people.edit", here),
            work.session.scalar(select(Person.id).where(Person.id == here, queries.within(work, "people.see", Person.id))) is not None,
            work.session.scalar(
                select(Person.id).where(Person.id == here, queries.condition_along(queries.scope_of(work, "people.see"), Person.id))
            ) is not None,
        }  # fmt: skip
        under = queries.people_under(work, "people.see", 100)
    assert len(ways) == 1, "all ways to ask agree"
    assert under is None or (here in under) >= (True in ways), "the quick way in leaves nobody out"
    return ways.pop()


def test_who_retires_stays_with_his_officer_and_no_other(town: Town) -> None:
    elsewhere = town.actor(_under("/c/e"))
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    assert sees(town, town.officer)
    assert sees(town, town.city)
    assert not sees(town, elsewhere)
    with working(town.college, town.officer, write=False) as work:
        (card,) = queries.people(work, "许一行").items
        assert (card.status, card.unit_name_zh) == ("retired", "梧桐街道")
        assert [one.name for one in queries.people(work, unit=town.street).items] == ["许一行"]
        assert queries.person_page(work, town.cadre.uid).may_edit


def _under(path: str) -> Any:
    return SomePost(Under(path))


def test_who_went_to_another_unit_and_retires_there_is_of_the_last_one_alone(town: Town) -> None:
    elsewhere = town.actor(_under("/c/e"))
    town.do(changing.transfer, town.cadre, terms("乙区人事局"), date(2026, 9, 1), ORDER, by=town.city)
    assert (sees(town, town.officer), sees(town, elsewhere)) == (False, True)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER, by=town.city)
    assert (sees(town, town.officer), sees(town, elsewhere)) == (False, True)


def test_a_time_without_a_post_belongs_to_the_post_before_until_the_next_begins(town: Town) -> None:
    elsewhere = town.actor(_under("/c/e"))
    post = town.rows(Appointment, Appointment.person_id == town.cadre.id)[0]
    town.do(changing.end_post, town.cadre, post.id, date(2026, 3, 31), ORDER)
    assert sees(town, town.officer)
    ahead = date(2026, 12, 1)
    town.do(changing.appoint, town.cadre, terms("乙区人事局"), ahead, ORDER, by=town.city)
    assert (sees(town, town.officer), sees(town, elsewhere)) == (True, False), "until then"
    counting = [
        one.counts_to for one in town.rows(Appointment, Appointment.superseded_at.is_(None), Appointment.person_id == town.cadre.id)
    ]
    assert counting == [ahead - timedelta(days=1), None]
    live = town.rows(Appointment, Appointment.superseded_at.is_(None), Appointment.from_on == ahead)[0]
    town.do(changing.withdraw_post, town.cadre, live.id, WRONG, by=Actor.system("test"))
    assert [
        one.counts_to for one in town.rows(Appointment, Appointment.superseded_at.is_(None), Appointment.person_id == town.cadre.id)
    ] == [None]


def test_of_a_retired_person_unit_district_and_city_say_the_same_in_compliance(town: Town) -> None:
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    compliance.rebuild(town.college, 2026)
    found = []
    for predicate in (_under("/c/d/s"), _under("/c/d"), _under("/c")):
        actor = town.actor(predicate)
        own = Actor(person_id=actor.person_id, name="甲", actions=frozenset({"reports.unit"}),
                    grants=tuple(type(grant)("reports.unit", grant.predicate) for grant in actor.grants[:1]))  # fmt: skip
        with working(town.college, own, write=False) as work:
            wanted = figures.read_filters(work, {"status": "all", "unit": str(town.street.uid)})
            reach = figures.reach(work)
            found.append((figures.overview(work, reach, wanted).whole.persons, figures.count(work, reach, wanted)))
    assert found == [(1, 1)] * 3


def test_an_end_of_service_is_taken_back_and_everything_goes_on_as_it_was(town: Town) -> None:
    town.do(changing.enter_tag, town.cadre, "reserve", date(2026, 3, 1), ORDER)
    town.do(changing.enter_leave, town.cadre, "study", date(2026, 10, 1), date(2026, 12, 31), ORDER)
    town.do(changing.enter_tag, town.cadre, "youth", date(2026, 12, 1), ORDER)
    compliance.rebuild(town.college, 2026)
    with working(town.college, Actor.system("test")) as work:
        make.grant(work, town.cadre, "unit_admin", "unit_subtree")
    as_was = _known(town)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    assert _known(town) != as_was
    town.do(changing.withdraw_leaving, town.cadre, WRONG)
    assert _known(town) == as_was
    kept = [row for table in (Appointment, TeamMembership, CadreTag) for row in town.rows(table, table.person_id == town.cadre.id)]
    assert {row.counts_to for row in kept if row.superseded_at is None} == {None}
    assert len([row for row in kept if row.superseded_at is not None]) >= 6, "nothing vanished"
    assert [event.superseded_at is None for event in town.rows(PersonEvent)] == [False]
    assert town.rows(RoleGrant)[0].to_on == LAST, "roles are given anew by who answers for them"
    row = town.rows(PeopleTrail)[-1]
    assert (row.act, row.basis, row.by_name, row.since) == ("leaving_withdrawn", WRONG, "区干部科", LAST)
    assert (row.before["status"], row.after["status"]) == ("retired", "active")


def _known(town: Town) -> Any:
    """What is known of the cadre, and how he stands by it."""
    columns = (Standing.requirement, Standing.state, Standing.required, Standing.is_serving, Standing.unit_id)
    with working(town.college, Actor.system("test"), write=False) as work:
        mine = select(*columns).where(Standing.person_id == town.cadre.id, Standing.year == 2026).order_by(Standing.requirement)
        return (
            facts(work, town.cadre.id),
            work.session.get_one(Person, town.cadre.id).status,
            [tuple(row) for row in work.session.execute(mine)],
        )


def test_a_post_that_had_ended_before_stays_ended(town: Town, clock: Any) -> None:
    town.do(changing.appoint, town.cadre, terms(is_primary=False), date(2026, 2, 1), ORDER)
    second = next(post for post in town.rows(Appointment, Appointment.superseded_at.is_(None)) if not post.is_primary)
    town.do(changing.end_post, town.cadre, second.id, LAST, ORDER)
    before = town.posts(town.cadre)
    clock.at += timedelta(minutes=1)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    town.do(changing.withdraw_leaving, town.cadre, WRONG)
    assert town.posts(town.cadre) == before


def test_what_stands_in_the_way_is_named(town: Town, college: College) -> None:
    with pytest.raises(StillServing):
        town.do(changing.withdraw_leaving, town.cadre, WRONG)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    with pytest.raises(BasisNeeded):
        town.do(changing.withdraw_leaving, town.cadre, " ")
    with pytest.raises(NotFound):
        town.do(changing.withdraw_leaving, town.cadre, WRONG, by=town.actor(_under("/c/e")))
    me = Actor(person_id=town.cadre.id, name="本人", actions=town.officer.actions, grants=town.officer.grants)
    with pytest.raises(OwnRecord):
        town.do(changing.withdraw_leaving, town.cadre, WRONG, by=me)
    with working(college, Actor.system("test")) as work:
        work.session.add(
            Appointment(person_id=town.cadre.id, unit_id=town.bureau.id, post="顾问", from_on=date(2026, 11, 1), recorded_at=work.now)
        )
    with pytest.raises(EnteredSince) as told:
        town.do(changing.withdraw_leaving, town.cadre, WRONG)
    assert told.value.facts == {"what": "区人事局 顾问 2026-11-01"}


def test_not_once_a_day_without_him_lies_in_a_closed_year(college: College, clock: Any) -> None:
    made = years.city(college)
    with working(college, Actor.system("test")) as work:
        uid = work.session.get_one(Person, made.met.id).uid
        changing.retire(work, uid, LastDay.RETIRED, date(2026, 11, 1), ORDER)
    years.close(college, clock, made)
    with working(college, Actor.system("test")) as work, pytest.raises(OfClosedYear) as told:
        changing.withdraw_leaving(work, uid, WRONG)
    assert told.value.facts["year"] == 2026


def test_no_post_ends_of_which_the_others_belong_to_another_authority(town: Town) -> None:
    here = standing_post(town)
    town.do(changing.appoint, town.cadre, terms("乙区人事局", is_primary=False), date(2026, 3, 1), ORDER)
    with pytest.raises(OutsideScope):
        town.do(changing.end_post, town.cadre, here, date(2026, 8, 31), ORDER)
    town.do(changing.end_post, town.cadre, here, date(2026, 8, 31), ORDER, by=town.city)
    assert [post[2] for post in town.posts(town.cadre)] == [date(2026, 8, 31), None]


def test_his_card_keeps_the_teams_of_his_last_day(town: Town) -> None:
    town.do(changing.join_team, town.cadre, "professional", "pro_middle", date(2026, 2, 1), ORDER, is_primary=False)
    town.do(changing.end_team, town.cadre, _team(town, "professional"), date(2026, 6, 30), ORDER)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    with working(town.college, Actor.system("test"), write=False) as work:
        card = queries.card(work, town.cadre.id)
    assert (card.status, card.unit_name_zh, [one.team for one in card.teams]) == ("retired", "梧桐街道", ["party_gov"])


def _team(town: Town, team: str) -> int:
    return int(town.rows(TeamMembership, TeamMembership.team == team, TeamMembership.superseded_at.is_(None))[-1].id)


def test_of_who_came_to_the_college_retired_the_last_posts_go_on(town: Town, college: College) -> None:
    with working(college, Actor.system("test")) as work:
        for table in (Appointment, TeamMembership):
            row = work.session.scalars(select(table).where(table.person_id == town.cadre.id)).one()
            row.to_on = LAST
        work.session.add(PersonEvent(person_id=town.cadre.id, kind="retired", happened_on=LAST, recorded_at=work.now))
        work.session.get_one(Person, town.cadre.id).status = "retired"
    town.do(changing.withdraw_leaving, town.cadre, WRONG, by=town.city)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, None, True)]


def test_nobody_comes_back_to_a_unit_that_was_closed_since(town: Town, college: College) -> None:
    """A post goes on no longer than its unit; a further one is entered then (a unit closes empty)."""
    shut = date(2026, 11, 5)
    town.do(changing.retire, town.cadre, LastDay.RETIRED, LAST, ORDER)
    town.do(changing.close, town.street, shut, ORDER, by=Actor.system("test"))
    town.do(changing.withdraw_leaving, town.cadre, WRONG)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, shut, True)]
    assert sees(town, town.officer)
    town.do(changing.appoint, town.cadre, terms("区人事局"), shut + timedelta(days=1), ORDER)


def test_a_transfer_taken_back_leads_to_no_unit_that_was_closed_since(town: Town) -> None:
    shut, since = date(2026, 11, 5), date(2026, 9, 1)
    town.do(changing.transfer, town.cadre, terms("乙区人事局"), since, ORDER, by=town.city)
    town.do(changing.close, town.street, shut, ORDER, by=Actor.system("test"))
    post = town.rows(Appointment, Appointment.superseded_at.is_(None), Appointment.from_on == since)[0]
    town.do(changing.withdraw_post, town.cadre, post.id, WRONG, by=town.city)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, shut, True)]


days = st.integers(0, 40).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
spells = st.tuples(days, st.none() | days).map(lambda pair: (min(pair[0], pair[1] or pair[0]), pair[1] and max(pair)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(spells, max_size=5), spells, days)
def test_whoever_holds_no_post_stands_as_on_the_last_day_of_one(posts: list[Any], other: Any, day: date) -> None:
    """The rule said plainly, against the two functions that compute it."""

    def holds(spell: Any, on: date) -> bool:
        return spell[0] <= on and (spell[1] is None or on <= spell[1])

    gaps = without_post(posts)
    is_held = any(holds(post, day) for post in posts)
    past = [on for on in (day - timedelta(days=n) for n in range(80)) if any(holds(post, on) for post in posts)]
    eve = None if is_held or not past else past[0]
    for spell in (*posts, other):
        last = counts_to(spell, gaps)
        counts = spell[0] <= day and (last is None or day <= last)
        assert counts == (holds(spell, day) or (eve is not None and holds(spell, eve)))
