"""An appeal: once, in time; a second marker marks anew, blind; the score may change, hours follow, the candidate is told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from app.exams import service
from app.exams.models import AppealMark, Attempt, Exam, ResultAppeal, Sheet
from app.exams.queries import incidents as queries
from app.exams.service import refusals
from app.kernel.clock import StoppedClock
from app.kernel.errors import Forbidden, NotFound
from app.kernel.work import Actor
from app.ledger import queries as ledger
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.hours.test_examined import exams_question, fixed

D = Decimal


class Paper:
    """A written paper of ten points (pass at 60), marked once by the first marker."""

    def __init__(self, work_as: WorkAs, points: str = "5") -> None:
        self.work_as = work_as
        with work_as() as work:
            self.candidate = make.actor(make.person(work, "李学"), "exams.sit")
            both = [make.person(work, name) for name in ("评一", "评二")]
            self.first, self.second = (make.actor(one, "exams.mark", sign_in_id=70 + at) for at, one in enumerate(both))
            question = exams_question(work)
        self.exam: Exam = fixed(work_as, question, hours=D(2), max_attempts=2, release_policy="closing_quiz")
        attempt = build.start(work_as, self.candidate, self.exam.uid)
        self.attempt: UUID = attempt.attempt
        with work_as(self.candidate) as work:
            service.save(work, self.attempt, attempt.questions[0].question, 1, "依法依规。")
            service.submit(work, self.attempt)
        with work_as(write=False) as work:
            self.sheet: UUID = work.session.scalars(select(Sheet.uid)).one()
        with work_as(self.first) as work:
            service.give_mark(work, self.sheet, D(points), [], "偏题。")

    def appeal(self, actor: Actor | None = None, reason: str = "第二点已经写到") -> ResultAppeal:
        with self.work_as(actor or self.candidate) as work:
            return service.appeal(work, self.attempt, reason)

    def hear(self, row: ResultAppeal, points: str, actor: Actor | None = None, answer: str = "要点齐全，酌情加分") -> ResultAppeal:
        with self.work_as(actor or self.second) as work:
            return service.hear_appeal(work, row.uid, {self.sheet: D(points)}, answer)

    def result(self) -> service.ResultShown:
        with self.work_as(self.candidate, write=False) as work:
            return build.result(work, self.attempt)

    def hours(self) -> list[Decimal]:
        with self.work_as(write=False) as work:
            return [line.hours for line in ledger.lines(work, self.candidate.person_id or 0)]


@pytest.fixture
def paper(work_as: WorkAs, real_listeners: None) -> Paper:
    return Paper(work_as)


def test_a_second_marker_changes_the_score_and_the_hours_follow(paper: Paper) -> None:
    assert (paper.result().score, paper.hours()) == (50, [])
    row = paper.hear(paper.appeal(), "8")
    assert (row.state, paper.result().score, paper.result().passed, paper.hours()) == ("changed", 80, True, [D(2)])
    assert [(one.what, one.reason, one.score_before, one.score_after) for one in paper.result().changes] == [
        ("appealed", "第二点已经写到", 50, 50), ("appeal_changed", "要点齐全，酌情加分", 50, 80),
    ]  # fmt: skip
    with paper.work_as(write=False) as work:
        (mark,) = work.session.scalars(select(AppealMark))
        assert (mark.marker_id, mark.points) == (paper.second.person_id, D(8))


def test_the_score_may_fall_and_the_hours_go(work_as: WorkAs, real_listeners: None) -> None:
    paper = Paper(work_as, "6")
    assert paper.hours() == [D(2)]
    paper.hear(paper.appeal(), "5.5")
    assert (paper.result().passed, paper.hours()) == (False, [D(2), D(-2)])


def test_the_same_points_leave_the_result(paper: Paper) -> None:
    row = paper.hear(paper.appeal(), "5", answer="原评分恰当")
    assert (row.state, paper.result().score) == ("upheld", 50)
    assert paper.result().changes[-1].what == "appeal_upheld"


def test_whoever_marked_it_does_not_hear_it(paper: Paper) -> None:
    row = paper.appeal()
    with pytest.raises(refusals.SecondMarkerNeeded):
        paper.hear(row, "9", paper.first)
    with paper.work_as(paper.first, write=False) as work:
        assert queries.appeals(work) == []
    with paper.work_as(paper.second, write=False) as work:
        (waiting,) = queries.appeals(work)
        assert (waiting.uid, waiting.answers) == (row.uid, 1)


def test_it_is_heard_blind(paper: Paper) -> None:
    row = paper.appeal()
    with paper.work_as(paper.second, write=False) as work:
        shown = repr(queries.appealed(work, service.appeal_to_hear(work, row.uid)))
    assert "依法依规" in shown and "李学" not in shown and "偏题" not in shown and "评一" not in shown


def test_nobody_hears_his_own_appeal(paper: Paper) -> None:
    row = paper.appeal()
    with paper.work_as() as work:
        own = make.actor(work.session.get_one(build.Person, paper.candidate.person_id), "exams.mark", "exams.sit")
    with pytest.raises(refusals.OwnPaper):
        paper.hear(row, "10", own)
    with pytest.raises(Forbidden):
        paper.hear(row, "10", paper.candidate)


def test_once_in_time_and_by_the_candidate_alone(paper: Paper, clock: StoppedClock) -> None:
    with pytest.raises(NotFound):  # ATK-A59
        paper.appeal(papers.candidate(paper.work_as, "旁人", sign_in_id=80))
    clock.at += timedelta(days=7)
    paper.appeal()
    with pytest.raises(refusals.AppealedAlready):
        paper.appeal()


def test_after_the_window_it_is_too_late(paper: Paper, clock: StoppedClock) -> None:
    clock.at += timedelta(days=8)
    with pytest.raises(refusals.AppealTooLate):
        paper.appeal()


@pytest.mark.parametrize("points", ["-1", "10.01", "NaN", "1.005"])
def test_points_there_are_not_are_refused(paper: Paper, points: str) -> None:
    row = paper.appeal()
    with pytest.raises(refusals.BadPoints):
        paper.hear(row, points)
    with pytest.raises(refusals.BadPoints), paper.work_as(paper.second) as work:
        service.hear_appeal(work, row.uid, {}, "没有给分")


def test_a_decision_has_a_reason_and_is_made_once(paper: Paper) -> None:
    row = paper.appeal()
    with pytest.raises(refusals.ResultReasonNeeded):
        paper.hear(row, "8", answer=" ")
    paper.hear(row, "8")
    with paper.work_as() as work:
        third = make.actor(make.person(work, "评三"), "exams.mark", sign_in_id=90)
    with pytest.raises(refusals.AppealDecided):
        paper.hear(row, "3", third)
    assert paper.result().score == 80


def test_there_is_no_appeal_before_the_result_is_final(work_as: WorkAs) -> None:
    papers.stocked(work_as, 2)
    exam = papers.opened(work_as, papers.rows(2), closes_at=papers.in_days(work_as, 3), release_policy="after_window")
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    with pytest.raises(refusals.NoAppeal), work_as(actor) as work:
        service.appeal(work, attempt.attempt, "为什么")
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    with pytest.raises(refusals.NotReleased), work_as(actor) as work:
        service.appeal(work, attempt.attempt, "为什么")
    with work_as(write=False) as work:
        assert work.session.scalars(select(Attempt.graded_at)).one() is not None
