"""Statistics of examinations from real sittings: what counts, what is hidden, what each reader sees; on both databases."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from app.bank.models import Question, QuestionVersion
from app.exams import service, sheets
from app.exams.jobs import make_figures
from app.exams.models import Attempt, AttemptState, Exam, ExamFigures
from app.exams.queries import planning
from app.exams.queries.scores import scores
from app.exams.queries.statistics import statistics, uses
from app.exams.rules.regrading import How
from app.exams.rules.statistics import Method
from app.exams.rules.timing import ReleasePolicy
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, College, Grant
from app.people.models import Unit
from app.people.rules import SomePost, Under
from tests import make
from tests.exams import build, papers, sat
from tests.exams.test_planning_doors import officer, post

WorkAs = sat.WorkAs


def reader(work_as: WorkAs, *actions: str) -> Actor:
    """Somebody who answers for examinations, of everybody."""
    with work_as() as work:
        return make.actor(make.person(work, "统计"), *(actions or ("exams.assemble",)), sign_in_id=77)


def shown(work_as: WorkAs, exam: Any, actor: Actor, *, keys: bool = False) -> Any:
    with work_as(actor, write=False) as work:
        return statistics(work, exam, by_unit=True, keys=keys)


def test_figures_of_six_people_at_a_paper_of_four(work_as: WorkAs, college: College) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    found = sat.made(work_as, exam)
    assert (found.candidates, found.passed, found.mean, found.median) == (6, 4, 75.0, 75.0)
    assert found.histogram == [0, 0, 0, 0, 0, 2, 0, 2, 0, 2] and found.forms.count == 1
    assert found.reliability.method is Method.KR20
    assert len(found.items) == 4 and sum(one.ease for one in found.items) == pytest.approx(3.0)
    assert all(one.candidates == 6 and one.difference is None for one in found.items)
    page = shown(work_as, exam, reader(work_as))
    assert page.figures.mean == 75.0 and len(page.items) == 4 and not page.waits
    assert [(one.name, one.candidates, one.passed) for one in page.units] == [("市人事局", 6, 4)]


def test_only_marked_papers_count_and_each_person_once(work_as: WorkAs, college: College) -> None:
    """The first paper for the questions, the best one for passing; what runs, waits for a marker or is annulled counts nowhere."""
    exam = sat.examination(work_as, max_attempts=2)
    people = sat.sat_by(work_as, exam, [("市人事局", 8)], wrong=lambda _at: 2)
    sat.sit(work_as, exam, people[0])
    build.start(work_as, people[1], exam.uid)
    with work_as() as work:
        one = work.session.scalars(select(Attempt).where(Attempt.person_id == people[2].person_id)).one()
        one.state = AttemptState.MARKING
    found = sat.made(work_as, exam)
    assert (found.candidates, found.passed, found.mean) == (7, 1, 50.0)


def counts(work_as: WorkAs, exam: Exam) -> dict[str, int]:
    """What the page of the examination counts."""
    with work_as(write=False) as work:
        return planning.sat(work, exam)


def test_nothing_is_said_before_the_results_are_out(work_as: WorkAs, college: College, clock: StoppedClock) -> None:
    closes = papers.in_days(work_as, 2)
    exam = sat.examination(work_as, release_policy=ReleasePolicy.AFTER_WINDOW, closes_at=closes)
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    with work_as() as work:
        assert service.outdated_figures(work) == []
        assert service.make_figures(work, exam.id) is None
    page = shown(work_as, exam, reader(work_as))
    assert page.why == "not_out" and page.figures is None and page.units == () and page.items == ()
    assert counts(work_as, exam) == {"running": 0, "done": 6}, "who passed may be told by how many did"
    clock.at = closes + timedelta(minutes=1)
    with work_as() as work:
        assert service.outdated_figures(work) == [exam.id]
    assert sat.made(work_as, exam).candidates == 6
    assert counts(work_as, exam) == {"running": 0, "done": 6, "passed": 4}


def test_four_people_have_no_statistics(work_as: WorkAs, college: College) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 4)])
    assert sat.made(work_as, exam) is None
    page = shown(work_as, exam, reader(work_as))
    assert page.why == "few" and page.units == ()


def test_figures_are_made_again_when_something_came_out_and_not_otherwise(work_as: WorkAs, college: College, clock: StoppedClock) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 5)])
    with work_as() as work:
        assert service.outdated_figures(work) == [exam.id]
    sat.made(work_as, exam)
    with work_as() as work:
        assert service.outdated_figures(work) == []
    clock.at += timedelta(minutes=1)
    sat.sat_by(work_as, exam, [("市财政局", 5)])
    with work_as() as work:
        assert service.outdated_figures(work) == [exam.id]
    assert shown(work_as, exam, reader(work_as)).waits == "soon"


def test_small_units_stand_together(work_as: WorkAs, college: College) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 9), ("市财政局", 3), ("市档案局", 2)], wrong=lambda at: 0 if at < 9 else 4)
    sat.made(work_as, exam)
    rows = shown(work_as, exam, reader(work_as)).units
    assert [(one.name, one.candidates, one.passed, one.joined) for one in rows] == [("市人事局", 9, 9, 1), ("", 5, 0, 2)]


def test_people_outside_ones_scope_are_one_group_and_never_a_small_one(work_as: WorkAs, college: College) -> None:
    """Six of 16 are the reader's; the ten others are one row. Were they three, they would be joined with a unit of his."""
    exam = sat.examination(work_as)
    people = sat.sat_by(work_as, exam, [("市教育局", 6), ("市财政局", 10)])
    sat.made(work_as, exam)
    with work_as() as work:
        chief = make.person(work, "局长", at=make.unit(work, "市直机关"))
        unit = work.session.scalars(select(Unit).where(Unit.name_zh == "市教育局")).one()
        actor = replace(make.actor(chief, "exams.assemble"), grants=(Grant("exams.assemble", SomePost(Under(unit.path))),))
    assert len(people) == 16
    assert [(one.name, one.candidates, one.is_outside) for one in shown(work_as, exam, actor).units] == [
        ("市教育局", 6, False),
        ("", 10, True),
    ]


