"""An instructor sets up what is his own, somebody else opens it; who knows a key is not asked it (domain.md §9, docs/adr/0023)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank import service as bank
from app.bank.models import Question, QuestionVersion
from app.exams import service
from app.exams.models import Exam
from app.exams.queries import lists, planning
from app.exams.service import refusals
from app.kernel.errors import NotFound
from app.kernel.work import Actor, Work
from app.people.models import Person
from tests import make
from tests.bank import build as banked
from tests.exams import build, papers
from tests.exams.build import WorkAs


def instructor(work_as: WorkAs, name: str, sign_in_id: int) -> Actor:
    """Somebody who sets up, and opens nothing."""
    with work_as() as work:
        return make.actor(make.person(work, name), "exams.assemble", "exams.sit", sign_in_id=sign_in_id)


def checked(work_as: WorkAs, actor: Actor, *counts: int, topic: str = "党章") -> Exam:
    """An examination of this instructor whose paper is proved."""
    with work_as(actor) as work:
        exam = service.plan_exam(work, papers.terms())
        service.set_blueprint(work, exam.uid, papers.rows(*counts, topic=topic))
        return service.move_exam(work, exam.uid, "checked")


def test_an_instructor_proves_his_paper_and_somebody_else_opens_it(work_as: WorkAs) -> None:
    papers.stocked(work_as)
    lin, office = instructor(work_as, "林讲", 21), papers.assembler(work_as, "开考", 22)
    exam = checked(work_as, lin, 5)
    for to, refused in (("open", refusals.OpenedByAuthor), ("closed", refusals.ExamMoveNotAllowed)):
        with pytest.raises(refused), work_as(lin) as work:
            service.move_exam(work, exam.uid, to)
    with work_as(office) as work:
        service.move_exam(work, exam.uid, "open")
    with pytest.raises(refusals.ExamMoveNotAllowed), work_as(lin) as work:
        service.move_exam(work, exam.uid, "closed")
    with work_as(office) as work:
        service.move_exam(work, exam.uid, "closed")


def test_an_instructor_sees_no_examination_of_anybody_else(work_as: WorkAs) -> None:
    papers.stocked(work_as)
    lin, chen, office = instructor(work_as, "林讲", 21), instructor(work_as, "陈讲", 23), papers.assembler(work_as, "开考", 22)
    exam = checked(work_as, lin, 5)
    with work_as(chen) as work:
        assert list(planning.plans(work).items) == [] and planning.states(work) == {}
        for act in (service.planned, lambda work, uid: service.move_exam(work, uid, "open"), service.in_hand):
            with pytest.raises(NotFound):
                act(work, exam.uid)
    for actor in (lin, office):
        with work_as(actor) as work:
            assert [row.exam.uid for row in planning.plans(work).items] == [exam.uid]


PAGES = ("", "/edit", "/paper", "/preview", "/roster")


@pytest.mark.parametrize(("role", "list_", "own", "others"), [
    ("instructor", 200, 200, 404), ("organization_dept", 200, 200, 200), ("personnel", 200, 200, 200),
    ("reviewer", 403, 403, 403), ("unit_admin", 403, 403, 403), (None, 403, 403, 403),
])  # fmt: skip
def test_who_reaches_which_examination(client: FlaskClient, work_as: WorkAs, role: str | None, list_: int, own: int, others: int) -> None:
    papers.stocked(work_as)
    foreign = _draft(work_as, instructor(work_as, "陈讲", 23))
    with work_as() as work:
        person = make.person(work, "周看")
        if role:
            make.grant(work, person, role)
    mine = _draft(work_as, make.actor(person, "exams.assemble", sign_in_id=24))
    build.sign_in(client, work_as, person, "周看")
    assert client.get("/manage/exams").status_code == client.get("/manage/exams/new").status_code == list_
    for exam, status in ((mine, own), (foreign, others)):
        found = {client.get(f"/manage/exams/{exam.uid}{page}").status_code for page in PAGES}
        assert found == {status}


def _draft(work_as: WorkAs, actor: Actor) -> Exam:
    with work_as(actor) as work:
        exam = service.plan_exam(work, papers.terms())
        service.set_blueprint(work, exam.uid, papers.rows(3))
        return exam


def _written(work_as: WorkAs, author: Actor, reviewer: Actor, count: int) -> None:
    for at in range(count):
        uid = banked.handed_in(work_as, author, banked.single(at, topic="党章"))
        with work_as(reviewer) as work:
            bank.move(work, uid, "approved")


def _asked(work_as: WorkAs, actor: Actor, exam: Exam) -> set[str]:
    with work_as(actor) as work:
        attempt, _new = service.start(work, exam.uid)
        return {one.stem for one in attempt.questions}


def test_nobody_is_asked_what_he_wrote_or_passed(work_as: WorkAs) -> None:
    author, reviewer = banked.author(work_as), banked.reviewer(work_as)
    _written(work_as, author, reviewer, 4)
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5))
    with work_as(write=False) as work:
        stems = select(QuestionVersion.stem).join(Question, Question.id == QuestionVersion.question_id)
        known = set(work.session.scalars(stems.where(Question.author_id == author.person_id)))
    assert len(known) == 4
    for actor in (author, reviewer):
        assert _asked(work_as, actor, exam) & known == set()
    other = papers.candidate(work_as)
    assert len(_asked(work_as, other, exam)) == 5


@pytest.mark.parametrize("form", ["blueprint", "fixed"])
def test_where_only_known_questions_are_left_he_is_refused_and_others_are_not(work_as: WorkAs, form: str) -> None:
    author, reviewer = banked.author(work_as), banked.reviewer(work_as)
    _written(work_as, author, reviewer, 3)
    if form == "blueprint":
        exam = papers.opened(work_as, papers.rows(2))
    else:
        one, other = papers.assembler(work_as, "设考", 11), papers.assembler(work_as, "开考", 12)
        with work_as(one) as work:
            exam = service.plan_exam(work, papers.terms())
            uids = [row[0] for row in work.session.query(Question.uid).all()]
            service.set_questions(work, exam.uid, [(uid, None) for uid in uids])
            service.move_exam(work, exam.uid, "checked")
        with work_as(other) as work:
            service.move_exam(work, exam.uid, "open")
    for actor in (author, reviewer):
        with pytest.raises(refusals.KnowsThePaper), work_as(actor) as work:
            service.start(work, exam.uid)
    assert _asked(work_as, papers.candidate(work_as), exam)


def test_whoever_set_it_up_or_opened_it_is_not_offered_it_and_does_not_sit_it(work_as: WorkAs) -> None:
    papers.stocked(work_as)
    lin, opener = instructor(work_as, "林讲", 21), papers.assembler(work_as, "开考", 22)
    exam = checked(work_as, lin, 5)
    with work_as(opener) as work:
        service.move_exam(work, exam.uid, "open")
    offered = {}
    for actor in (lin, opener, papers.candidate(work_as)):
        with work_as(actor, write=False) as work:
            row = lists.start_page(work, exam.uid)
            offered[actor] = (len(lists.my_exams(work).items), row.is_open, row.reason)
    assert list(offered.values()) == [*[(0, False, refusals.KnowsThePaper().sentence)] * 2, (1, True, "")]
    with pytest.raises(refusals.KnowsThePaper), work_as(lin) as work:
        service.start(work, exam.uid)
    with work_as(write=False) as work:
        assert work.session.get_one(Person, lin.person_id)


def meddled(work: Work, exam: Exam, what: str) -> None:
    """One deed upon a draft; what is checked is taken back again."""
    deeds = {
        "changed": lambda: service.change_plan(work, exam.uid, papers.terms(title="改过的考试")),
        "paper": lambda: service.set_blueprint(work, exam.uid, papers.rows(4)),
        "checked": lambda: (service.move_exam(work, exam.uid, "checked"), service.move_exam(work, exam.uid, "draft")),
        "seated": lambda: service.seat(work, exam.uid, "zhouzhu", 5),
    }
    deeds[what]()


@pytest.mark.parametrize("what", ["changed", "paper", "checked"])
def test_whoever_changed_or_checked_it_neither_opens_nor_sits_it(work_as: WorkAs, client: FlaskClient, what: str) -> None:
    """An officer who rewrites the draft of an instructor is not the second person (domain.md §9)."""
    papers.stocked(work_as)
    lin = instructor(work_as, "林讲", 21)
    with work_as() as work:
        officer = make.person(work, "周改")
        make.grant(work, officer, "organization_dept")
    meddler, office = make.actor(officer, "exams.assemble", "exams.open", sign_in_id=24), papers.assembler(work_as, "开考", 22)
    exam = _draft(work_as, lin)
    with work_as(meddler) as work:
        meddled(work, exam, what)
    with work_as(lin) as work:
        service.move_exam(work, exam.uid, "checked")
    with pytest.raises(refusals.OpenedByAuthor), work_as(meddler) as work:
        service.move_exam(work, exam.uid, "open")
    build.sign_in(client, work_as, officer, "周改")
    page = client.get(f"/manage/exams/{exam.uid}").text
    assert 'value="open"' not in page and "由他人开放" in page
    with work_as(office) as work:
        service.move_exam(work, exam.uid, "open")
    for actor in (meddler, office):
        with pytest.raises(refusals.KnowsThePaper), work_as(actor) as work:
            service.start(work, exam.uid)
    assert _asked(work_as, papers.candidate(work_as), exam)


def test_whoever_only_put_somebody_on_the_roster_may_open_it_or_sit_it(work_as: WorkAs) -> None:
    papers.stocked(work_as)
    lin, desk, office = instructor(work_as, "林讲", 21), papers.assembler(work_as, "列名", 24), papers.assembler(work_as, "开考", 22)
    exams = [checked(work_as, lin, 5), checked(work_as, lin, 5)]
    with work_as() as work:
        make.account(work, make.person(work, "周助"), "zhouzhu")
    for exam, opener in zip(exams, (desk, office), strict=True):
        with work_as(desk) as work:
            meddled(work, exam, "seated")
        with work_as(opener) as work:
            service.move_exam(work, exam.uid, "open")
    assert _asked(work_as, desk, exams[1])


def test_another_check_is_another_stock(work_as: WorkAs) -> None:
    """What a process keeps of a stock is that of the last check, never of one before."""
    papers.stocked(work_as, 4)
    lin, office = instructor(work_as, "林讲", 21), papers.assembler(work_as, "开考", 22)
    exam = checked(work_as, lin, 4)
    with work_as(office, write=False) as work:
        first = {one.version_id for one in service.preview(work, *service.planned(work, exam.uid), 1).lines}
    with work_as(lin) as work:
        service.move_exam(work, exam.uid, "draft")
    papers.stocked(work_as, 3, topic="宪法")
    with work_as(lin) as work:
        service.set_blueprint(work, exam.uid, papers.rows(3, topic="宪法"))
        service.move_exam(work, exam.uid, "checked")
    with work_as(office) as work:
        service.move_exam(work, exam.uid, "open")
    seen = set()
    for at in range(2):
        with work_as(papers.candidate(work_as, f"考生{at}", 30 + at)) as work:
            attempt, _new = service.start(work, exam.uid)
            seen |= {one.stem for one in attempt.questions}
    assert len(first) == 4 and seen == {f"宪法第 {at} 题" for at in range(3)}
