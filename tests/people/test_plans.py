"""At 18,800 people no list of people walks through a whole table of posts, teams or tags, and none is sorted in passing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from app.kernel.work import Actor, College, working
from app.people import queries
from app.people.models import Account, Unit
from tests.people import build

GROWING = ("people_appointment", "people_team_membership", "people_cadre_tag", "people_leave", "people_person_event", "people_account",
           "scope_post", "scope_team", "scope_tag", "scope_person")  # fmt: skip


def faults(plan: list[str]) -> list[str]:
    """Steps of a plan that read a growing table from end to end, or sort in a table of their own what the list is made of."""
    walks = [step for step in plan if re.match(rf"SCAN ({'|'.join(GROWING)})\b(?!.* INDEX)", step)]
    return walks + [step for step in plan if step == "USE TEMP B-TREE FOR ORDER BY" and "SCAN people_person" in plan]


def plans(college: College, actor: Actor, ask) -> list[list[str]]:
    """The plan of every statement that a read takes."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection, _cursor, words, values, _context, _many) -> None:
        asked.append((words, values))

    event.listen(college.engine, "before_cursor_execute", note)
    try:
        with working(college, actor, write=False) as work:
            ask(work)
    finally:
        event.remove(college.engine, "before_cursor_execute", note)
    with college.engine.connect() as connection:
        chosen = [(words, values) for words, values in asked if words.startswith("SELECT")]
        return [[row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)] for words, values in chosen]


@pytest.mark.sqlite_only
def test_lists_of_people_use_indexes_at_m(college: College) -> None:
    build.load(college, "m")
    with working(college, Actor.system("test"), write=False) as work:
        unit = work.session.scalars(select(Unit).where(Unit.path == "/pc/d1")).one()
        ids = {name: work.session.scalar(select(Account.person_id).where(Account.user_name == name)) for name in ("city", "district")}
    for name, person_id in ids.items():
        actor = build.actor(college, person_id)
        lists = {
            "first page": lambda work: queries.people(work),
            "within a unit": lambda work: queries.people(work, unit=unit),
            "by name": lambda work: queries.people(work, words="王"),
            "accounts": lambda work: queries.accounts(work),
        }
        for what, ask in lists.items():
            found = plans(college, actor, ask)
            assert found, what
            assert [fault for plan in found for fault in faults(plan)] == [], (name, what, found)


def test_a_plan_that_walks_a_growing_table_would_be_found() -> None:
    """Negative control of the guard above."""
    assert faults(["SCAN people_appointment", "SEARCH people_unit USING INTEGER PRIMARY KEY (rowid=?)"])
    assert faults(["SCAN people_person", "USE TEMP B-TREE FOR ORDER BY"])
    assert not faults(["SCAN people_person", "SEARCH scope_post USING INDEX ix_people_appointment_person_id (person_id=?)"])