def test_the_key_is_marked_only_for_those_who_pass_questions(work_as: WorkAs, college: College) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    sat.made(work_as, exam)
    without, with_keys = (shown(work_as, exam, reader(work_as), keys=keys) for keys in (False, True))
    assert {option.is_right for item in without.items for option in item.options} == {None}
    assert [sum(bool(option.is_right) for option in item.options) for item in with_keys.items] == [1, 1, 1, 1]
    with work_as(reader(work_as), write=False) as work:
        marked = [[row[3] for row in sheets.of_statistics(work, one).tables[-1][2]] for one in (without, with_keys)]
    assert [rows.count("正确选项") for rows in marked] == [0, 4] and {*marked[0], *marked[1]} == {"", "正确选项"}


def put_right(work_as: WorkAs, exam: Exam, how: How, *right: str) -> QuestionVersion:
    """Withdraw the first question of the bank from this examination, or correct its key."""
    with work_as() as work:
        version = work.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id).limit(1)).one()
        officer_of_results = make.actor(make.person(work, "考务"), "exams.release", sign_in_id=78)
        wish = service.Wish(version.uid, how, right)
    with work_as(officer_of_results, write=False) as work:
        digest = service.preview_regrade(work, exam.uid, wish).digest
        weighed = service.weigh_regrade(work, exam.uid, wish, "题干有误", digest)
    with work_as(officer_of_results) as work:
        service.regrade(work, weighed)
    return version


def test_after_a_correction_the_corrected_option_is_the_right_one(work_as: WorkAs, college: College) -> None:
    """In this examination; in another one the key of the bank stands."""
    exam = sat.examination(work_as)
    other = papers.opened(work_as, papers.rows(4), title="另一场")
    for one in (exam, other):
        sat.sat_by(work_as, one, [(f"单位{one.id}", 6)])
    put_right(work_as, exam, How.KEY, "c")
    for one, right in ((exam, ["a", "a", "a", "c"]), (other, ["a"] * 4)):
        sat.made(work_as, one)
        items = shown(work_as, one, reader(work_as), keys=True).items
        assert sorted(option.letter for item in items for option in item.options if option.is_right) == right


@pytest.mark.parametrize(("how", "words"), [(How.FULL, "全体计满分"), (How.OUT, "不计入总分")])
def test_a_withdrawn_question_has_no_key_and_no_figure_and_says_so(client: FlaskClient, work_as: WorkAs, how: How, words: str) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    version = put_right(work_as, exam, how)
    found = sat.made(work_as, exam)
    with work_as(write=False) as work:
        scores = work.session.scalars(select(Attempt.score)).all()
        assert found.mean == pytest.approx(sum(map(float, scores)) / 6, abs=0.01), "as the results say"
        assert uses(work, version.question_id) == {}, "its figures say nothing of the question"
    items = {one.figures.item: one for one in shown(work_as, exam, reader(work_as, "exams.assemble", "bank.review"), keys=True).items}
    gone = items[version.id]
    assert (gone.amended, gone.signs, gone.figures.ease, gone.figures.relation) == (how.value, (), None, None)
    assert [(one.is_right, one.is_idle) for one in gone.options] == [(None, False)] * 4
    assert sum(one.chosen for one in gone.options) == 6, "what was chosen still stands"
    assert [one.amended for number, one in items.items() if number != version.id] == [""] * 3
    build.sign_in(client, work_as, officer(work_as))
    here = f"/manage/exams/{exam.uid}/statistics"
    for address in (here, f"{here}.csv"):
        assert client.get(address).text.count(f"已作废：{words}") == 1


