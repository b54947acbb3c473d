"""A passed examination becomes one ledger line, in the transaction that makes the result final, and goes when the pass goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import QuestionDraft
from app.exams import service as exams
from app.exams.models import Attempt, Exam, Sheet
from app.exams.rules.sessions import Terms
from app.exams.rules.timing import GRACE
from app.hours import service
from app.hours.jobs import post_exam
from app.hours.models import CreditState, ExamCredit
from app.jobs import service as jobs
from app.jobs.models import Job
from app.kernel.events import announce
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.queries.pages import line_page
from app.people.models import Person
from app.rulebook import service as rulebook
from app.rulebook.rules import exam_hours
from app.rulebook.rules.model import Method
from tests import make
from tests.exams import build, papers
from tests.hours import build as cadres

D = Decimal


class Sitting:
    """Somebody who sits an examination of five questions."""

    def __init__(self, work_as, hours="4", **terms):
        self.work_as = work_as
        papers.stocked(work_as, 6)
        self.exam = papers.opened(work_as, papers.rows(5), hours=D(hours), max_attempts=3, **{"release_policy": "closing_quiz", **terms})
        with work_as() as work:
            self.person = cadres.cadre(work)
            self.actor = make.actor(self.person, "exams.sit")

    def sit(self, wrong=0):
        attempt = build.start(self.work_as, self.actor, self.exam.uid)
        build.answer_all(self.work_as, self.actor, attempt, wrong=wrong)
        with self.work_as(self.actor) as work:
            exams.submit(work, attempt.attempt)
        return attempt

    def lines(self):
        with self.work_as(write=False) as work:
            return ledger.lines(work, self.person.id)

    def credit(self):
        with self.work_as(write=False) as work:
            return work.session.get(ExamCredit, (self.person.id, self.exam.id))

    def fail(self):
        """Take the pass away as a regrade does."""
        with self.work_as() as work:
            work.session.execute(update(Attempt).values(passed=False))
            announce(work, exams.ResultsChanged(self.exam.id, (self.person.id,), "第3题答案更正"))

    def succeed(self):
        with self.work_as() as work:
            work.session.execute(update(Attempt).values(passed=True))
            announce(work, exams.ResultsChanged(self.exam.id, (self.person.id,), "第3题作废"))


def test_a_pass_posts_the_hours_at_once_with_its_evidence(work_as):
    it = Sitting(work_as)
    attempt = it.sit()
    (line,) = it.lines()
    assert (line.hours, line.category, line.delivery, line.title) == (D(4), "exam", "online", it.exam.title)
    assert (line.activity_key, line.rule_set_version, line.certified_by) == (f"exam:{it.exam.uid}:2026", "demo@1", "auto")
    assert (line.source_type, line.source_id, line.occurred_to) == ("exam", str(attempt.attempt), date(2026, 11, 22))
    credit = it.credit()
    assert (credit.state, credit.entry_seq, credit.score) == (CreditState.POSTED, 1, D(100))
    assert credit.explanation == [{"code": "exam_set", "set": "4", "quantum": "0.25", "hours": "4"}]


def test_the_page_of_the_line_says_what_it_rests_on(work_as):
    it = Sitting(work_as)
    attempt = it.sit()
    with work_as(it.actor, write=False) as work:
        sat, worth = line_page(work, it.person.id, 1).evidence
    assert sat.href == f"/exams/attempts/{attempt.attempt}/result" and "100" in dict(sat.facts).values()
    assert [value for _, value in worth.facts] == ["4", "4 · demo@1"]


def test_a_failure_posts_nothing_and_the_later_pass_once(work_as):
    """EX-E34."""
    it = Sitting(work_as)
    it.sit(wrong=4)
    assert it.lines() == [] and it.credit() is None
    it.sit()
    assert [line.hours for line in it.lines()] == [D(4)]


def test_an_examination_without_hours_posts_nothing(work_as):
    it = Sitting(work_as, hours="0")
    it.sit()
    assert it.lines() == [] and it.credit() is None


def test_the_event_told_twice_posts_once(work_as):
    it = Sitting(work_as)
    it.sit()
    with work_as() as work:
        row = work.session.scalars(select(Attempt)).one()
        told = exams.AttemptGraded(row.person_id, row.exam_id, None, row.id, row.score, passed=True)
        announce(work, told)
        announce(work, told)
    assert len(it.lines()) == 1


def test_a_listener_that_fails_leaves_neither_result_nor_hours(work_as, monkeypatch):
    """The line and the verdict are one transaction."""
    it = Sitting(work_as)
    attempt = build.start(work_as, it.actor, it.exam.uid)
    build.answer_all(work_as, it.actor, attempt)

    def refuse(*_args):
        raise ledger_service.YearClosed(year=2026)

    monkeypatch.setattr(ledger_service, "append_many", refuse)
    with pytest.raises(ledger_service.YearClosed), work_as(it.actor) as work:
        exams.submit(work, attempt.attempt)
    monkeypatch.undo()
    with work_as(it.actor) as work:
        assert exams.read(work, attempt.attempt).state == "running"
        exams.submit(work, attempt.attempt)
    assert len(it.lines()) == 1


def test_a_written_paper_posts_with_its_last_mark(work_as):
    with work_as() as work:
        candidate, marker = cadres.cadre(work), make.person(work, "评卷")
        question = exams_question(work)
    exam = fixed(work_as, question, hours=D(2))
    actor = make.actor(candidate, "exams.sit")
    attempt = build.start(work_as, actor, exam.uid)
    with work_as(actor) as work:
        exams.save(work, attempt.attempt, attempt.questions[0].question, 1, "依法依规。")
        exams.submit(work, attempt.attempt)
    with work_as(write=False) as work:
        assert ledger.lines(work, candidate.id) == []
        sheet = work.session.scalars(select(Sheet.uid)).one()
    with work_as(make.actor(marker, "exams.mark")) as work:
        exams.give_mark(work, sheet, D(8), [], "")
    with work_as(write=False) as work:
        assert [line.hours for line in ledger.lines(work, candidate.id)] == [D(2)]


def exams_question(work):
    from app.bank.models import Card, CardState
    from app.bank.rules.likeness import fingerprint, plain
    from app.bank.service import create

    draft = QuestionDraft(Kind.SHORT, "什么是依法行政？", points=D(10))
    question = create(work, draft)
    work.session.add(Card(question_id=question.id, state=CardState.APPROVED, kind=draft.kind, topic="", difficulty=3, points=D(10),
                          author_id=None, fingerprint=fingerprint(draft.stem), words=plain(draft.stem), moved_at=work.now))  # fmt: skip
    work.session.flush()
    return question.uid


def fixed(work_as, question, **terms) -> Exam:
    one, other = papers.assembler(work_as, "设考", 11), papers.assembler(work_as, "开考", 12)
    with work_as(one) as work:
        exam = exams.plan_exam(work, Terms(**{"title": "书面测评", "limit_minutes": 30, "release_policy": "full_at_once", **terms}))
        exams.set_questions(work, exam.uid, [(question, None)])
        exams.move_exam(work, exam.uid, "checked")
    with work_as(other) as work:
        return exams.move_exam(work, exam.uid, "open")


def test_a_pass_that_is_taken_away_is_reversed_and_one_that_comes_back_is_posted_again(work_as):
    it = Sitting(work_as)
    it.sit()
    it.fail()
    it.fail()  # told twice
    lines = it.lines()
    assert [(line.hours, line.reverses) for line in lines] == [(D(4), None), (D(-4), 1)]
    assert lines[1].reason == "第3题答案更正" and it.credit().state == CreditState.REVOKED
    it.succeed()
    it.succeed()
    assert [line.hours for line in it.lines()] == [D(4), D(-4), D(4)]
    assert (it.credit().state, it.credit().entry_seq) == (CreditState.POSTED, 3)


def test_an_activity_that_stands_already_earns_nothing_more(work_as):
    """EX-E08."""
    it = Sitting(work_as)
    with work_as() as work:
        person = work.session.get_one(Person, it.person.id)
        cadres.posted(work, person, "补录", "4", date(2026, 5, 1), activity_key=f"exam:{it.exam.uid}:2026", category="exam")
    it.sit()
    assert len(it.lines()) == 1
    credit = it.credit()
    assert (credit.state, credit.hours, credit.entry_seq) == (CreditState.DUPLICATE, D(0), None)
    assert credit.explanation[-1] == {"code": "duplicate", "of": "1"}


def test_a_result_final_after_its_year_was_closed_counts_in_the_year_that_is_open(work_as, clock, monkeypatch):
    clock.at = datetime(2026, 12, 31, 2, tzinfo=UTC)
    it = Sitting(work_as, hours="3")
    it.sit(wrong=4)
    clock.at += timedelta(days=60)
    monkeypatch.setattr("app.ledger.service.years._closed", [lambda _work: {2026}])
    it.succeed()
    (line,) = it.lines()
    assert (line.occurred_to, line.accounting_year) == (date(2026, 12, 31), 2027)


def test_hours_of_a_closed_year_are_not_taken_back_by_themselves(work_as, clock, monkeypatch):
    clock.at = datetime(2026, 12, 31, 2, tzinfo=UTC)
    it = Sitting(work_as)
    it.sit()
    clock.at += timedelta(days=60)
    monkeypatch.setattr("app.ledger.service.years._closed", [lambda _work: {2026}])
    with pytest.raises(ledger_service.YearClosed):
        it.fail()
    assert [line.hours for line in it.lines()] == [D(4)]


def test_a_pass_is_not_told_by_the_ledger_before_the_results_are_out(work_as, college, clock):
    """Whoever failed and whoever passed find the same: nothing; then the hours come by themselves, once."""
    closes = papers.in_days(work_as, 2)
    it = Sitting(work_as, release_policy="after_window", closes_at=closes)
    it.sit()
    assert it.lines() == [] and it.credit() is None
    with work_as(write=False) as work:
        (waiting,) = work.session.execute(select(Job.run_at, Job.arguments).where(Job.name == service.POST)).all()
    assert tuple(waiting) == (closes + GRACE + service.AFTER, {"exam_id": it.exam.id})
    post_exam(college, it.exam.id)
    assert it.lines() == [], "nothing before the time, however often it is asked for"
    clock.at = closes + timedelta(minutes=1)
    for _ in range(2):
        post_exam(college, it.exam.id)
    assert [line.hours for line in it.lines()] == [D(4)]


def test_a_pass_that_is_taken_away_before_the_results_are_out_never_had_hours(work_as, college, clock):
    closes = papers.in_days(work_as, 2)
    it = Sitting(work_as, release_policy="after_window", closes_at=closes)
    it.sit()
    it.fail()
    clock.at = closes + timedelta(minutes=1)
    post_exam(college, it.exam.id)
    assert it.lines() == []
    it.succeed()
    assert [line.hours for line in it.lines()] == [D(4)], "what changes afterwards is entered at once"


def test_with_a_longer_window_the_hours_come_later(work_as, college, clock):
    closes = papers.in_days(work_as, 2)
    it = Sitting(work_as, release_policy="after_window", closes_at=closes)
    it.sit()
    later = closes + timedelta(hours=1)
    with work_as() as work:
        work.session.execute(update(Exam).values(prolonged_until=later))
    clock.at = closes + timedelta(minutes=1)
    post_exam(college, it.exam.id)
    assert it.lines() == []
    with work_as(write=False) as work:
        assert later + GRACE + service.AFTER in work.session.scalars(select(Job.run_at).where(Job.name == service.POST)).all()


def test_the_worker_that_is_prompt_at_the_close_posts_the_hours_all_the_same(work_as, college, clock):
    """Results are out when the grace of the last answer is over; a job of the very moment of the close finds them not out yet."""
    closes = papers.in_days(work_as, 2)
    it = Sitting(work_as, release_policy="after_window", closes_at=closes)
    it.sit()
    for after in range(0, 180, 2):
        clock.at = closes + timedelta(seconds=after)
        with work_as() as work:
            waiting = jobs.due(work)
        for job_id in waiting:
            jobs.run(college, job_id)
        with work_as(write=False) as work:
            assert exams.is_told(work.session.get_one(Exam, it.exam.id), work.now) or it.lines() == []
    assert [line.hours for line in it.lines()] == [D(4)]


def test_what_is_taken_away_at_the_very_moment_leaves_no_line(work_as, college, clock):
    """The job waits for whoever changes results, and then finds what they have come to."""
    closes = papers.in_days(work_as, 2)
    it = Sitting(work_as, release_policy="after_window", closes_at=closes)
    it.sit()
    clock.at = closes + timedelta(minutes=1)
    with ThreadPoolExecutor(1) as pool:
        with work_as() as work:
            work.session.get_one(Exam, it.exam.id, with_for_update=True)  # as an annulment does
            work.session.execute(update(Attempt).values(passed=False))
            announce(work, exams.ResultsChanged(it.exam.id, (it.person.id,), "成绩作废"))
            posting = pool.submit(post_exam, college, it.exam.id)
            assert wait([posting], timeout=2).not_done
        posting.result(timeout=60)
    assert it.lines() == []


def test_many_are_settled_together(work_as):
    it = Sitting(work_as)
    it.sit()
    with work_as() as work:
        others = [make.person(work, f"学员{at}").id for at in range(3)]
        assert service.settle_exam(work, it.exam.id, [it.person.id, *others]) == service.Settled(0, 0)


@pytest.mark.parametrize(("set_to", "hours"), [("4", "4"), ("1.3", "1.25"), ("0.2", "0"), ("0", "0")])
def test_the_step_of_the_rule_set_cuts_what_an_examination_is_set_to(work_as, set_to, hours):
    with work_as(write=False) as work:
        book = rulebook.in_force(work, "demo", date(2026, 11, 22))
    assert exam_hours(book, D(set_to)).hours == D(hours)


def test_a_rule_set_may_fix_one_figure_for_every_examination_that_is_worth_hours(work_as):
    with work_as(write=False) as work:
        book = rulebook.in_force(work, "demo", date(2026, 11, 22))
    conversion = replace(book.conversion, methods={**book.conversion.methods, "exam": Method("fixed", hours=D(40))})
    book = replace(book, conversion=conversion)
    assert (exam_hours(book, D(4)).hours, exam_hours(book, D(0)).hours) == (D(40), D(0))
