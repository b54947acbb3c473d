"""A post that was entered by mistake is taken back: the one before goes on, events with it are gone, everything stays on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.compliance import service as compliance
from app.compliance.models import Standing
from app.kernel.errors import NotFound
from app.kernel.work import Actor, College, working
from app.people.models import Appointment, PeopleTrail, PersonEvent
from app.people.queries import facts
from app.people.service import changing
from app.people.service.changing import LastDay, subject
from app.people.service.changing.subject import BasisNeeded, OfClosedYear, OwnRecord
from app.people.service.changing.withdrawing import LaterPostRests
from app.people.service.passwords import hashed
from tests import make
from tests.people.test_changing import ORDER, Town, terms

WRONG = "误录，任免文件已更正"


@pytest.fixture
def town(college: College) -> Town:
    return Town(college)


def live(town: Town, since: date) -> int:
    """The post that begins on a day, by today's knowledge."""
    return int(next(one.id for one in town.rows(Appointment, Appointment.superseded_at.is_(None), Appointment.from_on == since)))


def test_a_transfer_taken_back_leaves_the_post_before_as_it_was_and_both_on_record(town: Town) -> None:
    with working(town.college, Actor.system("test"), write=False) as work:
        as_was = facts(work, town.cadre.id)
    town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), ORDER)
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 9, 1)), WRONG)
    with working(town.college, Actor.system("test"), write=False) as work:
        assert facts(work, town.cadre.id) == as_was
    kept = town.rows(Appointment, Appointment.person_id == town.cadre.id)
    assert (len(kept), sum(one.superseded_at is None for one in kept)) == (4, 1)
    assert all(event.superseded_at is not None for event in town.rows(PersonEvent))
    rows = [row for row in town.rows(PeopleTrail) if row.person_id == town.cadre.id]
    assert [row.act for row in rows] == ["transferred", "post_withdrawn"]
    assert (rows[1].before["unit"], rows[1].after["unit"], rows[1].basis) == ("区人事局", "梧桐街道", WRONG)


def test_a_promotion_taken_back_is_no_event_and_standings_follow_at_once(town: Town) -> None:
    compliance.rebuild(town.college, 2026)
    before = standings(town)
    town.do(changing.promote, town.cadre, terms("", "副处长", "division"), date(2026, 3, 1), ORDER)
    assert standings(town) != before
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 3, 1)), WRONG)
    assert standings(town) == before


def standings(town: Town) -> list[Any]:
    """What is kept of the cadre."""
    columns = (Standing.requirement, Standing.state, Standing.required, Standing.rank_level, Standing.unit_id)
    with working(town.college, Actor.system("test"), write=False) as work:
        mine = select(*columns).where(Standing.person_id == town.cadre.id, Standing.year == 2026).order_by(Standing.requirement)
        return [tuple(row) for row in work.session.execute(mine)]


def test_the_last_post_is_taken_back_first_and_nobody_takes_back_his_own(town: Town) -> None:
    town.do(changing.transfer, town.cadre, terms(), date(2026, 5, 1), ORDER)
    town.do(changing.promote, town.cadre, terms("", "副处长", "division"), date(2026, 9, 1), ORDER)
    first = live(town, date(2026, 5, 1))
    with pytest.raises(LaterPostRests) as told:
        town.do(changing.withdraw_post, town.cadre, first, WRONG)
    assert told.value.facts == {"day": "2026-09-01"}
    with pytest.raises(BasisNeeded):
        town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 9, 1)), " ")
    with pytest.raises(OwnRecord):
        me = Actor(person_id=town.cadre.id, name="本人", actions=town.officer.actions, grants=town.officer.grants)
        town.do(changing.withdraw_post, town.cadre, first, WRONG, by=me)
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 9, 1)), WRONG)
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 5, 1)), WRONG)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, None, True)]
    with pytest.raises(NotFound):
        town.do(changing.withdraw_post, town.cadre, first, WRONG)


def test_a_second_post_taken_back_touches_no_other(town: Town) -> None:
    town.do(changing.appoint, town.cadre, terms(is_primary=False), date(2026, 9, 1), ORDER)
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 9, 1)), WRONG)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, None, True)]


