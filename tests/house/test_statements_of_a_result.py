"""The result of an examination with everything it can say asks ten statements at most (PERF-G7), whatever the paper's length.

Who is there and what he may do, the sitting with exam, plan and appeal, the sittings of the person, words, keys, remarks, answers,
what was withdrawn or corrected, and what happened to the result with what was noticed while it was sat: one statement each. Before
results are out only the first four.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank.models import Question, QuestionVersion
from app.exams import service as exams
from app.exams.models import Exam, Sheet
from app.exams.queries.own import own
from app.exams.rules.regrading import How
from app.exams.rules.sessions import Band
from app.exams.rules.timing import ReleasePolicy
from app.kernel.work import Actor, College
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.hours.test_examined import exams_question
from tests.house.test_statements import counted

MOST, HELD_BACK = 10, 4
TOPICS = ("党章", "公文", "调研", "应急")


def examination(work_as: WorkAs, **more: Any) -> tuple[Exam, list[Any]]:
    """Eight questions of four topics and a written one, with grades; the versions of the first two."""
    for topic in TOPICS:
        papers.stocked(work_as, 2, topic=topic)
    one, other = papers.assembler(work_as, "设考", 11), papers.assembler(work_as, "开考", 12)
    with work_as(one) as work:
        asked = [*work.session.scalars(select(Question.uid).order_by(Question.id)), exams_question(work)]
        exam = exams.plan_exam(work, papers.terms(bands=(Band(0, "基本合格"),), **more))
        exams.set_questions(work, exam.uid, [(uid, None) for uid in asked])
        exams.move_exam(work, exam.uid, "checked")
        versions = work.session.scalars(select(QuestionVersion.uid).order_by(QuestionVersion.id).limit(2)).all()
    with work_as(other) as work:
        return exams.move_exam(work, exam.uid, "open"), list(versions)


def sat(work_as: WorkAs, exam: Exam, candidate: Actor, marker: Actor) -> Any:
    """The candidate answers the written question only, which is marked with a remark; the sitting's outside name."""
    attempt = build.start(work_as, candidate, exam.uid)
    written = next(one.question for one in attempt.questions if one.kind == "short")
    with work_as(candidate) as work:
        exams.save(work, attempt.attempt, written, 1, "依照法律行使权力。")
        exams.note(work, attempt.attempt, [{"kind": "hidden", "at": "2026-11-22T02:00:00+00:00"}])
        exams.submit(work, attempt.attempt)
    with work_as(write=False) as work:
        sheet = work.session.scalars(select(Sheet.uid).where(Sheet.exam_id == exam.id)).one()
    with work_as(marker) as work:
        exams.give_mark(work, sheet, Decimal(4), [], "只写了一点。")
    return attempt.attempt


def put_right(work_as: WorkAs, exam: Exam, wish: exams.Wish, officer: Actor) -> None:
    """A question is withdrawn, or its key corrected, for everybody."""
    with work_as(officer, write=False) as work:
        digest = exams.preview_regrade(work, exam.uid, wish).digest
    with work_as(officer) as work:
        exams.regrade(work, exams.weigh_regrade(work, exam.uid, wish, "题干有误", digest))


def people(work_as: WorkAs) -> tuple[Person, Actor, Actor, Actor]:
    """A candidate, and what he, a marker and an officer may do."""
    with work_as() as work:
        person = make.person(work, "考生")
        candidate = make.actor(person, "exams.sit", sign_in_id=90)
        marker = make.actor(make.person(work, "评卷"), "exams.mark", sign_in_id=91)
        return person, candidate, marker, make.actor(make.person(work, "考务"), "exams.release", sign_in_id=92)


def test_the_result_of_an_examination_with_everything_it_says(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    exam, (first, second) = examination(work_as)
    person, candidate, marker, officer = people(work_as)
    attempt = sat(work_as, exam, candidate, marker)
    put_right(work_as, exam, exams.Wish(first, How.FULL, ()), officer)
    put_right(work_as, exam, exams.Wish(second, How.KEY, ("b",)), officer)
    with work_as(candidate) as work:
        exams.appeal(work, attempt, "第二点已经写到")
    build.sign_in(client, work_as, person)
    page = f"/exams/attempts/{attempt}/result"
    client.get(page)
    with counted(college) as seen:
        shown = client.get(page).text
    said = (*TOPICS, "基本合格", "只写了一点。", "题干有误", "第二点已经写到", "离开页面")
    assert [words for words in said if words not in shown] == []
    assert len(seen) <= MOST, "\n".join(seen)


def test_a_result_that_is_not_out_asks_for_nothing_that_is_not_shown(client: FlaskClient, college: College, work_as: WorkAs) -> None:
    exam, _ = examination(work_as, closes_at=papers.in_days(work_as, 3), release_policy=ReleasePolicy.AFTER_WINDOW)
    person, candidate, marker, _ = people(work_as)
    attempt = sat(work_as, exam, candidate, marker)
    build.sign_in(client, work_as, person)
    page = f"/exams/attempts/{attempt}/result"
    client.get(page)
    with counted(college) as seen:
        shown = client.get(page).text
    with work_as(candidate, write=False) as work:
        assert exams.receipt(own(work, attempt)).receipt in shown
    assert [words for words in (*TOPICS[1:], "基本合格", "只写了一点。") if words in shown] == []
    assert len(seen) <= HELD_BACK, "\n".join(seen)
