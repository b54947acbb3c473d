"""The demo's classes: one in each state, filled by those who may, the same each time; an examination is for one of them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import yaml
from sqlalchemy import select

from app.admin.demo import actor_named
from app.classes import demo, queries
from app.classes.models import ClassMember, TrainingClass
from app.kernel.work import Actor, College, working
from app.people.models import Account, Person
from tests.people import build

EXAMS = Path(__file__).parents[2] / "content" / "exams" / "exams.yaml"


def acting(college: College, user_name: str) -> Actor:
    with working(college, Actor.system("demo"), write=False) as work:
        return actor_named(work, user_name)


def loaded(college: College) -> list[tuple[str, date, date, tuple[int, ...]]]:
    demo.load(college, "xs", lambda name: acting(college, name), lambda _words: None)
    with working(college, Actor.system("test"), write=False) as work:
        rows = list(work.session.scalars(select(TrainingClass).order_by(TrainingClass.id)))
        ids = {row.id: [*work.session.scalars(select(ClassMember.person_id).where(ClassMember.class_id == row.id))] for row in rows}
        return [(row.code, row.starts_on, row.ends_on, tuple(sorted(ids[row.id]))) for row in rows]


def test_there_is_a_class_in_each_state_with_members_and_a_second_load_adds_none(college: College) -> None:
    build.load(college)
    first = loaded(college)
    assert loaded(college) == first
    with working(college, Actor.system("test"), write=False) as work:
        shown = queries.classes(work).items
        assert Counter(str(one.state) for one in shown) == {"planned": 3, "running": 1, "ended": 2, "cancelled": 1}
        assert all(one.members > 1 for one in shown if one.row.code[:2] not in ("DW", "ZT")), [
            (one.row.title, one.members) for one in shown
        ]
        assert all(one.members for one in shown if one.state != "cancelled"), [(one.row.title, one.members) for one in shown]
        online = next(one.row for one in shown if one.row.title == demo.ONLINE)
        named = select(Account.user_name).join(ClassMember, ClassMember.person_id == Account.person_id)
        assert set(work.session.scalars(named.where(ClassMember.class_id == online.id))) == {"section", "division"}
        gone = select(ClassMember.id).join(Person, Person.id == ClassMember.person_id).where(Person.status != "active")
        assert not list(work.session.scalars(gone))


def test_nobody_is_in_two_off_post_classes_at_once(college: College) -> None:
    build.load(college)
    loaded(college)
    with working(college, Actor.system("test"), write=False) as work:
        people = list(work.session.scalars(select(ClassMember.person_id).distinct()))
        spans = queries.attended(work, people, date(2020, 1, 1), date(2030, 1, 1))
    assert spans
    for some in spans.values():
        assert all(one.to_on < other.from_on for one, other in pairwise(some)), some


def test_one_examination_of_the_fourteen_is_for_a_class_of_the_demo() -> None:
    listed = yaml.safe_load(EXAMS.read_text(encoding="utf-8"))
    assert {one["title"]: one["eligible"]["classes"] for one in listed if "classes" in one.get("eligible", {})} == {
        "网上专题班结业考试": [demo.ONLINE]
    }