def test_versions_add_up_over_examinations(work_as: WorkAs, college: College) -> None:
    papers.stocked(work_as, 2)
    first, second = (papers.opened(work_as, papers.rows(2), title=title) for title in ("甲卷", "乙卷"))
    sat.sat_by(work_as, first, [("市人事局", 5)], wrong=lambda _at: 0)
    sat.sat_by(work_as, second, [("市财政局", 15)], wrong=lambda _at: 2)
    for exam in (first, second):
        sat.made(work_as, exam)
    with work_as(write=False) as work:
        found = [uses(work, question_id) for question_id in work.session.scalars(select(Question.id))]
    assert [(one[1].candidates, one[1].exams, str(one[1].ease)) for one in found] == [(20, 2, "0.25")] * 2


def test_the_bank_shows_the_use_of_each_version(client: FlaskClient, work_as: WorkAs) -> None:
    (uid,) = papers.stocked(work_as, 1)
    exam = papers.opened(work_as, papers.rows(1))
    build.sign_in(client, work_as, officer(work_as))
    assert "还没有" in client.get(f"/studio/bank/questions/{uid}").text
    sat.sat_by(work_as, exam, [("市人事局", 5)], wrong=lambda at: at % 2)
    sat.made(work_as, exam)
    page = client.get(f"/studio/bank/questions/{uid}").text
    assert "0.60" in page and "共 1 场考试" in page


def test_time_of_a_question_runs_from_save_to_save(work_as: WorkAs, college: College, clock: StoppedClock) -> None:
    exam = sat.examination(work_as, 2)
    for number in range(5):
        actor = papers.candidate(work_as, f"考生{number}", 300 + number)
        attempt = build.start(work_as, actor, exam.uid)
        with work_as() as work:
            right = build.right_answers(work, attempt)
        for seconds, (question, value) in zip((30, 90), right.items(), strict=True):
            clock.at += timedelta(seconds=seconds)
            with work_as(actor) as work:
                service.save(work, attempt.attempt, question, 1, value)
        with work_as(actor) as work:
            service.submit(work, attempt.attempt)
    times = [one.seconds for one in sat.made(work_as, exam).items]
    assert sum(one[0] + one[2] for one in times if one) == pytest.approx(240.0)


# ── pages ───────────────────────────────────────────────────────────────────


def test_the_page_shows_figures_without_a_key(client: FlaskClient, work_as: WorkAs) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    with work_as() as work:
        person = make.person(work, "人事")
        make.grant(work, person, "personnel", "city")
    build.sign_in(client, work_as, person)
    assert "正在后台" in client.get(f"/manage/exams/{exam.uid}/statistics").text
    assert post(client, f"/manage/exams/{exam.uid}/statistics").status_code == 303
    page = client.get(f"/manage/exams/{exam.uid}/statistics")
    assert page.status_code == 200 and "KR-20" in page.text and "75.0" in page.text
    assert papers.KEY not in page.text and papers.WHY not in page.text and "正确选项" not in page.text


def test_those_who_pass_questions_see_which_option_is_right(client: FlaskClient, work_as: WorkAs) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 6)])
    sat.made(work_as, exam)
    build.sign_in(client, work_as, officer(work_as))
    assert client.get(f"/manage/exams/{exam.uid}/statistics").text.count("正确选项") == 4


def test_statistics_are_for_those_who_answer_for_examinations(client: FlaskClient, work_as: WorkAs) -> None:
    exam = sat.examination(work_as)
    with work_as() as work:
        person = make.person(work, "旁人")
        make.grant(work, person, "instructor", "self")
    build.sign_in(client, work_as, person)
    for ending in ("", ".xlsx", ".csv"):
        assert client.get(f"/manage/exams/{exam.uid}/statistics{ending}").status_code == 404, "an instructor sees those of his own"
    assert client.get(f"/manage/exams/{exam.uid}/scores").status_code == 403
    assert client.get(f"/studio/exams/{exam.uid}/statistics").status_code == 404


def test_statements_do_not_grow_with_sittings(work_as: WorkAs, college: College) -> None:
    exam, actor = sat.examination(work_as), reader(work_as)
    counts = []
    for name in ("市人事局", "市财政局"):
        sat.sat_by(work_as, exam, [(name, 6)])
        sat.made(work_as, exam)
        seen: list[str] = []

        def note(*given: Any, seen: list[str] = seen) -> None:
            seen.append(given[2])

        event.listen(college.engine, "before_cursor_execute", note)
        shown(work_as, exam, actor)
        event.remove(college.engine, "before_cursor_execute", note)
        counts.append(sum(one.startswith("SELECT") for one in seen))
    assert counts[0] == counts[1] <= 6


