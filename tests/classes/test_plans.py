"""At a thousand classes and twenty thousand memberships no list of classes walks through either table."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from app.classes import queries
from app.classes.actions import Action
from app.classes.models import ClassMember, TrainingClass
from app.kernel.work import Actor, College, working
from tests import make
from tests.classes import build

CLASSES, PEOPLE, EACH = 1000, 400, 20
FEW = ("members", "ahead of somebody", "past of somebody", "beginning for somebody")
"""Lists of the few of one class, or of one person, which may be sorted."""


def faults(plan: list[str]) -> list[str]:
    """Steps of a plan that read memberships from end to end, or sort classes in a table of their own."""
    walks = [step for step in plan if re.search(r"SCAN classes_member\b(?!.* INDEX)|Seq Scan on classes_member", step)]
    return walks + [step for step in plan if "USE TEMP B-TREE FOR ORDER BY" in step or re.search(r"\bSort\b(?! Key)", step)]


@pytest.fixture
def filled(college: College) -> Actor:
    """Somebody who keeps every class of a large register."""
    with working(college, Actor.system("test")) as work:
        unit = make.unit(work, "市委党校", code="dx", kind="party_school")
        people = [make.person(work, f"学员 {at}", at=unit).id for at in range(PEOPLE)]
        officer = make.person(work, "管班", at=unit)
        first, now = date(2020, 1, 1), work.now
        work.session.execute(
            insert(TrainingClass),
            [{"uid": work.new_uid(), "code": f"K{at}", "title": f"班 {at}", "category": "main_class", "unit_id": unit.id,
              "starts_on": first + timedelta(days=at * 3), "ends_on": first + timedelta(days=at * 3 + 2), "hours": 1, "days": 1,
              "off_post": True, "cancel_reason": "", "created_at": now} for at in range(CLASSES)],
        )  # fmt: skip
        ids = sorted(work.session.scalars(select(TrainingClass.id)))
        work.session.execute(
            insert(ClassMember),
            [{"class_id": ids[at % CLASSES], "person_id": people[(at * 7 + at // CLASSES) % PEOPLE], "enrolled_on": first, "reason": ""}
             for at in range(CLASSES * EACH)],
        )  # fmt: skip
        if college.engine.dialect.name == "postgresql":
            work.session.execute(text("ANALYZE classes_class, classes_member"))
    return make.actor(officer, Action.PLAN, Action.OVERSEE, Action.DISPATCH)


def plans(college: College, actor: Actor, ask: Any) -> list[list[str]]:
    """The plan of every statement about classes that a read takes."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, words: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((words, values))

    event.listen(college.engine, "before_cursor_execute", note)
    try:
        with working(college, actor, write=False) as work:
            ask(work)
    finally:
        event.remove(college.engine, "before_cursor_execute", note)
    head, at = ("EXPLAIN QUERY PLAN", 3) if college.engine.dialect.name == "sqlite" else ("EXPLAIN", 0)
    with college.engine.connect() as connection:
        chosen = [(words, values) for words, values in asked if words.startswith("SELECT") and "classes_" in words]
        return [[row[at] for row in connection.exec_driver_sql(f"{head} {words}", values)] for words, values in chosen]


def test_lists_of_classes_and_members_use_indexes(college: College, filled: Actor) -> None:
    with working(college, filled, write=False) as work:
        page = queries.classes(work)
        row, ids = page.items[0].row, list(range(1, 301))
    lists = {
        "first page": lambda work: queries.classes(work),
        "next page": lambda work: queries.classes(work, page=page.next),
        "members": lambda work: queries.members(work, row, Action.PLAN, is_own=True),
        "of a person": lambda work: queries.of_person(work, ids[0], [row.id]),
        "ahead of somebody": lambda work: queries.ahead(work),
        "past of somebody": lambda work: queries.past(work),
        "beginning for somebody": lambda work: work.session.execute(
            queries.beginning_statement(), {"person": work.person_id, "today": build.FIRST, "soon": build.LAST}
        ),
        "who is in another": lambda work: queries.elsewhere(work, row, ids[:20]),
    }
    for what, ask in lists.items():
        found = plans(college, filled, ask)
        assert found, what
        bad = [fault for plan in found for fault in faults(plan) if what not in FEW or not re.search("Sort|B-TREE", fault)]
        assert bad == [], (what, found)


def test_a_plan_that_walks_or_sorts_would_be_found() -> None:
    """Negative control of the guard above."""
    assert faults(["SCAN classes_member"]) and faults(["USE TEMP B-TREE FOR ORDER BY"])
    assert faults(["->  Seq Scan on classes_member  (cost=0.00..35.50)"]) and faults(["Sort  (cost=1.00..2.00)"])
    assert not faults(["SCAN classes_class USING INDEX ix_classes_class_starts_on_id", "Sort Key: starts_on"])


def test_what_is_asked_about_many_claims_is_one_statement(college: College, filled: Actor) -> None:
    with working(college, filled, write=False) as work:
        every = queries.attended(work, range(1, 1000), date(2020, 1, 1), date(2030, 1, 1))
        assert sum(map(len, every.values())) == CLASSES * EACH
    assert len(plans(college, filled, lambda work: queries.attended(work, range(1, 1000), build.FIRST, build.LAST))) == 1
