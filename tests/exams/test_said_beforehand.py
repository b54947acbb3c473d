"""What an examination says before it is begun: to its candidate on the start page, to who sets it up on its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.bank.rules.answers import Kind
from app.bank.rules.drafts import OptionDraft, QuestionDraft
from app.exams import queries
from app.exams.rules.admission import Rule
from app.exams.rules.blueprint import Row
from app.exams.rules.timing import ReleasePolicy
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning_doors import officer


def shown(client: FlaskClient, work_as: WorkAs, path: str) -> str:
    """A page as somebody reads it who has done nothing yet."""
    with work_as() as work:
        person = make.person(work, "李学")
    build.sign_in(client, work_as, person)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(("policy", "more", "words"), [
    (ReleasePolicy.AFTER_WINDOW, {}, "考试时段结束后公布结果："),
    (ReleasePolicy.SCORE_ONLY, {}, "不再显示题目"),
    (ReleasePolicy.CLOSING_QUIZ, {"max_attempts": 2}, "次数用完后公布正确答案和解析"),
    (ReleasePolicy.FULL_AT_ONCE, {}, "评阅后即公布成绩、正确答案和解析"),
    (ReleasePolicy.FULL_AT_ONCE, {"ungraded": True}, "交卷后即可看到答案和解析"),
])  # fmt: skip
def test_a_candidate_reads_when_results_are_out(
    client: FlaskClient, work_as: WorkAs, policy: ReleasePolicy, more: dict[str, Any], words: str
) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), release_policy=policy, closes_at=papers.in_days(work_as, 3), **more)
    assert words in shown(client, work_as, f"/exams/{exam.uid}")


def test_the_course_to_be_finished_first_is_named_on_both_pages(client: FlaskClient, work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    with work_as() as work:
        unit = make.unit(work, "市财政局")
        course, _version, _lectures = make.course(work, make.person(work, "授课"), title="宪法与依法行政常识")
        rule, code = Rule(courses=(course.id,), unit=unit.path), unit.code
    exam = papers.opened(work_as, papers.rows(2), rule=rule, max_attempts=2, cooling_minutes=30)
    assert "须先学完：" in (page := shown(client, work_as, f"/exams/{exam.uid}")) and ">宪法与依法行政常识</a>" in page
    build.sign_in(client, work_as, officer(work_as), "office")
    page = client.get(f"/manage/exams/{exam.uid}").text
    assert "宪法与依法行政常识" in page and f"市财政局 {code}" in page and "30 分钟" in page


def test_a_case_that_is_worth_other_points_here_says_the_share_of_each_part(client: FlaskClient, work_as: WorkAs) -> None:
    """Its parts are weighed against each other, whatever the case is worth in a paper (rules/scoring.py)."""
    single = QuestionDraft(Kind.SINGLE, "先做什么？", (OptionDraft("入户", True), OptionDraft("发文", False)), Decimal(2))
    case = QuestionDraft(
        Kind.CASE, "某街道开展走访。", (), Decimal(5), parts=(single, QuestionDraft(Kind.SHORT, "为什么？", (), Decimal(3)))
    )
    with work_as() as work:
        papers.passed(work, case)
        person = make.person(work, "李学")
    pages = []
    for points in (5, 20):
        exam = papers.opened(work_as, [Row("", Kind.CASE, 1, Decimal(points))])
        build.sign_in(client, work_as, person, f"browser{points}")
        begun = client.post(f"/exams/{exam.uid}/start", data={"csrf_token": client.csrf(f"/exams/{exam.uid}")})
        pages.append(client.get(begun.location).text)
    assert "2 分<" in pages[0] and "占本题" not in pages[0]
    assert "占本题 40%" in pages[1] and "占本题 60%" in pages[1] and ">20 分<" in pages[1]


def test_who_can_never_sit_it_is_not_promised_the_day_it_opens(work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), rule=Rule(ranks=("bureau",)), opens_at=papers.in_days(work_as, 3))
    with work_as(papers.candidate(work_as), write=False) as work:
        row = queries.start_page(work, exam.uid)
    assert (row.since, "其他职务层次" in row.reason) == (None, True)
