"""An examination for the members of a training class: who is in it may begin, from and until the moment he is."""

from __future__ import annotations

from typing import Any

import pytest

from app.classes import service as classes
from app.exams import queries, service
from app.exams.models import ExamPlan
from app.exams.rules.admission import Barred, Facts, Rule, admit
from app.exams.service import barring
from app.kernel.work import Actor, College
from app.people.models import Person
from tests import make
from tests.classes import build as training
from tests.classes.build import City
from tests.exams import build, papers
from tests.exams.build import WorkAs
from tests.exams.test_planning import refusal_of
from tests.exams.test_planning_doors import post

MEMBER, OTHER = "party-cadre", "east-cadre"


def test_any_of_the_classes_is_enough_and_a_rule_kept_before_there_were_classes_asks_for_none() -> None:
    rule = Rule(classes=(7, 8))
    assert Rule.from_json(rule.as_json()) == rule
    assert Rule.from_json({"roster": True}).classes == ()
    assert [admit(rule, Facts(classes=some)) for some in ({8}, {7, 9}, {9}, set())] == [None, None, Barred.CLASS, Barred.CLASS]


@pytest.fixture
def city(college: College) -> City:
    return City(college)


def candidate(work_as: WorkAs, city: City, name: str) -> Actor:
    return make.actor(city.people[name.removesuffix("-cadre")], "exams.sit", sign_in_id=len(name))


@pytest.fixture
def hall(work_as: WorkAs, city: City) -> Any:
    """A class with one member, and an open examination for it that may be sat three times."""
    row = training.entered(work_as)
    training.enrolled(work_as, row, MEMBER)
    papers.stocked(work_as, 4)
    exam = papers.opened(work_as, papers.rows(2), rule=Rule(classes=(row.id,)), max_attempts=3)
    return row, exam


def test_members_may_begin_and_others_do_not_even_find_it_in_their_list(work_as: WorkAs, city: City, hall: Any) -> None:
    _row, exam = hall
    member, other = candidate(work_as, city, MEMBER), candidate(work_as, city, OTHER)
    with work_as(other, write=False) as work:
        assert [one.uid for one in queries.my_exams(work).items] == []
        shown = queries.start_page(work, exam.uid)
        assert (shown.is_open, shown.reason) == (False, barring.NotInClass().sentence)
    with work_as(member, write=False) as work:
        assert [(one.uid, one.is_open, [of.title for of in one.classes]) for one in queries.my_exams(work).items] == [
            (exam.uid, True, ["处级干部进修班"])
        ]
    assert [refusal_of(work_as, actor, exam) for actor in (other, member)] == [barring.NotInClass, None]


def test_who_comes_into_the_class_may_begin_and_who_withdrew_may_not_begin_again(work_as: WorkAs, city: City, hall: Any) -> None:
    row, exam = hall
    member, other = candidate(work_as, city, MEMBER), candidate(work_as, city, OTHER)
    training.enrolled(work_as, row, OTHER)
    assert refusal_of(work_as, other, exam) is None
    with work_as(member) as work:
        attempt, _is_new = service.start(work, exam.uid)
    with work_as() as work:
        classes.withdraw(work, row.uid, city.people["party"].uid, "工作需要")
    with work_as(member) as work:
        assert service.start(work, exam.uid)[1] is False, "what was begun goes on"
        service.submit(work, attempt.attempt)
    assert refusal_of(work_as, member, exam) is barring.NotInClass
    training.enrolled(work_as, row, MEMBER)
    assert refusal_of(work_as, member, exam) is None


def test_a_cancelled_class_admits_nobody_and_its_members_are_told(work_as: WorkAs, city: City, client: Any, hall: Any) -> None:
    row, exam = hall
    with work_as() as work:
        classes.cancel(work, row.uid, "不办")
    member, other = candidate(work_as, city, MEMBER), candidate(work_as, city, OTHER)
    assert [refusal_of(work_as, one, exam) for one in (member, other)] == [barring.ClassCancelled, barring.NotInClass]
    with work_as(other, write=False) as work:
        assert queries.my_exams(work).items == ()
    client.sign_in(MEMBER)
    listed, there = client.get("/exams").text, client.get(f"/exams/{exam.uid}").text
    assert "所属的培训班已取消" in listed and "“处级干部进修班（已取消）”" in there and "所属的培训班已取消" in there
    city.city()
    client.sign_in("city")
    assert "“处级干部进修班（已取消）”" in client.get(f"/manage/exams/{exam.uid}").text


def test_the_planner_names_a_class_by_code_or_title_within_his_sight(work_as: WorkAs, city: City, client: Any) -> None:
    school, west = training.entered(work_as), training.entered(work_as, code="W", title="西区的班", unit="d2-zzb")
    gone = training.entered(work_as, code="GONE", title="不办的班")
    with work_as() as work:
        classes.cancel(work, gone.uid, "不办")
    city.officer("east-officer", "east", "organization_dept", "J9")
    client.sign_in("east-officer")
    form = client.get("/manage/exams/new").text
    assert 'value="CJ-2026-01"' in form and "西区的班" not in form and "不办的班" not in form
    assert f'<option value="{city.units["east"].code}">' in form and f'value="{city.units["west"].code}"' not in form
    given = {"title": "结业考试", "limit_minutes": 60, "pass_mark": 60, "max_attempts": 1, "cooling_minutes": 0, "markers": 1,
             "release_policy": "score_only"}  # fmt: skip
    for words in ("W", "西区的班", "GONE", "CJ-2026-01，没有的班"):
        refused = post(client, "/manage/exams/new", **given, classes=words)
        assert refused.status_code == 422 and "没有该培训班，或不在您的查看范围内" in refused.text and f'value="{words}"' in refused.text
    for words in ("CJ-2026-01", "处级干部进修班"):
        assert post(client, "/manage/exams/new", **given, classes=words).status_code == 303
    with work_as(write=False) as work:
        rules = [Rule.from_json(plan.rule).classes for plan in work.session.query(ExamPlan).order_by(ExamPlan.exam_id)]
    assert rules == [(school.id,), (school.id,)] and west.id != school.id
    training.entered(work_as, code="CJ-2", title="第二期")
    made = post(client, "/manage/exams/new", **given, classes="CJ-2026-01；第二期")
    assert "“处级干部进修班”、“第二期”" in client.get(made.location.removesuffix("/paper")).text


def test_programs_name_it_too_and_a_class_that_is_not_there_is_told_by_its_place(work_as: WorkAs, city: City, client: Any) -> None:
    training.entered(work_as)
    officer = city.officer("east-officer", "east", "organization_dept", "J9")
    with work_as(write=False) as work:
        head = build.token(work_as, work.session.get_one(Person, officer.person_id))
    body = {"title": "结业考试", "limit_minutes": 60, "release_policy": "score_only"}
    refused = client.post("/api/v1/exams", json={**body, "eligible": {"classes": ["CJ-2026-01", "没有"]}}, headers=head)
    assert (refused.status_code, refused.json["field"]) == (422, "eligible.classes.1")
    assert client.post("/api/v1/exams", json={**body, "eligible": {"classes": ["CJ-2026-01"]}}, headers=head).status_code == 201
