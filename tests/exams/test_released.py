"""What a candidate sees once results are out: grade and remarks; and nothing of them before (INV-I18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.bank.models import Question
from app.exams import queries, service
from app.exams.models import Exam, Sheet
from app.exams.queries import secrets
from app.exams.rules.sessions import Band, terms_faults
from app.exams.rules.timing import GRACE
from app.exams.service import figures, refusals
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor
from app.people.models import Person
from tests import make
from tests.exams import build, papers
from tests.exams.build import WorkAs

BANDS = (Band(90, "优秀"), Band(60, "合格"))


def sat(work_as: WorkAs, exam: Exam, *, wrong: int = 0) -> tuple[Actor, UUID]:
    actor = papers.candidate(work_as)
    attempt = build.start(work_as, actor, exam.uid)
    build.answer_all(work_as, actor, attempt, wrong=wrong)
    with work_as(actor) as work:
        service.submit(work, attempt.attempt)
    return actor, attempt.attempt


@pytest.mark.parametrize(("wrong", "grade"), [(0, "优秀"), (2, "合格"), (5, "")])
def test_the_grade_stands_on_the_result_and_in_the_list(work_as: WorkAs, wrong: int, grade: str) -> None:
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5), bands=BANDS)
    actor, attempt = sat(work_as, exam, wrong=wrong)
    with work_as(actor, write=False) as work:
        assert build.result(work, attempt).grade == grade
        (row,) = queries.my_exams(work).items
        assert row.grade == grade


def test_before_the_results_are_out_the_list_says_nothing_of_them(work_as: WorkAs, clock: StoppedClock) -> None:
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5), bands=BANDS, closes_at=papers.in_days(work_as, 3), release_policy="after_window")
    actor, attempt = sat(work_as, exam)
    with work_as(actor, write=False) as work:
        (row,) = queries.my_exams(work).items
        assert (row.is_held, row.grade, row.best, row.has_passed) == (True, "", None, False)
        with pytest.raises(refusals.NotReleased):
            build.result(work, attempt)
    for more, found in ((timedelta(days=3) + GRACE, (True, "", False)), (timedelta(microseconds=1), (False, "优秀", True))):
        clock.at += more
        with work_as(actor, write=False) as work:
            (row,) = queries.my_exams(work).items
            assert (row.is_held, row.grade, row.has_passed) == found


def test_keys_are_kept_while_an_answer_may_still_count(work_as: WorkAs, clock: StoppedClock) -> None:
    """Who hands in early does not read keys in the seconds in which others' answers are still taken (ATK-A51, INV-I18)."""
    papers.stocked(work_as, 3)
    closes = papers.in_days(work_as, 1)
    exam = papers.opened(work_as, papers.rows(3), closes_at=closes, release_policy="after_window")
    quick, slow = sat(work_as, exam), papers.candidate(work_as, "王学", 2)
    clock.at = closes - timedelta(minutes=1)
    paper = build.start(work_as, slow, exam.uid)
    with work_as(papers.assembler(work_as, "关考", 90)) as work:
        service.move_exam(work, exam.uid, "closed")
    clock.at = closes + GRACE
    with work_as(slow) as work:
        service.save(work, paper.attempt, paper.questions[0].question, 1, paper.questions[0].options[0].option)
    with work_as(quick[0], write=False) as work:
        ids = set(work.session.scalars(select(Question.id)))
        assert secrets.reserved(work, ids) == ids
        assert not figures.are_out(work.session.get_one(Exam, exam.id), work.now)
        with pytest.raises(refusals.NotReleased):
            build.result(work, quick[1])
    clock.at += timedelta(microseconds=1)
    with pytest.raises(refusals.PastDeadline), work_as(slow) as work:
        service.save(work, paper.attempt, paper.questions[1].question, 1, paper.questions[1].options[0].option)
    with work_as(quick[0], write=False) as work:
        assert secrets.reserved(work, ids) == set()
        assert figures.are_out(work.session.get_one(Exam, exam.id), work.now)
        assert build.result(work, quick[1]).questions[0].key


@pytest.mark.parametrize("wrong", [0, 5])
def test_before_the_results_are_out_the_start_page_has_a_lock_whether_it_was_passed_or_not(
    client: FlaskClient, work_as: WorkAs, wrong: int
) -> None:
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5), closes_at=papers.in_days(work_as, 3), release_policy="after_window", max_attempts=2)
    actor, _attempt = sat(work_as, exam, wrong=wrong)
    with work_as(write=False) as work:
        person = work.session.get_one(Person, actor.person_id)
    build.sign_in(client, work_as, person)
    shown = client.get(f"/exams/{exam.uid}").text
    assert "成绩尚未公布" in shown
    assert "circle-x" not in shown


