"""Who comes to read a key in the bank or in statistics is asked it nowhere, and reads none his own paper asks (docs/adr/0023)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank import service as bank
from app.bank.models import Question
from app.bank.service import reads
from app.exams import service
from app.exams.models import KeyReader
from app.exams.queries.statistics import statistics
from app.exams.service import refusals
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.bank import build as banked
from tests.exams import build, papers, sat
from tests.exams.build import WorkAs
from tests.hours.test_examined import fixed

SENTENCE = "交卷后才能查看"


@pytest.fixture(autouse=True)
def _told() -> Iterator[None]:
    """Examinations are told by the bank, as listeners.py has it."""
    before = list(reads._told)
    bank.set_read(service.read_keys)
    yield
    reads._told[:] = before


class Reviewer:
    """Somebody who passes questions and sits examinations, with a browser and a program; three questions are in the bank."""

    def __init__(self, client: FlaskClient, work_as: WorkAs) -> None:
        self.client, self.work_as = client, work_as
        self.questions: list[UUID] = papers.stocked(work_as, 3)
        with work_as() as work:
            self.person: Person = make.person(work, "审题")
            make.grant(work, self.person, "reviewer", "city")
            self.actor: Actor = make.actor(self.person, "exams.sit", "bank.review", sign_in_id=70)
        build.sign_in(client, work_as, self.person)
        self.head = build.token(work_as, self.person)

    def doors(self) -> dict[str, tuple[str, dict[str, Any]]]:
        one = self.questions[0]
        return {
            "page": (f"/studio/bank/questions/{one}", {}), "file": ("/studio/bank/export/file?format=gift", {}),
            "interface": (f"/api/v1/bank/questions/{one}", {"headers": self.head}),
            "file of the interface": ("/api/v1/bank/export?format=gift", {"headers": self.head}),
        }  # fmt: skip

    def open(self, door: str) -> Any:
        """What this way in shows."""
        path, more = self.doors()[door]
        asker = self.client.application.test_client() if more else self.client
        return asker.get(path, **more)

    def read(self) -> set[UUID]:
        """The questions he is noted as a reader of."""
        with self.work_as(write=False) as work:
            rows = select(Question.uid).join(KeyReader, KeyReader.question_id == Question.id).where(KeyReader.person_id == self.person.id)
            return set(work.session.scalars(rows))


DOORS = ("page", "file", "interface", "file of the interface")


@pytest.fixture
def reviewer(client: FlaskClient, work_as: WorkAs) -> Reviewer:
    return Reviewer(client, work_as)


@pytest.mark.parametrize("door", DOORS)
def test_a_key_read_in_the_bank_is_noted_and_its_reader_is_asked_it_nowhere(reviewer: Reviewer, door: str) -> None:
    exam = fixed(reviewer.work_as, reviewer.questions[0])
    for _twice in range(2):
        answer = reviewer.open(door)
        assert answer.status_code == 200 and papers.WHY.encode() in answer.data
    assert reviewer.read() == set(reviewer.questions if "file" in door else reviewer.questions[:1])
    with pytest.raises(refusals.KnowsThePaper):
        build.start(reviewer.work_as, reviewer.actor, exam.uid)


@pytest.mark.parametrize("door", DOORS)
def test_no_key_of_a_paper_is_shown_to_who_writes_it_until_he_has_handed_it_in(reviewer: Reviewer, door: str) -> None:
    begun = build.start(reviewer.work_as, reviewer.actor, fixed(reviewer.work_as, reviewer.questions[0]).uid)
    answer = reviewer.open(door)
    assert answer.status_code == 409 and papers.WHY not in answer.text and SENTENCE in answer.text
    assert not reviewer.read()
    with reviewer.work_as(reviewer.actor) as work:
        service.submit(work, begun.attempt)
    assert reviewer.open(door).status_code == 200


def test_other_questions_are_shown_meanwhile_and_lists_tell_no_key(reviewer: Reviewer) -> None:
    build.start(reviewer.work_as, reviewer.actor, fixed(reviewer.work_as, reviewer.questions[1]).uid)
    assert reviewer.open("page").status_code == 200
    listed = reviewer.client.get("/studio/bank")
    assert listed.status_code == 200 and papers.WHY not in listed.text
    assert reviewer.client.get("/studio/bank/export").status_code == 200
    assert reviewer.read() == {reviewer.questions[0]}


def test_his_own_question_makes_no_row_for_its_author(client: FlaskClient, work_as: WorkAs) -> None:
    author = banked.author(work_as)
    uid = banked.add(work_as, author)
    with work_as(author, write=False) as work:
        bank.read_key(work, uid)
    with work_as(write=False) as work:
        assert not list(work.session.scalars(select(KeyReader.question_id)))


def test_statistics_leave_out_what_the_reader_is_asked_now_and_note_the_rest(reviewer: Reviewer, work_as: WorkAs) -> None:
    exam = papers.opened(work_as, papers.rows(3))
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    sat.made(work_as, exam)
    begun = build.start(work_as, reviewer.actor, fixed(work_as, reviewer.questions[0]).uid)

    def seen(*, keys: bool) -> tuple[set[UUID], int]:
        with work_as(reviewer.actor, write=False) as work:
            found = statistics(work, exam, by_unit=False, keys=keys)
            return {one.question for one in found.items}, found.withheld

    rest = set(reviewer.questions[1:])
    assert seen(keys=False) == (rest, 1) and reviewer.read() == rest, "how the best chose among the options tells the key"
    assert seen(keys=True) == (rest, 1) and reviewer.read() == rest
    with work_as(reviewer.actor) as work:
        service.submit(work, begun.attempt)
    assert seen(keys=True) == (set(reviewer.questions), 0) and reviewer.read() == set(reviewer.questions)
