"""Whoever reads answers with their samples to mark them does not sit that examination, nor reads while he sits (docs/adr/0023)."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import Exam, ExamTrail, Sheet
from app.exams.queries import incidents, marking
from app.exams.service import refusals
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.hours.test_examined import exams_question, fixed

TEN = Decimal(10)


class Written:
    """Two have handed in a written paper; one of the papers is marked and appealed. A marker may sit the examination, too."""

    def __init__(self, work_as: WorkAs) -> None:
        self.work_as = work_as
        with work_as() as work:
            question = exams_question(work)
            self.person: Person = make.person(work, "评一")
            make.grant(work, self.person, "instructor", "city")
            self.marker = make.actor(self.person, "exams.mark", "exams.sit", sign_in_id=70)
            other = make.actor(make.person(work, "评二"), "exams.mark", sign_in_id=71)
        self.exam: Exam = fixed(work_as, question, max_attempts=2)
        self.waiting = self._sat("甲", 1)
        self.marked = self._sat("乙", 2)
        with work_as(other) as work:
            service.give_mark(work, self.marked, TEN, [], "")
        with work_as(self.candidate) as work:
            self.appeal: UUID = service.appeal(work, self.attempt, "请复核").uid

    def _sat(self, name: str, sign_in_id: int) -> UUID:
        self.candidate = papers.candidate(self.work_as, name, sign_in_id)
        begun = build.start(self.work_as, self.candidate, self.exam.uid)
        self.attempt = begun.attempt
        with self.work_as(self.candidate) as work:
            service.save(work, begun.attempt, begun.questions[0].question, 1, "依法依规。")
            service.submit(work, begun.attempt)
            return work.session.scalars(select(Sheet.uid).order_by(Sheet.id.desc())).first()

    def lines(self) -> list[str]:
        with self.work_as(write=False) as work:
            return list(work.session.scalars(select(ExamTrail.what).where(ExamTrail.who_id == self.person.id)))

    def listed(self) -> tuple[int, int]:
        """How much waits for this marker, and how many appeals."""
        with self.work_as(self.marker, write=False) as work:
            assert bool(marking.next_of(work, self.exam.uid)) is bool(marking.piles(work))
            return sum(one.waiting for one in marking.piles(work)), len(incidents.appeals(work))

    def read(self, client: FlaskClient, way: str) -> None:
        """Come to the sample answer, on one of the ways there are."""
        if way == "page":
            build.sign_in(client, self.work_as, self.person)
            for _twice in range(2):
                assert "依法依规" in client.get(f"/manage/marking/sheets/{self.waiting}").text
        elif way == "appeal page":
            build.sign_in(client, self.work_as, self.person)
            for _twice in range(2):
                assert "依法依规" in client.get(f"/manage/appeals/{self.appeal}").text
        elif way == "form":
            build.sign_in(client, self.work_as, self.person)
            token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/manage/marking").text)
            assert token
            answer = client.post(f"/manage/marking/sheets/{self.waiting}", data={"csrf_token": token[1], "points": "x"})
            assert answer.status_code == 422 and "依法依规" in answer.text
        else:
            with self.work_as(self.marker) as work:
                if way == "mark":
                    service.give_mark(work, self.waiting, TEN, [], "")
                else:
                    service.hear_appeal(work, self.appeal, {self.marked: TEN}, "维持")


@pytest.fixture
def written(work_as: WorkAs) -> Written:
    return Written(work_as)


@pytest.mark.parametrize("way", ["page", "appeal page", "form", "mark", "hear"])
def test_whoever_has_read_answers_is_noted_once_and_does_not_sit(client: FlaskClient, written: Written, way: str) -> None:
    written.read(client, way)
    assert written.lines() == ["answers_read"]
    with pytest.raises(refusals.KnowsThePaper):
        build.start(written.work_as, written.marker, written.exam.uid)


def test_whoever_reads_while_his_paper_is_drawn_does_not_get_it(client: FlaskClient, written: Written) -> None:
    """Two requests of one person at once: the start was let in before, and is written after (docs/adr/0024)."""
    with written.work_as(written.marker, write=False) as work:
        ready = service.prepare(work, written.exam.uid)
    written.read(client, "page")
    with pytest.raises(refusals.KnowsThePaper), written.work_as(written.marker) as work:
        service.begin(work, ready)


def test_the_lists_alone_bar_nobody(written: Written) -> None:
    assert written.listed() == (1, 1)
    assert written.lines() == []
    assert build.start(written.work_as, written.marker, written.exam.uid)


def test_while_he_sits_it_himself_a_marker_reads_nothing_of_it(client: FlaskClient, written: Written) -> None:
    own = build.start(written.work_as, written.marker, written.exam.uid)
    assert written.listed() == (0, 0)
    build.sign_in(client, written.work_as, written.person)
    for page in (f"/manage/marking/sheets/{written.waiting}", f"/manage/appeals/{written.appeal}"):
        assert client.get(page).status_code == 409
    for way in ("mark", "hear"):
        with pytest.raises(refusals.SitsItself):
            written.read(client, way)
    assert written.lines() == []
    with written.work_as(written.marker) as work:
        service.save(work, own.attempt, own.questions[0].question, 1, "依法。")
        service.submit(work, own.attempt)
    assert written.listed() == (1, 1), "his own answer is not among them"
    written.read(client, "mark")
    assert written.lines() == ["answers_read"]
