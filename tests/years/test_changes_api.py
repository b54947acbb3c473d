"""Changes of a closed year by program: proposed by one, decided by another, within scope, by the limits of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.compliance import service as compliance
from app.kernel.work import College, working
from app.ledger import queries as ledger
from app.ledger import service as lines
from app.ledger.rules.posting import Category
from app.ledger.words import CATEGORIES
from app.years import forms, queries, rules, service, words
from app.years.models import YearChange
from tests.desk import build as desk
from tests.exams.build import WorkAs, token
from tests.house.test_statements import MOST, counted
from tests.ledger.build import line
from tests.years.build import JANUARY, SYSTEM

HERE = "/api/v1/years/changes"


@dataclass
class Closed:
    """An office whose 2026 is closed: `city` and `district` propose, `policy` decides, `both` may do either, `unit` nothing."""

    client: Any
    college: College
    office: desk.Office
    headers: dict[str, dict[str, str]]

    def uid(self, name: str) -> str:
        return str(self.office.people[name].uid)

    def post(self, by: str, address: str, body: dict[str, Any], **headers: str) -> Any:
        return self.client.post(f"{HERE}{address}", json=body, headers=self.headers[by] | headers)

    def get(self, by: str, address: str = "/api/v1/years/2026/changes") -> Any:
        return self.client.get(address, headers=self.headers[by])

    def propose(self, by: str = "city", about: str = "cadre", **other: Any) -> Any:
        return self.post(by, "/adjustments", wanted(self.uid(about)) | other)

    def kept(self) -> int:
        with working(self.college, SYSTEM, write=False) as work:
            return len(work.session.scalars(select(YearChange)).all())


def wanted(person: str) -> dict[str, Any]:
    """A class of June that was left out."""
    told = {"title": "漏记的培训", "category": "special_class", "occurred_on": "2026-06-30", "hours": "8", "reason": "签到表漏登"}
    return {"person": person, **told}


@pytest.fixture
def closed(client: Any, college: College, clock: Any, work_as: WorkAs) -> Closed:
    made = desk.office(college)
    desk.grant(made, "helper", "city_policy", "city")
    for role in ("organization_dept", "city_policy"):
        desk.grant(made, "officer", role, "city")
    with working(college, SYSTEM) as work:
        lines.append(work, line(made.people["cadre"].id, 1, hours=Decimal(4), category="self_study_claim", activity_key="claim:1"))
    compliance.rebuild(college, 2026)
    clock.at = JANUARY
    with working(college, made.actor("officer")) as work:
        service.begin_closing(work, 2026)
    service.close(college, made.actor("helper"), 2026)
    names = {"city": "city", "district": "district", "policy": "helper", "both": "officer", "unit": "unit", "cadre": "cadre"}
    return Closed(client, college, made, {name: token(work_as, made.people[one]) for name, one in names.items()})


def test_one_proposes_and_another_posts_it_once(closed: Closed) -> None:
    said = {"days": "1", "off_post": True, "class_type": "refresher", "subject_kind": "public", "list_year": 2025}
    body = wanted(closed.uid("cadre")) | said
    made = closed.post("city", "/adjustments", body, **{"Idempotency-Key": "a1"})
    shown = made.json
    assert (made.status_code, shown["state"], shown["name"], shown["proposed_by"]) == (201, "proposed", "李学", "柳定")
    assert (shown["hours"], shown["days"], shown["span_days"], shown["delivery"]) == ("8", "1", 1, "offline")
    assert shown["axes"] == {"class_type": "refresher", "list_year": 2025}
    assert closed.post("city", "/adjustments", body, **{"Idempotency-Key": "a1"}).json == shown, "the same key, the same answer"
    other = closed.post("city", "/adjustments", body | {"hours": "9"}, **{"Idempotency-Key": "a1"})
    assert (other.status_code, other.json["code"], closed.kept()) == (409, "idempotency_mismatch", 1)
    there = f"/{shown['change']}/decisions"
    done = closed.post("policy", there, {"decision": "approve", "answer": "属实"}, **{"Idempotency-Key": "d1"})
    person = closed.office.people["cadre"].id
    assert (done.status_code, done.json["state"], done.json["entry"], done.json["decided_by"], done.json["answer"]) == (
        200, "approved", f"{person}-2", "代理", "属实",
    )  # fmt: skip
    assert closed.post("policy", there, {"decision": "approve", "answer": "属实"}, **{"Idempotency-Key": "d1"}).json == done.json
    assert closed.post("policy", there, {"decision": "approve"}).json["code"] == "decided_already"
    assert closed.get("city", f"{HERE}/{shown['change']}").json == done.json
    with working(closed.college, SYSTEM, write=False) as work:
        last = ledger.lines(work, person)[-1]
    assert (last.seq, last.entry_kind, last.hours, last.axes) == (
        2,
        "adjustment",
        Decimal(8),
        {"class_type": "refresher", "list_year": 2025},
    )


def test_a_line_is_taken_back_by_two(closed: Closed) -> None:
    shown = closed.post("city", "/reversals", {"person": closed.uid("cadre"), "line": 1, "reason": "查实代学"}).json
    assert (shown["kind"], shown["line"], shown["hours"], shown["reason"]) == ("reversal", 1, "-4", "查实代学")
    done = closed.post("policy", f"/{shown['change']}/decisions", {"decision": "approve"}).json
    assert done["entry"] == f"{closed.office.people['cadre'].id}-2"
    for number in (9, 0, 10**30, "1"):
        answer = closed.post("city", "/reversals", {"person": closed.uid("cadre"), "line": number, "reason": "x"})
        assert answer.status_code == (404 if number == 9 else 422), number
    assert closed.kept() == 1


def test_a_refusal_needs_its_words_and_posts_nothing(closed: Closed) -> None:
    there = f"/{closed.propose().json['change']}/decisions"
    for answer in ("", " ", "长" * (rules.REASON + 1)):
        refused = closed.post("policy", there, {"decision": "refuse", "answer": answer})
        assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "words_needed", "answer")
    assert closed.post("policy", there, {"decision": "approve", "answer": "长" * (rules.REASON + 1)}).json["field"] == "answer"
    assert closed.post("policy", there, {"decision": "withdraw"}).json["code"] == "bad_body"
    done = closed.post("policy", there, {"decision": "refuse", "answer": "证据不足"}).json
    assert (done["state"], done["answer"], done["entry"]) == ("refused", "证据不足", None)
    with working(closed.college, SYSTEM, write=False) as work:
        assert len(ledger.lines(work, closed.office.people["cadre"].id)) == 1


def test_who_may_do_what(closed: Closed) -> None:
    for by in ("unit", "cadre", "policy"):
        assert closed.propose(by).status_code == 403, by
    uid = closed.propose("both").json["change"]
    for by in ("city", "unit", "cadre"):
        assert closed.post(by, f"/{uid}/decisions", {"decision": "approve"}).status_code == 403, by
    mine = closed.post("both", f"/{uid}/decisions", {"decision": "approve"})
    assert (mine.status_code, mine.json["code"]) == (403, "second_person_needed")
    for by in ("unit", "cadre"):
        assert [closed.get(by).status_code, closed.get(by, f"{HERE}/{uid}").status_code] == [403, 403], by
    assert closed.client.get(f"{HERE}/{uid}").status_code == 401
    assert closed.propose("city", "city").json["code"] == "own_affair"
    about_decider = closed.propose("city", "helper").json["change"]
    assert closed.post("policy", f"/{about_decider}/decisions", {"decision": "approve"}).json["code"] == "own_affair"


def test_the_proposer_takes_a_change_back_and_nobody_else_does(closed: Closed) -> None:
    uid = closed.propose("both").json["change"]
    for by, code in (("city", "not_the_proposer"), ("policy", "forbidden"), ("unit", "forbidden")):
        answer = closed.post(by, f"/{uid}/withdrawals", {})
        assert (answer.status_code, answer.json["code"]) == (403, code), by
    done = closed.post("both", f"/{uid}/withdrawals", {})
    assert (done.status_code, done.json["state"], done.json["entry"], done.json["decided_by"]) == (200, "withdrawn", None, "安管")
    for by, there, body in (("policy", "decisions", {"decision": "approve"}), ("both", "withdrawals", {})):
        assert closed.post(by, f"/{uid}/{there}", body).json["code"] == "decided_already", by
    with working(closed.college, SYSTEM, write=False) as work:
        assert len(ledger.lines(work, closed.office.people["cadre"].id)) == 1, "nothing was posted"
        assert [one.act for one in queries.trail(work, f"change:{uid}")] == ["withdrawn", "proposed"]


def test_the_page_lets_the_proposer_withdraw_what_he_cannot_decide(closed: Closed) -> None:
    uid = closed.propose("both").json["change"]
    there = f"/manage/years/changes/{uid}/withdraw"
    closed.client.sign_in("officer")
    shown = closed.client.get("/manage/years/2026").text
    assert there in shown and "须由另一人批准或者不批准。" in shown and f"{uid}/approve" not in shown
    closed.client.sign_in("helper")
    assert there not in closed.client.get("/manage/years/2026").text
    closed.client.sign_in("officer")
    assert closed.client.post(there, data={"csrf_token": closed.client.csrf()}).status_code == 303
    shown = closed.client.get("/manage/years/2026").text
    assert "已撤回" in shown and there not in shown


def test_another_district_is_not_there(closed: Closed) -> None:
    assert closed.propose("district", "west").status_code == 404
    assert closed.propose("district", "cadre").status_code == 404
    assert closed.post("district", "/reversals", {"person": closed.uid("cadre"), "line": 1, "reason": "x"}).status_code == 404
    east, west = closed.propose("district", "east").json["change"], closed.propose("city", "west").json["change"]
    assert [one["change"] for one in closed.get("district").json["items"]] == [east]
    assert [one["change"] for one in closed.get("city").json["items"]] == [west, east]
    assert closed.get("district", f"{HERE}/{west}").status_code == 404
    assert closed.get("district", f"{HERE}/{east}").json["name"] == "东方"
    assert closed.get("city", "/api/v1/years/1800/changes").status_code == 404


BAD: list[tuple[str, Any, str]] = [
    ("title", "", "missing"), ("title", " ", "missing"), ("title", "长" * (rules.TITLE + 1), "title_long"),
    ("hours", "0", "empty"), ("hours", "NaN", "out_of_range"), ("hours", "Infinity", "out_of_range"), ("hours", "100000", "out_of_range"),
    ("hours", "1e999999", "out_of_range"), ("hours", "1.005", "more_than_two_decimals"),
    ("days", "2", "more_than_dates"), ("days", "NaN", "out_of_range"), ("days", "0.125", "more_than_two_decimals"),
    ("span_days", rules.MOST_DAYS + 1, "days_outside"), ("span_days", -rules.MOST_DAYS - 1, "days_outside"),
    ("span_days", 10**18, "days_outside"), ("list_year", rules.LIST_YEARS[0] - 1, "list_outside"),
    ("list_year", rules.LIST_YEARS[1] + 1, "list_outside"), ("list_year", 0, "list_outside"),
]  # fmt: skip


def test_a_figure_beyond_its_limit_is_refused_by_name(closed: Closed) -> None:
    for field, value, why in BAD:
        answer = closed.propose(**{"off_post": True, field: value})
        told = answer.status_code, answer.json["code"], answer.json.get("field"), answer.json.get("why")
        assert told == (422, "bad_adjustment", field, why), value
        assert str(words.FIELDS[field]) in answer.json["detail"]
    assert closed.kept() == 0


def test_what_is_no_choice_no_date_or_no_reason_is_refused(closed: Closed) -> None:
    for name in rules.CHOICES:
        answer = closed.propose(**{name: "picnic"})
        assert (answer.status_code, answer.json["code"]) == (422, "bad_body"), name
        assert name in answer.json["detail"]
    for other in ({"occurred_on": "2026-02-30"}, {"person": "x"}, {"more": 1}, {"hours": None}, {"off_post": "y"}, {"list_year": "2025"}):
        assert closed.propose(**other).json["code"] == "bad_body", other
    for reason in ("", "长" * (rules.REASON + 1)):
        assert closed.propose(reason=reason).json["field"] == "reason"
    assert closed.propose(occurred_from="2026-07-01").json["field"] == "occurred_on"
    assert closed.propose(list_year=2025).json["code"] == "wrong_list_year"
    assert closed.propose(occurred_on="2027-01-05").json["code"] == "year_not_closed"
    assert closed.propose(occurred_on="0001-01-01").status_code == 404
    assert closed.kept() == 0


def test_each_limit_is_met_exactly(closed: Closed) -> None:
    at_most = {"title": "长" * rules.TITLE, "reason": "长" * rules.REASON, "span_days": rules.MOST_DAYS, "hours": "24"}
    for said in (at_most, {"hours": "48", "occurred_from": "2026-06-29"}, {"category": "self_study_claim", "hours": "-4"}):
        shown = closed.propose(**said).json
        assert {name: shown[name] for name in said} == said


def test_more_than_the_dates_or_the_year_hold_is_refused_with_how_much_there_can_be(closed: Closed) -> None:
    for said, field, why, there in (
        ({"hours": "99999"}, "hours", "more_than_dates_hold", "24"),
        ({"hours": "24.01"}, "hours", "more_than_dates_hold", "24"),
        ({"hours": "48.01", "occurred_from": "2026-06-29"}, "hours", "more_than_dates_hold", "48"),
        ({"hours": "-4.01", "category": "self_study_claim"}, "hours", "more_than_year_holds", "4"),
        ({"hours": "-1"}, "hours", "more_than_year_holds", "0"),
        ({"hours": "-1", "days": "-1", "category": "self_study_claim", "off_post": True}, "days", "more_than_year_holds", "0"),
        ({"hours": "1", "span_days": -1}, "span_days", "more_than_year_holds", "0"),
    ):
        answer = closed.propose(**said)
        assert (answer.status_code, answer.json["field"], answer.json["why"]) == (422, field, why), said
        detail = answer.json["detail"]
        assert f"{words.FIELDS[field]}：" in detail and there in re.findall(r"[\d.]+", detail), detail
    assert closed.kept() == 0
    twice = [closed.propose(category="self_study_claim", hours="-3").json["change"] for _ in range(2)]
    first, second = (closed.post("policy", f"/{one}/decisions", {"decision": "approve"}) for one in twice)
    assert (first.status_code, second.status_code, second.json["why"]) == (200, 422, "more_than_year_holds")


def test_every_kind_of_the_ledger_can_be_adjusted(closed: Closed) -> None:
    for category in Category:
        assert closed.propose(category=category).status_code == 201, category
        assert str(CATEGORIES[category])


def test_a_line_is_proposed_to_be_taken_back_once(closed: Closed) -> None:
    body = {"person": closed.uid("cadre"), "line": 1, "reason": "查实代学"}
    first = closed.post("city", "/reversals", body)
    again = closed.post("city", "/reversals", body)
    assert (first.status_code, again.status_code, again.json["code"]) == (201, 409, "reversal_waits")
    assert closed.post("policy", f"/{first.json['change']}/decisions", {"decision": "refuse", "answer": "不实"}).status_code == 200
    once_more = closed.post("city", "/reversals", body)
    assert once_more.status_code == 201
    assert closed.post("policy", f"/{once_more.json['change']}/decisions", {"decision": "approve"}).status_code == 200
    assert closed.post("city", "/reversals", body).json["code"] == "already_reversed"


def test_the_service_holds_the_choices_for_every_door(closed: Closed) -> None:
    """Whoever calls it without the form and without a body."""
    person = closed.office.people["cadre"].id
    for name in rules.CHOICES:
        told: dict[str, Any] = {"occurred_on": date(2026, 6, 30), "title": "x", "category": "special_class", "hours": Decimal(8)}
        is_axis = name not in ("category", "delivery", "subject_kind")
        told |= {"axes": {name: "picnic"}} if is_axis else {name: "picnic"}
        with pytest.raises(service.BadAdjustment) as refusal, working(closed.college, closed.office.actor("city")) as work:
            service.propose_adjustment(work, person, service.Figures(**told), "x")
        assert (refusal.value.field, refusal.value.facts["why"]) == (name, "unknown_value")


def test_form_and_document_tell_the_limits_of_the_rules(closed: Closed, app: Any) -> None:
    document = closed.client.get("/api/v1/openapi.json").json["components"]["schemas"]
    told = document["ProposeAdjustment"]["properties"]
    assert (told["title"]["maxLength"], told["reason"]["maxLength"]) == (rules.TITLE, rules.REASON)
    assert document["Category"]["enum"] == sorted(Category)
    with app.test_request_context(method="POST"):
        form = forms.AdjustmentForm(meta={"csrf": False})
        for name, codes in rules.CHOICES.items():
            assert [choice.value for choice in form[name].choices if choice.value] == list(codes), name


def test_a_figure_that_is_no_number_is_refused_beside_its_field_of_the_page(closed: Closed) -> None:
    closed.client.sign_in("city")
    address = f"/manage/years/2026/people/{closed.uid('cadre')}"
    sent = dict.fromkeys(rules.CHOICES, "") | wanted("") | {"days": "NaN", "off_post": "y", "csrf_token": closed.client.csrf(address)}
    page = closed.client.post(f"{address}/adjust", data=sent)
    assert page.status_code == 422
    assert "培训天数：数值超出一行所能记载的范围。" in page.get_data(as_text=True)
    assert 'value="漏记的培训"' in page.get_data(as_text=True), "nothing that was typed is lost"


def test_a_list_asks_the_same_few_questions_however_long(closed: Closed) -> None:
    for many in (1, 6):
        for _number in range(many):
            closed.propose()
        with counted(closed.college) as seen:
            assert closed.get("city").status_code == 200
        assert len(seen) <= MOST, seen
    uid = closed.get("city").json["items"][0]["change"]
    with counted(closed.college) as seen:
        assert closed.get("city", f"{HERE}/{uid}").status_code == 200
    assert len(seen) <= MOST, seen
