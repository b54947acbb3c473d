"""Statistics change by so many people that the difference between two readings tells of nobody (docs/adr/0031); on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.exams import service
from app.exams.models import Attempt, Exam, ExamFigures, VersionFigures
from app.exams.queries import planning
from app.exams.rules.groups import may_follow
from app.exams.rules.regrading import How
from app.exams.rules.timing import ReleasePolicy
from app.exams.service.figures import Renewed
from app.kernel.clock import StoppedClock
from app.kernel.work import Actor, Grant
from app.people.models import Person
from app.people.rules import Everyone, Nobody
from tests import make
from tests.exams import build, papers, sat
from tests.exams.test_planning_doors import officer, post
from tests.exams.test_statistics import put_right, reader, shown

WorkAs = sat.WorkAs
SEVEN = 7
"""People before the others come."""


@pytest.fixture
def exam(work_as: WorkAs, clock: StoppedClock) -> Exam:
    """An examination with figures of seven people, read a minute ago."""
    found = sat.examination(work_as, max_attempts=3)
    sat.sat_by(work_as, found, [("市人事局", SEVEN)], wrong=lambda at: at % 3 + 1)
    assert sat.made(work_as, found).candidates == SEVEN
    clock.at += timedelta(minutes=1)
    return found


def kept(work_as: WorkAs, exam: Exam) -> Any:
    """Everything that is kept: of the examination and of the versions of its questions."""
    with work_as(write=False) as work:
        row = work.session.get_one(ExamFigures, exam.id)
        versions = select(VersionFigures.version_id, VersionFigures.candidates, VersionFigures.ease).where(
            VersionFigures.exam_id == exam.id
        )
        return row.body, row.as_of, sorted(map(tuple, work.session.execute(versions)))


def annul(work_as: WorkAs, exam: Exam, person: Actor) -> None:
    """Two people annul the sitting of a third."""
    with work_as() as work:
        first, second = (make.actor(make.person(work, name), "exams.release", sign_in_id=90 + at) for at, name in enumerate("子丑"))
        uid = work.session.scalars(select(Attempt.uid).where(Attempt.person_id == person.person_id)).one()
    with work_as(first) as work:
        row = service.propose_annulment(work, exam.uid, uid, "他人代考", grants_attempt=False)
    with work_as(second) as work:
        service.confirm_annulment(work, row.uid, "情况属实")


@pytest.mark.parametrize(
    ("firsts", "came", "follows"), [(0, 0, False), (1, 1, False), (4, 9, False), (5, 5, True), (0, 4, False), (0, 5, True)]
)
def test_how_many_must_have_come(firsts: int, came: int, follows: bool) -> None:
    assert may_follow(firsts, came) is follows


def test_four_who_come_change_no_figure_and_the_fifth_brings_them_all(work_as: WorkAs, exam: Exam, clock: StoppedClock) -> None:
    before = kept(work_as, exam)
    sat.sat_by(work_as, exam, [("市教育局", 4)], wrong=lambda _at: 4)
    assert sat.made(work_as, exam).candidates == SEVEN and kept(work_as, exam) == before
    page = shown(work_as, exam, reader(work_as))
    assert (page.waits, page.candidates, [one.candidates for one in page.units]) == ("held", SEVEN, [SEVEN]), "units of the same sittings"
    clock.at += timedelta(minutes=1)
    sat.sat_by(work_as, exam, [("市财政局", 1)])
    assert shown(work_as, exam, reader(work_as)).waits == "soon"
    assert sat.made(work_as, exam).candidates == SEVEN + 5
    page = shown(work_as, exam, reader(work_as))
    assert (page.waits, sum(one.candidates for one in page.units)) == ("", SEVEN + 5)


def test_the_button_says_why_nothing_changed(client: FlaskClient, work_as: WorkAs, exam: Exam, clock: StoppedClock) -> None:
    sat.sat_by(work_as, exam, [("市教育局", 1)])
    build.sign_in(client, work_as, officer(work_as))
    here = f"/manage/exams/{exam.uid}/statistics"
    assert post(client, here).status_code == 303
    page = client.get(here).text
    assert "未更新" in page and "不足 5 人" in page and f'<b class="num">{SEVEN}</b>' in page
    sat.sat_by(work_as, exam, [("市财政局", 4)])
    clock.at += timedelta(minutes=1)
    with work_as() as work:
        assert [service.renew_figures(work, exam.id) for _ in range(2)] == [Renewed.DONE, Renewed.SAME]
    assert f'<b class="num">{SEVEN + 5}</b>' in client.get(here).text


def test_one_who_passes_the_second_time_is_not_told_by_the_number_that_passed(work_as: WorkAs, exam: Exam) -> None:
    with work_as(write=False) as work:
        ids = list(work.session.scalars(select(Attempt.person_id).where(Attempt.passed.is_(False)).order_by(Attempt.person_id)))
    with work_as() as work:
        again = [make.actor(work.session.get_one(Person, number), "exams.sit", sign_in_id=2000 + number) for number in ids]
    before = kept(work_as, exam)
    sat.sit(work_as, exam, again[0])
    sat.made(work_as, exam)
    assert kept(work_as, exam) == before and shown(work_as, exam, reader(work_as)).waits == "held"


@pytest.mark.parametrize("has_passed", [True, False])
def test_an_annulled_paper_is_not_read_off_the_difference(work_as: WorkAs, exam: Exam, clock: StoppedClock, *, has_passed: bool) -> None:
    """Neither of the totals, nor of the units beside them, nor when a question is put right afterwards."""
    before = kept(work_as, exam)
    units = shown(work_as, exam, reader(work_as)).units
    with work_as(write=False) as work:
        person_id = work.session.scalar(select(Attempt.person_id).where(Attempt.passed.is_(has_passed)).limit(1))
    assert person_id is not None
    annul(work_as, exam, Actor(person_id=person_id))
    sat.made(work_as, exam)
    page = shown(work_as, exam, reader(work_as))
    assert kept(work_as, exam) == before and (page.waits, page.units) == ("held", units)
    clock.at += timedelta(minutes=1)
    put_right(work_as, exam, How.KEY, "a")
    found = sat.made(work_as, exam)
    assert (found.candidates, found.passed) == (SEVEN, before[0]["passed"]) and kept(work_as, exam) == before


@pytest.mark.parametrize("how", [How.OUT, How.FULL])
def test_a_question_withdrawn_makes_them_anew_at_once_without_those_who_wait(
    work_as: WorkAs, exam: Exam, clock: StoppedClock, how: How
) -> None:
    (_body, as_of, _versions) = kept(work_as, exam)
    sat.sat_by(work_as, exam, [("市教育局", 2)])
    clock.at += timedelta(minutes=1)
    version = put_right(work_as, exam, how)
    assert shown(work_as, exam, reader(work_as)).waits == "soon"
    found = sat.made(work_as, exam)
    assert found.candidates == SEVEN and kept(work_as, exam)[1] == as_of
    assert [one.ease is None for one in found.items if one.item == version.id] == [True]
    page = shown(work_as, exam, reader(work_as))
    assert (page.waits, [one.candidates for one in page.units]) == ("held", [SEVEN])


def test_the_page_of_the_examination_counts_those_who_passed_as_the_statistics_do(work_as: WorkAs, exam: Exam) -> None:
    def counted() -> dict[str, int]:
        with work_as(write=False) as work:
            return planning.sat(work, exam)

    before = counted()
    assert before == {"running": 0, "done": SEVEN, "passed": kept(work_as, exam)[0]["passed"]}
    sat.sat_by(work_as, exam, [("市教育局", 1)], wrong=lambda _at: 0)
    sat.made(work_as, exam)
    assert counted() == before | {"done": SEVEN + 1}, "the verdict of the one who came is told by no number"


def test_figures_of_the_whole_city_have_all_units_once_nobody_comes_any_more(work_as: WorkAs, clock: StoppedClock) -> None:
    closes = papers.in_days(work_as, 1)
    exam = sat.examination(work_as, release_policy=ReleasePolicy.FULL_AT_ONCE, closes_at=closes)
    sat.sat_by(work_as, exam, [("市人事局", 6), ("市财政局", 9), ("市档案局", 2)])
    sat.made(work_as, exam)
    with work_as() as work:
        everyone = make.actor(make.person(work, "政策"), "exams.assemble", "reports.city", sign_in_id=79)
        actor = replace(everyone, grants=(Grant("exams.assemble", Nobody()), Grant("reports.city", Everyone())))
    page = shown(work_as, exam, actor)
    assert (page.units_later, [(one.candidates, one.is_outside) for one in page.units]) == (True, [(17, True)])
    clock.at = closes + timedelta(minutes=1)
    page = shown(work_as, exam, actor)
    assert not page.units_later
    assert [(one.name, one.candidates) for one in page.units] == [("市财政局", 9), ("", 8)]
    assert sorted(one.joined for one in page.units) == [1, 2]
