"""Regrades by program: looked at, committed once, by the same rules as the pages."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank.rules.answers import Kind
from app.exams.models import ExamTrail, Regrade
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_correcting import Sat
from tests.exams.test_regrading import Held


def officer(held: Held, name: str = "考务二") -> dict[str, str]:
    """The headers of somebody who releases results."""
    with held.work_as() as work:
        person = make.person(work, name)
        make.grant(work, person, "organization_dept", "city")
    return build.token(held.work_as, person)


def test_a_program_looks_and_commits_what_it_looked_at_once(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    headers, here = officer(held), f"/api/v1/exams/{held.exam.uid}/regrades"
    seen: Any = client.get(f"{here}/preview?version={held.version}&how=full", headers=headers).json
    assert (seen["sittings"], seen["changed"], seen["gained"], seen["lost"], seen["next"]) == (3, 2, 1, 0, None)
    assert [(one["name"], one["passed_before"], one["passed_after"]) for one in seen["items"]] == [
        ("乙", False, True),
        ("丙", False, False),
    ]
    body = {"version": str(held.version), "how": "full", "reason": "题干有误", "digest": seen["digest"]}
    assert client.post(here, json=body | {"digest": "0"}, headers=headers).json["code"] == "regrade_moved"  # type: ignore[index]
    assert client.post(here, json=body | {"reason": " "}, headers=headers).status_code == 422
    keyed = headers | {"Idempotency-Key": "regrade-1"}
    done = client.post(here, json=body, headers=keyed)
    assert (done.status_code, done.json["changed"]) == (201, 2)  # type: ignore[index]
    assert client.post(here, json=body, headers=keyed).json == done.json, "the same key, the same answer"
    assert client.post(here, json=body, headers=headers).status_code == 409
    assert held.scores() == [(100, True), (100, True), (50, False)]
    with work_as(write=False) as work:
        assert len(work.session.scalars(select(Regrade)).all()) == 1


def test_whoever_looks_is_noted_and_whoever_sat_does_not_look(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    here = f"/api/v1/exams/{held.exam.uid}/regrades"
    look = f"{here}/preview?version={held.version}&how=key&right={json.dumps(['b'])}"
    with work_as() as work:
        person = work.session.get_one(Person, held.one_wrong.person_id)
    headers = build.token(work_as, person)
    assert client.get(look, headers=headers).status_code == 403
    with work_as() as work:
        make.grant(work, work.session.get_one(Person, person.id), "organization_dept", "city")
    assert client.get(look, headers=headers).status_code == 403
    body = {"version": str(held.version), "how": "full", "reason": "题干有误", "digest": "0"}
    assert client.post(here, json=body, headers=headers).status_code == 403
    assert client.get(look, headers=officer(held)).status_code == 200
    with work_as(write=False) as work:
        assert [one.what for one in work.session.scalars(select(ExamTrail).where(ExamTrail.what == "regrade_read"))] == ["regrade_read"]


def test_what_cannot_be_a_key_is_refused(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    held = Held(work_as)
    headers, here = officer(held), f"/api/v1/exams/{held.exam.uid}/regrades"
    for asked in ("how=key", "how=key&right=x", "how=key&right=[5]", "how=key&right=" + "[" * 5000, "how=all", ""):
        assert client.get(f"{here}/preview?version={held.version}&{asked}", headers=headers).status_code == 422, asked[:30]
    for wrong in ({"right": {}}, {"how": "all"}, {"more": 1}, {"version": "x"}):
        body = {"version": str(held.version), "how": "full", "reason": "题干有误", "digest": "0"} | wrong
        assert client.post(here, json=body, headers=headers).status_code == 422, wrong


def test_a_question_of_another_examination_is_not_asked_about(client: FlaskClient, work_as: WorkAs, real_listeners: None) -> None:
    """By what may be taken back of its key, and what not, its key would be told, and nobody be barred from where it is asked."""
    sat = Sat(work_as)
    papers.stocked(work_as, 3, topic="别的")
    other = papers.opened(work_as, papers.rows(1, topic="别的"))
    with work_as() as work:
        person = make.person(work, "人事")
        make.grant(work, person, "personnel", "city")
    headers, version = build.token(work_as, person), sat.version(Kind.BLANK)
    for text in ("1979", "2000"):
        right = json.dumps([{"drop": [text], "add": ["x"]}, {"add": ["y"]}])
        for how in ("full", f"key&right={right}"):
            path = f"/api/v1/exams/{other.uid}/regrades/preview?version={version}&how={how}"
            assert client.get(path, headers=headers).status_code == 404
        body = {"version": str(version), "how": "key", "reason": "更正", "digest": "0", "right": json.loads(right)}
        assert client.post(f"/api/v1/exams/{other.uid}/regrades", json=body, headers=headers).status_code == 404
    build.sign_in(client, work_as, person)
    assert client.get(f"/manage/exams/{other.uid}/regrade/{version}").status_code == 404
    assert client.get(f"/manage/exams/{sat.exam.uid}/regrade/{version}").status_code == 200
