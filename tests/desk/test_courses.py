"""Courses that wait for a person: certified once, by somebody who neither studied nor made them; many are one limit."""

from __future__ import annotations

import pytest

from app.catalogue.models import CourseVersion
from app.desk import service
from app.hours import service as hours
from app.kernel.errors import NotFound, Refusal
from app.kernel.work import Actor, working
from tests.desk import build
from tests.desk.test_service import finish, lines


@pytest.fixture
def office(college):
    return build.office(college)


@pytest.fixture
def by_hand(monkeypatch):
    """The rule set says that courses wait for a person."""
    build.courses_by_hand(monkeypatch)


def test_a_course_that_waits_is_certified_once_by_somebody_else(college, office, by_hand):
    key = finish(college, office)
    assert lines(office, "cadre") == []
    with pytest.raises(Refusal) as caught, working(college, office.actor("cadre")) as work:
        hours.certify_credit(work, *key)
    assert caught.value.code == "credit_own"
    with working(college, office.actor("city")) as work:
        hours.certify_credit(work, *key)
    (line,) = lines(office, "cadre")
    assert (line.hours, line.certified_by) == (2, "柳定")
    with pytest.raises(hours.CreditDecided) as late, working(college, office.actor("city2")) as work:
        hours.decline_credit(work, *key, "否")
    assert late.value.facts["who"] == "柳定"


def test_a_course_that_waits_is_declined_with_a_reason_and_makes_no_line(college, office, by_hand):
    key = finish(college, office)
    with pytest.raises(hours.ReasonMissing), working(college, office.actor("city")) as work:
        hours.decline_credit(work, *key, " ")
    with pytest.raises(NotFound), working(college, office.actor("district")) as work:
        hours.decline_credit(work, *key, "否")
    with working(college, office.actor("city")) as work:
        hours.decline_credit(work, *key, "测验由他人代答")
    assert lines(office, "cadre") == []


def test_nobody_certifies_the_study_of_a_course_he_made(college, office, by_hand):
    """Its author (or owner) declines, another certifies; among many it is left out, and its count is told."""
    first, second = finish(college, office), finish(college, office, "colleague")
    own = finish(college, office, "city2")
    with pytest.raises(hours.MadeCourse), working(college, office.actor("city2")) as work:
        hours.certify_credit(work, *first)
    assert lines(office, "cadre") == []
    with working(college, office.actor("city2")) as work:
        decided = service.certify_courses(work, [first, second, own])
    assert decided.done == 0
    assert [(one.key, one.code) for one in decided.left_out] == [
        (first, "credit_course_made"), (second, "credit_course_made"), (own, "credit_own"),
    ]  # fmt: skip
    with working(college, Actor.system("test")) as work:
        version = work.session.get_one(CourseVersion, second[1])
        version.author_id = office.people["city"].id
    with working(college, office.actor("city")) as work:
        decided = service.certify_courses(work, [first, second, own])
    assert (decided.done, [one.key for one in decided.left_out]) == (2, [second])
    assert [len(lines(office, who)) for who in ("cadre", "colleague", "city2")] == [1, 0, 1]
    with working(college, office.actor("city2")) as work:
        assert service.decline_courses(work, [second], "非本人学习").done == 1
