"""What the list of examinations says to somebody who knows their questions: the same as the door, before he comes to it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from app.bank.models import Question, Trail
from app.exams import queries, service
from app.exams.models import Exam
from app.exams.rules.blueprint import Item, Row, shortages, stock
from app.exams.service import refusals
from app.kernel.work import Actor, College
from tests.exams import papers
from tests.exams.build import WorkAs
from tests.exams.test_forms import bank, row
from tests.house.test_statements import counted


def knows(work_as: WorkAs, actor: Actor, uids: list[UUID]) -> None:
    """He wrote these questions."""
    with work_as() as work:
        for question_id in work.session.scalars(select(Question.id).where(Question.uid.in_(uids))):
            work.session.add(Trail(question_id=question_id, what="written", who_id=actor.person_id, at=work.now))


def opened(work_as: WorkAs, form: str, topic: str, uids: list[UUID]) -> Exam:
    """An open examination of two questions of these, in this form of paper."""
    one, other = papers.assembler(work_as, "设考", 11), papers.assembler(work_as, "开考", 12)
    with work_as(one) as work:
        exam = service.plan_exam(work, papers.terms())
        if form == "fixed":
            service.set_questions(work, exam.uid, [(uid, None) for uid in uids[:2]])
        else:
            service.set_blueprint(work, exam.uid, papers.rows(2, topic=topic), 2 if form == "forms" else 0)
        service.move_exam(work, exam.uid, "checked")
    with work_as(other) as work:
        return service.move_exam(work, exam.uid, "open")


def listed(work_as: WorkAs, actor: Actor) -> dict[UUID, tuple[bool, str]]:
    """What the list says of each examination."""
    with work_as(actor, write=False) as work:
        return {one.uid: (one.is_open, str(one.reason)) for one in queries.my_exams(work).items}


@pytest.mark.parametrize(("form", "known"), [("blueprint", 3), ("fixed", 1), ("forms", 4)])
def test_whoever_knows_too_much_of_it_is_told_in_the_list_what_the_door_would_say(work_as: WorkAs, form: str, known: int) -> None:
    uids = papers.stocked(work_as, 4)
    exam = opened(work_as, form, "党章", uids)
    author, other = papers.candidate(work_as, "作者"), papers.candidate(work_as, "别人", 2)
    for number in range(known + 1):
        knows(work_as, author, uids[max(number - 1, 0) : number])
        said = listed(work_as, author)[exam.uid]
        if said == (True, ""):
            with work_as(author, write=False) as work:
                assert service.prepare(work, exam.uid).drawn
            continue
        assert said == (False, str(refusals.KnowsThePaper().sentence))
        with pytest.raises(refusals.KnowsThePaper), work_as(author, write=False) as work:
            service.prepare(work, exam.uid)
    assert said[0] is False, "in the end he knows too much"
    assert listed(work_as, other)[exam.uid] == (True, "")


def test_it_asks_no_more_of_the_database_for_more_examinations(work_as: WorkAs, college: College) -> None:
    author = papers.candidate(work_as, "作者")
    counts = []
    for topic in ("党章", "应急"):
        uids = papers.stocked(work_as, 4, topic=topic)
        for form in ("blueprint", "fixed", "forms"):
            opened(work_as, form, topic, uids)
        knows(work_as, author, uids)
        with counted(college) as seen:
            said = listed(work_as, author)
        counts.append(len(seen))
        assert {is_open for is_open, _why in said.values()} == {False}
    assert len(said) == 6 and counts[0] == counts[1]


@pytest.mark.parametrize(("known", "is_possible"), [({1}, True), ({1, 2}, False), ({1, 11}, True), ({11, 12}, False)])
def test_what_is_left_of_a_stock_is_weighed_with_rows_that_compete_and_twins(known: set[int], is_possible: bool) -> None:
    """Topic a has 1 and 2, which say the same, topic b 11 and 12 likewise; the second row takes what the first leaves of both."""
    rows: list[Row] = [row("a", 1), row("", 1)]
    items: list[Item] = [*bank("a", 1, 2, says="same"), *bank("b", 11, 12, says="alike")]
    assert not shortages(rows, stock(rows, items))
    assert (not shortages(rows, stock(rows, items).without(known))) is is_possible
