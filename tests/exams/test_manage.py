"""The quiz editor of the studio."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.bank.models import Question, QuestionKey, QuestionVersion
from app.catalogue.models import CourseVersion
from app.exams import queries, service
from app.exams.models import Exam
from app.exams.service import refusals
from app.kernel.errors import Forbidden, NotFound
from app.kernel.events import announce
from tests import make
from tests.exams import build
from tests.exams.build import Quiz, WorkAs
from tests.exams.test_views import Reader

pytestmark = pytest.mark.sqlite_only

SINGLE = {
    "stem": "下列哪一项正确？", "option_a": "甲", "option_b": "乙", "option_c": "丙", "right": "b", "points": "2", "topic": "沟通",
    "at_second": "0:34", "explanation": "见讲义",
}  # fmt: skip


@pytest.fixture
def draft(work_as: WorkAs) -> Quiz:
    """A draft course whose quiz has three questions."""
    return build.quiz(work_as, state="draft")


@pytest.fixture
def author(app: Flask, work_as: WorkAs, draft: Quiz) -> Reader:
    with work_as() as work:
        make.grant(work, draft.author, "instructor")
    http = app.test_client()
    build.sign_in(http, work_as, draft.author)
    return Reader(http)


def pool(work_as: WorkAs, quiz: Quiz) -> list[queries.PoolRow]:
    with work_as(write=False) as work:
        return queries.pool_rows(work, quiz.exam)


def test_a_new_quiz_is_begun_on_the_page_of_its_course(author: Reader, work_as: WorkAs, draft: Quiz) -> None:
    with work_as() as work:
        _course, version, _lectures = make.course(work, draft.author, [30_000], state="draft", title="应急处置")
    path = f"/studio/courses/{version.uid}/quiz"
    assert "新建随堂测验" in author.read(path)
    terms = {"title": "随堂测验", "pass_mark": "80", "max_attempts": "2", "limit_minutes": "15", "draw": ""}
    status, where = author.post(path, terms)
    assert status == 303 and "还没有题目" in author.read(where)
    assert author.http.get(path).headers["Location"] == where
    with work_as(write=False) as work:
        exam = work.session.scalars(select(Exam).where(Exam.course_version_id == version.id)).one()
    assert (exam.pass_mark, exam.max_attempts, exam.limit_minutes, exam.draw, exam.state) == (80, 2, 15, None, "open")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("pass_mark", "0"),
        ("pass_mark", "101"),
        ("max_attempts", "x"),
        ("limit_minutes", "601"),
        ("draw", "-1"),
        ("pass_mark", "NaN"),
    ],
)
def test_bad_terms_are_blamed_on_their_field(author: Reader, draft: Quiz, work_as: WorkAs, field: str, value: str) -> None:
    terms = {"title": "新名称", "pass_mark": "80", "max_attempts": "2", "limit_minutes": "15", "draw": "", field: value}
    status, html = author.post(f"/studio/exams/{draft.exam.uid}/terms", terms)
    assert status == 422 and f'id="{field}-err"' in html
    with work_as(write=False) as work:
        assert work.session.scalars(select(Exam.title)).one() == "随堂测验"


def test_terms_are_changed(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    path = f"/studio/exams/{draft.exam.uid}/terms"
    assert 'value="60"' in author.read(path)
    terms = {"title": "新名称", "pass_mark": "80", "max_attempts": "2", "limit_minutes": "15", "draw": "2"}
    assert author.post(path, terms)[0] == 303
    assert "新名称" in author.read(f"/studio/exams/{draft.exam.uid}")


def test_the_editor_lists_questions_with_their_key(author: Reader, draft: Quiz) -> None:
    html = author.read(f"/studio/exams/{draft.exam.uid}")
    assert html.count("正确：") == 4 and build.WHY in html and "0:34" in html and "多选题" in html


def test_a_single_choice_question_is_written(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    lecture = draft.lectures[1]
    path = f"/studio/exams/{draft.exam.uid}/questions/new?kind=single"
    assert lecture.title in author.read(path)
    status, where = author.post(path, {**SINGLE, "lecture": str(lecture.uid)})
    assert (status, where) == (303, f"/studio/exams/{draft.exam.uid}")
    row = pool(work_as, draft)[-1]
    assert [text for _, text in row.version.options] == ["甲", "乙", "丙"] and row.key.right == ["b"]
    assert (row.version.lecture_id, row.version.at_second, row.version.points, row.version.topic) == (lecture.id, 34, 2, "沟通")


@pytest.mark.parametrize(("written", "shown"), [("10", "10"), ("2.50", "2.5"), ("100", "100")])
def test_points_are_shown_as_people_write_them(author: Reader, work_as: WorkAs, draft: Quiz, written: str, shown: str) -> None:
    author.post(f"/studio/exams/{draft.exam.uid}/questions/new?kind=single", {**SINGLE, "points": written})
    row = pool(work_as, draft)[-1]
    html = author.read(f"/studio/exams/{draft.exam.uid}/questions/{row.uid}")
    field = re.search(r'<input[^>]*name="points"[^>]*>', html)
    assert field and f'value="{shown}"' in field[0]


def test_a_multiple_choice_question_keeps_its_partial_rule(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    path = f"/studio/exams/{draft.exam.uid}/questions/new?kind=multiple"
    status, where = author.post(path, {**SINGLE, "right": ["a", "c"], "partial": "half", "keeps_order": "y", "then": "next"})
    assert status == 303 and where == path
    row = pool(work_as, draft)[-1]
    assert (row.key.right, row.key.partial, row.version.keeps_order) == (["a", "c"], "half", True)


@pytest.mark.parametrize(("truth", "right"), [("true", ["a"]), ("false", ["b"])])
def test_a_true_false_question_needs_only_its_truth(author: Reader, draft: Quiz, work_as: WorkAs, truth: str, right: list[str]) -> None:
    body = {"stem": "学时可以跨年结转。", "truth": truth, "points": "1"}
    assert author.post(f"/studio/exams/{draft.exam.uid}/questions/new?kind=judge", body)[0] == 303
    row = pool(work_as, draft)[-1]
    assert row.key.right == right and [text for _, text in row.version.options] == ["正确", "错误"]


BAD: list[tuple[str, dict[str, object], str]] = [
    ("single", {"stem": ""}, "stem"),
    ("single", {"stem": "题" * 2001}, "stem"),
    ("single", {"option_a": "", "option_b": "", "right": "c"}, "option_a"),
    ("single", {"option_a": "乙"}, "option_a"),
    ("single", {"right": []}, "right"),
    ("single", {"right": ["a", "b"]}, "right"),
    ("single", {"right": "h"}, "option_a"),
    ("single", {"right": "z"}, "right"),
    ("single", {"points": "0"}, "points"),
    ("single", {"points": "-1"}, "points"),
    ("single", {"points": "NaN"}, "points"),
    ("single", {"points": "1e400"}, "points"),
    ("single", {"points": "1.234"}, "points"),
    ("single", {"points": "两分"}, "points"),
    ("single", {"at_second": "1:99"}, "at_second"),
    ("single", {"at_second": "soon"}, "at_second"),
    ("single", {"lecture": "elsewhere"}, "lecture"),
    ("single", {"explanation": "长" * 2001}, "explanation"),
    ("multiple", {"right": ["a"]}, "right"),
    ("multiple", {"right": ["a", "b"], "partial": "all"}, "partial"),
    ("judge", {}, "truth"),
]


@pytest.mark.parametrize(("kind", "changes", "field"), BAD, ids=lambda one: str(one)[:30])
def test_a_faulty_question_is_blamed_on_its_field(
    author: Reader, draft: Quiz, work_as: WorkAs, kind: str, changes: dict[str, object], field: str
) -> None:
    status, html = author.post(f"/studio/exams/{draft.exam.uid}/questions/new?kind={kind}", {**SINGLE, **changes})
    assert status == 422 and f'href="#{field}"' in html
    assert len(pool(work_as, draft)) == 3


def test_a_moment_after_the_end_of_its_lecture_is_refused(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    body = {**SINGLE, "lecture": str(draft.lectures[0].uid), "at_second": "1:01"}
    status, html = author.post(f"/studio/exams/{draft.exam.uid}/questions/new?kind=single", body)
    assert status == 422 and "超出了该讲的时长" in html


def test_an_unknown_kind_does_not_exist(author: Reader, draft: Quiz) -> None:
    for kind in ("blank", "short", "case", "essay", ""):
        author.read(f"/studio/exams/{draft.exam.uid}/questions/new?kind={kind}", 404)


def test_editing_writes_a_new_version_and_shows_it(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    first = pool(work_as, draft)[0]
    path = f"/studio/exams/{draft.exam.uid}/questions/{first.uid}"
    html = author.read(path)
    assert first.version.stem in html and re.search(r'value="a" checked', html) and 'value="0:12"' in html
    assert author.post(path, {**SINGLE, "stem": "改过的题干"})[0] == 303
    row = pool(work_as, draft)[0]
    assert (row.uid, row.version.stem, row.version.number) == (first.uid, "改过的题干", 2)
    with work_as(write=False) as work:
        old = work.session.get_one(QuestionVersion, first.version.id)
        assert old.stem == first.version.stem and work.session.get_one(QuestionKey, old.id).right == first.key.right


def test_questions_are_moved_and_removed(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    before = [row.uid for row in pool(work_as, draft)]
    base = f"/studio/exams/{draft.exam.uid}/questions"
    assert author.post(f"{base}/{before[2]}/move", {"to": "up"})[0] == 303
    assert author.post(f"{base}/{before[0]}/move", {"to": "up"})[0] == 303
    assert [row.uid for row in pool(work_as, draft)] == [before[0], before[2], before[1]]
    assert author.post(f"{base}/{before[1]}/remove")[0] == 303
    assert [row.uid for row in pool(work_as, draft)] == [before[0], before[2]]
    author.read(f"{base}/{before[1]}", 404)
    with work_as(write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Question)) == 3


def test_the_preview_looks_like_the_paper_and_has_no_key(author: Reader, draft: Quiz) -> None:
    html = author.read(f"/studio/exams/{draft.exam.uid}/preview")
    assert html.count("data-question=") == 3 and build.WHY not in html and "csrf_token" not in html.partition("data-preview")[2]


def test_a_published_quiz_stands_as_it_is(author: Reader, draft: Quiz, work_as: WorkAs) -> None:
    with work_as() as work:
        work.session.get_one(type(draft.version), draft.version.id).state = "published"  # type: ignore[assignment]
    path = f"/studio/exams/{draft.exam.uid}"
    assert "不再" in author.read(path) or "改动" in author.read(path)
    uid = pool(work_as, draft)[0].uid
    for act in (f"{path}/terms", f"{path}/questions/new?kind=single", f"{path}/questions/{uid}", f"{path}/questions/{uid}/remove"):
        assert author.post(act, dict(SINGLE))[0] == 409
    author.read(f"{path}/preview")


def test_another_instructor_finds_nothing(author: Reader, app: Flask, draft: Quiz, work_as: WorkAs) -> None:
    with work_as() as work:
        other = make.person(work, "张讲")
        make.grant(work, other, "instructor")
    stranger = Reader(app.test_client())
    build.sign_in(stranger.http, work_as, other)
    path = f"/studio/exams/{draft.exam.uid}"
    for page in (path, f"{path}/preview", f"{path}/terms", f"/studio/courses/{draft.version.uid}/quiz"):
        stranger.read(page, 404)
    assert stranger.post(f"{path}/questions/new?kind=single", dict(SINGLE))[0] == 404


def test_a_cadre_may_not_enter_the_editor(app: Flask, draft: Quiz, work_as: WorkAs) -> None:
    cadre = Reader(app.test_client())
    build.sign_in(cadre.http, work_as, draft.cadre)
    cadre.read(f"/studio/exams/{draft.exam.uid}", 403)


# ── the same through the service ────────────────────────────────────────────


def test_a_version_has_one_quiz(work_as: WorkAs, draft: Quiz) -> None:
    with pytest.raises(refusals.QuizExists), work_as() as work:
        service.create_closing_quiz(work, draft.version.id, "又一个", [build.single()])


def test_only_the_author_makes_the_quiz_of_a_course(work_as: WorkAs, draft: Quiz) -> None:
    with work_as() as work:
        _course, version, _ = make.course(work, draft.author)
        other = make.actor(make.person(work, "张讲"), "exams.author")
    with pytest.raises(NotFound), work_as(other) as work:
        service.create_closing_quiz(work, version.id, "随堂测验", [build.single()])
    with pytest.raises(Forbidden), work_as(make.actor(draft.author)) as work:
        service.create_closing_quiz(work, version.id, "随堂测验", [build.single()])


def test_a_question_names_a_lecture_of_its_own_course_only(work_as: WorkAs, draft: Quiz) -> None:
    with work_as() as work:
        _course, _version, lectures = make.course(work, draft.author)
    with pytest.raises(service.Faulty) as refused, work_as() as work:
        service.add_question(work, work.session.merge(draft.exam), build.single(9, lecture_id=lectures[0].id))
    assert refused.value.facts["faults"] == [{"field": "lecture", "code": "lecture_of_another_course"}]


def test_a_quiz_that_draws_more_than_it_has_cannot_be_made_or_published(work_as: WorkAs, draft: Quiz) -> None:
    from app.catalogue.service import CoursePublished

    with work_as() as work:
        _course, version, _ = make.course(work, draft.author)
    with pytest.raises(service.Faulty), work_as() as work:
        service.create_closing_quiz(work, version.id, "随堂测验", [build.single()], draw=2)
    with work_as() as work:
        work.session.merge(draft.exam).draw = 9
    with pytest.raises(refusals.ExamNotReady), work_as() as work:
        announce(work, CoursePublished(draft.version.id))


def test_a_new_version_of_a_course_takes_its_quiz_along(work_as: WorkAs, draft: Quiz) -> None:
    with work_as() as work:
        _course, version, lectures = make.course(work, draft.author, [60_000, 60_000], state="draft")
        service.copy_closing_quiz(work, draft.version.id, version.id)
        copy = work.session.scalars(select(Exam).where(Exam.course_version_id == version.id)).one()
        rows = queries.pool_rows(work, copy)
    old = pool(work_as, draft)
    assert [row.version.stem for row in rows] == [row.version.stem for row in old]
    assert [row.key.right for row in rows] == [row.key.right for row in old]
    assert [row.version.lecture_id for row in rows] == [lectures[0].id, lectures[1].id, None]
    assert not {row.uid for row in rows} & {row.uid for row in old}


def test_removing_a_lecture_leaves_its_questions(work_as: WorkAs, draft: Quiz) -> None:
    with work_as() as work:
        work.session.delete(work.session.merge(draft.lectures[0]))
    assert [row.lecture.id if row.lecture else None for row in pool(work_as, draft)] == [None, draft.lectures[1].id, None]


def test_who_publishes_a_course_reads_its_quiz_with_the_keys_and_nobody_else_does(app: Flask, work_as: WorkAs, author: Reader) -> None:
    handed_in = build.quiz(work_as)
    with work_as() as work:
        reviewer, learner = make.person(work, "裴仲"), make.person(work, "何清")
        make.grant(work, reviewer, "reviewer")
        version = work.session.get_one(CourseVersion, handed_in.exam.course_version_id).uid
        draft = make.course(work, reviewer, [30_000], state="draft", title="未送审")[1].uid
    readers = {}
    for person in (reviewer, learner):
        http = app.test_client()
        build.sign_in(http, work_as, person)
        readers[person] = Reader(http)
    html = readers[reviewer].read(f"/manage/courses/{version}/quiz")
    row = pool(work_as, handed_in)[0]
    assert row.version.stem in html and row.key.explanation in html
    assert readers[learner].http.get(f"/manage/courses/{version}/quiz").status_code == 403
    assert author.http.get(f"/manage/courses/{version}/quiz").status_code == 403
    assert readers[reviewer].http.get(f"/manage/courses/{draft}/quiz").status_code == 404
