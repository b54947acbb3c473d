"""Recruitment and the yearly appraisal: entered by whoever is in charge, they set duties off; taken back, they do not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.hours import queries as hours
from app.kernel.errors import Invalid, NotFound
from app.kernel.work import Actor, working
from app.people.models import PeopleTrail, PersonEvent
from app.people.service import changing
from app.people.service.changing.events import KnownAlready
from app.people.service.changing.posts import EndsBeforeItBegins
from app.people.service.changing.subject import DayOutOfRange, OwnRecord
from app.rulebook.rules import Status
from app.years import queries as years
from tests.desk import build

SYSTEM = Actor.system("test")
ORDER = "鹏人录〔2026〕6号"


@pytest.fixture
def office(college):
    return build.office(college)


def duties(office: Any, user_name: str, year: int = 2026) -> dict[str, tuple[Status, date | None]]:
    with working(office.college, SYSTEM, write=False) as work:
        found = hours.my_year(work, office.people[user_name].id, year).evaluation.duties
    return {one.id: (one.status, one.due_on) for one in found}


def events(office: Any, user_name: str) -> list[PersonEvent]:
    with working(office.college, SYSTEM, write=False) as work:
        return work.session.query(PersonEvent).filter_by(person_id=office.people[user_name].id).order_by(PersonEvent.id).all()


def sent(client: Any, office: Any, deed: str, **fields: str) -> Any:
    address = f"/manage/people/{office.people['cadre'].uid}/changes/{deed}"
    assert client.get(address).status_code == 200
    return client.post(address, data={"basis": ORDER, "csrf_token": client.csrf(address), **fields})


def test_a_recruitment_entered_on_the_page_makes_induction_training_due_within_probation(office, client):
    assert "induction" not in duties(office, "cadre")
    client.sign_in("city")
    assert sent(client, office, "recruit", since="2026-03-01", until="2026-02-01").status_code == 422
    assert sent(client, office, "recruit", since="2026-03-01", until="2027-02-28").status_code == 303
    assert duties(office, "cadre")["induction"] == (Status.NOT_YET_DUE, date(2027, 2, 28))
    page = client.get(f"/manage/people/{office.people['cadre'].uid}").get_data(as_text=True)
    assert "录用" in page and "试用期满" in page and ORDER in page
    (event,) = events(office, "cadre")
    assert sent(client, office, "withdraw-event", of=str(event.id)).status_code == 303
    assert "induction" not in duties(office, "cadre")
    with working(office.college, SYSTEM, write=False) as work:
        acts = [row.act for row in work.session.query(PeopleTrail).filter_by(person_id=office.people["cadre"].id).order_by(PeopleTrail.id)]
    assert acts == ["recruited", "event_withdrawn"]


def test_who_is_found_basically_competent_owes_retraining_and_who_is_excellent_goes_first(office, client):
    client.sign_in("city")
    assert sent(client, office, "appraise", year="2025", grade="basic").status_code == 303
    assert duties(office, "cadre")["retraining"][0] is Status.NOT_YET_DUE
    assert sent(client, office, "appraise", year="2025", grade="excellent").status_code == 422  # a year has one result
    assert sent(client, office, "appraise", year="2024", grade="excellent").status_code == 303
    with working(office.college, SYSTEM, write=False) as work:
        person_id = office.people["cadre"].id
        assert [years.is_excellent(work, person_id, year) for year in (2024, 2025)] == [True, False]


def test_only_the_organ_in_charge_enters_them_and_nobody_for_himself(office, client):
    uid = office.people["cadre"].uid
    for who in ("unit", "colleague", "district"):
        with pytest.raises(Exception) as refused, working(office.college, office.actor(who)) as work:
            changing.appraise(work, uid, 2025, "basic", ORDER)
        assert refused.value.status in (403, 404)
    with pytest.raises(OwnRecord), working(office.college, office.actor("city")) as work:
        changing.recruit(work, office.people["city"].uid, date(2026, 3, 1), date(2027, 2, 28), ORDER)
    assert events(office, "cadre") == []


@pytest.mark.parametrize(
    ("refusal", "act"),
    [
        (EndsBeforeItBegins, lambda work, uid: changing.recruit(work, uid, date(2026, 3, 1), date(2026, 3, 1), ORDER)),
        (DayOutOfRange, lambda work, uid: changing.appraise(work, uid, 2027, "basic", ORDER)),
        (Invalid, lambda work, uid: changing.appraise(work, uid, 2025, "fair", ORDER)),
        (NotFound, lambda work, uid: changing.withdraw_event(work, uid, 999_999, ORDER)),
    ],
)
def test_what_cannot_be_is_refused(office, refusal, act):
    with pytest.raises(refusal), working(office.college, office.actor("city")) as work:
        act(work, office.people["cadre"].uid)


def test_the_same_recruitment_twice_is_one_and_a_promotion_is_not_taken_back_as_an_entry(office):
    uid = office.people["cadre"].uid
    with working(office.college, office.actor("city")) as work:
        changing.recruit(work, uid, date(2026, 3, 1), date(2027, 2, 28), ORDER)
    with pytest.raises(KnownAlready), working(office.college, office.actor("city")) as work:
        changing.recruit(work, uid, date(2026, 3, 1), date(2027, 3, 28), ORDER)
    with working(office.college, office.actor("city")) as work:
        changing.promote(work, uid, changing.Terms("", "处长", "division", "general"), date(2026, 5, 6), ORDER)
    (promoted,) = [one for one in events(office, "cadre") if one.kind == "promoted"]
    with pytest.raises(NotFound), working(office.college, office.actor("city")) as work:
        changing.withdraw_event(work, uid, promoted.id, ORDER)
