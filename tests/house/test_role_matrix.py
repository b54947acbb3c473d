"""Every action of every organ reaches the people it manages and nobody else (domain.md §9: function × jurisdiction).

Lists, figures, exports and decisions about persons all pass through the two readers asked here, so a row of the matrix
holds for dispatch, certification, reports, years, history and adjustments alike; the desk's own rows are in tests/desk.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.kernel.errors import NotFound
from app.kernel.work import Actor, working
from app.people import queries as people
from app.people.models import Person, Unit
from app.people.service import charter, require_over
from tests.desk.test_matrix import CERTIFIES, CHECKS, SHUT, World

ROWS = [*CERTIFIES, *CHECKS, ("职能部门", "functional_dept", "line", "gov", {"clerk", "east clerk", "east bureau", "west clerk"})]
OF_PEOPLE = ("ledger.see", "hours.see", "people.see", "people.edit", "reports.unit", "years.decide", "history.import", "ledger.adjust")
KIND = "central_group"
"""A kind of claim that every organ may decide; the kinds of each are in tests/desk/test_kinds.py."""


@pytest.fixture
def world(college):
    return World(college)


def reached(world, actor, action):
    """Whom a list under `action` shows, row by row and as sets, and whom a door under it lets be opened."""
    with working(world.college, actor, write=False) as work:
        by_list = set(work.session.scalars(select(Person.name).where(people.visible(work, action, Person.id, KIND))))
        by_set = set(work.session.scalars(select(Person.name).where(people.within(work, action, Person.id))))
        assert by_list == by_set or people.scope_of(work, action).by_kind
        return by_list - {"officer"}, {name for name, one in world.people.items() if name != "officer" and opens(work, action, one.id)}


def opens(work, action, person_id):
    try:
        require_over(work, action, person_id, KIND)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize(("organ", "role", "jurisdiction", "unit", "whom"), ROWS, ids=[row[0] for row in ROWS])
def test_each_action_of_an_organ_reaches_those_it_manages(world, organ, role, jurisdiction, unit, whom):
    officer = world.officer(role, jurisdiction, unit)
    with working(world.college, officer, write=False) as work:
        actions = charter(work.settings.content_dir).roles[role].actions
    assert actions
    for action in actions:
        assert reached(world, officer, action) == (whom, whom), action


@pytest.mark.parametrize(("organ", "role"), SHUT, ids=[row[0] for row in SHUT])
def test_who_manages_nobody_opens_nobody_elses_record(world, organ, role):
    officer = world.officer(role, "none", "gov")
    for action in (
        "ledger.see",
        "hours.see",
        "people.see",
        "people.edit",
        "reports.unit",
        "years.decide",
        "history.import",
        "ledger.adjust",
    ):
        with working(world.college, officer, write=False) as work:
            assert set(work.session.scalars(select(Person.name).where(people.visible(work, action, Person.id)))) <= {"officer"}, action


def test_the_matrix_sees_a_jurisdiction_that_reaches_too_far(world):
    """Negative control: with the whole city in place of a district the row of the district fails."""
    officer = world.officer("organization_dept", "city", "east")
    assert reached(world, officer, "reports.unit")[0] > {"east clerk"}


@pytest.mark.parametrize("line", ["", "general"])
def test_who_serves_in_no_line_reaches_nobody_by_it(world, line):
    """An office of general affairs is of no line, and an anchor without one never means everybody."""
    with working(world.college, Actor.system("test")) as work:
        work.session.get_one(Unit, world.units["party"].id).system_line = line
    officer = world.officer("functional_dept", "line", "party")
    assert reached(world, officer, "people.see_units") == (set(), set())


def test_every_organ_of_the_plan_has_a_role_and_a_reach_of_its_own():
    """Departments certify and report for theirs; none of them keeps the powers of the party organisation over persons."""
    known = charter(Path("content")).roles
    kept = {"ledger.adjust", "people.edit", "people.edit_units", "people.import", "rulebook.propose", "years.propose"}
    for role in ("party_line", "managing_dept", "functional_dept", "district_dept", "development", "class_teacher"):
        assert not known[role].actions & kept, role
        assert known[role].title and known[role].title_en
    assert not known["functional_dept"].actions & set(OF_PEOPLE) and not known["development"].actions & set(OF_PEOPLE)
    assert "claims.certify" in known["district_dept"].actions and "plans.dispatch" not in known["party_line"].actions
