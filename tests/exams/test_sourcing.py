"""A closing quiz that draws from the bank: what it may draw, what it never draws, and what the author chooses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from app.bank import service as bank
from app.bank.models import QuestionVersion
from app.bank.rules.answers import Kind
from app.bank.rules.places import Place
from app.catalogue.models import Course
from app.exams import service
from app.exams.models import Exam
from app.exams.queries import sourcing
from app.exams.rules.drafts import ExamTerms
from app.exams.service import refusals
from app.practice import service as practice
from tests import make
from tests.bank import build as banking
from tests.exams import build, papers
from tests.exams.build import Quiz, WorkAs
from tests.exams.test_views import Reader

TERMS = ExamTerms("随堂测验", 60, 3, 20, 1, 4, ("群众工作",))


@pytest.fixture(autouse=True)
def _eligible(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("college")
    with build.everybody_may_sit():
        yield


def opened(work_as: WorkAs, count: int, start: int = 0, **more: object) -> list[UUID]:
    """So many approved questions of the bank that are open for practice."""
    author, reviewer = banking.author(work_as), banking.reviewer(work_as)
    found = [banking.handed_in(work_as, author, replace(banking.single(start + at), **more)) for at in range(count)]  # type: ignore[arg-type]
    with work_as(reviewer) as work:
        for uid in found:
            bank.move(work, uid, "approved")
            practice.open_question(work, uid)
    return found


def author_of(work_as: WorkAs, quiz: Quiz) -> object:
    return make.actor(quiz.author, "exams.author", "catalogue.author")


def drawing(work_as: WorkAs, terms: ExamTerms = TERMS) -> Quiz:
    """A draft with three questions of its own, of which one is drawn, and a source in the bank."""
    quiz = build.quiz(work_as, state="draft")
    with work_as(author_of(work_as, quiz)) as work:  # type: ignore[arg-type]
        service.set_terms(work, quiz.exam.uid, terms)
    return quiz


def topics_of(work_as: WorkAs, quiz: Quiz, actor: object = None) -> list[str]:
    """The knowledge points of one paper in their order."""
    attempt = build.start(work_as, actor or quiz.actor, quiz.exam.uid)  # type: ignore[arg-type]
    with work_as(write=False) as work:
        stems = [one.stem for one in attempt.questions]
        rows = work.session.query(QuestionVersion.stem, QuestionVersion.topic).filter(QuestionVersion.stem.in_(stems))
        known = dict(rows.all())
    return [known[stem] for stem in stems]


def test_a_paper_has_what_is_drawn_of_its_own_and_what_is_drawn_of_the_bank(work_as: WorkAs) -> None:
    opened(work_as, 6, topic="群众工作")
    found = topics_of(work_as, drawing(work_as))
    assert len(found) == 5 and found.count("群众工作") == 4


def test_a_quiz_of_before_asks_its_own_questions_only(work_as: WorkAs) -> None:
    opened(work_as, 6, topic="沟通")
    assert sorted(topics_of(work_as, build.quiz(work_as))) == ["协调", "沟通", "沟通"]


def test_what_a_lecture_of_the_course_teaches_belongs_to_it_whatever_its_topic(work_as: WorkAs) -> None:
    quiz = build.quiz(work_as)
    with work_as(write=False) as work:
        code = work.session.get_one(Course, quiz.version.course_id).code
    opened(work_as, 2, topic="别处", place=Place(code, 2, 30))
    opened(work_as, 2, 10, topic="别处")
    with work_as(write=False) as work:
        assert sourcing.size(work, quiz.version.id, ()) == 2
        assert sourcing.size(work, quiz.version.id, ("别处",)) == 4


def test_nothing_is_drawn_that_is_kept_for_examinations_or_not_approved(work_as: WorkAs) -> None:
    """What a passed quiz tells would else be the key of an examination (INV-I18)."""
    papers.stocked(work_as, 3, topic="群众工作")
    banking.handed_in(work_as, banking.author(work_as), replace(banking.single(40), topic="群众工作"))
    (taken,) = opened(work_as, 1, 50, topic="群众工作")
    quiz = build.quiz(work_as)
    with work_as(write=False) as work:
        assert [UUID(one.uid) for one in sourcing.pool(work, quiz.exam, ("群众工作",))] == [taken]
    with work_as(banking.reviewer(work_as)) as work:
        bank.move(work, taken, "retired", "过时")
    with work_as(write=False) as work:
        assert sourcing.pool(work, quiz.exam, ("群众工作",)) == []


def test_only_what_is_answered_by_choosing_is_drawn(work_as: WorkAs) -> None:
    from app.bank.rules.formats import examples

    author, reviewer = banking.author(work_as), banking.reviewer(work_as)
    blank = next(one for one in examples.DRAFTS if one.kind is Kind.BLANK)
    uid = banking.handed_in(work_as, author, replace(blank, topic="群众工作"))
    with work_as(reviewer) as work:
        bank.move(work, uid, "approved")
        practice.open_question(work, uid)
    quiz = build.quiz(work_as)
    with work_as(write=False) as work:
        assert sourcing.size(work, quiz.version.id, ("群众工作",)) == 0


def test_a_course_is_not_published_while_the_bank_has_too_few(work_as: WorkAs) -> None:
    uids = opened(work_as, 3, topic="群众工作")
    quiz = drawing(work_as)
    with pytest.raises(refusals.ExamNotReady), work_as() as work:
        service.check_quiz(work, quiz.version.id)
    opened(work_as, 1, 20, topic="群众工作")
    with work_as() as work:
        service.check_quiz(work, quiz.version.id)
    with work_as(banking.reviewer(work_as)) as work:
        practice.close_question(work, uids[0])
    assert topics_of(work_as, quiz).count("群众工作") == 3, "what is taken back later keeps nobody from his quiz"


def test_a_quiz_without_questions_of_its_own_may_draw_all_of_them(work_as: WorkAs) -> None:
    opened(work_as, 4, topic="群众工作")
    with work_as() as work:
        author = make.person(work, "王讲")
        _course, version, _lectures = make.course(work, author, [60_000], state="draft")
    with work_as(make.actor(author, "exams.author", "catalogue.author")) as work:
        exam = service.begin_quiz(work, version.uid, replace(TERMS, draw=None))
    with work_as() as work:
        service.check_quiz(work, version.id)
        lee = make.actor(make.person(work, "李学"), "exams.sit")
    assert len(build.start(work_as, lee, exam.uid).questions) == 4


def test_the_next_version_of_a_course_draws_alike(work_as: WorkAs) -> None:
    quiz = drawing(work_as)
    with work_as(author_of(work_as, quiz)) as work:  # type: ignore[arg-type]
        author = work.session.get_one(type(quiz.author), quiz.author.id)
        _course, version, _lectures = make.course(work, author, [60_000], state="draft", title="第二版")
        copy = service.copy_closing_quiz(work, quiz.version.id, version.id)
        assert copy is not None
        kept = sourcing.source(work, copy.id)
        assert kept is not None and (kept.count, kept.topics) == (4, ["群众工作"])


def test_the_author_chooses_how_many_and_of_what(app: Flask, work_as: WorkAs) -> None:
    opened(work_as, 4, topic="群众工作")
    quiz = build.quiz(work_as, state="draft")
    with work_as() as work:
        make.grant(work, quiz.author, "instructor")
    http = app.test_client()
    build.sign_in(http, work_as, quiz.author)
    reader, path = Reader(http), f"/studio/exams/{quiz.exam.uid}/terms"
    assert "群众工作 · 4" in reader.read(path)
    terms = {
        "title": "随堂测验",
        "pass_mark": "60",
        "max_attempts": "3",
        "limit_minutes": "20",
        "draw": "2",
        "bank_draw": "5",
        "topics": "群众工作",
    }
    assert reader.post(path, terms)[0] == 303
    page = reader.read(f"/studio/exams/{quiz.exam.uid}")
    assert "可抽的只有 4 题，课程还不能发布" in page
    assert 'value="5"' in reader.read(path)
    status, html = reader.post(path, {**terms, "bank_draw": "101"})
    assert status == 422 and 'id="bank_draw-err"' in html
    assert reader.post(path, {**terms, "bank_draw": ""})[0] == 303
    with work_as(write=False) as work:
        assert sourcing.source(work, quiz.exam.id) is None and work.session.get_one(Exam, quiz.exam.id).draw == 2