def test_before_the_results_are_out_a_pass_and_a_failure_look_alike_and_both_may_sit_again(client: FlaskClient, work_as: WorkAs) -> None:
    """The list, the start page, the programs' list and the start itself say the same to both (INV-I18)."""
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5), closes_at=papers.in_days(work_as, 3), release_policy="after_window", max_attempts=2)
    seen = []
    for at, wrong in enumerate((0, 5)):
        actor, _attempt = sat(work_as, exam, wrong=wrong)
        with work_as(write=False) as work:
            person = work.session.get_one(Person, actor.person_id)
        build.sign_in(client, work_as, person)
        pages = [client.get(path).text for path in (f"/exams/{exam.uid}", "/exams")]
        assert not any("您已通过" in one or "circle-check" in one for one in pages) and all("成绩" in one for one in pages)
        (shown,) = client.get("/api/v1/exams", headers=build.token(work_as, person)).json["items"]
        seen.append(shown)
        build.start(work_as, replace(actor, sign_in_id=70 + at), exam.uid)
    assert seen[0] == seen[1] and (seen[0]["open"], seen[0]["attempts_left"], seen[0]["reason"]) == (True, 1, None)


@pytest.mark.parametrize(("hours", "said"), [("4", "本考试 4 学时"), ("0", "本考试不计学时")])
def test_a_passed_result_says_the_hours_it_is_worth(client: FlaskClient, work_as: WorkAs, hours: str, said: str) -> None:
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5), hours=Decimal(hours))
    actor, attempt = sat(work_as, exam)
    with work_as(write=False) as work:
        person = work.session.get_one(Person, actor.person_id)
    build.sign_in(client, work_as, person)
    assert said in client.get(f"/exams/attempts/{attempt}/result").text


def test_whoever_reads_his_result_first_has_the_paper_handed_in(client: FlaskClient, work_as: WorkAs, clock: StoppedClock) -> None:
    """Before the worker comes to it (INV-I17): by the first read after deadline and grace, and not a moment before."""
    papers.stocked(work_as, 6)
    exam = papers.opened(work_as, papers.rows(5))
    with work_as() as work:
        person = make.person(work, "李学")
    attempt = build.start(work_as, make.actor(person, "exams.sit"), exam.uid).attempt
    clock.at += timedelta(minutes=90) + GRACE
    build.sign_in(client, work_as, person)
    assert client.get(f"/exams/attempts/{attempt}/result").status_code == 409
    clock.at += timedelta(seconds=1)
    shown = client.get(f"/exams/attempts/{attempt}/result")
    assert shown.status_code == 200
    assert "自动交卷" in shown.text


def test_remarks_are_shown_without_the_name_of_the_marker_and_only_with_the_keys(work_as: WorkAs) -> None:
    with work_as() as work:
        author, candidate, marker = make.person(work, "王讲"), make.person(work, "李学"), make.person(work, "评卷员")
    sheet = build.essay(work_as, author, candidate)
    with work_as(make.actor(marker, "exams.mark")) as work:
        service.give_mark(work, sheet.uid, Decimal(2), [], "要点缺了程序正当。")
    actor = make.actor(candidate, "exams.sit")
    with work_as(write=False) as work:
        uid = work.session.scalars(select(service.results.Attempt.uid).where(service.results.Attempt.id == sheet.attempt_id)).one()
    with work_as(actor, write=False) as work:
        before = build.result(work, uid)
        assert before.questions and all(one.key is None and one.remarks == [] for one in before.questions)
    with work_as() as work:
        work.session.get_one(Exam, sheet.exam_id).release_policy = "full_at_once"
    with work_as(actor, write=False) as work:
        after = build.result(work, uid)
    assert after.questions is not None
    assert [one.remarks for one in after.questions if one.kind == "short"] == [["要点缺了程序正当。"]]
    assert "评卷员" not in repr(after)


@pytest.mark.parametrize(("markers", "found"), [(1, []), (2, []), (0, ["markers_outside"]), (3, ["markers_outside"])])
def test_one_or_two_people_mark(markers: int, found: list[str]) -> None:
    assert [fault.code for fault in terms_faults(papers.terms(markers=markers))] == found


def test_what_is_set_reaches_the_sheets(work_as: WorkAs) -> None:
    papers.stocked(work_as, 3)
    exam = papers.opened(work_as, papers.rows(2), markers=2)
    assert exam.markers == 2
    with work_as(write=False) as work:
        assert work.session.scalars(select(Sheet)).all() == []
