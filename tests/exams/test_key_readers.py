"""Who read a key in one examination is asked the question in no other, nor reads what his own paper asks (docs/adr/0023)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank.models import Question, QuestionVersion
from app.bank.rules.answers import Kind
from app.exams import service
from app.exams.models import Attempt, Exam, ExamTrail, KeyReader, Sheet
from app.exams.queries import marking
from app.exams.rules.blueprint import Row
from app.exams.rules.regrading import How
from app.exams.service import refusals
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_readers import Written
from tests.exams.test_regrading import Held
from tests.hours.test_examined import fixed

SAYS = "什么是依法行政？"


class Shared(Written):
    """Answers to a question wait for a marker in one examination; others may ask it, too."""

    def __init__(self, work_as: WorkAs) -> None:
        super().__init__(work_as)
        with work_as(write=False) as work:
            self.question: UUID = work.session.scalars(select(Question.uid)).one()

    def add(self, says: str) -> UUID:
        """One more written question of the bank; with the words of the first it says the same."""
        with self.work_as() as work:
            return papers.approved(work, 9, kind=Kind.SHORT, topic="", says=says).uid

    def drawn(self) -> Exam:
        """An examination that draws one written question of those there are."""
        return papers.opened(self.work_as, [Row("", Kind.SHORT, 1, Decimal(10))], max_attempts=6)

    def asked(self, attempt: UUID) -> set[UUID]:
        with self.work_as(write=False) as work:
            paper = work.session.scalars(select(Attempt.paper).where(Attempt.uid == attempt)).one()
            versions = [line[1] for line in paper["lines"]]
            return set(work.session.scalars(select(Question.uid).join(QuestionVersion).where(QuestionVersion.id.in_(versions))))

    def pages(self) -> tuple[str, str]:
        return f"/manage/marking/sheets/{self.waiting}", f"/manage/appeals/{self.appeal}"


@pytest.fixture
def shared(work_as: WorkAs) -> Shared:
    return Shared(work_as)


@pytest.mark.parametrize("way", ["page", "appeal page", "form", "mark", "hear"])
def test_who_read_it_in_one_examination_is_not_asked_it_in_another(client: FlaskClient, shared: Shared, way: str) -> None:
    other = fixed(shared.work_as, shared.question)
    shared.read(client, way)
    with pytest.raises(refusals.KnowsThePaper):
        build.start(shared.work_as, shared.marker, other.uid)


@pytest.mark.parametrize("says", [SAYS, "什么是职权法定？"], ids=["the same", "another"])
def test_a_fixed_paper_that_says_the_same_is_not_begun_and_another_is(client: FlaskClient, shared: Shared, says: str) -> None:
    other = fixed(shared.work_as, shared.add(says))
    shared.read(client, "page")
    if says == SAYS:
        with pytest.raises(refusals.KnowsThePaper):
            build.start(shared.work_as, shared.marker, other.uid)
    else:
        assert build.start(shared.work_as, shared.marker, other.uid)


def test_a_draw_leaves_out_what_was_read_and_what_says_the_same(client: FlaskClient, shared: Shared) -> None:
    shared.add(SAYS)
    unread = shared.add("什么是职权法定？")
    exam = shared.drawn()
    shared.read(client, "page")
    for _again in range(6):
        begun = build.start(shared.work_as, shared.marker, exam.uid)
        assert shared.asked(begun.attempt) == {unread}
        with shared.work_as(shared.marker) as work:
            service.submit(work, begun.attempt)


def test_where_nothing_else_is_left_to_draw_he_is_refused(client: FlaskClient, shared: Shared) -> None:
    shared.add(SAYS)
    exam = shared.drawn()
    shared.read(client, "page")
    with pytest.raises(refusals.KnowsThePaper):
        build.start(shared.work_as, shared.marker, exam.uid)


def test_who_reads_while_another_paper_is_drawn_does_not_get_it(client: FlaskClient, shared: Shared) -> None:
    """Two requests of one person at once: the start was let in before, and is written after (docs/adr/0024)."""
    other = fixed(shared.work_as, shared.question)
    with shared.work_as(shared.marker, write=False) as work:
        ready = service.prepare(work, other.uid)
    shared.read(client, "page")
    with pytest.raises(refusals.KnowsThePaper), shared.work_as(shared.marker) as work:
        service.begin(work, ready)


@pytest.mark.parametrize("says", ["", SAYS], ids=["the question", "one that says the same"])
def test_while_his_own_paper_asks_it_he_reads_nothing_of_it(client: FlaskClient, shared: Shared, says: str) -> None:
    other = fixed(shared.work_as, shared.add(says) if says else shared.question)
    own = build.start(shared.work_as, shared.marker, other.uid)
    assert shared.listed() == (0, 0)
    build.sign_in(client, shared.work_as, shared.person)
    for page in shared.pages():
        answer = client.get(page)
        assert answer.status_code == 409 and "您正在参加的考试中有这道试题" in answer.text and "依法依规" not in answer.text
    for way in ("mark", "hear"):
        with pytest.raises(refusals.SitsItself):
            shared.read(client, way)
    assert shared.lines() == [] and build.count(shared.work_as, KeyReader) == 1, "of whoever marked the other paper"
    with shared.work_as(shared.marker) as work:
        service.submit(work, own.attempt)
    assert shared.listed()[0] == 1
    shared.read(client, "mark")
    assert shared.lines() == ["answers_read"]


def test_a_mark_of_before_is_not_listed_while_his_own_paper_asks_it(client: FlaskClient, shared: Shared) -> None:
    """He marked it, and comes by a paper that asks it: he wrote it before he did."""
    other = fixed(shared.work_as, shared.question)
    with shared.work_as() as work:
        work.session.scalars(select(Sheet).where(Sheet.uid == shared.waiting)).one().needed = 2
    shared.read(client, "mark")
    with shared.work_as(shared.marker, write=False) as work:
        assert len(marking.given(work)) == 1
    with shared.work_as() as work:
        for row in work.session.scalars(select(KeyReader)):
            work.session.delete(row)
    build.start(shared.work_as, shared.marker, other.uid)
    with shared.work_as(shared.marker, write=False) as work:
        assert marking.given(work) == []


def test_a_paper_that_asks_something_else_keeps_nobody_from_marking(client: FlaskClient, shared: Shared) -> None:
    other = fixed(shared.work_as, shared.add("什么是职权法定？"))
    build.start(shared.work_as, shared.marker, other.uid)
    assert shared.listed() == (1, 1)
    build.sign_in(client, shared.work_as, shared.person)
    for page in shared.pages():
        assert client.get(page).status_code == 200


class Corrected(Held):
    """An examination is over; an officer who sits examinations himself may correct its keys, and another asks the same."""

    def __init__(self, work_as: WorkAs) -> None:
        super().__init__(work_as)
        with work_as() as work:
            self.person: Person = make.person(work, "纪检")
            make.grant(work, self.person, "organization_dept", "city")
            self.officer: Actor = make.actor(self.person, "exams.release", "exams.sit", sign_in_id=31)
            version = work.session.scalars(select(QuestionVersion).where(QuestionVersion.uid == self.version)).one()
            asked: UUID = work.session.get_one(Question, version.question_id).uid
            rest = work.session.scalars(select(Question.uid).where(Question.uid != asked)).one()
        self.other, self.elsewhere = fixed(work_as, asked), fixed(work_as, rest)

    @property
    def page(self) -> str:
        return f"/manage/exams/{self.exam.uid}/regrade/{self.version}"

    def addresses(self) -> list[tuple[str, dict[str, Any]]]:
        """Every way to come to what a correction would change."""
        head = build.token(self.work_as, self.person)
        asks = f"/api/v1/exams/{self.exam.uid}/regrades/preview?version={self.version}&how=key&right=%5B%22b%22%5D"
        return [(self.page, {}), (f"{self.page}?how=full", {}), (f"{self.page}/changes.xlsx?how=full", {}), (asks, {"headers": head})]


@pytest.fixture
def corrected(work_as: WorkAs, real_listeners: None) -> Corrected:
    return Corrected(work_as)


def test_while_his_own_paper_asks_it_he_sees_nothing_of_a_correction(client: FlaskClient, corrected: Corrected) -> None:
    digest = corrected.look(How.FULL).digest
    build.start(corrected.work_as, corrected.officer, corrected.other.uid)
    build.sign_in(client, corrected.work_as, corrected.person)
    for address, more in corrected.addresses():
        assert client.get(address, **more).status_code == 409, address
    with pytest.raises(refusals.SitsItself):
        corrected.weigh(How.FULL, digest=digest)
    assert build.count(corrected.work_as, KeyReader) == 0


@pytest.mark.parametrize("at", range(4))
def test_who_saw_what_a_correction_would_change_is_not_asked_the_question(client: FlaskClient, corrected: Corrected, at: int) -> None:
    build.sign_in(client, corrected.work_as, corrected.person)
    address, more = corrected.addresses()[at]
    assert client.get(address, **more).status_code == 200
    with pytest.raises(refusals.KnowsThePaper):
        build.start(corrected.work_as, corrected.officer, corrected.other.uid)
    assert build.start(corrected.work_as, corrected.officer, corrected.elsewhere.uid), "the other question he has not looked at"
    with corrected.work_as(write=False) as work:
        assert len(work.session.scalars(select(ExamTrail).where(ExamTrail.what == "regrade_read")).all()) == 1
