"""Notes on sittings: told beforehand, kept, read by whoever may release results, and never a verdict (integrity.md §2.3)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import AttemptNote, Exam
from app.exams.service.papers import AttemptShown
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs

AT = "2026-11-22T02:00:00+00:00"


@dataclass
class Noted:
    """An examination that somebody of a unit is sitting, and what was noticed."""

    exam: Exam
    person: Person
    actor: Actor
    attempt: AttemptShown


@pytest.fixture
def noted(work_as: WorkAs) -> Noted:
    """Somebody who left the page twice and pasted."""
    papers.stocked(work_as)
    exam = papers.opened(work_as, papers.rows(3))
    with work_as() as work:
        person = make.person(work, "李学", at=make.unit(work, "市人事局"))
    actor = make.actor(person, "exams.sit", sign_in_id=1)
    attempt = build.start(work_as, actor, exam.uid)
    for kinds in (("hidden", "shown", "hidden"), ("paste", "nobody_knows")):
        with work_as(actor) as work:
            service.note(work, attempt.attempt, [{"kind": kind, "at": AT} for kind in kinds])
    return Noted(exam, person, actor, attempt)


def visitor(app: Flask, work_as: WorkAs, person: Person, role: str, over: str) -> FlaskClient:
    client = app.test_client()
    with work_as() as work:
        make.grant(work, person, role, over)
    build.sign_in(client, work_as, person)
    return client


def reviewer(app: Flask, work_as: WorkAs) -> FlaskClient:
    with work_as() as work:
        person = make.person(work, "钱审")
    return visitor(app, work_as, person, "personnel", "city")


def test_a_reviewer_reads_what_was_noticed_and_that_it_is_no_verdict(app: Flask, work_as: WorkAs, noted: Noted) -> None:
    client, address = reviewer(app, work_as), f"/manage/exams/{noted.exam.uid}/notes"
    listed = client.get(address).get_data(as_text=True)
    assert "李学" in listed and "离开页面 × 2" in listed and "粘贴内容 × 1" in listed and "不作结论，不影响成绩" in listed
    one = client.get(f"{address}/{noted.attempt.attempt}").get_data(as_text=True)
    assert one.count("离开页面") == 2 and "其他：nobody_knows" in one and "不作结论，不影响成绩" in one


def test_whoever_may_not_release_results_reads_none(app: Flask, work_as: WorkAs, noted: Noted) -> None:
    client = app.test_client()
    build.sign_in(client, work_as, noted.person)
    for path in ("", f"/{noted.attempt.attempt}"):
        assert client.get(f"/manage/exams/{noted.exam.uid}/notes{path}").status_code == 403


def test_a_sitting_is_read_under_its_own_examination_only(app: Flask, work_as: WorkAs, noted: Noted) -> None:
    other, client = papers.opened(work_as, papers.rows(2), title="另一场"), reviewer(app, work_as)
    assert client.get(f"/manage/exams/{other.uid}/notes/{noted.attempt.attempt}").status_code == 404
    assert "李学" not in client.get(f"/manage/exams/{other.uid}/notes").get_data(as_text=True)


def test_no_page_can_say_what_only_the_college_notes(app: Flask, work_as: WorkAs, noted: Noted) -> None:
    client, head = app.test_client(), build.token(work_as, noted.person)
    client.post(f"/api/v1/exams/{noted.exam.uid}/attempts", headers=head)
    path = f"/api/v1/attempts/{noted.attempt.attempt}/events"
    assert client.post(path, headers=head, json={"events": [{"kind": "taken_over", "at": AT}]}).status_code == 422
    assert client.post(path, headers=head, json={"events": [{"kind": "fullscreen_left", "at": AT}]}).status_code == 200


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_out_of_range_is_refused_and_a_kept_one_hides_nothing(app: Flask, work_as: WorkAs, noted: Noted, at: str) -> None:
    """Nobody makes what was noticed in his sitting unreadable by the clock of his device."""
    client, head = app.test_client(), build.token(work_as, noted.person)
    client.post(f"/api/v1/exams/{noted.exam.uid}/attempts", headers=head)
    path = f"/api/v1/attempts/{noted.attempt.attempt}/events"
    refused = client.post(path, headers=head, json={"events": [{"kind": "hidden", "at": at}]})
    assert (refused.status_code, refused.json["code"]) == (422, "note_moment")  # type: ignore[index]
    assert client.post(path, headers=head, json={"events": [{"kind": "hidden", "at": "1970-01-01T00:00:00Z"}]}).status_code == 200
    with work_as() as work:
        note = work.session.scalars(select(AttemptNote)).first()
        assert note
        note.events = [{"kind": "hidden", "at": at}]
    page = reviewer(app, work_as).get(f"/manage/exams/{noted.exam.uid}/notes/{noted.attempt.attempt}")
    assert page.status_code == 200 and "粘贴内容" in page.get_data(as_text=True)


def test_the_candidate_is_told_before_he_begins(app: Flask, work_as: WorkAs, noted: Noted) -> None:
    client = app.test_client()
    build.sign_in(client, work_as, noted.person)
    text = client.get(f"/exams/{noted.exam.uid}").get_data(as_text=True)
    assert "离开页面、退出全屏、粘贴内容、更换设备都会留下记录" in text and "记录不作结论，不影响成绩" in text


def test_two_who_answer_alike_have_the_same_result_whatever_was_noticed(work_as: WorkAs, noted: Noted) -> None:
    quiet = papers.candidate(work_as, "赵静", sign_in_id=7)
    scores = []
    for actor, attempt in ((noted.actor, noted.attempt), (quiet, build.start(work_as, quiet, noted.exam.uid))):
        build.answer_all(work_as, actor, attempt, wrong=1)
        with work_as(actor) as work:
            service.submit(work, attempt.attempt)
        with work_as(actor, write=False) as work:
            scores.append(build.result(work, attempt.attempt).score)
    assert scores[0] == scores[1] > 0
