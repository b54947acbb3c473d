"""Pages of study: what they show, to whom, and with how many statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.catalogue.models import CourseTopic, Topic
from app.exams import service as exams
from app.learning import queries
from app.learning.rules.journal import Moment
from tests import make
from tests.learning.build import Study, cadre, lay_out, taught

pytestmark = pytest.mark.sqlite_only


@contextmanager
def counted(college: Any) -> Iterator[list[str]]:
    """The SQL statements that run inside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(college.engine, "before_cursor_execute", note)
    yield seen
    event.remove(college.engine, "before_cursor_execute", note)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return str(answer.get_data(as_text=True))


def test_the_list_shows_published_courses_newest_first(client: Any, work_as: Any) -> None:
    with work_as() as work:
        cadre(work)
        taught(work, title="公文写作规范")
        taught(work, title="保密法律法规常识", framework="restraint")
        taught(work, title="还在写的课", state="draft")
    client.sign_in("lixue")
    html = text_of(client.get("/courses"))
    assert html.index("保密法律法规常识") < html.index("公文写作规范")
    assert "还在写的课" not in html


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("framework=restraint", {"保密法律法规常识"}),
        ("q=公文", {"公文写作规范"}),
        ("q=王讲", {"公文写作规范", "保密法律法规常识"}),
        ("q=应急", {"公文写作规范"}),
        ("topic=应急管理", {"公文写作规范"}),
        ("q=%25", set()),
        ("q=_", set()),
        ("state=new", {"保密法律法规常识"}),
        ("state=studying", {"公文写作规范"}),
        ("state=completed", set()),
        ("audience=me", {"公文写作规范"}),
        ("framework=competence&state=studying&view=list", {"公文写作规范"}),
    ],
)
def test_the_list_is_narrowed_by_each_filter(client: Any, work_as: Any, study: Study, query: str, titles: set[str]) -> None:
    with work_as() as work:
        person = cadre(work)
        course, _version, lectures = taught(work, title="公文写作规范")
        other, _version, _lectures = taught(work, title="保密法律法规常识", framework="restraint")
        other.levels = ["bureau"]
        topic = Topic(code="应急管理", name_zh="应急管理", name_en="Emergency management", framework="competence")
        work.session.add(topic)
        work.session.flush()
        work.session.add(CourseTopic(course_id=course.id, topic_id=topic.id))
    study.open(person, lectures[0])
    client.sign_in("lixue")
    html = text_of(client.get(f"/courses?{query}"))
    assert {title for title in ("公文写作规范", "保密法律法规常识") if title in html} == titles


@pytest.mark.parametrize("query", ["framework=magic", "state=bored", "audience=you", "page=xx", "page=WzEsMl0", "page=WyJ4IiwyXQ"])
def test_a_filter_that_is_no_choice_is_refused_by_name(client: Any, work_as: Any, query: str) -> None:
    with work_as() as work:
        cadre(work)
    client.sign_in("lixue")
    assert client.get(f"/courses?{query}").status_code == 422


def test_pages_follow_each_other_without_gap_or_repetition(client: Any, work_as: Any) -> None:
    with work_as() as work:
        cadre(work)
        for number in range(30):
            taught(work, title=f"课程{number:02}号")
    client.sign_in("lixue")
    first = client.get("/api/v1/courses").json
    second = client.get(f"/api/v1/courses?page={first['next']}").json
    titles = [item["title"] for item in first["items"] + second["items"]]
    assert sorted(titles) == [f"课程{number:02}号" for number in range(30)]
    assert second["next"] is None


def test_an_empty_list_says_what_to_do(client: Any, work_as: Any) -> None:
    with work_as() as work:
        cadre(work)
    client.sign_in("lixue")
    assert "还没有发布的课程" in text_of(client.get("/courses"))
    assert "没有符合条件的课程" in text_of(client.get("/courses?q=无"))


def test_the_course_page_leads_from_begin_to_go_on_to_quiz_to_review(client: Any, work_as: Any, study: Study) -> None:
    with work_as() as work:
        person = cadre(work)
        course, version, lectures = taught(work, (60_000, 30_000), title="公文写作规范")
        _quiz(work, version.id)
    client.sign_in("lixue")
    url = f"/courses/{course.uid}"
    assert "开始第 1 讲" in text_of(client.get(url))
    study.beat(study.open(person, lectures[0]), 0, 15_000, after=15)
    assert "从 0:15 继续第 1 讲" in text_of(client.get(url))
    study.watch(study.open(person, lectures[0]), 15_000, 60_000)
    html = text_of(client.get(url))
    assert "开始第 2 讲" in html
    assert "必修讲全部完成后，随堂测验开放" in html
    study.watch(study.open(person, lectures[1]), 0, 30_000)
    assert "去随堂测验" in text_of(client.get(url))


def _quiz(work: Any, version_id: int) -> Any:
    from app.bank.rules.drafts import QuestionDraft

    questions = [QuestionDraft.judge("公文以准确为先。", is_true=True)]
    return exams.create_closing_quiz(work, version_id, "随堂测验", questions, pass_mark=60, max_attempts=3, limit_minutes=20)


