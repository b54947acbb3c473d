"""A sitting annulled by two people (ATK-A62): state, hours, word to the candidate, another attempt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.exams import queries, service
from app.exams.models import Annulment, Attempt, ExamTrail, ResultTrail
from app.exams.queries.own import own
from app.exams.service import refusals
from app.kernel.errors import NotFound
from app.kernel.work import Actor, Grant
from app.people.models import Person
from app.people.rules.jurisdiction import Nobody
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_regrading import D, Held


class Incident:
    """An examination that was sat, and two people who may release results."""

    def __init__(self, work_as: WorkAs) -> None:
        self.held = Held(work_as)
        self.work_as = work_as
        with work_as() as work:
            self.first, self.second = (
                make.actor(make.person(work, name), "exams.release", sign_in_id=60 + at) for at, name in enumerate("子丑")
            )
            self.attempt: UUID = work.session.scalars(select(Attempt.uid).where(Attempt.person_id == self.held.all_right.person_id)).one()

    def propose(self, actor: Actor | None = None, reason: str = "他人代考", *, grants: bool = False) -> Annulment:
        with self.work_as(actor or self.first) as work:
            return service.propose_annulment(work, self.held.exam.uid, self.attempt, reason, grants_attempt=grants)

    def confirm(self, row: Annulment, actor: Actor | None = None) -> Annulment:
        with self.work_as(actor or self.second) as work:
            return service.confirm_annulment(work, row.uid, "情况属实")


@pytest.fixture
def incident(work_as: WorkAs, real_listeners: None) -> Incident:
    return Incident(work_as)


def test_two_people_annul_and_the_hours_go(incident: Incident) -> None:
    candidate = incident.held.all_right
    assert incident.held.hours(candidate) == [D(4)]
    row = incident.propose()
    assert incident.held.result(candidate).passed  # proposed is not annulled
    incident.confirm(row)
    assert incident.held.hours(candidate) == [D(4), D(-4)]
    with incident.work_as(candidate, write=False) as work:
        with pytest.raises(refusals.AttemptAnnulled):
            build.result(work, incident.attempt)
        told = service.changes(work, own(work, incident.attempt).attempt)
        assert [(one.what, one.reason, one.passed_before, one.passed_after) for one in told] == [("annulled", "他人代考", True, None)]
        assert [one.what for one in queries.news(work)] == ["annulled"]
        (exam,) = [one for one in queries.my_exams(work).items if one.attempts]
        assert (exam.has_passed, exam.best, exam.last and exam.last.is_annulled, exam.attempts_left) == (False, None, True, 2)
    with incident.work_as(write=False) as work:
        deeds = list(work.session.scalars(select(ExamTrail.what).order_by(ExamTrail.id.desc()).limit(2)))
        assert deeds == ["annulled", "annul_proposed"]


def test_whoever_proposed_does_not_decide(incident: Incident) -> None:
    row = incident.propose()
    with pytest.raises(refusals.SecondPersonNeeded):
        incident.confirm(row, incident.first)
    assert incident.held.result(incident.held.all_right).passed


def test_nobody_has_a_hand_in_his_own_result(incident: Incident) -> None:
    with incident.work_as() as work:
        person = work.session.get_one(Person, incident.held.all_right.person_id)
        own = make.actor(person, "exams.release", "exams.sit")
    with pytest.raises(refusals.OwnResult):
        incident.propose(own)
    with pytest.raises(refusals.OwnResult):
        incident.confirm(incident.propose(), own)


def test_who_is_out_of_scope_does_not_exist(incident: Incident) -> None:

    row = incident.propose()
    stranger = replace(incident.second, grants=(Grant("exams.release", Nobody()),))
    with pytest.raises(NotFound):
        incident.propose(stranger)
    with pytest.raises(NotFound):
        incident.confirm(row, stranger)


def test_one_proposal_at_a_time_and_one_decision(incident: Incident) -> None:
    row = incident.propose()
    with pytest.raises(refusals.AnnulmentProposed):
        incident.propose(incident.second)
    with incident.work_as(incident.second) as work:
        service.decline_annulment(work, row.uid, "证据不足")
    with pytest.raises(refusals.AnnulmentDecided):
        incident.confirm(row)
    assert incident.held.result(incident.held.all_right).passed
    again = incident.propose()  # what was declined may be proposed anew, with a new reason
    incident.confirm(again)
    with pytest.raises(refusals.NotAnnullable):
        incident.propose()


@pytest.mark.parametrize("reason", ["", " ", "由" * 501])
def test_no_proposal_without_a_reason(incident: Incident, reason: str) -> None:
    with pytest.raises(refusals.ResultReasonNeeded):
        incident.propose(reason=reason)


def test_no_decision_without_a_reason(incident: Incident) -> None:
    row = incident.propose()
    for act in (service.confirm_annulment, service.decline_annulment):
        with pytest.raises(refusals.WhyNeeded) as refused, incident.work_as(incident.second) as work:
            act(work, row.uid, " ")
        assert refused.value.field == "reason" and "candidate" not in str(refused.value.text), (
            "only the reason of the proposal is read by him"
        )


@pytest.mark.parametrize(("grants", "left"), [(True, 3), (False, 2)])
def test_another_attempt_may_be_given_in_its_place(incident: Incident, *, grants: bool, left: int) -> None:
    incident.confirm(incident.propose(grants=grants))
    candidate = incident.held.all_right
    with incident.work_as(candidate, write=False) as work:
        (exam,) = [one for one in queries.my_exams(work).items if one.attempts]
        assert exam.attempts_left == left and exam.is_open
    incident.held.sit(candidate)
    assert incident.held.hours(candidate) == [D(4), D(-4), D(4)]


def test_what_was_noticed_is_kept_with_the_proposal(work_as: WorkAs, real_listeners: None) -> None:

    papers.stocked(work_as, 2)
    exam = papers.opened(work_as, papers.rows(2))
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    events: list[dict[str, Any]] = [{"kind": "paste", "at": "2026-11-22T02:00:00+00:00"}]
    with work_as(actor) as work:
        service.note(work, attempt.attempt, events)
    with work_as() as work:
        officer = make.actor(make.person(work, "考务"), "exams.release")
    with pytest.raises(refusals.NotAnnullable), work_as(officer) as work:
        service.propose_annulment(work, exam.uid, attempt.attempt, "粘贴作答", grants_attempt=False)
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    with work_as(officer) as work:
        assert service.propose_annulment(work, exam.uid, attempt.attempt, "粘贴作答", grants_attempt=False).notes == events


def test_the_trail_has_what_it_was_before(incident: Incident) -> None:
    incident.confirm(incident.propose())
    with incident.work_as(write=False) as work:
        (row,) = work.session.scalars(select(ResultTrail))
        assert (row.who_id, D(row.before["score"]), row.before["passed"], row.after) == (incident.second.person_id, D(100), True, {})
