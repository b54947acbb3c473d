"""What was noticed while people sat is read by whoever answers for these people, and by nobody of another district (ATK-A59)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.exams import service
from app.exams.models import Exam
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs

AT = "2026-11-22T02:00:00+00:00"
ROLES = {"east": ("organization_dept", "J9"), "west": ("organization_dept", "J9"), "city": ("organization_dept", "city")}


class Districts:
    """Two districts with a candidate each, who pasted and handed in; a reviewer of each, and one of the whole city."""

    def __init__(self, app: Flask, work_as: WorkAs) -> None:
        self.app, self.work_as = app, work_as
        papers.stocked(work_as, 6)
        self.exam: Exam = papers.opened(work_as, papers.rows(3))
        with work_as() as work:
            root = make.unit(work, "鹏城市", code="pc")
            units = {name: make.unit(work, f"{name} district", parent=root, code=name, level="district") for name in ("east", "west")}
            self.people = {name: make.person(work, f"candidate of the {name}", at=unit) for name, unit in units.items()}
            self.reviewers: dict[str, Person] = {}
            for name, (role, jurisdiction) in ROLES.items():
                self.reviewers[name] = make.person(work, f"reviewer {name}", at=units.get(name, root))
                make.grant(work, self.reviewers[name], role, jurisdiction)
        self.attempts = {name: self.sit(make.actor(person, "exams.sit", sign_in_id=person.id)) for name, person in self.people.items()}

    def sit(self, actor: Actor) -> Any:
        attempt = build.start(self.work_as, actor, self.exam.uid).attempt
        with self.work_as(actor) as work:
            service.note(work, attempt, [{"kind": "paste", "at": AT}])
            service.submit(work, attempt)
        return attempt

    def reader(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        build.sign_in(client, self.work_as, self.reviewers[name], name)
        return client

    def lists(self, name: str) -> list[str]:
        """Every page that lists sittings: with notes, all of them, those of one person, and the results."""
        notes = f"/manage/exams/{self.exam.uid}/notes"
        return [notes, f"{notes}?of=all", f"{notes}?person={self.people[name].uid}", f"/manage/exams/{self.exam.uid}/scores"]

    def pages(self, name: str) -> list[str]:
        """Every page of one sitting."""
        return [f"/manage/exams/{self.exam.uid}/{page}/{self.attempts[name]}" for page in ("notes", "annul")]


@pytest.fixture
def districts(app: Flask, work_as: WorkAs) -> Districts:
    return Districts(app, work_as)


@pytest.mark.parametrize(("own", "other"), [("east", "west"), ("west", "east")])
def test_a_reviewer_reads_of_his_own_district_only(districts: Districts, own: str, other: str) -> None:
    client = districts.reader(own)
    for page in (*districts.lists(own), *districts.pages(own)):
        answer = client.get(page)
        assert (answer.status_code, f"candidate of the {own}" in answer.text) == (200, True), page
    for page in districts.lists(other):
        answer = client.get(page)
        assert (answer.status_code, f"candidate of the {other}" in answer.text) == (200, False), page
    assert [client.get(page).status_code for page in districts.pages(other)] == [404, 404]


def test_whoever_answers_for_the_city_reads_of_both(districts: Districts) -> None:
    """The control of the test above: what is kept from a district is there."""
    client = districts.reader("city")
    for name in ("east", "west"):
        for page in (*districts.lists(name), *districts.pages(name)):
            assert f"candidate of the {name}" in client.get(page).text, page


def test_a_proposal_is_kept_from_another_district(districts: Districts) -> None:
    with districts.work_as() as work:
        officer = make.actor(districts.reviewers["city"], "exams.release")
    with districts.work_as(officer) as work:
        row = service.propose_annulment(work, districts.exam.uid, districts.attempts["east"], "粘贴作答", grants_attempt=False)
    seen = {}
    for name in ROLES:
        client = districts.reader(name)
        seen[name] = (
            "candidate of the east" in client.get("/manage/incidents").text,
            client.get(f"/manage/incidents/{row.uid}").status_code,
        )
    assert seen == {"east": (True, 200), "west": (False, 404), "city": (True, 200)}
