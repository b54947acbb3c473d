"""Pages of a candidate, as plain HTML first."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import event, select, update

from app.exams import service
from app.exams.models import Answer, Attempt, Exam
from app.exams.queries.lists import full_name
from app.exams.service import refusals
from app.kernel.clock import StoppedClock
from app.kernel.work import College
from tests import make
from tests.exams import build, test_kinds
from tests.exams.build import Quiz, WorkAs

pytestmark = pytest.mark.sqlite_only


class Reader:
    """A browser signed in as someone, that reads pages and posts their forms."""

    def __init__(self, http: FlaskClient) -> None:
        self.http = http

    def read(self, path: str, status: int = 200) -> str:
        g.pop("csrf_token", None)  # the application context of the fixtures outlives a request
        refresh()
        answer = self.http.get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def post(self, path: str, data: dict[str, object] | None = None) -> tuple[int, str]:
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.read("/exams"))
        assert token
        answer = self.http.post(path, data={"csrf_token": token[1], **(data or {})})
        return answer.status_code, answer.headers.get("Location", "") or answer.get_data(as_text=True)


@pytest.fixture
def reader(app: Flask, work_as: WorkAs, quiz: Quiz) -> Reader:
    service.set_eligibility(lambda _w, _e, _p: None, lambda _w, _p: {quiz.version.id: None})
    http = app.test_client()
    build.sign_in(http, work_as, quiz.cadre)
    return Reader(http)


@pytest.mark.parametrize(
    ("course", "title", "name"),
    [("沟通", "随堂测验", "沟通 · 随堂测验"), ("沟通", "《沟通》随堂测验", "《沟通》随堂测验"), ("", "结业考试", "结业考试")],
)
def test_an_exam_says_its_course_once(course: str, title: str, name: str) -> None:
    assert full_name(course, title) == name


def begin(reader: Reader, quiz: Quiz) -> str:
    status, where = reader.post(f"/exams/{quiz.exam.uid}/start")
    assert status == 303 and where.startswith("/exams/attempts/")
    return where


def right_form(work_as: WorkAs, quiz: Quiz, where: str) -> dict[str, object]:
    with work_as(quiz.actor, write=False) as work:
        return dict(build.right_answers(work, service.read(work, UUID(where.rsplit("/", 1)[1]))))


def test_an_empty_list_says_so_and_shows_the_way(app: Flask, work_as: WorkAs, quiz: Quiz) -> None:
    http = app.test_client()
    build.sign_in(http, work_as, quiz.cadre)
    html = Reader(http).read("/exams")
    assert "目前没有待考的考试" in html and 'href="/courses"' in html


def test_the_list_shows_an_open_quiz_with_its_button(reader: Reader, quiz: Quiz) -> None:
    html = reader.read("/exams")
    assert "领导沟通技巧 · 随堂测验" in html and "去考试" in html and "3 次机会" in html


def test_the_list_says_why_a_quiz_is_closed(reader: Reader, quiz: Quiz) -> None:
    service.set_eligibility(lambda _w, _e, _p: None, lambda _w, _p: {quiz.version.id: refusals.NotEligible()})
    html = reader.read("/exams")
    assert "暂不能参加" in html and "目前尚未对您开放" in html and "去考试" not in html


def test_the_start_page_states_the_rules_in_words(reader: Reader, quiz: Quiz) -> None:
    html = reader.read(f"/exams/{quiz.exam.uid}")
    for words in ("限时 30 分钟", "60 分合格", "共有 3 次机会", "还有 3 次机会", "开始作答"):
        assert words in html, words


def test_english_is_complete(reader: Reader, quiz: Quiz) -> None:
    where = begin(reader, quiz)
    reader.post(f"{where}/submit")
    for path in ("/exams", f"/exams/{quiz.exam.uid}", f"{where}/result"):
        html = reader.read(f"{path}?lang=en")
        assert "attempt" in html and "作答" not in html


def test_true_and_false_are_said_in_the_language_of_the_reader(reader: Reader, quiz: Quiz, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    chinese, english = reader.read(where), reader.read(f"{where}?lang=en")
    assert "</span>正确</span>" in chinese and "</span>错误</span>" in chinese
    assert "</span>True</span>" in english and "</span>False</span>" in english and "正确" not in english
    reader.post(f"{where}/submit", right_form(work_as, quiz, where))
    result = reader.read(f"{where}/result?lang=en")
    assert "<span>False" in result and "<span>True" in result and "正确" not in result


def test_the_paper_works_as_one_long_form(reader: Reader, quiz: Quiz, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    html = reader.read(where)
    assert html.count("data-question=") == 3 and f'action="{where}/submit"' in html
    for found in ("data-attempt=", "data-deadline=", "data-now=", "data-result=", "data-words=", "data-clock>30:00<"):
        assert found in html, found
    status, result = reader.post(f"{where}/submit", right_form(work_as, quiz, where))
    assert (status, result) == (303, f"{where}/result")
    html = reader.read(result)
    assert "通过" in html and "已交卷，回执编号" in html and "100" in html


def test_saved_answers_are_ticked_on_the_next_visit(reader: Reader, quiz: Quiz, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    with work_as(write=False) as work:
        door = work.session.scalars(select(Attempt.door)).one()
    actor = quiz.on(int(door[1:]))
    right = right_form(work_as, quiz, where)
    question, value = next((name, value) for name, value in right.items() if isinstance(value, str))
    with work_as(actor) as work:
        service.save(work, UUID(where.rsplit("/", 1)[1]), question, 4, value)
    html = reader.read(where)
    assert re.search(rf'name="{question}" value="{value}"[^>]* checked', html) and 'data-rev="4"' in html and "已答 1 / 3" in html


def test_a_failed_result_leads_to_the_second_that_teaches_what_was_missed(reader: Reader, quiz: Quiz) -> None:
    where = begin(reader, quiz)
    reader.post(f"{where}/submit")
    html = reader.read(f"{where}/result")
    assert "未通过" in html and "再考一次" in html and build.WHY not in html
    lecture = quiz.lectures[0]
    assert re.search(rf'href="/courses/[0-9a-f-]+/lectures/{lecture.uid}\?t=12', html) and "见第 1 讲" in html and "0:12" in html


def test_a_passed_result_shows_keys_and_explanations(reader: Reader, quiz: Quiz, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    reader.post(f"{where}/submit", right_form(work_as, quiz, where))
    html = reader.read(f"{where}/result")
    assert build.WHY in html and "您的答案，正确" in html and "按知识点" in html


def test_after_handing_in_the_paper_leads_to_the_result(reader: Reader, quiz: Quiz) -> None:
    where = begin(reader, quiz)
    reader.post(f"{where}/submit")
    answer = reader.http.get(where)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{where}/result")


def test_a_page_that_comes_too_late_counts_what_was_saved(reader: Reader, quiz: Quiz, work_as: WorkAs, clock: StoppedClock) -> None:
    where = begin(reader, quiz)
    answers = right_form(work_as, quiz, where)
    clock.at += timedelta(minutes=30, seconds=20)
    token = re.search(r'name="csrf-token" content="([^"]+)"', reader.read("/courses"))
    assert token
    answer = reader.http.post(f"{where}/submit", data={"csrf_token": token[1], **answers})
    assert answer.status_code == 303
    html = reader.read(f"{where}/result")
    assert "作答时间已到" in html and "到时自动交卷" in html and "未通过" in html


def test_another_device_is_asked_before_it_takes_over(reader: Reader, quiz: Quiz, app: Flask, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    phone = Reader(app.test_client())
    build.sign_in(phone.http, work_as, quiz.cadre, "phone")
    html = phone.read(where)
    assert "正在另一台设备上进行" in html and "在这里继续" in html and "data-question=" not in html
    assert phone.post(f"/exams/{quiz.exam.uid}/start") == (303, where)
    assert "data-question=" in phone.read(where)
    assert "正在另一台设备上进行" in reader.read(where)
    status, _ = reader.post(f"{where}/submit")
    assert status == 423


def test_a_forged_option_is_refused_and_nothing_is_handed_in(reader: Reader, quiz: Quiz, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    answers = right_form(work_as, quiz, where)
    question = next(name for name, value in answers.items() if isinstance(value, str))
    status, _ = reader.post(f"{where}/submit", {**answers, question: "a"})
    assert status == 422
    with work_as(write=False) as work:
        assert work.session.scalars(select(Attempt.state)).one() == "running"
        assert not work.session.scalars(select(Answer)).all()


def test_someone_elses_pages_do_not_exist(reader: Reader, quiz: Quiz, app: Flask, work_as: WorkAs) -> None:
    where = begin(reader, quiz)
    with work_as() as work:
        other = make.person(work, "旁人")
    stranger = Reader(app.test_client())
    build.sign_in(stranger.http, work_as, other)
    for path in (where, f"{where}/result"):
        stranger.read(path, 404)
    assert stranger.post(f"{where}/submit")[0] == 404


def test_used_up_attempts_are_said_plainly(reader: Reader, quiz: Quiz, work_as: WorkAs) -> None:
    with work_as() as work:
        work.session.execute(update(Exam).values(max_attempts=1))
    where = begin(reader, quiz)
    reader.post(f"{where}/submit")
    html = reader.read(f"/exams/{quiz.exam.uid}")
    assert "作答机会已经用完" in html and "开始作答" not in html
    assert "未通过，最高 0 分" in reader.read("/exams")
    assert reader.post(f"/exams/{quiz.exam.uid}/start")[0] == 409


def test_pages_need_few_statements(reader: Reader, quiz: Quiz, college: College) -> None:
    """PERF §5: at most 10 statements a page."""
    where = begin(reader, quiz)
    for path in ("/exams", f"/exams/{quiz.exam.uid}", where):
        assert statements(college, lambda path=path: reader.read(path)) <= 10
    reader.post(f"{where}/submit")
    assert statements(college, lambda: reader.read(f"{where}/result")) <= 10


def statements(college: College, act: object) -> int:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(college.engine, "before_cursor_execute", count)
    try:
        act()  # type: ignore[operator]
    finally:
        event.remove(college.engine, "before_cursor_execute", count)
    return len(seen)


def test_no_page_breaks_the_content_policy(reader: Reader, quiz: Quiz) -> None:
    where = begin(reader, quiz)
    pages = [reader.read(path) for path in ("/exams", f"/exams/{quiz.exam.uid}", where)]
    reader.post(f"{where}/submit")
    pages.append(reader.read(f"{where}/result"))
    for html in pages:
        assert not re.search(r'\sstyle="|\son[a-z]+="|<script(?![^>]* src=)|<style', html)


def test_every_kind_is_a_form_that_can_be_filled_in_and_marked_by_a_colleague(
    app: Flask, reader: Reader, work_as: WorkAs, quiz: Quiz
) -> None:
    """Without a script: blanks, texts and parts arrive, a marker is told of bad points, the candidate reads the outcome."""
    attempt = test_kinds._paper(work_as, quiz)
    with work_as() as work:
        work.session.execute(update(Attempt).values(door=work.session.scalar(select(Attempt.door))))
    reader.post(f"/exams/{quiz.exam.uid}/start")
    html = reader.read(f"/exams/attempts/{attempt.attempt}")
    short, case = test_kinds.asked(attempt, "short"), test_kinds.asked(attempt, "case")
    assert html.count("data-blank") == 2 and html.count("<textarea") == 2 and html.count("data-part=") == 2
    assert build.KEY not in html and build.WHY not in html
    status, place = reader.post(
        f"/exams/attempts/{attempt.attempt}/submit", {short.question: "第一行\r\n第二行", case.parts[1].question: "缺少标准"}
    )
    assert status == 303 and "评阅" in reader.read(place)
    for path in ("/exams", f"/exams/{quiz.exam.uid}"):
        assert "评阅中" in reader.read(path)
    http = app.test_client()
    with work_as() as work:
        colleague = make.person(work, "阅卷")
        make.grant(work, colleague, "instructor")
    build.sign_in(http, work_as, colleague, "marker")
    marker = Reader(http)
    assert quiz.exam.title in marker.read("/manage/marking")
    for _ in range(2):
        at = http.get(f"/manage/marking/exams/{quiz.exam.uid}").headers["Location"]
        page = marker.read(at)
        names = re.findall(r'name="(criterion\d|points)"', page)
        status, refused = marker.post(at, {**dict.fromkeys(names, "9999"), "remark": "留着"})
        assert status == 422 and "留着" in refused and "9999" in refused
        status, place = marker.post(at, {**dict.fromkeys(names, "2"), "remark": "简明"})
        assert status == 303
    assert place.endswith("/manage/marking") and "没有待您评阅" in marker.read(place)
    result = reader.read(f"/exams/attempts/{attempt.attempt}/result")
    assert "第一行\n第二行" in result and "缺少标准" in result
