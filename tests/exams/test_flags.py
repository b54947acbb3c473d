"""What is kept of a sitting for its candidate: flags on every device, notes and time per question on his result."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.exams import service
from app.exams.service import refusals
from app.exams.service.marking import digest_of
from app.exams.service.papers import AttemptShown
from app.kernel.clock import StoppedClock
from app.kernel.errors import NotFound
from app.kernel.work import Actor
from app.people.models import Person
from tests.exams import build, papers
from tests.exams.build import WorkAs


class Sitting:
    """An examination of four questions that one person has begun."""

    def __init__(self, work_as: WorkAs, **terms: Any) -> None:
        self.work_as = work_as
        papers.stocked(work_as, 4)
        self.exam = papers.opened(work_as, papers.rows(4), **terms)
        self.actor = papers.candidate(work_as)
        self.attempt: AttemptShown = build.start(work_as, self.actor, self.exam.uid)
        self.questions = [one.question for one in self.attempt.questions]

    def flag(self, *questions: str, actor: Actor | None = None) -> list[str]:
        with self.work_as(actor or self.actor) as work:
            return service.flag(work, self.attempt.attempt, questions)

    def shown(self) -> AttemptShown:
        with self.work_as(self.actor, write=False) as work:
            return service.read(work, self.attempt.attempt)

    def submit(self) -> None:
        with self.work_as(self.actor) as work:
            service.submit(work, self.attempt.attempt)

    def result(self) -> service.ResultShown:
        with self.work_as(self.actor, write=False) as work:
            return build.result(work, self.attempt.attempt)


@pytest.fixture
def sitting(work_as: WorkAs, real_listeners: None) -> Sitting:
    return Sitting(work_as)


def test_flags_stay_with_the_attempt_and_another_device_has_them(sitting: Sitting) -> None:
    one, two, three, _four = sitting.questions
    assert sitting.attempt.flags == [] and sitting.shown().flags == []
    assert sitting.flag(three, one) == [one, three], "in the order of the paper"
    assert sitting.flag(two, two) == [two] and sitting.shown().flags == [two]
    elsewhere = on_device(sitting, 2)
    taken = build.start(sitting.work_as, elsewhere, sitting.exam.uid)
    assert taken.flags == [two]
    with pytest.raises(refusals.Superseded):
        sitting.flag(one)
    assert sitting.flag(actor=elsewhere) == []


def on_device(sitting: Sitting, sign_in_id: int) -> Actor:
    return replace(sitting.actor, sign_in_id=sign_in_id)


def test_nothing_else_is_flagged_and_nothing_after_handing_in(sitting: Sitting) -> None:
    other = papers.candidate(sitting.work_as, "丁", sign_in_id=9)
    with pytest.raises(NotFound):
        sitting.flag("qnone")
    with pytest.raises(NotFound):
        sitting.flag(sitting.questions[0], actor=other)
    sitting.submit()
    with pytest.raises(refusals.AttemptOver):
        sitting.flag(sitting.questions[0])


def test_flags_change_neither_mark_nor_digest(sitting: Sitting) -> None:
    build.answer_all(sitting.work_as, sitting.actor, sitting.attempt)
    sitting.flag(sitting.questions[1])
    sitting.submit()
    found = sitting.result()
    assert found.score == 100 and found.questions is not None
    assert [one.flagged for one in found.questions] == [False, True, False, False]
    with sitting.work_as(sitting.actor, write=False) as work:
        answers = service.read(work, sitting.attempt.attempt).answers
        assert digest_of(sitting.attempt.attempt, found.submitted_at, answers) == found.digest


def test_the_result_tells_the_time_at_each_question(sitting: Sitting, clock: StoppedClock) -> None:
    for question, seconds in ((sitting.questions[2], 35), (sitting.questions[0], 60)):
        clock.at += timedelta(seconds=seconds)
        options = next(one.options for one in sitting.attempt.questions if one.question == question)
        with sitting.work_as(sitting.actor) as work:
            service.save(work, sitting.attempt.attempt, question, 1, options[0].option)
    sitting.submit()
    found = sitting.result().questions
    assert found is not None and [one.seconds for one in found] == [60, None, 35, None]


def test_the_candidate_reads_what_was_noticed_once_his_result_is_out(client: FlaskClient, sitting: Sitting) -> None:
    with sitting.work_as(sitting.actor) as work:
        events = [{"kind": kind, "at": f"2026-11-22T02:0{at}:00+00:00"} for at, kind in enumerate(("hidden", "shown"))]
        service.note(work, sitting.attempt.attempt, events)
        service.note(work, sitting.attempt.attempt, [{"kind": "paste", "at": "2026-11-22T02:05:00+00:00"}])
    sitting.submit()
    assert [one.kind for one in sitting.result().notes] == ["hidden", "shown", "paste"]
    with sitting.work_as(write=False) as work:
        person = work.session.get_one(Person, sitting.actor.person_id)
    build.sign_in(client, sitting.work_as, person)
    shown = client.get(f"/exams/attempts/{sitting.attempt.attempt}/result").text
    assert "离开页面" in shown and "2026-11-22" in shown and "不影响成绩" in shown


def test_flags_over_http(client: FlaskClient, sitting: Sitting) -> None:
    with sitting.work_as(write=False) as work:
        person = work.session.get_one(Person, sitting.actor.person_id)
    headers = build.token(sitting.work_as, person)
    here = f"/api/v1/attempts/{sitting.attempt.attempt}"
    assert client.post(f"/api/v1/exams/{sitting.exam.uid}/attempts", headers=headers).status_code == 200
    kept = client.put(f"{here}/flags", json={"questions": [sitting.questions[1]]}, headers=headers)
    assert (kept.status_code, kept.json) == (200, {"questions": [sitting.questions[1]]})
    assert client.get(here, headers=headers).json["flags"] == [sitting.questions[1]]  # type: ignore[index]
    for wrong in ({"questions": "q1"}, {"questions": [1]}, {"questions": ["q"] * 1001}, {"flags": []}, {}):
        assert client.put(f"{here}/flags", json=wrong, headers=headers).status_code == 422
    assert client.get(here, headers=headers).json["flags"] == [sitting.questions[1]]  # type: ignore[index]
