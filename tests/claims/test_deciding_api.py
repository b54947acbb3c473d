"""Decisions by program: another subject than was claimed, and the hearing of an appeal, by the rules of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.claims import service
from app.kernel.work import College, working
from app.ledger import queries as ledger
from tests.desk import build as desk
from tests.exams.build import WorkAs, token

REASON = "课表载明考察"


@dataclass
class Desk:
    """The office of the desk, whose people sign in by program when they are first asked for."""

    client: Any
    college: College
    office: desk.Office
    work_as: WorkAs
    tokens: dict[str, dict[str, str]]

    def post(self, by: str, uid: UUID, what: str, body: dict[str, Any], **headers: str) -> Any:
        if by not in self.tokens:
            self.tokens[by] = token(self.work_as, self.office.people[by])
        return self.client.post(f"/api/v1/claims/{uid}/{what}", json=body, headers=self.tokens[by] | headers)

    def hear(self, by: str, uid: UUID, **body: Any) -> Any:
        return self.post(by, uid, "hearings", {"outcome": "grant", "hours": "36", "reason": REASON, **body})

    def appealed(self, about: str = "cadre") -> UUID:
        """A claim of 36 hours that `city` certified with 30, and an appeal against it."""
        uid = self.office.checked(about)
        with working(self.college, self.office.actor("city")) as work:
            service.certify(work, uid, hours=Decimal(30), reason="考察不计")
        with working(self.college, self.office.actor(about)) as work:
            service.appeal(work, uid, "证明为 36 学时")
        return uid

    def hours(self, about: str = "cadre") -> list[Decimal]:
        with working(self.college, self.office.actor(about), write=False) as work:
            return [one.hours for one in ledger.lines(work, self.office.people[about].id)]


@pytest.fixture
def there(client: Any, college: College, work_as: WorkAs) -> Desk:
    return Desk(client, college, desk.office(college), work_as, {})


def test_another_subject_than_was_claimed_is_certified_with_a_reason(there: Desk) -> None:
    uid = there.office.checked("cadre", subject="public", list_year="2026")
    other = {"decision": "certify", "subject": "professional"}
    refused = there.post("city", uid, "decisions", other)
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "claim_verdict", "reason")
    for word in ("loyalty", "PUBLIC", "public "):
        refused = there.post("city", uid, "decisions", other | {"subject": word, "reason": "改科目"})
        assert (refused.status_code, refused.json["code"], refused.json["field"]) == (422, "claim_verdict", "subject"), word
    assert there.post("city", uid, "decisions", other | {"subject": 5}).json["code"] == "bad_body"
    done = there.post("city", uid, "decisions", other | {"reason": "不在公需科目目录内"}).json
    assert (done["state"], done["subject_certified"], done["hours_certified"]) == ("certified", "professional", "36")
    with working(there.college, there.office.actor("cadre"), write=False) as work:
        (line,) = ledger.lines(work, there.office.people["cadre"].id)
    assert line.subject_kind == "professional"


def test_what_belongs_to_certifying_is_refused_elsewhere_by_name(there: Desk) -> None:
    uid = there.office.checked("cadre")
    for field, value in (("subject", "public"), ("hours", "30"), ("days", "1")):
        for decision in ("pass", "return", "reject"):
            refused = there.post("city", uid, "decisions", {"decision": decision, "reason": "否", field: value})
            assert (refused.status_code, refused.json["field"], refused.json["why"]) == (422, field, "only_certify"), decision
    done = there.post("city", uid, "decisions", {"decision": "certify", "subject": None}).json
    assert (done["state"], done["subject_certified"]) == ("certified", None)


def test_an_appeal_is_heard_once_by_somebody_who_had_no_part_in_it(there: Desk) -> None:
    uid = there.appealed()
    for by, status, code in (
        ("city", 403, "claim_same_person"), ("cadre", 403, "forbidden"), ("unit", 403, "forbidden"), ("admin", 403, "forbidden"),
        ("district", 404, "not_found"),
    ):  # fmt: skip
        refused = there.hear(by, uid)
        assert (refused.status_code, refused.json["code"]) == (status, code), by
    assert there.client.post(f"/api/v1/claims/{uid}/hearings", json={}).status_code == 401
    assert there.hours() == [30]
    body = {"outcome": "grant", "hours": "36", "reason": REASON}
    done = there.post("city2", uid, "hearings", body, **{"Idempotency-Key": "h1"})
    assert (done.status_code, done.json["state"], done.json["answer"]) == (200, "granted", REASON)
    assert (done.json["claim"]["state"], done.json["claim"]["hours_certified"]) == ("certified", "36")
    assert there.post("city2", uid, "hearings", body, **{"Idempotency-Key": "h1"}).json == done.json, "the same key, the same answer"
    other = there.post("city2", uid, "hearings", body | {"hours": "35"}, **{"Idempotency-Key": "h1"})
    assert (other.status_code, other.json["code"]) == (409, "idempotency_mismatch")
    assert there.hear("city2", uid).status_code == 409
    assert there.hours() == [30, -30, 36]


def test_what_was_decided_may_stand(there: Desk) -> None:
    uid = there.appealed()
    done = there.hear("city2", uid, outcome="uphold", hours=None).json
    assert (done["state"], done["claim"]["hours_certified"], there.hours()) == ("upheld", "30", [30])


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"hours": None}, "claim_verdict", "hours"), ({"hours": "0"}, "claim_verdict", "hours"), ({"hours": "37"}, "claim_verdict", "hours"),
    ({"days": "99"}, "claim_verdict", "hours"), ({"outcome": "uphold"}, "claim_verdict", "hours"),
    ({"outcome": "uphold", "hours": None, "days": "1"}, "claim_verdict", "days"), ({"reason": " "}, "claim_reason_needed", "reason"),
    ({"reason": "<b>"}, "claim_reason_needed", "reason"), ({"reason": "长" * 501}, "bad_body", ""), ({"hours": 36}, "bad_body", ""),
    ({"hours": "1e3"}, "bad_body", ""), ({"outcome": "lower"}, "bad_body", ""), ({"subject": "public"}, "bad_body", ""),
]  # fmt: skip


def test_a_hearing_that_says_too_little_or_too_much_is_refused_by_name(there: Desk) -> None:
    uid = there.appealed()
    for body, code, field in BAD:
        refused = there.hear("city2", uid, **body)
        assert (refused.status_code, refused.json["code"], refused.json.get("field", "")) == (422, code, field), body
    assert there.hours() == [30]


def test_where_there_is_no_appeal_nothing_is_heard(there: Desk) -> None:
    refused = there.hear("city2", there.office.checked("cadre"))
    assert (refused.status_code, refused.json["code"], there.hours()) == (409, "claim_no_open_appeal", [])
    assert there.hear("city2", UUID(int=7)).status_code == 404


def test_the_document_tells_the_subjects(there: Desk) -> None:
    told = there.client.get("/api/v1/openapi.json").json["components"]["schemas"]["DecisionBody"]["properties"]["subject"]
    assert ["elective", "professional", "public"] in [one.get("enum") for one in told["anyOf"]]
