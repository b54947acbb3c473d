"""A self-test that is not graded: answers and explanations at once, and neither score nor pass, hours, appeal or statistics."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.exams import queries, service
from app.exams.models import Exam
from app.exams.queries.scores import scores
from app.exams.rules.regrading import How
from app.exams.rules.timing import ReleasePolicy, Start
from app.exams.service import refusals, regrading
from app.people.models import Person
from tests import make
from tests.exams import build, papers, sat
from tests.exams.build import WorkAs


@pytest.fixture
def selftest(work_as: WorkAs) -> Exam:
    """A self-test of four questions that may be sat as often as one likes."""
    return sat.examination(work_as, ungraded=True, max_attempts=50, release_policy=ReleasePolicy.FULL_AT_ONCE)


def test_it_shows_answers_and_explanations_and_nothing_that_judges(client: FlaskClient, work_as: WorkAs, selftest: Exam) -> None:
    actor = papers.candidate(work_as)
    attempt = sat.sit(work_as, selftest, actor, wrong=1)
    with work_as(actor, write=False) as work:
        found = build.result(work, attempt)
        (row,) = queries.my_exams(work).items
        person = work.session.get_one(Person, actor.person_id)
    assert (found.ungraded, found.score, found.points, found.passed, found.grade) == (True, None, None, False, "")
    assert all(one.key and one.explanation for one in found.questions or ())
    assert (row.is_graded, row.best, row.has_passed, row.start) == (False, None, False, Start.NEW), "he may do it again"
    build.sign_in(client, work_as, person)
    for path in (f"/exams/attempts/{attempt}/result", f"/exams/{selftest.uid}", "/exams"):
        shown = re.sub(r"没有分数[^<]*", "", client.get(path).text)
        assert not re.search("得分|未通过|已通过|申诉|及格", shown), path
    assert papers.WHY in client.get(f"/exams/attempts/{attempt}/result").text
    answer = client.get("/api/v1/exams", headers=build.token(work_as, person)).json["items"][0]
    assert (answer["score"], answer["passed"], answer["open"]) == (None, False, True)


@pytest.mark.parametrize("ungraded", [True, False])
def test_its_paper_puts_points_to_no_question(client: FlaskClient, work_as: WorkAs, ungraded: bool) -> None:
    exam, actor = sat.examination(work_as, ungraded=ungraded, release_policy=ReleasePolicy.FULL_AT_ONCE), papers.candidate(work_as)
    with work_as(actor, write=False) as work:
        person = work.session.get_one(Person, actor.person_id)
    build.sign_in(client, work_as, person)
    begun = client.post(f"/exams/{exam.uid}/start", data={"csrf_token": client.csrf(f"/exams/{exam.uid}")})
    shown = client.get(begun.location).text
    assert shown.count("data-question=") == 4
    assert bool(re.search(r"[0-9] 分<", shown)) is not ungraded


def test_it_takes_no_appeal_and_bars_no_further_attempt(work_as: WorkAs, selftest: Exam) -> None:
    actor = papers.candidate(work_as)
    attempt = sat.sit(work_as, selftest, actor)
    with pytest.raises(refusals.NoAppeal), work_as(actor) as work:
        service.appeal(work, attempt, "请复核")
    assert build.start(work_as, replace(actor, sign_in_id=50), selftest.uid).attempt != attempt


def test_no_statistics_and_no_list_of_results_are_made_of_it(client: FlaskClient, work_as: WorkAs, selftest: Exam) -> None:
    sat.sat_by(work_as, selftest, [("市人事局", 6)])
    assert sat.made(work_as, selftest) is None
    with work_as(papers.assembler(work_as, "考务", 60)) as work:
        assert service.outdated_figures(work) == [] and scores(work, selftest, None).items == ()
        person = work.session.get_one(Person, work.person_id)
    with work_as() as work:
        make.account(work, person, "kaowu")
        make.grant(work, person, "organization_dept", "city")
    build.sign_in(client, work_as, person)
    assert "自测不评分，不作统计" in client.get(f"/manage/exams/{selftest.uid}/statistics").text
    assert "自测不评分，没有成绩" in client.get(f"/manage/exams/{selftest.uid}/scores").text
    assert "统计分析" not in client.get(f"/manage/exams/{selftest.uid}").text


def test_no_correction_of_results_is_offered_or_taken(client: FlaskClient, work_as: WorkAs, selftest: Exam) -> None:
    sat.sit(work_as, selftest, papers.candidate(work_as))
    with work_as() as work:
        officer = make.person(work, "考务")
        make.grant(work, officer, "organization_dept", "city")
    build.sign_in(client, work_as, officer)
    here = f"/manage/exams/{selftest.uid}"
    page = client.get(here)
    assert page.status_code == 200 and "/regrade" not in page.text
    answer = client.get(f"{here}/regrade")
    assert answer.status_code == 409 and "不评分" in answer.text
    with pytest.raises(regrading.NothingToCorrect), work_as(make.actor(officer, "exams.release")) as work:
        service.weigh_regrade(work, selftest.uid, service.Wish(selftest.uid, How.FULL), "题干有误", "x")
