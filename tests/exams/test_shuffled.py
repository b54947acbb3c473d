"""A fixed paper whose questions are shuffled: the same questions for everybody, each in an order of his own that never changes."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import Attempt, ExamPlan
from app.exams.rules.assembly import in_order
from app.kernel.work import Actor
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import officer, post

COUNT = 8


def fixed(work_as: WorkAs, *, shuffled: bool) -> UUID:
    """An open examination with a fixed paper of eight questions."""
    uids = papers.stocked(work_as, COUNT)
    with work_as(papers.assembler(work_as, "设考", 11)) as work:
        uid = service.plan_exam(work, papers.terms(sequential=True)).uid
        service.set_questions(work, uid, [(one, None) for one in uids], shuffled=shuffled)
        service.move_exam(work, uid, "checked")
    with work_as(papers.assembler(work_as, "开考", 12)) as work:
        service.move_exam(work, uid, "open")
    return uid


def versions(work_as: WorkAs, who: Actor, exam: UUID) -> list[int]:
    """What a candidate is asked, in the order of his paper."""
    attempt = build.start(work_as, who, exam)
    with work_as(who, write=False) as work:
        paper = work.session.scalars(select(Attempt.paper).where(Attempt.uid == attempt.attempt)).one()
        return [line[1] for line in paper["lines"]]


@pytest.mark.parametrize("shuffled", [True, False])
def test_everybody_has_the_same_questions_in_an_order_of_his_own(work_as: WorkAs, shuffled: bool) -> None:
    exam = fixed(work_as, shuffled=shuffled)
    sat = [versions(work_as, papers.candidate(work_as, f"学员{at}", sign_in_id=at), exam) for at in range(1, 5)]
    assert all(sorted(one) == sorted(sat[0]) and len(one) == COUNT for one in sat)
    assert (len({tuple(one) for one in sat}) > 1) is shuffled


def test_whoever_comes_back_finds_his_order(work_as: WorkAs) -> None:
    exam, who = fixed(work_as, shuffled=True), papers.candidate(work_as)
    assert versions(work_as, who, exam) == versions(work_as, who, exam)


def test_the_order_depends_on_the_seed_alone() -> None:
    asked = list(range(COUNT))
    assert in_order(b"one", asked, shuffled=True) == in_order(b"one", asked, shuffled=True) != in_order(b"two", asked, shuffled=True)  # type: ignore[arg-type]
    assert in_order(b"one", asked, shuffled=False) == asked  # type: ignore[arg-type]
    places = [in_order(f"{at}".encode(), asked, shuffled=True).index(0) for at in range(4000)]  # type: ignore[arg-type]
    assert all(420 < places.count(place) < 580 for place in range(COUNT)), "each place is equally likely"


def test_it_is_set_on_the_page_and_by_program_and_shown_in_the_preview(client: FlaskClient, work_as: WorkAs) -> None:
    uids, person = papers.stocked(work_as, COUNT), officer(work_as)
    with work_as(make.actor(person, "exams.assemble")) as work:
        uid = service.plan_exam(work, papers.terms()).uid
    build.sign_in(client, work_as, person)
    here = f"/manage/exams/{uid}"
    ticked = {"question": [str(one) for one in uids], **{f"order-{one}": str(at) for at, one in enumerate(uids)}}
    assert post(client, f"{here}/paper/fixed", shuffled="1", **ticked).status_code == 303
    assert re.search(r'name="shuffled" value="1" checked', client.get(f"{here}/paper?form=fixed").text)
    first, second = (client.get(f"{here}/preview?draw={draw}").text for draw in (1, 2))
    assert "每位考生的题目顺序各不相同" in first

    def order(shown: str) -> list[str]:
        return re.findall(r"党章第 \d+ 题(?! 选项)", shown)

    assert sorted(order(first)) == sorted(order(second)) and order(first) != order(second)
    assert post(client, f"{here}/paper/fixed", **ticked).status_code == 303
    assert "所有考生的题目顺序相同" in client.get(f"{here}/preview").text
    head = build.token(work_as, person)
    body = {"questions": [{"question": str(one)} for one in uids], "shuffled": True}
    kept = client.put(f"/api/v1/exams/{uid}/questions", json=body, headers=head)
    assert (kept.status_code, kept.json["shuffled"], kept.json["questions"]) == (200, True, COUNT)


def test_a_blueprint_that_takes_its_place_forgets_it(work_as: WorkAs) -> None:
    uids, author = papers.stocked(work_as, COUNT), papers.assembler(work_as, "设考", 11)
    with work_as(author) as work:
        exam = service.plan_exam(work, papers.terms())
        service.set_questions(work, exam.uid, [(one, None) for one in uids], shuffled=True)
        service.set_blueprint(work, exam.uid, papers.rows(2))
        assert not work.session.get_one(ExamPlan, exam.id).shuffled