def test_figures_of_older_rules_are_made_again(work_as: WorkAs, college: College) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 5)])
    sat.made(work_as, exam)
    with work_as() as work:
        work.session.execute(update(ExamFigures).values(method="exam-statistics@0"))
    with work_as() as work:
        assert service.outdated_figures(work) == [exam.id]


# ── files and programs ──────────────────────────────────────────────────────


def rows_of(content: bytes) -> list[list[Any]]:
    """The cells of a workbook."""
    from openpyxl import load_workbook

    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_screen_file_and_program_say_the_same(client: FlaskClient, work_as: WorkAs) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("=市人事局", 6), ("市财政局", 3), ("市档案局", 2)])
    sat.made(work_as, exam)
    person = officer(work_as)
    build.sign_in(client, work_as, person)
    page = client.get(f"/manage/exams/{exam.uid}/statistics").text
    body = client.get(f"/api/v1/exams/{exam.uid}/statistics", headers=build.token(work_as, person)).json
    book = rows_of(client.get(f"/manage/exams/{exam.uid}/statistics.xlsx").data)
    sheet = client.get(f"/manage/exams/{exam.uid}/statistics.csv").data.decode("utf-8-sig")
    assert (body["candidates"], body["passed"], body["method"]) == (11, 8, "kr20") and f"{body['mean']:.1f}" in page
    units = [(one["unit"], one["candidates"], one["passed"]) for one in body["units"]]
    assert units == [("=市人事局", 6, 4), ("人数较少的单位合计（2 个）", 5, 4)]
    for name, count, passed in units:
        assert [name, count, passed] in [row[:3] for row in book] and name in page
    assert "'=市人事局,6,4" in sheet and "市财政局" not in sheet + page
    assert [one["p"] for one in body["questions"]] == [row[5] for row in book if len(row) > 5 and row[1] == "单选题"]
    assert {"截至", "统计规则", "范围"} <= {row[0] for row in book} and ["统计规则", "exam-statistics@2"] in [row[:2] for row in book]
    assert "题目,选项,选项内容,正误,选择人数" in sheet
    assert papers.WHY not in sheet and papers.KEY not in sheet


def test_results_are_of_ones_own_people_and_only_once_they_are_out(
    client: FlaskClient, work_as: WorkAs, college: College, clock: StoppedClock
) -> None:
    closes = papers.in_days(work_as, 1)
    exam = sat.examination(work_as, release_policy=ReleasePolicy.AFTER_WINDOW, closes_at=closes, max_attempts=2)
    people = sat.sat_by(work_as, exam, [("市教育局", 2), ("市财政局", 2)], wrong=lambda at: at + 1)
    person = officer(work_as)
    head = build.token(work_as, person)
    assert client.get(f"/api/v1/exams/{exam.uid}/scores", headers=head).json == {"items": [], "next": None}
    clock.at = closes + timedelta(minutes=1)
    found = client.get(f"/api/v1/exams/{exam.uid}/scores", headers=head).json["items"]
    assert [(one["name"], one["score"], one["passed"]) for one in found] == [
        ("市教育局0", "75.00", True), ("市教育局1", "50.00", False), ("市财政局0", "25.00", False), ("市财政局1", "0.00", False),
    ]  # fmt: skip
    with work_as() as work:
        unit = work.session.scalars(select(Unit).where(Unit.name_zh == "市教育局")).one()
        narrow = replace(
            make.actor(make.person(work, "局长"), "exams.release"), grants=(Grant("exams.release", SomePost(Under(unit.path))),)
        )
    with work_as(narrow, write=False) as work:
        first = scores(work, exam, None, size=1)
        assert [one.person_id for one in first.items] == [people[0].person_id]
        assert [one.person_id for one in scores(work, exam, None, first.next, size=1).items] == [people[1].person_id]
        assert len(scores(work, exam, None).items) == 2


def test_the_page_of_results_and_its_files_agree(client: FlaskClient, work_as: WorkAs) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市教育局", 3)])
    build.sign_in(client, work_as, officer(work_as))
    page = client.get(f"/manage/exams/{exam.uid}/scores").text
    book = rows_of(client.get(f"/manage/exams/{exam.uid}/scores.xlsx").data)
    names = [row[0] for row in book if row[1] == "市教育局"]
    assert names == ["市教育局0", "市教育局1", "市教育局2"] and all(name in page for name in names)
    assert all(name in client.get(f"/manage/exams/{exam.uid}/scores.csv").data.decode("utf-8-sig") for name in names)


def test_the_background_job_makes_what_is_outdated(work_as: WorkAs, college: College) -> None:
    exam = sat.examination(work_as)
    sat.sat_by(work_as, exam, [("市人事局", 5)])
    make_figures(college)
    with work_as() as work:
        assert service.outdated_figures(work) == []
    assert shown(work_as, exam, reader(work_as)).figures.candidates == 5