def test_a_post_that_has_ended_since_gives_its_end_to_the_one_before(town: Town, clock: Any) -> None:
    town.do(changing.transfer, town.cadre, terms(), date(2026, 5, 1), ORDER)
    clock.at += timedelta(hours=1)
    town.do(changing.end_post, town.cadre, live(town, date(2026, 5, 1)), date(2026, 12, 31), ORDER)
    clock.at += timedelta(hours=1)
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 5, 1)), WRONG)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, date(2026, 12, 31), True)]
    assert all(event.superseded_at is not None for event in town.rows(PersonEvent))


def test_a_post_that_had_ended_by_itself_is_not_opened_again(town: Town, clock: Any) -> None:
    everybody = Actor.system("test")
    town.do(changing.end_post, town.cadre, live(town, make.DAY_ONE), date(2026, 4, 30), ORDER)
    clock.at += timedelta(hours=1)
    town.do(changing.appoint, town.cadre, terms(), date(2026, 5, 1), ORDER, by=everybody)
    town.do(changing.withdraw_post, town.cadre, live(town, date(2026, 5, 1)), WRONG, by=everybody)
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, date(2026, 4, 30), True)]


@pytest.mark.sqlite_only
def test_the_page_offers_it_and_asks_for_the_reason(town: Town, client: Any, work_as: Any) -> None:
    town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), ORDER)
    with work_as() as work:
        make.grant(work, town.me, "organization_dept", "city")
        make.account(work, town.me, "office", hashed("Study-2026-demo"))
    client.sign_in("office")
    page = f"/manage/people/{town.cadre.uid}"
    asked = f"{page}/changes/withdraw-post?of={live(town, date(2026, 9, 1))}"
    assert asked.partition("?")[0] in client.get(page).get_data(as_text=True)
    token = client.csrf(asked)
    assert client.post(asked, data={"csrf_token": token, "basis": ""}).status_code == 422
    assert client.post(asked, data={"csrf_token": token, "basis": WRONG}).status_code == 303
    assert town.posts(town.cadre) == [("梧桐街道", make.DAY_ONE, None, True)]


@pytest.fixture
def shut() -> Iterator[Any]:
    """Closes years for the records of people, by their numbers."""
    known = list(subject._closed)
    yield lambda years: changing.set_closed_years(lambda _work: years)
    subject._closed[:] = known


@pytest.mark.sqlite_only
def test_the_page_offers_it_only_where_it_can_be_done(town: Town, client: Any, work_as: Any, shut: Any) -> None:
    town.do(changing.promote, town.cadre, terms("", "副处长", "division"), date(2026, 9, 1), ORDER)
    town.do(changing.appoint, town.cadre, terms(is_primary=False), date(2026, 2, 1), ORDER)
    with work_as() as work:
        make.grant(work, town.me, "organization_dept", "city")
        make.account(work, town.me, "office", hashed("Study-2026-demo"))
    client.sign_in("office")

    def offered() -> tuple[set[int], bool]:
        html = client.get(f"/manage/people/{town.cadre.uid}").get_data(as_text=True)
        return {int(one) for one in re.findall(r"withdraw-post\?of=(\d+)", html)}, "withdraw-retire" in html

    both = {live(town, date(2026, 9, 1)), live(town, date(2026, 2, 1))}
    assert offered() == (both, False), "another post rests on the first one"
    shut({2026})
    assert offered() == (set(), False)
    shut({2025})
    town.do(changing.retire, town.cadre, LastDay.RETIRED, date(2026, 11, 1), ORDER)
    assert offered()[1]
    shut({2026})
    assert not offered()[1]


@pytest.mark.sqlite_only
def test_a_closed_year_is_not_reached(college: College, clock: Any, shut: Any) -> None:
    town = Town(college)
    town.do(changing.transfer, town.cadre, terms(), date(2026, 9, 1), ORDER)
    post = live(town, date(2026, 9, 1))
    clock.at = datetime(2027, 2, 20, tzinfo=UTC)
    shut({2026})
    with pytest.raises(OfClosedYear):
        town.do(changing.withdraw_post, town.cadre, post, WRONG)