def test_the_lecture_page_draws_what_counts_and_names_the_rule(client: Any, work_as: Any, study: Study) -> None:
    with work_as() as work:
        person = cadre(work)
        course, _version, lectures = taught(work, (60_000, 30_000), title="公文写作规范")
        asset_chapters = [{"at_ms": 0, "title": "文种"}, {"at_ms": 32_000, "title": "行文关系"}]
        work.session.get_one(type(lectures[0]), lectures[0].id).chapters = asset_chapters
    study.beat(study.open(person, lectures[0]), 0, 15_000, after=15, moment=Moment.PAUSED)
    client.sign_in("lixue")
    html = text_of(client.get(f"/courses/{course.uid}/lectures/{lectures[0].uid}"))
    assert f'data-lecture="{lectures[0].uid}"' in html
    assert 'data-resume="15000"' in html
    assert 'x="0.0" width="250.0"' in html
    assert "行文关系" in html
    assert "每个必修讲看满 90%" in html
    assert 'data-max-rate="1.5"' in html
    assert f"/courses/{course.uid}/lectures/{lectures[1].uid}" in html
    assert " style=" not in html


def test_captions_and_pictures_are_for_those_who_may_see_the_lecture(client: Any, work_as: Any) -> None:
    """ATK-A45."""
    with work_as() as work:
        author = make.person(work, "王讲")
        cadre(work)
        course, _version, lectures = taught(work, owner=author, state="draft")
        other, _version, shown = taught(work)
        from app.media.models import Asset

        asset = work.session.get_one(Asset, shown[0].asset_id)
        lay_out(work, asset)
        from app.media import service as media

        asset.poster = "poster.jpg"
        (media.folder(work, asset) / "poster.jpg").write_bytes(b"jpg")
    client.sign_in("lixue")
    for path in ("", "/captions.vtt", "/poster.jpg"):
        assert client.get(f"/courses/{course.uid}/lectures/{lectures[0].uid}{path}").status_code == 404
    assert client.get(f"/courses/{course.uid}").status_code == 404
    base = f"/courses/{other.uid}/lectures/{shown[0].uid}"
    captions = client.get(f"{base}/captions.vtt")
    assert (captions.status_code, captions.mimetype) == (200, "text/vtt")
    assert client.get(f"{base}/poster.jpg").data == b"jpg"
    assert client.get(f"/courses/{course.uid}/lectures/{shown[0].uid}").status_code == 404


def test_an_author_sees_the_preview_and_is_told_that_nothing_counts(client: Any, work_as: Any) -> None:
    with work_as() as work:
        author = cadre(work, "wangjiang", "王讲")
        course, _version, lectures = taught(work, owner=author, state="draft")
    client.sign_in("wangjiang")
    for path in (f"/courses/{course.uid}", f"/courses/{course.uid}/lectures/{lectures[0].uid}"):
        assert "预览" in text_of(client.get(path))


def test_who_began_a_retired_version_finishes_it_while_others_get_the_new_one(work_as: Any, study: Study) -> None:
    from app.catalogue.models import CourseVersion

    with work_as() as work:
        author, begun, other = make.person(work, "王讲"), cadre(work), cadre(work, "zhou", "周外")
        course, old, lectures = taught(work, owner=author, title="旧版")
    study.open(begun, lectures[0])
    with work_as() as work:
        new = CourseVersion(uid=work.new_uid(), course_id=course.id, number=2, title="新版", state="published", author_id=author.id,
                            created_at=work.now, published_at=work.now, lecture_count=0)  # fmt: skip
        work.session.add(new)
        work.session.flush()
        work.session.merge(course).current_version_id = new.id
        retired = work.session.get_one(CourseVersion, old.id)
        retired.state, retired.retired_at = "retired", work.now

    def title(person: Any) -> str:
        with work_as(make.actor(person), write=False) as work:
            return str(queries.course(work, course.uid).version.title)

    assert (title(begun), title(other)) == ("旧版", "新版")
    study.clock.at += timedelta(days=31)
    assert title(begun) == "新版"


def test_pages_need_as_many_statements_for_ten_courses_as_for_four_hundred(client: Any, college: Any, work_as: Any, study: Study) -> None:
    """PERF-G7, decisions 29: at most ten, whatever the college holds."""
    with work_as() as work:
        person, author = cadre(work), make.person(work, "王讲")
        course, version, lectures = taught(work, (60_000, 30_000), owner=author)
        _quiz(work, version.id)
    study.beat(study.open(person, lectures[0]), 0, 15_000, after=15)
    client.sign_in("lixue")
    paths = ["/courses", f"/courses/{course.uid}", f"/courses/{course.uid}/lectures/{lectures[0].uid}"]

    def statements() -> list[int]:
        counts = []
        for path in paths:
            with counted(college) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
        return counts

    for _ in range(10):
        with work_as() as work:
            make.course(work, work.session.merge(author), (30_000,))
    statements()  # what a process reads once in five seconds is read
    few = statements()
    with work_as() as work:
        for _ in range(390):
            make.course(work, work.session.merge(author), (30_000,))
    assert statements() == few
    assert max(few) <= 10
